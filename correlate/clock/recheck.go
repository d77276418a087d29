package clock

import (
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Recheck looks again at exports that were lent the host's zone: one that then overlaps nothing else of the run was
// written elsewhere, a load generator in UTC above all. It gets the offset at which its changes fall on events, or UTC
// when that alone brings it back into the run; else it stays as it is, and uncertain, unless it overlaps a log that was lent
// the zone as well: as long as nothing says otherwise all local times of a run are of one zone.
func (c *Clock) Recheck(events []Happening, marks []Mark) {
	for _, s := range c.all() {
		if s.Log || !s.lent {
			continue
		}
		var own []Mark
		for _, m := range marks {
			if m.Path == s.Path {
				own = append(own, m)
			}
		}
		if c.overlaps(s, s.Offset, anySource) {
			if !c.besideExports(s) && !c.orUTC(s, exactly(c, events), own) {
				c.amongExports(s, exactly(c, events), own)
			}
			continue
		}
		s.Zoned = false
		best, second := c.bestFit(c.pairings(exactly(c, events), own))
		switch {
		case best.stands(second) && c.overlaps(s, best.offset, anySource):
			s.Offset, s.U, s.Rule = best.offset, 2*time.Second, best.rule()
		case c.overlaps(s, 0, anySource):
			s.Offset, s.U = 0, time.Minute
			s.Rule = verdict.Say("read as UTC: in the host's zone it would overlap nothing of the run")
		case !c.besideLent(s):
			s.U = openZone
		}
		s.Zoned = true
	}
}

// besideLent tells that the source shares its written times with a log of the same lent zone.
func (c *Clock) besideLent(s *Source) bool {
	own, ok := s.span()
	for _, o := range c.sources {
		if other, dated := o.span(); ok && o.Log && o.lent && dated && o.Offset == s.Offset && own.away(other) <= 0 {
			return true
		}
	}
	return false
}

// besideExports reads as UTC what in the lent zone would lie apart from all exact exports of the run, and does not so: a
// load tool's own log beside its results. The host's log spans days and overlaps anything.
func (c *Clock) besideExports(s *Source) bool {
	if s.Offset == 0 || c.overlaps(s, s.Offset, isExport) || !c.overlaps(s, 0, isExport) {
		return false
	}
	s.Offset, s.U = 0, 2*time.Second
	s.Rule = verdict.Say("read as UTC: in the host's zone it would lie apart from the exports of the run")
	return true
}

func anySource(*Source) bool { return true }

func isExport(s *Source) bool { return !s.Log }

// orUTC reads an export as UTC when its changes fall on events only so: in the lent zone none does.
func (c *Clock) orUTC(s *Source, events []Happening, own []Mark) bool {
	if s.Offset == 0 {
		return false
	}
	all := c.pairingsOf(s, events, own)
	utc := try(all, 0)
	if try(all, s.Offset).score() > 0 || utc.score() == 0 {
		return false
	}
	s.Offset, s.U = 0, 2*time.Second
	s.Rule = verdict.Say("read as UTC: only so does %v", utc.pairs[0].text)
	return true
}

// pairingsOf gives the pairings of a source as if its zone were open.
func (c *Clock) pairingsOf(s *Source, events []Happening, own []Mark) []pairing {
	s.Zoned = false
	defer func() { s.Zoned = true }()
	return c.pairings(events, own)
}

// sticksOut is how much of an export may lie outside of what the others cover: they are cut a little wider or narrower.
const sticksOut = 15 * time.Minute

// amongExports reads as UTC what in the lent zone sticks out of all that the exact exports cover, and lies within it so:
// memory is saved from a little before the load to a little after it. An event on which it falls in the lent zone speaks
// against that.
func (c *Clock) amongExports(s *Source, events []Happening, own []Mark) {
	var all span
	for _, o := range c.sources {
		if at, ok := o.span(); ok && o != s && !o.Log && !o.lent && o.Lacks == 0 {
			all = all.with(at)
		}
	}
	at, ok := s.span()
	if !ok || s.Offset == 0 || all.from.IsZero() || at.from.Before(all.from) || at.to.After(all.to) {
		return
	}
	lent := span{at.from.Add(-s.Offset), at.to.Add(-s.Offset)}
	if out := max(all.from.Sub(lent.from), lent.to.Sub(all.to)); out < sticksOut || try(c.pairingsOf(s, events, own), s.Offset).score() > 0 {
		return
	}
	s.Offset, s.U = 0, 2*time.Second
	s.Rule = verdict.Say("read as UTC: only so does it lie within the exports of the run")
}

// exactly gives the events with their stamps made exact where the clock can.
func exactly(c *Clock, events []Happening) []Happening {
	var out []Happening
	for _, e := range events {
		if m, ok := c.Place(e.From, e.Stamp); ok && m.U < time.Minute {
			e.Stamp = record.At(m.T, e.Stamp.Prec)
			out = append(out, e)
		}
	}
	return out
}

// overlaps tells that the source, with the offset, shares time with another one of a kind whose clock does not rest on a
// loan; so does any when there is none of the kind.
func (c *Clock) overlaps(s *Source, offset time.Duration, kind func(*Source) bool) bool {
	first, last := s.first.Wall.Add(-offset), s.last.Wall.Add(-offset)
	seen := false
	for _, o := range c.all() {
		if o == s || !kind(o) || o.lent || o.first.IsZero() || o.first.Lacks&(record.LacksDate|record.LacksWall) != 0 || !o.Zoned || !o.Dated {
			continue
		}
		from, ok1 := c.Place(record.Origin{File: o.Path, Line: 1}, o.first)
		to, ok2 := c.Place(record.Origin{File: o.Path, Line: 1 << 60}, o.last)
		if !ok1 || !ok2 {
			continue
		}
		seen = true
		if !first.After(to.T) && !last.Before(from.T) {
			return true
		}
	}
	return !seen
}
