package logs

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// dmesgJSON is dmesg -J (util-linux 2.36 to 2.41), one document, a field a line; the time as the time format says:
//
//	},{
//	   "pri": 4,
//	   "time":    31.921307,
//	   "msg": "Out of memory: Killed process ..."
var dmesgJSON = parser.Format{
	Name: "dmesg-json", Title: "dmesg -J",
	Sniff: func(h parser.Head) parser.Score {
		if bytes.HasPrefix(bytes.TrimLeft(h.Data, "{ \r\n\t"), []byte(`"dmesg"`)) {
			return 95
		}
		return 0
	},
	Parse: readDmesgJSON,
	Raw:   true,
}

func readDmesgJSON(lines *parser.Lines, sink record.Sink) error {
	r := &reading{lines: lines, sink: sink}
	at := record.Stamp{Lacks: record.LacksWall}
	var o object
	for lines.Next() {
		o.fields(enclosed(lines.Bytes()), func(key []byte, v value) bool {
			switch string(key) {
			case "time":
				at = dmesgTime(v.raw)
			case "msg":
				lines.Seen(at)
				text := scan.AppendJSON(nil, v.raw)
				thread, n := caller(text)
				if n > 0 {
					text = bytes.TrimPrefix(text[n:], blank)
				}
				r.last = record.Line{At: at, Program: "kernel", PID: thread}
				r.send(kernelName, text)
			}
			return true
		})
	}
	return nil
}

// enclosed makes an object of a line of one: `"msg": "text"`.
func enclosed(b []byte) []byte {
	b = bytes.Trim(b, " \t\r,")
	if len(b) == 0 || b[0] != '"' {
		return nil
	}
	return append(append([]byte{'{'}, b...), '}')
}

// dmesgTime reads the time of dmesg -J: seconds since boot, or a date with -T and --time-format iso.
func dmesgTime(raw []byte) record.Stamp {
	raw = bytes.TrimSpace(raw)
	if f, ok := scan.Float(raw); ok && f >= 0 && f < 1e9 {
		return monotonic(time.Duration(f*1e6+0.5)*time.Microsecond, time.Microsecond)
	}
	if at, n := scan.ISO(raw); n > 0 {
		return at
	}
	if at, n := scan.Calendar(raw); n > 0 {
		return at
	}
	return record.Stamp{Lacks: record.LacksWall}
}
