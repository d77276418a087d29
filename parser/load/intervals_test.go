package load

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// valueAt gives the value of a quantity in a line of the file.
func (s *seen) valueAt(t *testing.T, q record.Quantity, line int) record.Sample {
	t.Helper()
	for _, x := range s.samples {
		if x.Series.Quantity == q && x.Line == line {
			return x
		}
	}
	t.Fatalf("no %s in line %d:\n%s", q, line, s.dump())
	return record.Sample{}
}

// TestIntervals checks figures of the fixtures against the printed line: where nothing is computed, the same number;
// where a rate is, the arithmetic stands beside it.
func TestIntervals(t *testing.T) {
	for _, c := range []struct {
		path     string
		line     int
		quantity record.Quantity
		want     float64
		at       string        // wall time, "" for a relative clock
		mono     time.Duration // since the start
	}{
		// summary + 526 in 10.1s = 52.2/s Avg: 205 ... Err: 25 (4.75%) Active: 8; 526 / 10.1 is 52.08, 52.15 is what gives 52.2
		{"jmeter-log/2.13/jmeter2.13.log", 65, record.Throughput, 52.15 * (1 - 25./526), "2026-11-23T00:29:10", 0},
		{"jmeter-log/2.13/jmeter2.13.log", 65, record.Errors, 52.15 * 25 / 526, "2026-11-23T00:29:10", 0},
		{"jmeter-log/2.13/jmeter2.13.log", 65, record.Latency, .205, "2026-11-23T00:29:10", 0},
		{"jmeter-log/2.13/jmeter2.13.log", 65, record.Users, 8, "2026-11-23T00:29:10", 0},
		// the console: after the total of 14.5 s come 10.1 s
		{"jmeter-log/2.13-console/jmeter2.13-stdout.txt", 14, record.Throughput, 52.15 * (1 - 25./526), "", 24600 * time.Millisecond},
		{"sysbench/1.0.20/sysbench-ok.txt", 15, record.Throughput, 102.05, "", 3 * time.Second},
		{"sysbench/1.0.20/sysbench-ok.txt", 15, record.Latency, .03689, "", 3 * time.Second},
		{"sysbench/1.0.20/sysbench-ok.txt", 16, record.Errors, 5.91, "", 4 * time.Second},
		{"pgbench/epoch/pgbench-stderr.txt", 3, record.Throughput, 481, "2026-11-23T00:35:00.194", 0},
		{"pgbench/relative/pgbench-agg-stderr.txt", 2, record.Latency, .005212, "", 2 * time.Second},
		// 1795394111 323 2006300: the interval of a second ends at 1795394112
		{"pgbench-aggregate/15/pgbench_log_agg.10277.1", 2, record.Throughput, 323, "2026-11-23T00:35:12", 0},
		{"pgbench-aggregate/15/pgbench_log_agg.10277.1", 2, record.Latency, 2006300. / 323 / 1e6, "2026-11-23T00:35:12", 0},
		// dump at 1795393755, 10 s: 94 answers of 200, 176 refused, mean of 97 requests 86.5 ms
		{"tsung/1.7-text/tsung1.7-text.log", 35, record.Throughput, 9.4, "2026-11-23T00:29:15", 0},
		{"tsung/1.7-text/tsung1.7-text.log", 35, record.Errors, 17.6, "2026-11-23T00:29:15", 0},
		{"tsung/1.7-text/tsung1.7-text.log", 35, record.Latency, .08652548453608246, "2026-11-23T00:29:15", 0},
		// the second dump of the JSON: 8 answers in the 2 s since the first
		{"tsung/json/taurus-json-tsung.log", 4, record.Throughput, 4, "2016-04-26T17:01:29", 0},
		{"jmeter-dashboard/minute/graph.js", 7, record.Errors, 2.5, "2026-11-23T00:30:00", 0},
		{"jmeter-dashboard/minute/graph.js", 2, record.Requests, 1, "2026-11-23T00:29:00", 0},
		{"ycsb/0.17/ycsb.txt", 2, record.Throughput, 500, "2026-11-23T00:28:40.100", 0},
		{"ycsb/0.17/ycsb.txt", 2, record.Latency, (4000*1000.5 + 1000*2000) / 5000 / 1e6, "2026-11-23T00:28:40.100", 0},
		{"ycsb/0.17/ycsb.txt", 3, record.Throughput, 0, "2026-11-23T00:28:50.100", 0},
		{"ycsb/0.17/ycsb.txt", 3, record.Errors, 3, "2026-11-23T00:28:50.100", 0}, // 30 in 10 s
		{"ycsb/comma/ycsb.txt", 1, record.Throughput, 500.5, "2026-11-23T00:28:40.100", 0},
		{"ycsb/comma/ycsb.txt", 1, record.Latency, 19.59e-6, "2026-11-23T00:28:40.100", 0},
		{"load-table/semicolons/tps.csv", 2, record.Throughput, 49.1, "2021-11-01T06:36:13", 0},
		{"load-table/semicolons/tps.csv", 2, record.Latency, .0883, "2021-11-01T06:36:13", 0},
		{"load-table/semicolons/tps.csv", 4, record.Errors, 12.5, "2021-11-01T06:36:23", 0},
		{"load-table/labels/tps.csv", 3, record.Throughput, 20, "2026-11-23T00:28:20", 0},
	} {
		s := readFile(c.path, fixture(t, c.path))
		x := s.valueAt(t, c.quantity, c.line)
		if math.Abs(x.Value-c.want) > 1e-9*math.Max(1, c.want) {
			t.Errorf("%s:%d: %s %v, want %v", c.path, c.line, c.quantity, x.Value, c.want)
		}
		if c.at == "" && (x.At.Lacks&record.LacksWall == 0 || x.At.Mono != c.mono) {
			t.Errorf("%s:%d: at %v, want %v since the start", c.path, c.line, x.At, c.mono)
		} else if c.at != "" && !x.At.Wall.Equal(at(c.at)) {
			t.Errorf("%s:%d: at %v, want %s", c.path, c.line, x.At.Wall, c.at)
		}
	}
}

// TestLocustOutage: the truth of the run (truth.txt: dead from 1795393749.8 to 1795393755.8) shows in the
// differences of the totals, within the second or two that Locust's rows come late.
func TestLocustOutage(t *testing.T) {
	path := "locust/2.12-full-history/locust2.12-full-history.csv"
	s := readFile(path, fixture(t, path))
	var failures, requests float64
	before := map[int64]float64{}
	var last int64
	for _, x := range s.samples {
		sec := x.At.Wall.Unix()
		switch x.Series.Quantity {
		case record.Throughput:
			before[sec] = x.Value
		case record.Errors:
			if last > 0 {
				failures += x.Value * float64(sec-last)
				requests += (x.Value + before[sec]) * float64(sec-last)
			}
			last = sec
			if x.Value > 1 && (sec < 1795393749 || sec > 1795393758) {
				t.Errorf("%v failures a second at %d, outside the outage", x.Value, sec)
			}
		}
	}
	for sec := int64(1795393752); sec <= 1795393755; sec++ {
		if v, ok := before[sec]; !ok || v > 0 {
			t.Errorf("%v successful requests a second at %d, inside the outage", v, sec)
		}
	}
	// The first row stands before the second from which differences are taken: its requests are missing.
	if failures != 119 || math.Abs(requests-1063) > 30 {
		t.Errorf("%v failures and %v requests in all; the last totals are 119 and 1063", failures, requests)
	}
}

// TestHeyOutage: hey writes nothing of failed requests, so that the outage, 39 s after its start, is silence.
func TestHeyOutage(t *testing.T) {
	s := readFile("hey/0.1.5/hey.csv", fixture(t, "hey/0.1.5/hey.csv"))
	l := s.loads[0]
	if l.Start.Lacks != record.LacksWall || l.Samples != 719 {
		t.Fatalf("%s", s.dump())
	}
	for i := 41; i < 46; i++ {
		if !l.Buckets[i-int(l.Start.Mono/time.Second)].Silent() {
			t.Errorf("second %d: %+v", i, l.Buckets[i])
		}
	}
}

func TestGeneratorEnds(t *testing.T) {
	log := func(lines ...string) string {
		return "2026/11/23 00:28:50 INFO  - jmeter.reporters.Summariser: summary +    115 in   4.5s =   25.6/s Avg:   190 Min:     9 Max:  1053 Err:     0 (0.00%) Active: 8 Started: 8 Finished: 0\n" + strings.Join(lines, "\n") + "\n"
	}
	over := "2026/11/23 00:29:55 INFO  - jmeter.engine.StandardJMeterEngine: Notifying test listeners of end of test"
	const ab = "This is ApacheBench, Version 2.3 <$Revision: 1879490 $>\n\nBenchmarking 10.0.0.1 (be patient)\nCompleted 100 requests\n"
	const siege = "** SIEGE 4.0.7\n[Mon, 2026-11-23 00:28:00] HTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\n[error] socket: unable to connect sock.c:249: Connection refused\n"
	for _, c := range []struct{ name, text, reason string }{
		{"jmeter.log", log(over), endPlanned},
		{"jmeter.log", log("2026/11/23 00:29:50 INFO  - jmeter.JMeter: Command: Shutdown received from /127.0.0.1", over), endStopped},
		{"jmeter.log", log("2026/11/23 00:29:50 INFO  - jmeter.threads.JMeterThread: Stop Test detected by thread: Web Users 1-1", over), endError},
		{"jmeter.log", log("2026/11/23 00:29:50 ERROR - jmeter.threads.JMeterThread: Test failed! java.lang.OutOfMemoryError: Java heap space"), endMemory},
		{"jmeter.log", log(), ""},
		{"pg.txt", string(fixture(t, "pgbench/killed/pgbench-killed-stderr.txt")), endTarget},
		{"sysbench.txt", string(fixture(t, "sysbench/1.0.20/sysbench-ok.txt")), endPlanned},
		{"sysbench.txt", string(fixture(t, "sysbench/1.0.20/sysbench-ok.txt"))[:1200], ""},
		{"sysbench.txt", "[ 1s ] thds: 4 tps: 5.00 qps: 9.00 lat (ms,95%): 42.61 err/s: 2.00 reconn/s: 0.00\nFATAL: `thread_run' function failed\n", endError},
		{"ab.txt", string(fixture(t, "load-totals/ab-abort/ab-abort-stdout.txt")), endError},
		{"ab.txt", ab + "apr_pollset_poll: The timeout specified has expired (70007)\nTotal of 237 requests completed\n", endTarget},
		{"ab.txt", ab + "apr_socket_recv: Connection reset by peer (104)\nTotal of 237 requests completed\n", endTarget},
		{"ab.txt", ab + "apr_socket_connect(): Connection refused (111)\n", endTarget},
		{"ab.txt", ab + "apr_socket_recv: Too many open files (24)\nTotal of 237 requests completed\n", endError},
		{"siege.txt", siege + "siege aborted due to excessive socket failure; you\ncan change the failure threshold in $HOME/.siegerc\n", endTarget},
		{"siege.txt", siege + "\nLifting the server siege...\nTransactions:\t\t           2 hits\n", ""},
	} {
		s := read(t, c.name, c.text)
		got := ""
		for _, e := range s.events {
			if e.Kind == record.GeneratorStopped {
				got = e.Get(record.AttrReason)
			}
		}
		if got != c.reason {
			t.Errorf("%s: ended %q, want %q:\n%s", c.name, got, c.reason, s.dump())
		}
	}
}

// TestServerGone: an end of the server, in libpq's and MySQL's words, is not told as the tool's own trouble.
func TestServerGone(t *testing.T) {
	const progress = "progress: 1.0 s, 842.5 tps, lat 4.748 ms stddev 4.436, 0 failed\npgbench: error: "
	const interval = "[ 1s ] thds: 4 tps: 5.00 qps: 9.00 lat (ms,95%): 42.61 err/s: 2.00 reconn/s: 0.00\nFATAL: "
	for _, c := range []struct{ text, want, reason string }{
		{progress + "client 2 script 0 aborted in command 5 query 0: server closed the connection unexpectedly\n", "pgbench lost the server", endTarget},
		{progress + "client 0 aborted in command 5 (SQL) of script 0; perhaps the backend died while processing\n", "pgbench lost the server", endTarget},
		{progress + "client 1 script 0 aborted in command 7 query 0: FATAL:  terminating connection due to administrator command\n", "pgbench lost the server", endTarget},
		{progress + "client 1 script 0 aborted in command 7 query 0: ERROR:  deadlock detected\n", "pgbench gave up because of an error", endError},
		{interval + "mysql_drv_query() returned error 2013 (Lost connection to MySQL server during query) for query 'COMMIT'\n", "sysbench lost the server", endTarget},
		{interval + "PQexecPrepared() failed: 7 no connection to the server\n", "sysbench lost the server", endTarget}, // libpq fe-exec.c
		{interval + "mysql_drv_query() returned error 1062 (Duplicate entry '5' for key 'PRIMARY') for query 'INSERT'\n", "sysbench gave up: ", endError},
	} {
		s := read(t, "console.txt", c.text)
		if len(s.events) != 1 || !strings.HasPrefix(s.events[0].Text, c.want) || s.events[0].Get(record.AttrReason) != c.reason {
			t.Errorf("%q: %s", c.want, s.dump())
		}
	}
}

func TestConsoleAnchor(t *testing.T) {
	path := "jmeter-log/2.13-console/jmeter2.13-stdout.txt"
	s := readFile(path, fixture(t, path))
	if len(s.anchors) != 1 || s.anchors[0].Instant.UnixMilli() != 1795393725324 || s.anchors[0].Stamp.Lacks != record.LacksWall {
		t.Errorf("anchors %+v", s.anchors)
	}
}

// TestSummarisers: what two summarisers count is told apart, also on the console, where each counts its own time: 600 and 150
// samples in 30 s, twice. Of totals alone the differences count: 600 in 30 s, then 300 in 30 s, a tenth of them failed. A single
// one is the total of a run that was shorter than an interval.
func TestSummarisers(t *testing.T) {
	const avg = " Avg:    80 Min:     1 Max:   200 Err: "
	plus := func(name string, n int) string {
		return fmt.Sprintf("%s + %6d in 00:00:30 = %6.1f/s%s    0 (0.00%%) Active: 9 Started: 9 Finished: 0\n", name, n, float64(n)/30, avg)
	}
	equals := func(name string, n, failed, seconds int) string {
		return fmt.Sprintf("%s = %6d in 00:%02d:%02d = %6.1f/s%s%5d (0.00%%)\n", name, n, seconds/60, seconds%60, float64(n)/float64(seconds), avg, failed)
	}
	both := plus("log in", 150) + plus("all of it", 600) + plus("log in", 150) + equals("log in", 300, 0, 60) + plus("all of it", 600) + equals("all of it", 1200, 0, 60)
	logged := func(text string) string {
		return "2026-11-23 00:29:55,001 INFO o.a.j.r.Summariser: " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n2026-11-23 00:29:55,001 INFO o.a.j.r.Summariser: ") + "\n"
	}
	for name, text := range map[string]string{"console": both, "log": logged(both)} {
		s := read(t, "jmeter.log", text)
		rates, at := map[string][]float64{}, map[string]time.Duration{}
		for _, x := range s.samples {
			if x.Series.Quantity == record.Throughput {
				rates[x.Series.String()], at[x.Series.String()] = append(rates[x.Series.String()], x.Value), x.At.Mono
			}
		}
		if len(rates) != 2 || !slices.Equal(rates["jmeter throughput"], []float64{5, 5}) || !slices.Equal(rates["jmeter throughput{summariser=\"all of it\"}"], []float64{20, 20}) {
			t.Errorf("%s: %v", name, rates)
		}
		if name == "console" && (at["jmeter throughput"] != time.Minute || at["jmeter throughput{summariser=\"all of it\"}"] != time.Minute) {
			t.Errorf("%s: at %v", name, at)
		}
	}
	s := read(t, "jmeter.log", equals("summary", 600, 0, 30)+equals("summary", 900, 30, 60))
	if got := s.values(record.Throughput); !slices.Equal(got, []float64{20, 9}) || s.values(record.Errors)[1] != 1 || len(s.loads) != 0 {
		t.Errorf("totals: %s", s.dump())
	}
	s = read(t, "jmeter.log", equals("summary", 532, 32, 20))
	if n, failed, _ := s.total(); n != 532 || failed != 32 || len(s.loads) != 1 || s.loads[0].Totals.Lasted != 20*time.Second || len(s.samples) != 0 {
		t.Errorf("one total: %s", s.dump())
	}
}

func TestSummaryLines(t *testing.T) {
	for _, c := range []struct {
		line string
		want summary
	}{
		{"summary =      1 in     1s =    1,0/s Avg:   121 Min:     5 Max:   405 Err:     0 (0,00%)", summary{name: "summary", n: 1, length: time.Second, rate: 1, avg: 121, active: -1}},
		{"Generate Summary Results +    415 in 00:00:06 =   71.8/s Avg:   121 Min:     5 Max:   405 Err:     3 (0.70%) Active: 2 Started: 8 Finished: 6", summary{name: "Generate Summary Results", delta: true, n: 415, failed: 3, length: 6 * time.Second, rate: 71.8, avg: 121, active: 2, started: 8, over: 6}},
		{"summary +      5 in     0s = ******/s Avg:     1 Min:     1 Max:     1 Err:     0 (0.00%) Active: 1 Started: 1 Finished: 0", summary{name: "summary", delta: true, n: 5, rate: -1, avg: 1, active: 1, started: 1}},
		{"2019-03-05 10:20:30,123 INFO o.a.j.r.Summariser: log in =      1 in 00:00:01 =    1.0/s Avg:   121", summary{name: "log in", n: 1, length: time.Second, rate: 1, avg: 121, active: -1}},
		{"10:20:30 summary =      1 in 00:00:01 =    1.0/s Avg:   121", summary{name: "summary", n: 1, length: time.Second, rate: 1, avg: 121, active: -1}},
	} {
		if got, ok := readSummary([]byte(c.line)); !ok || got != c.want {
			t.Errorf("%s:\n%+v %v, want\n%+v", c.line, got, ok, c.want)
		}
	}
	for _, line := range []string{"", "plugged in 5 = x", "found + 5 in the = 3/s", "a + 5 in 3s", " = 5 in 3s = 1/s"[3:]} {
		if s, ok := readSummary([]byte(line)); ok {
			t.Errorf("%q taken for a summary: %+v", line, s)
		}
	}
}

// TestSummaryRates: the count over the time tells a slow load's rate, of which the printed one has no digits; a fast one's
// is as printed, where the time has none.
func TestSummaryRates(t *testing.T) {
	for _, c := range []struct {
		counts string
		want   float64
	}{
		{"2 in 00:00:30 =    0.1/s", 2. / 30},
		{"47 in 00:00:30 =    1.6/s", 47. / 30},
		{"1 in 00:00:30 =    0,0/s", 1. / 30},
		{"599 in    30s =   20.0/s", 599. / 30},
		{"415 in     6s =   71.8/s", 71.75},  // 69.2 at 6 s, and 71.8 at 5.78 s
		{"20 in 00:00:01 =   13.5/s", 13.55}, // 1.48 s
		{"20 in     4s = ******/s", 5},
	} {
		s := read(t, "jmeter.log", "2026-11-23 00:28:50,000 INFO o.a.j.r.Summariser: summary +    "+c.counts+" Avg:   190 Min:     9 Max:  1053 Err:     0 (0.00%) Active: 8 Started: 8 Finished: 0\n")
		if v := s.valueAt(t, record.Throughput, 1).Value; math.Abs(v-c.want) > 1e-9 {
			t.Errorf("%s: %v a second, want %v", c.counts, v, c.want)
		}
	}
}

// TestABFailures: ab marks no failures; rows of 0 ms are such when nothing else was fast, and only then.
func TestABFailures(t *testing.T) {
	head := "starttime\tseconds\tctime\tdtime\tttime\twait\n"
	zero := "Mon Nov 23 00:29:09 2026\t1795393749\t0\t0\t0\t0\n"
	slow := "Mon Nov 23 00:29:09 2026\t1795393749\t0\t12\t12\t11\n"
	fast := "Mon Nov 23 00:29:09 2026\t1795393749\t0\t1\t1\t1\n"
	if _, failed, _ := read(t, "g.tsv", head+strings.Repeat(zero, 5)+strings.Repeat(slow, 10)).total(); failed != 5 {
		t.Errorf("%d failed beside slow requests, want 5", failed)
	}
	if _, failed, _ := read(t, "g.tsv", head+strings.Repeat(zero, 5)+strings.Repeat(fast, 10)).total(); failed != 0 {
		t.Errorf("%d failed beside fast requests, want none", failed)
	}
}

func TestTableDates(t *testing.T) {
	s := readFile("tps.tsv", fixture(t, "load-table/day-or-month/tps.tsv"))
	x := s.valueAt(t, record.Throughput, 3)
	if x.At.Lacks&record.LacksDate == 0 || x.At.Wall.Hour() != 10 || len(s.problems) != 1 {
		t.Errorf("an ambiguous date was guessed: %s", s.dump())
	}
	if e := s.valueAt(t, record.Errors, 3); e.Value != 5 { // half of 10/s
		t.Errorf("errors %v, want 5", e.Value)
	}
	clear := read(t, "tps.csv", "time,tps\n03/04/2026 10:00:00,1\n31/04/2026 10:00:00,1\n13/04/2026 10:00:00,1\n")
	if x := clear.valueAt(t, record.Throughput, 2); !x.At.Wall.Equal(at("2026-04-03T10:00:00")) || len(clear.problems) != 1 {
		t.Errorf("a later row tells the day, and 31 April is none: %s", clear.dump())
	}
}

func TestTableMap(t *testing.T) {
	text := "when,Durchsatz,x\n2026-11-23 00:28:20,5,1\n"
	s := readBytes("t.csv", []byte(text), Options{Columns: map[string]string{"tps": "Durchsatz", "time": "when"}})
	if x := s.valueAt(t, record.Throughput, 2); x.Value != 5 {
		t.Errorf("%s", s.dump())
	}
	if s := read(t, "t.csv", text); s.input.Format != "" {
		t.Errorf("recognized without being told: %s", s.dump())
	}
}

// TestTotals: what only tells totals gives a load without buckets.
func TestTotals(t *testing.T) {
	for _, c := range []struct {
		path      string
		n, failed int64
	}{
		{"load-summary/jmeter-statistics/statistics.json", 255, 3},
		{"load-summary/k6-handle-summary/k6-1.8.1-handleSummary.json", 12, 6},
		{"load-summary/k6-machine-readable/k6-1.8.1-new-machine-readable.json", 12, 6},
		{"load-summary/k6-summary-export/k6-1.8.1-summary-export.json", 2700, 300},
		{"load-summary/vegeta/vegeta-report.json", 1400, 124},
		{"load-summary/oha/oha.json", 100, 15},
		{"load-totals/wrk/wrk.txt", 3018, 0},
		{"load-totals/ab/ab-stdout.txt", 12830, 12830}, // 14209 failures, several for one request
		{"load-totals/ab-abort/ab-abort-stdout.txt", 930, 0},
		{"load-totals/hey/hey.txt", 727, 8},
		{"siege-log/4.0.7/siege.log", 285, 25},
		{"pgbench/report/pgbench-stdout.txt", 7052, 0},
		{"taurus-stats/final/stats.csv", 100, 7},
		{"locust-stats/2.12/locust2.12_stats.csv", 1081, 119}, // 521 + 560, 53 + 66
	} {
		s := readFile(c.path, fixture(t, c.path))
		if n, failed, _ := s.total(); n != c.n || failed != c.failed || len(s.loads) != 1 || len(s.loads[0].Buckets) != 0 {
			t.Errorf("%s: %d requests, %d failed; want %d, %d\n%s", c.path, n, failed, c.n, c.failed, s.dump())
		}
	}
}

// TestTotalsTold: how long a tool measured and its latencies stand in its summary, as do the rates that give the rest.
func TestTotalsTold(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		path string
		want record.Totals
	}{
		{"load-totals/wrk/wrk.txt", record.Totals{Lasted: 5050 * ms, P50: 5620 * time.Microsecond, P99: 87810 * time.Microsecond}},
		{"load-totals/ab/ab-stdout.txt", record.Totals{Lasted: 70002 * ms, P95: 43 * ms, P99: 91 * ms}}, // a median of 0 ms: refused at once
		{"load-totals/ab-abort/ab-abort-stdout.txt", record.Totals{Unjudged: true}},
		{"load-totals/hey/hey.txt", record.Totals{Lasted: 10013 * ms}},
		{"load-summary/jmeter-statistics/statistics.json", record.Totals{Lasted: 60185 * ms, P50: 232 * ms, P95: 339200 * time.Microsecond, P99: 353 * ms}},
		{"load-summary/k6-handle-summary/k6-1.8.1-handleSummary.json", record.Totals{Lasted: 81109705, P50: 11769928, P95: 22570639}},
		{"load-summary/k6-machine-readable/k6-1.8.1-new-machine-readable.json", record.Totals{Lasted: 75296027, P50: 21661406, P95: 22853384}}, // of those that succeeded
		{"load-summary/vegeta/vegeta-report.json", record.Totals{Lasted: 69949372055 + 6011070, P50: 11290161, P95: 192401071, P99: 1473121724}},
		{"load-summary/oha/oha.json", record.Totals{Lasted: 10 * time.Second, P50: 10 * ms}},
		{"siege-log/4.0.7/siege.log", record.Totals{Lasted: 69180 * ms}},
		{"pgbench/report/pgbench-stdout.txt", record.Totals{Lasted: 11939 * ms}}, // 7052 at 590.660479 a second
		{"taurus-stats/final/stats.csv", record.Totals{P50: 200 * ms}},
		{"locust-stats/2.12/locust2.12_stats.csv", record.Totals{Lasted: 61400 * ms, P50: 23 * ms, P95: 89 * ms, P99: 170 * ms}}, // 1081 at 17.60587253 a second
	} {
		s := readFile(c.path, fixture(t, c.path))
		got := s.loads[0].Totals
		if got.Lasted-c.want.Lasted < ms && c.want.Lasted-got.Lasted < ms {
			got.Lasted = c.want.Lasted
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.path, got, c.want)
		}
	}
	for _, c := range []struct {
		name, text string
		want       record.Totals
	}{
		{"vegeta", "Requests      [total, rate, throughput]         720, 6.01, 5.97\nDuration      [total, attack, wait]             2m0s, 1m59.9s, 31.5ms\nLatencies     [min, mean, 50, 90, 95, 99, max]  87.54µs, 1ms, 2ms, 3ms, 4.5ms, 1.2s, 2s\n",
			record.Totals{Lasted: 2 * time.Minute, P50: 2 * ms, P95: 4500 * time.Microsecond, P99: 1200 * ms}},
		{"vegeta before 12.6", "Requests      [total, rate]            720, 6.01\nDuration      [total, attack, wait]    2m0s, 1m59.9s, 31.5ms\nLatencies     [mean, 50, 95, 99, max]  1ms, 2ms, 4.5ms, 1.2s, 2s\n",
			record.Totals{Lasted: 2 * time.Minute, P50: 2 * ms, P95: 4500 * time.Microsecond, P99: 1200 * ms}},
		{"wrk2, its uncorrected latencies behind", "Running 30s test @ http://x/\n  Latency Distribution (HdrHistogram - Recorded Latency)\n 50.000%    1.02ms\n 99.000%    2.01s \n  Latency Distribution (HdrHistogram - Uncorrected Latency (measured without taking delayed starts into account))\n 50.000%    0.50ms\n 99.000%    1.00m \n  60018 requests in 0.50m, 19.81MB read\n",
			record.Totals{Lasted: 30 * time.Second, P50: 1020 * time.Microsecond, P99: 2010 * ms}},
		{"hey", "\nSummary:\n  Total:\t10.0130 secs\n\nResponse time histogram:\n  0.001 [1]\t|\n\nLatency distribution:\n  50% in 0.0100 secs\n  95%% in 0.0200 secs\n  99% in 0.3000 secs\n\nStatus code distribution:\n  [200]\t719 responses\n",
			record.Totals{Lasted: 10013 * ms, P50: 10 * ms, P95: 20 * ms, P99: 300 * ms}},
		{"sysbench 0.4", "sysbench 0.4.12:  multi-threaded system evaluation benchmark\n\nThreads started!\nDone.\n\n    transactions:                        10001  (357.01 per sec.)\nTest execution summary:\n    total time:                          28.0134s\n    total number of events:              10001\n         approx.  95 percentile:              90.44ms\n",
			record.Totals{Lasted: 28013400 * time.Microsecond, P95: 90440 * time.Microsecond, Unjudged: true}},
		{"sysbench 1.0 of two runs, one with intervals", "sysbench 1.0.20\nThreads started!\n[ 1s ] thds: 4 tps: 5.00 qps: 9.00 lat (ms,99%): 42.61 err/s: 0.00 reconn/s: 0.00\n    total time:                          1.0s\n    total number of events:              5\n         99th percentile:                       40.00\n" +
			"sysbench 1.0.20\nThreads started!\n    ignored errors:                      26     (2.15 per sec.)\n    total time:                          12.0s\n    total number of events:              4018\n         99th percentile:                       23.52\n",
			record.Totals{Lasted: 12 * time.Second, P99: 23520 * time.Microsecond}},
		{"k6 before 0.31", `{"metrics":{"http_reqs":{"count":100,"rate":10},"http_req_duration":{"med":5,"p(95)":9,"avg":6},"vus":{"value":1},"duration":"10s"},"state":"ended","duration":"10s"}`,
			record.Totals{Lasted: 10 * time.Second, P50: 5 * ms, P95: 9 * ms, Unjudged: true}},
	} {
		s := read(t, "x.txt", c.text)
		if len(s.loads) != 1 || s.loads[0].Totals != c.want {
			t.Errorf("%s: want %+v\n%s", c.name, c.want, s.dump())
		}
	}
}

// TestRowCounts: files with a row for each request, counted by hand or by wc -l.
func TestRowCounts(t *testing.T) {
	for _, c := range []struct {
		path      string
		n, failed int64
		torn      bool
	}{
		{"ab/taurus/taurus-ab.tsv", 10, 0, false},
		{"hey/0.1.5/hey.csv", 719, 0, false},
		{"siege/taurus/taurus-siege.out", 10, 0, false},
		{"tsung-dump/taurus/taurus-tsung.dump", 16, 0, false},
		{"pgbench-log/15/pgbench_log.10212", 300, 0, false},
		{"vegeta-csv/12/vegeta.csv", 60, 0, false},
		{"vegeta-json/12/vegeta.ndjson", 60, 0, false},
		{"molotov/taurus/taurus-molotov-report.csv", 8, 4, false},
		{"locust-workers/taurus/taurus-locust-workers2.ldjson", 500 + 3985, 3985, false}, // the sums of num_requests and num_failures
		{"jmeter-csv/cut-mid-row/jmeter2.13-noheader.jtl", 0, 0, true},
		{"gatling-binary/cut/simulation.log", 71, 1, true},
		{"jmeter-xml/killed/truncated-no-end-tag.xml.jtl", 0, 0, true},
	} {
		s := readFile(c.path, fixture(t, c.path))
		n, failed, _ := s.total()
		if c.n > 0 && (n != c.n || failed != c.failed) {
			t.Errorf("%s: %d requests, %d failed; want %d, %d", c.path, n, failed, c.n, c.failed)
		}
		if last := s.loads[len(s.loads)-1]; last.Torn != c.torn {
			t.Errorf("%s: torn %v", c.path, last.Torn)
		}
	}
	// The gob is cut; what it holds is the beginning of the same attack that the CSV was encoded from.
	s := readFile("vegeta-gob/cut/vegeta.gob", fixture(t, "vegeta-gob/cut/vegeta.gob"))
	csv := readFile("vegeta-csv/12/vegeta.csv", fixture(t, "vegeta-csv/12/vegeta.csv"))
	if n, _, _ := s.total(); n < 20 || !s.loads[0].Torn || !s.loads[0].Start.Wall.Equal(csv.loads[0].Start.Wall) {
		t.Errorf("gob: %s", s.dump())
	}
}

// TestK6Console: 25 iterations a second are started; the server was killed at 01:01:29.844Z (truth.json of the run).
func TestK6Console(t *testing.T) {
	s := readFile("k6.txt", fixture(t, "k6-console/1.8/k6.stdout.txt"))
	if len(s.anchors) != 1 {
		t.Fatalf("anchors %v", s.anchors)
	}
	zero := s.anchors[0].Instant.Add(-s.anchors[0].Stamp.Mono)
	for _, x := range s.samples {
		at := zero.Add(x.At.Mono)
		if x.Series.Quantity != record.Errors || at.After(time.Date(2026, 11, 23, 1, 1, 32, 0, time.UTC)) {
			continue
		}
		if failing := x.Value > 0; failing != at.After(time.Date(2026, 11, 23, 1, 1, 29, 0, time.UTC)) {
			t.Errorf("%v errors a second at %v", x.Value, at)
		}
	}
	if e := s.events; len(e) != 1 || e[0].Get(record.AttrReason) != endPlanned {
		t.Errorf("events %v", e)
	}
}

// TestHDRLog: 200 READ of 4 ms and 50 WRITE of 8 ms a second; nothing in three intervals.
func TestHDRLog(t *testing.T) {
	s := readFile("latency.hdr", fixture(t, "hdr-log/stress/latency.hdr"))
	if len(s.samples) != 2*20+2*17 || len(s.problems) != 0 { // rates of all, latencies where there was one
		t.Fatalf("%d samples: %s", len(s.samples), s.dump())
	}
	for _, x := range s.samples {
		read := x.Series.Label("label") == "READ"
		i := x.At.Wall.Unix() - 1795393700 // the end of the i-th interval
		want := map[bool]float64{true: 200, false: 50}[read]
		if x.Series.Quantity == record.Latency {
			want = map[bool]float64{true: .004, false: .008}[read]
		} else if i > 12 && i < 16 {
			want = 0
		}
		if x.Value < want*.999 || x.Value > want*1.001 || x.At.Lacks != 0 { // 3 significant digits
			t.Errorf("%s at %d: %v, want %v", x.Series, i, x.Value, want)
		}
	}
	stats := readFile("histostats.csv", fixture(t, "hdr-log/histostats/histostats.csv"))
	// Tag=initialize.bind,5.075,4.956,46602,24064,45023,50879: StartTime 1649352325.178
	for _, x := range stats.samples {
		if x.Series.Label("label") == "initialize.bind" && x.Line == 27 {
			switch {
			case x.At.Wall.UnixMilli() < 1649352335208 || x.At.Wall.UnixMilli() > 1649352335209:
				t.Errorf("at %v", x.At.Wall.UnixMilli())
			case x.Series.Quantity == record.Requests && math.Abs(x.Value-46602/4.956) > .01,
				x.Series.Quantity == record.Latency && math.Abs(x.Value-50879e-9) > 1e-12:
				t.Errorf("%s %v", x.Series, x.Value)
			}
		}
	}
	if len(stats.samples) < 26 || len(stats.problems) != 0 {
		t.Errorf("%s", stats.dump())
	}
	for text, want := range map[string]string{
		"Tag=x":               "expected",
		"1,2,3":               "expected",
		"1,1,3,HISTFAAAAAA":   "unpacked",
		"x,1,3,HISTFAAAACx42": "expected",
	} {
		s := read(t, "x.hdr", "#[Histogram log format version 1.3]\n"+text+"\n1,1,1,HISTFAAAACx42pJpmSzMwMDAygABzFCakYGB2c1gxwIG+w8QgYPnGCcwAwIAAP//bJEGcw==\n")
		if len(s.problems) != 1 || !strings.Contains(s.problems[0].Msg, want) || len(s.samples) != 1 { // no unit: a rate alone
			t.Errorf("%q: %s", text, s.dump())
		}
		if x := s.samples[0]; x.At.Lacks != record.LacksWall || x.At.Mono != 2*time.Second || x.Value != 200 {
			t.Errorf("without a start: %+v", x)
		}
	}
	if s := read(t, "j.hdr", "#[Logged with jHiccup version 2.0.7]\n#[Histogram log format version 1.2]\n1,1,1,HISTFAAAACx42pJpmSzMwMDAygABzFCakYGB2c1gxwIG+w8QgYPnGCcwAwIAAP//bJEGcw==\n"); len(s.samples) != 1 || s.samples[0].Series.Quantity != "" {
		t.Errorf("pauses count as work: %s", s.dump())
	}
}

// TestPgbenchThreadsInOne: lines of several threads with one start are one interval, however the file begins.
func TestPgbenchThreadsInOne(t *testing.T) {
	s := read(t, "pgbench_log.1", "1795394110 100 200000 900000000 1000 3000\n1795394110 50 250000 900000000 2000 9000\n"+
		"1795394120 300 600000 900000000 1000 3000\n")
	x := s.valueAt(t, record.Throughput, 1)
	if x.Value != 15 || x.At.Wall.Unix() != 1795394120 {
		t.Errorf("%v a second at %v, want 15 in the 10 s up to 1795394120", x.Value, x.At.Wall)
	}
	if x := s.valueAt(t, record.Latency, 1); math.Abs(x.Value-.003) > 1e-9 { // 450 ms in 150 transactions
		t.Errorf("latency %v", x.Value)
	}
}

// TestPgbenchSkipped: what pgbench skipped, as it was late by more than the limit, was not done: it failed and has no latency.
func TestPgbenchSkipped(t *testing.T) {
	const done, skipped = "0 1 5000 0 1795394110 100000 10\n", "0 2 skipped 0 1795394110 200000 10\n"
	for _, c := range []struct {
		text      string
		n, failed int64
	}{
		{done + skipped + done, 3, 1},
		{done + skipped + skipped + "0 3 failed 0 1795394110 300000 10 1\n", 4, 3},
	} {
		s := read(t, "pgbench_log.1", c.text)
		n, failed, _ := s.total()
		if n != c.n || failed != c.failed || len(s.problems) > 0 || len(s.loads) != 1 || s.loads[0].Latency[0].TotalCount() != n-failed {
			t.Errorf("%d of %d failed, want %d of %d: %s", failed, n, c.failed, c.n, s.dump())
		}
	}
	for _, c := range []struct {
		version, text string
		done, failed  float64 // in the second from 1795394110 on
	}{
		// 14: interval num sum sum2 min max, lag of four, skipped; 15: and four more, and num without the skipped.
		{"14", "1795394110 10 6000 6000000 1000 1000 9 9 9 9 4\n1795394111 2 2000 2000000 1000 1000 9 9 9 9 0\n", 6, 4},
		{"15", "1795394110 6 6000 6000000 1000 1000 9 9 9 9 4 0 0 1 2\n1795394111 2 2000 2000000 1000 1000 9 9 9 9 0 0 0 0 0\n", 6, 7},
		{"all skipped", "1795394110 4 0 0 0 0 0 0 0 0 4\n1795394111 2 2000 2000000 1000 1000 9 9 9 9 0\n", 0, 4},
	} {
		s := read(t, "pgbench_log.1", c.text)
		if done, failed := s.valueAt(t, record.Throughput, 1).Value, s.valueAt(t, record.Errors, 1).Value; done != c.done || failed != c.failed {
			t.Errorf("%s: %v done and %v failed a second, want %v and %v", c.version, done, failed, c.done, c.failed)
		}
	}
}

// TestManyNames: of names without end the first are read and the rest is said to be left out; the sum over all names
// stays, though Locust writes it last.
func TestManyNames(t *testing.T) {
	var locust, table strings.Builder
	locust.WriteString("Timestamp,User Count,Type,Name,Requests/s,Failures/s,Total Request Count,Total Failure Count,Total Average Response Time\n")
	table.WriteString("time,url,tps\n")
	for sec := 1795394110; sec < 1795394113; sec++ {
		for i := range 3 * maxLabels {
			fmt.Fprintf(&locust, "%d,5,GET,/item/%d,1,0,%d,0,10\n", sec, i, 1+sec-1795394110)
			fmt.Fprintf(&table, "%d,/item/%d,1\n", sec, i)
		}
		fmt.Fprintf(&locust, "%d,5,,Aggregated,300,0,%d,0,10\n", sec, 300*(1+sec-1795394110))
	}
	for name, text := range map[string]string{"stats_history.csv": locust.String(), "table.csv": table.String()} {
		s := readBytes(name, []byte(text), Options{ByLabel: true})
		sum, series := 0, map[*record.Series]bool{}
		for _, x := range s.samples {
			series[x.Series] = true
			if len(x.Series.Labels) == 0 && x.Series.Quantity == record.Throughput {
				sum++
			}
		}
		if len(series) > 5*maxLabels || len(s.problems) != 1 || !strings.Contains(s.problems[0].Msg, "more than 100 names") {
			t.Errorf("%s: %d series, problems %v", name, len(series), s.problems)
		}
		if name != "table.csv" && sum == 0 {
			t.Errorf("%s: the sum over all names is lost", name)
		}
	}
}

// TestTsungAppended: a run that was appended two hours later, or with an earlier clock, is read as the first is.
func TestTsungAppended(t *testing.T) {
	var b strings.Builder
	for _, start := range []int64{1795393700, 1795400900, 1795390000} {
		for i := range int64(3) {
			fmt.Fprintf(&b, "# stats: dump at %d\nstats: request 50 30 1 40 20 0 0\nstats: 200 50 50\n", start+10*i)
		}
	}
	s := read(t, "tsung.log", b.String())
	n := 0
	for _, x := range s.samples {
		if x.Series.Quantity == record.Throughput {
			if n++; x.Value != 5 {
				t.Errorf("line %d: %v a second, want 5", x.Line, x.Value)
			}
		}
	}
	if n != 9 {
		t.Errorf("%d dumps, want 9", n)
	}
}

func TestLocustAppended(t *testing.T) {
	var b strings.Builder
	b.WriteString("Timestamp,User Count,Type,Name,Requests/s,Failures/s,Total Request Count,Total Failure Count,Total Average Response Time\n")
	for _, start := range []int{1795393700, 1795390000} {
		for i := range 3 {
			fmt.Fprintf(&b, "%d,5,,Aggregated,7,0,%d,0,10\n", start+i, 7*i)
		}
	}
	s := read(t, "stats_history.csv", b.String())
	n := 0
	for _, x := range s.samples {
		if x.Series.Quantity == record.Throughput {
			if n++; x.Value != 7 {
				t.Errorf("line %d: %v a second, want 7", x.Line, x.Value)
			}
		}
	}
	if n != 4 {
		t.Errorf("%d differences, want 4", n)
	}
}

// TestLocustOldTotals: _requests.csv of Locust up to 0.12, whose first column was Method and whose sum was named Total
// (requests_csv in its stats.py).
func TestLocustOldTotals(t *testing.T) {
	const text = `"Method","Name","# requests","# failures","Median response time","Average response time","Min response time","Max response time","Average Content Size","Requests/s"
"GET","/a, b",70,1,12,15,4,200,10,3.50
"POST","/c",30,2,12,15,4,200,10,1.50
"None","Total",100,3,12,15,4,200,10,5.00
`
	s := read(t, "run_requests.csv", text)
	if n, failed, _ := s.total(); n != 100 || failed != 3 || len(s.loads) != 1 || len(s.problems) > 0 {
		t.Errorf("%d requests, %d failed:\n%s", n, failed, s.dump())
	}
}

// failures sums what a file tells of failures: requests counted one by one, totals, or rates times the intervals that end with
// their stamps.
func (s *seen) failures() float64 {
	if _, failed, _ := s.total(); len(s.loads) > 0 {
		return float64(failed)
	}
	sum, last := 0.0, time.Duration(-1)
	for _, x := range s.samples {
		if x.Series.Quantity != record.Errors {
			continue
		}
		at, length := x.At.Mono, x.Series.First
		if x.At.Lacks&record.LacksWall == 0 {
			at = time.Duration(x.At.Wall.UnixNano())
		}
		if last >= 0 {
			length = at - last
		}
		sum, last = sum+x.Value*length.Seconds(), at
	}
	return sum
}

// TestFailuresCounted: whether a tool writes failures as a rate, a count of an interval, a total so far or one of the run, they
// are the same requests. The arithmetic stands beside each.
func TestFailuresCounted(t *testing.T) {
	locust := "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,Total Request Count,Total Failure Count\n"
	for _, c := range []struct {
		name, file, text string
		want             float64
	}{
		{"sysbench: 2.5 a second in the last of 2 s", "x.txt", "[ 1s ] thds: 4 tps: 100.00 qps: 400.00 (r/w/o: 400.00/0.00/0.00) lat (ms,95%): 4.00 err/s: 0.00 reconn/s: 0.00\n" +
			"[ 3s ] thds: 4 tps: 100.00 qps: 400.00 (r/w/o: 400.00/0.00/0.00) lat (ms,95%): 4.00 err/s: 2.50 reconn/s: 0.00\n", 5},
		{"pgbench: 3 and 9", "x.txt", "progress: 5.0 s, 842.5 tps, lat 4.748 ms stddev 4.436, 0 failed\nprogress: 10.0 s, 800.0 tps, lat 4.748 ms stddev 4.436, 3 failed\n" +
			"progress: 12.5 s, 800.0 tps, lat 4.748 ms stddev 4.436, 9 failed\n", 12},
		{"Artillery: 30 in 3 s of the first period, 20 in the whole second one, 6 in 2 s of the last", "x.json", `{"aggregate":{},"intermediate":[` +
			`{"counters":{"http.codes.200":30,"http.codes.503":10,"errors.ECONNREFUSED":20},"period":"1795394250000","firstCounterAt":1795394257000,"lastCounterAt":1795394259900},` +
			`{"counters":{"http.codes.200":100,"errors.ETIMEDOUT":20,"vusers.failed":20},"period":"1795394260000","firstCounterAt":1795394260000,"lastCounterAt":1795394269900},` +
			`{"counters":{"http.codes.200":10,"http.codes.500":6},"period":"1795394270000","firstCounterAt":1795394270000,"lastCounterAt":1795394272000}]}`, 56},
		{"Locust: 40 so far, whatever Failures/s says", "x.csv", locust + "1795394250,8,,Aggregated,0.0,0.0,9,0,0\n1795394251,8,,Aggregated,16.0,1.0,9,20,4\n1795394253,8,,Aggregated,16.0,1.0,9,70,40\n", 40},
		{"Locust, statistics reset in between: 4 and 2", "x.csv", locust + "1795394250,8,,Aggregated,0.0,0.0,9,0,0\n1795394251,8,,Aggregated,16.0,1.0,9,20,4\n1795394252,8,,Aggregated,16.0,1.0,9,7,2\n", 6},
		{"YCSB: 50 reads, 7 that timed out, and the same 7 by the time they were due", "x.txt", "2026-11-23 00:28:40:100 10 sec: 5000 operations; 500 current ops/sec; est completion in 90 seconds [READ: Count=4950, Avg=1000.5] [READ-FAILED: Count=50, Avg=10]\n" +
			"2026-11-23 00:28:50:100 20 sec: 5007 operations; 0.7 current ops/sec; est completion in 90 seconds [READ-TIMEOUT: Count=7, Avg=1e6] [Intended-READ-TIMEOUT: Count=7, Avg=1e6]\n", 57},
		{"Tsung: 176 refused and 5 answered with 503, of 10 s", "x.log", "# stats: dump at 1795393735\nstats: request 100 34.5 22.2 247.4 7.8 0 0\nstats: 200 100 100\n" +
			"# stats: dump at 1795393745\nstats: request 105 34.5 22.2 247.4 7.8 0 0\nstats: 200 100 200\nstats: 503 5 5\nstats: error_connect_econnrefused 176 176\nstats: error_abort_max_conn_retries 20 20\n", 181},
		{"JMeter's summariser: 25 of 526", "jmeter.log", "2026/11/23 00:29:45 INFO  - jmeter.reporters.Summariser: summary +    415 in    10s =   41.5/s Avg:   121 Min:     5 Max:   405 Err:     0 (0.00%) Active: 8 Started: 8 Finished: 0\n" +
			"2026/11/23 00:29:55 INFO  - jmeter.reporters.Summariser: summary +    526 in    10s =   52.6/s Avg:   121 Min:     5 Max:   405 Err:    25 (4.75%) Active: 8 Started: 8 Finished: 0\n" +
			"2026/11/23 00:29:55 INFO  - jmeter.reporters.Summariser: summary =    941 in    20s =   47.1/s Avg:   121 Min:     5 Max:   405 Err:    25 (2.66%)\n", 25},
		{"vegeta: code 0, 503, and 200 with an error", "x.csv", "1795396090052802278,0,18914728,0,0,refused,,db1,0,GET,http://h/,\n1795396090152802278,503,18914728,0,0,,,db1,1,GET,http://h/,\n" +
			"1795396090252802278,200,18914728,0,0,unexpected EOF,,db1,2,GET,http://h/,\n1795396090352802278,200,18914728,0,0,,,db1,3,GET,http://h/,\n", 3},
		{"vegeta's report: 124 of 720", "x.txt", "Requests      [total, rate, throughput]         720, 6.01, 6.01\nSuccess       [ratio]                           82.78%\nStatus Codes  [code:count]                      0:120  200:590  302:6  500:4\n", 124},
		{"wrk: 7,108 got no answer, 5 an error, 3 were late", "x.txt", "Running 5s test @ http://h/\n  3018 requests in 5.05s, 380.20KB read\n  Socket errors: connect 0, read 2, write 7106, timeout 3\n  Non-2xx or 3xx responses: 5\n", 7116},
		{"hey: 7 of 503 and 5 refused", "x.txt", "\nSummary:\n  Total:\t1.0 secs\n\nResponse time histogram:\n\nStatus code distribution:\n  [200]\t719 responses\n  [503]\t7 responses\n\nError distribution:\n  [5]\tGet \"http://h/\": connection refused\n", 12},
		{"oha: 3 refused, 2 of 500; the 8 in flight when the time was up did not fail", "x.json", `{"summary":{"successRate":1.0},"statusCodeDistribution":{"200":95,"500":2},"errorDistribution":{"Connection refused (os error 111)":3,"aborted due to deadline":8}}`, 5},
		{"ab: 3 broken, 9 answered with an error", "x.txt", "This is ApacheBench, Version 2.3\nComplete requests:      100\nFailed requests:        3\n   (Connect: 0, Receive: 0, Length: 3, Exceptions: 0)\nNon-2xx responses:      9\n", 9},
		{"siege: 404 and one without a connection", "x.txt", "** SIEGE 4.0.7\nHTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /\nHTTP/1.1 404     0.36 secs:    3372 bytes ==> GET  /x\n[error] socket: unable to connect sock.c:249: Connection refused\n", 2},
		{"k6's summary: passes of http_req_failed are those that failed", "x.json", `{"metrics":{"http_reqs":{"count":2700,"rate":45},"http_req_failed":{"passes":300,"fails":2400,"value":0.11}}}`, 300},
		{"Taurus: 12 of the whole, not of its labels again", "x.csv", "label,avg_ct,avg_lt,avg_rt,bytes,concurrency,fail,perc_50.0,stdev_rt,succ,throughput\n,0.1,0.1,0.1,1,1,12,0.1,0.1,88,100\nhome,0.1,0.1,0.1,1,1,12,0.1,0.1,88,100\n", 12},
	} {
		if got := read(t, c.file, c.text).failures(); math.Abs(got-c.want) > 1e-6*c.want+.5e-6 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestYCSBFailures: operations that failed are among those that are counted, 100 a second of which 40 and then all failed. A
// version that tells no numbers in its groups tells no failures either, not that there are none.
func TestYCSBFailures(t *testing.T) {
	line := func(sec, done int, groups string) string {
		return fmt.Sprintf("2026-11-23 00:28:%02d:000 %d sec: %d operations; 100 current ops/sec; est completion in 9 seconds %s\n", 30+sec, sec, done, groups)
	}
	s := read(t, "ycsb.txt", line(1, 100, "[READ: Count=60, Avg=900] [READ-ERROR: Count=40, Avg=9]")+line(2, 200, "[UPDATE-FAILED: Count=100, Avg=9] [READ-MODIFY-WRITE: Count=100, Avg=9]"))
	if done, failed := s.values(record.Throughput), s.values(record.Errors); !slices.Equal(done, []float64{60, 0}) || !slices.Equal(failed, []float64{40, 100}) {
		t.Errorf("%v a second, %v failed", done, failed)
	}
	old := read(t, "ycsb.txt", line(1, 100, "[READ AverageLatency(us)=782.17]")+strings.Replace(line(2, 100, ""), " 100 current", " 0 current", 1))
	if failed := old.values(record.Errors); len(failed) != 0 {
		t.Errorf("failures of a version that tells none: %v", failed)
	}
}

// TestArtillerySilence: 20 a second, then nothing for 30 s of which no period tells, then the timeouts of all. A report that
// goes on after hours tells nothing of the time between.
func TestArtillerySilence(t *testing.T) {
	period := func(second int64, counters string) string {
		return fmt.Sprintf(`{"counters":{%s},"period":"%d"}`, counters, (1795394250+second)*1000)
	}
	text := func(later int64) string {
		return `{"aggregate":{},"intermediate":[` + period(0, `"http.codes.200":200`) + "," + period(later, `"errors.ETIMEDOUT":40`) + "," + period(later+10, `"http.codes.200":200`) + "]}"
	}
	s := read(t, "x.json", text(40))
	if done, failed := s.values(record.Throughput), s.values(record.Errors); !slices.Equal(done, []float64{20, 0, 0, 0, 0, 20}) || !slices.Equal(failed, []float64{0, 0, 0, 0, 4, 0}) {
		t.Errorf("%v a second, %v failed", done, failed)
	}
	if done := read(t, "x.json", text(7200)).values(record.Throughput); len(done) != 3 {
		t.Errorf("two hours on: %v a second", done)
	}
}

// TestArtillery1: 1.x names a period by the moment of its report: a saved one of 15:39:49.223 holds latencies of 15:39:40.404 and
// after. Its timer is late by milliseconds, which is no silence, and it reports empty periods: 20 a second, nothing, the errors
// of 40, and 60 in the last 3 s.
func TestArtillery1(t *testing.T) {
	period := func(stamp, codes, errors string) string {
		return fmt.Sprintf(`{"timestamp":"2018-03-12T%sZ","scenariosCreated":9,"requestsCompleted":9,"latency":{"median":null},"errors":{%s},"codes":{%s}}`, stamp, errors, codes)
	}
	s := read(t, "x.json", `{"aggregate":{"timestamp":"2018-03-12T15:40:22.231Z","requestsCompleted":9},"intermediate":[`+strings.Join([]string{
		period("15:39:49.223", `"200":200`, ""), period("15:39:59.225", "", ""), period("15:40:09.225", "", `"ETIMEDOUT":40`), period("15:40:12.225", `"200":60`, ""),
	}, ",")+"]}")
	if done, failed := s.values(record.Throughput), s.values(record.Errors); !slices.Equal(done, []float64{20, 0, 0, 20}) || !slices.Equal(failed, []float64{0, 0, 4, 0}) {
		t.Errorf("%v a second, %v failed", done, failed)
	}
	if !s.samples[0].At.Wall.Equal(at("2018-03-12T15:39:49.223")) {
		t.Errorf("the first ends at %v", s.samples[0].At.Wall)
	}
}

// TestPgbenchFirstInterval: by the epoch nothing tells how long the first interval was but the next: 10 failed in 5 s.
func TestPgbenchFirstInterval(t *testing.T) {
	line := func(at, failed int) string {
		return fmt.Sprintf("progress: %d.000 s, 404.0 tps, lat 9.036 ms stddev 11.530, %d failed\n", at, failed)
	}
	s := read(t, "x.txt", line(1795394100, 10)+line(1795394105, 5)+line(1795394110, 0))
	if failed := s.values(record.Errors); !slices.Equal(failed, []float64{2, 1, 0}) {
		t.Errorf("%v failed a second", failed)
	}
	if x := s.valueAt(t, record.Errors, 1); !x.At.Wall.Equal(at("2026-11-23T00:35:00")) {
		t.Errorf("the first at %v", x.At.Wall)
	}
}
