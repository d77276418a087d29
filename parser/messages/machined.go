package messages

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
)

// systemd-machined (v219 to v257) writes two lines in a VM's life:
//
//	systemd-machined[822]: New machine qemu-3-web01.
//	systemd-machined[822]: Machine qemu-3-web01 terminated.
//
// The second one follows every end, an orderly shutdown as well as a kill: it tells when, not why.
var machined = Reader{
	Name: "machined", Title: "systemd-machined: VMs that came and went",
	Sources: []string{"systemd-machined"},
	Wants: func(text []byte) bool {
		return bytes.HasPrefix(text, []byte("New machine qemu-")) || bytes.HasPrefix(text, []byte("Machine qemu-"))
	},
	Starts: []string{"New machine qemu-", "Machine qemu-"},
	New:    lineByLine(readMachined),
}

func readMachined(l record.Line, sink record.Sink) {
	text := strings.TrimSpace(l.Text)
	if name, ok := strings.CutPrefix(text, "New machine "); ok {
		registered(l, strings.TrimSuffix(name, "."), record.VMStarted, "systemd-machined registered the machine ", sink)
		return
	}
	name, ok := strings.CutPrefix(text, "Machine ")
	if name, cut := strings.CutSuffix(name, " terminated."); ok && cut {
		registered(l, name, record.VMStopped, "systemd-machined saw the end, orderly or not, of the machine ", sink)
	}
}

func registered(l record.Line, machine string, kind record.Kind, said string, sink record.Sink) {
	id, vm, ok := machineParts(machine)
	if !ok {
		return
	}
	sink.Event(settled(l, kind, said+machine,
		record.Attr{Key: record.AttrMachine, Value: machine},
		record.Attr{Key: record.AttrVM, Value: vm},
		record.Attr{Key: record.AttrID, Value: id}))
}
