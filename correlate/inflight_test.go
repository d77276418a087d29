package correlate

import (
	"math"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// inFlightBucket gives a bucket of a second in which so many succeeded and failed, and so many were in flight at its end.
func inFlightBucket(ok, failed, active int32) record.Bucket {
	return record.Bucket{OK: ok, Failed: failed, Active: active, Users: -1}
}

// TestInFlight: 20 users who ask 100/s of .1 s each (10 in flight, by Little's law) before a drop of 30 s. In a stall
// their 20 requests stay in flight; a refused one is over at once; a tool that asks nothing has none.
func TestInFlight(t *testing.T) {
	well := inFlightBucket(100, 0, 10)
	for _, c := range []struct {
		name   string
		during []record.Bucket // they repeat for 30 s
		then   []record.Bucket // and these for 15 s more
		tool   string
		manner verdict.Manner
		active int64
		says   string
	}{
		{"nobody answers", []record.Bucket{inFlightBucket(0, 0, 20)}, nil, "jmeter", verdict.Stalled, 20, "a stall: nobody answers, 20 requests are in flight, against 10 before"},
		{"clients time out after 10 s", []record.Bucket{inFlightBucket(0, 2, 20)}, nil, "jmeter", verdict.Stalled, 20, "a stall"}, // 20/2
		{"clients time out after 5 s, all at once", []record.Bucket{inFlightBucket(0, 0, 20), inFlightBucket(0, 0, 20), inFlightBucket(0, 0, 20), inFlightBucket(0, 0, 20), inFlightBucket(0, 20, 20)}, nil, "jmeter", verdict.Stalled, 20, "a stall"},
		{"refused", []record.Bucket{inFlightBucket(0, 300, 1)}, nil, "k6", verdict.Refused, 1, "a refusal: most requests fail at once, 1 are in flight, against 10 before"},
		{"refused without a pause: all are in flight, each for 20/2000 s", []record.Bucket{inFlightBucket(0, 2000, 20)}, nil, "k6", verdict.Refused, 20, "a refusal"},
		{"one of four backends refuses", []record.Bucket{inFlightBucket(75, 25, 8)}, nil, "k6", "", 8, "neither plainly"},
		{"a stall, then the kill", []record.Bucket{inFlightBucket(0, 0, 20)}, []record.Bucket{inFlightBucket(0, 300, 1)}, "k6", verdict.StalledThenRefused, 20,
			"a stall of 30 s, in which nobody answers, then a refusal: for 15 s most requests fail at once"},
		{"services end, then the machine", []record.Bucket{inFlightBucket(0, 300, 1)}, []record.Bucket{inFlightBucket(0, 0, 20)}, "k6", verdict.RefusedThenStalled, 1, "then a stall of 15 s"},
		{"the tool was suspended", []record.Bucket{inFlightBucket(0, 0, 0)}, nil, "jmeter", verdict.Silent, 0, "the load tool asked nothing for 30 s"},
		{"a tool that does not write what failed", []record.Bucket{inFlightBucket(0, 0, 0)}, nil, "hey", "", 0, "neither plainly"},
		{"slower, and all answered within a second", []record.Bucket{inFlightBucket(30, 0, 20)}, nil, "jmeter", "", 20, "20 requests are in flight, against 10 before"},
		{"a tool that does not tell how long they took", []record.Bucket{inFlightBucket(0, 0, -1)}, nil, "jmeter", "", 0, ""},
	} {
		f := &flow{step: 1, load: &record.Load{Tool: c.tool, Width: time.Second}}
		add := func(seconds int, kind []record.Bucket) {
			for i := range seconds {
				f.t = append(f.t, float64(1000+len(f.load.Buckets)))
				f.load.Buckets = append(f.load.Buckets, kind[i%len(kind)])
			}
		}
		add(120, []record.Bucket{well})
		add(30, c.during)
		if c.then != nil {
			add(15, c.then)
		}
		back := float64(1000 + len(f.load.Buckets))
		add(60, []record.Bucket{well})
		got := f.inFlight(&cause.Case{Drop: &cause.Drop{Drop: change.Drop{Class: change.ClassOutage, At: 1120, Recovery: back}}})
		if c.says == "" {
			if got != nil {
				t.Errorf("%s: %+v", c.name, got)
			}
			continue
		}
		if got == nil || got.Manner != c.manner || got.Before != record.Known(10) || got.During != record.Known(c.active) || !strings.Contains(got.Text.String(), c.says) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// TestRequests: a report tells what became of the requests, with the rows of a JTL and with the intervals of a tool that
// says how many users it has.
func TestRequests(t *testing.T) {
	rows := func(during record.Bucket, seconds int) *records {
		r := quietHost()
		l := &record.Load{From: record.Origin{File: "results.jtl", Line: 2}, Tool: "jmeter", Start: record.At(begin, time.Millisecond), Width: time.Second}
		for i := range seconds {
			b := inFlightBucket(100+int32(i*i%7), 0, 10)
			if i >= 3000 && i < 3600 {
				b = during
			}
			b.Users = 20
			l.Buckets = append(l.Buckets, b)
			l.Samples += int64(b.OK + b.Failed)
		}
		r.loads = append(r.loads, l)
		r.saw("results.jtl", false, record.At(begin, 0))
		return r
	}
	intervals := func(errors, users float64) *records {
		r := quietHost()
		during := func(before, now float64) func(float64) float64 {
			return func(t float64) float64 {
				if t < 3000 || t >= 3600 {
					return before
				}
				return now
			}
		}
		r.curve(record.Series{Name: "TPS", Quantity: record.Throughput, Unit: record.PerSecond}, "load.log", 0, 7200, 5, func(t float64) float64 {
			return during(100, 0)(t) * (1 + .02*math.Sin(t))
		})
		r.curve(record.Series{Name: "errors", Quantity: record.Errors, Unit: record.PerSecond}, "load.log", 0, 7200, 5, during(0, errors))
		r.curve(record.Series{Name: "users", Quantity: record.Users, Unit: record.Count}, "load.log", 0, 7200, 5, during(20, users))
		return r
	}
	for _, c := range []struct {
		name   string
		r      *records
		manner verdict.Manner
		says   string
	}{
		{"rows, a stall", rows(inFlightBucket(0, 0, 20), 7200), verdict.Stalled, "20 requests of 20 users are in flight, against 10 before"},
		{"rows, a hole", rows(inFlightBucket(0, 0, 0), 7200), verdict.Silent, "it stood still, was started anew, or rows are missing"},
		{"rows that end", rows(record.Bucket{}, 3000), verdict.Ended, "the rows end with 20 users at work"},
		{"intervals, a stall", intervals(0, 20), verdict.Stalled, "20 users wait, 0/s fail and 0/s succeed"},
		{"intervals, clients time out after 10 s", intervals(2, 20), verdict.Stalled, "20 users wait, 2/s fail"}, // 20/2
		{"intervals, a refusal", intervals(200, 20), verdict.Refused, "the requests of 20 users fail at once, 200/s"},
		{"intervals, the users left", intervals(0, 0), verdict.Silent, "its users fell from 20 to 0"},
		{"intervals, failures that take 4 s", intervals(5, 20), "", ""}, // 20/5: a user may think as long
	} {
		in := only(t, c.r.report(Options{}))
		if in.Throughput == nil {
			t.Errorf("%s: no drop", c.name)
			continue
		}
		q := in.Throughput.Requests
		if c.says == "" {
			if q != nil {
				t.Errorf("%s: %+v", c.name, q)
			}
			continue
		}
		if q == nil || q.Manner != c.manner || !strings.Contains(q.Text.String(), c.says) {
			t.Errorf("%s: %+v", c.name, q)
			continue
		}
		told := false
		for _, e := range in.Evidence {
			told = told || e.Text.String() == q.Text.String() && e.Weight == 0
		}
		if !told {
			t.Errorf("%s: not among the evidence: %+v", c.name, in.Evidence)
		}
	}
}
