package clock

import (
	"time"

	"oomortem/parser/record"
)

// nameStamp reads the date in a file's name: 20261123, 2026-11-23, either with a time behind it (_002829, T00:28:29,
// -0028, Z for UTC), 20261123002829, or an epoch time in seconds or milliseconds. whole tells that there is only a day.
func nameStamp(name string) (st record.Stamp, whole, ok bool) {
	for i := 0; i < len(name); i++ {
		if !digit(name[i]) || i > 0 && digit(name[i-1]) {
			continue
		}
		if st, whole, ok = dateIn(name[i:]); ok {
			return st, whole, true
		}
	}
	return record.Stamp{}, false, false
}

func digit(b byte) bool { return b-'0' < 10 }

// runs of digits at the beginning of s, each but the first behind one separator.
func runs(s string) (groups []string, rest string) {
	for len(groups) < 7 {
		n := 0
		for n < len(s) && digit(s[n]) {
			n++
		}
		if n == 0 {
			break
		}
		groups, s = append(groups, s[:n]), s[n:]
		if len(s) < 2 || !digit(s[1]) || !separates(s[0]) {
			break
		}
		s = s[1:]
	}
	return groups, s
}

func separates(b byte) bool {
	switch b {
	case '-', '_', '.', ':', 'T', ' ', '+', 'h', 'm':
		return true
	}
	return false
}

// dateIn reads a date at the beginning of s.
func dateIn(s string) (st record.Stamp, whole, ok bool) {
	g, rest := runs(s)
	if len(g) == 0 {
		return st, false, false
	}
	switch n := len(g[0]); {
	case n == 10 || n == 13:
		at := time.Unix(number(g[0][:10]), 0).UTC()
		return record.At(at, time.Second), false, at.Year() >= 1990 && at.Year() < 2100
	case n == 14 || n == 12:
		return timed(g[0][:8], g[0][8:], nil, rest)
	case n == 8 && len(g) == 1:
		return timed(g[0], "", nil, rest)
	case n == 8:
		return timed(g[0], g[1], g[2:], rest)
	case n == 4 && len(g) > 2 && len(g[1]) == 2 && len(g[2]) == 2:
		day := g[0] + g[1] + g[2]
		if len(g) == 3 {
			return timed(day, "", nil, rest)
		}
		return timed(day, g[3], g[4:], rest)
	}
	return st, false, false
}

// timed joins a day of eight digits with a time: "002829", "0028", or "00" followed by "28" and perhaps "29".
func timed(day, clock string, more []string, rest string) (st record.Stamp, whole, ok bool) {
	if len(clock) == 2 && len(more) > 0 && len(more[0]) == 2 {
		clock += more[0]
		if len(more) > 1 && len(more[1]) == 2 {
			clock += more[1]
		}
	}
	layout, prec := "20060102", 24*time.Hour
	switch len(clock) {
	case 4:
		layout, prec = layout+"1504", time.Minute
	case 6:
		layout, prec = layout+"150405", time.Second
	default:
		clock = ""
	}
	at, err := time.Parse(layout, day+clock)
	if err != nil && clock != "" { // a number that is no time: the day stands
		clock, prec = "", 24*time.Hour
		at, err = time.Parse("20060102", day)
	}
	if err != nil || at.Year() < 1990 || at.Year() >= 2100 {
		return st, false, false
	}
	st = record.Stamp{Wall: at, Prec: prec, Lacks: record.LacksZone}
	if clock != "" && len(rest) > 0 && rest[0] == 'Z' {
		st.Lacks = 0
	}
	return st, clock == "", true
}

func number(digits string) int64 {
	n := int64(0)
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	return n
}
