package logs

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// libvirtd is the log that libvirtd, virtqemud and their kin write by themselves (log_outputs=1:file:..., src/util/virlog.c),
// in UTC since 0.9:
//
//	2021-02-19 20:20:44.706+0000: 1397: error : qemuMonitorIO:718 : internal error: End of file from qemu monitor
//
// Versions seen: 1.1 to 11.1.
var libvirtd = parser.Format{
	Name: "libvirtd", Title: "libvirtd's own log: /var/log/libvirt/libvirtd.log, virtqemud.log",
	Sniff:  sniffLines(90, libvirtdLine),
	Parse:  textual(libvirtdLine),
	Raw:    true,
	Sift:   sifting(libvirtdLine, nil),
	Begins: beginning(libvirtdLine),
}

var libvirtdName = []byte("libvirtd")

func libvirtdLine(b []byte, p *piece) bool {
	at, rest, ok := virtStamp(b)
	if !ok {
		return false
	}
	thread, l := scan.Digits(rest)
	if l == 0 || thread > 1<<31 || !bytes.HasPrefix(rest[l:], []byte(": ")) {
		return false
	}
	level, _, ok := bytes.Cut(rest[l+2:min(len(rest), l+14)], []byte(" : "))
	if !ok || !levels[string(level)] {
		return false
	}
	p.at, p.program, p.pid, p.text = at, libvirtdName, int(thread), rest
	return true
}

var levels = map[string]bool{"debug": true, "info": true, "warning": true, "error": true}

// virtStamp reads "2021-02-19 20:20:44.706+0000: " and gives what follows.
func virtStamp(b []byte) (at record.Stamp, rest []byte, ok bool) {
	at, n := scan.ISO(b)
	if n == 0 || !bytes.HasPrefix(b[n:], []byte(": ")) {
		return at, nil, false
	}
	return at, b[n+2:], true
}

// qemu is a VM's own log, /var/log/libvirt/qemu/NAME.log, written by virtlogd and QEMU, in UTC:
//
//	2026-11-20 08:13:10.213+0000: starting up libvirt version: 9.0.0, ... hostname: kvm01
//	LC_ALL=C \
//	2026-11-20T08:13:11.001Z qemu-system-x86_64: terminating on signal 15 from pid 1397 (/usr/sbin/libvirtd)
//	2026-11-20 09:00:00.123+0000: shutting down, reason=crashed
//
// Versions seen: libvirt 2.0 to 11.1, QEMU 1.5 to 9.2.
var qemu = parser.Format{
	Name: "qemu", Title: "a VM's own log: /var/log/libvirt/qemu/NAME.log",
	Sniff: sniffQEMU,
	Parse: ownLog("qemu", qemuLine),
	Raw:   true,
}

var qemuName = []byte("qemu")

func qemuLine(b []byte, p *piece) bool {
	at, rest, ok := virtStamp(b)
	if !ok {
		var n int
		if at, n = scan.ISO(b); n == 0 || n >= len(b) || b[n] != ' ' {
			return false
		}
		rest = b[n+1:]
	}
	at.Lacks &^= record.LacksZone // old QEMUs write UTC without the Z
	p.at, p.program, p.text = at, qemuName, rest
	return true
}

// sniffQEMU counts the lines that only such a log has: virtlogd's, and QEMU's own ones by its name.
func sniffQEMU(h parser.Head) parser.Score {
	sure, traces := 0, 0
	for _, l := range h.Lines(200) {
		var p piece
		switch {
		case qemuLine(l, &p):
			text := p.text
			if bytes.HasPrefix(text, []byte("starting up")) || bytes.HasPrefix(text, []byte("shutting down")) ||
				bytes.HasPrefix(text, []byte("qemu")) && tagEnd(text) > 0 || bytes.HasPrefix(text, []byte("Domain id=")) {
				sure++
			}
		case bytes.HasPrefix(l, []byte("/usr/")) && bytes.Contains(l[:min(len(l), 80)], []byte("qemu")) || bytes.HasPrefix(l, []byte("-name guest=")):
			sure++
		case isTrace(l):
			traces++
		}
	}
	switch {
	case sure > 0:
		return 92
	case traces > 5:
		return 70
	}
	return 0
}

// isTrace tells a line of QEMU's log trace backend: "3286206@1711972823.951706:usb_packet_state_change bus 0 ...".
func isTrace(b []byte) bool {
	_, l := scan.Digits(b)
	if l == 0 || l+18 >= len(b) || b[l] != '@' {
		return false
	}
	_, ok := scan.Epoch(b[l+1 : l+18])
	return ok && b[l+18] == ':'
}
