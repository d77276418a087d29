package clock

import (
	"cmp"
	"slices"
	"time"

	"oomortem/parser/record"
)

// Twin takes a double stamp that two files make: the same kill, in one without a zone and in another with an exact stamp.
func (c *Clock) Twin(a record.Anchor) {
	s := c.source(a.From.File)
	s.twins = append(s.twins, a)
}

// twinSlack is how far two files may tell one line apart, once the zone is off: logs that are sent on lag.
const twinSlack = time.Minute

// byTwins takes the zone, and the year, from kills that another file tells with exact stamps. All of them must lie whole
// zones apart and agree on the zone, or on the hour of a summer time's turn; else they may be different kills, and the zone
// stays open.
func (s *Source) byTwins() {
	slices.SortStableFunc(s.twins, func(a, b record.Anchor) int { return cmp.Compare(a.From.Line, b.From.Line) })
	var stamps []tied
	for _, a := range s.twins {
		local, ok := s.localOf(a)
		d := local.Sub(a.Instant)
		rest := d - quarter(d)
		if !ok || !inUse(quarter(d)) || rest.Abs() >= twinSlack {
			return
		}
		stamps = append(stamps, tied{a, quarter(d), rest})
	}
	other := func(t tied) bool { return t.offset != stamps[0].offset }
	if len(stamps) == 0 || slices.ContainsFunc(stamps, other) && turnIn(stamps) == nil {
		return
	}
	s.anchors, s.twinned = s.twins, true
	s.byAnchors()
}

// wrote tells that some exact stamp of the source was written with the offset.
func (s *Source) wrote(off time.Duration) bool {
	return slices.ContainsFunc(s.offsets, func(o offsetAt) bool { return o.off == off })
}
