package load

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// pgbench's progress on stderr (-P; 9.4 to 17), and its report:
//
//	progress: 5.0 s, 842.5 tps, lat 4.748 ms stddev 4.436, 0 failed
//	progress: 1795394099.194 s, 404.0 tps, lat 9.036 ms stddev 11.530, 0 failed
//
// The time is that since the start, or the epoch with --progress-timestamp; "failed" since 15. When the server goes
// away there is no line with 0 tps: the lines end, and "pgbench: error:" follows. The report goes to stdout, and with it
// since 14 the version, which is told first: a file that has the one and not the other was cut. Source: pgbench.c,
// printProgressReport, printVersion, printResults.
func pgbench() parser.Format {
	return parser.Format{Name: "pgbench", Title: "pgbench's progress and report", Live: true, Sniff: sniffPgbench, Parse: parsePgbench}
}

func sniffPgbench(h parser.Head) parser.Score {
	for _, line := range h.Lines(100) {
		_, line = prefixed(line)
		if _, ok := readProgress(line); ok {
			return 90
		}
		if bytes.HasPrefix(line, []byte("pgbench (")) || bytes.HasPrefix(line, []byte("number of transactions actually processed:")) {
			return 85
		}
	}
	return 0
}

type progress struct {
	at               record.Stamp
	sec, tps, lat    float64
	failed           float64
	latTold, failing bool
	line             int
	open             bool // nothing tells how long its interval was: the first by the epoch
}

func readProgress(line []byte) (p progress, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte("progress: "))
	if !ok {
		return p, false
	}
	for i, part := range bytes.Split(rest, []byte(", ")) {
		first, more := word(part)
		unit, _ := word(more)
		switch {
		case i == 0:
			if p.sec, ok = scan.Float(first); !ok || string(unit) != "s" {
				return p, false
			}
			if st, isEpoch := scan.Epoch(first); isEpoch && p.sec > year1990/second {
				p.at = st
			} else {
				p.at = sinceStart(time.Duration(p.sec*float64(time.Second)), 100*time.Millisecond)
			}
		case string(unit) == "tps":
			if p.tps, ok = scan.Float(first); !ok {
				return p, false
			}
		case string(first) == "lat":
			p.lat, p.latTold = scan.Float(unit)
		case string(unit) == "failed":
			p.failed, p.failing = scan.Float(first)
		}
	}
	return p, true
}

func parsePgbench(l *parser.Lines, sink record.Sink) error {
	g := &gauges{l: l, sink: sink, tool: "pgbench"}
	var last progress
	var clock runClock
	total := &record.Load{Tool: "pgbench", Totals: record.Totals{Unjudged: true}} // before 15 no failures are counted
	broken, version := false, 0
	for l.Next() {
		st, line := prefixed(l.Bytes())
		if p, ok := readProgress(line); ok {
			begins := clock.over
			if p.at.Lacks&record.LacksWall != 0 {
				p.at, begins = clock.at(l, p.at.Mono, p.at.Prec, st)
			}
			if begins {
				last, broken, total.Planned, clock.over = progress{}, false, false, false
			}
			p.line = l.Number()
			p.open = !g.progress(last, p)
			last = p
			continue
		}
		switch {
		case bytes.HasPrefix(line, []byte("pgbench (")):
			clock.ends()
			pgbenchCut(l, version, broken)
			version = l.Number()
		case bytes.HasPrefix(line, []byte("number of transactions actually processed: ")):
			n, _ := scan.Digits(line[len("number of transactions actually processed: "):])
			total.From, total.Samples = l.Origin(), total.Samples+n
		case bytes.HasPrefix(line, []byte("number of failed transactions: ")):
			n, _ := scan.Digits(line[len("number of failed transactions: "):])
			total.Samples, total.Failed, total.Totals.Unjudged = total.Samples+n, total.Failed+n, false
		case bytes.HasPrefix(line, []byte("tps = ")) && !total.Planned:
			total.Planned, version = true, 0
			total.Totals.Lasted = spanOf(float64(total.Samples-total.Failed)/figure(line[len("tps = "):]), time.Second)
			clock.ends()
			if !last.at.IsZero() {
				stopped(l, sink, last.at, "pgbench", endPlanned, "pgbench came to its end")
			}
		case bytes.HasPrefix(line, []byte("pgbench: error:")) && !broken:
			broken = true
			reason, text := endError, "pgbench gave up because of an error"
			if serverGone(line) {
				reason, text = endTarget, "pgbench lost the server and gave up"
			}
			if !st.IsZero() {
				last.at = st
			}
			stopped(l, sink, last.at, "pgbench", reason, text)
		case bytes.HasPrefix(line, []byte("progress: ")):
			l.Problem("not as pgbench writes it: expected \"progress: 5.0 s, 842.5 tps, lat ...\"")
		}
	}
	pgbenchCut(l, version, broken)
	if total.Samples > 0 {
		sink.Load(total)
	}
	return nil
}

// pgbenchCut complains of a run that told its version in a line and no report of it.
func pgbenchCut(l *parser.Lines, version int, broken bool) {
	if version > 0 && !broken {
		l.ProblemAt(version, "pgbench's report of the run that begins here is missing, or cut: it was killed, or the rest was not saved")
	}
}

// progress hands over an interval, and tells that its length is known.
func (g *gauges) progress(last, p progress) (known bool) {
	length := p.sec - last.sec
	if known = length > 0 && length < 1e6; known {
		g.length = time.Duration(length * float64(time.Second))
	}
	if known && last.open && last.failed > 0 { // its interval was as long as this one
		g.putLine(record.Errors, last.at, last.failed/length, last.line)
	}
	g.put(record.Throughput, p.at, p.tps)
	if p.latTold && p.tps > 0 {
		g.put(record.Latency, p.at, p.lat/1000)
	}
	if p.failing && known {
		g.put(record.Errors, p.at, p.failed/length)
	} else if p.failing && p.failed == 0 {
		g.put(record.Errors, p.at, 0)
	}
	return known
}
