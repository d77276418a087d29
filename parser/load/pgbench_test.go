package load

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"oomortem/parser/record"
)

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
