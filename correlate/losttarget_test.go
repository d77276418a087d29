package correlate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestLostTarget: a load tool whose figures end at full throughput, and which says that the server was gone, did not stop at
// its source. What the log shows at that time explains it; without a log nothing does, and the report says what is missing.
func TestLostTarget(t *testing.T) {
	const end = 3000
	ends := func(reason string) *records {
		r := &records{}
		r.tps(end, whole)
		e := r.event("tps.csv", end+1, record.GeneratorStopped, record.AttrReason, reason)
		e.Host, e.Source, e.Text = "", "pgbench", "pgbench lost the server and gave up"
		r.inputs["tps.csv"].Log = false
		return r
	}
	own := ends("target-lost") // on a clock that counts from the tool's start
	for i := range own.samples {
		own.samples[i].At = record.Stamp{Mono: own.samples[i].At.Wall.Sub(begin), Prec: time.Second, Lacks: record.LacksWall}
	}
	own.events[0].At = record.Stamp{Mono: end * time.Second, Prec: time.Second, Lacks: record.LacksWall}
	killed, stopped, falls := ends("target-lost"), ends("target-lost"), ends("target-lost")
	killed.covers("messages", -3600, 7200)
	killed.kill("messages", end-1, "mysqld", 4711, 40*gib, "")
	stopped.covers("messages", -3600, 7200)
	stopped.event("messages", end-1, record.VMStopped, record.AttrVM, "db-1", record.AttrReason, "destroyed")
	for i := range falls.samples { // rows of zero before it gives up
		if x := &falls.samples[i]; x.At.Wall.After(after(end - 300)) {
			x.Value = 0
		}
	}
	alone := &records{}
	alone.event("pgbench.txt", 0, record.GeneratorStopped, record.AttrReason, "target-lost").At = record.Stamp{}
	for _, c := range []struct {
		name  string
		r     *records
		cause verdict.Cause
		says  string
	}{
		{"nothing else", ends("target-lost"), verdict.Unexplained, "The load tool lost its target at 1,8"},
		{"on its own clock", own, verdict.Unexplained, "The load tool lost its target at 1,8"},
		{"the kernel killed the database", killed, verdict.HostConsumer, "mysqld"},
		{"somebody destroyed the VM", stopped, verdict.VMStopped, "db-1"},
		{"rows of zero first", falls, verdict.Unexplained, "The load tool lost its target at 1,8"},
		{"no figures at all", alone, verdict.Unexplained, "The load tool lost its target; nothing"},
		{"an error of its own", ends("error"), verdict.LoadGenerator, "The load stopped at its source"},
	} {
		rep := c.r.report(Options{})
		in := only(t, rep)
		if rep.Verdict.Cause != c.cause || !strings.Contains(rep.Verdict.Headline.String(), c.says) {
			t.Errorf("%s: %s with %.2f: %s", c.name, rep.Verdict.Cause, rep.Verdict.Confidence, rep.Verdict.Headline)
		}
		if c.cause == verdict.LoadGenerator {
			continue
		}
		for _, a := range rep.Verdict.Alternatives {
			if a.Cause == verdict.LoadGenerator || a.Cause == verdict.Healthy || a.Cause == verdict.Slowdown {
				t.Errorf("%s: %s with %.2f stands beside it", c.name, a.Cause, a.Confidence)
			}
		}
		if c.r == alone {
			continue
		}
		if in.Throughput == nil || in.Throughput.Recovered || in.Throughput.During > 1 {
			t.Errorf("%s: %+v", c.name, in.Throughput)
		} else if at := in.Throughput.Onset.Sub(after(end)); c.r != own && c.r != falls && at.Abs() > 10*time.Second {
			t.Errorf("%s: it fell %v after the end", c.name, at)
		}
		lists := slices.ContainsFunc(rep.Missing, func(m verdict.Missing) bool {
			return strings.HasPrefix(m.What.String(), "the log of what was loaded")
		})
		if lists != (c.cause == verdict.Unexplained) {
			t.Errorf("%s: missing: %v", c.name, rep.Missing)
		}
	}
}
