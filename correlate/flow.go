package correlate

import (
	"math"
	"slices"
	"strings"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/change"
	"oomortem/correlate/clock"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// flow is the run's throughput: the one series that tells best how much was done, and what befell it.
type flow struct {
	name      string
	tool      string
	from      verdict.Source
	file      string
	t, v      []float64 // Unix seconds, successful completions per second; gaps left out
	step      float64
	labels    []record.Attr // of the series it was exported as
	line      []int32       // where each value stands in the file; nil when they were folded from many rows
	load      *record.Load  // when it was counted request by request
	parts     []string      // the files that were added up; nil when it is one
	uncounted []string      // files of other loads at the same time, or other counters of requests
	apart     []string      // files of other runs of the tool, before or after
	choice    verdict.Text  // what it was chosen by among the runs of the tool
	mixed     bool          // failed requests are in it: nothing tells them apart
	less      bool          // failed requests were in it and are taken off
	counted   bool          // from counters of the server's own
	drops     []change.Drop
	profile   change.Profile
	behind    bool    // a value is that of the step before its time, not behind it
	first     float64 // how long the first value's step was, when that is known
	u         time.Duration
	afloat    bool // the tool's clock is relative and nothing ties it down: times count from its start
}

// throughput chooses the run's throughput and finds its changes, on the times as written. Requests counted one by one
// beat rates that somebody worked out; of several the one with most transactions is the whole, unless another run of its
// tool went worse.
func (s *Session) throughput() *flow {
	f := &flow{}
	best := 0.0
	var most, barren *record.Load
	loads, parts := together(s.loads)
	for _, l := range loads {
		if _, v := loadRate(l); l.Label == "" && sum(v)*l.Width.Seconds() > best {
			best, most = sum(v)*l.Width.Seconds(), l
		} else if l.Label == "" && l.Failed > 0 && (barren == nil || l.Failed > barren.Failed) {
			barren = l
		}
	}
	run := func(l *record.Load) {
		l, choice := ofRuns(l, loads)
		t, v := loadRate(l)
		*f = loadFlow(l, t, v)
		f.parts, f.uncounted, f.apart, f.choice = parts[l], uncounted(l, loads), apart(l, loads), choice
	}
	if most != nil {
		run(most)
	}
	if best == 0 {
		f = s.rateCurve()
	}
	if len(f.t) == 0 {
		f = s.countedRate()
	}
	if len(f.t) == 0 {
		f = s.looseRate()
	}
	if len(f.t) == 0 && barren != nil {
		run(barren)
	}
	if len(f.t) > 0 {
		f.find()
	}
	return f
}

func loadFlow(l *record.Load, t, v []float64) flow {
	return flow{
		name: "throughput", tool: l.Tool, from: verdict.Source(l.From), file: l.From.File, t: t, v: v, load: l,
		afloat: l.Start.Lacks&(record.LacksWall|record.LacksDate) != 0,
	}
}

// failingEnd is how long every request had failed when the load ended; zero when the last one, or none, succeeded. A tool
// that ends breaks off what it had asked within seconds.
func (f *flow) failingEnd() time.Duration {
	if f.load == nil {
		return 0
	}
	n, failed := 0, int32(0)
	for _, b := range slices.Backward(f.load.Buckets) {
		if b.OK > 0 {
			break
		}
		n, failed = n+1, failed+b.Failed
	}
	if span := time.Duration(n) * f.load.Width; n < len(f.load.Buckets) && failed >= 5 && span >= 5*time.Second {
		return span
	}
	return 0
}

// rateCurve chooses among exported rates: those whose source says what they are, before those whose name does.
func (s *Session) rateCurve() *flow {
	f := &flow{}
	best, chosen := 0.0, (*curve)(nil)
	curves, parts := threadRates(s.curves)
	for _, is := range []func(*record.Series) bool{
		func(x *record.Series) bool { return x.Quantity == record.Throughput },
		func(x *record.Series) bool { return x.Quantity == record.Requests },
		namedRate,
	} {
		for _, cv := range curves {
			if !is(cv.Series) || cv.Counter || len(cv.t) < 3 {
				continue
			}
			whole := &curve{Series: cv.Series, t: slices.Clone(cv.t), v: slices.Clone(cv.v), line: slices.Clone(cv.line)}
			whole.arrange()
			if done := sum(whole.v) * whole.step; done > best {
				best, chosen = done, cv
				*f = flow{name: cv.Name, from: verdict.Source(cv.From), file: cv.From.File, t: whole.t, v: whole.v, line: whole.line, labels: cv.Labels, parts: parts[cv], behind: cv.Behind, first: cv.First.Seconds()}
			}
		}
		if best > 0 {
			break
		}
	}
	if chosen != nil && f.parts == nil {
		f.withFailures(s.curves, chosen)
	}
	return f
}

// covers gives when what was measured began and ended.
func (f *flow) covers() (from, to float64) {
	first, last := f.t[0], f.t[len(f.t)-1]
	if f.behind {
		return first - f.step, last
	}
	return first, last + f.step
}

// namedRate tells a series of unknown quantity whose name is that of a rate of requests: gateway:requests:rate.
func namedRate(x *record.Series) bool {
	if x.Quantity != "" || x.Unit != record.NoUnit && x.Unit != record.PerSecond && x.Unit != record.Count {
		return false
	}
	name := strings.ToLower(x.Name)
	for _, no := range []string{"error", "fail", "latency", "duration", "memory", "bytes", "cpu", "limit", "total", "count", "inflight", "in_flight",
		"queue", "pending", "waiting", "active", "executing", "resource"} {
		if strings.Contains(name, no) {
			return false
		}
	}
	for _, yes := range []string{"request", "transaction", "tps", "rps", "qps", "throughput"} {
		if strings.Contains(name, yes) {
			return true
		}
	}
	return false
}

// loadRate gives the successful completions per second of each bucket. Between the first and the last row of a file
// that holds every request, a bucket without one is a true zero: nothing completed.
func loadRate(l *record.Load) (t, v []float64) {
	width := l.Width.Seconds()
	start := 0.0
	if l.Start.Lacks&(record.LacksWall|record.LacksDate) == 0 {
		start = seconds(l.Start.Wall)
	}
	for i, b := range l.Buckets {
		t = append(t, start+float64(i)*width)
		v = append(v, float64(b.OK)/width)
	}
	return t, v
}

func sum(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s
}

// marks gives the falls of throughput, on the times as written.
func (f *flow) marks() []clock.Mark {
	var out []clock.Mark
	if f.afloat {
		return nil
	}
	for _, d := range f.drops {
		out = append(out, clock.Mark{Path: f.file, At: unix(d.At), U: span(d.Uncertainty), What: verdict.Say("the drop of throughput in %v", verdict.Name(f.file))})
	}
	return out
}

// place shifts the throughput onto the clock.
func (f *flow) place(ck *clock.Clock) {
	shift, u := ck.Shift(f.file)
	f.u = u
	off := shift.Seconds()
	if f.afloat {
		f.u = 100 * 365 * 24 * time.Hour
		return
	}
	f.move(off)
}

// shift puts the throughput back by what its clock runs ahead.
func (f *flow) shift(ahead, u time.Duration) {
	f.move(ahead.Seconds())
	f.u += u
}

// move takes seconds off every time.
func (f *flow) move(off float64) {
	if off == 0 {
		return
	}
	for i := range f.t {
		f.t[i] -= off
	}
	move := func(t *float64) { *t -= off } // NaN stays NaN
	for i := range f.drops {
		d := &f.drops[i]
		move(&d.At)
		move(&d.From)
		move(&d.Recovery)
		move(&d.End)
	}
	for i := range f.profile.Dips {
		d := &f.profile.Dips[i]
		move(&d.At)
		move(&d.From)
		move(&d.Recovery)
		move(&d.End)
	}
	move(&f.profile.First)
	move(&f.profile.Last)
	move(&f.profile.RampUpEnd)
	move(&f.profile.RampDown)
	move(&f.profile.Tail)
}

// drop gives a drop as a case sees it: it began, and was over, with the step whose value tells so.
func (f *flow) drop(d change.Drop) *cause.Drop {
	onset := d.At
	if f.behind {
		onset, d.Recovery = onset-f.step, d.Recovery-f.step
	}
	return &cause.Drop{Drop: d, Series: f.name, From: f.sourceAt(d.At), Afloat: f.afloat, Onset: clock.Moment{T: unix(onset), U: span(d.Uncertainty) + f.u}}
}

// sourceAt gives the line of the value at t, as far as it is one line's.
func (f *flow) sourceAt(t float64) verdict.Source {
	i, found := slices.BinarySearch(f.t, t)
	if !found || f.line == nil || f.line[i] == 0 {
		return verdict.Source{File: f.file}
	}
	return verdict.Source{File: f.file, Line: int(f.line[i])}
}

// achieved sums the transactions. A missed scrape between two others counts as their mean, when no more than three
// in a row are missing; longer gaps count nothing and are named.
func (f *flow) achieved() (done, filled, unseen float64) {
	if f.load != nil {
		return sum(f.v) * f.step, 0, 0
	}
	for i, v := range f.v {
		done += v * lasts(f.t, i, f.step, f.first, f.behind)
		if i == 0 {
			continue
		}
		gap := f.t[i] - f.t[i-1] - f.step
		switch {
		case gap < f.step/2:
		case gap < 3.5*f.step:
			filled += gap * (v + f.v[i-1]) / 2
		default:
			unseen += gap
		}
	}
	return done + filled, filled, unseen
}

// lasts gives how many seconds value i stands for: one that ends its step for the time since the one before, unless some are
// missing in between, another for the usual step.
func lasts(t []float64, i int, step, first float64, behind bool) float64 {
	length := first
	if i > 0 {
		length = t[i] - t[i-1]
	}
	if behind && length > 0 && length < 1.5*step {
		return length
	}
	return step
}

func span(s float64) time.Duration {
	if math.IsNaN(s) {
		return 0
	}
	return time.Duration(s * float64(time.Second))
}
