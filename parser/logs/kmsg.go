package logs

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/scan"
)

// kmsg is what reading /dev/kmsg gives (Documentation/ABI/testing/dev-kmsg): priority and facility, sequence number,
// microseconds since boot, flags, then the text with \x0a escapes; lines that begin with a blank are its dictionary:
//
//	4,19685342,241227987454,-,caller=T12845;dumpsys invoked oom-killer: gfp_mask=0x40dc0(GFP_KERNEL|__GFP_COMP)
//	 SUBSYSTEM=pci
//
// Seen from 5.10 (Android) to 7.3.
var kmsg = parser.Format{
	Name: "kmsg", Title: "/dev/kmsg records",
	Sniff: sniffLines(88, kmsgLine),
	Parse: textual(kmsgLine),
	Raw:   true,
}

func kmsgLine(b []byte, p *piece) bool {
	end := bytes.IndexByte(b[:min(len(b), 121)], ';')
	if end < 7 {
		return false
	}
	head := b[:end]
	var number [3]int64
	for i := range number {
		n, l := scan.Digits(head)
		if l == 0 || l >= len(head) || head[l] != ',' {
			return false
		}
		number[i], head = n, head[l+1:]
	}
	if number[0] > 1023 || number[2] > 1e16 || len(head) == 0 || head[0] != '-' && head[0] != 'c' && head[0] != '+' {
		return false
	}
	p.at = monotonic(time.Duration(number[2])*time.Microsecond, time.Microsecond)
	p.text = unescapeHex(b[end+1:])
	p.program = kernelName
	if _, by, told := bytes.Cut(head, []byte(",caller=T")); told {
		thread, _ := scan.Digits(by)
		p.pid = int(min(thread, 1<<31-1))
	}
	if number[0] >= 8 { // facility: not the kernel's own words but a program's that wrote to /dev/kmsg
		p.program, p.pid = nil, 0
		if at := p.at; !p.tagged(p.text) {
			p.at = at
		}
	}
	return true
}

// unescapeHex turns "\x0a" back into the byte, in place of nothing: it copies only when there is one.
func unescapeHex(b []byte) []byte {
	if !bytes.Contains(b, []byte(`\x`)) {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+3 < len(b) && b[i+1] == 'x' {
			if hi, lo := hexDigit(b[i+2]), hexDigit(b[i+3]); hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 3
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
