package load

import (
	"bytes"
	"fmt"
	"strings"
	"time"

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
// with the metrics. Sources: spreadsheets and home-made collectors; nGrinder's TPS columns, LoadRunner's exports.
func genericCSV(o Options) parser.Format {
	return parser.Format{
		Name:  "load-table",
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
		if bytes.HasPrefix(line, []byte(`"Time"`)) {
			return 0
		}
		t := tableOf(line, o)
		switch {
		case t.time < 0 || t.figures() == 0:
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
	time    int
	label   int  // a column of names that splits the table into several series; -1 without one
	said    bool // the user named a column of it
}

func tableOf(header []byte, o Options) *table {
	t := &table{delim: delimiterOf(header), time: -1, label: -1}
	for i, cell := range allFields(header, t.delim) {
		text := strings.TrimSpace(string(cell))
		c := readHeading(text)
		if q, ok := mapped(o.Columns, text); ok {
			c, t.said = tableColumn{heading: text, quantity: q, scale: 1, known: true}, true
			if q == record.Latency {
				c.units(strings.ToLower(text))
				c.known = true
			}
		}
		switch {
		case t.time < 0 && (isTimeHeading(text) || strings.EqualFold(o.Columns["time"], text) && text != ""):
			t.time, c.known = i, false
		case t.label < 0 && isLabelHeading(text):
			t.label = i
		}
		t.columns = append(t.columns, c)
	}
	return t
}

func isLabelHeading(text string) bool {
	switch strings.ToLower(text) {
	case "label", "transaction", "name", "operation", "url", "request name":
		return true
	}
	return false
}

// figures counts the columns that tell of a load; users alone do not.
func (t *table) figures() int {
	n := 0
	for _, c := range t.columns {
		if c.known && c.quantity != record.Users {
			n++
		}
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
	l      *parser.Lines
	times  stamps
	sets   gaugeSets
	before map[string]int64 // time of the last row, by label
	faults *faults
}

// What is looked at to tell day from month: so many rows, or bytes of them, whichever comes first.
const (
	tableAhead      = 5000
	tableAheadBytes = 8 << 20
)

func parseTable(l *parser.Lines, sink record.Sink, o Options) error {
	bad := &faults{path: l.Path, sink: sink}
	r := &tableReader{l: l, sets: gaugeSets{tool: "table", key: "label", faults: bad}, before: map[string]int64{}, faults: bad}
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
	if r.table == nil || r.time < 0 {
		return fmt.Errorf("no heading line with a time column and load figures")
	}
	var values [][]byte
	for _, h := range ahead {
		if f := allFields(h.row, r.delim); len(f) > r.time {
			values = append(values, bytes.TrimSpace(f[r.time]))
		}
	}
	r.decide(values)
	for _, h := range ahead {
		r.row(h.row, h.line)
	}
	for l.Next() {
		if !skipTableLine(l.Bytes()) {
			r.row(l.Bytes(), l.Number())
		}
	}
	r.faults.close()
	return nil
}

// decide settles the order of day and month, or gives up the dates: a guess could be months off.
func (r *tableReader) decide(values [][]byte) {
	order, sure := decideOrder(values)
	if r.times.order = order; !sure {
		r.times.order = scan.EitherFirst
		r.faults.note("day and month cannot be told apart in any row: only the time of day is read; say the instant with --anchor")
	}
}

func (r *tableReader) row(row []byte, line int) {
	cells := allFields(row, r.delim)
	if len(cells) <= r.time {
		r.faults.add(line, fmt.Sprintf("row has %d cells: expected at least %d", len(cells), r.time+1))
		return
	}
	at, stamp, ok := r.stamp(bytes.TrimSpace(cells[r.time]))
	if !ok {
		r.faults.add(line, "no time where column "+r.columns[r.time].heading+" should have one")
		return
	}
	label := ""
	if r.label >= 0 && r.label < len(cells) {
		label = r.l.Text(cells[r.label])
	}
	g := r.sets.of(r.l, label, line)
	if g == nil {
		return
	}
	length := at - r.before[label]
	if _, seen := r.before[label]; !seen {
		length = 0
	}
	r.before[label] = at
	r.values(g, cells, stamp, length, line)
}

// values hands the figures of a row over; length is the time since the row before, in microseconds.
func (r *tableReader) values(g *gauges, cells [][]byte, at record.Stamp, length int64, line int) {
	rate := -1.0
	for i, c := range r.columns {
		if !c.known || i >= len(cells) || isNothing(cells[i]) {
			continue
		}
		v, ok := number(bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(cells[i]), []byte("%"))))
		if !ok {
			r.faults.add(line, fmt.Sprintf("%q is no number in column %s", cells[i], c.heading))
			continue
		}
		v *= c.scale
		if c.count {
			if length <= 0 {
				continue
			}
			v /= float64(length) / second
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
		g.putLine(c.quantity, at, v, line)
	}
}

// stamp reads a cell of the time column: an instant, or seconds since the start.
func (r *tableReader) stamp(cell []byte) (at int64, s record.Stamp, ok bool) {
	if at, ok = r.times.read(cell); ok {
		s = r.times.like()
		s.Wall = time.UnixMicro(at).UTC()
		if s.Lacks&record.LacksDate != 0 {
			s.Wall = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(at) * time.Microsecond)
		}
		return at, s, true
	}
	if v, ok := number(cell); ok && v >= 0 && v < 1e8 {
		d := time.Duration(v * float64(time.Second))
		return d.Microseconds(), sinceStart(d, time.Second), true
	}
	return 0, s, false
}
