package messages

import (
	"testing"

	"oomortem/parser/record"
)

// The line's shape is that of sudo's manual, "LOG FORMAT".
func TestSudo(t *testing.T) {
	for _, c := range []struct{ text, vm, reason string }{
		{"ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/virsh suspend web01", "web01", "paused"},
		{"ops : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/virsh -c qemu:///system destroy --graceful web01", "web01", "destroyed"},
		{"ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/virsh resume web01", "web01", "resumed"},
		{"ops : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/virsh list --all", "", ""},
		{"ops : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/virsh shutdown", "", ""},
		{"ops : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/cat /var/log/virsh destroy web01", "", ""},
	} {
		got := &collected{}
		readSudo(record.Line{Program: "sudo", Text: c.text}, got)
		var vm, reason string
		for i := range got.events {
			if begun := got.events[i].Kind == record.VMStarted; begun != (c.reason == "resumed") {
				t.Errorf("%s: %s", c.text, got.events[i].Kind)
			}
			vm, reason = got.events[i].Get(record.AttrVM), got.events[i].Get(record.AttrReason)
		}
		if vm != c.vm || reason != c.reason {
			t.Errorf("%s: VM %q, reason %q; want %q, %q", c.text, vm, reason, c.vm, c.reason)
		}
	}
}

type collected struct {
	record.Discard
	events []record.Event
}

func (c *collected) Event(e record.Event) { c.events = append(c.events, e) }
