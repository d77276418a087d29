package logs

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// plain is text without any envelope that has the kernel's words in it: dmesg -t, printk.time=0, journalctl -o cat, what
// people paste into a ticket:
//
//	doxygen invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO), order=0, oom_score_adj=0
//
// Nothing tells who said a line, so its program is "".
var plain = parser.Format{
	Name: "plain", Title: "kernel messages without an envelope: dmesg -t, pasted excerpts",
	Sniff: sniffPlain,
	Parse: readPlain,
	Raw:   true,
}

// kernelWords are words that only kernel messages about memory and its boot have.
var kernelWords = []string{
	"invoked oom-killer", "Killed process ", "Kill process ", "Out of memory: ", "oom-kill:constraint=", "Mem-Info:", "Call Trace:", "Call trace:",
	"Tasks state (memory values in pages)", "oom_reaper: reaped process", "Linux version ", "BIOS-provided physical RAM map", "Kernel command line: ",
	"Kernel panic - not syncing", "page allocation failure", "lowmem_reserve[]:", "Memory cgroup out of memory",
}

func sniffPlain(h parser.Head) parser.Score {
	hits := 0
	for _, w := range kernelWords {
		if bytes.Contains(h.Data, []byte(w)) {
			hits++
		}
	}
	switch {
	case bytes.IndexByte(h.Data, 0) >= 0 || document(bytes.TrimSpace(h.Data)):
		return 0 // a binary, or a document of JSON or XML, that mentions them
	case hits == 0:
		return sniffWritten(h)
	case hits == 1:
		return 15
	}
	return 35
}

// document tells JSON and XML. A list of JSON's holds no dates without quotes: "[2024-03-05T10:20:30] text".
func document(b []byte) bool {
	if len(b) < 2 || b[0] != '[' {
		return len(b) == 0 || b[0] == '{' || b[0] == '<'
	}
	at, open := oneStamp(b[1:], scan.NoOrder)
	return !wordByte(b[1]) || !open && (at.IsZero() || at.Lacks&record.LacksDate != 0)
}

// sniffWritten tells a syslog of a template's own by lines that begin with a stamp of any kind and the kernel's tag in some:
// what the kernel says of memory may stand far behind its head.
func sniffWritten(h parser.Head) parser.Score {
	stamped, tagged, seen := 0, 0, 0
	for _, l := range h.Lines(sniffed) {
		if len(l) == 0 || l[0] == ' ' || l[0] == '\t' {
			continue
		}
		seen++
		if i := min(1, len(l)-1); !wordByte(l[0]) && wordByte(l[i]) {
			l = l[i:]
		}
		if !wordByte(l[0]) {
			continue
		}
		if at, _ := oneStamp(l, scan.NoOrder); !at.IsZero() {
			stamped++
			if kernelTagIn(l) > 0 {
				tagged++
			}
		}
	}
	if tagged == 0 || 5*stamped < 4*seen {
		return 0
	}
	return 12
}

func readPlain(lines *parser.Lines, sink record.Sink) error {
	dates := &undated{Sink: sink}
	r := &reading{lines: lines, sink: dates}
	for lines.Next() {
		b := lines.Bytes()
		dates.learn(lines, b)
		if r.broadcast(b) {
			continue
		}
		var p piece
		if len(b) > 0 && anyHeading(b, &p) {
			r.line(b)
			continue
		}
		r.bare(b, dates)
	}
	dates.release(lines)
	return nil
}
