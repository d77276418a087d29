package load

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// jtlQuick reads the rows that nearly all JTL files consist of: timeStamp in milliseconds and elapsed in front,
// responseMessage, success and allThreads behind, no quotes. What it does not read, jtlColumns.read does. It looks
// at eight bytes at a time.
type jtlQuick struct {
	pattern               uint64 // the delimiter in every byte
	toMark, toOK, toUsers int    // delimiters to skip from one to the next
	hasMark, hasUsers     bool   // a column marks transaction controllers' rows
	mark                  byte   // what it begins with then
	bare                  bool   // that is all of it: the column is empty
}

func newQuick(c *jtlColumns) *jtlQuick {
	if c.time != 0 || c.took != 1 || c.ok < 3 || c.many >= 0 || c.errors >= 0 {
		return nil
	}
	q := &jtlQuick{pattern: uint64(c.delim) * ones, toOK: c.ok - 2, mark: transactionMark[0]}
	mark := c.msg
	if c.bare {
		mark, q.mark, q.bare = c.kind, c.delim, true
	}
	if mark > 1 && mark < c.ok {
		q.hasMark, q.toMark, q.toOK = true, mark-2, c.ok-mark
	} else if mark >= 0 {
		return nil
	}
	if c.users > c.ok {
		q.hasUsers, q.toUsers = true, c.users-c.ok
	} else if c.users >= 0 {
		return nil
	}
	return q
}

// quickRow is what a row tells that jtlQuick reads.
type quickRow struct {
	at, took, users int64 // microseconds
	ok, sums        bool
}

// quickPad is how far beyond the fields of a row may be read.
const quickPad = 64

// rows counts rows from pos on until one comes that it does not read, or that reaches beyond limit, and gives the
// offset of that row and how many it counted. Every row counted ends with a line end.
func (q *jtlQuick) rows(data []byte, pos, limit int, f *jtlFolds, line int) (next, n int) {
	limit = min(limit, len(data)-quickPad)
	var r quickRow
	for pos < limit {
		end := bytes.IndexByte(data[pos:limit], '\n')
		if end < 0 || !q.read(data, pos, pos+end, &r) {
			break
		}
		to := f.plain
		if r.sums {
			to = f.transactions()
		}
		to.add(r.at+r.took, r.took, r.ok, r.users, line+n)
		pos += end + 1
		n++
	}
	return pos, n
}

// read reads the row data[pos:end]; false when it is no such row.
func (q *jtlQuick) read(data []byte, pos, end int, r *quickRow) bool {
	high, ok1 := eight(binary.LittleEndian.Uint64(data[pos:]))
	w := binary.LittleEndian.Uint64(data[pos+8:])
	low, ok2 := eight(w<<24 | 0x303030)
	if r.at = (high*100000 + low) * millisecond; !ok1 || !ok2 || r.at < year1990 || r.at >= year2100 || byte(w>>40) != byte(q.pattern) {
		return false
	}
	pos += 14
	took, n := shortNumber(binary.LittleEndian.Uint64(data[pos:]), q.pattern)
	if n == 0 {
		return false
	}
	r.took = took * millisecond
	pos += n + 1
	r.sums = false
	if q.hasMark {
		if pos = skipWords(data, pos, end, q.toMark, q.pattern); data[pos] == q.mark {
			r.sums = q.bare || bytes.HasPrefix(data[pos:], []byte(transactionMark))
		}
	}
	pos = skipWords(data, pos, end, q.toOK, q.pattern)
	switch w := binary.LittleEndian.Uint64(data[pos:]); {
	case uint32(w) == trueWord && byte(w>>32) == byte(q.pattern):
		r.ok = true
		pos += 5
	case uint32(w) == falsWord && byte(w>>32) == 'e' && byte(w>>40) == byte(q.pattern):
		r.ok = false
		pos += 6
	default:
		return false
	}
	r.users = unknown
	if q.hasUsers {
		pos = skipWords(data, pos, end, q.toUsers-1, q.pattern)
		if r.users, n = shortNumber(binary.LittleEndian.Uint64(data[pos:]), q.pattern); n == 0 {
			return false
		}
	}
	return pos <= end
}

const (
	trueWord = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	falsWord = 'f' | 'a'<<8 | 'l'<<16 | 's'<<24
)

// shortNumber reads a number of at most seven digits that the delimiter ends, and gives its length; 0 when there
// is none.
func shortNumber(w, pattern uint64) (v int64, n int) {
	m := zeroBytes(w ^ pattern)
	if n = bits.TrailingZeros64(m) >> 3; n == 0 || n > 7 {
		return 0, 0
	}
	v, ok := eight(w<<(64-8*n) | 0x3030303030303030>>(8*n))
	if !ok {
		return 0, 0
	}
	return v, n
}
