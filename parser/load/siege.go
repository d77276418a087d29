package load

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// siege's verbose output (3.x, 4.x), a line for each hit, stamped with its end in local time and coloured:
//
//	\x1b[0;34m   4,HTTP/1.1,200,  0.36,   3372,/,0,2015-12-20 21:30:13\x1b[0m
//	user,protocol,code,seconds,bytes,URL,depth,time
//
// and without csv=true in .siegerc, the clock being there with --timestamp only, or a user's number with display-id:
//
//	[Mon, 2026-11-23 00:28:00] HTTP/1.1 200     0.36 secs:    3372 bytes ==> GET  /
//	HTTP/1.1 503     0.02 secs:     182 bytes ==> GET  /
//
// A request that got no connection, or no answer, has a line of its own without a time. One that waited too long has the
// second of these two, behind the first:
//
//	[error] socket: unable to connect sock.c:249: Connection refused
//	[error] socket: 140211 connection refused.
//	[error] socket: read error Connection reset by peer sock.c:539: Connection reset by peer
//	[alert] socket: select and discovered it's not ready sock.c:351: Connection timed out
//	[alert] socket: read check timed out(30) sock.c:240: Connection timed out
//
// and after as many as its directive "failures" says, 1024 by default, it gives up:
//
//	siege aborted due to excessive socket failure; you
//	can change the failure threshold in $HOME/.siegerc
//
// Its --log has a row for each run, totals only:
//
//	      Date & Time,  Trans,  Elap Time,  Data Trans,  Resp Time,  Trans Rate,  Throughput,  Concurrent,    OKAY,   Failed
//	2026-11-23 00:29:39,    260,      69.18,           0,       0.03,        3.76,        0.00,        0.12,     260,      25
//
// Source: siege src/browser.c, __display_result; src/date.c, date_stamp; src/sock.c, new_socket and socket_read; src/main.c; src/log.c.
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
		_, line = prefixed(line)
		if _, ok := siegeConsole(line); ok || bytes.HasPrefix(line, []byte("** SIEGE ")) {
			return 95
		}
		if f := siegeFields(line); f != nil && bytes.HasPrefix(f[1], []byte("HTTP/")) {
			return 80
		}
	}
	return 0
}

// tellEnd tells that siege gave up, at the time that ts wrote before it, or that of the last hit.
func (c *counted) tellEnd(l *parser.Lines, sink record.Sink) {
	if c.gaveUp.line == 0 {
		return
	}
	at := record.Stamp{}
	if c.times.known {
		f := c.fold(0)
		at = f.stamp(max(c.gaveUp.at, f.last.at)/second>>f.coarse, c.times.like())
	}
	sink.Event(record.Event{At: at, From: record.Origin{File: l.Path, Line: c.gaveUp.line}, Source: "siege", Kind: record.GeneratorStopped,
		Attr: []record.Attr{{Key: record.AttrReason, Value: endTarget}}, Text: "siege lost its target and gave up"})
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
	st, line := prefixed(line)
	if h, ok := siegeConsole(line); ok {
		h.ts = st
		return h.count(c, number)
	}
	if siegeUnanswered(line) {
		c.refuse(st, number)
		return ""
	}
	if bytes.Contains(line, []byte("aborted due to excessive socket failure")) {
		c.gaveUp = mark{at: micros(st), line: number}
		return ""
	}
	f := siegeFields(line)
	if f == nil {
		if bytes.IndexByte(line, ',') < 0 { // the banner and the totals around the hits
			return ""
		}
		return "not as siege writes it: expected user,protocol,code,seconds,bytes,URL,depth,time"
	}
	return (&siegeHit{time: f[len(f)-1], code: f[2], seconds: f[3], url: f[5]}).count(c, number)
}

// siegeUnanswered tells the line of a request that got no connection or no answer: there is one for each.
func siegeUnanswered(line []byte) bool {
	_, what, ok := bytes.Cut(line, []byte("socket: "))
	if !ok {
		return false
	}
	for _, mark := range []string{"unable to connect", "read check timed out", "read error"} {
		if bytes.HasPrefix(what, []byte(mark)) {
			return true
		}
	}
	if thread, rest := word(what); len(thread) > 0 && len(bytes.Trim(thread, "-0123456789")) == 0 {
		for _, mark := range []string{"connection refused", "connection timed out", "network is unreachable", "address is unavailable", "unknown network error"} {
			if bytes.Contains(rest, []byte(mark)) {
				return true
			}
		}
	}
	return false
}

// siegeHit is one hit, as it is written; time is nil when it is not told. ts is what ts wrote before it.
type siegeHit struct {
	time, code, seconds, url []byte
	ts                       record.Stamp
}

// siegeConsole takes a hit of the output that is no CSV apart.
func siegeConsole(line []byte) (h siegeHit, ok bool) {
	figures, request, ok := bytes.Cut(uncoloured(line), []byte(" bytes ==> "))
	if !ok {
		return h, false
	}
	if stamp, rest, stamped := bytes.Cut(figures, []byte("] ")); stamped && bytes.HasPrefix(stamp, []byte{'['}) {
		if _, h.time, ok = bytes.Cut(stamp, []byte(", ")); !ok {
			return h, false
		}
		figures = rest
	}
	if user, rest, numbered := bytes.Cut(figures, []byte(") ")); numbered && bytes.IndexByte(user, '/') < 0 {
		figures = rest
	}
	protocol, rest := word(figures)
	h.code, rest = word(rest)
	h.code = bytes.TrimSuffix(h.code, []byte("(C)")) // from its cache
	h.seconds, rest = word(rest)
	unit, _ := word(rest)
	_, h.url = word(request)
	h.url = bytes.TrimSpace(h.url)
	return h, bytes.HasPrefix(protocol, []byte("HTTP/")) && string(unit) == "secs:"
}

// count counts a hit: in time when it tells its own.
func (h *siegeHit) count(c *counted, number int) string {
	code, ok1 := scan.Int(h.code)
	took, ok2 := scan.Float(h.seconds)
	if !ok1 || !ok2 || took < 0 || took > 1e6 {
		return "no number where code or seconds belongs"
	}
	good := code >= 200 && code < 400
	if h.time == nil && !h.ts.IsZero() {
		c.times.kind(h.ts.Prec, h.ts.Lacks)
		c.add(0, micros(h.ts), int64(took*second), good, unknown, h.url, number)
		return ""
	}
	if h.time == nil {
		f := c.fold(0)
		if f.rows++; !good {
			f.failed++
		}
		return ""
	}
	st, n := scan.ISO(h.time)
	if n == 0 {
		return "no time where timestamp belongs"
	}
	c.times.kind(st.Prec, st.Lacks)
	c.add(0, st.Wall.UnixMicro(), int64(took*second), good, unknown, h.url, number)
	return ""
}

// refuse counts a request that got no connection or no answer: in time when ts told when it was.
func (c *counted) refuse(ts record.Stamp, number int) {
	if ts.IsZero() {
		if c.refused++; c.refused == 1 {
			c.firstRefused = number
		}
		return
	}
	c.times.kind(ts.Prec, ts.Lacks)
	c.add(0, micros(ts), unknown, false, unknown, nil, number)
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
		const most = 1 << 53 // requests
		if n == 0 || !ok1 || !ok2 || min(okay, failed) < 0 || max(okay, failed) > most {
			l.Problem("not as siege writes it: expected Date & Time, Trans, Elap Time, Data Trans, Resp Time, Trans Rate, Throughput, Concurrent, OKAY, Failed")
			continue
		}
		l.Seen(st)
		sink.Load(&record.Load{From: l.Origin(), Tool: "siege", Samples: okay + failed, Failed: failed, Planned: true,
			Totals: record.Totals{Lasted: spanOf(column(f, 2), time.Second)}})
	}
	return nil
}
