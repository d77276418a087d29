package parser

import (
	"bufio"
	"bytes"
	"io"
)

// wrapping is what a tool that shows logs puts before each line, or makes of it. Which log it is shows only without.
type wrapping struct {
	// bare takes it off in place; false when the line has none.
	bare func(line []byte) ([]byte, bool)
	// Of what has no lines of its own, without bare: lines makes them of a head, nil when it is none of it; read of all.
	lines func(head []byte) []byte
	read  func(*bufio.Reader) io.Reader
	sure  Score // how sure a format must be of what is inside
	mark  bool  // nothing else looks so: even what a format knows by its shape is tried without
}

// bareWords is how sure formats are of the kernel's words alone, without any stamp.
const bareWords = 15

var wrappings = []wrapping{
	{bare: withoutPod, sure: bareWords, mark: true},
	{bare: withoutService, sure: bareWords},
	{lines: offFrames, read: func(r *bufio.Reader) io.Reader { return &frames{from: r} }, sure: byShape},
	{lines: offDocument, read: func(r *bufio.Reader) io.Reader { return &documents{from: r} }, sure: byShape},
	{bare: withoutCount, sure: byShape},
	{bare: withoutPath, sure: byShape},
	{bare: withoutIndent, sure: byShape},
	{bare: withBlanks, sure: byShape},
}

// recognize is Detect for a head that may be wrapped; wrapped is nil when it is not.
func recognize(h Head, formats []Format) (f Format, score Score, wrapped *wrapping, ok bool) {
	f, score, ok = Detect(h, formats)
	for i := range wrappings {
		w := &wrappings[i]
		if score >= byShape && !w.mark || bytes.IndexByte(h.Data, 0) >= 0 {
			continue
		}
		inside := h
		if inside.Data = w.off(h.Data); inside.Data == nil {
			continue
		}
		if g, s, known := Detect(inside, formats); known && s >= w.sure && (w.mark || s >= score) {
			return g, s, w, true
		}
	}
	return f, score, nil, ok
}

// off takes the wrapping off a head; nil when fewer than four of five lines have it, or a fault of its own broke it off.
func (w *wrapping) off(head []byte) (bare []byte) {
	defer func() {
		if recover() != nil {
			bare = nil
		}
	}()
	if w.bare == nil {
		return w.lines(head)
	}
	wrapped, lines := 0, 0
	out := make([]byte, 0, len(head))
	for line := range bytes.Lines(head) {
		if len(bytes.TrimSpace(line)) == 0 {
			out = append(out, line...)
			continue
		}
		lines++
		bare, ok := w.bare(bytes.Clone(line))
		if ok {
			wrapped++
		}
		out = append(out, bare...)
	}
	if lines == 0 || 5*wrapped < 4*lines {
		return nil
	}
	return out
}

// reader gives what r gives without the wrapping. Of a line longer than a head only the beginning is looked at.
func (w *wrapping) reader(r io.Reader) io.Reader {
	from := bufio.NewReaderSize(r, headSize)
	if w.bare == nil {
		return w.read(from)
	}
	return &unwrapping{from: from, bare: w.bare}
}

type unwrapping struct {
	from   *bufio.Reader
	bare   func([]byte) ([]byte, bool)
	rest   []byte // of a line, not yet given
	inside bool   // of a long line
	err    error
}

func (u *unwrapping) Read(p []byte) (int, error) {
	for len(u.rest) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		line, err := u.from.ReadSlice('\n')
		long := err == bufio.ErrBufferFull
		if err != nil && !long {
			u.err = err
		}
		if !u.inside {
			line, _ = u.bare(line)
		}
		u.rest, u.inside = line, long
	}
	n := copy(p, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

// withoutPod reads "[pod/web-7d4b9/nginx] " (kubernetes.io/docs/reference/kubectl, logs --prefix).
func withoutPod(line []byte) ([]byte, bool) {
	end := bytes.Index(line, []byte("] "))
	if !bytes.HasPrefix(line, []byte("[pod/")) || end < 0 || bytes.IndexByte(line[:end], ' ') >= 0 || bytes.Count(line[:end], []byte{'/'}) != 2 {
		return line, false
	}
	return line[end+2:], true
}

// withoutService reads "web-1      | ", "web_1  | " of version 1, in colour or not (docs.docker.com/reference/cli/docker/compose/logs).
func withoutService(line []byte) ([]byte, bool) {
	bar := bytes.Index(line, []byte(" | "))
	if bar <= 0 {
		return line, false
	}
	name := bytes.TrimRight(line[:bar], " ")
	for _, c := range name {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && bytes.IndexByte([]byte("-_.\x1b[;"), c) < 0 {
			return line, false
		}
	}
	bare := line[bar+3:]
	return bytes.TrimPrefix(bare, []byte("\x1b[0m")), len(name) > 0
}

// withoutCount reads the length before a message, "199 <13>1 ...", of syslog over TCP (RFC 6587, 3.4.1).
func withoutCount(line []byte) ([]byte, bool) {
	n := digits(line)
	if n == 0 || n > 6 || !bytes.HasPrefix(line[n:], []byte(" <")) {
		return line, false
	}
	return line[n+1:], true
}

// withoutPath reads "messages:" and "/var/log/messages:14:" of grep -H and -n, and "14:" of grep -n (POSIX, grep).
func withoutPath(line []byte) ([]byte, bool) {
	bare := line
	if n := digits(bare); n == 0 || n == len(bare) || bare[n] != ':' {
		i := bytes.IndexAny(bare, ": \t")
		if i <= 0 || bare[i] != ':' {
			return line, false
		}
		bare = bare[i+1:]
	}
	if n := digits(bare); n > 0 && n < len(bare) && bare[n] == ':' {
		bare = bare[n+1:]
	}
	return bare, true
}

// withoutIndent takes the blanks off a whole file that was copied out of a mail or a ticket.
func withoutIndent(line []byte) ([]byte, bool) {
	bare := bytes.TrimLeft(line, " \t")
	return bare, len(bare) < len(line)
}

// withBlanks makes blanks of no-break spaces and tabs, which word processors and spreadsheets make of them.
func withBlanks(line []byte) ([]byte, bool) {
	bare := bytes.ReplaceAll(line, []byte("\u00a0"), []byte{' '})
	found := len(bare) < len(line) || bytes.IndexByte(bare, '\t') >= 0
	for i, c := range bare {
		if c == '\t' {
			bare[i] = ' '
		}
	}
	return bare, found
}

// digits counts the digits that b begins with.
func digits(b []byte) (n int) {
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}
