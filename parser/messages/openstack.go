package messages

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
)

// openstack reads what nova-compute (Train to 2025) says about an instance, by its UUID:
//
//	nova-compute[7]: … [instance: 3fd4f6e2-0000-4000-8000-000000000001] VM Stopped (Lifecycle Event)
//	nova-compute[7]: … [instance: 3fd4f6e2-…] Instance shutdown by itself. Calling the stop API. Current vm_state: active, …
var openstack = Reader{
	Name: "openstack", Title: "OpenStack nova-compute: instances started and stopped",
	Sources: []string{"nova-compute", "nova.compute.manager"},
	Wants: func(text []byte) bool {
		return bytes.Contains(text, []byte("[instance: ")) && containsAny(text, "(Lifecycle Event)", "shutdown by itself")
	},
	New: lineByLine(readOpenstack),
}

func readOpenstack(l record.Line, sink record.Sink) {
	uuid, ok := between(l.Text, "[instance: ", "]")
	if !ok || len(uuid) != 36 {
		return
	}
	attr := record.Attr{Key: record.AttrVM, Value: uuid}
	reason := func(s string) record.Attr { return record.Attr{Key: record.AttrReason, Value: s} }
	switch {
	case strings.Contains(l.Text, "VM Started (Lifecycle Event)"):
		sink.Event(settled(l, record.VMStarted, "Instance "+uuid+" was started", attr))
	case strings.Contains(l.Text, "VM Stopped (Lifecycle Event)"):
		sink.Event(settled(l, record.VMStopped, "nova saw the end, orderly or not, of instance "+uuid, attr))
	case strings.Contains(l.Text, "VM Paused (Lifecycle Event)"):
		sink.Event(settled(l, record.VMStopped, "Instance "+uuid+" was paused", attr, reason("paused")))
	case strings.Contains(l.Text, "VM Resumed (Lifecycle Event)"):
		sink.Event(settled(l, record.VMStarted, "Instance "+uuid+" was resumed", attr, reason("resumed")))
	case strings.Contains(l.Text, "shutdown by itself"):
		sink.Event(settled(l, record.VMKilled, "Instance "+uuid+" went down while nova expected it to run", attr))
	}
}
