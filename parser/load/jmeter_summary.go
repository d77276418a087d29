package load

import (
	"bytes"
	"time"

	"oomortem/parser/scan"
)

// readSummary reads a line of the summariser from its sign on; the name before it can be anything.
func readSummary(line []byte) (summary, bool) {
	for at := 0; ; {
		i := bytes.Index(line[at:], []byte(" in "))
		if i < 0 {
			return summary{}, false
		}
		at += i
		if s, ok := summaryAround(line, at); ok {
			return s, true
		}
		at += 4
	}
}

// summaryAround reads a summary whose " in " stands at the offset.
func summaryAround(line []byte, in int) (summary, bool) {
	s := summary{rate: unknown, active: unknown}
	begin := in
	for begin > 0 && line[begin-1] >= '0' && line[begin-1] <= '9' {
		begin--
	}
	n, ok := scan.Int(line[begin:in])
	head := bytes.TrimRight(line[:begin], " ")
	if !ok || len(head) < 2 || head[len(head)-2] != ' ' {
		return s, false
	}
	s.name = string(summariserIn(head[:len(head)-2]))
	switch head[len(head)-1] {
	case '+':
		s.delta = true
	case '=':
	default:
		return s, false
	}
	s.n = float64(n)
	rest := line[in+4:]
	var field []byte
	field, rest = word(rest)
	if s.length, ok = summaryLength(field); !ok {
		return s, false
	}
	if field, rest = word(rest); string(field) != "=" {
		return s, false
	}
	field, rest = word(rest)
	rate, isRate := bytes.CutSuffix(field, []byte("/s"))
	if !isRate {
		return s, false
	}
	if v, ok := number(rate); ok {
		s.rate = v
	}
	s.named(rest)
	return s, true
}

// summariserIn gives the name of the summariser, which ends what stands before the sign: behind what the log puts before its
// messages, and behind the time that something else wrote.
func summariserIn(head []byte) []byte {
	if i := bytes.LastIndex(head, []byte(": ")); i >= 0 {
		head = head[i+2:]
	} else if len(head) > 0 && head[0] >= '0' && head[0] <= '9' {
		head = head[bytes.LastIndexByte(bytes.TrimRight(head, " "), ' ')+1:]
	}
	return bytes.TrimSpace(head)
}

// named reads the "Avg:   121 Min: ... Err:     0 (0.00%) Active: 0" behind the rate.
func (s *summary) named(rest []byte) {
	var key, value []byte
	for {
		if key, rest = word(rest); len(key) == 0 {
			return
		}
		to := map[string]*float64{"Avg:": &s.avg, "Err:": &s.failed, "Active:": &s.active, "Started:": &s.started, "Finished:": &s.over}[string(key)]
		if to == nil {
			continue
		}
		value, rest = word(rest)
		if v, ok := number(value); ok {
			*to = v
		}
	}
}

// summaryLength reads "6s", "14.5s" or "00:01:10".
func summaryLength(b []byte) (time.Duration, bool) {
	if s, ok := bytes.CutSuffix(b, []byte("s")); ok {
		v, ok := number(s)
		return time.Duration(v * float64(time.Second)), ok && v >= 0 && v < 1e8
	}
	var total int64
	for i, part := range bytes.Split(b, []byte(":")) {
		n, ok := scan.Int(part)
		if !ok || n < 0 || n > 1e6 || i > 2 {
			return 0, false
		}
		total = total*60 + n
	}
	return time.Duration(total) * time.Second, bytes.IndexByte(b, ':') > 0
}

// word gives the first word of b and what comes behind it.
func word(b []byte) (first, rest []byte) {
	b = bytes.TrimLeft(b, " \t")
	if i := bytes.IndexAny(b, " \t"); i >= 0 {
		return b[:i], b[i:]
	}
	return b, nil
}

// number reads a decimal number with a point, or with a comma as many locales write it.
func number(b []byte) (float64, bool) {
	if i := bytes.IndexByte(b, ','); i >= 0 && len(b) < 64 {
		var with [64]byte
		n := copy(with[:], b)
		with[i] = '.'
		return scan.Float(with[:n])
	}
	return scan.Float(b)
}
