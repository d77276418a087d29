package logs

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
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
	case hits == 0 || bytes.IndexByte(h.Data, 0) >= 0 || bytes.IndexByte([]byte("{[<"), bytes.TrimSpace(h.Data)[0]) >= 0:
		return 0 // nothing, or a binary, a document of JSON or XML, that mentions them
	case hits == 1:
		return 15
	}
	return 35
}

func readPlain(lines *parser.Lines, sink record.Sink) error {
	r := &reading{lines: lines, sink: sink}
	for lines.Next() {
		b := lines.Bytes()
		var p piece
		if len(b) > 0 && anyHeading(b, &p) {
			r.line(b)
			continue
		}
		r.bare(b)
	}
	return nil
}
