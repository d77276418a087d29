package messages

import (
	"fmt"

	"oomortem/parser/record"
)

// OOM reads the kernel's OOM killer, mm/oom_kill.c from 2.6.9 to 7.x:
//
//	Out of memory: Kill process 7569 (qemu-kvm) score 256 or sacrifice child
//	Killed process 7569 (qemu-kvm), UID 107, total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB, shmem-rss:16kB
var OOM = Reader{
	Name:    "oom",
	Title:   "kernel OOM killer, 2.6.9 to 7.x",
	Sources: []string{"kernel", ""},
	Wants:   wantsOOM,
	New:     func() Step { return &oomStep{} },
}

type oomStep struct {
	choice *oomChoice
}

func wantsOOM(text []byte) bool {
	begin, _ := oomMessage(text)
	msg := text[begin:]
	if len(msg) < 12 {
		return false
	}
	switch msg[0] {
	case 'O', 'M', 'K', 'N':
		_, ok := readKill(string(msg))
		if !ok {
			_, ok = readChoice(string(msg))
		}
		return ok
	}
	return false
}

func (s *oomStep) Line(l record.Line, sink record.Sink) {
	begin, _ := oomMessage(l.Text)
	msg := l.Text[begin:]
	if c, ok := readChoice(msg); ok {
		s.choice = &c
		return
	}
	k, ok := readKill(msg)
	if !ok {
		return
	}
	o := &record.OOM{Killer: "kernel", Victim: k.victim}
	if c := s.choice; c != nil {
		if record.Known(c.pid) == k.victim.PID {
			o.Victim.Badness = c.score
		} else {
			o.Chosen = record.Victim{PID: record.Known(c.pid), Comm: c.comm, Badness: c.score}
		}
		s.choice = nil
	}
	sink.Event(record.Event{
		At: l.At, From: l.From, Host: l.Host, Source: "kernel", Kind: record.OOMKill,
		Attr:    []record.Attr{{Key: record.AttrPID, Value: o.Victim.PID.String()}, {Key: record.AttrComm, Value: o.Victim.Comm}},
		Text:    fmt.Sprintf("the kernel killed %s (pid %s) for memory", o.Victim.Comm, o.Victim.PID),
		Excerpt: msg, OOM: o,
	})
}

func (s *oomStep) Flush(record.Sink) { s.choice = nil }
