package metrics

import (
	"strconv"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// plainPoint reads [seconds.millis,"decimal"] with no more than one blank between and gives its length; 0 when the
// text is anything else, or cut.
func plainPoint(b []byte) (ns int64, prec time.Duration, value float64, length int) {
	sec, n := int64(0), 1
	for n < len(b) && b[n]-'0' <= 9 && n < 12 {
		sec = sec*10 + int64(b[n]-'0')
		n++
	}
	if n < 2 || n >= len(b) {
		return 0, 0, 0, 0
	}
	ns, prec = sec*1e9, time.Second
	if b[n] == '.' {
		unit := int64(1e9)
		for n++; n < len(b) && b[n]-'0' <= 9 && unit > 1; n++ {
			unit /= 10
			ns += int64(b[n]-'0') * unit
		}
		prec = time.Duration(unit)
	}
	if n >= len(b) || b[n] != ',' {
		return 0, 0, 0, 0
	}
	n++
	if n < len(b) && b[n] == ' ' {
		n++
	}
	if n >= len(b) || b[n] != '"' {
		return 0, 0, 0, 0
	}
	n++
	value, n = plainValue(b, n)
	if n == 0 || n+1 >= len(b) || b[n] != '"' || b[n+1] != ']' {
		return 0, 0, 0, 0
	}
	return ns, prec, value, n + 2
}

// plainValue reads digits with at most one point between, at b[n:], and gives where they end; 0 when there are none
// or too many for a float to hold exactly.
func plainValue(b []byte, n int) (value float64, end int) {
	start, point, whole := n, -1, uint64(0)
	for ; n < len(b); n++ {
		c := b[n] - '0'
		if c > 9 {
			if b[n] == '.' && point < 0 && n > start {
				point = n
				continue
			}
			break
		}
		whole = whole*10 + uint64(c)
	}
	if n == start || n-start > 16 || point == n-1 {
		if v, ok := scan.Float(b[start:n]); ok && n < len(b) {
			return v, n
		}
		return 0, 0
	}
	value = float64(whole)
	if point >= 0 {
		value /= tens[n-point-1]
	}
	return value, n
}

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16}

// promTime reads a time that is not plain digits: JSON tools write 1.795393715e+09.
func promTime(t []byte) (record.Stamp, bool) {
	if at, ok := scan.Epoch(t); ok {
		return at, true
	}
	f, err := strconv.ParseFloat(string(t), 64)
	if err != nil || f < 0 || f > 4102444800 {
		return record.Stamp{}, false
	}
	ms := int64(f*1e3 + 0.5)
	return record.AtUnix(ms*1e6, time.Millisecond), true
}

// promValue reads a value, the words of IEEE 754 included.
func promValue(t []byte) (float64, bool) {
	if v, ok := scan.Float(t); ok {
		return v, true
	}
	switch string(t) {
	case "NaN", "nan", "null", "StaleNaN":
		return nan, true
	case "+Inf", "Inf", "-Inf", "+inf", "inf", "-inf", "Infinity", "-Infinity":
		return inf, true
	}
	return 0, false
}
