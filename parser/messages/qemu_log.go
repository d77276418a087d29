package messages

import (
	"bytes"
	"strconv"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// qemuLog reads a VM's own log, /var/log/libvirt/qemu/NAME.log (libvirt 0.9 to 11; what virtlogd and QEMU write):
//
//	2026-11-23 00:44:31.070+0000: starting up libvirt version: 9.0.0, package: …, qemu version: 7.2.22…, kernel: 6.18.44, hostname: kvm01
//	HOME=/var/lib/libvirt/qemu/domain-2-web01 \
//	/usr/bin/qemu-system-x86_64 \
//	-name guest=web01,debug-threads=on \
//	-m 320 \
//	2026-11-23 00:44:31.080+0000: 20628: info : libvirt version: 9.0.0     <- 20628 is QEMU's pid: the child before its exec
//	2026-11-23T00:45:48.714374Z qemu-system-x86_64: terminating on signal 15 from pid 20383 (libvirtd)
//	2026-11-23 00:45:30.405+0000: shutting down, reason=crashed
//
// An OOM kill leaves nothing but reason=crashed, and so do a segfault and SIGKILL; an assertion leaves its own line.
var qemuLog = Reader{
	Name: "qemu-log", Title: "a VM's own log of libvirt: start, command line, QEMU's errors, end",
	Sources: []string{"qemu"},
	Wants:   func(text []byte) bool { return !isTrace(text) },
	New:     func() Step { return &qemuRun{} },
}

// qemuRun is the run of one VM, from its start to its end.
type qemuRun struct {
	name     string
	starting *record.Line // the line of a start whose command line is not read to its end yet
	command  strings.Builder
	program  bool // the command line has named QEMU itself
	pid      string
	assert   string       // what QEMU said when it gave up
	lastSaid string       // QEMU's last own line that is no warning
	saidAt   record.Stamp // of that
	unasked  string       // who sent SIGTERM, when it was not libvirt
}

const longestCommand = 1 << 20

// isTrace tells QEMU's own trace, of which there can be millions: "3286206@1711972823.951706:usb_packet_state_change ...".
func isTrace(text []byte) bool {
	pid, rest, ok := bytes.Cut(text[:min(len(text), 40)], []byte{'@'})
	return ok && len(rest) > 12 && rest[10] == '.' && digitsIn(string(pid)) != ""
}

func (q *qemuRun) Line(l record.Line, sink record.Sink) {
	if l.Program == "" || l.Program == "qemu" {
		l.Program = "qemu"
	}
	text := l.Text
	if st, n := scan.ISO([]byte(head(text, 40))); n > 0 {
		if !l.At.Exact() {
			l.At = st
			l.At.Lacks = 0 // libvirt and QEMU write UTC; old QEMUs leave out the Z
		}
		text = text[n:]
	} else if i := strings.Index(head(text, 40), "+0000: "); i > 0 { // a stamp that somebody's anonymiser broke
		text = text[i+len("+0000"):]
	}
	text = strings.TrimLeft(text, ": ")
	switch {
	case strings.HasPrefix(text, "starting up"):
		q.closeStart(sink)
		*q = qemuRun{name: q.name, starting: &l}
		q.host(l, text, sink)
	case strings.HasPrefix(text, "shutting down"):
		q.closeStart(sink)
		q.ended(l, text, sink)
	case q.starting != nil && q.commandLine(text):
		if !strings.HasSuffix(text, `\`) && q.program {
			q.closeStart(sink)
		}
	default:
		q.closeStart(sink)
		q.said(l, text, sink)
	}
}

// Flush gives a start whose command line the input's end cut.
func (q *qemuRun) Flush(sink record.Sink) { q.closeStart(sink) }

// vm gives the VM's name: from the last command line, else from the file's.
func (q *qemuRun) vm(from record.Origin) string {
	if q.name != "" {
		return q.name
	}
	return logName(from.File)
}

// logName gives web01 for /var/log/libvirt/qemu/web01.log, web01.log.0, web01.log-20210214.gz.
func logName(file string) string {
	base := file[strings.LastIndexByte(file, '/')+1:]
	name, _, ok := strings.Cut(base, ".log")
	if !ok {
		return ""
	}
	return name
}

// commandLine takes a line of the command line, or of the environment before it.
func (q *qemuRun) commandLine(text string) bool {
	if text == "" || q.command.Len() > longestCommand {
		return false
	}
	word, _, _ := strings.Cut(text, " ")
	environment := strings.Contains(word, "=") && strings.ToUpper(head(word, 3)) == head(word, 3)
	if q.command.Len() == 0 && !environment && text[0] != '/' {
		return false
	}
	if q.program && text[0] != '-' {
		return false
	}
	q.command.WriteString(strings.TrimSuffix(text, `\`))
	q.command.WriteByte(' ')
	if !q.program {
		_, q.program = scan.QEMU(text)
	}
	return true
}

// closeStart gives the start with what its command line tells.
func (q *qemuRun) closeStart(sink record.Sink) {
	if q.starting == nil {
		return
	}
	l := *q.starting
	q.starting = nil
	c, _ := scan.QEMU(q.command.String())
	q.command.Reset()
	q.program = false
	if c.Name != "" {
		q.name = c.Name
	}
	vm := q.vm(l.From)
	if vm == "" {
		return
	}
	fact := func(key, value string) {
		if value != "" {
			sink.Fact(record.Fact{At: l.At, From: l.From, Subject: vm, Key: key, Value: value})
		}
	}
	memory := ""
	if c.Memory > 0 {
		memory = strconv.FormatInt(c.Memory, 10)
	}
	fact(record.FactVM, "its own log")
	fact(record.FactVMID, c.ID)
	fact(record.FactVMUUID, c.UUID)
	fact(record.FactVMMemory, memory)
	if c.HugePages {
		fact(record.FactVMHugePages, "yes")
	}
	sink.Event(settled(l, record.VMStarted, "VM "+vm+" was started",
		record.Attr{Key: record.AttrVM, Value: vm},
		record.Attr{Key: record.AttrID, Value: c.ID},
		record.Attr{Key: record.AttrBytes, Value: memory}))
}

// host gives what the start line tells about the host.
func (q *qemuRun) host(l record.Line, text string, sink record.Sink) {
	for key, mark := range map[string]string{record.FactKernel: ", kernel: ", record.FactHostName: ", hostname: "} {
		if _, rest, ok := strings.Cut(text, mark); ok {
			value, _, _ := strings.Cut(rest, ", ")
			sink.Fact(record.Fact{At: l.At, From: l.From, Key: key, Value: strings.TrimSpace(value)})
		}
	}
}
