package clock

import (
	"fmt"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Kill is an event of a log that should show in the curves: somebody died.
type Kill struct {
	From    record.Origin
	Stamp   record.Stamp
	Subject string // whom it hit, "" when not known
}

// Mark is a change in a curve that a death could have made: throughput fell, a subject's samples ended.
type Mark struct {
	Path    string // of the curve
	At      time.Time
	U       time.Duration // half width of where the change may lie
	Subject string        // whose samples ended; "" for throughput
	What    string        // "the throughput drop", "the end of worker-1's samples"
}

// A drop may precede the kill (the host stalls in reclaim) or follow it (clients wait for their timeout).
const (
	stallBefore  = 30 * time.Second
	timeoutAfter = 60 * time.Second
)

// Match finds the zone and year of logs that nothing else gives, by laying their kills over the marks of the curves:
// every offset in use is tried, and the best is taken only when it stands out. Curves that lack their zone as well
// can confirm that both are written in one zone, which is not told then.
func (c *Clock) Match(kills []Kill, marks []Mark) {
	if c.zoned || len(kills) == 0 {
		return
	}
	exact := c.exactMarks(marks)
	best, second := c.bestFit(kills, exact)
	if !best.stands(second) {
		c.openZone()
		return
	}
	for _, s := range c.all() {
		if !s.Log || s.Zoned {
			continue
		}
		s.Offset, s.Zoned, s.U = best.offset, true, 2*time.Second
		if !s.Dated || s.base != best.year {
			if k, ok := firstIn(kills, s.Path); ok {
				s.setYear(k.From.Line, best.year)
			}
		}
		s.Rule = best.rule()
	}
	c.zone, c.zoned, c.Method = best.offset, true, best.rule()
	if len(best.pairs) == 1 {
		c.Notes = append(c.Notes, verdict.Say("zone and year rest on one pair of events only"))
	}
	if from := c.zonedLog(); from != nil {
		c.adopt(from)
		c.Method = best.rule()
	}
	c.shareYear()
}

// openZone says which sources stay without a zone.
func (c *Clock) openZone() {
	for _, s := range c.all() {
		if s.Zoned {
			continue
		}
		s.U = openZone
		if c.onlyLocal() {
			s.U = 2 * time.Second // all are local: against each other they are sound
		}
		s.Rule = verdict.Say("local time of a zone that nothing in the evidence gives away")
	}
	c.Method = verdict.Say("nothing in the evidence gives the zone away; times are the host's local times")
}

// onlyLocal tells that no source names instants: then all share one unknown zone as far as anybody can tell.
func (c *Clock) onlyLocal() bool {
	for _, s := range c.Sources() {
		if s.Zoned {
			return false
		}
	}
	return true
}

func (c *Clock) exactMarks(marks []Mark) []Mark {
	var out []Mark
	for _, m := range marks {
		if s := c.source(m.Path); s.Lacks&(record.LacksZone|record.LacksYear) == 0 {
			out = append(out, m)
		}
	}
	return out
}

// fit is one try: an offset, a year, and the pairs that fall together.
type fit struct {
	offset time.Duration
	year   int // of the kills
	pairs  []pair
	miss   time.Duration // summed distance of the pairs
}

type pair struct {
	kill Kill
	mark Mark
}

// score weighs a pair by how telling it is: samples that end for the very subject that was killed count double.
func (f fit) score() int {
	n := 0
	for _, p := range f.pairs {
		n++
		if p.mark.Subject != "" && p.mark.Subject == p.kill.Subject {
			n++
		}
	}
	return n
}

// stands tells whether the fit may be believed: it explains a kill, and twice as well as any other offset.
func (f fit) stands(second fit) bool {
	return f.score() >= 1 && f.score() >= 2*second.score()
}

func (f fit) rule() verdict.Text {
	p := f.pairs[0]
	if len(f.pairs) == 1 {
		return verdict.Say("zone %v and year %v: the kill at %v falls on %v", ZoneName(f.offset), fmt.Sprint(f.year), p.kill.From.String(), p.mark.What)
	}
	return verdict.Say("zone %v and year %v: the kill at %v falls on %v and on %v", ZoneName(f.offset), fmt.Sprint(f.year), p.kill.From.String(), p.mark.What, f.pairs[1].mark.What)
}

// bestFit tries all offsets in use and all years near the marks.
func (c *Clock) bestFit(kills []Kill, marks []Mark) (best, second fit) {
	for off := -12 * time.Hour; off <= 14*time.Hour; off += 15 * time.Minute {
		if !inUse(off) {
			continue
		}
		f := c.try(kills, marks, off)
		switch {
		case f.score() > best.score() || f.score() == best.score() && f.score() > 0 && f.miss < best.miss:
			best, second = f, best
		case f.score() > second.score():
			second = f
		}
	}
	return best, second
}

func (c *Clock) try(kills []Kill, marks []Mark, off time.Duration) fit {
	f := fit{offset: off}
	for _, k := range kills {
		for _, m := range marks {
			if m.Subject != "" && k.Subject != "" && m.Subject != k.Subject {
				continue
			}
			at, ok := nearYear(k.Stamp, m.At.Add(off))
			if !ok {
				continue
			}
			d := m.At.Sub(at.Add(-off)) // how long after the kill the mark lies
			if d < -stallBefore-m.U || d > timeoutAfter+m.U {
				continue
			}
			f.pairs = append(f.pairs, pair{k, m})
			f.miss += d.Abs()
			f.year = at.Year()
		}
	}
	return f
}

// nearYear gives the stamp in the year that lies nearest to the local time t.
func nearYear(st record.Stamp, t time.Time) (time.Time, bool) {
	if st.Lacks&(record.LacksDate|record.LacksWall) != 0 {
		return time.Time{}, false
	}
	if st.Lacks&record.LacksYear == 0 {
		return st.Wall, true
	}
	for _, y := range []int{t.Year(), t.Year() - 1, t.Year() + 1} {
		if at := withYear(st.Wall, y); at.Sub(t).Abs() < 183*24*time.Hour {
			return at, true
		}
	}
	return time.Time{}, false
}

func firstIn(kills []Kill, path string) (Kill, bool) {
	for _, k := range kills {
		if k.From.File == path {
			return k, true
		}
	}
	return Kill{}, false
}
