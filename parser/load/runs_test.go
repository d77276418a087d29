package load

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestAppendedConsoles: two runs of 3 s whose consoles went to one file are 6 s of load, the second behind the first.
func TestAppendedConsoles(t *testing.T) {
	sysbench := func(tps int, end string) string {
		var b strings.Builder
		b.WriteString("sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)\n\n")
		for i := 1; i <= 3; i++ {
			fmt.Fprintf(&b, "[ %ds ] thds: 4 tps: %d.00 qps: 9.00 (r/w/o: 1.00/1.00/1.00) lat (ms,95%%): 42.61 err/s: 0.00 reconn/s: 0.00\n", i, tps)
		}
		return b.String() + end
	}
	pgbench := func(tps int, end string) string {
		var b strings.Builder
		for i := 1; i <= 3; i++ {
			fmt.Fprintf(&b, "progress: %d.0 s, %d.0 tps, lat 4.7 ms stddev 4.4, %d failed\n", i, tps, tps/10)
		}
		return b.String() + end
	}
	total, report := "    total time:                          3.0s\n", "number of transactions actually processed: 300\ntps = 100.0 (without initial connection time)\n"
	for _, c := range []struct {
		name, text string
		problems   int
		done       float64
		reasons    []string
	}{
		{"sysbench", sysbench(280, total) + sysbench(100, total), 1, 3*280 + 3*100, []string{endPlanned}},
		{"sysbench, the first given up", sysbench(280, "FATAL: `thread_run' function failed\n") + sysbench(100, "FATAL: `thread_run' function failed\n"), 1, 3*280 + 3*100, []string{endError, endError}},
		{"sysbench without banners", strings.ReplaceAll(sysbench(280, "")+sysbench(100, ""), "sysbench 1", "x"), 1, 3*280 + 3*100, nil},
		{"pgbench", pgbench(800, report) + pgbench(400, report), 1, 3*800 + 3*400, []string{endPlanned, endPlanned}},
		{"pgbench without reports", pgbench(800, "") + pgbench(400, ""), 1, 3*800 + 3*400, nil},
		{"pgbench, then lost", pgbench(800, report) + pgbench(400, "pgbench: error: client 0 aborted\n"), 1, 3*800 + 3*400, []string{endPlanned, endError}},
		{"one run", pgbench(800, report), 0, 3 * 800, []string{endPlanned}},
	} {
		s := read(t, "console.txt", c.text)
		done, last := 0.0, time.Duration(0)
		for _, x := range s.samples {
			switch x.Series.Quantity {
			case record.Throughput:
				if x.At.Mono != last+time.Second {
					t.Errorf("%s: line %d at %v, a second before at %v", c.name, x.Line, x.At.Mono, last)
				}
				done, last = done+x.Value, x.At.Mono
			case record.Errors:
				if x.Value < 0 || x.Value > 80 { // a tenth of the transactions fails
					t.Errorf("%s: line %d: %v errors a second", c.name, x.Line, x.Value)
				}
			}
		}
		var reasons []string
		for _, e := range s.events {
			reasons = append(reasons, e.Get(record.AttrReason))
		}
		if done != c.done || len(s.problems) != c.problems || fmt.Sprint(reasons) != fmt.Sprint(c.reasons) {
			t.Errorf("%s: %v done, want %v; ends %v, want %v; problems %v", c.name, done, c.done, reasons, c.reasons, s.problems)
		}
	}
}

// TestRunClockBounded: clocks that jump to and fro for ever add up to a time that fits.
func TestRunClockBounded(t *testing.T) {
	line := "[ %ds ] thds: 4 tps: 5.00 qps: 9.00 lat (ms,95%%): 42.61 err/s: 0.00 reconn/s: 0.00\n"
	for _, x := range read(t, "sysbench.txt", strings.Repeat(fmt.Sprintf(line, 99999999)+fmt.Sprintf(line, 1), 300)).samples {
		if x.At.Mono <= 0 {
			t.Fatalf("line %d at %v", x.Line, x.At.Mono)
		}
	}
}

// TestSysbenchPercentile: the percentile is named in the line (--percentile, 95 by default, 0 for none), "%u" of
// sb_globals.percentile in sysbench.c.
func TestSysbenchPercentile(t *testing.T) {
	for _, c := range []struct{ line, name string }{
		{"[ 1s ] thds: 4 tps: 5.00 qps: 9.00 (r/w/o: 1.00/1.00/1.00) lat (ms,95%): 43.39 err/s: 2.00 reconn/s: 0.00", "sysbench latency p95"},
		{"[ 1s ] thds: 4 tps: 5.00 qps: 9.00 (r/w/o: 1.00/1.00/1.00) lat (ms,99%): 43.39 err/s: 2.00 reconn/s: 0.00", "sysbench latency p99"},
		{"[ 1s ] thds: 4 tps: 5.00 qps: 9.00 (r/w/o: 1.00/1.00/1.00) lat (ms,0%): 0.00 err/s: 2.00 reconn/s: 0.00", ""},
		{"[ 1s ] thds: 4 tps: 5.00 qps: 9.00 (r/w/o: 1.00/1.00/1.00) lat (ms,99%): 43.39 err/s 2.00 reconn/s: 0.00", "sysbench latency p99"},
		{"[   1s] threads: 4, tps: 5.00, reads: 1769.30, writes: 504.20, response time: 43.39ms (99%), errors: 2.00, reconnects:  0.00", "sysbench latency p99"},
	} {
		name := ""
		s := read(t, "sysbench.txt", c.line+"\n")
		for _, x := range s.samples {
			if x.Series.Quantity == record.Latency {
				if name = x.Series.Name; x.Value != .04339 {
					t.Errorf("%s: %v s", c.line, x.Value)
				}
			}
		}
		if errors := s.values(record.Errors); name != c.name || len(errors) != 1 || errors[0] != 2 {
			t.Errorf("%s: named %q, want %q; errors %v", c.line, name, c.name, errors)
		}
	}
}

// TestCutConsoles: a run that the file shows beginning, and not ending, was cut. pgbench's stderr alone holds no report, and
// intervals that somebody picked out of sysbench's output hold no statistics: nothing says that they were cut.
func TestCutConsoles(t *testing.T) {
	const (
		head     = "sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)\n\nThreads started!\n\n"
		interval = "[ 1s ] thds: 4 tps: 5.00 qps: 9.00 lat (ms,95%): 42.61 err/s: 0.00 reconn/s: 0.00\n"
		total    = "SQL statistics:\n    transactions:   5\nGeneral statistics:\n    total time:                          1.0s\n"
		version  = "pgbench (15.18 (Debian 15.18-0+deb12u1))\n"
		progress = "progress: 1.0 s, 800.0 tps, lat 4.7 ms stddev 4.4, 0 failed\n"
		report   = "number of transactions actually processed: 300\nlatency average = 6.761 ms\ntps = 100.0 (without initial connection time)\n"
	)
	for _, c := range []struct {
		name, text string
		cut        []int // the lines that say so
	}{
		{"sysbench", head + interval + total, nil},
		{"sysbench, cut", head + interval, []int{5}},
		{"sysbench, cut behind a checkpoint", head + "[ 1s ] Checkpoint report:\n" + interval + total, []int{6}},
		{"sysbench, cut, then whole", head + interval + head + interval + total, []int{5}},
		{"sysbench lost its server", head + interval + "FATAL: error 2013\n", nil},
		{"intervals picked out", interval, nil},
		{"begun and no more", head, nil},
		{"pgbench", version + progress + report, nil},
		{"pgbench to a pipe, its stdout at the end", progress + version + report, nil},
		{"pgbench, cut", version + progress, []int{1}},
		{"pgbench, cut in its report", progress + version + "number of transactions actually processed: 300\n", []int{2}},
		{"pgbench, cut, then whole", version + progress + version + progress + report, []int{1}},
		{"pgbench lost its server", version + progress + "pgbench: error: client 0 aborted: server closed the connection unexpectedly\n", nil},
		{"pgbench's stderr alone", progress, nil},
	} {
		var cut []int
		for _, p := range read(t, "console.txt", c.text).problems {
			if strings.Contains(p.Msg, "missing") {
				cut = append(cut, p.From.Line)
			}
		}
		if !slices.Equal(cut, c.cut) {
			t.Errorf("%s: cut at %v, want %v", c.name, cut, c.cut)
		}
	}
}

// TestSysbenchCheckpoints: --report-checkpoints=2,4 of a run of 5 s, whose statistics stand in between and end no run.
func TestSysbenchCheckpoints(t *testing.T) {
	path := "sysbench/checkpoints/sysbench-checkpoints.txt"
	s := readFile(path, fixture(t, path))
	var at []time.Duration
	for _, x := range s.samples {
		if x.Series.Quantity == record.Throughput {
			at = append(at, x.At.Mono)
		}
	}
	if want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second, 5 * time.Second}; !slices.Equal(at, want) || len(s.problems) != 0 {
		t.Errorf("intervals at %v, want %v; %v", at, want, s.problems)
	}
	if len(s.events) != 1 || s.events[0].Get(record.AttrReason) != endPlanned || s.events[0].At.Mono != 5020600*time.Microsecond { // total time: 5.0206s
		t.Errorf("its end: %+v", s.events)
	}
}

// TestAppendedJTL: a repeated header begins another run, before the first one as well as behind it; files of generators that
// were put together lie in the same time and stay one. A row that is torn is the last part's.
func TestAppendedJTL(t *testing.T) {
	rows := func(start, seconds int) string {
		var b strings.Builder
		b.WriteString(jtlHead)
		for i := range seconds {
			fmt.Fprintf(&b, "%d000,0,a,200,OK,t 1-1,true,3\n", start+i)
		}
		return b.String()
	}
	const at = 1795393700
	for _, c := range []struct {
		name, text string
		samples    []int64 // of each load, by its begin
		torn       int
	}{
		{"behind", rows(at, 60) + rows(at+600, 30), []int64{60, 30}, -1},
		{"before", rows(at, 60) + rows(at-600, 30), []int64{30, 60}, -1},
		{"at once", rows(at, 60) + rows(at+20, 60), []int64{120}, -1},
		{"between", rows(at, 60) + rows(at+600, 30) + rows(at+300, 20), []int64{60, 20, 30}, -1},
		{"over both", rows(at, 60) + rows(at+600, 30) + rows(at+50, 600), []int64{690}, -1},
		{"before, torn", rows(at, 60) + rows(at-600, 30) + "17953931", []int64{30, 60}, 0},
		{"behind, torn", rows(at, 60) + rows(at+600, 30) + "17953931", []int64{60, 30}, 1},
		{"beside the first, torn", rows(at, 60) + rows(at+600, 30) + rows(at+50, 20) + "17953931", []int64{80, 30}, 0},
	} {
		s := read(t, "x.jtl", c.text)
		slices.SortFunc(s.loads, func(a, b *record.Load) int { return a.Start.Wall.Compare(b.Start.Wall) })
		var samples []int64
		torn := -1
		for i, l := range s.loads {
			samples = append(samples, l.Samples)
			if l.Torn {
				torn = i
			}
		}
		if !slices.Equal(samples, c.samples) || torn != c.torn {
			t.Errorf("%s: loads of %v, want %v; torn is the one at %d, want %d", c.name, samples, c.samples, torn, c.torn)
		}
	}
}

// TestAnew: behind a silence of minutes in a JTL without a second header, threads that are started again, one in the first
// second and ten in the end, are another run's. Where all of them are there at once, or a request lasted through the silence,
// it is one run that asked nothing.
func TestAnew(t *testing.T) {
	run := func(start, seconds, from, to, step int) string {
		var b strings.Builder
		for i := range seconds {
			fmt.Fprintf(&b, "%d000,100,a,200,OK,t 1-1,true,%d\n", start+i, min(to, from+i*step))
		}
		return b.String()
	}
	const at = 1795393700
	ramp := run(at, 60, 1, 10, 1)
	for _, c := range []struct {
		name, text string
		samples    []int64
	}{
		{"begun anew", ramp + run(at+360, 30, 1, 10, 1), []int64{60, 30}},
		{"three times", ramp + run(at+360, 30, 1, 10, 1) + run(at+700, 20, 1, 10, 1), []int64{60, 30, 20}},
		{"all at once", ramp + run(at+360, 30, 10, 10, 0), []int64{90}},
		{"all at once, then anew", ramp + run(at+360, 30, 10, 10, 0) + run(at+700, 20, 1, 10, 1), []int64{90, 20}},
		{"one thread is left", ramp + run(at+360, 30, 1, 1, 0), []int64{90}},
		{"of three threads", run(at, 60, 1, 3, 1) + run(at+360, 30, 1, 3, 1), []int64{90}},
		{"after a minute", ramp + run(at+120, 30, 1, 10, 1), []int64{90}},
		{"a request lasted", ramp + fmt.Sprintf("%d000,300000,a,200,OK,t 1-1,true,1\n", at+59) + run(at+360, 30, 1, 10, 1), []int64{91}},
	} {
		var samples []int64
		for _, l := range read(t, "x.jtl", jtlHead+c.text).loads {
			samples = append(samples, l.Samples)
		}
		if !slices.Equal(samples, c.samples) {
			t.Errorf("%s: loads of %v, want %v", c.name, samples, c.samples)
		}
	}
}
