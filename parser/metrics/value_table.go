package metrics

// Tables of bare numbers that no other format claims, so that `oomortem changes` works on any series a user has: one
// value a line, or columns under any headings, behind a column of times, of an index or of nothing:
//
//	index,value
//	0,1120
//	1,1160
//
// No specification: spreadsheets, R's write.csv, numpy.savetxt, gnuplot data. Whole tables only: one cell that is no
// number, in the rows that are looked at, and the file is not one. A column of numbers that is no time - an index, a
// year - is kept as the place in the series: such samples have no clock and are in no way laid beside other files.

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var valueTable = parser.Format{
	Name:  "value-table",
	Title: "any table of numbers: one value a line, or columns behind a time or an index",
	Sniff: sniffValues,
	Parse: parseValues,
}

// axis is what tells where in the series a row stands.
type axis int

const (
	axisRows   axis = iota // the number of the row
	axisNumber             // a column of numbers: an index, a year, seconds
	axisTime               // a column of times
	axisDate               // a column of days or months, of any century
)

// axisHeadings are what a column of places is called besides the names of times; R writes row names under "".
var axisHeadings = map[string]bool{
	"": true, "index": true, "idx": true, "i": true, "n": true, "no": true, "nr": true, "#": true, "t": true, "step": true, "sample": true,
	"obs": true, "id": true, "year": true, "month": true, "week": true, "jahr": true, "row": true, "x": true,
}

// valuesSeen is how many rows have to be numbers, and the least of them.
const (
	valuesSeen  = 60
	valuesLeast = 4
)

func sniffValues(h parser.Head) parser.Score {
	var rows [][]byte
	for _, l := range h.Lines(valuesSeen) {
		if len(trim(l)) > 0 && l[0] != '#' && !has(l, "sep=") {
			rows = append(rows, l)
		}
	}
	if len(rows) < valuesLeast {
		return 0
	}
	v := valueReader{table: &table{}}
	v.layout(rows)
	if len(rows) == v.header+valuesLeast-1 || v.values(rows) == 0 {
		return 0
	}
	return 10
}

// valueReader reads one table of numbers.
type valueReader struct {
	*table
	header int // rows of headings: 0 or 1
	axis   axis
	place  int // column of the axis
	rows   int // rows read
}

// layout finds delimiter, header and axis from the first rows.
func (v *valueReader) layout(rows [][]byte) {
	if v.delimiter == 0 {
		v.delimiter = valueDelimiter(rows[len(rows)-1])
	}
	first := texts(v.pieces(rows[0]))
	v.header = 0
	for _, cell := range first {
		if cell != "" && !v.isPlace([]byte(cell)) && !isNumber([]byte(cell)) {
			v.header = 1
		}
	}
	v.place, v.axis = -1, axisRows
	if v.header == 0 {
		first = nil
	}
	for i := 0; i < max(len(first), 1); i++ {
		name := ""
		if first != nil {
			name = strings.ToLower(strings.Trim(strings.TrimSpace(first[i]), `"`))
		}
		if v.axis == axisRows && (timeHeadings[name] > 0 || axisHeadings[name]) {
			v.tryAxis(i, rows[v.header:])
		}
	}
	if v.axis == axisRows && v.header == 1 {
		if v.tryAxis(0, rows[1:]); v.axis == axisNumber {
			v.axis, v.place = axisRows, -1 // a first column that happens to grow is a series
		}
	}
}

// tryAxis takes column i as the axis when every row has something there that tells a place, ever later, and another
// cell besides.
func (v *valueReader) tryAxis(i int, rows [][]byte) {
	kinds := [4]int{}
	last, rising := math.Inf(-1), true
	for _, row := range rows {
		cells := v.pieces(row)
		if len(cells) < 2 || i >= len(cells) {
			return
		}
		cell := trim(cells[i])
		if _, ok := readTime(cell); ok {
			kinds[axisTime]++
		}
		if _, ok := readDay(cell); ok {
			kinds[axisDate]++
		}
		if x, ok := scan.Float(cell); ok && math.Abs(x) < placeLimit {
			kinds[axisNumber]++
			rising = rising && x > last
			last = x
		}
	}
	for _, kind := range []axis{axisTime, axisDate, axisNumber} {
		if kinds[kind] == len(rows) && (kind != axisNumber || rising) {
			v.axis, v.place = kind, i
			return
		}
	}
}

// placeLimit keeps a place within what a duration of as many seconds can hold.
const placeLimit = 9e9

// valueDelimiter is the usual delimiter, or blanks where a row has no other.
func valueDelimiter(row []byte) byte {
	if d := delimiterOf(row); d != ',' || bytes.IndexByte(row, ',') >= 0 {
		return d
	}
	if bytes.IndexByte(trim(row), ' ') > 0 {
		return ' '
	}
	return ','
}

// pieces cuts a row; several blanks in a row are one delimiter.
func (v *valueReader) pieces(row []byte) [][]byte {
	if v.delimiter == ' ' {
		v.cells = fields(v.cells, trim(row))
		return v.cells
	}
	return v.cut(row)
}

// values counts the numbers in the rows; 0 when a cell is something else, or rows differ in their length.
func (v *valueReader) values(rows [][]byte) int {
	n, width := 0, -1
	for _, row := range rows[v.header:] {
		cells := v.pieces(row)
		if width < 0 {
			width = len(cells)
		}
		if len(cells) != width {
			return 0
		}
		for i, cell := range cells {
			if i == v.place {
				continue
			}
			if cell = trim(cell); isNothing(cell) {
				continue
			}
			if !isNumber(cell) {
				return 0
			}
			n++
		}
	}
	return n
}

// isNumber tells a number in any of the usual writings, without a unit.
func isNumber(cell []byte) bool {
	digits := 0
	for i, c := range cell {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || c == ',' || c == '-' && (i == 0 || cell[i-1]|0x20 == 'e') || c == '+' || (c == 'e' || c == 'E') && digits > 0:
		default:
			return false
		}
	}
	return digits > 0
}

func (v *valueReader) isPlace(cell []byte) bool {
	if _, ok := readTime(cell); ok {
		return true
	}
	_, ok := readDay(cell)
	return ok
}

// readDay reads "1871-01", "1949-12-31" and "1949/12" of any century as the day's beginning.
func readDay(b []byte) (record.Stamp, bool) {
	if len(b) < 7 || len(b) > 10 || b[4] != '-' && b[4] != '/' {
		return record.Stamp{}, false
	}
	year, l1 := scan.Digits(b)
	month, l2 := scan.Digits(b[5:])
	day, l3 := int64(1), 0
	if len(b) > 7 {
		if b[7] != b[4] {
			return record.Stamp{}, false
		}
		day, l3 = scan.Digits(b[8:])
	}
	if l1 != 4 || l2 != 2 || len(b) > 7 && (l3 != 2 || len(b) != 10) || year < 1700 || year > 2200 {
		return record.Stamp{}, false
	}
	at := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	ok := int64(at.Month()) == month && int64(at.Day()) == day
	return record.Stamp{Wall: at, Prec: 24 * time.Hour, Lacks: record.LacksZone}, ok
}

func parseValues(lines *parser.Lines, sink record.Sink) error {
	v := &valueReader{table: newTable(lines, sink)}
	var pending []pendingRow
	var rows [][]byte
	for len(pending) < surveyRows && lines.Next() {
		row := lines.Bytes()
		switch {
		case len(trim(row)) == 0 || row[0] == '#':
		case has(row, "sep=") && len(row) == 5:
			v.delimiter = row[4]
		default:
			pending = append(pending, pendingRow{lines.Number(), bytes.Clone(row)})
			if len(rows) < valuesSeen && !lines.Torn() {
				rows = append(rows, pending[len(pending)-1].text)
			}
		}
	}
	if len(rows) == 0 {
		return fmt.Errorf("not one whole row of numbers")
	}
	v.layout(rows)
	v.start(pending)
	for _, r := range pending[min(v.header, len(pending)):] {
		v.take(r.text, r.line, lines.Torn() && r.line == lines.Number())
	}
	for lines.Next() {
		if row := lines.Bytes(); len(trim(row)) > 0 && row[0] != '#' {
			v.take(row, lines.Number(), lines.Torn())
		}
	}
	if v.axis == axisRows || v.axis == axisNumber {
		v.sayUnplaced("the file", "a column of times, as ISO dates or epoch seconds, would allow that")
	}
	v.end()
	return nil
}

// start names the columns and surveys how they write numbers.
func (v *valueReader) start(pending []pendingRow) {
	headings := texts(v.pieces(pending[0].text))
	for i := range headings {
		headings[i] = strings.Trim(strings.TrimSpace(v.lines.Text([]byte(headings[i]))), `"`)
		if v.header == 0 {
			headings[i] = fmt.Sprintf("column %d", i+1)
		}
		if headings[i] == "" {
			headings[i] = fmt.Sprintf("column %d", i+1)
		}
	}
	if len(headings) == 1 && v.header == 0 || len(headings) == 2 && v.header == 0 && v.place == 0 {
		headings[len(headings)-1] = "value"
	}
	v.begin(headings)
	v.times, v.dates, v.long = maxColumns+1, -1, nil
	for i := range v.columns {
		v.columns[i].ignore = i == v.place
	}
	for _, r := range pending[min(v.header, len(pending)):] {
		v.surveyCells(v.pieces(r.text))
	}
	v.settle(&orders{})
}

// take reads one row; of a torn one its last cell may lack digits.
func (v *valueReader) take(row []byte, line int, torn bool) {
	cells := v.pieces(row)
	at, ok := v.where(cells)
	if !ok {
		v.bad++
		if v.bad <= 20 {
			v.problem(line, "the row is left out: column %d does not tell its place", v.place+1)
		}
		return
	}
	v.rows++
	last := min(len(cells), len(v.columns))
	if torn {
		last = min(last, len(cells)-1)
	}
	for i := 0; i < last; i++ {
		if !v.columns[i].ignore {
			v.cell(&v.columns[i], cells[i], at, line)
		}
	}
}

// where gives the row's place: a time, or a number that stands for seconds.
func (v *valueReader) where(cells [][]byte) (record.Stamp, bool) {
	if v.axis == axisRows {
		return unplaced(v.rows), true
	}
	if v.place >= len(cells) {
		return record.Stamp{}, false
	}
	cell := trim(cells[v.place])
	switch v.axis {
	case axisTime:
		c, ok := readTime(cell)
		if !ok || c.open {
			return record.Stamp{}, false
		}
		return v.stamp(c)
	case axisDate:
		return readDay(cell)
	}
	x, ok := scan.Float(cell)
	if !ok || !(math.Abs(x) < placeLimit) {
		return record.Stamp{}, false
	}
	return record.Stamp{Mono: time.Duration(x * float64(time.Second)), Lacks: record.LacksWall}, true
}
