package scan

import (
	"time"

	"oomortem/parser/record"
)

// DateOrder is how a date in digits is to be read.
type DateOrder int

// The orders of dates. EitherFirst says that the digits do not tell.
const (
	NoOrder DateOrder = iota // no date in digits, or the year leads
	MonthFirst
	DayFirst
	EitherFirst
)

// OrderOf tells from one written date, "11/23/26 ..." or "23.11.2026 ...", which number is the day. Dates with
// points between are day first wherever they are in use.
func OrderOf(b []byte) DateOrder {
	first, l := Digits(b)
	if l == 0 || l > 2 || l >= len(b) || !isDateSep(b[l]) {
		return NoOrder
	}
	sep := b[l]
	next, m := Digits(b[l+1:])
	if m == 0 || m > 2 || l+1+m >= len(b) || b[l+1+m] != sep {
		return NoOrder
	}
	switch {
	case first > 12 || sep == '.':
		return DayFirst
	case next > 12:
		return MonthFirst
	}
	return EitherFirst
}

func isDateSep(c byte) bool { return c == '/' || c == '.' || c == '-' }

// Date reads a date in digits with a time behind it: "11/23/26 12:32:12 AM", "23.11.2026 00:28:35.123",
// "2021.01.01 3:00:00 +0100", "2021/1/1 3:00". order says what comes first when the year does not. It gives the
// stamp's length, 0 when b does not begin with one. Without an offset the stamp lacks its zone.
func Date(b []byte, order DateOrder) (record.Stamp, int) {
	x, l := Digits(b)
	if l == 0 || l > 4 || l >= len(b) || !isDateSep(b[l]) {
		return record.Stamp{}, 0
	}
	n, sep := l+1, b[l]
	y, m := Digits(b[n:])
	if m == 0 || m > 2 || n+m >= len(b) || b[n+m] != sep {
		return record.Stamp{}, 0
	}
	n += m + 1
	z, k := Digits(b[n:])
	if k == 0 || k > 4 {
		return record.Stamp{}, 0
	}
	n += k
	year, month, day := z, x, y
	switch {
	case l == 4:
		year, month, day = x, y, z
	case order == DayFirst:
		month, day = y, x
	}
	if l != 4 && k == 2 {
		year += 2000
	}
	if year < 1970 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31 {
		return record.Stamp{}, 0
	}
	for n < len(b) && (b[n] == ' ' || b[n] == ',' || b[n] == 'T') {
		n++
	}
	of, t := TimeOfDay(b[n:])
	if t == 0 {
		return record.Stamp{}, 0
	}
	n += t
	midnight := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	if midnight.Day() != int(day) {
		return record.Stamp{}, 0
	}
	st := record.Stamp{Wall: midnight.Add(of.Wall.Sub(yearZero)), Prec: of.Prec}
	off, offLen, ok := offset(b[n:])
	if !ok {
		st.Lacks = record.LacksZone
		return st, n
	}
	st.Wall = st.Wall.Add(-off)
	return st, n + offLen
}

var yearZero = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)

// TimeOfDay reads "3:00", "00:28:35.123" or "12:28:35 AM" and gives its length, 0 when b does not begin with one.
// The stamp lacks date and zone.
func TimeOfDay(b []byte) (record.Stamp, int) {
	h, n := Digits(b)
	if n == 0 || n > 2 || len(b) < n+3 || b[n] != ':' {
		return record.Stamp{}, 0
	}
	m, s, frac, fracLen, prec := two(b[n+1:]), 0, 0, 0, time.Minute
	n += 3
	if len(b) >= n+3 && b[n] == ':' {
		s = two(b[n+1:])
		n += 3
		frac, fracLen = fraction(b[n:])
		prec = precision(fracLen)
		n += fracLen
	}
	if rest := b[n:]; len(rest) >= 3 && rest[0] == ' ' && rest[2]|0x20 == 'm' && (rest[1]|0x20 == 'a' || rest[1]|0x20 == 'p') {
		if h < 1 || h > 12 {
			return record.Stamp{}, 0
		}
		h %= 12
		if rest[1]|0x20 == 'p' {
			h += 12
		}
		n += 3
	}
	if h > 23 || m < 0 || m > 59 || s < 0 || s > 60 {
		return record.Stamp{}, 0
	}
	at := time.Date(0, 1, 1, int(h), m, s, frac, time.UTC)
	return record.Stamp{Wall: at, Prec: prec, Lacks: record.LacksDate | record.LacksZone}, n
}
