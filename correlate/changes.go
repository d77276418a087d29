package correlate

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"oomortem/correlate/change"
	"oomortem/correlate/clock"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Changes gives every series of the inputs and where it changed, in the order of the files. Times are in the host's
// zone where that is known.
func (s *Session) Changes() []verdict.SeriesChanges {
	ck := s.axis()
	curves := slices.DeleteFunc(s.all(ck), func(cv *curve) bool { return len(cv.t) == 0 })
	out := make([]verdict.SeriesChanges, len(curves))
	for i, cv := range curves {
		out[i] = verdict.SeriesChanges{
			Name: cv.Name, Labels: cv.Labels, Unit: cv.Unit, Source: verdict.Source{File: cv.From.File}, Zone: ck.Location(),
			Lacks: cv.lacks & (record.LacksWall | record.LacksDate), T: cv.t, V: cv.v, StuckSince: math.NaN(),
		}
		if out[i].Lacks == 0 {
			out[i].Lacks = ck.Open(cv.From.File)
		}
	}
	ends := map[string]float64{} // the last sample of each file: a series that stops before has a gap there
	for _, cv := range curves {
		if end, seen := ends[cv.From.File]; !seen || cv.last() > end {
			ends[cv.From.File] = cv.last()
		}
	}
	sideBySide(len(curves), func(d *change.Detector, i int) { curves[i].detect(d, ends[curves[i].From.File], &out[i]) })
	return out
}

// sideBySide looks at n series on all cores, each core with a detector of its own. What becomes of series i depends on
// nothing but it, so that the answer is the same however the work was spread.
func sideBySide(n int, look func(d *change.Detector, i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			var d change.Detector
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				look(&d, int(i))
			}
		})
	}
	all.Wait()
}

// axis puts the stamps of the inputs on the clock, as a report would.
func (s *Session) axis() *clock.Clock {
	s.sort()
	topo := topology.Build(s.facts, s.events, s.series())
	ck := s.setClock()
	if len(s.events) > 0 { // nothing else is there to be matched with curves
		s.matchClock(ck, topo, s.throughput())
	}
	return ck
}

// detect finds the changes of one series by what it measures; end is when others of its file end.
func (cv *curve) detect(d *change.Detector, end float64, row *verdict.SeriesChanges) {
	in := change.Series{T: cv.t, V: cv.v}
	until := change.Options{CommonEnd: end}
	switch {
	case cv.Quantity == record.Throughput || cv.Quantity == record.Requests:
		drops, profile := d.Drops(in, until)
		surges := d.Detect(in, change.Throughput())
		row.Changes, row.Restless = rateChanges(drops, profile, surges), !profile.Stable
	case cv.Unit == record.Bytes:
		found, quiet := d.Curve(in, until)
		row.Changes, row.StuckSince = changeRows(found), quiet.StuckSince
		row.Restless = d.Restless()
	default:
		row.Changes = changeRows(d.Turns(in, until))
		row.Restless = d.Restless()
	}
}

func changeRows(found []change.Change) []verdict.Change {
	out := make([]verdict.Change, len(found))
	for i, c := range found {
		out[i] = verdict.Change{Shape: string(c.Shape), At: c.At, Uncertainty: c.Uncertainty, Before: c.Before, After: c.After, Confidence: c.Confidence}
	}
	return out
}

// rateChanges lists what befell a rate: its lasting losses with their recoveries, its gaps, and rises after the ramp-up
// that make no loss good.
func rateChanges(drops []change.Drop, p change.Profile, found []change.Change) []verdict.Change {
	out := changeRows(p.Gaps)
	low := func(t float64) bool { // within a loss, or right at its end
		return slices.ContainsFunc(drops, func(d change.Drop) bool { return t >= d.At && t <= d.End+60 })
	}
	for _, d := range drops {
		out = append(out, verdict.Change{Shape: string(change.ShapeDrop), Class: string(d.Class), At: d.At, Uncertainty: d.Uncertainty,
			Before: d.Baseline, After: d.During, Confidence: d.Confidence})
		if !math.IsNaN(d.Recovery) {
			out = append(out, verdict.Change{Shape: string(change.ShapeRecovery), At: d.Recovery, Uncertainty: d.Uncertainty,
				Before: d.During, After: d.RecoveredTo * d.Baseline, Confidence: d.Confidence})
		}
	}
	for _, c := range found {
		if c.Shape == change.ShapeSurge && c.At > p.RampUpEnd && !low(c.At) {
			out = append(out, changeRows([]change.Change{c})...)
		}
	}
	slices.SortStableFunc(out, func(a, b verdict.Change) int { return cmp.Compare(a.At, b.At) })
	return out
}
