package load

import "bytes"

// tableNumbers is how a table writes its numbers, learned from its first rows: "1.234,5" or "1,234.5", for all columns
// alike. A lone comma before three digits is a decimal one, unless commas separate the columns.
type tableNumbers struct {
	manyCommas, manyPoints       bool // two of them in one number: they stand between thousands
	commaThenPoint, pointToComma bool // both in one number
	comma, notThree              bool // a lone comma, and one that three digits do not follow
	apart                        bool // commas separate the columns
}

func (n *tableNumbers) see(cell []byte) {
	commas, points := bytes.Count(cell, []byte{','}), bytes.Count(cell, []byte{'.'})
	c, p := bytes.LastIndexByte(cell, ','), bytes.LastIndexByte(cell, '.')
	n.manyCommas = n.manyCommas || commas > 1
	n.manyPoints = n.manyPoints || points > 1
	if commas > 0 && points > 0 {
		n.commaThenPoint, n.pointToComma = n.commaThenPoint || c < p, n.pointToComma || c > p
	}
	if commas == 1 && points == 0 {
		n.comma, n.notThree = true, n.notThree || !threeDigits(cell[c+1:])
	}
}

// decimalComma tells that a comma stands before the fraction, and points, if any, between thousands.
func (n *tableNumbers) decimalComma() bool {
	switch {
	case n.manyPoints || n.pointToComma:
		return true
	case n.manyCommas || n.commaThenPoint:
		return false
	}
	return n.notThree || n.comma && !n.apart
}

// read reads a number with what tools put behind it: "100k", "1.20 K", "3.4 Mil", "127 req/s", "12 %".
func (n *tableNumbers) read(cell []byte) (float64, bool) {
	end := len(cell)
	for end > 0 && (cell[end-1] < '0' || cell[end-1] > '9') {
		end--
	}
	scale, ok := tableUnit(bytes.TrimSpace(cell[end:]))
	if !ok {
		return 0, false
	}
	decimal, between := byte('.'), byte(',')
	if n.decimalComma() {
		decimal, between = between, decimal
	}
	var plain [40]byte
	length := 0
	for i, c := range cell[:end] {
		switch {
		case c == between && threeDigits(cell[i+1:end]):
			continue
		case c == decimal:
			c = '.'
		}
		if length == len(plain) {
			return 0, false
		}
		plain[length] = c
		length++
	}
	v, ok := number(plain[:length])
	return v * scale, ok
}

// threeDigits tells that b begins with three digits and no fourth one.
func threeDigits(b []byte) bool {
	digits := 0
	for digits < len(b) && b[digits] >= '0' && b[digits] <= '9' {
		digits++
	}
	return digits == 3
}

// tableUnit reads what stands behind a number: a multiplier as Grafana's unit "short" and spreadsheets write it, a unit
// of rates, or both.
func tableUnit(b []byte) (scale float64, ok bool) {
	first, rest := word(b)
	scale = 1
	switch string(first) {
	case "k", "K":
		scale = 1e3
	case "M", "Mil":
		scale = 1e6
	case "G", "Bil":
		scale = 1e9
	default:
		rest = b
	}
	switch string(bytes.TrimSpace(rest)) {
	case "", "%", "/s", "req/s", "reqs/s", "ops/s", "tps", "rps", "qps":
		return scale, true
	}
	return 0, false
}
