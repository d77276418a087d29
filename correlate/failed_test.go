package correlate

import (
	"math"
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestRateBesideFailures: 20 a second in 20 min, and an outage from 600 to 690 s in which 20 a second failed: a rate without
// values there was zero and did not stop at its source; one of all requests holds the failures. What succeeded is 20 in 1110 s.
// By their share all requests hold them, and a rate that goes on while all fails is one of all requests whatever its name.
// Where a tenth fails nothing shows whether the rate holds them, and failures of another series say nothing.
func TestRateBesideFailures(t *testing.T) {
	out := func(t float64) bool { return t > 600 && t <= 690 }
	always := func(float64) float64 { return 20 }
	without := func(t float64) float64 {
		if out(t) {
			return math.NaN()
		}
		return 20
	}
	halved := func(t float64) float64 {
		if out(t) {
			return 10
		}
		return 20
	}
	inOutage := func(v float64) func(float64) float64 {
		return func(t float64) float64 {
			if out(t) {
				return v
			}
			return 0
		}
	}
	for _, c := range []struct {
		name     string
		quantity record.Quantity
		rate     func(float64) float64
		failed   func(float64) float64
		of       string
		unit     record.Unit
		achieved float64
		cause    verdict.Cause
	}{
		{"no values", record.Throughput, without, inOutage(20), "", record.PerSecond, 20 * 1110, verdict.Unexplained},
		{"all requests", record.Requests, always, inOutage(20), "", record.PerSecond, 20 * 1110, verdict.Unexplained},
		{"a tenth fails", record.Requests, always, inOutage(2), "", record.PerSecond, 20 * 1200, verdict.Healthy},
		{"successes", record.Throughput, always, inOutage(20), "", record.PerSecond, 20 * 1200, verdict.Healthy},
		{"another's failures", record.Throughput, without, inOutage(20), "b", record.PerSecond, 20 * 1110, verdict.LoadGenerator},
		{"all requests by a share", record.Requests, always, inOutage(1), "", record.Share, 20 * 1110, verdict.Unexplained},
		{"a tenth of all requests", record.Requests, always, inOutage(.1), "", record.Share, 20*1200 - 2*90, verdict.Healthy},
		{"a tenth beside successes", record.Throughput, always, inOutage(.1), "", record.Share, 20 * 1200, verdict.Healthy},
		{"throughput that goes on while all fails", record.Throughput, always, inOutage(1), "", record.Share, 20 * 1110, verdict.Unexplained},
		{"throughput that goes on while half fails", record.Throughput, always, inOutage(.5), "", record.Share, 20*1200 - 10*90, verdict.Unexplained},
		{"throughput that falls as half fails", record.Throughput, halved, inOutage(.5), "", record.Share, 20*1200 - 10*90, verdict.Unexplained},
		{"requests that go on while half fails", record.Requests, always, inOutage(10), "", record.PerSecond, 20*1200 - 10*90, verdict.Unexplained},
		{"no values, and all fails", record.Requests, without, inOutage(1), "", record.Share, 20 * 1110, verdict.Unexplained},
		{"percent that nobody called so", record.Requests, always, inOutage(100), "", record.Share, 20 * 1200, verdict.Healthy},
	} {
		r := &records{}
		r.curve(record.Series{Name: "rate", Quantity: c.quantity, Unit: record.PerSecond, Behind: true}, "x.csv", 5, 1200, 5, c.rate)
		errors := record.Series{Name: "errors", Quantity: record.Errors, Unit: c.unit, Behind: true}
		if c.of != "" {
			errors.Labels = []record.Attr{{Key: "name", Value: c.of}}
		}
		r.curve(errors, "x.csv", 5, 1200, 5, c.failed)
		got := r.report(Options{})
		if got.Load == nil || math.Abs(got.Load.Achieved-c.achieved) > 1 || got.Verdict.Cause != c.cause {
			t.Errorf("%s: %s, %+v; want %s, %v", c.name, got.Verdict.Cause, got.Load, c.cause, c.achieved)
		}
	}
}

// TestPanelsApart: the panels of a dashboard are saved as files of their own. All of 20 a second fail from 600 to 690 s; where a
// tenth does, or the times are others, nothing shows that the two belong together, and what reaches farther adds no outage.
func TestPanelsApart(t *testing.T) {
	for _, c := range []struct {
		name       string
		failed, at float64
		until      float64
		several    bool
		achieved   float64
	}{
		{"all fail", 1, 5, 1200, false, 20 * 1110},
		{"a tenth fails", .1, 5, 1200, false, 20 * 1200},
		{"at other times", 1, 7, 1200, false, 20 * 1200},
		{"of two files", 1, 5, 1200, true, 20 * 1200},
		{"the failures go on", 1, 5, 2400, false, 20 * 1110},
	} {
		r := &records{}
		rate := record.Series{Name: "RPS", Quantity: record.Requests, Unit: record.PerSecond, Behind: true}
		r.curve(rate, "rps.csv", 5, 1200, 5, func(float64) float64 { return 20 })
		failed := func(t float64) float64 {
			if t > 600 && t <= 690 || t > 1300 {
				return c.failed
			}
			return 0
		}
		files := []string{"errors.csv"}
		if c.several {
			files = append(files, "others.csv")
		}
		for _, file := range files {
			r.curve(record.Series{Name: "Error %", Quantity: record.Errors, Unit: record.Share, Behind: true}, file, c.at, c.until, 5, failed)
		}
		if got := r.report(Options{}); got.Load == nil || math.Abs(got.Load.Achieved-c.achieved) > 1 {
			t.Errorf("%s: %+v, want %v", c.name, got.Load, c.achieved)
		}
	}
}

// TestBrief: no fall can last in a load of seconds.
func TestBrief(t *testing.T) {
	for seconds, sure := range map[float64]bool{14: false, 600: true} {
		r := &records{}
		r.tps(seconds, whole)
		if v := r.report(Options{}).Verdict; v.Cause != verdict.Healthy || v.Confidence > .6 != sure {
			t.Errorf("%v s of load: %s with %v", seconds, v.Cause, v.Confidence)
		}
	}
}
