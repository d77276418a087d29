package load

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// siege's verbose output (3.x, 4.x), a line for each hit, stamped with its end in local time and coloured:
//
//	\x1b[0;34m   4,HTTP/1.1,200,  0.36,   3372,/,0,2015-12-20 21:30:13\x1b[0m
//	user,protocol,code,seconds,bytes,URL,depth,time
//
// Its --log has a row for each run, totals only:
//
//	      Date & Time,  Trans,  Elap Time,  Data Trans,  Resp Time,  Trans Rate,  Throughput,  Concurrent,    OKAY,   Failed
//	2026-11-23 00:29:39,    260,      69.18,           0,       0.03,        3.76,        0.00,        0.12,     260,      25
//
// Source: siege src/browser.c, src/log.c.
func siegeFormats(o Options) []parser.Format {
	return []parser.Format{
		{Name: "siege", Title: "siege's verbose output", Sniff: sniffSiege, Parse: func(l *parser.Lines, sink record.Sink) error {
			f := rowFile{tool: "siege", opts: o, size: 1 << 20, open: func([]byte) (bool, rowReader) { return false, siegeRow }}
			f.read(l, sink)
			return nil
		}},
		{Name: "siege-log", Title: "siege --log (totals of each run)", Sniff: func(h parser.Head) parser.Score {
			if bytes.Contains(h.Line(), []byte("Date & Time,")) && bytes.Contains(h.Line(), []byte("Trans Rate,")) {
				return 95
			}
			return 0
		}, Parse: parseSiegeLog},
	}
}

func sniffSiege(h parser.Head) parser.Score {
	for _, line := range h.Lines(20) {
		if f := siegeFields(line); f != nil && bytes.HasPrefix(f[1], []byte("HTTP/")) {
			return 80
		}
	}
	return 0
}

// siegeFields splits a hit; nil when the line is none.
func siegeFields(line []byte) [][]byte {
	line = uncoloured(line)
	f := bytes.Split(line, []byte{','})
	if len(f) < 8 {
		return nil
	}
	if st, n := scan.ISO(f[len(f)-1]); n == 0 || st.IsZero() {
		return nil
	}
	for i := range f {
		f[i] = bytes.TrimSpace(f[i])
	}
	return f
}

// uncoloured takes the escape sequences off both ends of a line.
func uncoloured(line []byte) []byte {
	if bytes.HasPrefix(line, []byte("\x1b[")) {
		if i := bytes.IndexByte(line, 'm'); i > 0 {
			line = line[i+1:]
		}
	}
	if i := bytes.LastIndex(line, []byte("\x1b[")); i > 0 {
		line = line[:i]
	}
	return line
}

func siegeRow(c *counted, line []byte, number int) string {
	f := siegeFields(line)
	if f == nil {
		if bytes.IndexByte(line, ',') < 0 { // the banner and the totals around the hits
			return ""
		}
		return "not as siege writes it: expected user,protocol,code,seconds,bytes,URL,depth,time"
	}
	st, _ := scan.ISO(f[len(f)-1])
	code, ok1 := scan.Int(f[2])
	took, ok2 := scan.Float(f[3])
	if !ok1 || !ok2 || took < 0 || took > 1e6 {
		return "no number where code or seconds belongs"
	}
	c.times.kind(st.Prec, st.Lacks)
	c.add(0, st.Wall.UnixMicro(), int64(took*second), code >= 200 && code < 400, unknown, f[5], number)
	return ""
}

func parseSiegeLog(l *parser.Lines, sink record.Sink) error {
	for l.Next() {
		f := bytes.Split(l.Bytes(), []byte{','})
		if len(f) < 10 || bytes.Contains(f[0], []byte("Date")) {
			continue
		}
		st, n := scan.ISO(bytes.TrimSpace(f[0]))
		okay, ok1 := scan.Int(bytes.TrimSpace(f[8]))
		failed, ok2 := scan.Int(bytes.TrimSpace(f[9]))
		if n == 0 || !ok1 || !ok2 {
			l.Problem("not as siege writes it: expected Date & Time, Trans, Elap Time, Data Trans, Resp Time, Trans Rate, Throughput, Concurrent, OKAY, Failed")
			continue
		}
		l.Seen(st)
		sink.Load(&record.Load{From: l.Origin(), Tool: "siege", Samples: okay + failed, Failed: failed, Planned: true})
	}
	return nil
}
