package load

import (
	"slices"
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestTS: what moreutils' ts put before each line tells when it was: without a year and a zone by default, with the year
// where the user asked for it. It is no other run when the tool's own clock begins anew.
func TestTS(t *testing.T) {
	times := func(path string) (s *seen, at []string) {
		s = readFile(path, fixture(t, path))
		for _, x := range s.samples {
			if x.Series.Quantity == record.Throughput {
				at = append(at, x.At.Wall.Format("2006-01-02T15:04:05"))
			}
		}
		return s, at
	}
	s, at := times("sysbench/ts/sysbench-ts.txt")
	if want := []string{"0000-11-26T04:20:10", "0000-11-26T04:20:20", "0000-11-26T04:20:30", "0000-11-26T04:20:40", "0000-11-26T04:20:50", "0000-11-26T04:21:00"}; !slices.Equal(at, want) {
		t.Errorf("sysbench: %v", at)
	}
	if x := s.samples[0].At; x.Lacks != record.LacksYear|record.LacksZone || len(s.problems) != 0 {
		t.Errorf("sysbench: %+v, %v", x, s.problems)
	}
	if len(s.events) != 1 || s.events[0].Get(record.AttrReason) != endPlanned || s.events[0].At.Wall.Format("15:04:05") != "04:21:00" {
		t.Errorf("sysbench's end: %+v", s.events)
	}
	if s, at = times("pgbench/ts/pgbench-ts.txt"); !slices.Equal(at, []string{"2026-11-26T04:20:05", "2026-11-26T04:20:10", "2026-11-26T04:20:15"}) || s.samples[0].At.Lacks != record.LacksZone {
		t.Errorf("pgbench: %v, %+v", at, s.samples)
	}
	s = readFile("siege/ts/siege-ts.txt", fixture(t, "siege/ts/siege-ts.txt"))
	if len(s.loads) != 1 || len(s.problems) != 0 {
		t.Fatalf("siege: %s", s.dump())
	}
	l := s.loads[0]
	if !l.Start.Wall.Equal(time.Date(0, 11, 26, 4, 20, 1, 0, time.UTC)) || l.Start.Lacks != record.LacksYear|record.LacksZone || len(l.Buckets) != 5 || l.Buckets[4].Failed != 1 || l.Failed != 1 {
		t.Errorf("siege: %s", s.dump())
	}
	again := read(t, "console.txt", "Nov 26 04:20:01 progress: 1.0 s, 800.0 tps\nNov 26 04:20:02 progress: 2.0 s, 800.0 tps\nNov 26 05:00:01 progress: 1.0 s, 800.0 tps\n"+
		"Nov 26 05:00:02 pgbench: error: client 0 aborted: server closed the connection unexpectedly\n")
	if len(again.problems) != 0 || len(again.events) != 1 || again.events[0].At.Wall.Hour() != 5 || again.events[0].At.Wall.Second() != 2 {
		t.Errorf("two runs: %v, %+v", again.problems, again.events)
	}
	if st, rest := prefixed([]byte("Nov 26 04:20:00")); !st.IsZero() || string(rest) != "Nov 26 04:20:00" {
		t.Errorf("a stamp alone: %v %q", st, rest)
	}
}
