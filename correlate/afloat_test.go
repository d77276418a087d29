package correlate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestAfloat: a load tool's clock that counts from its own start, and nothing ties it to another. Its drop, which begins
// 3000 s into the load and is over at 3600 s, has no date, and neither has the incident, its timeline or the run; a kill
// that a log dates has one.
func TestAfloat(t *testing.T) {
	build := func() *records {
		r := &records{}
		r.tps(7200, func(t float64) float64 {
			if t >= 3000 && t < 3600 || t >= 5000 && t < 5010 {
				return 0
			}
			return 1
		})
		for i := range r.samples {
			r.samples[i].At = record.Stamp{Mono: r.samples[i].At.Wall.Sub(begin), Prec: time.Second, Lacks: record.LacksWall}
		}
		r.inputs["tps.csv"].First, r.inputs["tps.csv"].Last = record.Stamp{}, record.Stamp{}
		return r
	}
	rep := build().report(Options{})
	in := only(t, rep)
	tp := in.Throughput
	if !in.At.IsZero() || !in.End.IsZero() || tp == nil || !tp.Onset.IsZero() || !tp.RecoveredAt.IsZero() || !tp.Recovered {
		t.Errorf("at %v to %v, %+v", in.At, in.End, tp)
	} else if off := time.Duration(tp.Into) - 3000*time.Second; off.Abs() > 10*time.Second || time.Duration(tp.Uncertainty) > time.Minute {
		t.Errorf("it fell %v ± %v into the load", time.Duration(tp.Into), time.Duration(tp.Uncertainty))
	}
	for _, e := range append(in.Timeline, rep.Mentions...) {
		if !e.At.IsZero() {
			t.Errorf("%v: %s", e.At, e.Text)
		}
	}
	if !rep.Run.Start.IsZero() || rep.Clock.Year != 0 {
		t.Errorf("the run began at %v, in the year %d", rep.Run.Start, rep.Clock.Year)
	}
	if said := in.Effect.String(); strings.Contains(said, "00:") {
		t.Errorf("it tells a time of day: %s", said)
	}
	beside := build()
	beside.covers("messages", -3600, 7200)
	beside.kill("messages", 3000, "mysqld", 4711, 40*gib, "")
	in = only(t, beside.report(Options{}))
	if dated := slices.ContainsFunc(in.Timeline, func(e verdict.Entry) bool { return e.Kind == string(record.OOMKill) && e.At.Equal(after(3000)) }); !dated || !in.Throughput.Onset.IsZero() {
		t.Errorf("with a kill: %+v, %+v", in.Timeline, in.Throughput)
	}
}
