package metrics

import (
	"math"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// axis is what tells where in the series a row stands.
type axis int

const (
	axisRows   axis = iota // the number of the row
	axisNumber             // a column of numbers: an index, a year, seconds
	axisTime               // a column of times
	axisDate               // a column of days or months, of any century
)

// axisHeadings are what a column of places is called besides the names of times; R writes row names under "".
var axisHeadings = map[string]bool{
	"": true, "index": true, "idx": true, "i": true, "n": true, "no": true, "nr": true, "#": true, "t": true, "step": true, "sample": true,
	"obs": true, "id": true, "year": true, "month": true, "week": true, "jahr": true, "row": true, "x": true,
}

// tryAxis takes column i as the axis when every row has something there that tells a place, ever later, and another
// cell besides.
func (v *valueReader) tryAxis(i int, rows [][]byte) {
	kinds := [4]int{}
	last, rising := math.Inf(-1), true
	for _, row := range rows {
		cells := v.pieces(row)
		if len(cells) < 2 || i >= len(cells) {
			return
		}
		cell := trim(cells[i])
		if _, ok := readTime(cell); ok {
			kinds[axisTime]++
		}
		if _, ok := readDay(cell); ok {
			kinds[axisDate]++
		}
		if x, ok := scan.Float(cell); ok && math.Abs(x) < placeLimit {
			kinds[axisNumber]++
			rising = rising && x > last
			last = x
		}
	}
	for _, kind := range []axis{axisTime, axisDate, axisNumber} {
		if kinds[kind] == len(rows) && (kind != axisNumber || rising) {
			v.axis, v.place = kind, i
			return
		}
	}
}

// placeLimit keeps a place within what a duration of as many seconds can hold.
const placeLimit = 9e9

func (v *valueReader) isPlace(cell []byte) bool {
	if _, ok := readTime(cell); ok {
		return true
	}
	_, ok := readDay(cell)
	return ok
}

// readDay reads "1871-01", "1949-12-31" and "1949/12" of any century as the day's beginning.
func readDay(b []byte) (record.Stamp, bool) {
	if len(b) < 7 || len(b) > 10 || b[4] != '-' && b[4] != '/' {
		return record.Stamp{}, false
	}
	year, l1 := scan.Digits(b)
	month, l2 := scan.Digits(b[5:])
	day, l3 := int64(1), 0
	if len(b) > 7 {
		if b[7] != b[4] {
			return record.Stamp{}, false
		}
		day, l3 = scan.Digits(b[8:])
	}
	if l1 != 4 || l2 != 2 || len(b) > 7 && (l3 != 2 || len(b) != 10) || year < 1700 || year > 2200 {
		return record.Stamp{}, false
	}
	at := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	ok := int64(at.Month()) == month && int64(at.Day()) == day
	return record.Stamp{Wall: at, Prec: 24 * time.Hour, Lacks: record.LacksZone}, ok
}

// where gives the row's place: a time, or a number that stands for seconds.
func (v *valueReader) where(cells [][]byte) (record.Stamp, bool) {
	if v.axis == axisRows {
		return unplaced(v.rows), true
	}
	if v.place >= len(cells) {
		return record.Stamp{}, false
	}
	cell := trim(cells[v.place])
	switch v.axis {
	case axisTime:
		c, ok := readTime(cell)
		if !ok || c.open {
			return record.Stamp{}, false
		}
		return v.stamp(c)
	case axisDate:
		return readDay(cell)
	}
	x, ok := scan.Float(cell)
	if !ok || !(math.Abs(x) < placeLimit) {
		return record.Stamp{}, false
	}
	return record.Stamp{Mono: time.Duration(x * float64(time.Second)), Lacks: record.LacksWall}, true
}
