package load

import (
	"bytes"
	"fmt"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// sysbench's reports by interval (1.0; 0.5 with other words), times since its start:
//
//	[ 6s ] thds: 4 tps: 280.02 qps: 5651.73 (r/w/o: 3956/1128/566) lat (ms,95%): 43.39 err/s: 2.96 reconn/s: 0.00
//	[  10s] threads: 4, tps: 125.50, reads: 1769.30, writes: 504.20, response time: 51.15ms (95%), errors: 0.00, reconnects:  0.00
//
// The percentile is what --percentile asks for, 95 by default. Tests without transactions report "eps". Checkpoint reports,
// which have a total time too, stand in between, announced by "[ 2s ] Checkpoint report:". When the server goes away, FATAL
// lines follow, or nothing at all. At its end it prints statistics; what was announced ("Threads started!") and has none was
// cut. Source: sysbench src/sysbench.c, src/lua/internal/sysbench.sql.lua.
func sysbench() parser.Format {
	return parser.Format{Name: "sysbench", Title: "sysbench's reports by interval", Live: true, Sniff: func(h parser.Head) parser.Score {
		for _, line := range h.Lines(100) {
			_, line = prefixed(line)
			if _, _, ok := readInterval(line); ok || sysbenchBanner(line) {
				return 90
			}
		}
		return 0
	}, Parse: parseSysbench}
}

// readInterval reads the "[ 6s ]" and gives what follows it.
func readInterval(line []byte) (at time.Duration, rest []byte, ok bool) {
	if len(line) < 5 || line[0] != '[' {
		return 0, nil, false
	}
	shut := bytes.IndexByte(line, ']')
	if shut < 0 {
		return 0, nil, false
	}
	sec, isSec := bytes.CutSuffix(bytes.TrimSpace(line[1:shut]), []byte{'s'})
	n, ok := scan.Float(sec)
	if !ok || !isSec || n < 0 || n > 1e8 {
		return 0, nil, false
	}
	rest = line[shut+1:]
	return time.Duration(n * float64(time.Second)), rest, bytes.Contains(rest, []byte("ps:")) || bytes.Contains(rest, []byte("Checkpoint"))
}

// valueAfter reads the number behind a key.
func valueAfter(line []byte, key string) (float64, bool) {
	i := bytes.Index(line, []byte(key))
	if i < 0 {
		return 0, false
	}
	v, _ := word(line[i+len(key):])
	v = bytes.TrimRight(v, ",;")
	return number(bytes.TrimSuffix(v, []byte("ms")))
}

// sysbenchRun is one run of the file under way.
type sysbenchRun struct {
	announced  bool // the file holds more than its intervals: how it began
	checkpoint bool // the statistics to come are those of a checkpoint
	broken     bool // it gave up
	last       int  // the line of its last interval; 0 when it has none, or has told its end
	total      time.Duration
	course     bool        // it has intervals: its statistics tell nothing more
	judged     bool        // its statistics count errors
	sums       record.Load // its statistics; behind those of checkpoints the last ones
}

// statistics takes what a line of a run's statistics tells: "total number of events:              4018", "ignored errors:
// 26     (2.15 per sec.)", "95th percentile:                       23.52", in 0.4 "approx.  95 percentile:              90.44ms".
// Transactions that failed are tried again and are no events.
func (r *sysbenchRun) statistics(l *parser.Lines, line []byte) {
	name, value, ok := bytes.Cut(bytes.TrimSpace(line), []byte{':'})
	if !ok {
		return
	}
	switch {
	case string(name) == "total number of events":
		r.sums.From, r.sums.Samples, r.sums.Totals = l.Origin(), firstCount(value), record.Totals{Unjudged: !r.judged}
	case string(name) == "ignored errors":
		r.sums.Failed, r.judged = firstCount(value), true
	case bytes.HasSuffix(name, []byte("percentile")):
		rank := bytes.TrimLeft(bytes.TrimPrefix(name, []byte("approx.")), " ")
		n := 0
		for n < len(rank) && rank[n] >= '0' && rank[n] <= '9' {
			n++
		}
		value, _ := word(value)
		setMark(&r.sums.Totals, rank[:n], spanOf(figure(bytes.TrimSuffix(value, []byte("ms"))), time.Millisecond))
	}
}

// tell hands over the totals of a run without intervals.
func (r *sysbenchRun) tell(sink record.Sink) {
	if r.course || r.sums.Samples == 0 || r.total <= 0 {
		return
	}
	r.sums.Tool, r.sums.Planned, r.sums.Totals.Lasted = "sysbench", true, r.total
	r.sums.Samples += r.sums.Failed
	sink.Load(&r.sums)
}

// whole complains of a run that lacks its statistics.
func (r *sysbenchRun) whole(l *parser.Lines) {
	if r.announced && r.last > 0 && !r.broken {
		l.ProblemAt(r.last, "sysbench's statistics are missing behind this interval: it was killed, or they were not saved")
	}
}

func parseSysbench(l *parser.Lines, sink record.Sink) error {
	g := &gauges{l: l, sink: sink, tool: "sysbench"}
	var clock runClock
	var run sysbenchRun
	last, end := record.Stamp{}, record.Stamp{}
	for l.Next() {
		st, line := prefixed(l.Bytes())
		if d, rest, ok := readInterval(line); ok {
			if bytes.Contains(rest, []byte("Checkpoint")) {
				run.checkpoint = true
				continue
			}
			var begins bool
			if last, begins = clock.at(l, d, time.Second, st); begins {
				run.whole(l)
				run = sysbenchRun{announced: run.announced, checkpoint: run.checkpoint}
			}
			run.total, run.last, run.course = -1, l.Number(), true
			g.sysbench(last, rest)
			continue
		}
		switch {
		case sysbenchBanner(line):
			run.whole(l)
			run.tell(sink)
			clock.ends()
			run = sysbenchRun{total: run.total}
		case bytes.HasPrefix(line, []byte("Threads started!")):
			run.announced = true
		case bytes.Contains(line, []byte("total time:")) && run.checkpoint:
			run.checkpoint = false
		case bytes.Contains(line, []byte("total time:")):
			run.total, run.last = totalTime(line), 0
			if end = st; st.IsZero() {
				end = sinceStart(clock.base+run.total, time.Millisecond)
			}
			clock.ends()
		case bytes.HasPrefix(line, []byte("FATAL:")) && !run.broken:
			run.broken = true
			message := bytes.TrimSpace(line[len("FATAL:"):])
			reason, text := endError, "sysbench gave up: "
			if serverGone(message) {
				reason, text = endTarget, "sysbench lost the server and gave up: "
			}
			if !st.IsZero() {
				last = st
			}
			stopped(l, sink, last, "sysbench", reason, text+l.Text(message))
		default:
			run.statistics(l, line)
		}
	}
	run.whole(l)
	run.tell(sink)
	if run.total > 0 && !run.broken {
		stopped(l, sink, end, "sysbench", endPlanned, fmt.Sprintf("sysbench came to its end after %v", run.total))
	}
	return nil
}

// totalTime reads "    total time:                          12.1076s".
func totalTime(line []byte) time.Duration {
	v, _ := scan.Float(bytes.TrimSuffix(bytes.TrimSpace(line[bytes.IndexByte(line, ':')+1:]), []byte{'s'}))
	return time.Duration(v * float64(time.Second))
}

func sysbenchBanner(line []byte) bool {
	return bytes.HasPrefix(line, []byte("sysbench 1.")) || bytes.HasPrefix(line, []byte("sysbench 0."))
}

func (g *gauges) sysbench(at record.Stamp, rest []byte) {
	tps, ok := valueAfter(rest, "tps:")
	if !ok {
		tps, ok = valueAfter(rest, "eps:")
	}
	if !ok {
		g.l.Problem("no number where tps or eps belongs")
		return
	}
	g.put(record.Throughput, at, tps)
	for _, key := range []string{"err/s:", "err/s ", "errors:"} { // scripts with reports of their own leave out the colon
		if v, ok := valueAfter(rest, key); ok {
			g.put(record.Errors, at, v)
		}
	}
	rank := percentile(rest)
	if rank > 0 {
		g.rank = fmt.Sprintf(" p%d", rank)
	}
	for _, key := range []string{"%):", "response time:"} {
		if rank == 0 { // --percentile=0 turns them off, and zeros are printed
			break
		}
		if v, ok := valueAfter(rest, key); ok && tps > 0 {
			g.put(record.Latency, at, v/1000)
		}
	}
	for _, key := range []string{"thds:", "threads:"} {
		if v, ok := valueAfter(rest, key); ok {
			g.put(record.Users, at, v)
		}
	}
}

// percentile reads which one the latency is, "lat (ms,95%)" or "51.15ms (95%)"; -1 when the line does not tell.
func percentile(rest []byte) int64 {
	end := bytes.Index(rest, []byte("%)"))
	if end < 0 {
		return -1
	}
	begin := end
	for begin > 0 && rest[begin-1] >= '0' && rest[begin-1] <= '9' {
		begin--
	}
	if n, ok := scan.Int(rest[begin:end]); ok && n <= 100 {
		return n
	}
	return -1
}
