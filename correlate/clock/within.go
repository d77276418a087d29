package clock

import (
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// cutWider is how much longer one export of a run may be than another: memory is saved from some minutes before the load to
// some minutes after it.
const cutWider = 15 * time.Minute

// within lays all exports without a zone, which share one, into what the exact exports of the run cover, or around it. It
// tells an offset when one is as long as the other but for some minutes, and holds it at no other offset in use. What is
// not even half as long as these minutes falls into anything too easily.
func (c *Clock) within() (one fit) {
	var exact, local span
	var open []*Source
	for _, s := range c.all() {
		at, ok := s.span()
		switch {
		case s.Log || s.first.IsZero():
		case ok && s.Zoned && s.Lacks == 0:
			exact = exact.with(at)
		case !s.Zoned && s.first.Lacks == record.LacksZone && s.last.Lacks == record.LacksZone:
			local = local.with(span{s.first.Wall, s.last.Wall})
			open = append(open, s)
		}
	}
	if exact.from.IsZero() || min(exact.long(), local.long()) < cutWider/2 || (exact.long()-local.long()).Abs() > cutWider {
		return fit{}
	}
	for off := -12 * time.Hour; off <= 14*time.Hour; off += 15 * time.Minute {
		at := span{local.from.Add(-off), local.to.Add(-off)}
		if !inUse(off) || !at.holds(exact) && !exact.holds(at) {
			continue
		}
		if len(one.pairs) > 0 {
			return fit{}
		}
		one.offset = off
		for _, s := range open {
			one.pairs = append(one.pairs, fitted{year: s.first.Wall.Year(), pairing: pairing{
				local: record.Origin{File: s.Path, Line: 1}, stamp: s.first, exact: s.first.Wall.Add(-off), weight: 1, extent: true,
				text: verdict.Say("%v covers the time of the exact exports of the run only so", verdict.Name(s.Path)),
			}})
		}
	}
	return one
}

// long is how long a stretch lasts; holds tells that another lies within it, but for the step of a collector.
func (a span) long() time.Duration { return a.to.Sub(a.from) }
func (a span) holds(b span) bool {
	return !b.from.Before(a.from.Add(-sameExtent)) && !b.to.After(a.to.Add(sameExtent))
}
