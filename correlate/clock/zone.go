package clock

import (
	"slices"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// byUser takes --tz and --year over everything that could be inferred.
func (c *Clock) byUser(s *Source) {
	if c.opt.Zone == nil || s.Lacks&record.LacksZone == 0 {
		return
	}
	s.inPlace(c.opt.Zone, c.opt.Year)
	s.Zoned = true
	s.Rule = verdict.Say("zone %v as the user said", c.opt.Zone.String())
}

// quarter rounds to the 15 minutes that all zones in use are multiples of.
func quarter(d time.Duration) time.Duration { return d.Round(15 * time.Minute) }

// byAnchors takes the zone, and the year, from double stamps: the median difference, rounded to a zone. What is
// left over is the skew of the two clocks; more than a few seconds widens the uncertainty.
func (s *Source) byAnchors() {
	var stamps []tied
	for _, a := range s.anchors {
		local, ok := s.localOf(a)
		if !ok {
			continue
		}
		d := local.Sub(a.Instant)
		stamps = append(stamps, tied{a, quarter(d), d - quarter(d)})
		if a.Stamp.Lacks&record.LacksYear != 0 {
			s.setYear(a.From.Line, local.Year())
		}
	}
	if len(stamps) == 0 {
		return
	}
	s.Zoned, s.Anchors = true, len(stamps)
	if !s.byTurn(stamps) {
		s.byMedian(stamps)
	}
	s.U = max(time.Second, s.Residual.Abs())
}

// byMedian takes the zone that most of the double stamps give.
func (s *Source) byMedian(stamps []tied) {
	var offsets, rests []time.Duration
	for _, t := range stamps {
		offsets, rests = append(offsets, t.offset), append(rests, t.rest)
	}
	slices.Sort(offsets)
	slices.Sort(rests)
	s.Offset = offsets[len(offsets)/2]
	s.Residual = rests[len(rests)/2].Round(time.Millisecond)
	s.Rule = verdict.Say("zone %v from %v double stamps: %v", ZoneName(s.Offset), len(offsets), s.anchors[0].Rule)
	if len(offsets) == 1 {
		s.Rule = verdict.Say("zone %v from one double stamp: %v", ZoneName(s.Offset), s.anchors[0].Rule)
	}
}

// localOf gives the anchor's written time with the year that brings it within a day of its instant.
func (s *Source) localOf(a record.Anchor) (time.Time, bool) {
	if a.Stamp.Lacks&record.LacksDate != 0 {
		return time.Time{}, false
	}
	if a.Stamp.Lacks&record.LacksYear == 0 {
		return a.Stamp.Wall, a.Stamp.Wall.Sub(a.Instant).Abs() < 15*time.Hour
	}
	for _, y := range []int{a.Instant.Year(), a.Instant.Year() - 1, a.Instant.Year() + 1} {
		if local := withYear(a.Stamp.Wall, y); local.Sub(a.Instant).Abs() < 15*time.Hour {
			return local, true
		}
	}
	return time.Time{}, false
}

// byHead takes the zone that the text names at its head for all of its journal.
func (s *Source) byHead() {
	if s.headed == nil {
		return
	}
	s.Offset, s.Zoned, s.U = offsetIn(s.headed, time.Unix(0, 0).UTC()), true, time.Second
	s.Rule = verdict.Say("zone %v, as the journal's range at its head is written", ZoneName(s.Offset))
}

// byModified takes zone and year from the moment the file was last written, which for a live or carefully copied
// log is the moment of its last line. Only a difference that is a zone to within two seconds counts: a copy's own
// time would meet that by chance once in 200 times, and then only within 14 hours of the last line.
func (s *Source) byModified() {
	if !s.Log || s.modified.IsZero() || s.last.IsZero() || s.Lacks&record.LacksDate != 0 {
		return
	}
	last := s.last.Wall
	if s.last.Lacks&record.LacksYear != 0 {
		last = withYear(last, s.modified.UTC().Add(12*time.Hour).Year())
		if last.Sub(s.modified) > 15*time.Hour {
			last = withYear(last, last.Year()-1)
		}
	}
	d := last.Sub(s.modified)
	off := quarter(d)
	if d.Abs() > 14*time.Hour+2*time.Second || (d-off).Abs() > 2*time.Second || !inUse(off) {
		return
	}
	s.Offset, s.Zoned, s.U = off, true, 2*time.Second
	if s.last.Lacks&record.LacksYear != 0 {
		s.setYear(1<<60, last.Year())
	}
	s.Rule = verdict.Say("zone %v: the file was last written at the moment of its last line", ZoneName(off))
}

// shareZone lends the zone of the host's logs to sources that lack one, and settles what the host's zone is.
func (c *Clock) shareZone() {
	w := c.writtenZone()
	if from := c.zonedLog(); from != nil && !(from.twinned && from.Offset != 0 && w != nil && w.wrote(from.Offset)) { // which tells when summer time came, too
		c.adopt(from)
		c.lender = from
		return
	}
	if c.opt.Place != nil && (w == nil || w.offsets[0].off == 0) {
		c.byListing()
		return
	}
	if w != nil {
		off := w.offsets[0].off
		w.Rule = verdict.Say("the stamps are exact and written with the offset %v", ZoneName(off))
		c.adopt(&Source{Path: w.Path, Offset: off, Rule: w.Rule, U: time.Second})
		c.writer = w
		for _, s := range c.all() {
			if s.lent && !s.first.IsZero() {
				s.Offset = w.offsetOver(s.first.Wall, s.last.Wall) // summer time may have come between
			}
		}
	}
}

// writtenZone gives a log whose exact stamps carry the host's offset. An offset of zero counts last: libvirt and QEMU
// write UTC wherever they are.
func (c *Clock) writtenZone() *Source {
	var utc *Source
	for _, s := range c.all() {
		switch {
		case !s.Log || len(s.offsets) == 0 || s.UTC || !c.ofRun(s):
		case s.offsets[0].off != 0:
			return s
		case utc == nil:
			utc = s
		}
	}
	return utc
}

// zonedLog gives the log whose zone rests on the most anchors.
func (c *Clock) zonedLog() *Source {
	var best *Source
	for _, s := range c.all() {
		if s.Log && s.Zoned && s.Lacks&record.LacksZone != 0 && (best == nil || s.Anchors > best.Anchors) && c.ofRun(s) {
			best = s
		}
	}
	return best
}

// sameRun is how far the sources of one run may lie apart: rotated logs of its host go back for weeks.
const sameRun = 31 * 24 * time.Hour

// OfRun tells that the log at the path may be of the run's time.
func (c *Clock) OfRun(path string) bool { return c.ofRun(c.source(path)) }

// ofRun tells that a log may be of the run's time: not that all of its figures lie weeks or years away. Logs of other hosts
// and years are copied along, and their zone is none of the run's business.
func (c *Clock) ofRun(log *Source) bool {
	at, ok := log.span()
	if !ok {
		return true
	}
	figures := false
	for _, s := range c.sources {
		if other, ok := s.span(); ok && !s.Log {
			figures = true
			if at.away(other) < sameRun {
				return true
			}
		}
	}
	return !figures
}

// adopt makes the source's zone the host's and lends it to all that have none.
func (c *Clock) adopt(from *Source) {
	c.zone, c.zoned, c.Method = from.Offset, true, from.Rule
	for _, s := range c.all() {
		if s.Zoned {
			continue
		}
		s.Offset, s.Zoned, s.U, s.lent = from.Offset, true, from.U, true
		if at, ok := s.span(); ok {
			s.Offset = from.offsetFrom(at.from)
		}
		s.Rule = verdict.Say("zone %v taken over from %v", ZoneName(s.Offset), verdict.Name(from.Path))
		if !s.Log {
			s.Rule = verdict.Say("zone %v taken over from %v; an export's own zone could differ", ZoneName(s.Offset), verdict.Name(from.Path))
		}
	}
}

// inUse tells whether a place on earth has the offset (IANA tz database 2025, standard and summer time).
func inUse(off time.Duration) bool {
	m := int(off.Minutes())
	switch {
	case m < -12*60 || m > 14*60:
		return false
	case m%60 == 0:
		return true
	}
	switch m {
	case -9*60 - 30, -3*60 - 30, -2*60 - 30, 3*60 + 30, 4*60 + 30, 5*60 + 30, 5*60 + 45, 6*60 + 30, 8*60 + 45, 9*60 + 30, 10*60 + 30, 12*60 + 45, 13*60 + 45:
		return true
	}
	return false
}
