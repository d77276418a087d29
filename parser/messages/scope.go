package messages

import (
	"bytes"
	"strings"
	"time"

	"oomortem/parser/record"
)

// scope reads what systemd (219 to 257) says about the scopes that VMs run in, libvirt's and Proxmox's:
//
//	systemd[1]: machine-qemu\x2d3\x2dweb01.scope: A process of this unit has been killed by the OOM killer.
//	systemd[1]: machine-qemu\x2d3\x2dweb01.scope: Failed with result 'oom-kill'.
//	systemd[1]: machine-qemu\x2d3\x2dweb01.scope: Deactivated successfully.       (also after a SIGKILL: the scope is just empty)
//	systemd[1]: Started Virtual Machine qemu-3-web01.
//	systemd[1]: Stopped machine-qemu\x2d3\x2dweb01.scope - Virtual Machine qemu-3-web01.
//	systemd[1]: 101.scope: Failed with result 'oom-kill'.
var scope = Reader{
	Name: "scope", Title: "systemd scopes of VMs",
	Sources: []string{"systemd"},
	Wants: func(text []byte) bool {
		switch {
		case len(text) < 12:
			return false
		case text[0] == 'm':
			return bytes.HasPrefix(text, []byte("machine-qemu"))
		case text[0] >= '1' && text[0] <= '9':
			return bytes.Contains(text, []byte(".scope: "))
		case text[0] == 'S':
			return containsAny(text, "Virtual Machine qemu-", ".scope.")
		}
		return false
	},
	Starts: []string{"machine-qemu", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
	Holds:  []string{"Machine qemu-", "ope."},
	New:    func() Step { return &scopeStep{said: recent{span: 10 * time.Second}} },
}

type scopeStep struct{ said recent }

// Flush has nothing open.
func (s *scopeStep) Flush(record.Sink) {}

func (s *scopeStep) Line(l record.Line, sink record.Sink) {
	u, what := scopeOf(l.Text)
	if u.vm == "" {
		return
	}
	kind, said, reason := scopeMeaning(what)
	if kind == "" || s.said.again(l.Host+" "+string(kind)+" "+u.vm, l.At) {
		return
	}
	sink.Event(settled(l, kind, said+u.vm,
		record.Attr{Key: record.AttrVM, Value: u.vm},
		record.Attr{Key: record.AttrMachine, Value: u.machine},
		record.Attr{Key: record.AttrID, Value: u.id},
		record.Attr{Key: record.AttrScope, Value: u.scope},
		record.Attr{Key: record.AttrReason, Value: reason}))
}

// vmScope is a scope that a VM runs in. vm is the sanitised name, or Proxmox's number.
type vmScope struct{ scope, machine, id, vm string }

// scopeOf gives the scope a line is about and what the line says of it.
func scopeOf(text string) (u vmScope, what string) {
	if unit, rest, ok := strings.Cut(text, ".scope: "); ok {
		return scopeNamed(unit + ".scope"), rest
	}
	verb, rest, _ := strings.Cut(text, " ")
	if machine, ok := between(text+" ", "Virtual Machine ", " "); ok {
		machine = strings.TrimRight(machine, ".")
		id, vm, ok := machineParts(machine)
		if !ok {
			return vmScope{}, ""
		}
		return vmScope{machine: machine, id: id, vm: vm}, verb
	}
	if unit, ok := strings.CutSuffix(rest, ".scope."); ok {
		return scopeNamed(unit + ".scope"), verb
	}
	return vmScope{}, ""
}

func scopeNamed(unit string) vmScope {
	if machine, ok := scopeMachine(unit); ok {
		id, vm, _ := machineParts(machine)
		return vmScope{scope: unit, machine: machine, id: id, vm: vm}
	}
	number := strings.TrimSuffix(unit, ".scope")
	if len(number) >= 3 && len(number) <= 9 && digitsIn(number) != "" { // Proxmox: VMID 100 to 999999999
		return vmScope{scope: unit, vm: number}
	}
	return vmScope{}
}

func scopeMeaning(what string) (kind record.Kind, said, reason string) {
	switch {
	case strings.Contains(what, "killed by the OOM killer"):
		return record.VMKilled, "systemd saw the OOM killer take a process of VM ", "oom-kill"
	case strings.HasPrefix(what, "systemd-oomd killed"):
		return record.VMKilled, "systemd-oomd killed processes of VM ", "systemd-oomd"
	case strings.HasPrefix(what, "Failed with result "):
		reason, _ = between(what, "'", "'")
		return record.VMKilled, "The scope failed (" + reason + ") of VM ", reason
	case strings.HasPrefix(what, "Deactivated successfully"), strings.HasPrefix(what, "Succeeded"), what == "Stopped", what == "Removed":
		return record.VMStopped, "systemd saw the end, orderly or not, of VM ", ""
	case what == "Stopping":
		return record.VMStopped, "systemd was told to stop VM ", "stopping"
	case what == "Started":
		return record.VMStarted, "systemd started the scope of VM ", ""
	}
	return "", "", ""
}
