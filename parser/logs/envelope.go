package logs

import (
	"bytes"
	"fmt"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// reading is the state of one textual input: what the last stamped line said, so that unstamped lines can follow it.
type reading struct {
	lines   *parser.Lines
	sink    record.Sink
	own     []splitter
	program string // of lines whose envelope is the program's own log, else ""
	early   []early

	last    record.Line // of the last stamped line, text left out
	stamped bool        // there was one
	names   names
	boots   boots // of journals
	heading bool  // the line before was that of a broadcast
	garbage run
}

// early is a line before the first stamp of a program's own log: the log was cut there, and the next stamp is the nearest.
type early struct {
	number int
	text   string
}

// mostEarly bounds what waits for the first stamp.
const mostEarly = 256

// ownLog gives the Parse of a log that one program writes by itself.
func ownLog(program string, own splitter) func(*parser.Lines, record.Sink) error {
	return func(lines *parser.Lines, sink record.Sink) error {
		r := &reading{lines: lines, sink: sink, own: []splitter{own}, program: program}
		for lines.Next() {
			r.line(lines.Bytes())
		}
		r.end()
		return nil
	}
}

// textual gives the Parse of an envelope whose lines the splitters take apart, the first that fits. Lines of other
// envelopes in the same file are understood as well.
func textual(own ...splitter) func(*parser.Lines, record.Sink) error {
	return func(lines *parser.Lines, sink record.Sink) error {
		r := &reading{lines: lines, sink: sink, own: own}
		for lines.Next() {
			r.line(lines.Bytes())
		}
		r.end()
		return nil
	}
}

func (r *reading) line(b []byte) {
	var p piece
	if !r.split(b, &p) || coloured(p.text) {
		if bytes.IndexByte(b, 0x1b) < 0 {
			r.unstamped(b)
			return
		}
		p = piece{}
		if b = withoutEscapes(b); !r.split(b, &p) { // dmesg --color=always begins with one
			r.unstamped(b)
			return
		}
	}
	if p.relative {
		p.at = after(r.last.At, p.since)
	}
	r.garbage.end(r.lines)
	r.lines.Seen(p.at)
	r.last = record.Line{At: p.at, Host: r.names.text(r.lines, hostName(p.host)), Program: r.names.text(r.lines, p.program), PID: p.pid}
	r.stamped = true
	r.release()
	r.send(p.program, p.text)
}

// release sends the lines that waited for the first stamp.
func (r *reading) release() {
	for _, e := range r.early {
		l := r.last
		l.From, l.Text = record.Origin{File: r.lines.Path, Line: e.number}, e.text
		r.sink.Line(l)
	}
	r.early = nil
}

func (r *reading) split(b []byte, p *piece) bool {
	for _, s := range r.own {
		if s(b, p) {
			return true
		}
		*p = piece{}
	}
	return anyHeading(b, p)
}

// unstamped takes a line without a stamp: the rest of the message before it, or of one that the file's beginning cut.
func (r *reading) unstamped(b []byte) {
	switch {
	case len(b) == 0:
		return
	case marker(b):
		if from, to, zone, ok := journalRange(b); ok && !r.stamped {
			r.lines.Within(from, to, zone)
		}
		r.boot(b)
		return
	case r.foreign(b):
		return
	}
	if !r.stamped && r.program != "" && !unprintable(b) && len(r.early) < mostEarly {
		if r.lines.Interest.Wants([]byte(r.program), b) {
			r.early = append(r.early, early{r.lines.Number(), r.lines.Text(b)})
		}
		return
	}
	if !r.stamped || unprintable(b) {
		r.garbage.add(r.lines.Number())
	} else {
		r.garbage.end(r.lines)
	}
	r.send([]byte(r.last.Program), b)
}

// boot hands on that journalctl comes to another boot, which no program says: what one kernel said, the next one does not
// repeat.
func (r *reading) boot(b []byte) {
	if bootMarker(b) && r.lines.Interest.Wants(nil, b) {
		r.sink.Line(record.Line{At: r.last.At, From: r.lines.Origin(), Text: r.lines.Text(b)})
	}
}

// bare takes a line that nothing is known of, but that it may hold the kernel's words, and a stamp before them unless dates
// is nil: on a console only the kernel's own clock counts.
func (r *reading) bare(b []byte, dates *undated) {
	p := piece{text: b}
	var beginning, open []byte
	if p.strange(b) && dates != nil {
		beginning = b[:len(b)-len(p.text)]
		if open = p.stamped(beginning, dates.order); !p.at.Wall.IsZero() {
			r.last.At = p.at
		}
	}
	switch {
	case !r.lines.Interest.Wants(p.program, p.text):
	case open != nil:
		dates.hold(r.behind(&p, ""), beginning)
	default:
		r.sink.Line(r.behind(&p, ""))
	}
}

// stamped reads the stamp that stands before the kernel's words; open is a date that may be read in two ways.
func (p *piece) stamped(beginning []byte, order scan.DateOrder) (open []byte) {
	mono := p.at.Mono
	p.at, open = written(beginning, order)
	p.at.Mono = mono
	return open
}

// foreign takes a line of an unknown beginning between others when the kernel's words are in it; false when it is none.
func (r *reading) foreign(b []byte) bool {
	var p piece
	if r.program != "" || !p.strange(b) || !r.lines.Interest.Wants(p.program, p.text) {
		return false
	}
	r.garbage.end(r.lines)
	if open := p.stamped(b[:len(b)-len(p.text)], scan.NoOrder); open != nil || p.at.Lacks&record.LacksDate != 0 {
		p.at = record.Stamp{Mono: p.at.Mono} // the line before tells the day
	}
	r.sink.Line(r.behind(&p, r.last.Host))
	return true
}

// behind gives a line without an envelope, at its own time or at that of the line before it, on a host when it names none.
func (r *reading) behind(p *piece, host string) record.Line {
	at := r.last.At
	switch {
	case !p.at.Wall.IsZero():
		at = p.at
	case p.at.Mono != 0 && at.IsZero():
		at = monotonic(p.at.Mono, time.Microsecond)
	case p.at.Mono != 0:
		at.Mono = p.at.Mono
	}
	if p.host != nil {
		host = r.names.text(r.lines, hostName(p.host))
	}
	return record.Line{At: at, Host: host, Program: r.names.text(r.lines, p.program), From: r.lines.Origin(), Text: r.lines.Text(p.text)}
}

// send hands a line on, unless no reader wants it.
func (r *reading) send(program, text []byte) {
	if !r.lines.Interest.Wants(program, text) {
		return
	}
	l := r.last
	l.From, l.Text = r.lines.Origin(), r.lines.Text(text)
	r.sink.Line(l)
}

func (r *reading) end() {
	r.garbage.end(r.lines)
	if r.lines.Torn() && r.stamped {
		r.lines.Problem("the last line has no line end: its writer may have died in it, or the capture was cut there")
	}
}

// marker tells journalctl's own lines between the log lines: "-- Boot 1a2b --", "-- No entries --".
func marker(b []byte) bool {
	return len(b) > 5 && b[0] == '-' && b[1] == '-' && b[2] == ' '
}

// bootMarker tells the markers between two boots, "-- Reboot --" of older systemds.
func bootMarker(b []byte) bool {
	return bytes.HasPrefix(b, []byte("-- Boot ")) || bytes.HasPrefix(b, []byte("-- Reboot --"))
}

// unprintable tells control bytes that no log line holds.
func unprintable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\r' && c != 0x1b || c == 0x7f {
			return true
		}
	}
	return false
}

// run is a run of lines that could not be read, reported once.
type run struct{ first, count int }

func (g *run) add(number int) {
	if g.count == 0 {
		g.first = number
	}
	g.count++
}

func (g *run) end(lines *parser.Lines) {
	if g.count == 0 {
		return
	}
	lines.ProblemAt(g.first, fmt.Sprintf("%d line(s) from here on without a time that can be read; expected a log line's stamp", g.count))
	g.count = 0
}

// names keeps the strings of hosts and programs, few in a file, so that a line costs no memory for them.
type names struct{ known map[string]string }

func (n *names) text(lines *parser.Lines, b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := n.known[string(b)]; ok {
		return s
	}
	s := lines.Text(b)
	if n.known == nil || len(n.known) > 1000 {
		n.known = map[string]string{}
	}
	n.known[string(b)] = s
	return s
}
