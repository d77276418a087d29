package correlate

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// loadSide tells what the load tool achieved.
func (c *course) loadSide() *verdict.Load {
	f := c.flow
	if len(f.t) == 0 {
		return c.s.totals()
	}
	done, filled, unseen := f.achieved()
	from, to := f.covers()
	out := &verdict.Load{
		Tool: f.tool, Samples: int64(len(f.t)), Start: unix(from), End: unix(to),
		Peak: peak(f), Achieved: done, Files: f.parts, Uncounted: f.uncounted, OtherRuns: f.apart, Choice: f.choice,
	}
	out.Steady = math.NaN()
	if steady := f.profile.Plateau; !math.IsInf(steady, 0) { // absurd rates have no level
		out.Steady = min(steady, out.Peak) // the plateau is a high mark of scattering values; none held for longer than the peak
	}
	out.Duration = verdict.Seconds(out.End.Sub(out.Start))
	if f.afloat {
		out.Start, out.End = time.Time{}, time.Time{}
		out.Note = verdict.Say("the tool's clock counts from its own start and nothing ties it to the others: times are left open")
	}
	if f.mixed {
		out.Note = verdict.Say("failed requests are counted too: the counter has no status that would tell them apart")
	}
	if f.load != nil {
		out.Samples = f.load.Samples
		out.Latency = latency(f.load.Latency)
	}
	if failed, known := c.failed(); known {
		out.Errors = &failed
	}
	c.s.aim(out)
	switch {
	case filled > 0 && unseen > 0:
		out.Note = verdict.Say("missed samples counted as the mean of their neighbours (%v transactions); %v without samples counted as nothing", verdict.Count(filled), verdict.Span(time.Duration(unseen*float64(time.Second))))
	case filled > 0:
		out.Note = verdict.Say("missed samples counted as the mean of their neighbours (%v transactions)", verdict.Count(filled))
	case unseen > 0:
		out.Note = verdict.Say("%v without samples counted as nothing", verdict.Span(time.Duration(unseen*float64(time.Second))))
	}
	if f.less { // it says more of every figure than what a gap counts as
		out.Note = verdict.Say("the rate is one of all requests: the failures that stand beside it are taken off")
	}
	return out
}

// aim tells whether the load reached what it had to.
func (s *Session) aim(out *verdict.Load) {
	if target := s.opt.Target; target > 0 {
		out.Target = target
		met := out.Achieved >= target
		out.TargetMet = &met
	}
}

// totals tells what summaries say of a load whose course no file tells: of several the one that did most.
func (s *Session) totals() *verdict.Load {
	var most *record.Load
	for _, l := range s.loads {
		if l.Label == "" && l.Samples > 0 && len(l.Buckets) == 0 && (most == nil || l.Samples-l.Failed > most.Samples-most.Failed) {
			most = l
		}
	}
	if most == nil {
		return nil
	}
	t, failed := most.Totals, float64(most.Failed)
	out := &verdict.Load{
		Tool: most.Tool, Samples: most.Samples, Duration: verdict.Seconds(t.Lasted), Steady: math.NaN(), Peak: math.NaN(),
		Achieved: float64(most.Samples - most.Failed), Note: verdict.Say("totals only: nothing tells the course of the load"),
	}
	if failed > 0 || !t.Unjudged {
		out.Errors = &failed
	}
	if t.Lasted > 0 {
		out.Mean = out.Achieved / t.Lasted.Seconds()
	}
	if t.P50 > 0 || t.P95 > 0 || t.P99 > 0 {
		out.Latency = &verdict.Latency{P50: orNaN(t.P50), P95: orNaN(t.P95), P99: orNaN(t.P99)}
	}
	for _, l := range s.loads {
		if l.Label == "" && l.From.File != most.From.File && l.Samples > 0 && !slices.Contains(out.Uncounted, l.From.File) {
			out.Uncounted = append(out.Uncounted, l.From.File)
		}
	}
	s.aim(out)
	return out
}

// orNaN gives milliseconds, NaN of what is not known.
func orNaN(d time.Duration) float64 {
	if d <= 0 {
		return math.NaN()
	}
	return float64(d) / float64(time.Millisecond)
}

// failed counts the requests that failed, where the load's file tells.
func (c *course) failed() (n float64, known bool) {
	if load := c.flow.load; load != nil {
		return float64(load.Failed), load.Failed > 0 || !dropsFailures(c.flow.tool) && c.flow.tool != "ab" // ab -g marks none either: some are seen by their times
	}
	return c.failures()
}

// failures sums what the throughput's own file tells of failures per second, where it is one file and tells them in one
// series, or in one that has the labels of the throughput.
func (c *course) failures() (float64, bool) {
	var all []*curve
	curves := c.curves
	if c.flow.afloat { // they count by the clock of the throughput
		curves = slices.Collect(maps.Values(c.s.loose))
	}
	for _, cv := range curves {
		if cv.Quantity != record.Errors || cv.Unit != record.PerSecond || cv.Counter || cv.From.File != c.flow.file {
			continue
		}
		all = append(all, cv)
	}
	if len(all) > 1 {
		all = slices.DeleteFunc(all, func(cv *curve) bool { return !slices.Equal(cv.Labels, c.flow.labels) })
	}
	if len(all) != 1 || len(all[0].t) == 0 || len(c.flow.parts) > 0 {
		return 0, false
	}
	own := all[0]
	if c.flow.afloat {
		own.arrange()
	}
	failed := 0.0
	for i, v := range own.v {
		failed += v * lasts(own.t, i, own.step, own.First.Seconds(), own.Behind)
	}
	return math.Round(failed), true
}

// leastLevel is how many samples make a level.
const leastLevel = 3

// peak is the highest throughput that held for a minute, or for the whole of a shorter load: the best median of neighbouring
// samples. NaN where they are too few.
func peak(f *flow) float64 {
	if len(f.v) < leastLevel {
		return math.NaN()
	}
	n := min(max(leastLevel, int(60/max(f.step, 1))), len(f.v))
	best := 0.0
	for i := 0; i+n <= len(f.v); i += max(1, n/2) {
		w := slices.Clone(f.v[i : i+n])
		slices.Sort(w)
		best = max(best, w[n/2])
	}
	return best
}

// latency merges the distributions and reads its marks.
func latency(parts []*hdrhistogram.Histogram) *verdict.Latency {
	var whole *hdrhistogram.Histogram
	for _, p := range parts {
		if p == nil {
			continue
		}
		if whole == nil {
			whole = hdrhistogram.New(p.LowestTrackableValue(), p.HighestTrackableValue(), int(p.SignificantFigures()))
		}
		whole.Merge(p)
	}
	if whole == nil || whole.TotalCount() == 0 {
		return nil
	}
	ms := func(q float64) float64 { return float64(whole.ValueAtQuantile(q)) / 1e3 }
	return &verdict.Latency{P50: ms(50), P95: ms(95), P99: ms(99)}
}
