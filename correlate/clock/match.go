package clock

import (
	"fmt"
	"slices"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Happening is an event of a log that should show elsewhere too: somebody died.
type Happening struct {
	From    record.Origin
	Stamp   record.Stamp
	Subject string        // whom it hit, "" when not known
	Start   bool          // the subject began: no change in a curve shows that, but another log may tell of it
	Aside   bool          // of a cgroup of which nobody sees that it serves the run
	Orderly bool          // a VM was stopped, as somebody may have meant it to
	What    verdict.Text  // "the kill", "the end of web-1"
	Before  time.Duration // how long before it throughput may fall: a host that comes up was gone for minutes
}

// Mark is a change in a curve that a death could have made: throughput fell, a subject's samples ended.
type Mark struct {
	Path    string // of the curve
	At      time.Time
	U       time.Duration // half width of where the change may lie
	Subject string        // whose samples ended; "" for throughput
	What    verdict.Text  // "the drop of throughput in tps.csv"
}

// A drop may precede a kill (the host stalls in reclaim) or follow it (clients wait for their timeout). Samples end, and
// other logs tell of the same end, within seconds.
const (
	StallBefore  = 30 * time.Second
	timeoutAfter = 60 * time.Second
	sameMoment   = 10 * time.Second
	sameExtent   = 45 * time.Second
)

// Match finds the zone and year that nothing else gives, by laying events over changes: those of sources without a zone
// over those of exact sources, both ways. Every offset in use is tried, and the best is taken only when it stands out.
// Sources that all lack their zone can still be sound against each other; their zone is then not told.
func (c *Clock) Match(events []Happening, marks []Mark) {
	if c.zoned {
		return
	}
	best, second := c.bestFit(append(c.pairings(events, marks), c.extents()...))
	if !best.stands(second) || best.outweighed(events) {
		if best = c.within(); len(best.pairs) == 0 {
			c.openZone()
			return
		}
	}
	for _, s := range c.all() {
		if s.Zoned {
			continue
		}
		if s.Log && best.exported() {
			s.U, s.Rule = openZone, openRule()
			continue
		}
		s.Offset, s.Zoned, s.U, s.Rule, s.lent = best.offset, true, 2*time.Second, best.rule(), true
		for _, p := range best.pairs {
			if p.local.File != s.Path {
				continue
			}
			s.lent = false
			if s.Lacks&record.LacksYear != 0 {
				s.setYear(p.local.Line, p.year)
				break
			}
		}
	}
	if c.Method = best.rule(); !best.exported() || !slices.ContainsFunc(c.all(), func(s *Source) bool { return s.Log && !s.Zoned }) {
		c.zone, c.zoned = best.offset, true
	}
	if len(best.pairs) == 1 {
		c.Notes = append(c.Notes, verdict.Say("zone and year rest on one pair of events only"))
	}
	c.shareYear()
}

// openZone says which sources stay without a zone.
func (c *Clock) openZone() {
	onlyLocal := c.onlyLocal()
	for _, s := range c.all() {
		if s.Zoned {
			continue
		}
		s.U = openZone
		if onlyLocal {
			s.U = 2 * time.Second // all are local: against each other they are sound
		}
		s.Rule = openRule()
		c.Method = verdict.Say("nothing in the evidence gives the zone away; times are the host's local times")
	}
}

func openRule() verdict.Text {
	return verdict.Say("local time of a zone that nothing in the evidence gives away")
}

// exported tells of a fit that exports alone give, in UTC: many are written so wherever the host is.
func (f fit) exported() bool {
	return f.offset == 0 && !slices.ContainsFunc(f.pairs, func(p fitted) bool { return !p.extent })
}

// onlyLocal tells that no source of the run's time names instants: then all share one unknown zone as far as anybody can
// tell.
func (c *Clock) onlyLocal() bool {
	for _, s := range c.Sources() {
		if s.Lacks&record.LacksZone == 0 && !s.Afloat() && c.ofRun(s) {
			return false
		}
	}
	return true
}

// pairing is one event or mark without a zone against one with: what their distance would have to be.
type pairing struct {
	local       record.Origin
	stamp       record.Stamp // of the local side
	exact       time.Time
	early, late time.Duration // the local side may lie so long before and after the exact one
	weight      int
	extent      bool // begins or ends of two exports: convincing only when both fall together
	end         bool // it is their ends
	aside       bool // the event is
	orderly     bool
	text        verdict.Text // what falls on what
}

// pairings lays every local event over every exact mark and event, and every exact event over every local mark, where some
// zone may bring them together. Samples that end for the very subject that died, and two logs that tell of one VM's start or
// end, count double.
func (c *Clock) pairings(events []Happening, marks []Mark) []pairing {
	var out []pairing
	told := c.told(events)
	for _, e := range events {
		local := c.lacksZone(e.From.File)
		for _, m := range marks {
			if e.Start || m.Subject != "" && e.Subject != "" && m.Subject != e.Subject || c.lacksZone(m.Path) == local {
				continue
			}
			if p := overlay(e, m, local); p.fits() {
				p.text = verdict.Say("%v at %v falls on %v", e.What, verdict.Name(e.From.String()), m.What)
				out = append(out, p)
			}
		}
		if !local || e.Subject == "" {
			continue
		}
		for _, x := range told[tellingOf(e, e.Stamp.Wall)] {
			p := pairing{local: e.From, stamp: e.Stamp, exact: x.Stamp.Wall, early: sameMoment, late: sameMoment, weight: 2}
			if p.fits() {
				p.text = verdict.Say("%v at %v is %v at %v", e.What, verdict.Name(e.From.String()), x.What, verdict.Name(x.From.String()))
				out = append(out, p)
			}
		}
	}
	return out
}

// telling is what two logs say of one start or end: of whom, and the day by any zone and in any year.
type telling struct {
	subject string
	start   bool
	month   time.Month
	day     int
}

func tellingOf(e Happening, at time.Time) telling {
	return telling{e.Subject, e.Start, at.Month(), at.Day()}
}

// told gives the events of exact sources by what a log without a zone would say of them: in logs of years each VM starts
// and ends hundreds of times.
func (c *Clock) told(events []Happening) map[telling][]Happening {
	out := map[telling][]Happening{}
	for _, e := range events {
		if e.Subject == "" || c.lacksZone(e.From.File) {
			continue
		}
		for day := -1; day <= 1; day++ {
			t := tellingOf(e, e.Stamp.Wall.UTC().AddDate(0, 0, day))
			out[t] = append(out[t], e)
		}
	}
	return out
}

// extents pairs the begins and ends of curves without a zone with those of exact ones: exports of one run are often cut
// to the same stretch.
func (c *Clock) extents() []pairing {
	var out []pairing
	all := c.all()
	for _, l := range all {
		if l.Log || l.Zoned || l.first.IsZero() {
			continue
		}
		for _, e := range all {
			if e.Log || e.Lacks != 0 || e.first.IsZero() || e.last.Wall.Sub(e.first.Wall) < 10*time.Minute {
				continue
			}
			from := record.Origin{File: l.Path, Line: 1}
			text := verdict.Say("the begin and end of %v fall on those of %v", verdict.Name(l.Path), verdict.Name(e.Path))
			out = append(out,
				pairing{local: from, stamp: l.first, exact: e.first.Wall, early: sameExtent, late: sameExtent, weight: 1, extent: true, text: text},
				pairing{local: from, stamp: l.last, exact: e.last.Wall, early: sameExtent, late: sameExtent, weight: 1, extent: true, end: true, text: text})
		}
	}
	return out
}

// overlay is the pairing of an event with a mark.
func overlay(e Happening, m Mark, eventIsLocal bool) pairing {
	// The mark lies d after the event, -before <= d <= after.
	before, after, weight := max(e.Before, StallBefore)+m.U, timeoutAfter+m.U, 1
	if m.Subject != "" {
		before, after = sameMoment+m.U, sameMoment+m.U
		if m.Subject == e.Subject {
			weight = 2
		}
	}
	p := pairing{weight: weight, aside: e.Aside, orderly: e.Orderly}
	if eventIsLocal {
		p.local, p.stamp, p.exact, p.early, p.late = e.From, e.Stamp, m.At, after, before
		return p
	}
	p.local, p.stamp, p.exact, p.early, p.late = record.Origin{File: m.Path}, record.At(m.At, 0), e.Stamp.Wall, before, after
	return p
}

// fits tells that some zone brings the two sides together.
func (p pairing) fits() bool {
	at, ok := nearYear(p.stamp, p.exact)
	apart := at.Sub(p.exact)
	return ok && apart >= westmost-p.early && apart <= eastmost+p.late
}

func (c *Clock) lacksZone(path string) bool { return !c.source(path).Zoned }

// fit is one offset and the pairings that it makes fall together.
type fit struct {
	offset time.Duration
	pairs  []fitted
	miss   time.Duration // summed distance
}

type fitted struct {
	pairing
	year int // of the local side
}

func (f fit) score() int {
	n := 0
	for _, p := range f.pairs {
		n += p.weight
	}
	return n
}

// stands tells whether the fit may be believed: it explains an event, or begin and end of an export, and twice as much as
// any other offset.
func (f fit) stands(second fit) bool {
	begins, ends := false, false
	for _, p := range f.pairs {
		begins, ends = begins || !p.end, ends || p.end || !p.extent
	}
	if !begins || !ends {
		return false // exports that begin together begin with the run, or with the hour
	}
	return f.score() >= 1 && f.score() >= 2*second.score()
}

// outweighed tells that the fit rests alone on kills of which nobody sees that they served the run, or on stops, while an end
// that is more to the run lies around it, by whatever zone: for a stop the kill of a VM. Of some forty offsets in use one lets
// any end fall on the drop more often than clocks that run apart miss theirs.
func (f fit) outweighed(events []Happening) bool {
	var orderly bool
	for _, p := range f.pairs {
		if !p.aside && !p.orderly {
			return false
		}
		orderly = orderly || p.orderly
	}
	return slices.ContainsFunc(events, func(e Happening) bool {
		at, ok := nearYear(e.Stamp, f.pairs[0].exact)
		more := !e.Aside && !e.Start && (!orderly || !e.Orderly && e.Subject != "")
		return ok && more && at.Sub(f.pairs[0].exact).Abs() < openZone
	})
}

func (f fit) rule() verdict.Text {
	p := f.pairs[0]
	for _, q := range f.pairs {
		if q.weight > p.weight {
			p = q
		}
	}
	return verdict.Say("zone %v, year %v: %v (%v such pairs)", ZoneName(f.offset), fmt.Sprint(p.year), p.text, len(f.pairs))
}

// The zones in use lie between these offsets from UTC.
const (
	westmost = -12 * time.Hour
	eastmost = 14 * time.Hour
)

// bestFit tries all offsets in use.
func (c *Clock) bestFit(all []pairing) (best, second fit) {
	for off := westmost; off <= eastmost; off += 15 * time.Minute {
		if !inUse(off) {
			continue
		}
		f := try(all, off)
		switch {
		case f.score() > best.score() || f.score() == best.score() && f.score() > 0 && f.miss < best.miss:
			best, second = f, best
		case f.score() > second.score():
			second = f
		}
	}
	return best, second
}

func try(all []pairing, off time.Duration) fit {
	f := fit{offset: off}
	for _, p := range all {
		at, ok := nearYear(p.stamp, p.exact.Add(off))
		if !ok {
			continue
		}
		d := at.Add(-off).Sub(p.exact) // how long the local side lies after the exact one
		if d < -p.early || d > p.late {
			continue
		}
		f.pairs = append(f.pairs, fitted{p, at.Year()})
		f.miss += d.Abs()
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
