package logs

import (
	"bytes"

	"oomortem/parser/record"
)

// broadcastHeading begins what a syslogd that writes to all terminals (omusrmsg of rsyslog, sysklogd) puts before each message.
// People paste what their terminal showed:
//
//	Message from syslogd@kvm01 at Mar  5 10:20:30 ...
//	 kernel:[12345.678901] Out of memory: Killed process 4711 (java) ...
var broadcastHeading = []byte("Message from syslogd@")

// broadcast takes such a heading, and the message behind it.
func (r *reading) broadcast(b []byte) bool {
	told := r.heading
	r.heading = false
	if rest, ok := bytes.CutPrefix(bytes.TrimLeft(b, "\a"), broadcastHeading); ok {
		host, rest, _ := bytes.Cut(rest, []byte(" at "))
		at, _ := written(rest, 0)
		r.last = record.Line{At: at, Host: r.names.text(r.lines, host)}
		r.heading = true
		return true
	}
	if !told || len(b) < 2 || b[0] != ' ' {
		return false
	}
	var p piece
	if !p.tagged(b[1:]) {
		return false
	}
	if r.lines.Interest.Wants(p.program, p.text) {
		l := r.behind(&p, r.last.Host)
		l.PID = p.pid
		r.sink.Line(l)
	}
	return true
}
