package clock

import (
	"cmp"
	"slices"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// walk finds where the year turns inside the source: going down the file, the month falls by more than half a year.
// A smaller step back is reordering or a set clock. Where the month rises again by as much a few lines on, a late line
// came in, or the machine had started with its clock at the beginning of a year: the old year goes on.
func (s *Source) walk() {
	slices.SortStableFunc(s.stamps, func(a, b lineStamp) int { return cmp.Compare(a.line, b.line) })
	s.wraps, s.returns = nil, nil
	for i := 1; i < len(s.stamps); i++ {
		fall, line := s.stamps[i-1].wall.Sub(s.stamps[i].wall), s.stamps[i].line
		switch n := len(s.wraps); {
		case fall > halfYear:
			s.wraps = append(s.wraps, line)
		case fall < -halfYear && n > len(s.returns) && line-s.wraps[n-1] <= fewLines:
			s.returns = append(s.returns, line)
		}
	}
}

const (
	halfYear = 183 * 24 * time.Hour
	fewLines = 50 // between a turn of the year and its return: so few are no year's log
)

// turnsBefore counts the New Years between the first line and the given one.
func (s *Source) turnsBefore(line int) int {
	n := 0
	for _, w := range s.wraps {
		if w <= line {
			n++
		}
	}
	for _, r := range s.returns {
		if r <= line {
			n--
		}
	}
	return n
}

// yearAt gives the calendar year of a line; while the year is not known, one that only counts the New Years.
func (s *Source) yearAt(line int) int { return s.base + s.turnsBefore(line) }

// InYear gives a stamp its year, where the source's is known. Others come back as they are.
func (c *Clock) InYear(from record.Origin, st record.Stamp) record.Stamp {
	s := c.source(from.File)
	if st.Lacks&(record.LacksYear|relative) != record.LacksYear || !s.Dated {
		return st
	}
	st.Wall, st.Lacks = withYear(st.Wall, s.yearAt(from.Line)), st.Lacks&^record.LacksYear
	return st
}

func withYear(t time.Time, year int) time.Time {
	return time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// setYear fixes the year of a line, and with it of all.
func (s *Source) setYear(line, year int) {
	s.base, s.Dated = year-s.turnsBefore(line), true
}

// impossible tells that the source has a 29 February which the year does not have.
func (s *Source) impossible(base int) bool {
	for _, st := range s.stamps {
		y := base + s.turnsBefore(st.line)
		if st.wall.Month() == time.February && st.wall.Day() == 29 && withYear(st.wall, y).Day() != 29 {
			return true
		}
	}
	return false
}

// shareYear dates the sources without a year by the run's dated ones: the year in which they overlap with one, or come
// closest.
func (c *Clock) shareYear() {
	var dated []span
	for _, s := range c.all() {
		if at, ok := s.span(); ok {
			dated = append(dated, at)
		}
	}
	dated = joined(dated)
	for _, s := range c.all() {
		if s.Dated || len(s.stamps) == 0 || s.Lacks&record.LacksDate != 0 {
			continue
		}
		if c.opt.Year != 0 {
			s.setYear(0, c.opt.Year+s.base) // of a rotated log it is the year of the oldest file
			continue
		}
		if base, ok := s.nearestYear(dated); ok {
			s.base, s.Dated = base, true
			if s.Rule.IsZero() {
				s.Rule = verdict.Say("the year is that of the run's dated sources")
			}
		}
	}
}

// fits tells that the source, with its first line in the year, keeps its limits. Those of a journal are written in whole
// seconds, and with the offsets of their own days: summer time may have come between.
func (s *Source) fits(base int) bool {
	at := s.spanFrom(base)
	return !s.impossible(base) &&
		(s.limits.from.IsZero() || !at.from.Before(s.limits.from.Add(-time.Hour))) &&
		(s.limits.to.IsZero() || !at.to.After(s.limits.to.Add(time.Hour)))
}

// spanFrom gives what the stamps without a year cover if the first is of the given one.
func (s *Source) spanFrom(base int) span {
	last := s.stamps[len(s.stamps)-1]
	return span{withYear(s.stamps[0].wall, base), withYear(last.wall, base+s.turnsBefore(last.line))}
}

// span is a stretch of time as local clocks tell it.
type span struct{ from, to time.Time }

// away is how far two spans lie apart; below zero when they overlap, by how much they do.
func (a span) away(b span) time.Duration { return max(a.from.Sub(b.to), b.from.Sub(a.to)) }

// with is the stretch from the earlier begin to the later end of two; one that is empty adds nothing.
func (a span) with(b span) span {
	if a.from.IsZero() || !b.from.IsZero() && b.from.Before(a.from) {
		a.from = b.from
	}
	if b.to.After(a.to) {
		a.to = b.to
	}
	return a
}

// joined makes one of spans that overlap: thousands of files of one run are one stretch.
func joined(all []span) []span {
	slices.SortFunc(all, func(a, b span) int { return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to)) })
	var out []span
	for _, s := range all {
		if n := len(out); n > 0 && !s.from.After(out[n-1].to) {
			if s.to.After(out[n-1].to) {
				out[n-1].to = s.to
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// span gives what the source covers, if its year is known.
func (s *Source) span() (at span, ok bool) {
	if !s.Dated || s.first.IsZero() || s.first.Wall.Year() == 0 && len(s.stamps) == 0 {
		return at, false
	}
	if len(s.stamps) > 0 {
		return span{s.yearOf(s.first, 0), s.yearOf(s.last, 1<<60)}, true
	}
	return span{s.first.Wall, s.last.Wall}, true
}

// yearOf gives the time of a stamp with its year, which it may have by itself.
func (s *Source) yearOf(st record.Stamp, line int) time.Time {
	if st.Lacks&record.LacksYear == 0 {
		return st.Wall
	}
	return withYear(st.Wall, s.yearAt(line))
}

// nearestYear gives the base year that lays the source over one of the spans, or closest to it. Of two that overlap it is
// the one that overlaps more; logs of other years may lie beside those of the run.
func (s *Source) nearestYear(dated []span) (best int, ok bool) {
	var least time.Duration
	for _, d := range dated {
		turns := len(s.wraps) - len(s.returns)
		for base := d.from.Year() - 1 - turns; base <= d.to.Year()+1; base++ {
			if !s.fits(base) {
				continue
			}
			own := s.spanFrom(base)
			if away := own.away(d); !ok || away < least {
				best, least, ok = base, away, true
			}
		}
	}
	return best, ok
}
