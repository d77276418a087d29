package metrics

import (
	"bytes"
	"fmt"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// table reads rows of a time and values under headings, whoever exported them. The first rows are surveyed before any
// is read: how numbers are written, what the headings mean beside each other, in which order day and month stand.
type table struct {
	*curves
	delimiter byte
	headings  []string
	columns   []column
	times     int // column of the time
	dates     int // column of the date when it stands apart, else -1
	long      *longColumns
	order     dayOrder
	day       daytime
	clock     summerTime
	clocks    map[string]*summerTime // of rows that are about one of several
	subjects  []subjectColumn
	rows      map[string][]*record.Series // of the value columns, by what the subject columns say
	templates []*record.Series            // what the headings say, whoever a row is about
	rowKey    []byte
	cells     [][]byte
	scratch   []byte
	closed    bool         // the row that was cut last ends with a quote that closes its last cell
	unended   bool         // the tool writes no line end behind the last row
	rates     *statusRates // where statuses alone tell the columns apart
	bad       int
}

// column is one value column, once surveyed.
type column struct {
	series  *record.Series
	scale   float64
	style   numberStyle
	votes   scan.NumberVotes
	bytes   int      // cells with a unit of bytes
	shares  int      // and with a percent sign
	numbers int      // cells surveyed that are numbers, in any style
	words   int      // and that are none
	most    float64  // biggest plain value surveyed
	shapes  shapes   // of the cells surveyed, but for a last one without a line end
	stated  cellUnit // by a #unit# row
	ignore  bool
	fine    bool // numbers were written in full: their digits show no step
	strange int
}

// pendingRow is a row kept until the survey is over.
type pendingRow struct {
	line int
	text []byte
}

const (
	surveyRows  = 256
	surveyBytes = 8 << 20 // how long rows are kept while the order of day and month is open
)

// begin takes a header row: it finds the time and leaves the other columns to be surveyed. ok is false when no
// column can be the time's.
func (t *table) begin(headings []string) bool {
	headings = headings[:min(len(headings), maxColumns)]
	t.headings = headings
	t.columns = make([]column, len(headings))
	t.times, t.dates, t.long = -1, -1, nil
	t.subjects, t.rows = nil, nil
	t.clock, t.clocks = summerTime{}, map[string]*summerTime{}
	best := 0
	for i, h := range headings {
		rank := timeHeadings[strings.ToLower(strings.TrimSpace(h))]
		if rank == 1 {
			t.dates = i
		}
		if rank > best {
			best, t.times = rank, i
		}
		t.columns[i].ignore = rank > 0
	}
	if t.times == t.dates {
		t.dates = -1
	}
	t.long = findLong(headings)
	return t.times >= 0
}

// read surveys and reads the rows that follow the header, up to a new header or the end. It gives the new header.
func (t *table) read() (next []byte) {
	var pending []pendingRow
	size := 0
	o := orders{}
	more := true
	for len(pending) < surveyRows || o.open && o.verdict() == orderUnknown && size < surveyBytes {
		if more = t.lines.Next(); !more {
			break
		}
		row := t.lines.Bytes()
		if has(row, "#unit#") {
			t.unitRow(row[len("#unit#"):])
			continue
		}
		if len(row) == 0 || row[0] == '#' {
			continue
		}
		if t.isHeader(row) {
			next = bytes.Clone(row)
			break
		}
		pending = append(pending, pendingRow{t.lines.Number(), bytes.Clone(row)})
		size += len(row)
		t.survey(row, &o)
	}
	t.findSubjects(pending)
	t.settle(&o)
	for _, r := range pending {
		t.row(r.text, r.line, t.lines.Torn() && r.line == t.lines.Number())
	}
	for more && next == nil && t.lines.Next() {
		row := t.lines.Bytes()
		if len(row) == 0 || row[0] == '#' {
			continue
		}
		if t.isHeader(row) {
			return bytes.Clone(row)
		}
		t.row(row, t.lines.Number(), t.lines.Torn())
	}
	return next
}

// isHeader tells a header that follows rows: several frames in one export, or appended files. Its time column holds
// the name of one.
func (t *table) isHeader(row []byte) bool {
	if row[0] >= '0' && row[0] <= '9' {
		return false
	}
	cells := t.cut(row)
	if t.times >= len(cells) {
		return false
	}
	cell := trim(cells[t.times])
	if len(cell) == 0 || cell[0] >= '0' && cell[0] <= '9' {
		return false
	}
	return timeHeadings[strings.ToLower(string(cell))] > 0
}

// survey looks at one row without reading it.
func (t *table) survey(row []byte, o *orders) {
	cells := t.cut(row)
	if c, ok := t.time(cells); ok {
		o.see(c, t.lines.Number())
	}
	t.surveyCells(cells)
	if t.unended && !t.lines.Torn() {
		for i := range cells[:min(len(cells), len(t.columns))] {
			t.columns[i].shapes.see(trim(cells[i]))
		}
	}
}

// surveyCells lets each column see how its cell is written.
func (t *table) surveyCells(cells [][]byte) {
	for i := range cells {
		if i >= len(t.columns) || t.columns[i].ignore {
			continue
		}
		cell := trim(cells[i])
		if isNothing(cell) {
			continue
		}
		c := &t.columns[i]
		c.votes.See(cell)
		if v, _, u, ok := readCell(cell, numberStyle{0, '.'}); ok {
			c.numbers++
			c.most = max(c.most, v)
			c.sawUnit(u)
		} else if isWords(cell) {
			c.words++
		} else {
			c.numbers++
			_, _, u, _ := readCell(cell, numberStyle{'.', ','})
			c.sawUnit(u)
		}
	}
}

// sawUnit counts the cells with a unit of bytes, or a percent sign: it is one however the number before it is written.
func (c *column) sawUnit(u cellUnit) {
	switch u.unit {
	case record.Bytes:
		c.bytes++
	case record.Share:
		c.shares++
	}
}

// time reads a row's time cell, joined with a date cell of its own.
func (t *table) time(cells [][]byte) (cellTime, bool) {
	if t.times >= len(cells) {
		return cellTime{}, false
	}
	if t.dates >= 0 && t.dates < len(cells) {
		var joined [80]byte
		both := append(append(append(joined[:0], trim(cells[t.dates])...), ' '), trim(cells[t.times])...)
		if c, ok := readTime(both); ok {
			return c, true
		}
	}
	return readTime(cells[t.times])
}

// settle ends the survey: styles, series and the order of dates are decided.
func (t *table) settle(o *orders) {
	t.order = o.verdict()
	if o.open && t.order == orderUnknown {
		t.problem(o.exampleRow, "the dates can be read as day/month or as month/day and nothing in the column decides it: the times are kept without their date; export with ISO dates (2026-11-23) or epoch seconds to have it")
	}
	for i := range t.columns {
		group, decimal := t.columns[i].votes.Style(t.delimiter)
		t.columns[i].style = numberStyle{group, decimal}
	}
	if t.long == nil {
		t.nameColumns()
	}
	if len(t.subjects) > 0 {
		t.rows = map[string][]*record.Series{}
		t.templates = t.templates[:0]
		for i := range t.columns {
			t.templates = append(t.templates, t.columns[i].series)
		}
	}
}

// stamp gives a cell's time under what the survey found.
func (t *table) stamp(c cellTime) (record.Stamp, bool) {
	switch {
	case c.bare:
		return t.day.stamp(c.tod, c.at.Prec), true
	case c.open && t.order == orderUnknown:
		return t.day.stamp(c.tod, c.at.Prec), true
	case c.open:
		return c.resolve(c.date, t.order)
	}
	return c.at, true
}

// row reads one row. A torn one gives only the cells that are known to be whole: no 92 that was a 9240576.
func (t *table) row(row []byte, line int, torn bool) {
	cells := t.cut(row)
	c, ok := t.time(cells)
	at, known := t.stamp(c)
	if !ok || !known {
		t.badRow(line, cells)
		return
	}
	torn = torn && !t.endsWhole(cells)
	if torn && (t.times == len(cells)-1 || t.long != nil && len(cells) <= len(t.headings)) {
		return // the time, or the only value, may lack digits
	}
	if t.long != nil {
		t.longRow(cells, at, line)
		return
	}
	if len(t.subjects) > 0 {
		if !t.turnTo(cells, line, torn) {
			return
		}
		at = t.inStepOf(t.rowKey, at, line)
	} else {
		at = t.inStep(&t.clock, at, line)
	}
	last := min(len(cells), len(t.columns))
	if torn && len(cells) <= len(t.columns) {
		last = min(last, len(cells)-1)
	}
	for i := 0; i < last; i++ {
		if !t.columns[i].ignore && t.columns[i].series != nil {
			t.cell(&t.columns[i], cells[i], at, line)
		}
	}
}

// inStepOf gives the stamp of a row that is about one of several, whose rows may stand in blocks that go through all the time.
func (t *table) inStepOf(whose []byte, at record.Stamp, line int) record.Stamp {
	if at.Lacks&record.LacksZone == 0 {
		return at
	}
	clock := t.clocks[string(whose)]
	if clock == nil {
		if len(t.clocks) >= maxSeries {
			return at
		}
		clock = &summerTime{}
		t.clocks[string(whose)] = clock
	}
	return t.inStep(clock, at, line)
}

func (t *table) badRow(line int, cells [][]byte) {
	t.bad++
	if t.bad > 20 {
		return
	}
	shown := ""
	if t.times < len(cells) {
		shown = string(cells[t.times][:min(len(cells[t.times]), 40)])
	}
	t.problem(line, "the row is left out: %q in column %d is no time", shown, t.times+1)
}

// cell reads one value.
func (t *table) cell(c *column, cell []byte, at record.Stamp, line int) {
	cell = trim(cell)
	if isNothing(cell) {
		return
	}
	value, quantum, unit, ok := readCell(cell, c.style)
	if !ok {
		c.strange++
		if c.strange == 1 {
			t.problem(line, "%q in column %q is no number with a known unit: such cells count as empty", cell[:min(len(cell), 40)], c.series.Name)
		}
		return
	}
	s := c.series
	if unit.unit != record.NoUnit {
		if s.Unit == record.NoUnit || s.Unit == unit.unit {
			s.Unit = unit.unit
			widen(s, quantum)
			t.sample(at, line, s, value)
			return
		}
		if s.Unit == record.Count && unit.unit == record.PerSecond || s.Unit == record.PerSecond { // "TPS" in "req/s"
			widen(s, quantum)
			t.sample(at, line, s, value)
			return
		}
		s.Unit = unit.unit
		s.Quantity = ""
		t.sample(at, line, s, value)
		return
	}
	if p := bytes.IndexByte(cell, c.style.decimal); p >= 0 && len(cell)-p > 7 {
		c.fine, s.Quantum = true, 0
	}
	if quantum == 0 && c.scale > 1 {
		quantum = 1
	}
	if !c.fine {
		widen(s, quantum*c.scale)
	}
	t.sample(at, line, s, value*c.scale)
}

func (t *table) end() {
	if t.bad > 20 {
		t.problem(0, "%d rows in all were left out because their time is not readable", t.bad)
	}
	t.saySpecial()
	if t.rates != nil {
		t.rates.settle()
	}
}

// newTable makes a table for the lines that follow.
func newTable(lines *parser.Lines, sink record.Sink) *table {
	return &table{curves: newCurves(lines, sink)}
}

var errNoTime = fmt.Errorf("no column holds times: a heading such as Time, timestamp, epoch or date was expected")
