package load

import (
	"bytes"
	"math"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// pgbench --log (9.4 to 17), a line for each transaction, stamped with its end; one file for each thread
// (pgbench_log.PID, pgbench_log.PID.1):
//
//	client_id transaction_no time script_no time_epoch time_us [ schedule_lag ] [ retries ]
//	1 1 5515 0 1795394098 274774
//
// time is the latency in microseconds, "skipped" or "failed" when there was none. What --rate with --latency-limit skips was
// asked for and not done, as pgbench was late by more than the limit: it counts as failed. With --aggregate-interval
// there is a line for each interval instead, stamped with its beginning:
//
//	interval_start num_transactions sum_latency sum_latency_2 min_latency max_latency ...
//	1795394110 150 1301247 16896279101 741 30876 0 0 0 0 0 0 0 0 0
//
// https://www.postgresql.org/docs/current/pgbench.html, "Per-Transaction Logging" and "Aggregated Logging"; what cnt of
// StatsData counts, pgbench.c of 14 and 15.
func pgbenchLogs(o Options) []parser.Format {
	return []parser.Format{
		{Name: "pgbench-log", Title: "pgbench --log (a file for each thread)", Sniff: sniffPgbenchLog, Parse: func(l *parser.Lines, sink record.Sink) error {
			f := rowFile{tool: "pgbench", opts: o, size: 1 << 20, open: func([]byte) (bool, rowReader) { return false, pgbenchRow }}
			f.read(l, sink)
			return nil
		}},
		{Name: "pgbench-aggregate", Title: "pgbench --log --aggregate-interval (a file for each thread)", Sniff: sniffPgbenchAggregate, Parse: parsePgbenchAggregate},
	}
}

func sniffPgbenchLog(h parser.Head) parser.Score {
	if named := bytes.HasPrefix([]byte(h.Name), []byte("pgbench_log")); pgbenchLine(h.Line()) {
		if named {
			return 85
		}
		return 55
	}
	return 0
}

// pgbenchLine tells that a line is one transaction: six to eight numbers, the fifth an epoch in seconds, the sixth
// microseconds below a million.
func pgbenchLine(line []byte) bool {
	f := bytes.Fields(line)
	if len(f) < 6 || len(f) > 8 {
		return false
	}
	for i, cell := range f {
		if _, ok := scan.Int(cell); !ok && i != 2 {
			return false
		}
	}
	at, _ := scan.Int(f[4])
	us, _ := scan.Int(f[5])
	return at > year1990/second && at < year2100/second && us >= 0 && us < second
}

func pgbenchRow(c *counted, line []byte, number int) string {
	if !pgbenchLine(line) {
		return "not as pgbench writes it: expected client_id transaction_no time script_no time_epoch time_us"
	}
	f := bytes.Fields(line)
	at, _ := scan.Int(f[4])
	us, _ := scan.Int(f[5])
	took, ok := scan.Int(f[2])
	c.times.kind(time.Microsecond, 0)
	if !ok { // skipped or failed
		took = unknown
	}
	c.add(0, at*second+us, took, ok, unknown, f[3], number)
	return ""
}

func sniffPgbenchAggregate(h parser.Head) parser.Score {
	if _, ok := aggregateLine(h.Line()); !ok {
		return 0
	}
	if bytes.HasPrefix([]byte(h.Name), []byte("pgbench_log")) {
		return 80
	}
	return 45
}

// pgbenchInterval is one line of the aggregated log.
type pgbenchInterval struct{ at, n, sum, failed int64 }

func aggregateLine(line []byte) (pgbenchInterval, bool) {
	f := bytes.Fields(line)
	if len(f) < 6 || len(f) > 16 {
		return pgbenchInterval{}, false
	}
	var v [16]int64
	for i, cell := range f {
		n, ok := scan.Int(cell)
		if !ok || n < 0 {
			return pgbenchInterval{}, false
		}
		v[i] = n
	}
	a := pgbenchInterval{at: v[0], n: v[1], sum: v[2]}
	switch {
	case len(f) >= 15: // 15 and later: ... skipped retried retries serialization_failures deadlock_failures
		a.failed = v[10] + v[13] + v[14]
	case len(f) == 11 && v[10] <= a.n: // before, with --latency-limit: ... skipped, which num_transactions counts too
		a.n, a.failed = a.n-v[10], v[10]
	}
	// The least latency is at most the mean, the mean at most the greatest: what no other six numbers are.
	plain := a.at > year1990/second && a.at < year2100/second && v[4] <= v[5] && (a.n == 0 || v[4] <= a.sum/a.n+1 && a.sum/a.n <= v[5])
	return a, plain
}

func parsePgbenchAggregate(l *parser.Lines, sink record.Sink) error {
	g := &gauges{l: l, sink: sink, tool: "pgbench"}
	type held struct {
		pgbenchInterval
		line int
	}
	var last held
	step := int64(math.MaxInt64)
	put := func(h held) {
		every := step
		if every == math.MaxInt64 { // nothing tells the interval: the shortest that pgbench can have
			every = 1
		}
		at := record.AtUnix((h.at+every)*int64(time.Second), time.Second)
		g.putLine(record.Throughput, at, float64(h.n)/float64(every), h.line)
		g.putLine(record.Errors, at, float64(h.failed)/float64(every), h.line)
		if h.n > 0 {
			g.putLine(record.Latency, at, float64(h.sum)/float64(h.n)/second, h.line)
		}
	}
	for l.Next() {
		a, ok := aggregateLine(l.Bytes())
		if !ok {
			l.Problem("not as pgbench writes it: expected interval_start num_transactions sum_latency sum_latency_2 min_latency max_latency")
			continue
		}
		h := held{a, l.Number()}
		switch {
		case last.line == 0:
		case h.at == last.at: // the files of several threads, sorted into one
			last.n, last.sum, last.failed = last.n+h.n, last.sum+h.sum, last.failed+h.failed
			continue
		default:
			if d := h.at - last.at; d > 0 && d < step { // intervals without a transaction may be left out
				step = d
			}
			put(last)
		}
		last = h
	}
	if last.line > 0 {
		put(last)
	}
	return nil
}
