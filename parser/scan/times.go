package scan

import (
	"time"

	"oomortem/parser/record"
)

// RFC3164 reads the stamp of a classic syslog line, "Feb 20 04:20:41" or "Feb  3 ...", and gives its length;
// 0 when b does not begin with one. Year and zone are not in it.
func RFC3164(b []byte) (record.Stamp, int) {
	if len(b) < 15 || b[3] != ' ' || b[6] != ' ' || b[9] != ':' || b[12] != ':' {
		return record.Stamp{}, 0
	}
	month := monthOf(b[0], b[1], b[2])
	day := two(b[4:])
	if b[4] == ' ' {
		day = int(b[5]) - '0'
	}
	h, m, s := two(b[7:]), two(b[10:]), two(b[13:])
	if month == 0 || day < 1 || day > 31 || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60 {
		return record.Stamp{}, 0
	}
	n := 15
	frac, fracLen := fraction(b[n:])
	at := time.Date(0, month, day, h, m, s, frac, time.UTC)
	if at.Day() != day { // 30 February
		return record.Stamp{}, 0
	}
	return record.Stamp{Wall: at, Prec: precision(fracLen), Lacks: record.LacksYear | record.LacksZone}, n + fracLen
}

// ISO reads "2021-02-19 20:20:44.706+0000" in its many spellings: T or blank between, comma or point before the
// fraction, Z, +00, +0000, +00:00 or no offset behind, slashes instead of dashes. It gives the stamp's length, 0
// when b does not begin with one. Without an offset the stamp lacks its zone.
func ISO(b []byte) (record.Stamp, int) {
	if len(b) < 19 || (b[4] != '-' && b[4] != '/') || b[7] != b[4] || (b[10] != 'T' && b[10] != ' ' && b[10] != 't') ||
		b[13] != ':' || b[16] != ':' {
		return record.Stamp{}, 0
	}
	year, month, day := two(b)*100+two(b[2:]), two(b[5:]), two(b[8:])
	h, m, s := two(b[11:]), two(b[14:]), two(b[17:])
	if two(b) < 0 || two(b[2:]) < 0 || month < 1 || month > 12 || day < 1 || day > 31 || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60 {
		return record.Stamp{}, 0
	}
	n := 19
	frac, fracLen := fraction(b[n:])
	n += fracLen
	at := time.Date(year, time.Month(month), day, h, m, s, frac, time.UTC)
	if at.Day() != day && s != 60 {
		return record.Stamp{}, 0
	}
	st := record.Stamp{Wall: at, Prec: precision(fracLen)}
	off, offLen, ok := offset(b[n:])
	if !ok {
		st.Lacks = record.LacksZone
		return st, n
	}
	st.Wall = st.Wall.Add(-off)
	if b[n] != 'Z' && b[n] != 'z' { // "Z" says UTC whatever the host's zone; an offset is the host's own
		st.Wall = st.Wall.In(zoneOf(off))
	}
	return st, n + offLen
}

// Epoch reads whole numbers as seconds, milliseconds, microseconds or nanoseconds since 1970 by their size, and
// "1613794841.123" as seconds. ok is false outside 1990..2100.
func Epoch(b []byte) (record.Stamp, bool) {
	n, l := Digits(b)
	var ns int64
	prec := time.Second
	switch {
	case l == 0:
		return record.Stamp{}, false
	case l < len(b) && b[l] == '.':
		frac, fl := fraction(b[l:])
		if l+fl != len(b) {
			return record.Stamp{}, false
		}
		if n > 4102444800 {
			return record.Stamp{}, false
		}
		ns, prec = n*1e9+int64(frac), precision(fl)
	case l != len(b):
		return record.Stamp{}, false
	default:
		return EpochNumber(n)
	}
	return epochStamp(ns, prec)
}

// EpochNumber is Epoch for a number already read.
func EpochNumber(n int64) (record.Stamp, bool) {
	unit := time.Second
	switch {
	case n < 1e11:
	case n < 1e14:
		unit = time.Millisecond
	case n < 1e17:
		unit = time.Microsecond
	default:
		unit = 1
	}
	if n < 0 || n > epochTo/int64(unit) { // as nanoseconds it would not fit
		return record.Stamp{}, false
	}
	return epochStamp(n*int64(unit), unit)
}

const epochFrom, epochTo = 631152000 * 1e9, 4102444800 * 1e9 // 1990, 2100

func epochStamp(ns int64, prec time.Duration) (record.Stamp, bool) {
	if ns < epochFrom || ns > epochTo {
		return record.Stamp{}, false
	}
	return record.AtUnix(ns, prec), true
}

// fraction reads ".706" or ",706" and gives nanoseconds and length; digits past the ninth are passed over.
func fraction(b []byte) (ns, length int) {
	if len(b) < 2 || (b[0] != '.' && b[0] != ',') || b[1] < '0' || b[1] > '9' {
		return 0, 0
	}
	scale := 100_000_000
	i := 1
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		ns += int(b[i]-'0') * scale
		scale /= 10
	}
	return ns, i
}

// precision is the value of the last of the written digits, fracLen bytes with the point.
func precision(fracLen int) time.Duration {
	p := time.Second
	for ; fracLen > 1 && p > 1; fracLen-- {
		p /= 10
	}
	return p
}

// offset reads Z, +08, +0800, +08:00, with a blank before it allowed.
func offset(b []byte) (off time.Duration, length int, ok bool) {
	if len(b) > 1 && b[0] == ' ' && (b[1] == '+' || b[1] == '-') {
		off, length, ok = offset(b[1:])
		return off, length + 1, ok
	}
	if len(b) == 0 {
		return 0, 0, false
	}
	if b[0] == 'Z' || b[0] == 'z' {
		return 0, 1, true
	}
	if (b[0] != '+' && b[0] != '-') || len(b) < 3 || two(b[1:]) < 0 {
		return 0, 0, false
	}
	h, m, n := two(b[1:]), 0, 3
	rest := b[3:]
	if len(rest) >= 3 && rest[0] == ':' && two(rest[1:]) >= 0 {
		m, n = two(rest[1:]), 6
	} else if len(rest) >= 2 && two(rest) >= 0 {
		m, n = two(rest), 5
	}
	if h > 14 || m > 59 {
		return 0, 0, false
	}
	off = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if b[0] == '-' {
		off = -off
	}
	return off, n, true
}

// two reads two digits; negative when they are none.
func two(b []byte) int {
	if len(b) < 2 || b[0] < '0' || b[0] > '9' || b[1] < '0' || b[1] > '9' {
		return -100000
	}
	return int(b[0]-'0')*10 + int(b[1]-'0')
}

func monthOf(a, b, c byte) time.Month {
	switch string([]byte{a | 0x20, b | 0x20, c | 0x20}) {
	case "jan":
		return 1
	case "feb":
		return 2
	case "mar":
		return 3
	case "apr":
		return 4
	case "may":
		return 5
	case "jun":
		return 6
	case "jul":
		return 7
	case "aug":
		return 8
	case "sep":
		return 9
	case "oct":
		return 10
	case "nov":
		return 11
	case "dec":
		return 12
	}
	return 0
}

// zones holds the offsets in use, so that a stamp with one costs no allocation.
var zones = func() (all [112]*time.Location) {
	for i := range all {
		off := (i - 56) * 15 * 60
		all[i] = time.FixedZone("", off)
	}
	return all
}()

// zoneOf gives the location of an offset: quarters of an hour up to 14 hours are shared.
func zoneOf(off time.Duration) *time.Location {
	quarters := int(off / (15 * time.Minute))
	if off%(15*time.Minute) == 0 && quarters >= -56 && quarters < 56 {
		return zones[quarters+56]
	}
	return time.FixedZone("", int(off.Seconds()))
}
