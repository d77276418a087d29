package clock

import (
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// ground ties the clocks that are still afloat, once the others are settled: by the time the file was last written, or by
// the one day on which it meets the run.
func (c *Clock) ground() {
	for _, s := range c.all() {
		if !s.Afloat() || s.own.ordered {
			continue
		}
		from, to := c.evidence(s)
		if from.IsZero() {
			continue
		}
		if s.own.kind == record.LacksWall {
			c.startedBefore(s, from, to)
		} else if s.Zoned && (s.writtenThen(from, to) || s.onlyDay(from, to)) {
			c.byUser(s)
		}
	}
}

// evidence gives the span of the run's figures, or of its logs when it has no figures, as far as they are placed.
func (c *Clock) evidence(but *Source) (from, to time.Time) {
	for _, log := range []bool{false, true} {
		for _, o := range c.all() {
			if o == but || o.Log != log || o.first.IsZero() || o.own.kind != 0 || !o.Dated || !o.Zoned {
				continue
			}
			a, ok1 := c.Place(record.Origin{File: o.Path, Line: 1}, o.first)
			b, ok2 := c.Place(record.Origin{File: o.Path, Line: 1 << 60}, o.last)
			if !ok1 || !ok2 {
				continue
			}
			if from.IsZero() || a.T.Before(from) {
				from = a.T
			}
			if b.T.After(to) {
				to = b.T
			}
		}
		if !from.IsZero() {
			break
		}
	}
	return from, to
}

// aDay is how far from the run's other evidence a file may have been written to be of this run.
const aDay = 24 * time.Hour

// startedBefore takes the start of a tool that writes as it goes as far before the file's last writing as its last line
// is after the start.
func (c *Clock) startedBefore(s *Source, from, to time.Time) {
	zero := s.modified.Add(-s.own.end)
	if s.modified.IsZero() || !s.own.live || s.own.end <= 0 || s.modified.Before(from.Add(-aDay)) || zero.After(to.Add(aDay)) || c.copied(s) {
		return
	}
	s.tie(zero.UTC(), 0, 2*time.Second+s.own.interval,
		verdict.Say("the file was last written at %v, %v after the start of its clock", s.modified.UTC().Format(time.DateTime+" MST"), verdict.Span(s.own.end)))
}

// copied tells that the time of the file is that of a copy: others were written within the same minute, and their last
// times lie well before it.
func (c *Clock) copied(s *Source) bool {
	const together, before = time.Minute, 10 * time.Minute
	for _, o := range c.all() {
		if o == s || o.own.kind != 0 || o.first.IsZero() || !o.Zoned || !o.Dated || o.modified.Sub(s.modified).Abs() > together {
			continue
		}
		last, ok := c.Place(record.Origin{File: o.Path, Line: 1 << 60}, o.last)
		if ok && o.modified.Sub(last.T) > before+last.U {
			return true
		}
	}
	return false
}

// writtenThen takes the day on which the file's last time of day is the one at which it was last written.
func (s *Source) writtenThen(from, to time.Time) bool {
	local := s.modified.UTC()
	if s.first.Lacks&record.LacksZone != 0 {
		local = local.Add(s.Offset)
	}
	last := s.last.Wall.Sub(noDate)
	zero := nearestDay(local, last)
	if s.modified.IsZero() || zero.Add(last).Sub(local).Abs() > 2*time.Second+s.own.interval ||
		s.modified.Before(from.Add(-aDay)) || s.modified.After(to.Add(aDay)) {
		return false
	}
	return s.tie(zero, s.first.Lacks&record.LacksZone, 0,
		verdict.Say("its last time of day is the one at which the file was last written, on %v", zero.Add(last).Format(time.DateOnly)))
}

// onlyDay takes the day on which the file meets the run's other evidence, when there is just one.
func (s *Source) onlyDay(from, to time.Time) bool {
	if s.first.Lacks&record.LacksZone != 0 {
		from, to = from.Add(s.Offset), to.Add(s.Offset)
	}
	first, last := s.first.Wall.Sub(noDate), s.last.Wall.Sub(noDate)
	var found time.Time
	for day := from.Add(-last).Truncate(aDay); !day.After(to); day = day.Add(aDay) {
		if day.Add(first).After(to) || day.Add(last).Before(from) {
			continue
		}
		if !found.IsZero() {
			return false
		}
		found = day
	}
	if found.IsZero() {
		return false
	}
	return s.tie(found, s.first.Lacks&record.LacksZone, 0, verdict.Say("%v is the only day on which it meets the run's other evidence", found.Format(time.DateOnly)))
}
