package logs

import (
	"bytes"
	"strconv"

	"oomortem/parser"
	"oomortem/parser/record"
)

// journalVerbose is journalctl -o verbose; the t= of the cursor is the entry's time in hexadecimal microseconds:
//
//	Wed 2021-02-03 06:30:01.123456 CET [s=08b3;i=6e;b=2c1c;m=916b7a;t=660e75d3719b1;x=802f]
//	    _TRANSPORT=kernel
//	    MESSAGE=Out of memory: Killed process ...
var journalVerbose = parser.Format{
	Name: "journal-verbose", Title: "journalctl -o verbose",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(5) {
			if _, ok := cursorTime(l); ok {
				return 92
			}
		}
		return 0
	},
	Parse: readVerbose,
	Raw:   true,
}

func readVerbose(lines *parser.Lines, sink record.Sink) error {
	r := &reading{lines: lines, sink: sink}
	var e entry
	var from record.Origin
	open := false
	flush := func() {
		if open {
			r.entryAt(&e, from)
		}
	}
	for lines.Next() {
		b := lines.Bytes()
		if at, ok := cursorTime(b); ok {
			flush()
			e, open = entry{realtime: at}, true
			continue
		}
		if key, v, ok := bytes.Cut(bytes.TrimSpace(b), []byte{'='}); ok && open && len(b) > 4 && b[0] == ' ' {
			if string(key) == "MESSAGE" {
				from = lines.Origin()
			}
			e.field(key, bytes.Clone(v))
			continue
		}
		if len(b) > 0 && !marker(b) && !(open && b[0] == ' ') {
			r.garbage.add(lines.Number())
		}
	}
	flush()
	r.end()
	return nil
}

// cursorTime gives the microseconds in "[s=...;i=6e;b=...;m=916b7a;t=660e75d3719b1;x=...]".
func cursorTime(b []byte) (int64, bool) {
	if len(b) == 0 || b[0] == ' ' || b[len(b)-1] != ']' {
		return 0, false
	}
	_, rest, ok := bytes.Cut(b, []byte(" [s="))
	if !ok {
		return 0, false
	}
	_, rest, ok = bytes.Cut(rest, []byte(";t="))
	digits, _, _ := bytes.Cut(rest, []byte{';'})
	if !ok || len(digits) > 16 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(digits), 16, 64)
	return n, err == nil
}
