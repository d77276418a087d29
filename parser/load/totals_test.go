package load

import (
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

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

// TestSiegeLogCounts: a number of requests that cannot be is listed, and the run beside it counted.
func TestSiegeLogCounts(t *testing.T) {
	const head = "      Date & Time,  Trans,  Elap Time,  Data Trans,  Resp Time,  Trans Rate,  Throughput,  Concurrent,    OKAY,   Failed\n"
	row := func(okay, failed string) string {
		return "2026-11-23 00:36:57, 285, 69.18, 0, 0.01, 4.12, 0.00, 0.03, " + okay + ", " + failed + "\n"
	}
	for _, bad := range []string{row("-2148", "4"), row("285", "-1"), row("9223372036854775807", "9223372036854775807")} {
		s := read(t, "siege.log", head+bad+row("285", "25"))
		if n, failed, _ := s.total(); n != 310 || failed != 25 || len(s.problems) != 1 {
			t.Errorf("%q: %d requests, %d failed, %v", bad, n, failed, s.problems)
		}
	}
}
