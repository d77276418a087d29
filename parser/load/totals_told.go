package load

import (
	"bytes"
	"math"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// Beside its counts a summary tells how long the tool measured, and latencies: of all requests, or of those that were
// answered, as the tool has it.

// marks gives three percentiles in a unit.
func marks(p50, p95, p99 float64, unit time.Duration) record.Totals {
	return record.Totals{P50: spanOf(p50, unit), P95: spanOf(p95, unit), P99: spanOf(p99, unit)}
}

// spanOf gives so many of a unit; zero for what no tool measures.
func spanOf(n float64, unit time.Duration) time.Duration {
	if d := n * float64(unit); d > 0 && d < float64(longestRuns) {
		return time.Duration(d + .5)
	}
	return 0
}

// column reads the number in a column of a row; NaN where there is none.
func column(fields [][]byte, at int) float64 {
	if at < 0 || at >= len(fields) {
		return math.NaN()
	}
	return figure(fields[at])
}

// figure reads a number before whatever unit; NaN when there is none.
func figure(b []byte) float64 {
	b, _ = word(b)
	if v, ok := scan.Float(b); ok {
		return v
	}
	return math.NaN()
}

// shortTime reads a time as wrk, wrk2 and vegeta write it: 5.05s, 1.02ms, 2m0s, 87.54µs; zero when it is none.
func shortTime(b []byte) time.Duration {
	d, err := time.ParseDuration(string(bytes.TrimSpace(b)))
	if err != nil || d < 0 || d > longestRuns {
		return 0
	}
	return d
}

// toldTotals takes what a line of a tool's summary tells beside counts; false when it is another line.
func toldTotals(t *record.Totals, tool string, line []byte) bool {
	switch {
	case tool == "ab" && bytes.HasPrefix(line, []byte("Time taken for tests:")):
		t.Lasted = spanOf(figure(line[len("Time taken for tests:"):]), time.Second)
	case tool == "hey" && bytes.HasPrefix(line, []byte("Total:")):
		t.Lasted = spanOf(figure(line[len("Total:"):]), time.Second)
	case tool == "vegeta" && bytes.HasPrefix(line, []byte("Duration      [total")):
		v, _, _ := bytes.Cut(line[bytes.IndexByte(line, ']')+1:], []byte{','})
		t.Lasted = shortTime(v)
	case tool == "vegeta" && bytes.HasPrefix(line, []byte("Latencies     [")):
		names, values, _ := bytes.Cut(line[len("Latencies     ["):], []byte{']'})
		all := bytes.Split(values, []byte{','})
		for i, name := range bytes.Split(names, []byte{','}) {
			if i < len(all) {
				setMark(t, bytes.TrimSpace(name), shortTime(all[i]))
			}
		}
	default:
		return percentLine(t, tool, line)
	}
	return true
}

// percentLine reads a percentile in a line of its own.
func percentLine(t *record.Totals, tool string, line []byte) bool {
	rank, value, ok := bytes.Cut(line, []byte{'%'})
	if _, isRank := scan.Float(rank); !ok || !isRank {
		return false
	}
	value = bytes.TrimLeft(value, "% \t") // hey of 2020 doubled the sign
	var took time.Duration
	switch tool {
	case "wrk":
		took = shortTime(value)
	case "ab":
		took = spanOf(figure(value), time.Millisecond)
	case "hey":
		took = spanOf(figure(bytes.TrimPrefix(value, []byte("in "))), time.Second)
	}
	setMark(t, rank, took)
	return true
}

// setMark keeps a percentile, the first one told.
func setMark(t *record.Totals, rank []byte, took time.Duration) {
	at := map[float64]*time.Duration{50: &t.P50, 95: &t.P95, 99: &t.P99}
	if v, ok := scan.Float(rank); ok && at[v] != nil && *at[v] == 0 {
		*at[v] = took
	}
}
