package logs

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/scan"
)

// euleros is the layout of rsyslog on EulerOS and openEuler:
//
//	2026-01-26T09:36:55.418891+08:00|warning|systemd[1]|machine-qemu\x2d3\x2dweb01.scope: Failed with result 'oom-kill'.
var euleros = parser.Format{
	Name: "euleros", Title: "syslog of EulerOS and openEuler, parted by |",
	Sniff:  sniffLines(88, pipedLine),
	Parse:  textual(pipedLine),
	Raw:    true,
	Sift:   sifting(pipedLine, nil),
	Begins: beginning(pipedLine),
}

func pipedLine(b []byte, p *piece) bool {
	at, n := scan.ISO(b)
	if n == 0 || n >= len(b) || b[n] != '|' {
		return false
	}
	level, rest, ok := bytes.Cut(b[n+1:], []byte{'|'})
	if !ok || !severities[string(level)] {
		return false
	}
	name, text, ok := bytes.Cut(rest, []byte{'|'})
	if !ok || len(bytes.TrimSuffix(name, []byte{':'})) == 0 || bytes.IndexByte(name, ' ') >= 0 {
		return false
	}
	if i := bytes.IndexByte(name, '['); i > 0 {
		if pid, l := scan.Digits(name[i+1:]); l > 0 && pid < 1<<31 {
			p.pid = int(pid)
		}
		name = name[:i]
	}
	p.at, p.program, p.text = at, baseName(bytes.TrimSuffix(name, []byte{':'})), text
	if len(p.program) > 0 && isKernel(p.program) {
		p.kernel(text)
	}
	return true
}
