package messages

import (
	"slices"
	"strings"
	"time"

	"oomortem/parser/record"
)

// oomdLimit is a limit that oomd saw exceeded, upon which it kills.
type oomdLimit struct {
	line  record.Line
	cause string
}

// longestDecision is how long after it a kill may still follow: oomd looks again every second, and systemd hears of the
// kill when the unit's last process is gone.
const longestDecision = 2 * time.Minute

func wantsOomdLimit(text []byte) bool {
	switch {
	case has(text, "Swap used ("), has(text, "Memory used ("):
		return contains(text, " is more than ")
	case has(text, "Memory pressure for "):
		return contains(text, " reclaim activity")
	}
	return false
}

// readOomdLimit gives what oomd decided on, in the words of its later versions: "swap used (7) / total (8) being more than 90%".
func readOomdLimit(text string) (cause string, ok bool) {
	switch {
	case strings.HasPrefix(text, "Swap used ("), strings.HasPrefix(text, "Memory used ("):
		cause, ok = strings.Replace(text, " is more than ", " being more than ", 1), strings.Contains(text, " is more than ")
	case strings.HasPrefix(text, "Memory pressure for "):
		cause, ok = strings.Replace(text, " is greater than ", " being greater than ", 1), strings.Contains(text, " reclaim activity")
	}
	if !ok {
		return "", false
	}
	return strings.ToLower(cause[:1]) + cause[1:], true
}

// reached notes a limit that was exceeded. oomd says so at every look until a kill has helped, and so does a copy.
func (s *oomdStep) reached(l record.Line, cause string, sink record.Sink) {
	i := slices.IndexFunc(s.limits, func(d oomdLimit) bool { return d.line.Host == l.Host })
	switch {
	case i < 0 && len(s.limits) >= 256:
		s.limits[0].tell(sink)
		s.limits = append(s.limits[1:], oomdLimit{l, cause})
	case i < 0:
		s.limits = append(s.limits, oomdLimit{l, cause})
	case near(s.limits[i].line.At, l.At, longestDecision):
		s.limits[i].cause = cause
	default:
		s.limits[i].tell(sink)
		s.limits[i] = oomdLimit{l, cause}
	}
}

// decided gives what a kill was decided on, and takes it for told.
func (s *oomdStep) decided(l record.Line) (cause string) {
	i := slices.IndexFunc(s.limits, func(d oomdLimit) bool {
		return (d.line.Host == l.Host || d.line.Host == "" || l.Host == "") && near(d.line.At, l.At, longestDecision)
	})
	if i < 0 {
		return ""
	}
	cause = s.limits[i].cause
	s.limits = slices.Delete(s.limits, i, i+1)
	return cause
}

// tell gives a decision of which the text tells no outcome.
func (d oomdLimit) tell(sink record.Sink) {
	sink.Event(userEvent(d.line, record.MemPressure, "systemd-oomd", nil,
		"systemd-oomd decided to kill because of "+d.cause+"; whom, or that it found nobody, is not in the text"))
}
