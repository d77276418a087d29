package metrics

import (
	"bytes"
	"path"
	"strings"
	"time"

	"oomortem/parser/scan"
)

// readBanner takes the host and the date. A new banner begins a new file.
func (r *sarReader) readBanner(l []byte) {
	open := bytes.IndexByte(l, '(')
	shut := bytes.IndexByte(l[open:], ')')
	if shut < 0 {
		return
	}
	r.host = r.lines.Text(l[open+1 : open+shut])
	r.sections, r.now = map[string]*sarSection{}, nil
	rest := l[open+shut+1:]
	if i := bytes.Index(rest, []byte(" _")); i > 0 {
		rest = rest[:i]
	} else if i := bytes.Index(rest, []byte("\t_")); i > 0 {
		rest = rest[:i]
	}
	r.banner, r.bannerAt = bytes.Clone(trim(rest)), r.lines.Number()
	r.date, r.dated = time.Time{}, false
}

// settleDate reads the banner's date at the first row, which shows the language by its clock and its decimals.
func (r *sarReader) settleDate(l []byte, ampm bool) {
	text := r.banner
	r.banner = nil
	if day, ok := eastAsianDate(text); ok {
		r.date, r.dated = day, true
		return
	}
	d, n := readDate(text)
	if n == 0 {
		if at, l := scan.ISO(append(bytes.Clone(text), " 00:00:00"...)); l > 0 {
			r.date, r.dated = at.Wall, true
			return
		}
		r.problem(r.bannerAt, "the date %q in the banner is not readable: times are kept without it", text[:min(len(text), 30)])
		return
	}
	if r.persian && d.year < 2100 {
		d = numericDate{a: d.b, b: d.year % 100, year: 2000 + d.a, order: monthFirst}
	}
	order := d.order
	if order == orderUnknown && d.a != d.b {
		order = r.guessOrder(d, l, ampm)
	}
	if order == orderUnknown {
		order = dayFirst // both readings are the same day
	}
	r.date, r.dated = d.day(order)
}

// guessOrder decides an open date by what the locale did elsewhere: a file called sa23, a 12-hour clock (en_US), decimal
// commas (the day comes first). What is left is the C locale, whose order is month, day; British English looks the
// same, so it is said.
func (r *sarReader) guessOrder(d numericDate, l []byte, ampm bool) dayOrder {
	base := path.Base(r.lines.Path)
	for _, prefix := range []string{"sar", "sa"} {
		if n, length := scan.Digits([]byte(strings.TrimPrefix(base, prefix))); length == 2 && strings.HasPrefix(base, prefix) {
			if int(n) == d.a {
				return dayFirst
			}
			if int(n) == d.b {
				return monthFirst
			}
		}
	}
	if ampm {
		return monthFirst
	}
	for w, rest := word(l); len(w) > 0; w, rest = word(rest) {
		if i := bytes.IndexByte(w, ','); i > 0 && len(w) == i+3 {
			return dayFirst
		}
	}
	r.problem(r.bannerAt, "the date %q is read as month/day, as the C and US locales write it; British sysstat writes day/month: export with S_TIME_FORMAT=ISO to be sure", r.dateText(d))
	return monthFirst
}

func (r *sarReader) dateText(d numericDate) string {
	return itoa2(d.a) + "/" + itoa2(d.b) + "/" + itoa2(d.year%100)
}

func itoa2(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

// sarClock reads the time at the beginning of a row: "00:28:28", "12:28:28 AM", "00时28分28秒", "00시 28분 28초", and what
// glibc's zh_TW writes (t_fmt is %r there), "下午 12時28分28秒".
func sarClock(l []byte) (tod, prec time.Duration, length int) {
	if tod, prec, n := scan.Clock(l); n > 0 {
		return tod, prec, n
	}
	for half, mark := range [...]string{"上午", "下午"} {
		if has(l, mark) {
			rest := bytes.TrimLeft(l[len(mark):], " ")
			if tod, prec, n := markedClock(rest); n > 0 && tod < 13*time.Hour {
				return tod%(12*time.Hour) + time.Duration(half)*12*time.Hour, prec, len(l) - len(rest) + n
			}
		}
	}
	return markedClock(l)
}

// markedClock reads a time with a word behind each number.
func markedClock(l []byte) (tod, prec time.Duration, length int) {
	var parts [3]int64
	i := 0
	for p := range parts {
		n, digits := scan.Digits(l[i:])
		if digits == 0 || digits > 2 || n > 60 {
			return 0, 0, 0
		}
		parts[p] = n
		i += digits
		mark := 0
		for _, m := range clockMarks[p] {
			if has(l[i:], m) {
				mark = len(m)
			}
		}
		if mark == 0 {
			return 0, 0, 0
		}
		i += mark
		if p < 2 && i < len(l) && l[i] == ' ' {
			i++
		}
	}
	return time.Duration(parts[0])*time.Hour + time.Duration(parts[1])*time.Minute + time.Duration(parts[2])*time.Second, time.Second, i
}

var clockMarks = [3][]string{{"时", "時", "시"}, {"分", "분"}, {"秒", "초"}}

// eastAsianDate reads 2026年11月23日 and 2026년 11월 23일.
func eastAsianDate(b []byte) (time.Time, bool) {
	var n [3]int64
	i := 0
	for p, marks := range [3][]string{{"年", "년"}, {"月", "월"}, {"日", "일"}} {
		for i < len(b) && b[i] == ' ' {
			i++
		}
		v, digits := scan.Digits(b[i:])
		if digits == 0 {
			return time.Time{}, false
		}
		n[p] = v
		i += digits
		if !has(b[i:], marks[0]) && !has(b[i:], marks[1]) {
			return time.Time{}, false
		}
		i += 3
	}
	d := numericDate{a: int(n[1]), b: int(n[2]), year: int(n[0])}
	return d.day(monthFirst)
}

// westernDigits writes Persian and Arabic digits, and their decimal mark, as ASCII; other lines come back as they are.
func westernDigits(l []byte) []byte {
	if bytes.IndexByte(l, 0xDB) < 0 && bytes.IndexByte(l, 0xD9) < 0 {
		return l
	}
	out := make([]byte, 0, len(l))
	for i := 0; i < len(l); i++ {
		switch {
		case i+1 < len(l) && l[i] == 0xDB && l[i+1] >= 0xB0 && l[i+1] <= 0xB9:
			out = append(out, l[i+1]-0xB0+'0')
			i++
		case i+1 < len(l) && l[i] == 0xD9 && l[i+1] >= 0xA0 && l[i+1] <= 0xA9:
			out = append(out, l[i+1]-0xA0+'0')
			i++
		case i+1 < len(l) && l[i] == 0xD9 && l[i+1] == 0xAB:
			out = append(out, '.')
			i++
		default:
			out = append(out, l[i])
		}
	}
	return out
}
