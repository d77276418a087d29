package scan

import (
	"bytes"
	"strings"
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
	for n < len(b) && isBeforeTime(b[n]) {
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

// isBeforeTime knows what stands between a date and its time.
func isBeforeTime(c byte) bool {
	return c == ' ' || c == ',' || c == 'T' || c == '_' || c == '-' || c == ':'
}

// CompactDate reads "20261123002800" and "20261123002800123", a date and time of digits alone. It gives the stamp's
// length, 0 when b is none. The stamp lacks its zone.
func CompactDate(b []byte) (record.Stamp, int) {
	if len(b) != 14 && len(b) != 17 {
		return record.Stamp{}, 0
	}
	n, length := Digits(b)
	if length != len(b) {
		return record.Stamp{}, 0
	}
	ms, prec := int64(0), time.Second
	if length == 17 {
		n, ms, prec = n/1000, n%1000, time.Millisecond
	}
	day, clock := n/1e6, n%1e6
	year, month, date := int(day/1e4), time.Month(day/100%100), int(day%100)
	h, m, s := clock/1e4, clock/100%100, clock%100
	at := time.Date(year, month, date, int(h), int(m), int(s), int(ms)*1e6, time.UTC)
	if year < 1970 || year > 2100 || month < 1 || month > 12 || date < 1 || h > 23 || m > 59 || s > 59 || at.Day() != date {
		return record.Stamp{}, 0
	}
	return record.Stamp{Wall: at, Prec: prec, Lacks: record.LacksZone}, length
}

// NamedDate reads a date whose month is a word, in the orders that Java's formats use, with a weekday before it or
// without one: "23-Nov-2026 00:28:00.5", "23/Nov/2026:00:28:00 +0100", "Nov 23, 2026 12:28:00 AM", and what
// Date.toString writes, "Mon Nov 23 00:28:00 UTC 2026". It gives the stamp's length, 0 when b does not begin with one.
func NamedDate(b []byte) (record.Stamp, int) {
	var month time.Month
	var day, year int64
	n := 0
	for words := 0; words < 2 && n < len(b) && !isDigit(b[n]); words++ { // the weekday, the month
		end := n
		for end < len(b) && b[end] != ' ' && b[end] != ',' {
			end++
		}
		if month = LocalMonth(b[n:end]); month != 0 {
			words = 2
		}
		n = pass(b, end, " ,")
	}
	day, l := Digits(b[n:])
	if l == 0 || l > 2 {
		return record.Stamp{}, 0
	}
	if n += l; month == 0 {
		if n >= len(b) || !isDateSep(b[n]) && b[n] != ' ' {
			return record.Stamp{}, 0
		}
		sep, end := b[n], n+1
		for end < len(b) && b[end] != sep {
			end++
		}
		month = LocalMonth(b[n+1 : end])
		n = min(end+1, len(b))
		if year, l = Digits(b[n:]); l != 2 && l != 4 {
			return record.Stamp{}, 0
		}
		n += l
	} else {
		n = pass(b, n, " ,")
		if year, l = Digits(b[n:]); l == 4 {
			n += l
		} else {
			year = -1 // behind the time
		}
	}
	if year >= 0 && l == 2 {
		year += 2000
	}
	for n < len(b) && isBeforeTime(b[n]) {
		n++
	}
	of, t := TimeOfDay(b[n:])
	if t == 0 {
		return record.Stamp{}, 0
	}
	st := record.Stamp{Prec: of.Prec, Lacks: record.LacksZone}
	off, z, known := Zone(b[n+t:])
	if n += t + z; year < 0 {
		n = pass(b, n, " ")
		if year, l = Digits(b[n:]); l != 4 {
			return record.Stamp{}, 0
		}
		n += l
	}
	midnight := time.Date(int(year), month, int(day), 0, 0, 0, 0, time.UTC)
	if year < 1970 || year > 2100 || month == 0 || midnight.Day() != int(day) {
		return record.Stamp{}, 0
	}
	if st.Wall = midnight.Add(of.Wall.Sub(yearZero)); known {
		st.Wall, st.Lacks = st.Wall.Add(-off), 0
	}
	return st, n
}

// DayAndMonth reads a date without a year whose month is a word, before a time: "5 mars 10:20:30", "Mar-05 10:20:30",
// "05/Mar 10:20:30". It gives the stamp's length, 0 when b does not begin with one. The stamp lacks year and zone.
func DayAndMonth(b []byte) (record.Stamp, int) {
	sep := bytes.IndexAny(b[:min(len(b), 24)], " -/")
	if sep < 1 {
		return record.Stamp{}, 0
	}
	blank := bytes.IndexByte(b[sep+1:], ' ')
	if blank < 1 {
		return record.Stamp{}, 0
	}
	first, second, n := b[:sep], b[sep+1:sep+1+blank], sep+1+blank+1
	day, month := dayOf(first), LocalMonth(second)
	if month == 0 {
		day, month = dayOf(second), LocalMonth(first)
	}
	of, t := TimeOfDay(b[n:])
	if day == 0 || month == 0 || t == 0 || of.Prec > time.Second {
		return record.Stamp{}, 0
	}
	midnight := time.Date(0, month, day, 0, 0, 0, 0, time.UTC)
	if midnight.Day() != day {
		return record.Stamp{}, 0
	}
	return record.Stamp{Wall: midnight.Add(of.Wall.Sub(yearZero)), Prec: of.Prec, Lacks: record.LacksYear | record.LacksZone}, n + t
}

// Zone reads what stands behind a time: an offset, "UTC", "GMT", "GMT+01:00", or another zone's letters, which do not
// say their offset: known is false then. Length 0 means that nothing of the kind is there.
func Zone(b []byte) (off time.Duration, length int, known bool) {
	if off, length, known = offset(b); known {
		return off, length, true
	}
	begin := pass(b, 0, " ")
	end := begin
	for end < len(b) && b[end] >= 'A' && b[end] <= 'Z' {
		end++
	}
	switch {
	case end < begin+2 || end > begin+5:
		return 0, 0, false
	case string(b[begin:end]) == "UTC" || string(b[begin:end]) == "GMT":
		if off, more, ok := offset(b[end:]); ok && b[end] != ' ' {
			return off, end + more, true
		}
		return 0, end, true
	}
	return 0, end, false
}

// pass gives the offset of the first byte from n on that is none of these.
func pass(b []byte, n int, these string) int {
	for n < len(b) && strings.IndexByte(these, b[n]) >= 0 {
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

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
