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
	"strings"

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
	header int  // rows of headings: 0 or 1
	dated  bool // rows begin with a date and a time with a blank between: echo "$(date '+%F %T') $(cat memory.current)"
	axis   axis
	place  int // column of the axis
	rows   int // rows read
}

// layout finds delimiter, header and axis from the first rows.
func (v *valueReader) layout(rows [][]byte) {
	if v.delimiter == 0 {
		v.delimiter = valueDelimiter(rows[len(rows)-1])
	}
	v.dated = v.delimiter == ' ' && dateAndTime(trim(rows[0])) > 0
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
	if v.delimiter != ' ' {
		return v.cut(row)
	}
	row = trim(row)
	if n := dateAndTime(row); v.dated && n > 0 {
		v.cells = append(fields(v.cells, row[n:]), nil)
		copy(v.cells[1:], v.cells)
		v.cells[0] = row[:n]
		return v.cells
	}
	v.cells = fields(v.cells, row)
	return v.cells
}

// dateAndTime gives the length of a date and a time at the beginning of a row that has more, 0 when no blank parts them.
func dateAndTime(row []byte) int {
	_, n := scan.ISO(row)
	if n == 0 || n >= len(row) || row[n] != ' ' || bytes.IndexByte(row[:n], ' ') < 0 {
		return 0
	}
	return n
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
