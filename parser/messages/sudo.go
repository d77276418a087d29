package messages

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
)

// sudo (1.8, 1.9) logs each command that somebody runs through it:
//
//	sudo: ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/virsh suspend web01
//
// A virsh command that ends or pauses a VM tells who did it before libvirt tells that it was done; a pause, and its end, leave
// no other line at all.
var sudo = Reader{
	Name: "sudo", Title: "sudo: virsh commands of an operator",
	Sources: []string{"sudo"},
	Wants: func(text []byte) bool {
		return bytes.Contains(text, []byte("virsh")) && bytes.Contains(text, []byte("COMMAND="))
	},
	New: lineByLine(readSudo),
}

// virshEnds maps virsh's verbs to libvirt's reasons (virsh manual, "DOMAIN COMMANDS").
var virshEnds = map[string]string{
	"suspend": "paused", "destroy": "destroyed", "shutdown": "shutdown", "migrate": "migrated", "save": "saved", "managedsave": "saved",
}

func readSudo(l record.Line, sink record.Sink) {
	_, command, ok := strings.Cut(l.Text, "COMMAND=")
	if !ok {
		return
	}
	words := strings.Fields(command)
	if len(words) < 3 || !strings.HasSuffix(words[0], "virsh") {
		return
	}
	for i, w := range words[1:] {
		kind, reason := record.VMStopped, virshEnds[w]
		if w == "resume" {
			kind, reason = record.VMStarted, "resumed"
		}
		if reason == "" {
			continue
		}
		vm := ""
		for _, arg := range words[i+2:] {
			if !strings.HasPrefix(arg, "-") {
				vm = arg
				break
			}
		}
		if vm == "" {
			return
		}
		user, _, _ := strings.Cut(strings.TrimSpace(l.Text), " ")
		sink.Event(settled(l, kind, "An operator ("+brief(user, 40)+") asked libvirt to "+w+" VM "+vm,
			record.Attr{Key: record.AttrVM, Value: vm}, record.Attr{Key: record.AttrReason, Value: reason}))
		return
	}
}
