package load

import (
	"fmt"
	"math"
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
