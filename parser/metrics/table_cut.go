package metrics

import (
	"bytes"
	"slices"
)

// cut splits a row at the delimiter, quoted cells and doubled quotes included. The cells are valid until the next
// call.
func (t *table) cut(row []byte) [][]byte {
	t.closed = false
	if bytes.IndexByte(row, '"') < 0 {
		t.cells = split(t.cells, row, t.delimiter)
		return t.cells
	}
	t.cells = t.cells[:0]
	t.scratch = t.scratch[:0]
	for rest := row; ; {
		var cell []byte
		more := false
		if len(rest) > 0 && rest[0] == '"' {
			cell, rest, more = t.quoted(rest[1:])
		} else if i := bytes.IndexByte(rest, t.delimiter); i >= 0 {
			cell, rest, more = rest[:i], rest[i+1:], true
		} else {
			cell = rest
		}
		t.cells = append(t.cells, cell)
		if !more || len(t.cells) > maxColumns {
			return t.cells
		}
	}
}

// quoted reads a cell behind its opening quote up to the delimiter.
func (t *table) quoted(b []byte) (cell, rest []byte, more bool) {
	begin := len(t.scratch)
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			t.scratch = append(t.scratch, b[i])
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			t.scratch = append(t.scratch, '"')
			i++
			continue
		}
		cell = t.scratch[begin:len(t.scratch):len(t.scratch)]
		if j := bytes.IndexByte(b[i+1:], t.delimiter); j >= 0 {
			return cell, b[i+j+2:], true
		}
		t.closed = i+1 == len(b)
		return cell, nil, false
	}
	return t.scratch[begin:len(t.scratch):len(t.scratch)], nil, false
}

// endsWhole tells that the row which was cut last is whole although no line end follows it: it has a cell under each heading,
// and the last one is closed by its quote, or it is a value as the column's others are, of a tool that ends its files so.
func (t *table) endsWhole(cells [][]byte) bool {
	last := len(cells) - 1
	if len(cells) != len(t.headings) || last == t.times || last == t.dates {
		return false
	}
	if t.closed {
		return true
	}
	value := !t.columns[last].ignore && (t.long == nil || last == t.long.value)
	return t.unended && value && t.columns[last].shapes.fit(trim(cells[last]))
}

// shapes are the lengths of a column's cells and what stands behind their digits: a unit.
type shapes struct {
	shortest int
	tails    [][]byte
}

const maxTails = 8 // of a column, which knows a unit at several scales

func (s *shapes) see(cell []byte) {
	if isNothing(cell) {
		return
	}
	if s.shortest == 0 || len(cell) < s.shortest {
		s.shortest = len(cell)
	}
	if tail := behindDigits(cell); len(s.tails) < maxTails && !s.ends(tail) {
		s.tails = append(s.tails, bytes.Clone(tail))
	}
}

// fit tells that a cell may be a whole one of the column.
func (s *shapes) fit(cell []byte) bool {
	return s.shortest == 0 || isNothing(cell) || len(cell) >= s.shortest && s.ends(behindDigits(cell))
}

func (s *shapes) ends(tail []byte) bool {
	return slices.ContainsFunc(s.tails, func(t []byte) bool { return bytes.Equal(t, tail) })
}

func behindDigits(cell []byte) []byte {
	return cell[bytes.LastIndexAny(cell, "0123456789")+1:]
}

// delimiterOf gives the delimiter of a header: the most frequent candidate outside quotes, tabs and semicolons first.
func delimiterOf(header []byte) byte {
	var counts [128]int
	inside := false
	for _, c := range header {
		switch {
		case c == '"':
			inside = !inside
		case !inside && c < 128:
			counts[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{'\t', ';', '|'} {
		if counts[c] > 0 && counts[c] >= counts[best] {
			best = c
		}
	}
	return best
}

// timeHeadings are what a column of times is called.
var timeHeadings = map[string]int{ // the higher, the more exact the times are expected to be
	"epoch": 5, "utc": 4, "_time": 4, "@timestamp": 4, "timestamp": 3, "ts": 3, "time": 3, "datetime": 3, "clock": 3, "date_time": 3, "date/time": 3,
	"time_sec": 3, "zeit": 3, "时间": 3, "时刻": 3, "日期": 1, "date": 1, "day": 1,
}
