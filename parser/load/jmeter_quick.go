package load

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// jtlQuick reads the rows that nearly all JTL files consist of: timeStamp in milliseconds and elapsed in front,
// responseMessage, success and allThreads behind, no quotes. What it does not read, jtlColumns.read does.
type jtlQuick struct {
	pattern              uint64 // the delimiter in every byte
	delim                byte
	toMsg, toOK, toUsers int // delimiters to skip from one to the next
	hasMessage, hasUsers bool
}

func newQuick(c *jtlColumns) *jtlQuick {
	if c.time != 0 || c.took != 1 || c.ok < 3 || c.many >= 0 || c.errors >= 0 {
		return nil
	}
	q := &jtlQuick{pattern: uint64(c.delim) * ones, delim: c.delim, toOK: c.ok - 2}
	if c.msg > 1 && c.msg < c.ok {
		q.hasMessage, q.toMsg, q.toOK = true, c.msg-2, c.ok-c.msg
	} else if c.msg >= 0 {
		return nil
	}
	if c.users > c.ok {
		q.hasUsers, q.toUsers = true, c.users-c.ok
	} else if c.users >= 0 {
		return nil
	}
	return q
}

// read reads the row buf[pos:end]; false when it is not such a row. Whole words are read from buf, over the row's
// end if need be.
func (q *jtlQuick) read(buf []byte, pos, end int, r *jtlRow) bool {
	if end-pos < 24 || end+8 > len(buf) || buf[pos+13] != q.delim {
		return false
	}
	at, ok := millis13(buf[pos : pos+13])
	if !ok {
		return false
	}
	pos += 14
	took := int64(0)
	begin := pos
	for ; buf[pos]-'0' <= 9; pos++ { // ends at the delimiter at the latest: a digit never is one
		took = took*10 + int64(buf[pos]-'0')
	}
	if pos == begin || pos-begin > 12 || buf[pos] != q.delim {
		return false
	}
	*r = jtlRow{at: at, took: took * millisecond, users: unknown, many: 1}
	pos++
	if q.hasMessage {
		pos = skipWords(buf, pos, end, q.toMsg, q.pattern)
		r.sums = buf[pos] == 'N' && bytes.HasPrefix(buf[pos:end], []byte(transactionMark))
	}
	pos = skipWords(buf, pos, end, q.toOK, q.pattern)
	switch binary.LittleEndian.Uint32(buf[pos:]) {
	case trueWord:
		r.ok = true
		pos += 4
	case falsWord:
		pos += 5
	default:
		return false
	}
	if buf[pos] != q.delim && pos != end {
		return false
	}
	if q.hasUsers {
		pos = skipWords(buf, pos, end, q.toUsers, q.pattern)
		users := int64(0)
		begin := pos
		for ; pos < end && buf[pos]-'0' <= 9 && users < maxUsers; pos++ {
			users = users*10 + int64(buf[pos]-'0')
		}
		if pos > begin {
			r.users = users
		}
	}
	return pos <= end
}

const (
	trueWord = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	falsWord = 'f' | 'a'<<8 | 'l'<<16 | 's'<<24
)

// skipWords gives the offset behind the n-th delimiter from pos on, or something beyond end when the row has fewer.
// buf holds at least 8 bytes behind end.
func skipWords(buf []byte, pos, end, n int, pattern uint64) int {
	for n > 0 {
		if pos > end {
			return end + 1
		}
		m := zeroBytes(binary.LittleEndian.Uint64(buf[pos:]) ^ pattern)
		c := bits.OnesCount64(m)
		if c < n {
			n -= c
			pos += 8
			continue
		}
		for ; n > 1; n-- {
			m &= m - 1
		}
		return min(pos+bits.TrailingZeros64(m)>>3+1, end+1)
	}
	return pos
}
