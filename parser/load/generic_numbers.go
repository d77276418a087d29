package load

import (
	"bytes"

	"oomortem/parser/scan"
)

// tableNumbers is how a table writes its numbers, learned from its first rows, for all columns alike.
type tableNumbers struct {
	scan.NumberVotes
	delimiter byte
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
	between, decimal := n.Style(n.delimiter)
	if between == 0 { // the first rows had no thousands
		between = ',' + '.' - decimal
	}
	var plain [40]byte
	length := 0
	for i, c := range cell[:end] {
		switch {
		case c == between && scan.ThreeDigits(cell[i+1:end]):
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
