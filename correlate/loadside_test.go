package correlate

import (
	"math"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestTotals: of summaries without a course the one that did most is told, with what it knows: 3018 requests of which 18 failed
// in 6 s are 500 a second. A load whose course is known hides them.
func TestTotals(t *testing.T) {
	wrk := &record.Load{From: record.Origin{File: "wrk.txt", Line: 1}, Tool: "wrk", Samples: 3018, Failed: 18, Totals: record.Totals{Lasted: 6 * time.Second, P50: 5620 * time.Microsecond, P99: 90 * time.Millisecond}}
	old := &record.Load{From: record.Origin{File: "k6.json"}, Tool: "k6", Samples: 100, Totals: record.Totals{Unjudged: true}}
	l := (&records{loads: []*record.Load{old, wrk}}).report(Options{Target: 3001}).Load
	if l == nil || l.Tool != "wrk" || l.Samples != 3018 || l.Errors == nil || *l.Errors != 18 || l.Achieved != 3000 || l.Mean != 500 || l.Duration != verdict.Seconds(6*time.Second) ||
		!math.IsNaN(l.Steady) || !math.IsNaN(l.Peak) || !l.Start.IsZero() || l.TargetMet == nil || *l.TargetMet || len(l.Uncounted) != 1 || l.Uncounted[0] != "k6.json" {
		t.Fatalf("%+v", l)
	}
	if p := l.Latency; p == nil || p.P50 != 5.62 || !math.IsNaN(p.P95) || p.P99 != 90 {
		t.Errorf("latency %+v", p)
	}
	if l := (&records{loads: []*record.Load{old}}).report(Options{}).Load; l == nil || l.Errors != nil || l.Duration != 0 || l.Mean != 0 || l.Latency != nil {
		t.Errorf("without failures, duration and latencies: %+v", l)
	}
	r := &records{loads: []*record.Load{wrk}}
	r.tps(120, func(float64) float64 { return 20 })
	if l := r.report(Options{}).Load; l == nil || l.Tool == "wrk" || l.Mean != 0 {
		t.Errorf("beside a course: %+v", l)
	}
}

// TestFailuresOfSeries: where several series of a file tell failures, those with the throughput's labels are its own: one a second
// for 120 s, beside two of another summariser that did less.
func TestFailuresOfSeries(t *testing.T) {
	r := &records{}
	series := func(q record.Quantity, name string, v float64) {
		s := record.Series{Name: "jmeter " + string(q), Quantity: q, Unit: record.PerSecond, Behind: true}
		if name != "" {
			s.Labels = []record.Attr{{Key: "summariser", Value: name}}
		}
		r.curve(s, "jmeter.log", 30, 120, 30, func(float64) float64 { return v })
	}
	series(record.Throughput, "", 5)
	series(record.Errors, "", 2)
	series(record.Throughput, "all", 20)
	series(record.Errors, "all", 1)
	if l := r.report(Options{}).Load; l == nil || l.Errors == nil || *l.Errors != 120 || l.Achieved != 20*120 {
		t.Errorf("%+v", l)
	}
}
