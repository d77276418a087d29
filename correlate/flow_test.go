package correlate

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestAchieved: ten a second every 5 s. Up to three missed samples count as the mean of their neighbours, more as nothing.
func TestAchieved(t *testing.T) {
	for _, c := range []struct {
		name                 string
		at                   []float64
		v                    []float64
		done, filled, unseen float64
	}{
		{"whole", []float64{0, 5, 10, 15}, []float64{10, 10, 10, 10}, 200, 0, 0},
		{"one missed", []float64{0, 5, 15, 20}, []float64{10, 10, 20, 20}, 375, 75, 0}, // 60 × 5 and 5 s of 15
		{"three missed", []float64{0, 5, 25, 30}, []float64{10, 10, 10, 10}, 350, 150, 0},
		{"four missed", []float64{0, 5, 30, 35}, []float64{10, 10, 10, 10}, 200, 0, 20},
		{"late by a second", []float64{0, 5, 11, 15}, []float64{10, 10, 10, 10}, 200, 0, 0},
		{"one", []float64{0}, []float64{10}, 50, 0, 0},
		{"none", nil, nil, 0, 0, 0},
	} {
		f := &flow{t: c.at, v: c.v, step: 5}
		done, filled, unseen := f.achieved()
		if math.Abs(done-c.done)+math.Abs(filled-c.filled)+math.Abs(unseen-c.unseen) > 1e-9 {
			t.Errorf("%s: %v, %v filled, %v s unseen; want %v, %v, %v", c.name, done, filled, unseen, c.done, c.filled, c.unseen)
		}
	}
	// Rates of intervals that end with their stamps: a first one of 2 s and a last one of 3 s.
	if done, _, _ := (&flow{t: []float64{2, 7, 12, 15}, v: []float64{10, 10, 10, 10}, step: 5, first: 2, behind: true}).achieved(); done != 150 {
		t.Errorf("10 a second for 15 s: %v", done)
	}
	// Requests that were counted one by one have no missed samples: a bucket without one is a true zero.
	f := &flow{t: []float64{0, 5, 10}, v: []float64{10, 0, 10}, step: 5, load: &record.Load{}}
	if done, filled, unseen := f.achieved(); done != 100 || filled != 0 || unseen != 0 {
		t.Errorf("counted: %v, %v, %v", done, filled, unseen)
	}
}

// TestEnds: throughput that stops at 3000 s while the memory curves go on to 7200 s is an early end, unless something
// says that it was meant.
func TestEnds(t *testing.T) {
	build := func(end float64) *records {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.tps(end, whole)
		r.memory("web-1", 7200, rising(16, 16, 0, 1))
		r.memory("web-2", 7200, rising(7, 7, 0, 1))
		return r
	}
	said := func(reason string) *records {
		r := build(3000)
		e := r.event("jmeter.log", 3002, record.GeneratorStopped, record.AttrReason, reason)
		e.Host = "loadgen"
		return r
	}
	for _, c := range []struct {
		name  string
		r     *records
		opt   Options
		cause verdict.Cause
	}{
		{"early", build(3000), Options{}, verdict.LoadGenerator},
		{"the tail of an export", build(6700), Options{}, verdict.Healthy},   // less than ten minutes
		{"a sixth of a long run", build(6300), Options{}, verdict.Healthy},   // 900 s, a sixth would be 1050
		{"more than a sixth", build(6000), Options{}, verdict.LoadGenerator}, // 1200 s, a sixth is 1000
		{"the tool says that it was planned", said("planned"), Options{}, verdict.Healthy},
		{"the tool says that it broke off", said("error"), Options{}, verdict.LoadGenerator},
		{"the target was met", build(3000), Options{Target: 5e6}, verdict.Healthy}, // 1800 × 3000 = 5.4 million
		{"the target was not met", build(3000), Options{Target: 6e6}, verdict.LoadGenerator},
	} {
		rep := c.r.report(c.opt)
		if rep.Verdict.Cause != c.cause {
			t.Errorf("%s: %s with %.2f, want %s", c.name, rep.Verdict.Cause, rep.Verdict.Confidence, c.cause)
		}
		if c.cause == verdict.LoadGenerator {
			if in := only(t, rep); in.Throughput == nil || in.Throughput.Onset.Before(after(2990)) || in.Victim != nil {
				t.Errorf("%s: %+v", c.name, in)
			}
		}
	}
}

// TestHole: ten minutes without figures, at full throughput before and after, is the tool's, and it ends.
func TestHole(t *testing.T) {
	for _, c := range []struct {
		long float64
		want int
	}{{600, 1}, {30, 0}} { // 30 s are six samples of 5 s, less than a minute
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.tps(7200, func(t float64) float64 {
			if t >= 3000 && t < 3000+c.long {
				return math.NaN()
			}
			return 1
		})
		r.memory("web-1", 7200, rising(16, 16, 0, 1))
		r.memory("web-2", 7200, rising(7, 7, 0, 1))
		rep := r.report(Options{})
		if len(rep.Incidents) != c.want {
			t.Errorf("%v s: %d incidents, want %d", c.long, len(rep.Incidents), c.want)
			continue
		}
		if c.want == 1 {
			tp := rep.Incidents[0].Throughput
			if tp == nil || !tp.Recovered || tp.Onset.Sub(after(3000)).Abs() > 10*time.Second || tp.RecoveredAt.Sub(after(3600)).Abs() > 10*time.Second {
				t.Errorf("%v s: %+v", c.long, tp)
			}
		}
	}
}

// TestChoice: requests counted one by one go before rates that somebody worked out, and rates that say what they are
// before those whose name does.
func TestChoice(t *testing.T) {
	named := &records{}
	named.curve(record.Series{Name: "gateway:requests:rate"}, "a.csv", 0, 600, 5, noisy(9000))
	stated := &records{}
	*stated = *named
	stated.tps(600, whole)
	counted := &records{}
	*counted = *stated
	l := &record.Load{From: record.Origin{File: "results.jtl", Line: 2}, Tool: "jmeter", Start: record.At(begin, time.Millisecond), Width: time.Second, Samples: 6000}
	for range 600 {
		l.Buckets = append(l.Buckets, record.Bucket{OK: 10, Users: -1, Active: -1})
	}
	counted.loads = append(counted.loads, l)
	for want, r := range map[string]*records{"a.csv": named, "tps.csv": stated, "results.jtl": counted} {
		if f := r.session(Options{}).throughput(); f.file != want {
			t.Errorf("chosen %s, want %s", f.file, want)
		}
	}
	if load := counted.report(Options{}).Load; load == nil || load.Achieved != 6000 || load.Tool != "jmeter" {
		t.Errorf("load %+v, want 600 × 10", load)
	}
}

// TestMove: the clock moves a flow's changes with its samples; what is not there stays not there.
func TestMove(t *testing.T) {
	f := &flow{t: []float64{100}, drops: []change.Drop{{At: 110, From: 105, Recovery: math.NaN(), End: 120}}}
	f.move(50)
	if d := f.drops[0]; f.t[0] != 50 || d.At != 60 || d.From != 55 || !math.IsNaN(d.Recovery) || d.End != 70 {
		t.Errorf("%+v", f)
	}
}

// TestNamedRate: a series without a quantity counts by its name.
func TestNamedRate(t *testing.T) {
	for name, want := range map[string]bool{
		"gateway:requests:rate": true, "TPS": true, "throughput": true, "qps_total": false, "request_errors": false, "request_duration": false,
		"requests_in_flight": false, "kube_pod_container_resource_requests": false, "apiserver_current_inqueue_requests": false, "http_server_active_requests": false, "cpu": false, "memory_used": false,
	} {
		if namedRate(&record.Series{Name: name}) != want {
			t.Errorf("%s: want %v", name, want)
		}
	}
	if namedRate(&record.Series{Name: "tps", Unit: record.Bytes}) || namedRate(&record.Series{Name: "tps", Quantity: record.DiskTransfers}) {
		t.Error("a name beats a quantity or a unit")
	}
}

// TestFailingEnd: a load that ends in nothing but failures for five seconds and five requests; a tool that ends breaks off
// what it had asked, and a load without any success has no end of its own.
func TestFailingEnd(t *testing.T) {
	ok, failed, nothing := record.Bucket{OK: 10}, record.Bucket{Failed: 10}, record.Bucket{}
	for _, c := range []struct {
		name    string
		buckets []record.Bucket
		want    time.Duration
	}{
		{"all well", []record.Bucket{ok, ok, ok}, 0},
		{"five seconds", []record.Bucket{ok, failed, failed, failed, failed, failed}, 5 * time.Second},
		{"four seconds", []record.Bucket{ok, failed, failed, failed, failed}, 0},
		{"with silence in it", []record.Bucket{ok, failed, nothing, failed, nothing, nothing}, 5 * time.Second},
		{"silence alone", []record.Bucket{ok, nothing, nothing, nothing, nothing, nothing}, 0},
		{"well again", []record.Bucket{ok, failed, failed, failed, failed, failed, ok}, 0},
		{"no success at all", []record.Bucket{failed, failed, failed, failed, failed, failed}, 0},
	} {
		f := &flow{load: &record.Load{Width: time.Second, Buckets: c.buckets}}
		if got := f.failingEnd(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestApart: what the same tool did before or after is another run; what it did meanwhile is not.
func TestApart(t *testing.T) {
	at := func(file string, begin, seconds int, samples int64) *record.Load {
		start := record.At(time.Date(2021, 2, 20, 4, 0, begin, 0, time.UTC), time.Second)
		return &record.Load{From: record.Origin{File: file, Line: 1}, Tool: "jmeter", Start: start, Width: time.Second, Samples: samples, Buckets: make([]record.Bucket, seconds)}
	}
	whole := at("main.jtl", 100, 300, 3000)
	other := at("k6.csv", 500, 60, 3000)
	other.Tool = "k6"
	loads := []*record.Load{at("before.jtl", 0, 60, 600), whole, at("beside.jtl", 200, 60, 600), at("after.jtl", 400, 60, 600), at("tiny.jtl", 500, 60, 299), other}
	if got := apart(whole, loads); !slices.Equal(got, []string{"before.jtl", "after.jtl"}) {
		t.Errorf("%v", got)
	}
}

// TestBehind: a rate each minute from 60 s to 3000 s. Of a tool that stamps the end of its intervals they cover the time from
// 0 to 3000 s; of a table whose stamps begin them, from 60 to 3060 s. The figures stop where they cease to cover.
func TestBehind(t *testing.T) {
	for _, c := range []struct {
		behind           bool
		start, end, stop float64
	}{{true, 0, 3000, 3000}, {false, 60, 3060, 3060}} {
		r := &records{}
		r.covers("messages", -3600, 7200)
		r.curve(record.Series{Name: "tps", Quantity: record.Throughput, Unit: record.PerSecond, Behind: c.behind}, "load.log", 60, 3000, 60, noisy(1800))
		r.memory("web-1", 7200, rising(16, 16, 0, 1))
		rep := r.report(Options{})
		in := only(t, rep)
		if l := rep.Load; !l.Start.Equal(after(c.start)) || !l.End.Equal(after(c.end)) || time.Duration(l.Duration) != 49*time.Minute+time.Minute || !rep.Run.Start.Equal(after(c.start)) {
			t.Errorf("behind %v: from %v to %v, %v; the run from %v", c.behind, l.Start, l.End, l.Duration, rep.Run.Start)
		}
		if in.Throughput == nil || !in.Throughput.Onset.Equal(after(c.stop)) {
			t.Errorf("behind %v: it stops at %+v, want %v s", c.behind, in.Throughput, c.stop)
		}
	}
}

// TestFailures: an interval tool's failures are summed from its own file, where it tells them in one series: 2 a second for the
// last 100 s, and the sample that begins them.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		files []string // of series of failures
		want  float64  // -1: not known
	}{{[]string{"tps.csv"}, 202}, {nil, -1}, {[]string{"other.csv"}, -1}, {[]string{"tps.csv", "tps.csv"}, -1}} {
		r := &records{}
		r.tps(600, whole)
		for i, file := range c.files {
			r.curve(record.Series{Name: "errors" + strings.Repeat("'", i), Quantity: record.Errors, Unit: record.PerSecond}, file, 0, 600, 1, func(t float64) float64 {
				if t >= 500 {
					return 2
				}
				return 0
			})
		}
		told := func() float64 {
			if e := r.report(Options{}).Load.Errors; e != nil {
				return *e
			}
			return -1
		}
		if got := told(); got != c.want {
			t.Errorf("%v: %v, want %v", c.files, got, c.want)
		}
		for i := range r.samples { // and by a clock that counts from the tool's own start
			r.samples[i].At = record.Stamp{Mono: r.samples[i].At.Wall.Sub(begin), Prec: time.Second, Lacks: record.LacksWall}
		}
		if got := told(); got != c.want {
			t.Errorf("%v on the tool's own clock: %v, want %v", c.files, got, c.want)
		}
	}
}

// TestSteadyPeak: of requests that come 20 a second, and in some seconds 19 or 21, the steady rate is no more than their peak,
// which is 20: what held for a minute.
func TestSteadyPeak(t *testing.T) {
	l := &record.Load{From: record.Origin{File: "load.csv", Line: 2}, Tool: "k6", Start: record.At(begin, time.Millisecond), Width: time.Second}
	for i := range 600 {
		l.Buckets = append(l.Buckets, record.Bucket{OK: []int32{20, 20, 21, 19, 21, 19, 20}[i%7], Users: -1, Active: -1})
		l.Samples += int64(l.Buckets[i].OK)
	}
	if got := (&records{loads: []*record.Load{l}}).report(Options{}).Load; got.Steady != 20 || got.Peak != 20 {
		t.Errorf("steady %v, peak %v", got.Steady, got.Peak)
	}
}

// TestUnknownFigures: what the figures do not tell is no number, and 0 is one: how much was lost where they stop, a level of
// two samples, failures of a tool that writes answers only (hey requester/print.go, printCSV). A load of twenty seconds has a
// level although no minute of it is there.
func TestUnknownFigures(t *testing.T) {
	requests := func(tool string, seconds int, failed int32) *verdict.Load {
		l := &record.Load{From: record.Origin{File: "load.csv", Line: 2}, Tool: tool, Start: record.At(begin, time.Millisecond), Width: time.Second}
		for range seconds {
			l.Buckets = append(l.Buckets, record.Bucket{OK: 20, Failed: failed, Users: -1, Active: -1})
			l.Samples, l.Failed = l.Samples+20+int64(failed), l.Failed+int64(failed)
		}
		return (&records{loads: []*record.Load{l}}).report(Options{}).Load
	}
	if l := requests("k6", 2, 0); !math.IsNaN(l.Steady) || !math.IsNaN(l.Peak) || l.Achieved != 40 || l.Errors == nil || *l.Errors != 0 {
		t.Errorf("two seconds: %+v", l)
	}
	if l := requests("k6", 20, 0); l.Steady != 20 || l.Peak != 20 {
		t.Errorf("twenty seconds: steady %v, peak %v, want 20", l.Steady, l.Peak)
	}
	if l := requests("hey", 600, 0); l.Errors != nil {
		t.Errorf("hey writes no request that got no answer: %v errors", *l.Errors)
	}
	if l := requests("ab", 600, 0); l.Errors != nil {
		t.Errorf("ab -g marks no failure (httpd support/ab.c, output_results): %v errors", *l.Errors)
	}
	if l := requests("hey", 600, 2); l.Errors == nil || *l.Errors != 1200 {
		t.Errorf("1,200 answers with an error of hey: %v", l.Errors)
	}
	stops := &records{}
	stops.tps(600, whole)
	stops.event("tps.csv", 601, record.GeneratorStopped, record.AttrReason, "target-lost")
	stops.inputs["tps.csv"].Log = false
	if x := only(t, stops.report(Options{})).Throughput; x == nil || x.Lost != nil {
		t.Errorf("nothing tells what was asked for behind the end: %+v", x)
	}
	falls := &records{}
	falls.tps(1200, until(600))
	if x := only(t, falls.report(Options{})).Throughput; x == nil || x.Lost == nil || math.Abs(*x.Lost-600*1800) > .02*600*1800 {
		t.Errorf("1,800 a second for 600 s: %+v", x)
	}
}
