package load

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Reading of delimited rows without allocation. Quoting is read as spreadsheets write it, with what real files
// break forgiven: a quote inside a field that does not begin with one is an ordinary byte, and so is a quote in a
// quoted field that no delimiter follows.

// skipFields gives the offset behind the n-th delimiter from pos on, -1 when the row has fewer. The row must hold
// no quotes, and parser.BlockPad bytes behind it must be readable in row's memory.
func skipFields(row []byte, pos, n int, delim byte) int {
	if pos = skipWords(row[:cap(row)], pos, len(row), n, uint64(delim)*ones); pos > len(row) {
		return -1
	}
	return pos
}

// skipWords gives the offset behind the n-th delimiter from pos on, or something behind end when data[:end] has fewer.
// parser.BlockPad bytes behind end can be read. pattern is the delimiter in every byte.
func skipWords(data []byte, pos, end, n int, pattern uint64) int {
	for n > 0 && pos <= end {
		m := zeroBytes(binary.LittleEndian.Uint64(data[pos:]) ^ pattern)
		c := int(m >> 7 * ones >> 56) // the number of delimiters in the word
		if c < n {
			n -= c
			pos += 8
			continue
		}
		for ; n > 1; n-- {
			m &= m - 1
		}
		return pos + bits.TrailingZeros64(m)>>3 + 1
	}
	return min(pos, end+1)
}

const (
	ones  = 0x0101010101010101
	lows  = 0x7F7F7F7F7F7F7F7F
	quote = '"'
)

// zeroBytes has the top bit of each byte set that is 0 in w, and no other bit.
func zeroBytes(w uint64) uint64 { return ^((w&lows + lows) | w | lows) }

// nextField gives the field that begins at pos, and the offset behind its delimiter; next is -1 at the row's end.
// A quoted field comes without its outer quotes, doubled ones inside stay. open says that a quote is not closed.
func nextField(row []byte, pos int, delim byte) (field []byte, next int, open bool) {
	if pos < len(row) && row[pos] == quote {
		return quotedField(row, pos, delim)
	}
	i := bytes.IndexByte(row[pos:], delim)
	if i < 0 {
		return row[pos:], -1, false
	}
	return row[pos : pos+i], pos + i + 1, false
}

func quotedField(row []byte, pos int, delim byte) (field []byte, next int, open bool) {
	begin := pos + 1
	for at := begin; ; {
		i := bytes.IndexByte(row[at:], quote)
		if i < 0 {
			return row[begin:], -1, true
		}
		at += i + 1
		switch {
		case at == len(row):
			return row[begin : at-1], -1, false
		case row[at] == delim:
			return row[begin : at-1], at + 1, false
		case row[at] == quote:
			at++
		}
	}
}

// quoteOpen tells that the row ends inside a quoted field: it goes on on the next line.
func quoteOpen(row []byte, delim byte) bool {
	for pos := 0; pos >= 0; {
		var open bool
		if _, pos, open = nextField(row, pos, delim); open {
			return true
		}
	}
	return false
}

// quoteGoesOn tells that a line that begins inside a quoted field ends inside one. clean says that the field's own quotes
// stand as they are written: doubled, or at its end.
func quoteGoesOn(line []byte, delim byte) (goesOn, clean bool) {
	clean = true
	for at := 0; ; {
		i := bytes.IndexByte(line[at:], quote)
		if i < 0 {
			return true, clean
		}
		at += i + 1
		switch {
		case at == len(line):
			return false, clean
		case line[at] == delim:
			return quoteOpen(line[at+1:], delim), clean
		case line[at] == quote:
			at++
		default:
			clean = false
		}
	}
}

// allFields splits a row into all its fields; for header lines and other rare rows.
func allFields(row []byte, delim byte) [][]byte {
	var fields [][]byte
	for pos := 0; pos >= 0; {
		var f []byte
		f, pos, _ = nextField(row, pos, delim)
		fields = append(fields, f)
	}
	return fields
}

// delimiterOf guesses the delimiter of a line: the one of the usual four that splits it into the most fields.
func delimiterOf(line []byte) byte {
	best, most := byte(','), 0
	for _, d := range []byte{',', ';', '\t', '|'} {
		if n := len(allFields(line, d)); n > most {
			best, most = d, n
		}
	}
	return best
}

// firstLine gives the data up to the first line end, without it, and the offset of the next line.
func firstLine(data []byte) (line []byte, next int) {
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		return bytes.TrimSuffix(data, []byte{'\r'}), len(data)
	}
	return bytes.TrimSuffix(data[:i], []byte{'\r'}), i + 1
}
