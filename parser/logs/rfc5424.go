package logs

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/scan"
)

// rfc5424 is the structured syslog of RFC 5424, as rsyslog's RSYSLOG_SyslogProtocol23Format and syslog-ng write it:
//
//	<27>1 2026-11-23T08:59:43.730365+08:00 kvm-node-07 libvirtd 1397 - [origin ip="1.2.3.4"] text
//
// https://www.rfc-editor.org/rfc/rfc5424; seen from rsyslog 8.2302.
var rfc5424 = parser.Format{
	Name: "rfc5424", Title: "syslog of RFC 5424",
	Sniff:  sniffLines(85, rfc5424Line),
	Parse:  textual(rfc5424Line),
	Raw:    true,
	Sift:   sifting(rfc5424Line, nil),
	Begins: beginning(rfc5424Line),
}

func rfc5424Line(b []byte, p *piece) bool {
	n := priority(b)
	if n == 0 || len(b) < n+2 || b[n] < '1' || b[n] > '9' || b[n+1] != ' ' {
		return false
	}
	b = b[n+2:]
	var field [5][]byte // time host app pid msgid
	for i := range field {
		end := bytes.IndexByte(b, ' ')
		if end <= 0 {
			return false
		}
		field[i], b = b[:end], b[end+1:]
	}
	at, n := scan.ISO(field[0])
	if n != len(field[0]) && string(field[0]) != "-" {
		return false
	}
	p.at = at
	p.host, p.program = nilValue(field[1]), nilValue(field[2])
	if pid, ok := scan.Int(field[3]); ok && pid > 0 && pid < 1<<31 {
		p.pid = int(pid)
	}
	b = bytes.TrimPrefix(b[structured(b):], blank)
	p.text = bytes.TrimPrefix(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), blank)
	if len(p.program) > 0 {
		p.program = baseName(p.program)
	}
	if isKernel(p.program) {
		p.kernel(p.text)
	}
	return true
}

func nilValue(b []byte) []byte {
	if len(b) == 1 && b[0] == '-' {
		return nil
	}
	return b
}

// structured gives the length of the structured data: "-" or "[id name=\"value\"][...]", with \" \\ \] in values.
func structured(b []byte) int {
	if len(b) > 0 && b[0] == '-' {
		return 1
	}
	i, quoted := 0, false
	for i < len(b) && (b[i] == '[' || quoted) {
		for i++; i < len(b); i++ {
			switch c := b[i]; {
			case c == '\\' && quoted:
				i++
			case c == '"':
				quoted = !quoted
			}
			if !quoted && i < len(b) && b[i] == ']' {
				break
			}
		}
		i++
	}
	if i > len(b) {
		return 0 // no end: it is text that begins with a bracket
	}
	return i
}
