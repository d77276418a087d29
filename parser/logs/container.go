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
		c.message(p.at, p.text, streamOf(b[i+1:]), b[i+8] == 'P')
	}
	c.end()
	return nil
}

// contained reads what a container printed, which may be a log with envelopes of its own.
type contained struct {
	reading
	container string         // its name
	host      []byte         // the node's, when the shipper names it
	parts     [streams]parts // a container may print on both streams at once
}

// parts is the beginning of a message that goes on.
type parts struct {
	text  []byte
	begun record.Origin
	at    record.Stamp
}

const streams = 2

// streamOf gives the number of "stdout" or "stderr".
func streamOf(name []byte) int {
	if bytes.HasPrefix(name, []byte("stderr")) {
		return 1
	}
	return 0
}

// message takes a message or a part of one.
func (c *contained) message(at record.Stamp, text []byte, stream int, partial bool) {
	begun, m := c.lines.Origin(), &c.parts[stream]
	if partial {
		if len(m.text) == 0 {
			m.begun, m.at = begun, at
		}
		if len(m.text) < parser.MaxLine {
			m.text = append(m.text, text...)
		}
		return
	}
	if len(m.text) > 0 {
		text = append(m.text, text...)
		begun, at = m.begun, m.at
		m.text = m.text[:0]
	}
	c.inner(at, begun, text)
}

// inner takes off the envelope inside, if there is one; the outer time is the better one.
func (c *contained) inner(at record.Stamp, begun record.Origin, text []byte) {
	text = bytes.TrimRight(text, "\r\n")
	c.garbage.end(c.lines)
	c.stamped = true
	var p piece
	if !anyHeading(text, &p) {
		p = piece{program: []byte(c.container), text: text}
		if isLauncher(text) {
			p.program = launcherName
		}
	}
	if p.host == nil && c.container != guestConsole {
		p.host = c.host
	}
	at.Mono = p.at.Mono
	c.lines.Seen(at)
	c.last = record.Line{At: at, Host: c.names.text(c.lines, p.host), Program: c.names.text(c.lines, p.program), PID: p.pid}
	if !c.lines.Interest.Wants(p.program, p.text) {
		return
	}
	l := c.last
	l.From, l.Text = begun, c.lines.Text(p.text)
	c.sink.Line(l)
}

// guestConsole is the container in which KubeVirt, since 1.1, prints a VM's serial console (kubevirt.io/user-guide): what the
// kernel says there is the VM's own, not the node's.
const guestConsole = "guest-console-log"

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
