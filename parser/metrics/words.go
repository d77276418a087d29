package metrics

import (
	"bytes"
	"math"
)

// word gives the next run of bytes that are no blanks, and what follows it.
func word(b []byte) (w, rest []byte) {
	i := 0
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	j := i
	for j < len(b) && b[j] != ' ' && b[j] != '\t' {
		j++
	}
	return b[i:j], b[j:]
}

// fields splits at runs of blanks into the slice given, which is reused from row to row.
func fields(into [][]byte, b []byte) [][]byte {
	into = into[:0]
	for {
		var w []byte
		if w, b = word(b); len(w) == 0 {
			return into
		}
		into = append(into, w)
	}
}

// split cuts at every occurrence of the byte, empty fields included.
func split(into [][]byte, b []byte, at byte) [][]byte {
	into = into[:0]
	for {
		i := bytes.IndexByte(b, at)
		if i < 0 {
			return append(into, b)
		}
		into = append(into, b[:i])
		b = b[i+1:]
	}
}

func trim(b []byte) []byte { return bytes.TrimSpace(b) }

func trimByte(b []byte, c byte) []byte {
	if n := len(b); n > 0 && b[n-1] == c {
		return b[:n-1]
	}
	return b
}

// has tells whether b begins with the prefix.
func has(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// texts copies fields into strings of their own.
func texts(fs [][]byte) []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = string(f)
	}
	return out
}

// maxColumns bounds what a header may claim.
const maxColumns = 20_000

var (
	nan = math.NaN()
	inf = math.Inf(1)
)
