package scan

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"

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

// dayOf reads "3", "03", "3." or "3日"; 0 when it is no day of a month.
func dayOf(b []byte) int {
	n, l := Digits(b)
	if l == 0 || l > 2 || n < 1 || n > 31 {
		return 0
	}
	if rest := string(b[l:]); rest != "" && rest != "." && rest != "日" && rest != "일" {
		return 0
	}
	return int(n)
}

// LocalMonth reads a month's short or long name in the locales that servers run in: en de fr es pt it nl sv pl cs tr ru uk zh
// ja ko. 0 when it is none.
func LocalMonth(b []byte) time.Month {
	if len(b) == 3 {
		if m := monthOf(b[0], b[1], b[2]); m != 0 {
			return m
		}
	}
	if len(b) < 2 || len(b) > 24 {
		return 0
	}
	if n, l := Digits(b); l > 0 {
		if rest := string(b[l:]); (rest == "月" || rest == "월") && n >= 1 && n <= 12 {
			return time.Month(n)
		}
		return 0
	}
	if !utf8.Valid(b) {
		return 0
	}
	name := strings.TrimSuffix(strings.ToLower(string(b)), ".")
	if m, ok := months[name]; ok {
		return m
	}
	if b[0] >= 0xD0 { // Cyrillic long and genitive forms: января, мая, листопада
		if r := []rune(name); len(r) > 3 {
			return months[string(r[:3])]
		}
	}
	return 0
}

// months holds the abbreviations of glibc's locales (localedata/locales, abmon), lower case, without the dot.
var months = map[string]time.Month{
	"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, // de
	"janv": 1, "jan": 1, "févr": 2, "fév": 2, "mars": 3, "avril": 4, "avr": 4, "juin": 6, "juil": 7, "août": 8, "sept": 9, "déc": 12, // fr
	"ene": 1, "abr": 4, "ago": 8, "dic": 12, // es
	"fev": 2, "set": 9, "out": 10, // pt
	"gen": 1, "mag": 5, "giu": 6, "lug": 7, "ott": 10, // it
	"mrt": 3, "mei": 5, "maj": 5, // nl sv
	"sty": 1, "lut": 2, "kwi": 4, "cze": 6, "lip": 7, "sie": 8, "wrz": 9, "paź": 10, "lis": 11, "gru": 12, // pl
	"led": 1, "úno": 2, "bře": 3, "dub": 4, "kvě": 5, "čen": 6, "čec": 7, "srp": 8, "zář": 9, "říj": 10, "pro": 12, // cs
	"oca": 1, "şub": 2, "nis": 4, "haz": 6, "tem": 7, "ağu": 8, "eyl": 9, "eki": 10, "kas": 11, "ara": 12, // tr
	"янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12, // ru
	"січ": 1, "лют": 2, "бер": 3, "кві": 4, "тра": 5, "чер": 6, "лип": 7, "сер": 8, "вер": 9, "жов": 10, "лис": 11, "гру": 12, // uk
}
