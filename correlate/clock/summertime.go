package clock

import (
	"slices"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// tied is a double stamp, the offset that it gives and what rounding that to a zone left over.
type tied struct {
	record.Anchor
	offset, rest time.Duration
}

// turn is a change of summer time inside a log: the offsets before and behind it, and the double stamps nearest to it.
type turn struct {
	before, after time.Duration
	last, first   record.Anchor
}

// Double stamps around a turn agree to within so much, and so does a line between them with their instants.
const turnSlack = 5 * time.Second

// turnIn finds the place where double stamps, in the order of the log, go over from one offset to another an hour away.
// One in ten may be off; a single late line is no turn, for it is not late by an hour to the second.
func turnIn(stamps []tied) *turn {
	var best *turn
	fewest := len(stamps)/10 + 1
	for k := 1; k < len(stamps); k++ {
		t := turn{stamps[k-1].offset, stamps[k].offset, stamps[k-1].Anchor, stamps[k].Anchor}
		if (t.after-t.before).Abs() != time.Hour || (stamps[k].rest-stamps[k-1].rest).Abs() > turnSlack {
			continue
		}
		off := 0
		for i, s := range stamps {
			if i < k && s.offset != t.before || i >= k && s.offset != t.after {
				off++
			}
		}
		if off < fewest {
			best, fewest = &t, off
		}
	}
	return best
}

// byTurn takes the source's zones where summer time began or ended in it.
func (s *Source) byTurn(stamps []tied) bool {
	if s.turn = turnIn(stamps); s.turn == nil {
		return false
	}
	rests := make([]time.Duration, len(stamps))
	for i := range stamps {
		rests[i] = stamps[i].rest
	}
	slices.Sort(rests)
	s.Offset, s.Residual = s.turn.after, rests[len(rests)/2].Round(time.Millisecond)
	s.Rule = verdict.Say("zone %v, and %v before summer time changed, from %v double stamps: %v",
		ZoneName(s.turn.after), ZoneName(s.turn.before), len(stamps), s.turn.first.Rule)
	return true
}

// offsetAt gives the offset of a line, and how far it may be wrong where a place's clocks showed an hour twice. Between the two
// double stamps around a turn it is the one that lays the line between their instants; if both do, the order of the log tells;
// else it is that of the nearer one.
func (s *Source) offsetAt(line int, wall time.Time) (off, slack time.Duration) {
	if s.place != nil && wall.Year() >= firstYear {
		return s.inPlaceAt(line, wall)
	}
	t := s.turn
	if t == nil {
		return s.Offset, 0
	}
	if line <= t.last.From.Line {
		return t.before, 0
	}
	if line >= t.first.From.Line {
		return t.after, 0
	}
	fits := func(local time.Time, off time.Duration) bool {
		at := local.Add(-off)
		return !at.Before(t.last.Instant.Add(-turnSlack)) && !at.After(t.first.Instant.Add(turnSlack))
	}
	twice := func(local time.Time) bool { return fits(local, t.before) && fits(local, t.after) }
	near := line-t.last.From.Line <= t.first.From.Line-line
	if before, after := fits(wall, t.before), fits(wall, t.after); before != after {
		near = before
	} else if behind, known := s.behindStep(line, twice); known && before && t.before > t.after {
		near = !behind
	}
	if near {
		return t.before, 0
	}
	return t.after, 0
}

// offsetFrom gives the offset that held from a local time on.
func (s *Source) offsetFrom(local time.Time) time.Duration {
	if t := s.turn; t != nil && local.Add(-t.after).Before(t.last.Instant) {
		return t.before
	}
	return s.Offset
}
