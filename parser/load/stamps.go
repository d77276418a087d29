package load

import (
	"bytes"
	"encoding/binary"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// stamps reads the times of one column or file and remembers of what kind they are. The kind is told by the first
// value that can be read; a value of another kind is read all the same when it can be.
type stamps struct {
	order scan.DateOrder
	lacks record.Lack
	prec  time.Duration
	day   int64 // for times of day: midnights that went by, in microseconds
	last  int64
	known bool
}

// like gives the pattern for stamps of this column.
func (s *stamps) like() record.Stamp { return record.Stamp{Prec: s.prec, Lacks: s.lacks} }

// read gives the time as microseconds since 1970 of the digits as written, or since midnight of the first day.
func (s *stamps) read(b []byte) (int64, bool) {
	if at, ok := millis13(b); ok {
		s.kind(millisecondPrec, 0)
		return at, true
	}
	if st, ok := scan.Epoch(b); ok {
		s.kind(st.Prec, 0)
		return st.Wall.UnixMicro(), true
	}
	st, n := scan.ISO(b)
	if n != len(b) {
		st, n = s.spelled(b)
	}
	if n == 0 || n != len(b) {
		return 0, false
	}
	s.kind(st.Prec, st.Lacks)
	if st.Lacks&record.LacksDate != 0 {
		return s.ofDay(st), true
	}
	return st.Wall.UnixMicro(), true
}

// spelled reads what is no ISO stamp: JMeter and spreadsheets write times in any format that they are told.
func (s *stamps) spelled(b []byte) (st record.Stamp, n int) {
	if s.order == scan.EitherFirst && scan.OrderOf(b) != scan.NoOrder { // the date cannot be read: the time of day can
		day := bytes.IndexByte(b, ' ') + 1
		if st, n = scan.TimeOfDay(b[day:]); n == 0 || day == 0 {
			return st, 0
		}
		return st, day + n
	}
	if st, n = scan.Date(b, s.order); n == 0 {
		st, n = scan.TimeOfDay(b)
	}
	if n == 0 {
		st, n = scan.NamedDate(b)
	}
	if n == 0 {
		st, n = scan.CompactDate(b)
	}
	if n == 0 || n == len(b) || st.Lacks&record.LacksZone == 0 {
		return st, n
	}
	off, z, known := scan.Zone(b[n:])
	if known {
		st.Wall, st.Lacks = st.Wall.Add(-off), st.Lacks&^record.LacksZone
	}
	return st, n + z
}

const millisecondPrec = time.Millisecond

func (s *stamps) kind(prec time.Duration, lacks record.Lack) {
	if !s.known || prec < s.prec {
		s.prec = prec
	}
	s.known = true
	s.lacks |= lacks
}

// ofDay counts days when the time of day falls back by more than half a day. Rows stand in the order of their ends: around
// midnight one that began before it may stand behind one that began after.
func (s *stamps) ofDay(st record.Stamp) int64 {
	const day = 24 * 3600 * second
	at := st.Wall.Sub(yearZero).Microseconds() + s.day
	switch {
	case s.last-at > day/2:
		s.day += day
		at += day
	case s.day > 0 && at-s.last > day/2:
		return at - day
	}
	s.last = at
	return at
}

// micros gives a stamp as the folds count: since 1970, or, where the year is not known, since the year began.
func micros(st record.Stamp) int64 {
	if st.Lacks&record.LacksYear != 0 {
		return st.Wall.Sub(yearZero).Microseconds()
	}
	return st.Wall.UnixMicro()
}

// yearZero is the year in which stamps stand that lack it.
var yearZero = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)

// merge joins what two workers learned of one column.
func (s *stamps) merge(o *stamps) {
	if o.known {
		s.kind(o.prec, o.lacks)
	}
}

// millis13 reads the commonest stamp, 13 digits of milliseconds, as microseconds.
func millis13(b []byte) (int64, bool) {
	if len(b) != 13 {
		return 0, false
	}
	high, ok := eight(binary.LittleEndian.Uint64(b))
	if !ok {
		return 0, false
	}
	low := int64(0)
	for _, c := range b[8:] {
		c -= '0'
		if c > 9 {
			return 0, false
		}
		low = low*10 + int64(c)
	}
	at := (high*100000 + low) * millisecond
	return at, at >= year1990 && at < year2100
}

const year2100 = 4102444800 * second

// eight reads eight digits, the first in the lowest byte.
func eight(w uint64) (int64, bool) {
	if w&0xF0F0F0F0F0F0F0F0 != 0x3030303030303030 || (w+0x0606060606060606)&0xF0F0F0F0F0F0F0F0 != 0x3030303030303030 {
		return 0, false
	}
	w -= 0x3030303030303030
	w = w*10 + w>>8 // pairs, in every second byte
	const mask = 0x000000FF000000FF
	w = ((w&mask)*(100+1000000<<32) + (w>>16&mask)*(1+10000<<32)) >> 32
	return int64(w & 0xFFFFFFFF), true
}

// decideOrder looks at the values of a whole column, as far as they are at hand, for a number above 12 that tells
// day from month. sure is false when some value is written in digits that both orders fit.
func decideOrder(values [][]byte) (order scan.DateOrder, sure bool) {
	sure = true
	for _, v := range values {
		switch scan.OrderOf(bytes.TrimSpace(v)) {
		case scan.DayFirst:
			return scan.DayFirst, true
		case scan.MonthFirst:
			return scan.MonthFirst, true
		case scan.EitherFirst:
			sure = false
		}
	}
	return scan.MonthFirst, sure
}
