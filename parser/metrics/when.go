package metrics

import (
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// dayOrder is how a date of two small numbers and a year is to be read.
type dayOrder int

const (
	orderUnknown dayOrder = iota
	dayFirst
	monthFirst
)

// numericDate is a date as written: two numbers whose order may be open, and the year.
type numericDate struct {
	a, b, year int
	order      dayOrder // when the writing itself tells
	byNumber   bool     // the order is told by a number above 12
}

// readDate reads "23.11.2026", "11/23/26", "2021.01.01", "2026-11-23", "23-NOV-2026" and gives the length; 0 when b
// begins with none. Year-first dates and dates with points have one reading only.
func readDate(b []byte) (d numericDate, length int) {
	n1, l1 := scan.Digits(b)
	if l1 == 0 || l1 > 4 || len(b) < l1+4 {
		return d, 0
	}
	sep := b[l1]
	if sep != '.' && sep != '/' && sep != '-' {
		return d, 0
	}
	rest := b[l1+1:]
	if m := scan.Month(rest); m > 0 && len(rest) > 4 && rest[3] == sep && l1 <= 2 {
		y, l3 := scan.Digits(rest[4:])
		if l3 != 4 && l3 != 2 {
			return d, 0
		}
		return numericDate{int(n1), int(m), fullYear(y, l3), dayFirst, false}, l1 + 5 + l3
	}
	n2, l2 := scan.Digits(rest)
	if l2 == 0 || l2 > 2 || len(rest) < l2+2 || rest[l2] != sep {
		return d, 0
	}
	n3, l3 := scan.Digits(rest[l2+1:])
	length = l1 + l2 + l3 + 2
	switch {
	case l1 == 4 && (l3 == 1 || l3 == 2):
		return numericDate{int(n2), int(n3), int(n1), monthFirst, false}, length
	case l1 > 2 || (l3 != 4 && l3 != 2):
		return d, 0
	}
	d = numericDate{a: int(n1), b: int(n2), year: fullYear(n3, l3)}
	switch {
	case sep == '.':
		d.order = dayFirst
	case n1 > 12:
		d.order, d.byNumber = dayFirst, true
	case n2 > 12:
		d.order, d.byNumber = monthFirst, true
	}
	return d, length
}

func fullYear(y int64, digits int) int {
	if digits == 2 {
		return 2000 + int(y)
	}
	return int(y)
}

// day gives the date under an order; the order the writing tells goes before. ok is false when there is no such day.
func (d numericDate) day(order dayOrder) (time.Time, bool) {
	if d.order != orderUnknown {
		order = d.order
	}
	day, month := d.a, d.b
	if order == monthFirst {
		day, month = d.b, d.a
	}
	if month < 1 || month > 12 || day < 1 || day > 31 || d.year < 1970 || d.year > 2200 {
		return time.Time{}, false
	}
	t := time.Date(d.year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == day
}

// cellTime is what a time cell says.
type cellTime struct {
	at   record.Stamp
	date numericDate // a date of numbers with the year last
	open bool        // its order is not told; at is then without its date, its Wall the zone's offset
	tod  time.Duration
	bare bool // a time of day alone
}

// readTime reads a cell of a time column: epoch numbers of any magnitude, ISO and its relatives, numeric dates,
// what date(1) prints, a time of day alone.
func readTime(b []byte) (c cellTime, ok bool) {
	b = trim(b)
	if len(b) < 4 || len(b) > 64 {
		return c, false
	}
	if at, n := scan.ISO(b); n > 0 && len(zoneRest(b[n:], &at)) == 0 {
		c.at = at
		return c, true
	}
	if allDigits(b) && len(b) >= 9 {
		at, ok := scan.Epoch(b)
		c.at = at
		return c, ok
	}
	if d, n := readDate(b); n > 0 {
		return dated(d, b[n:])
	}
	if tod, prec, n := scan.Clock(b); n == len(b) && n >= 5 {
		c.tod, c.bare = tod, true
		c.at.Prec = prec
		return c, true
	}
	at, ok := dateOutput(b)
	c.at = at
	return c, ok
}

// dated joins a date with the time of day and the zone that follow it.
func dated(d numericDate, rest []byte) (c cellTime, ok bool) {
	for len(rest) > 0 && (rest[0] == ' ' || rest[0] == 'T' || rest[0] == ',' || rest[0] == '_') {
		rest = rest[1:]
	}
	prec := 24 * time.Hour
	if len(rest) > 0 {
		n := 0
		if c.tod, prec, n = scan.Clock(rest); n == 0 {
			return c, false
		}
		rest = rest[n:]
	}
	c.at = record.Stamp{Prec: prec, Lacks: record.LacksZone}
	if len(zoneRest(rest, &c.at)) > 0 {
		return c, false
	}
	if d.order == orderUnknown || d.byNumber {
		c.date, c.open = d, d.order == orderUnknown && d.a != d.b
	}
	if c.open {
		return c, true
	}
	c.at, ok = c.resolve(d, dayFirst)
	return c, ok
}

// resolve gives the stamp under an order of day and month.
func (c cellTime) resolve(d numericDate, order dayOrder) (record.Stamp, bool) {
	day, ok := d.day(order)
	at := c.at
	at.Wall = day.Add(c.tod + c.at.Wall.Sub(time.Time{}))
	return at, ok
}

// zoneRest takes " UTC", "Z" or an offset off the rest of a time and moves the stamp by it.
func zoneRest(rest []byte, at *record.Stamp) []byte {
	r := trim(rest)
	switch {
	case len(r) == 0:
		return nil
	case string(r) == "UTC" || string(r) == "GMT" || string(r) == "Z":
		at.Lacks &^= record.LacksZone
		return nil
	}
	off, n, ok := scan.Offset(r)
	if !ok || n != len(r) {
		return r
	}
	at.Lacks &^= record.LacksZone
	at.Wall = at.Wall.Add(-off)
	return nil
}

func allDigits(b []byte) bool {
	points := 0
	for _, c := range b {
		if c == '.' {
			points++
		} else if c < '0' || c > '9' {
			return false
		}
	}
	return points <= 1
}

// orders gathers from a column of dates which order of day and month it can be.
type orders struct {
	open       bool // dates were seen whose order is not told
	sawDay     bool // a first number above 12
	sawMonth   bool // a second number above 12
	last       numericDate
	lastTod    time.Duration
	dayJump    time.Duration // biggest step, forward or back, under each reading
	monthJump  time.Duration
	differing  bool // the date changed at least once
	begun      bool
	exampleRow int
}

// see notes one cell. It must see every cell of the column, those with an evident order too.
func (o *orders) see(c cellTime, line int) {
	d := c.date
	if d.year == 0 {
		return
	}
	o.sawDay = o.sawDay || d.byNumber && d.order == dayFirst
	o.sawMonth = o.sawMonth || d.byNumber && d.order == monthFirst
	if c.open && !o.open {
		o.open, o.exampleRow = true, line
	}
	if o.begun {
		o.dayJump = max(o.dayJump, step(o.last, d, o.lastTod, c.tod, dayFirst))
		o.monthJump = max(o.monthJump, step(o.last, d, o.lastTod, c.tod, monthFirst))
		o.differing = o.differing || d != o.last
	}
	o.begun, o.last, o.lastTod = true, d, c.tod
}

func step(from, to numericDate, tod1, tod2 time.Duration, order dayOrder) time.Duration {
	a, ok1 := from.day(order)
	b, ok2 := to.day(order)
	if !ok1 || !ok2 {
		return 1 << 62
	}
	return b.Add(tod2).Sub(a.Add(tod1)).Abs()
}

// verdict decides: a number above 12 anywhere in the column, else the reading under which time goes on in small steps.
func (o *orders) verdict() dayOrder {
	const small, big = 36 * time.Hour, 20 * 24 * time.Hour
	switch {
	case o.sawDay != o.sawMonth:
		if o.sawDay {
			return dayFirst
		}
		return monthFirst
	case o.sawDay: // both: the column contradicts itself
		return orderUnknown
	case o.differing && o.dayJump < small && o.monthJump > big:
		return dayFirst
	case o.differing && o.monthJump < small && o.dayJump > big:
		return monthFirst
	}
	return orderUnknown
}
