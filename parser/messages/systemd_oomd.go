package messages

import (
	"fmt"
	"path"
	"strings"
	"time"

	"oomortem/parser/record"
)

// systemdOomd reads systemd's userland killer (oomd-manager.c, v247 and later), which kills whole cgroups, and what
// systemd itself says about it:
//
//	Killed /user.slice/a.scope due to memory pressure for /user.slice being 58.33% > 50.00% for > 20s with reclaim activity
//	Killed /a.scope due to swap used (7730941132) / total (8589930496) being more than 90.00%                       v248 and v249
//	Killed /a.scope due to memory used (16260780032) / total (16419115008) and swap used (29560922112) / total (32838500352) being more than 90.00%
//	Marked /a.scope for killing due to memory used (...) ...                                                        v250 and later
//	a.scope: systemd-oomd killed 1453 process(es) in this unit.                                                     by systemd
//	Swap used (7730941132) / total (8589930496) is more than 90%                                                    before a kill: v247, later ones at level debug
//	Memory pressure for /a.slice is greater than 60 for more than 30 seconds and there was reclaim activity         before a kill: v247
//
// v247 says no more than the last two, what it decided on, and systemd tells whom that hit.
var systemdOomd = Reader{
	Name:    "systemd-oomd",
	Title:   "systemd-oomd, the userland OOM killer of systemd",
	Sources: []string{"systemd-oomd", "systemd", ""},
	Wants: func(text []byte) bool {
		return (has(text, "Killed ") || has(text, "Marked ")) && (contains(text, " due to memory ") || contains(text, " due to swap used (")) ||
			endsWith(text, " in this unit.") && contains(text, "systemd-oomd killed ") || wantsOomdLimit(text)
	},
	Starts: []string{"Killed ", "Marked ", "Swap used (", "Memory used (", "Memory pressure for "},
	Holds:  []string{"oomd killed "},
	New:    func() Step { return &oomdStep{} },
}

// oomdStep knows the latest kills: oomd and systemd both tell of one. Two words of the same teller about one unit are
// two kills, since a unit that leaks is restarted and killed again within the minute.
type oomdStep struct {
	kills  []oomdKill
	limits []oomdLimit // the latest of each host
}

type oomdKill struct {
	host, unit string
	at         record.Stamp
	told       map[oomdTeller]record.Line // who told of it, and how
}

type oomdTeller uint8

const (
	oomdKilled oomdTeller = iota
	oomdMarked
	oomdManager // systemd itself, of the unit
)

func (s *oomdStep) Line(l record.Line, sink record.Sink) {
	if cause, limit := readOomdLimit(l.Text); limit {
		s.reached(l, cause, sink)
		return
	}
	unit, cause, teller, ok := readOomd(l.Text)
	if !ok {
		return
	}
	for i := len(s.kills) - 1; i >= 0; i-- {
		k := s.kills[i]
		if k.host != l.Host || !sameUnit(k.unit, unit) || !near(k.at, l.At, 2*time.Minute) {
			continue
		}
		if before, told := k.told[teller]; !told {
			k.told[teller] = l
			return
		} else if sameWords(before, l) {
			return
		}
	}
	if len(s.kills) >= 256 {
		s.kills = s.kills[1:]
	}
	s.kills = append(s.kills, oomdKill{l.Host, unit, l.At, map[oomdTeller]record.Line{teller: l}})
	if decided := s.decided(l); cause == "" {
		cause = decided
	}
	o := &record.OOM{Killer: "systemd-oomd", TaskMemcg: unit, Why: cause, Lines: record.Span{First: l.From.Line, Last: l.From.Line}}
	text := fmt.Sprintf("systemd-oomd killed all processes of %s", unit)
	if cause != "" {
		text += " because of " + cause
	}
	sink.Event(userEvent(l, record.OOMKill, "systemd-oomd", o, text))
}

// Flush tells the limits upon which no kill has followed.
func (s *oomdStep) Flush(sink record.Sink) {
	for _, d := range s.limits {
		d.tell(sink)
	}
	*s = oomdStep{}
}

func readOomd(text string) (unit, cause string, teller oomdTeller, ok bool) {
	if head, _, found := strings.Cut(text, ": systemd-oomd killed "); found {
		return head, "", oomdManager, true
	}
	rest, killed := strings.CutPrefix(text, "Killed ")
	if !killed {
		rest, ok = strings.CutPrefix(text, "Marked ")
		teller = oomdMarked
	}
	if !killed && !ok {
		return "", "", teller, false
	}
	i := max(strings.LastIndex(rest, " due to memory "), strings.LastIndex(rest, " due to swap used ("))
	if i < 0 {
		return "", "", teller, false
	}
	cause = rest[i+len(" due to "):]
	if strings.HasSuffix(cause, ">") { // cut by a pager
		cause = ""
	}
	return strings.TrimSuffix(rest[:i], " for killing"), cause, teller, true
}

// sameUnit compares a cgroup's path with a unit's name; either may be shortened with an ellipsis in front.
func sameUnit(a, b string) bool {
	tail := func(s string) (name string, cut bool) {
		if i := strings.LastIndex(s, "…"); i >= 0 {
			return s[i+len("…"):], true
		}
		return path.Base(s), false
	}
	nameA, cutA := tail(a)
	nameB, cutB := tail(b)
	switch {
	case nameA == "" || nameB == "":
		return false
	case cutA && strings.HasSuffix(nameB, nameA), cutB && strings.HasSuffix(nameA, nameB):
		return true
	case strings.HasPrefix(a, "/") && strings.HasPrefix(b, "/"):
		return a == b
	}
	return nameA == nameB
}
