package correlate

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"oomortem/correlate/clock"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// ownTime is what a stamp lacks that counts from its file's own beginning.
const ownTime = record.LacksWall | record.LacksDate

// written gives a stamp as seconds: since 1970, or since the beginning of its own clock.
func written(at record.Stamp) float64 {
	if at.Lacks&record.LacksWall != 0 {
		return at.Mono.Seconds()
	}
	return seconds(at.Wall)
}

// paces tells the clock how often the files write that have a clock of their own.
func (s *Session) paces(ck *clock.Clock) {
	for _, cv := range s.loose {
		t := slices.Clone(cv.t)
		slices.Sort(t)
		ck.Every(cv.From.File, span(medianStep(t)))
	}
	for _, l := range s.loads {
		ck.Every(l.From.File, l.Width)
	}
}

// ground dates the curves and loads of clocks that are tied to the others; their times then are as-written times like
// all.
func (s *Session) ground(ck *clock.Clock) {
	for series, cv := range s.loose {
		begin := record.Stamp{Lacks: cv.lacks}
		if cv.lacks&record.LacksWall == 0 {
			begin.Wall = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		at := ck.Dated(cv.From.File, begin)
		if at.Lacks&ownTime != 0 {
			continue
		}
		by, main := written(at)-written(begin), s.byID[series]
		for i, t := range cv.t {
			main.t, main.v, main.line = append(main.t, t+by), append(main.v, cv.v[i]), append(main.line, cv.line[i])
		}
		main.lacks = main.lacks&^(ownTime|record.LacksYear|record.LacksZone) | at.Lacks
		delete(s.loose, series)
	}
	for _, l := range s.loads {
		l.Start = ck.Dated(l.From.File, l.Start)
	}
}

// looseRate chooses among rates on clocks that nothing ties down.
func (s *Session) looseRate() *flow {
	var rates []*curve
	for _, cv := range s.loose {
		if !cv.Counter && len(cv.t) > 2 && (cv.Quantity == record.Throughput || cv.Quantity == record.Requests) {
			cv.arrange()
			rates = append(rates, cv)
		}
	}
	if len(rates) == 0 {
		return &flow{}
	}
	best := slices.MaxFunc(rates, func(a, b *curve) int {
		return cmp.Or(cmp.Compare(a.Quantity, b.Quantity), cmp.Compare(sum(a.v)*a.step, sum(b.v)*b.step), // "requests" < "throughput"
			cmp.Compare(a.From.File, b.From.File), cmp.Compare(a.String(), b.String()))
	})
	f := &flow{name: best.Name, from: verdict.Source(best.From), file: best.From.File, t: slices.Clone(best.t), v: slices.Clone(best.v), labels: best.Labels,
		behind: best.Behind, first: best.First.Seconds(), afloat: true}
	f.withFailures(slices.Collect(maps.Values(s.loose)), best)
	return f
}

// Unknown gives those of the user's anchors that name no input.
func (s *Session) Unknown() []string {
	var out []string
	for _, b := range s.opt.Begin {
		if !slices.ContainsFunc(s.inputs, func(in record.Input) bool { return b.Names(in.Path) }) {
			out = append(out, b.File)
		}
	}
	return out
}
