package load

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// Tsung's dump of requests (dumptraffic="protocol", 1.5 and later), times in epoch seconds at the end of the
// request, duration in milliseconds:
//
//	#date;pid;id;http method;host;URL;HTTP status;size;duration;transaction;match;error;tag
//	1461592516.702195;<0.136.0>;2;get;blazedemo.com;/;200;3566;360.747;-;;;
//
// Source: tsung ts_mon.erl, ts_http_common.erl; the column "error" holds the reason of a failure.
func tsungDump(o Options) parser.Format {
	return parser.Format{
		Name:  "tsung-dump",
		Title: "Tsung's dump of requests (tsung.dump)",
		Sniff: func(h parser.Head) parser.Score {
			if bytes.HasPrefix(h.Line(), []byte("#date;pid;id;")) {
				return 95
			}
			return 0
		},
		Parse: func(l *parser.Lines, sink record.Sink) error {
			f := rowFile{tool: "tsung", opts: o, size: 1 << 20, open: func([]byte) (bool, rowReader) { return true, tsungDumpRow }}
			f.read(l, sink)
			return nil
		},
	}
}

func tsungDumpRow(c *counted, line []byte, number int) string {
	f := bytes.Split(line, []byte{';'})
	if len(f) < 12 {
		return "row has too few fields: expected 13"
	}
	st, ok := scan.Epoch(f[0])
	if !ok {
		return "no time where date belongs"
	}
	took, told := scan.Float(f[8])
	d := int64(unknown)
	if told && took >= 0 && took < 1e9 {
		d = int64(took * millisecond)
	}
	status, _ := scan.Int(f[6])
	c.times.kind(st.Prec, 0)
	c.add(0, st.Wall.UnixMicro(), d, status >= 200 && status < 400 && len(f[11]) == 0, unknown, f[5], number)
	return ""
}
