package correlate

import (
	"math"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestUnscraped: an export's throughput has a hole of ten minutes. When what else is in the file has it as well, who
// collected them paused, and nothing is told of the load. What ends with the load anyway proves nothing, nor does what is
// in another file, or does not cover the hole.
func TestUnscraped(t *testing.T) {
	const from, to, end = 3000, 3600, 7200
	hole := func(v float64) func(float64) float64 {
		return func(t float64) float64 {
			if t >= from && t < to {
				return math.NaN()
			}
			return v
		}
	}
	flat := func(v float64) func(float64) float64 { return func(float64) float64 { return v } }
	for _, c := range []struct {
		name  string
		add   func(r *records)
		holes int
	}{
		{"memory has it too", func(r *records) {
			r.curve(record.Series{Name: "rss", Quantity: record.RSS, Unit: record.Bytes}, "export.json", 0, end, 15, hole(4*gib))
		}, 0},
		{"processor time and errors have it too", func(r *records) {
			r.curve(record.Series{Name: "cpu", Quantity: record.CPU}, "export.json", 0, end, 15, hole(.5))
			r.curve(record.Series{Name: "errors", Quantity: record.Errors}, "export.json", 0, end, 5, hole(0))
		}, 0},
		{"memory goes on", func(r *records) {
			r.curve(record.Series{Name: "rss", Quantity: record.RSS, Unit: record.Bytes}, "export.json", 0, end, 15, flat(4*gib))
		}, 1},
		{"one of two goes on", func(r *records) {
			r.curve(record.Series{Name: "rss", Quantity: record.RSS, Unit: record.Bytes}, "export.json", 0, end, 15, hole(4*gib))
			r.curve(record.Series{Name: "cpu", Quantity: record.CPU}, "export.json", 0, end, 15, flat(.5))
		}, 1},
		{"a single sample in the middle of the hole", func(r *records) {
			r.curve(record.Series{Name: "rss", Quantity: record.RSS, Unit: record.Bytes}, "export.json", 0, end, 15, func(t float64) float64 {
				if t >= from && t < to && t != 3300 {
					return math.NaN()
				}
				return 4 * gib
			})
		}, 1},
		{"errors and latency alone", func(r *records) {
			r.curve(record.Series{Name: "errors", Quantity: record.Errors}, "export.json", 0, end, 5, hole(0))
			r.curve(record.Series{Name: "latency", Quantity: record.Latency, Unit: record.Seconds}, "export.json", 0, end, 5, hole(.1))
		}, 1},
		{"another file has it", func(r *records) {
			r.curve(record.Series{Name: "rss", Quantity: record.RSS, Unit: record.Bytes}, "memory.json", 0, end, 15, hole(4*gib))
		}, 1},
		{"memory is from behind the hole", func(r *records) {
			r.curve(record.Series{Name: "rss", Quantity: record.RSS, Unit: record.Bytes}, "export.json", to, end, 15, flat(4*gib))
		}, 1},
		{"nothing else", func(r *records) {}, 1},
	} {
		r := &records{}
		level := noisy(1800)
		r.covers("messages", -3600, end)
		r.curve(record.Series{Name: "tps", Quantity: record.Throughput, Unit: record.PerSecond}, "export.json", 0, end, 5, func(t float64) float64 { return level(t) + hole(0)(t) })
		c.add(r)
		rep := r.report(Options{})
		if len(rep.Incidents) != c.holes || (rep.Verdict.Cause == verdict.Healthy) != (c.holes == 0) {
			t.Errorf("%s: %d incidents, want %d: %s", c.name, len(rep.Incidents), c.holes, rep.Verdict.Cause)
		}
	}
}

// TestBarred: no request of a load succeeded. A VM of the run that the kernel killed, or that crashed, minutes before is why;
// one that did so hours before, or that somebody stopped, need not be.
func TestBarred(t *testing.T) {
	for _, c := range []struct {
		name  string
		at    float64
		kind  record.Kind
		cause verdict.Cause
	}{
		{"crashed five minutes before", -300, record.VMCrashed, verdict.VMCrash},
		{"crashed while it ran", 300, record.VMCrashed, verdict.VMCrash},
		{"crashed an hour before", -3600, record.VMCrashed, verdict.Unexplained},
		{"stopped five minutes before", -300, record.VMStopped, verdict.Unexplained},
	} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -7200, 7200)
		r.event("messages", -7000, record.VMStarted, record.AttrVM, "web-1")
		r.event("messages", c.at, c.kind, record.AttrVM, "web-1", record.AttrReason, "shutdown")
		l := &record.Load{From: record.Origin{File: "a.csv", Line: 2}, Tool: "k6", Start: record.At(begin, time.Millisecond), Width: time.Second}
		for range 600 {
			l.Buckets = append(l.Buckets, record.Bucket{Failed: 50, Users: -1, Active: -1})
			l.Samples, l.Failed = l.Samples+50, l.Failed+50
		}
		r.loads = []*record.Load{l}
		if rep := r.report(Options{}); rep.Verdict.Cause != c.cause {
			t.Errorf("%s: %s with %.2f: %s", c.name, rep.Verdict.Cause, rep.Verdict.Confidence, rep.Verdict.Headline)
		}
	}
}

// TestBarren: a load of which no request ever succeeded shows no fall, and is not well for that. One that succeeded is enough
// to have something to fall from; beside a load that did succeed the other one explains nothing, and is not passed over.
func TestBarren(t *testing.T) {
	requests := func(file string, ok, failed int32) *record.Load {
		l := &record.Load{From: record.Origin{File: file, Line: 2}, Tool: "k6", Start: record.At(begin, time.Millisecond), Width: time.Second}
		for range 600 {
			l.Buckets = append(l.Buckets, record.Bucket{OK: ok, Failed: failed, Users: -1, Active: -1})
			l.Samples, l.Failed = l.Samples+int64(ok+failed), l.Failed+int64(failed)
		}
		return l
	}
	moment := requests("a.csv", 50, 0)
	for i := 300; i < 306; i++ {
		moment.Buckets[i].OK, moment.Buckets[i].Failed = 0, 50
		moment.Failed += 50
	}
	for _, c := range []struct {
		name  string
		loads []*record.Load
		cause verdict.Cause
		says  string
	}{
		{"all fail", []*record.Load{requests("a.csv", 0, 50)}, verdict.Unexplained, "No request succeeded"},
		{"some fail", []*record.Load{requests("a.csv", 49, 1)}, verdict.Healthy, "end; failed requests: 600"}, // 600 s, one in each
		{"none fails", []*record.Load{requests("a.csv", 50, 0)}, verdict.Healthy, "Nothing failed"},
		{"all fail for a moment", []*record.Load{moment}, verdict.Healthy, "a fall that soon passed; failed requests: 300"}, // 6 s of 50
		{"none of a probe succeeded", []*record.Load{requests("a.csv", 0, 5), requests("b.csv", 50, 0)}, verdict.Healthy, "one of several loads"},
		{"nothing was asked", []*record.Load{{From: record.Origin{File: "a.csv"}, Tool: "k6"}}, verdict.Healthy, "whether throughput held is not known"},
	} {
		r := &records{loads: c.loads}
		r.covers("messages", -3600, 7200)
		rep := r.report(Options{})
		if rep.Verdict.Cause != c.cause || !strings.Contains(rep.Verdict.Headline.String(), c.says) {
			t.Errorf("%s: %s with %.2f: %s", c.name, rep.Verdict.Cause, rep.Verdict.Confidence, rep.Verdict.Headline)
		}
		for _, a := range rep.Verdict.Alternatives {
			if c.cause == verdict.Unexplained && a.Cause == verdict.Healthy {
				t.Errorf("%s: healthy stands beside it with %.2f", c.name, a.Confidence)
			}
		}
	}
}

// TestDiesWithLoad: figures that end at full throughput, with nothing to show that the run went on. The kernel's kill of a VM
// of the run in that moment, or of the load tool, is why they end; a kill of something else, or minutes before, is not.
func TestDiesWithLoad(t *testing.T) {
	const end = 3600
	for _, c := range []struct {
		name  string
		tool  string
		at    float64
		comm  string
		group string
		cause verdict.Cause
	}{
		{"a VM", "hey", end, "qemu-kvm", `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope/emulator`, verdict.HostOvercommit},
		{"a VM, five minutes before", "hey", end - 300, "qemu-kvm", `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope/emulator`, verdict.Healthy},
		{"the tool", "k6", end, "k6", "", verdict.LoadGenerator},
		{"the tool, which is a Java process", "jmeter", end + 2, "java", "", verdict.LoadGenerator},
		{"a process of another name", "k6", end, "rustc", "", verdict.Healthy},
		{"the tool's namesake, five minutes before", "k6", end - 300, "k6", "", verdict.Healthy},
	} {
		r := &records{}
		r.sizes("web-1", 60, "web-2", 16)
		r.covers("messages", -3600, end+30)
		r.event("messages", -3000, record.VMStarted, record.AttrVM, "web-1")
		r.kill("messages", c.at, c.comm, 7569, 16*gib, c.group)
		l := &record.Load{From: record.Origin{File: "load.csv", Line: 2}, Tool: c.tool, Start: record.At(begin, time.Millisecond), Width: time.Second}
		level := noisy(1800)
		for i := range end {
			l.Buckets = append(l.Buckets, record.Bucket{OK: int32(level(float64(i))), Users: -1, Active: -1})
			l.Samples += int64(l.Buckets[i].OK)
		}
		r.loads = []*record.Load{l}
		if rep := r.report(Options{}); rep.Verdict.Cause != c.cause {
			t.Errorf("%s: %s with %.2f: %s", c.name, rep.Verdict.Cause, rep.Verdict.Confidence, rep.Verdict.Headline)
		}
	}
}

// TestLeavesItsExport: counters of requests that end three minutes before what else is in their export: their server is gone, for
// one that nobody asks counts on. It is not the load that stopped.
func TestLeavesItsExport(t *testing.T) {
	for _, c := range []struct {
		name  string
		ends  float64
		cause verdict.Cause
	}{
		{"with the rest of its export", 3600, verdict.Healthy},
		{"three minutes before", 3420, verdict.Unexplained},
	} {
		r := &records{}
		r.covers("messages", -3600, 3600)
		r.curve(record.Series{Name: "http_requests_total", Labels: []record.Attr{{Key: "code", Value: "200"}}, Quantity: record.Throughput, Counter: true}, "prom.json", 0, c.ends, 15, func(t float64) float64 { return 100 * t })
		r.curve(record.Series{Name: "MemAvailable", Quantity: record.HostAvailable, Unit: record.Bytes}, "prom.json", 0, 3600, 15, rising(20, 21, 0, 3600))
		if rep := r.report(Options{}); rep.Verdict.Cause != c.cause {
			t.Errorf("%s: %s with %.2f: %s", c.name, rep.Verdict.Cause, rep.Verdict.Confidence, rep.Verdict.Headline)
		}
	}
}

// TestBreaksOff: a load tool that ran out of memory says so in the log that holds its figures. Whatever the zone of that log, it
// is at their end, or it is not.
func TestBreaksOff(t *testing.T) {
	for _, c := range []struct {
		name string
		file string
		at   float64
		want verdict.Cause
	}{
		{"at the end of its own figures", "jmeter.log", 3598, verdict.LoadGenerator},
		{"half an hour before, and it went on", "jmeter.log", 1800, verdict.Healthy},
		{"in another log, by a clock hours off or not", "other.log", 3598, verdict.Healthy},
	} {
		r := &records{}
		r.covers("messages", -3600, 7200)
		local := func(s float64) record.Stamp {
			st := record.At(after(s), time.Second)
			st.Lacks = record.LacksZone
			return st
		}
		level := noisy(1800)
		tps := &record.Series{Name: "tps", Quantity: record.Throughput, Unit: record.PerSecond, From: record.Origin{File: "jmeter.log"}}
		for s := 0.0; s <= 3600; s += 30 {
			r.samples = append(r.samples, record.Sample{At: local(s), Line: int(s), Series: tps, Value: level(s)})
			r.saw("jmeter.log", false, local(s))
		}
		e := r.event(c.file, c.at, record.GeneratorStopped, record.AttrReason, "out-of-memory")
		e.Source, e.Host, e.At = "jmeter", "", local(c.at)
		r.inputs[c.file].First, r.inputs[c.file].Last = local(0), local(3600)
		if rep := r.report(Options{}); rep.Verdict.Cause != c.want {
			t.Errorf("%s: %s with %v, want %s", c.name, rep.Verdict.Cause, rep.Verdict.Confidence, c.want)
		}
	}
}
