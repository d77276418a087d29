package scan

import (
	"bytes"
	"time"

	"oomortem/parser/record"
)

// Calendar reads a stamp whose month is a word, in English or as a localized strftime %b writes it, with or without a
// weekday before it and with the year before it, between day and time, behind the time or nowhere:
//
//	Feb  3 2021 06:30:01    2017 Oct  3 18:03:49.241708    апр 28 22:35:49    Di Aug 12 03:54:03 2025    一 11月 23 00:44:26 2026
//
// It gives the stamp's length, 0 when b does not begin with one. The zone is never in it.
func Calendar(b []byte) (record.Stamp, int) {
	w := words{b: b}
	first := w.next()
	year := 0
	if n, l := Digits(first); l == 4 && l == len(first) {
		year, first = int(n), w.next()
	}
	month := LocalMonth(first)
	second := w.next()
	if m := LocalMonth(second); m != 0 && !isDay(second) {
		if _, l := Digits(first); l > 0 && month == 0 || len(first) > 0 && first[0] == '[' { // another stamp or prefix before this one
			return record.Stamp{}, 0
		}
		month, second = m, w.next() // the first word was the weekday
	}
	day := dayOf(second)
	clock := w.next()
	if n, l := Digits(clock); l == 4 && l == len(clock) && year == 0 {
		year, clock = int(n), w.next()
	}
	if month == 0 || day == 0 {
		return record.Stamp{}, 0
	}
	h, m, s, frac, length := hms(clock)
	if length == 0 || length < len(clock) && clock[length] != ':' && clock[length] != ']' {
		return record.Stamp{}, 0
	}
	end := w.at - len(clock) + length
	if length == len(clock) && year == 0 {
		if n, l := Digits(w.next()); l == 4 && n >= 1970 && n < 2200 {
			year, end = int(n), w.at-w.length+l
		}
	}
	st := record.Stamp{Wall: time.Date(year, month, day, h, m, s, frac, time.UTC), Prec: precision(length - 8), Lacks: record.LacksZone}
	if year == 0 {
		st.Lacks |= record.LacksYear
	}
	if st.Wall.Day() != day && s != 60 {
		return record.Stamp{}, 0
	}
	return st, end
}

// hms reads "06:30:01" with an optional fraction in nanoseconds; length 0 when b does not begin with one.
func hms(b []byte) (h, m, s, frac, length int) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return 0, 0, 0, 0, 0
	}
	h, m, s = two(b), two(b[3:]), two(b[6:])
	if h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60 {
		return 0, 0, 0, 0, 0
	}
	frac, length = fraction(b[8:])
	return h, m, s, frac, length + 8
}

// words steps through blank-separated words.
type words struct {
	b          []byte
	at, length int // the end of the last word, and its length
}

func (w *words) next() []byte {
	for w.at < len(w.b) && w.b[w.at] == ' ' {
		w.at++
	}
	from := w.at
	end := bytes.IndexByte(w.b[from:], ' ')
	if end < 0 {
		end = len(w.b) - from
	}
	w.at, w.length = from+end, end
	return w.b[from:w.at]
}

func isDay(b []byte) bool { return dayOf(b) != 0 }

// dayOf reads "3", "03", "3." or "3日", that in the charsets of zh, ja and ko as well; 0 when it is no day of a month.
func dayOf(b []byte) int {
	n, l := Digits(b)
	if l == 0 || l > 2 || n < 1 || n > 31 {
		return 0
	}
	if rest := string(b[l:]); rest != "" && rest != "." && !dayWords[rest] {
		return 0
	}
	return int(n)
}
