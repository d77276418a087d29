package logs

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
)

// console is a capture of a serial console: the kernel's lines between whatever programs print there, with terminal
// colours, doubled carriage returns, lost line ends:
//
//	[    2.123456] Freeing unused kernel memory: 2048K
//	Creating journal (262144 blocks): [   35.419377] mkfs.ext4 invoked oom-killer: gfp_mask=0x101cc0(GFP_USER|__GFP_WRITE)
//	^[[0;32m  OK  ^[[0m] Reached target Multi-User System.
var console = parser.Format{
	Name: "console", Title: "capture of a serial console, virsh console or IPMI",
	Sniff: sniffConsole,
	Parse: readConsole,
	Raw:   true,
}

// sniffConsole takes kernel lines among other ones for a console's; where all lines are the kernel's it is dmesg's.
func sniffConsole(h parser.Head) parser.Score {
	begun, stamped, other, marks, seen := 0, 0, 0, 0, 0
	for _, l := range h.Lines(200) {
		if len(l) == 0 {
			continue
		}
		seen++
		var p piece
		if l[0] == '{' || bytes.HasPrefix(bytes.TrimLeft(l, "\a"), broadcastHeading) || !dmesgLine(l, &p) && !levelLine(l, &p) && anyHeading(l, &p) { // another envelope around the kernel's own
			return 0
		}
		if bytes.IndexByte(l, 0x1b) >= 0 || bytes.HasSuffix(l, []byte{'\r'}) || bytes.Contains(l, []byte(" login: ")) {
			marks++
		}
		switch i := stampAt(l, 0); {
		case i == 0:
			begun++
			stamped++
		case i > 0:
			stamped++
			marks++
		default:
			other++
		}
	}
	switch {
	case stamped == 0:
		return 0
	case begun == 0: // each line has something before it: more likely a log that some tool shows
		return 39
	case marks > 0 && 3*stamped >= seen:
		return 79
	case marks > 0 || 5*stamped >= seen && other > 0:
		return 45
	}
	return 0
}

func readConsole(lines *parser.Lines, sink record.Sink) error {
	r := &reading{lines: lines, sink: sink, own: []splitter{dmesgLine}}
	for lines.Next() {
		b := lines.Bytes()
		if bytes.IndexByte(b, 0x1b) >= 0 {
			b = withoutEscapes(b)
		}
		b = bytes.Trim(b, "\r")
		for len(b) > 0 {
			next := stampAt(b, 1)
			if next < 0 {
				next = len(b)
			}
			r.consoleLine(b[:next])
			b = b[next:]
		}
	}
	r.end()
	return nil
}

// consoleLine takes one message. What has no stamp was printed by some program, or the kernel prints no stamps.
func (r *reading) consoleLine(b []byte) {
	var p piece
	if dmesgLine(b, &p) {
		r.line(b)
		return
	}
	if len(bytes.TrimSpace(b)) > 0 {
		r.bare(b, nil)
	}
}

// stampAt finds "[   35.419377] " in b, from the offset on, with the six digits that printk writes; -1 when there is none.
func stampAt(b []byte, from int) int {
	for i := from; i < len(b); i++ {
		j := bytes.IndexByte(b[i:], '[')
		if j < 0 {
			return -1
		}
		i += j
		if _, n := uptime(b[i:]); n >= 12 && b[i+n-8] == '.' {
			begin := i
			if begin >= 3 && b[begin-1] == '>' { // "<6>[" belongs together
				if open := bytes.LastIndexByte(b[:begin], '<'); open >= 0 && priority(b[open:]) == begin-open {
					begin = open
				}
			}
			if begin >= from {
				return begin
			}
		}
	}
	return -1
}

// coloured tells a text that begins with a terminal control sequence: what journalctl writes of a warning or an error when
// SYSTEMD_COLORS=1 or a terminal that records asks for colours (print_multiline() of systemd's logs-show.c).
func coloured(text []byte) bool { return len(text) > 0 && text[0] == 0x1b }

// withoutEscapes takes terminal control sequences out (ECMA-48: ESC [ parameters letter).
func withoutEscapes(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != 0x1b {
			out = append(out, b[i])
			continue
		}
		if i+1 < len(b) && b[i+1] == '[' {
			for i += 2; i < len(b) && (b[i] < 0x40 || b[i] > 0x7e); i++ {
			}
		} else {
			i++
		}
	}
	return out
}
