package clock

import (
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// offsetAt is an offset that a log wrote at an instant; it changes with summer time.
type offsetAt struct {
	at  time.Time
	off time.Duration
}

// sawOffset notes the offset that an exact stamp was written with. "Z" is no offset: it says UTC wherever the host is.
func (s *Source) sawOffset(st record.Stamp) {
	if !st.Exact() || st.Wall.Location() == time.UTC {
		return
	}
	_, off := st.Wall.Zone()
	s.offsets = append(s.offsets, offsetAt{st.Wall, time.Duration(off) * time.Second})
}

// offsetNear gives the offset that the source wrote nearest to the instant.
func (s *Source) offsetNear(t time.Time) time.Duration {
	best := s.offsets[0]
	for _, o := range s.offsets[1:] {
		if o.at.Sub(t).Abs() < best.at.Sub(t).Abs() {
			best = o
		}
	}
	return best.off
}

// offsetOver gives the offset that the source wrote while local clocks went from first to last: the one that most of its
// stamps of that time have, and the nearest where none was written.
func (s *Source) offsetOver(first, last time.Time) time.Duration {
	best, most := s.offsetNear(first.Add(-s.offsets[0].off)), 0
	tried := map[time.Duration]bool{}
	for _, candidate := range s.offsets {
		if tried[candidate.off] || !inUse(candidate.off) {
			continue
		}
		tried[candidate.off] = true
		agree := 0
		for _, o := range s.offsets {
			switch local := o.at.UTC().Add(candidate.off); {
			case local.Before(first) || local.After(last):
			case o.off == candidate.off:
				agree++
			default:
				agree--
			}
		}
		if agree > most {
			best, most = candidate.off, agree
		}
	}
	return best
}

// Tell makes the clock tell times in the zone that was in force at the instant, where the logs show it change.
func (c *Clock) Tell(at time.Time) {
	switch {
	case at.IsZero():
	case c.writer != nil:
		c.zone = c.writer.offsetNear(at)
		c.Method = verdict.Say("the stamps are exact and written with the offset %v", ZoneName(c.zone))
	case c.lender != nil && c.lender.turn != nil && !at.After(c.lender.turn.last.Instant):
		c.zone = c.lender.turn.before
	}
}

// LacksZone tells that the source's stamps name no offset.
func (c *Clock) LacksZone(path string) bool { return c.source(path).Lacks&record.LacksZone != 0 }

// MoveZone changes the host's zone by an hour of summer time: local times are told with the offset less the move.
func (c *Clock) MoveZone(by time.Duration) { c.zone -= by }
