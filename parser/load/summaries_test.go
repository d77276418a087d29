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
