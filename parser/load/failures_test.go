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
