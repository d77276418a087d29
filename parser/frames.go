package parser

import (
	"bufio"
	"bytes"
	"strconv"
)

// Messages of syslog over TCP as they came stand behind their lengths and have no line ends (RFC 6587, 3.4.1):
//
//	52 <4>1 2021-02-03T06:30:01Z kvm01 kernel - - - Mem-Info:61 <4>1 2021-02-03T06:30:01Z ...
//
// Where a line end follows each as well, withoutCount is enough.

// frameAt reads the length, at most MaxLine, before a message at the beginning of b; count is 0 when there is none.
func frameAt(b []byte) (count, size int) {
	n := digits(b)
	if n == 0 || n > 7 || !bytes.HasPrefix(b[n:], []byte(" <")) {
		return 0, 0
	}
	size, _ = strconv.Atoi(string(b[:n]))
	if size == 0 || size > MaxLine {
		return 0, 0
	}
	return n + 1, size
}

// longestCount is how many bytes tell whether a message begins.
const longestCount = len("1048576 <")

// offFrames makes lines of the messages of a head; nil when they do not follow each other by their lengths.
func offFrames(head []byte) []byte {
	var out []byte
	for number := 0; ; number++ {
		count, size := frameAt(head)
		message := head[count:]
		if count > 0 && size < len(message) {
			message = message[:size]
		}
		switch {
		case number > 0 && count == 0 && len(head) < longestCount: // cut in a length, or all read
			return out
		case count == 0, number == 0 && (len(message) < size || message[size-1] == '\n'):
			return nil
		}
		out = append(append(out, message...), '\n')
		head = head[count+len(message):]
	}
}

// frames gives the messages as lines. Where a length is wrong, the rest is given as it is.
type frames struct {
	from   *bufio.Reader
	left   int  // of the message
	inside bool // of one: its line end is to come
	lost   bool
}

func (f *frames) Read(p []byte) (int, error) {
	switch {
	case len(p) == 0:
		return 0, nil
	case f.lost:
		return f.from.Read(p)
	case f.left > 0:
		n, err := f.from.Read(p[:min(len(p), f.left)])
		f.left -= n
		return n, err
	case f.inside:
		p[0], f.inside = '\n', false
		return 1, nil
	}
	head, err := f.from.Peek(longestCount)
	if len(head) == 0 {
		return 0, err
	}
	count, size := frameAt(head)
	f.from.Discard(count)
	f.left, f.inside, f.lost = size, count > 0, count == 0
	return f.Read(p)
}
