package load

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// Any table of load figures over time: one heading line, a time column, rates, latencies or users by the names of
// their headings, any of the usual delimiters, decimal commas, comments, a "sep=" line:
//
//	time;tps;rt_ms;errors
//	2021/11/01 06:36:13;49.1;88.3;0.0
//
// Columns without a telling heading are named with --map. A table that Grafana wrote ("Time" in quotes) is read
// with the metrics, unless the user named a column of it. Sources: spreadsheets and home-made collectors; nGrinder's TPS columns, LoadRunner's exports.
func genericCSV(o Options) parser.Format {
	return parser.Format{
		Name:  Table,
		Title: "CSV or TSV table of load figures over time (tps, errors, latency, users)",
		Sniff: func(h parser.Head) parser.Score { return sniffTable(h, o) },
		Parse: func(l *parser.Lines, sink record.Sink) error { return parseTable(l, sink, o) },
	}
}

func sniffTable(h parser.Head, o Options) parser.Score {
	for _, line := range h.Lines(20) {
		if skipTableLine(line) {
			continue
		}
		t := tableOf(line, o)
		switch {
		case !t.said && bytes.HasPrefix(line, []byte(`"Time"`)):
			return 0
		case t.clock.column < 0 || t.figures() == 0:
			return 0
		case t.said:
			return 95 // the user named its columns
		case t.ofMemory():
			return 35 // somebody else's table, with a column that sounds like ours
		}
		return 60
	}
	return 0
}

func skipTableLine(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] == '#' || bytes.HasPrefix(line, []byte("sep="))
}

// table is the layout of one table.
type table struct {
	delim   byte
	columns []tableColumn
	clock   tableClock
	label   int  // a column of names that splits the table into several series; -1 without one
	said    bool // the user named a column of it

	order []int // of the columns, those last that are a share of what another one tells
}

func tableOf(header []byte, o Options) *table {
	t := &table{delim: delimiterOf(header), label: -1}
	var headings []string
	for _, cell := range allFields(header, t.delim) {
		headings = append(headings, strings.TrimSpace(string(cell)))
	}
	t.clock = clockOf(headings, o.Columns["time"])
	if _, taken := mapped(o.Columns, headings[0]); t.clock.column < 0 && !taken && o.Columns["time"] == "" && namesOne(o.Columns, headings) {
		t.clock = clockOf(headings, headings[0]) // who names the figures of a table says that it is one over time
	}
	for i, text := range headings {
		c := readHeading(text)
		if q, ok := mapped(o.Columns, text); ok {
			c, t.said = tableColumn{heading: text, quantity: q, scale: 1, total: c.total, known: true, mapped: true}, true
			switch {
			case q == record.Latency:
				c.units(strings.ToLower(text))
				c.known = true
			case q != record.Users && perMinute(text):
				c.scale = 1. / 60
			}
		}
		switch {
		case i == t.clock.column, i == t.clock.date:
			c.known = false
		case t.label < 0 && isLabelHeading(text):
			t.label = i
		}
		t.columns = append(t.columns, c)
	}
	for _, shares := range []bool{false, true} {
		for i, c := range t.columns {
			if c.share == shares {
				t.order = append(t.order, i)
			}
		}
	}
	return t
}

// namesOne tells that the user named a column that the table has.
func namesOne(columns map[string]string, headings []string) bool {
	return slices.ContainsFunc(headings, func(text string) bool {
		_, ok := mapped(columns, text)
		return ok
	})
}

func isLabelHeading(text string) bool {
	switch strings.ToLower(text) {
	case "label", "transaction", "name", "operation", "url", "request name":
		return true
	}
	return false
}

// figures counts the columns that tell of a load; users alone do not, nor does a share of requests that nobody counted.
func (t *table) figures() int {
	n, shares, rates := 0, 0, 0
	for _, c := range t.columns {
		switch {
		case !c.known || c.quantity == record.Users:
		case c.share:
			shares++
		case c.quantity == record.Throughput || c.quantity == record.Requests:
			rates++
			n++
		default:
			n++
		}
	}
	if rates > 0 {
		n += shares
	}
	return n
}

// ofMemory tells that columns of the table are about memory or processors: such a table is read with the metrics.
func (t *table) ofMemory() bool {
	for _, c := range t.columns {
		for _, word := range []string{"mem", "rss", "swap", "kib", "mib", "cpu", "pid"} {
			if strings.Contains(strings.ToLower(c.heading), word) {
				return true
			}
		}
	}
	return false
}

// tableReader reads the rows of one table.
type tableReader struct {
	*table
	l       *parser.Lines
	times   stamps
	numbers tableNumbers
	sets    gaugeSets
	before  map[string]*tableBefore // by label
	faults  *faults

	failures tableFailures
}

// tableBefore is what the last row of a label told.
type tableBefore struct {
	at     int64
	totals []tableTotal // by column
}

type tableTotal struct {
	at    int64
	value float64
	told  bool
}

// What is looked at to tell day from month, counts from rates, and whether a rate holds failures, which may begin late: so
// many rows, a day of seconds and more, or bytes of them, whichever comes first.
const (
	tableAhead      = 100000
	tableAheadBytes = 8 << 20
)

func parseTable(l *parser.Lines, sink record.Sink, o Options) error {
	bad := &faults{path: l.Path, sink: sink}
	r := &tableReader{l: l, sets: gaugeSets{tool: "table", key: "label", open: true, faults: bad}, before: map[string]*tableBefore{}, faults: bad}
	type held struct {
		row  []byte
		line int
	}
	var ahead []held
	size := 0
	for l.Next() {
		line := l.Bytes()
		if skipTableLine(line) {
			continue
		}
		if r.table == nil {
			r.table = tableOf(line, o)
			continue
		}
		ahead, size = append(ahead, held{bytes.Clone(line), l.Number()}), size+len(line)
		if len(ahead) == tableAhead || size > tableAheadBytes {
			break
		}
	}
	if r.table == nil || r.clock.column < 0 {
		return fmt.Errorf("no heading line with a time column and load figures")
	}
	rows := make([][]byte, 0, len(ahead))
	for _, h := range ahead {
		rows = append(rows, h.row)
	}
	r.decide(rows)
	r.sayUnread()
	for _, h := range ahead {
		r.row(allFields(h.row, r.delim), h.line)
	}
	for l.Next() {
		if !skipTableLine(l.Bytes()) {
			r.row(allFields(l.Bytes(), r.delim), l.Number())
		}
	}
	r.faults.close()
	return nil
}

// decide settles what only many rows can tell: how numbers are written, which columns are sums, and the order of day
// and month, or gives up the dates: a guess could be months off.
func (r *tableReader) decide(rows [][]byte) {
	var times [][]byte
	r.numbers.delimiter = r.delim
	for _, row := range rows {
		cells := allFields(row, r.delim)
		if cell, ok := r.clock.cell(cells); ok {
			times = append(times, cell)
		}
		for i, c := range r.columns {
			if c.known && i < len(cells) {
				r.numbers.See(cells[i])
			}
		}
	}
	order, sure := decideOrder(times)
	if r.times.order = order; !sure {
		r.times.order = scan.EitherFirst
		r.faults.note("day and month cannot be told apart in any row: only the time of day is read; say the instant with --anchor")
	}
	r.findTotals(rows)
	r.findFailures(rows)
}

func (r *tableReader) row(cells [][]byte, line int) {
	cell, ok := r.clock.cell(cells)
	if !ok {
		r.faults.add(line, fmt.Sprintf("row has %d cells: expected at least %d", len(cells), max(r.clock.column, r.clock.date)+1))
		return
	}
	at, stamp, ok := r.clock.stamp(cell, &r.times)
	if !ok {
		r.faults.add(line, "no time where column "+r.columns[r.clock.column].heading+" should have one")
		return
	}
	label := r.labelOf(cells)
	g := r.sets.of(r.l, label, line)
	if g == nil {
		return
	}
	before := r.before[label]
	length := int64(0)
	if before == nil {
		before = &tableBefore{totals: make([]tableTotal, len(r.columns))}
		r.before[label] = before
	} else {
		length = at - before.at
	}
	before.at = at
	r.values(g, cells, stamp, length, before, line)
}

func (r *tableReader) labelOf(cells [][]byte) string {
	if r.label < 0 || r.label >= len(cells) {
		return ""
	}
	return r.l.Text(cells[r.label])
}

// values hands the figures of a row over; length is the time since the row before, in microseconds.
func (r *tableReader) values(g *gauges, cells [][]byte, at record.Stamp, length int64, before *tableBefore, line int) {
	rate, all, failed := -1.0, -1.0, 0.0
	for _, i := range r.order {
		c := &r.columns[i]
		if !c.known || i >= len(cells) || isNothing(cells[i]) {
			continue
		}
		v, ok := r.numbers.read(bytes.TrimSpace(cells[i]))
		if !ok {
			r.faults.add(line, fmt.Sprintf("%q is no number in column %s", cells[i], c.heading))
			continue
		}
		v *= c.scale
		span := length
		if c.total {
			last := before.totals[i]
			before.totals[i] = tableTotal{before.at, v, true}
			if span = before.at - last.at; !last.told || v < last.value { // a fall: the count began anew
				continue
			}
			v -= last.value
		}
		if c.count || c.total {
			if span <= 0 {
				continue
			}
			v /= float64(span) / second
		}
		if c.quantity == record.Throughput || c.quantity == record.Requests {
			rate = v
		}
		if c.share {
			if rate < 0 {
				continue
			}
			v *= rate
		}
		switch g.putLine(c.quantity, at, v, line); i {
		case r.failures.rate:
			all = v
		case r.failures.errors:
			failed = v
		}
	}
	if r.failures.within && all >= 0 {
		g.putLine(record.Throughput, at, max(all-failed, 0), line)
	}
}
