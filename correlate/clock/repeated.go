package clock

import (
	"cmp"
	"slices"
	"time"

	"oomortem/parser/record"
)

// repeated tells that a place's clocks showed the local time twice, as summer time ended, and gives the offsets of both.
func repeated(place *time.Location, local time.Time) (first, second time.Duration, twice bool) {
	at := func(off time.Duration) time.Duration {
		_, seconds := local.Add(-off).In(place).Zone()
		return time.Duration(seconds) * time.Second
	}
	first, second = at(aDay), at(-aDay)
	return first, second, first > second && at(first) == first && at(second) == second
}

// backstep is a place in a log where local time steps back by less than an hour.
type backstep struct {
	line     int // the first one behind it
	from, to time.Time
}

const (
	leastBackstep = 5 * time.Minute // less is reordering
	mostBacksteps = 1000            // in a log with more the order of lines tells nothing
)

// findBacksteps looks for the steps back in the local times that the clock saw of the log.
func (s *Source) findBacksteps() {
	s.backsteps = nil
	if !s.Log || s.Lacks&record.LacksZone == 0 {
		return
	}
	all := slices.Clone(s.stamps)
	for _, st := range s.yearful {
		if !st.zoned {
			all = append(all, st)
		}
	}
	slices.SortStableFunc(all, func(a, b lineStamp) int { return cmp.Compare(a.line, b.line) })
	for i := 1; i < len(all) && len(s.backsteps) <= mostBacksteps; i++ {
		if back := all[i-1].wall.Sub(all[i].wall); back >= leastBackstep && back < time.Hour {
			s.backsteps = append(s.backsteps, backstep{all[i].line, all[i-1].wall, all[i].wall})
		}
	}
	if len(s.backsteps) > mostBacksteps {
		s.backsteps = nil
	}
}

// behindStep tells by the order of the log whether a line is of the second time that the clocks showed an hour: the log steps
// back once in it, before the line or not. twice knows the local times of that hour.
func (s *Source) behindStep(line int, twice func(local time.Time) bool) (second, known bool) {
	steps, at := 0, 0
	for _, b := range s.backsteps {
		from, to := b.from, b.to
		if from.Year() < firstYear {
			year := s.yearAt(b.line)
			from, to = withYear(from, year), withYear(to, year)
		}
		if twice(from) && twice(to) {
			steps, at = steps+1, b.line
		}
	}
	return line >= at, steps == 1
}

// besideAnchor tells the same by a double stamp: what stands before one of the first time is of the first, what stands behind
// one of the second of the second.
func (s *Source) besideAnchor(line int, local time.Time, first, second time.Duration) (behind, known bool) {
	for _, a := range s.anchors {
		if a.Instant.Sub(local.Add(-second)).Abs() > aDay {
			continue
		}
		_, seconds := a.Instant.In(s.place).Zone()
		switch off := time.Duration(seconds) * time.Second; {
		case off == first && line <= a.From.Line:
			return false, true
		case off == second && line >= a.From.Line:
			return true, true
		}
	}
	return false, false
}

// inPlaceAt gives the offset of a line by the place's rules, and how far it may be wrong: in the hour that the clocks showed
// twice the order of the log tells, or nothing does.
func (s *Source) inPlaceAt(line int, wall time.Time) (off, slack time.Duration) {
	first, second, twice := repeated(s.place, wall)
	if !twice {
		return offsetIn(s.place, wall), 0
	}
	behind, known := s.besideAnchor(line, wall, first, second)
	if !known {
		behind, known = s.behindStep(line, func(local time.Time) bool {
			_, _, also := repeated(s.place, local)
			return also && local.Sub(wall).Abs() < aDay
		})
	}
	switch {
	case !known:
		return second, first - second
	case behind:
		return second, 0
	}
	return first, 0
}
