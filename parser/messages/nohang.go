package messages

import (
	"fmt"
	"strings"

	"oomortem/parser/record"
)

// nohang reads the userland killer of that name (src/nohang, 0.1 and 0.2), which writes several lines for a kill:
//
//	Memory status that requires corrective actions:
//	  MemAvailable [503.9 MiB, 8.6 %] <= soft_threshold_min_mem [586.0 MiB, 10.0 %]
//	Victim status (found in 1ms):
//	  PID:       4012, name: stress, state: R, EUID: 1000, SID: 3999 (bash), lifetime: 12s
//	  badness:   853, oom_score:  853, oom_score_adj:  0
//	  Vm, MiB:   Size: 4100, RSS: 3900 (Anon: 3899, File: 1, Shmem: 0), Swap: 12
//	Implementing a corrective action:
//	  Sending SIGTERM to the victim
//	OK; total response time: 15ms
var nohang = Reader{
	Name:    "nohang",
	Title:   "nohang, a userland OOM killer",
	Sources: []string{"nohang"},
	New:     func() Step { return &nohangStep{} },
}

type nohangStep struct {
	why   string
	oom   record.OOM
	first int
	sent  *record.Line
}

func (s *nohangStep) Line(l record.Line, sink record.Sink) {
	for _, text := range splitEscaped(l.Text) {
		l.Text = strings.TrimSpace(text)
		s.read(l, sink)
	}
}

func (s *nohangStep) read(l record.Line, sink record.Sink) {
	v := &s.oom.Victim
	switch key, value, _ := strings.Cut(l.Text, " "); {
	case strings.HasPrefix(l.Text, "Memory status that requires"):
		s.Flush(sink)
		*s = nohangStep{first: l.From.Line}
	case key == "MemAvailable" && s.why == "":
		s.why = l.Text
	case key == "PID:":
		s.readPID(value)
	case key == "badness:":
		_, adj, _ := strings.Cut(value, "oom_score_adj:")
		if n, _, ok := leadingInt(adj); ok {
			v.Adj = record.Known(n)
		}
	case strings.HasPrefix(l.Text, "Vm, MiB:"):
		s.readSizes(value)
	case key == "cgroup_v2:" && strings.HasPrefix(value, "/"):
		s.oom.TaskMemcg = value
	case key == "Sending" && strings.HasSuffix(value, " to the victim"):
		s.sent = &l
	case strings.HasPrefix(l.Text, "Cannot send a signal"):
		s.sent = nil
	case strings.HasPrefix(l.Text, "OK; total response time"):
		s.Flush(sink)
	}
}

// readPID reads "4012, name: stress, state: R, EUID: 1000, ..." and "4012, Name: stress, badness: 853".
func (s *nohangStep) readPID(value string) {
	pid, rest, ok := leadingInt(value)
	if !ok {
		return
	}
	v := &s.oom.Victim
	v.PID = record.Known(pid)
	for _, mark := range [...]string{", name: ", ", Name: "} {
		if name, found := strings.CutPrefix(rest, mark); found {
			for _, end := range [...]string{", state: ", ", badness: "} {
				if i := strings.LastIndex(name, end); i >= 0 {
					name, rest = name[:i], name[i:]
				}
			}
			v.Comm = oomComm(name)
		}
	}
	if _, uid, found := strings.Cut(rest, ", EUID: "); found {
		if n, _, ok := leadingInt(uid); ok {
			v.UID = record.Known(n)
		}
	}
}

// readSizes reads "Size: 4100, RSS: 3900 (Anon: 3899, File: 1, Shmem: 0), Swap: 12", all in MiB.
func (s *nohangStep) readSizes(text string) {
	v := &s.oom.Victim
	size := func(key string) record.Maybe {
		_, after, ok := strings.Cut(text, key+": ")
		if !ok {
			return record.Maybe{}
		}
		return mebibytes(after[:skipDigits(after, 0)])
	}
	v.TotalVM, v.Swap = size("Size"), size("Swap")
	v.Anon, v.File, v.Shmem = size("Anon"), size("File"), size("Shmem")
	if !v.Anon.Known() {
		v.Anon = size("RSS") // all of it; the parts are told only when configured
	}
}

// Flush tells a kill whose signal was sent.
func (s *nohangStep) Flush(sink record.Sink) {
	if s.sent == nil || !s.oom.Victim.PID.Known() {
		return
	}
	o := s.oom
	o.Killer, o.Why = "nohang", s.why
	o.Lines = record.Span{First: s.first, Last: s.sent.From.Line}
	sink.Event(userEvent(*s.sent, record.OOMKill, "nohang", &o, fmt.Sprintf("nohang ended %s because memory ran low", victimText(o.Victim))))
	*s = nohangStep{}
}
