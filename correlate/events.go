package correlate

import (
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
)

// Events gives the understood log events on the clock, in time order, copies left out; those that cannot be placed
// come last. Times are in the host's zone where that is known.
func (s *Session) Events() ([]verdict.EventRow, verdict.Clock) {
	s.sort()
	s.rejoin()
	topo := topology.Build(s.facts, s.events, s.series())
	ck := s.setClock()
	s.matchClock(ck, topo, s.throughput())
	sights := s.sights(ck)
	var rows []verdict.EventRow
	for _, x := range sights.All {
		row := verdict.EventRow{
			Uncertainty: x.U, Host: x.Host, Source: verdict.Source(x.From), Kind: x.Kind, Text: x.Text, Excerpt: x.Excerpt, Attr: x.Attr, OOM: x.OOM,
		}
		if x.Placed {
			row.At = ck.Local(x.T)
			row.Lacks = ck.Open(x.From.File) & ck.Dated(x.From.File, x.At).Lacks
		}
		rows = append(rows, row)
	}
	c := &course{s: s, clock: ck, topo: topo, sights: sights, flow: &flow{}}
	return rows, c.clockSide(&verdict.Report{})
}
