package logs

import (
	"bytes"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// dmesgLine reads the kernel's ring as dmesg, dmesg -r and journalctl -o short-monotonic print it:
//
//	[12345.678901] text
//	<6>[12345.678901][ T6736] text
//	[21160.626351] host kernel: text
//	[21160.626351] earlyoom[84786]: text
//
// The clock stands still while the machine is suspended.
func dmesgLine(b []byte, p *piece) bool {
	mono, thread, rest, ok := printk(b)
	if !ok {
		return false
	}
	p.at = monotonic(mono, time.Microsecond)
	if journaled(rest, p) {
		return true
	}
	p.program, p.pid, p.text = kernelName, thread, rest
	return true
}

// journaled tells programs' lines from the kernel's own: "host kernel: text", "host sshd[12]: text", "sshd[12]: text" of
// journalctl, and what programs write to /dev/kmsg.
func journaled(b []byte, p *piece) bool {
	mono := p.at.Mono
	if !ownTag(b) {
		i := bytes.IndexByte(b, ' ')
		if i <= 0 || !ownTag(b[i+1:]) {
			return false
		}
		p.host, b = b[:i], b[i+1:]
	}
	p.tagged(b)
	p.at.Mono = mono
	return true
}

// ownTag tells a program's tag from the kernel's own words: without a pid only the word "kernel" is one ("usb 1-1: new
// device" is not), and "qemu-kvm[70123]: segfault at" the kernel says (arch/x86/mm/fault.c).
func ownTag(b []byte) bool {
	name, end := tag(b)
	if end == 0 || isKernel(name) {
		return end > 0
	}
	pid, l := scan.Digits(b[min(len(name)+1, end):])
	if l == 0 || pid == 0 || len(name)+l+3 != end || name[0] >= 'A' && name[0] <= 'Z' { // "lowmem_reserve[]:", "IOAPIC[0]:"
		return false
	}
	text := bytes.TrimLeft(b[end:], " ")
	for _, own := range kernelSays {
		if bytes.HasPrefix(text, own) {
			return false
		}
	}
	return true
}

// kernelSays is how messages of the kernel about a process go on behind "comm[pid]:".
var kernelSays = [][]byte{[]byte("segfault"), []byte("unhandled"), []byte("bad "), []byte("undefined"), []byte("vsyscall"), []byte("syscall"),
	[]byte("trap"), []byte("alignment"), []byte("potentially"), []byte("general protection")}

// levelLine reads what the kernel prints with a level and no time, as /proc/kmsg, netconsole and dmesg -r give it of a kernel with
// printk.time=0, and what programs wrote to /dev/kmsg:
//
//	<4>text
//	<30>systemd[1]: text
func levelLine(b []byte, p *piece) bool {
	n := priority(b)
	if n == 0 || n == len(b) || syslogLine(b, p) || isoLine(b, p) || rfc5424Line(b, p) {
		return false
	}
	*p = piece{depth: p.depth}
	if n > len("<7>") || b[1] > '7' { // not of the facility kern
		p.tagged(b[n:])
		if len(p.program) == 0 {
			return false
		}
	} else if !journaled(b[n:], p) {
		p.kernel(b[n:])
	}
	p.at = record.Stamp{Mono: p.at.Mono, Lacks: record.LacksWall}
	return true
}

// dmesgDate reads dmesg -T, weekday and month in any locale: "[Thu May  9 14:52:38 2024] text", with -d
// "[Thu May  9 14:52:38 2024 <    0.000300>] text". The date is worked out
// from the uptime and drifts by suspends and clock steps.
func dmesgDate(b []byte, p *piece) bool {
	if len(b) < 22 || b[0] != '[' {
		return false
	}
	at, n := scan.Calendar(b[1:])
	if n == 0 || at.Lacks&record.LacksYear != 0 {
		return false
	}
	rest := b[n+1:]
	if len(rest) > 0 && rest[0] == ' ' { // dmesg -Td
		_, n = sincePrevious(rest[1:])
		rest = rest[1+n:]
	}
	if len(rest) == 0 || rest[0] != ']' {
		return false
	}
	rest = rest[1:]
	p.at = at
	p.program, p.text = kernelName, p.behindCaller(rest)
	return true
}

// dmesgDecoded reads dmesg -x, with any kind of time: "kern  :warn  : [ 123.456789] text".
func dmesgDecoded(b []byte, p *piece) bool {
	if !isDecoded(b) {
		return false
	}
	b = b[15:]
	if dmesgLine(b, p) || dmesgDate(b, p) || dmesgRelative(b, p) || dmesgISO(b, p) {
		return true
	}
	p.at = record.Stamp{Lacks: record.LacksWall}
	p.program, p.text = kernelName, b
	return true
}

// isDecoded tells the facility and the level that dmesg -x puts before a line: "kern  :warn  : ".
func isDecoded(b []byte) bool {
	return len(b) >= 16 && b[6] == ':' && b[13] == ':' && b[14] == ' ' &&
		facilities[string(bytes.TrimRight(b[:6], " "))] && severities[string(bytes.TrimRight(b[7:13], " "))]
}

// dmesgISO reads dmesg --time-format iso: "2024-05-09T14:52:38,123456+02:00 text". The comma tells it from syslog.
func dmesgISO(b []byte, p *piece) bool {
	if len(b) < 27 || b[19] != ',' || b[10] != 'T' {
		return false
	}
	at, n := scan.ISO(b)
	if n < 27 || n < len(b) && b[n] != ' ' {
		return false
	}
	p.at = at
	p.program, p.text = kernelName, p.behindCaller(bytes.TrimPrefix(b[n:], blank))
	return true
}
