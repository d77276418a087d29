package messages

import (
	"fmt"
	"strings"

	"oomortem/parser/record"
)

// earlyoom reads the userland killer of that name (kill.c of 0.x to 1.8):
//
//	low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%
//	sending SIGTERM to process 57834 uid 1000 "code": badness 866, VmRSS 5 MiB                                     up to 1.6
//	sending SIGTERM to process 57834 uid 1000 "code": oom_score 1107, oom_score_adj 300, VmRSS 573 MiB, cmdline "..."   1.8
//	Killing process 'bash' with signal 15, pid: 123                                                                 0.x
//	Killing process 5769 (chrome)                                                                                   up to 1.0, behind
//	Out of memory! avail: 774 MiB < min: 780 MiB
//	Killing process 5769 (chrome) with badness 866 time_running=12.3m
//	Could not kill process: Operation not permitted
//	process exited after 0.1 seconds | escalating to SIGKILL after 2.034 seconds | kill failed: Timer expired
//	dryrun, not actually sending any signal                                                                         --dryrun
var earlyoom = Reader{
	Name:    "earlyoom",
	Title:   "earlyoom, a userland OOM killer",
	Sources: []string{"earlyoom", ""},
	Wants: func(text []byte) bool {
		return has(text, "sending SIG") || has(text, "low memory! ") || killingProcess(text) || has(text, "Out of memory! ") || has(text, "Could not kill process") || has(text, "Warning: Could not kill process") || has(text, "kill failed: ") || has(text, "dryrun, not ") ||
			has(text, "process ") && contains(text, "exited after ") || has(text, "escalating to SIGKILL")
	},
	Starts: []string{"sending SIG", "low memory! ", "Killing process ", "Out of memory! ", "Could not kill process", "Warning: Could not kill process", "kill failed: ", "dryrun, not ", "process ", "escalating to SIGKILL"},
	New:    func() Step { return &earlyoomStep{} },
}

// killingProcess knows the lines up to 1.0 that name a victim, whose name or pid comes first.
func killingProcess(text []byte) bool {
	const words = "Killing process "
	return has(text, words) && len(text) > len(words) && (text[len(words)] == '\'' || text[len(words)]-'0' < 10)
}

// earlyoomStep holds a kill until its outcome is told: a signal that failed killed nobody.
type earlyoomStep struct {
	low  string // why it acts
	line record.Line
	kill *record.OOM
}

func (s *earlyoomStep) Line(l record.Line, sink record.Sink) {
	switch text := l.Text; {
	case strings.HasPrefix(text, "low memory! "):
		s.low = strings.TrimPrefix(text, "low memory! ")
	case strings.HasPrefix(text, "Out of memory! "):
		s.low = strings.TrimPrefix(text, "Out of memory! ")
	case strings.HasPrefix(text, "Killing process ") && l.Program == "" && s.low == "": // anybody may say so
	case strings.HasPrefix(text, "sending SIG"), strings.HasPrefix(text, "Killing process "):
		if v, ok := readEarlyoom(text); ok {
			if s.kill != nil && s.kill.Victim.PID == v.PID { // SIGKILL after SIGTERM
				return
			}
			s.Flush(sink)
			s.line = l
			s.kill = &record.OOM{Killer: "earlyoom", Victim: v, Why: s.low, Lines: record.Span{First: l.From.Line, Last: l.From.Line}}
		}
	case strings.HasPrefix(text, "kill failed: ") && s.kill != nil:
		s.spared(fmt.Sprintf("earlyoom tried to end %s and failed (%s)", victimText(s.kill.Victim), strings.TrimPrefix(text, "kill failed: ")), sink)
	case strings.HasPrefix(strings.TrimPrefix(text, "Warning: "), "Could not kill process: ") && s.kill != nil:
		_, why, _ := strings.Cut(text, "process: ")
		s.spared(fmt.Sprintf("earlyoom tried to end %s and failed (%s)", victimText(s.kill.Victim), why), sink)
	case strings.HasPrefix(text, "dryrun, not ") && s.kill != nil:
		s.spared(fmt.Sprintf("earlyoom would have ended %s because memory ran low, but runs with --dryrun and sends no signal", victimText(s.kill.Victim)), sink)
	case strings.HasPrefix(text, "process ") && s.kill != nil:
		s.kill.Lines.Last = l.From.Line
		s.Flush(sink)
	}
}

// spared tells of a victim that lives on: memory ran low all the same.
func (s *earlyoomStep) spared(text string, sink record.Sink) {
	e := userEvent(s.line, record.MemPressure, "earlyoom", nil, text)
	e.Attr = victimAttr(s.kill.Victim)
	s.kill = nil
	sink.Event(e)
}

// Flush tells a kill that nothing spoke against.
func (s *earlyoomStep) Flush(sink record.Sink) {
	if s.kill != nil {
		sink.Event(userEvent(s.line, record.OOMKill, "earlyoom", s.kill, fmt.Sprintf("earlyoom ended %s because memory ran low", victimText(s.kill.Victim))))
		s.kill = nil
	}
}

func readEarlyoom(text string) (v record.Victim, ok bool) {
	if name, rest, found := strings.Cut(strings.TrimPrefix(text, "Killing process '"), "' with signal "); found {
		_, pid, _ := strings.Cut(rest, "pid: ")
		n, _, ok := leadingInt(pid)
		return record.Victim{PID: record.Known(n), Comm: oomComm(name)}, ok
	}
	if rest, found := strings.CutPrefix(text, "Killing process "); found {
		pid, name, ok := leadingInt(rest)
		name, _, _ = strings.Cut(name, " with badness ")
		name = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(name), "("), ")") // as /proc/PID/stat has it, up to a blank in it
		return record.Victim{PID: record.Known(pid), Comm: oomComm(name)}, ok && pid > 0
	}
	_, rest, _ := strings.Cut(text, " to process ")
	pid, rest, ok := leadingInt(rest)
	if !ok || pid <= 0 || strings.HasPrefix(text, "sending SIG0") {
		return v, false
	}
	v.PID = record.Known(pid)
	if after, found := strings.CutPrefix(rest, " uid "); found {
		if uid, more, ok := leadingInt(after); ok {
			v.UID, rest = record.Known(uid), more
		}
	}
	open := strings.IndexByte(rest, '"')
	if open < 0 {
		return v, true
	}
	name, values := rest[open+1:], ""
	for _, mark := range [...]string{`": oom_score `, `": badness `} {
		if i := strings.Index(name, mark); i >= 0 {
			name, values = name[:i], name[i+3:]
			break
		}
	}
	v.Comm = oomComm(name)
	for _, part := range strings.Split(values, ", ") {
		key, value, _ := strings.Cut(part, " ")
		n, unit, ok := leadingInt(value)
		switch {
		case !ok:
		case key == "oom_score_adj":
			v.Adj = record.Known(n)
		case key == "VmRSS" && unit == " MiB" && n < 1<<30:
			v.Anon = record.Known(n << 20) // all of it; which part is anonymous is not told
		case key == "cmdline":
			return v, true
		}
	}
	return v, true
}
