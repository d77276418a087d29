package logs

import (
	"bytes"
	"time"

	"oomortem/parser/scan"
)

// printk reads the prefix that the kernel's own print puts before a message, with CONFIG_PRINTK_TIME and, since 5.1,
// CONFIG_PRINTK_CALLER (kernel/printk/printk.c, print_prefix):
//
//	<4>[12345.678901][ T6736] text
//	[    0.000000] text
//	<4>[12345.678901] (3)[4242:stress]text                   MediaTek's kernels
//	<4>[12345.678901]  [3:         stress: 4242] text        Samsung's
//
// It gives the time since boot, the thread that printed it, 0 when it is not told, and the message with its own indentation.
func printk(b []byte) (mono time.Duration, thread int, rest []byte, ok bool) {
	b = b[priority(b):]
	mono, n := uptime(b)
	if n == 0 {
		return 0, 0, nil, false
	}
	b = b[n:]
	thread, n = caller(b)
	b = b[n:]
	if n := vendorCaller(b); n > 0 {
		b = b[n:]
	}
	if len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	return mono, thread, b, true
}

// vendorCaller gives the length of the processor, the name and the pid that the kernels of Android phones print behind the
// uptime, 0 when there is none: " (3)[4242:stress]" and "-(0)[0:swapper/0]" with interrupts off of MediaTek
// (CONFIG_MTK_PRINTK_UART_CONSOLE), "  [3:         stress: 4242]" of Samsung (CONFIG_SEC_LOG).
func vendorCaller(b []byte) int {
	const longest = len("  [255:TASK_COMM_LEN15: 4194304]")
	i := 0
	for i < len(b) && i < 3 && bytes.IndexByte([]byte(" .-"), b[i]) >= 0 {
		i++
	}
	if i == 0 || i+4 >= len(b) {
		return 0
	}
	open := b[i]
	_, l := scan.Digits(b[i+1:])
	if l == 0 || l > 3 || i+l+2 >= len(b) {
		return 0
	}
	at := i + 1 + l
	switch {
	case open == '(' && b[at] == ')' && b[at+1] == '[':
		pid, l := scan.Digits(b[at+2:])
		if end := bytes.IndexByte(b[:min(len(b), i+longest)], ']'); l > 0 && pid < 1<<22 && end > at+2+l && b[at+2+l] == ':' {
			return end + 1
		}
	case open == '[' && b[at] == ':':
		end := bytes.Index(b[at:min(len(b), i+longest)], []byte("] "))
		if end < 0 {
			return 0
		}
		name := b[at : at+end]
		colon := bytes.LastIndexByte(name, ':')
		pid, l := scan.Digits(bytes.TrimLeft(name[colon+1:], " "))
		if colon > 0 && l > 0 && pid <= 1<<22 && len(bytes.TrimLeft(name[colon+1:], " ")) == l {
			return at + end + 1
		}
	}
	return 0
}

// uptime reads "[12345.678901]" at the beginning of b, or "[12345.678901 <    0.000300>]" of dmesg -d and
// "[12345.678901 <    0.000300 >]" of journalctl -o short-delta, whose first line has blanks there (systemd 252,
// src/shared/logs-show.c, output_timestamp_monotonic); 0 bytes long when there is none.
func uptime(b []byte) (mono time.Duration, length int) {
	if len(b) < 5 || b[0] != '[' {
		return 0, 0
	}
	i := 1
	for i < len(b) && b[i] == ' ' {
		i++
	}
	sec, l := scan.Digits(b[i:])
	i += l
	if l == 0 || sec > 1e9 || i >= len(b) || b[i] != '.' {
		return 0, 0
	}
	i++
	frac, l := scan.Digits(b[i:])
	i += l
	if l == 0 || l > 9 || i >= len(b) {
		return 0, 0
	}
	if b[i] == ' ' {
		_, n := sincePrevious(b[i+1:])
		for i += 1 + n; i < len(b) && b[i] == ' '; i++ {
		}
	}
	if i >= len(b) || b[i] != ']' {
		return 0, 0
	}
	for ; l < 9; l++ {
		frac *= 10
	}
	return time.Duration(sec)*time.Second + time.Duration(frac), i + 1
}

// caller gives the thread of "[ T6736]", 0 for the CPU of "[    C2]", which was in an interrupt, and the length of that at the
// beginning of b, 0 when there is none.
func caller(b []byte) (thread, length int) {
	if len(b) < 4 || b[0] != '[' {
		return 0, 0
	}
	i := 1
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if i >= len(b) || (b[i] != 'T' && b[i] != 'C') {
		return 0, 0
	}
	n, l := scan.Digits(b[i+1:])
	if b[i] == 'T' && n < 1<<31 {
		thread = int(n)
	}
	i += 1 + l
	if l == 0 || i >= len(b) || b[i] != ']' {
		return 0, 0
	}
	return thread, i + 1
}

// behindCaller takes what is said of the caller, and one blank, off a kernel's line.
func (p *piece) behindCaller(b []byte) []byte {
	thread, n := caller(b)
	p.pid = thread
	return bytes.TrimPrefix(b[n:], blank)
}
