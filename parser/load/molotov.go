package load

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// Molotov as Taurus runs it (molotov-report.csv, which is JSON by line), requests stamped in epoch seconds when
// they are written, that is at their end; elapsed in seconds:
//
//	{"ts": 1645712661.7488089, "type": "request", "label": "https://blazedemo.com/", "elapsed": 0.251, "responseCode": "200", "responseMessage": "OK"}
//	{"ts": 1645712661.5029047, "type": "workers", "value": 0}
//
// Source: Taurus bzt/resources/molotov_report.py.
func molotov(o Options) parser.Format {
	return parser.Format{
		Name:  "molotov",
		Title: "Molotov's report by Taurus",
		Sniff: func(h parser.Head) parser.Score {
			line := h.Line()
			if len(line) == 0 || line[0] != '{' || jsonField(line, "ts") == nil {
				return 0
			}
			switch string(jsonField(line, "type")) {
			case "workers", "request", "scenario_success", "scenario_failure":
				return 70
			}
			return 0
		},
		Parse: func(l *parser.Lines, sink record.Sink) error {
			f := rowFile{tool: "molotov", opts: o, size: 1 << 20, open: func([]byte) (bool, rowReader) { return false, molotovRow }}
			f.read(l, sink)
			return nil
		},
	}
}

func molotovRow(c *counted, line []byte, number int) string {
	if line[0] != '{' || line[len(line)-1] != '}' {
		return "line is no JSON object"
	}
	st, ok := scan.Epoch(jsonField(line, "ts"))
	if !ok {
		return "no time where ts belongs"
	}
	at := st.Wall.UnixMicro()
	switch string(jsonField(line, "type")) {
	case "workers":
		if n, ok := scan.Int(jsonField(line, "value")); ok {
			c.fold(0).users(at, n, number)
		}
	case "request":
		took, ok := scan.Float(jsonField(line, "elapsed"))
		if !ok || took < 0 || took > 1e6 {
			return "no number where elapsed belongs"
		}
		c.times.kind(st.Prec, 0)
		code := bytes.TrimSpace(jsonField(line, "responseCode"))
		c.add(0, at, int64(took*second), len(code) == 3 && (code[0] == '2' || code[0] == '3'), unknown, jsonField(line, "label"), number)
	}
	return ""
}
