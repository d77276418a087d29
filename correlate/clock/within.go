package clock

import (
	"slices"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// cutWider is how much longer one export of a run may be than another: memory is saved from some minutes before the load to
// some minutes after it.
const cutWider = 15 * time.Minute

// within lays each export without a zone, which share one, into what an exact export of the run covers, or around it. It tells
// an offset when one of the two is as long as the other but for some minutes, and all such pairs fit at this offset and at no
// other one in use. What is not even half as long as these minutes falls into anything too easily.
func (c *Clock) within() (one fit) {
	type pair struct {
		open *Source
		at   span
		held span
	}
	var pairs []pair
	for _, open := range c.all() {
		at := span{open.first.Wall, open.last.Wall}
		if open.Log || open.Zoned || open.first.Lacks != record.LacksZone || open.last.Lacks != record.LacksZone {
			continue
		}
		for _, s := range c.all() {
			exact, ok := s.span()
			if ok && !s.Log && s.Zoned && s.Lacks == 0 && min(exact.long(), at.long()) >= cutWider/2 && (exact.long()-at.long()).Abs() <= cutWider {
				pairs = append(pairs, pair{open, at, exact})
			}
		}
	}
	for off := -12 * time.Hour; off <= 14*time.Hour; off += 15 * time.Minute {
		if !inUse(off) || len(pairs) == 0 || slices.ContainsFunc(pairs, func(p pair) bool {
			at := span{p.at.from.Add(-off), p.at.to.Add(-off)}
			return !at.holds(p.held) && !p.held.holds(at)
		}) {
			continue
		}
		if len(one.pairs) > 0 {
			return fit{}
		}
		one.offset = off
		for _, p := range pairs {
			one.pairs = append(one.pairs, fitted{year: p.at.from.Year(), pairing: pairing{
				local: record.Origin{File: p.open.Path, Line: 1}, stamp: p.open.first, exact: p.at.from.Add(-off), weight: 1, extent: true,
				text: verdict.Say("%v covers the time of the exact exports of the run only so", verdict.Name(p.open.Path)),
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
