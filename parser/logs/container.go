package logs

import (
	"bytes"
	"path"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// cri is how container runtimes keep what a container prints, /var/log/pods and /var/log/containers; P marks a part of
// a line that goes on, F its end:
//
//	2021-02-19T20:20:44.706123456Z stdout F text
//
// https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
var cri = parser.Format{
	Name: "cri", Title: "container logs of CRI runtimes (containerd, CRI-O)",
	Sniff: sniffLines(90, criLine),
	Parse: readCRI,
	Raw:   true,
}

// criLine reads the prefix; the text may be a part of a line.
func criLine(b []byte, p *piece) bool {
	at, n := scan.ISO(b)
	if n == 0 || at.Lacks != 0 || n >= len(b) || b[n] != ' ' {
		return false
	}
	rest := b[n+1:]
	if !bytes.HasPrefix(rest, []byte("stdout ")) && !bytes.HasPrefix(rest, []byte("stderr ")) {
		return false
	}
	rest = rest[7:]
	if len(rest) < 1 || rest[0] != 'F' && rest[0] != 'P' || len(rest) > 1 && rest[1] != ' ' && rest[1] != ':' {
		return false
	}
	_, p.text, _ = bytes.Cut(rest, blank)
	p.at = at
	return true
}

func readCRI(lines *parser.Lines, sink record.Sink) error {
	c := contained{reading: reading{lines: lines, sink: sink}, container: containerOf(lines.Path)}
	for lines.Next() {
		b := lines.Bytes()
		var p piece
		if !criLine(b, &p) {
			c.unstamped(b)
			continue
		}
		i := bytes.IndexByte(b, ' ')
		partial := b[i+8] == 'P'
		c.message(p.at, p.text, partial)
	}
	c.end()
	return nil
}

// contained reads what a container printed, which may be a log with envelopes of its own.
type contained struct {
	reading
	container string
	parts     []byte // of a message that goes on
	begun     record.Origin
	at        record.Stamp
}

// message takes a message or a part of one.
func (c *contained) message(at record.Stamp, text []byte, partial bool) {
	if len(c.parts) == 0 {
		c.begun, c.at = c.lines.Origin(), at
	}
	if partial {
		if len(c.parts) < parser.MaxLine {
			c.parts = append(c.parts, text...)
		}
		return
	}
	if len(c.parts) > 0 {
		text = append(c.parts, text...)
		c.parts = c.parts[:0]
	}
	c.inner(bytes.TrimRight(text, "\r\n"))
}

// inner takes off the envelope inside, if there is one; the outer time is the better one.
func (c *contained) inner(text []byte) {
	c.garbage.end(c.lines)
	c.stamped = true
	var p piece
	if !anyHeading(text, &p) {
		p = piece{program: []byte(c.container), text: text}
		if isLauncher(text) {
			p.program = launcherName
		}
	}
	at := c.at
	at.Mono = p.at.Mono
	c.lines.Seen(at)
	c.last = record.Line{At: at, Host: c.names.text(c.lines, p.host), Program: c.names.text(c.lines, p.program), PID: p.pid}
	if !c.lines.Interest.Wants(p.program, p.text) {
		return
	}
	l := c.last
	l.From, l.Text = c.begun, c.lines.Text(p.text)
	c.sink.Line(l)
}

// containerOf gives the container's name by the path of its log: /var/log/pods/NAMESPACE_POD_UID/CONTAINER/0.log,
// /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log; "" when the path does not tell.
func containerOf(file string) string {
	dir, base := path.Split(file)
	dir = strings.TrimSuffix(dir, "/")
	if strings.Count(path.Base(path.Dir(dir)), "_") == 2 {
		return path.Base(dir)
	}
	name := strings.TrimSuffix(base, ".log")
	if i := strings.LastIndexByte(name, '-'); i > 0 && len(name)-i-1 == 64 {
		if j := strings.LastIndexByte(name[:i], '_'); j > 0 {
			return name[j+1 : i]
		}
	}
	return ""
}

var launcherName = []byte("virt-launcher")

// isLauncher tells a line of KubeVirt's virt-launcher, an object that its own reader reads whole.
func isLauncher(b []byte) bool {
	return len(b) > 0 && b[0] == '{' && bytes.Contains(b, []byte(`"component":"virt-`))
}
