package logs

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// journalJSON is journalctl -o json: one object a line, times in microseconds, a message that is no UTF-8 as a list of
// its bytes:
//
//	{"_TRANSPORT":"kernel","MESSAGE":"Out of memory: Killed process ...","__REALTIME_TIMESTAMP":"1795396677867953",
//	 "_SOURCE_MONOTONIC_TIMESTAMP":"40000","SYSLOG_IDENTIFIER":"kernel","_HOSTNAME":"kvm-node-07"}
//
// https://systemd.io/JOURNAL_EXPORT_FORMATS/; systemd 252 and 257.
var journalJSON = parser.Format{
	Name: "journal-json", Title: "journalctl -o json, json-sse, json-seq",
	Sniff: sniffJournalJSON,
	Parse: func(lines *parser.Lines, sink record.Sink) error {
		r := &reading{lines: lines, sink: sink}
		for lines.Next() {
			r.journalObject(lines.Bytes())
		}
		r.end()
		return nil
	},
	Raw: true,
}

// sniffJournalJSON leaves to jsonLog what shippers make of an entry: Vector's journald source renames MESSAGE and _HOSTNAME to
// "message" and "host", and keeps the rest (vector.dev/docs, sources, journald).
func sniffJournalJSON(h parser.Head) parser.Score {
	for _, l := range h.Lines(5) {
		if bytes.Contains(l, []byte(`"__REALTIME_TIMESTAMP"`)) && bytes.HasPrefix(withoutSSE(l), []byte("{")) {
			if bytes.Contains(l, []byte(`"message"`)) && !bytes.Contains(l, []byte(`"MESSAGE"`)) {
				return 0
			}
			return 92
		}
	}
	return 0
}

// withoutSSE takes off what -o json-sse and json-seq put before the object.
func withoutSSE(b []byte) []byte {
	return bytes.TrimPrefix(bytes.TrimPrefix(b, []byte("data: ")), []byte{0x1e})
}

func (r *reading) journalObject(b []byte) {
	b = withoutSSE(b)
	if len(bytes.TrimSpace(b)) == 0 {
		return
	}
	var e entry
	var o object
	good := o.fields(b, func(key []byte, v value) bool {
		raw := v.raw
		switch {
		case v.quoted && bytes.IndexByte(raw, '\\') >= 0:
			raw = scan.AppendJSON(nil, raw)
		case !v.quoted && len(raw) > 0 && raw[0] == '[':
			raw = listed(raw)
		case !v.quoted && string(raw) == "null": // too long for journalctl to print
			return true
		}
		e.field(key, raw)
		return true
	})
	if !good && e.text == nil {
		r.garbage.add(r.lines.Number())
		return
	}
	r.entry(&e)
}

// listed reads [72,101,108] as bytes, and ["a","b"], several values of one field, as the first of them.
func listed(raw []byte) []byte {
	inner := bytes.Trim(raw, "[] ")
	if len(inner) > 0 && inner[0] == '"' {
		o := object{b: inner}
		s, _ := o.text()
		return scan.AppendJSON(nil, s)
	}
	var out []byte
	for part := range bytes.SplitSeq(inner, []byte{','}) {
		n, ok := scan.Int(bytes.TrimSpace(part))
		if !ok || n < 0 || n > 255 {
			return out
		}
		out = append(out, byte(n))
	}
	return out
}

// entry is one journal entry, however it was exported.
type entry struct {
	realtime, monotonic, sourceReal, sourceMono int64 // microseconds; 0 when not there
	host, ident, comm, text                     []byte
	machine, boot                               []byte // ids, in hexadecimal digits
	pid, syslogPID                              int64
	kernel                                      bool
}

// field notes a field if it is one of those that matter. The value must live as long as the entry.
func (e *entry) field(key, v []byte) {
	switch string(key) {
	case "MESSAGE":
		e.text = v
	case "SYSLOG_IDENTIFIER":
		e.ident = v
	case "_COMM":
		e.comm = v
	case "_HOSTNAME":
		e.host = v
	case "_BOOT_ID":
		e.boot = v
	case "_MACHINE_ID":
		e.machine = v
	case "_TRANSPORT":
		e.kernel = string(v) == "kernel"
	case "__REALTIME_TIMESTAMP":
		e.realtime, _ = scan.Int(v)
	case "__MONOTONIC_TIMESTAMP":
		e.monotonic, _ = scan.Int(v)
	case "_SOURCE_REALTIME_TIMESTAMP":
		e.sourceReal, _ = scan.Int(v)
	case "_SOURCE_MONOTONIC_TIMESTAMP":
		e.sourceMono, _ = scan.Int(v)
	case "_PID":
		e.pid, _ = scan.Int(v)
	case "SYSLOG_PID":
		e.syslogPID, _ = scan.Int(v)
	}
}

// entry sends a journal entry on, as the current line.
func (r *reading) entry(e *entry) { r.entryAt(e, r.lines.Origin()) }

// entryAt sends a journal entry on. A kernel line's uptime is that of its printk; the wall time of the first lines of a
// boot is when journald came to read them.
func (r *reading) entryAt(e *entry, from record.Origin) {
	r.garbage.end(r.lines)
	when := e.realtime
	if e.sourceReal > 0 {
		when = e.sourceReal
	}
	at := record.Stamp{Lacks: record.LacksWall}
	if when > 0 && when < 4102444800e6 {
		at = record.AtUnix(when*1000, time.Microsecond)
	}
	program := e.ident
	switch {
	case e.kernel:
		program = kernelName
		at.Mono = time.Duration(min(e.sourceMono, 1<<52)) * time.Microsecond
	case len(program) == 0:
		program = e.comm
	}
	if len(program) > 0 {
		program = baseName(program)
	}
	r.lines.Seen(at)
	r.bootAt(e, at, from)
	if !r.lines.Interest.Wants(program, e.text) {
		return
	}
	pid := e.syslogPID
	if pid == 0 {
		pid = e.pid
	}
	r.last = record.Line{At: at, Host: r.names.text(r.lines, e.host), Program: r.names.text(r.lines, program), PID: int(pid)}
	l := r.last
	l.From, l.Text = from, r.lines.Text(e.text)
	r.sink.Line(l)
}
