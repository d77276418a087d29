package messages

import (
	"cmp"
	"fmt"
	"strings"
	"time"

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
//	The victim died in 0.021s
//
// It looks at the memory once more before it acts, and says the first two lines again. The victim's status is told where it
// is configured; else the search for it has named it, "  PID: 4012, Name: stress, badness: 853".
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
	found record.Stamp // when the victim was named
	sent  *record.Line
}

// longestAction is how long after it has named a victim nohang acts; what is told later is of another one.
const longestAction = 30 * time.Second

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
		s.forget(l)
		if s.first == 0 {
			s.first = l.From.Line
		}
	case strings.HasPrefix(l.Text, "<<<<<<<<"), strings.HasPrefix(l.Text, ">>>>>>>>"): // around each action
		s.Flush(sink)
		*s = nohangStep{}
	case key == "MemAvailable" && s.why == "":
		s.why = l.Text
	case key == "PID:":
		s.readPID(value)
		s.found = l.At
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
		s.forget(l)
		s.sent = &l
	case strings.HasPrefix(l.Text, "Cannot send a signal"):
		*s = nohangStep{}
	case strings.HasPrefix(l.Text, "OK; total response time"), victimDied(l.Text):
		if s.forget(l); s.sent == nil && s.oom.Victim.PID.Known() { // the line between is lost
			s.sent = &l
		}
		s.Flush(sink)
	}
}

// victimDied reads "The victim died in 0.021s"; it may also have died "in the search process".
func victimDied(text string) bool {
	rest, ok := strings.CutPrefix(text, "The victim died in ")
	return ok && rest != "" && rest[0]-'0' < 10
}

// forget gives up a victim that was named too long ago to be that of the line.
func (s *nohangStep) forget(l record.Line) {
	if s.sent == nil && s.oom.Victim.PID.Known() && !near(s.found, l.At, longestAction) {
		*s = nohangStep{}
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

// Flush tells a kill whose signal was sent, with what the text holds of it.
func (s *nohangStep) Flush(sink record.Sink) {
	if s.sent == nil {
		return
	}
	o := s.oom
	o.Killer, o.Why = "nohang", s.why
	o.Lines = record.Span{First: cmp.Or(s.first, s.sent.From.Line), Last: s.sent.From.Line}
	text := fmt.Sprintf("nohang ended %s because memory ran low", victimText(o.Victim))
	if !o.Victim.PID.Known() {
		text = "nohang ended a process because memory ran low; which one is not in the text"
	}
	sink.Event(userEvent(*s.sent, record.OOMKill, "nohang", &o, text))
	*s = nohangStep{}
}
