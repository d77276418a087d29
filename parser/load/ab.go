package load

import (
	"bytes"
	"fmt"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// ab -g (ApacheBench 2.3), tab separated, sorted by ttime; starttime and seconds are the start of the request, the
// others milliseconds:
//
//	starttime	seconds	ctime	dtime	ttime	wait
//	Tue Mar 01 13:13:25 2016	1456827205	115	117	232	117
//
// A request that failed is not marked: it stands there with 0 in all columns, and so does one that took less than
// half a millisecond. Source: httpd support/ab.c, output_results.
func ab(o Options) parser.Format {
	return parser.Format{
		Name:  "ab",
		Title: "ApacheBench ab -g",
		Sniff: func(h parser.Head) parser.Score {
			if bytes.HasPrefix(h.Line(), []byte("starttime\tseconds\tctime")) {
				return 100
			}
			return 0
		},
		Parse: parseAB,
	}
}

// abSlow is the latency in microseconds above which the 10 fastest of 100 requests must lie for rows of 0 ms to be
// failures: then no request that was answered can have taken less than half a millisecond.
const abSlow = 2 * millisecond

func parseAB(l *parser.Lines, sink record.Sink) error {
	timed, zero := newFold(), newFold()
	bad := &faults{path: l.Path, sink: sink}
	pattern := record.Load{From: record.Origin{File: l.Path}, Tool: "ab", Start: record.Stamp{Prec: time.Second}}
	for l.Next() {
		line := l.Bytes()
		if l.Number() == 1 || len(line) == 0 {
			continue
		}
		start, took, total, ok := abRow(line)
		switch {
		case ok && total == 0:
			zero.add(start, 0, true, unknown, l.Number())
		case ok:
			timed.add(start+took, took, true, unknown, l.Number())
		case l.Torn():
			pattern.Torn = true
			bad.add(l.Number(), "the file ends inside this row: the tool was killed or had not written it out")
		default:
			bad.add(l.Number(), "not as ab writes it: expected starttime, seconds, ctime, dtime, ttime, wait")
		}
	}
	if zero.rows > 0 && timed.rows > 0 && timed.fastest() >= abSlow {
		zero.fail()
		bad.note(fmt.Sprintf("ab does not mark failures: the %d rows of 0 ms are counted as failed, because no other request was that fast", zero.rows))
	}
	timed.merge(zero)
	for _, load := range timed.harvest(pattern, bad.plain) {
		sink.Load(load)
	}
	bad.close()
	return nil
}

// abRow gives start and duration in microseconds, and the sum of all four columns.
func abRow(line []byte) (start, took, total int64, ok bool) {
	f := allFields(line, '\t')
	if len(f) != 6 {
		return 0, 0, 0, false
	}
	st, ok := scan.Epoch(f[1])
	for i, cell := range f[2:] {
		n, isNumber := scan.Int(cell)
		if ok = ok && isNumber && n >= 0 && n < 1<<40; !ok {
			return 0, 0, 0, false
		}
		if total += n; i == 2 {
			took = n * millisecond
		}
	}
	return st.Wall.UnixMicro(), took, total, true
}

// fastest gives the latency below which one request in ten lies.
func (f *fold) fastest() int64 {
	var all sketch
	for _, s := range f.sketches {
		all.plus(s)
	}
	return all.histogram().ValueAtQuantile(10)
}

// fail turns all that succeeded into failures.
func (f *fold) fail() {
	f.failed = f.rows
	clear(f.sketches)
	f.sketch = nil
	for _, p := range f.pages {
		for i := range p.cells {
			c := &p.cells[i]
			c.failed, c.ok = c.failed+c.ok, 0
		}
	}
}
