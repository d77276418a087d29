package messages

import (
	"strings"

	"oomortem/parser/record"
)

// proxmox reads what Proxmox VE (5 to 9) says about its VMs, whose names in the logs are numbers:
//
//	pvedaemon[1234]: start VM 101: UPID:pve:0000A1B2:00C3D4E5:6033A1B2:qmstart:101:root@pam:
//	pvedaemon[1234]: VM 101 qmp command failed - VM 101 not running
//	qmeventd[801]: Starting cleanup for 101                                      (QEMU is gone, whyever)
var proxmox = Reader{
	Name: "proxmox", Title: "Proxmox VE: VMs started, stopped, gone",
	Sources: []string{"pvedaemon", "pveproxy", "pvestatd", "qmeventd", "qm", "pve-guests", "pve-ha-lrm", "vzdump"},
	Wants: func(text []byte) bool {
		return containsAny(text, " VM ", "VM ", "cleanup for ")
	},
	New: lineByLine(readProxmox),
}

func readProxmox(l record.Line, sink record.Sink) {
	text := strings.TrimSpace(l.Text)
	if id, ok := strings.CutPrefix(text, "Starting cleanup for "); ok {
		proxmoxEvent(l, record.VMStopped, "QEMU ended, orderly or not, of VM ", id, "", sink)
		return
	}
	verb, rest, ok := strings.Cut(text, " VM ")
	if id, _, numbered := strings.Cut(rest, ":"); ok && numbered && strings.Contains(rest, "UPID:") {
		switch verb {
		case "start":
			proxmoxEvent(l, record.VMStarted, "A start was asked for of VM ", id, "", sink)
		case "resume":
			proxmoxEvent(l, record.VMStarted, "A resume was asked for of VM ", id, "resumed", sink)
		case "shutdown", "stop", "suspend", "migrate":
			reason := map[string]string{"stop": "destroyed", "suspend": "paused", "migrate": "migrated"}[verb]
			if reason == "" {
				reason = verb
			}
			proxmoxEvent(l, record.VMStopped, "A "+verb+" was asked for of VM ", id, reason, sink)
		}
		return
	}
	if id, what, ok := strings.Cut(strings.TrimPrefix(text, "VM "), " "); ok && strings.HasPrefix(text, "VM ") && strings.HasPrefix(what, "qmp command ") {
		proxmoxEvent(l, record.HypervisorError, "QEMU does not answer, of VM ", id, "", sink)
	}
}

func proxmoxEvent(l record.Line, kind record.Kind, said, id, reason string, sink record.Sink) {
	if digitsIn(id) == "" || len(id) > 9 {
		return
	}
	sink.Event(settled(l, kind, said+id, record.Attr{Key: record.AttrVM, Value: id}, record.Attr{Key: record.AttrReason, Value: reason}))
}
