package load

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// hey -o csv (0.1.5), a row for each request that was answered, times in seconds, offset from an unknown start:
//
//	response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset
//	0.1495,0.0004,0.0000,0.0003,0.1487,0.0001,200,0.4970
//
// Requests that failed are not in the file: an outage is a stretch without rows. The file does not tell when hey
// was started. Source: requester/print.go.
func hey(o Options) parser.Format {
	return parser.Format{
		Name:  "hey",
		Title: "hey -o csv (relative times: needs --anchor or the file's own time)",
		Sniff: func(h parser.Head) parser.Score {
			if bytes.HasPrefix(h.Line(), []byte("response-time,DNS+dialup")) {
				return 100
			}
			return 0
		},
		Parse: func(l *parser.Lines, sink record.Sink) error {
			f := rowFile{tool: "hey", opts: o, size: 1 << 20, like: sinceStart(0, heyPrec),
				open: func([]byte) (bool, rowReader) { return true, heyRow }}
			f.read(l, sink)
			return nil
		},
	}
}

const heyPrec = 100 * time.Microsecond

func heyRow(c *counted, line []byte, number int) string {
	f := allFields(line, ',')
	if len(f) != 8 {
		return "row has too few fields: expected 8"
	}
	took, ok1 := scan.Float(f[0])
	offset, ok2 := scan.Float(f[7])
	code, ok3 := scan.Int(f[6])
	if !ok1 || !ok2 || !ok3 || took < 0 || took > 1e6 || offset < 0 || offset > 1e8 {
		return "no number where response-time, status-code or offset belongs"
	}
	t := int64(took * second)
	c.add(0, int64(offset*second)+t, t, code >= 200 && code < 400, unknown, nil, number)
	return ""
}
