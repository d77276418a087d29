package logs

import "oomortem/parser"

// dmesg is the kernel's ring buffer as dmesg, dmesg -r, dmesg -x and busybox print it, with the time since boot:
//
//	[12345.678901] java invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0
//	<4>[12345.678901][ T6736] java invoked oom-killer: ...
//	kern  :warn  : [12345.678901] java invoked oom-killer: ...
//	<4>java invoked oom-killer: ...                               with printk.time=0
//
// or, with -d, -e and -H, with the time since the line before: [12345.678901 <    0.000300>], [  +0.000300], [<    0.000300>].
//
// util-linux 2.38, busybox 1.35; kernels 2.6 to 7.3.
var dmesg = parser.Format{
	Name: "dmesg", Title: "dmesg (plain, -r, -x, -d, -e, -H), journalctl -o short-monotonic and short-delta",
	Sniff: sniffLines(78, dmesgLine, dmesgRelative, uptimeDecoded, levelLine),
	Parse: textual(dmesgLine, dmesgRelative, dmesgDecoded),
	Raw:   true,
}

// dmesgT is dmesg -T, in any locale.
var dmesgT = parser.Format{
	Name: "dmesg-T", Title: "dmesg -T (dates worked out from the uptime)",
	Sniff: sniffLines(80, dmesgDate, datedDecoded),
	Parse: textual(dmesgDate, dmesgDecoded),
	Raw:   true,
}

// dmesgIso is dmesg --time-format iso.
var dmesgIso = parser.Format{
	Name: "dmesg-iso", Title: "dmesg --time-format iso",
	Sniff: sniffLines(82, dmesgISO),
	Parse: textual(dmesgISO, dmesgDecoded),
	Raw:   true,
}

// datedDecoded is dmesgDecoded with a date.
func datedDecoded(b []byte, p *piece) bool { return dmesgDecoded(b, p) && !p.at.Wall.IsZero() }

// uptimeDecoded is dmesgDecoded with the time since boot.
func uptimeDecoded(b []byte, p *piece) bool {
	return len(b) > 15 && b[14] == ' ' && dmesgDecoded(b, p) && p.at.Wall.IsZero()
}
