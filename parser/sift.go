package parser

import (
	"bytes"

	"oomortem/parser/record"
)

// Fate is what becomes of a line before anything in it is read.
type Fate uint8

const (
	// Drop leaves out a line that no reader wants.
	Drop Fate = iota
	// Keep gives the line to the format.
	Keep
	// Join keeps a line that continues a message, and the line that began the message with it.
	Join
)

// Sieve is a format's way to leave out lines.
type Sieve struct {
	Fate func(line []byte) Fate
	// Skip passes over lines whose fate is to be dropped, from at on, and gives where it stopped, at the beginning of a
	// line or at the end of data, and how many lines it passed. It is called for the lines of a block in order and
	// may stop too early, never too late. Nil: every line is judged by Fate.
	Skip func(data []byte, at int) (next, lines int)
}

// sieve is a format's test for lines, for one goroutine.
type sieve struct {
	Sieve
	begins func([]byte) (record.Stamp, bool)
}

// sifted is what is left of a block of lines.
type sifted struct {
	lines       int    // in the block
	kept        []kept // in order
	first, last kept   // the first and last line that begin a message; number 0 when none does
	silences    silences
	torn        bool // the last line has no end
	bytes       int
	err         error
	buf         []byte // memory that the lines lie in
}

// kept is one line. It aliases the block.
type kept struct {
	number  int // in the block, from 1
	from    int // offset in the block
	text    []byte
	joins   bool // it continues a message that began in an earlier block
	dropped int  // bytes left out of an overlong line
}

// sift fills out with what is kept of data, which is whole lines; overlong bytes of the last line were left out.
func (s *sieve) sift(out *sifted, data []byte, overlong int) {
	at, number := 0, 0
	for {
		if s.Skip != nil {
			next, lines := s.Skip(data, at)
			at, number = next, number+lines
		}
		if at >= len(data) {
			break
		}
		end := bytes.IndexByte(data[at:], '\n')
		next := at + end + 1
		if end < 0 {
			next = len(data)
			end = len(data) - at
			out.torn = overlong == 0
		}
		number++
		line := data[at : at+end]
		if n := len(line); n > 0 && line[n-1] == '\r' && n <= MaxLine+1 {
			line = line[:n-1]
		}
		if len(line) > MaxLine+1 {
			out.kept = append(out.kept, kept{number: number, from: at, text: line[:MaxLine], dropped: len(line) - MaxLine})
		} else if fate := s.Fate(line); fate != Drop {
			k := kept{number: number, from: at, text: line}
			if fate == Join {
				k.joins = !s.keepBeginning(out, data, at, number)
			}
			out.kept = append(out.kept, k)
		}
		at = next
	}
	out.lines, out.bytes = number, len(data)+overlong
	if overlong > 0 {
		s.keepOverlong(out, data, number, overlong)
	}
	s.edges(out, data)
	s.listen(out, data)
}

// keepBeginning keeps the line that began the message which the line at continues, unless it is kept already. It
// is false when the message began before the block.
func (s *sieve) keepBeginning(out *sifted, data []byte, at, number int) bool {
	known := -1
	if n := len(out.kept); n > 0 {
		known = out.kept[n-1].from
	}
	for at > 0 {
		line, from := lineBefore(data, at)
		if from == known {
			return true // with it, or before it, came the beginning
		}
		at, number = from, number-1
		if _, ok := s.begins(line); ok {
			out.kept = append(out.kept, kept{number: number, from: from, text: line})
			return true
		}
	}
	return false
}

// lineBefore gives the line that ends before at.
func lineBefore(data []byte, at int) (line []byte, from int) {
	to := at
	if to > 0 && data[to-1] == '\n' {
		to--
	}
	from = bytes.LastIndexByte(data[:to], '\n') + 1
	line = data[from:to]
	if n := len(line); n > MaxLine+1 {
		line = line[:MaxLine]
	} else if n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, from
}

func (s *sieve) keepOverlong(out *sifted, data []byte, number, overlong int) {
	if n := len(out.kept); n == 0 || out.kept[n-1].number != number {
		from := bytes.LastIndexByte(data, '\n') + 1
		out.kept = append(out.kept, kept{number: number, from: from, text: data[from:]})
	}
	out.kept[len(out.kept)-1].dropped += overlong
}

// edges finds the first and the last line that begin a message.
func (s *sieve) edges(out *sifted, data []byte) {
	for at, number := len(data), out.lines; at > 0; number-- {
		line, from := lineBefore(data, at)
		if _, ok := s.begins(line); ok {
			out.last = kept{number: number, from: from, text: line}
			break
		}
		at = from
	}
	if out.last.number == 0 {
		return
	}
	for at, number := 0, 1; at < len(data); number++ {
		end := bytes.IndexByte(data[at:], '\n')
		if end < 0 {
			end = len(data) - at
		}
		line, _ := lineBefore(data, at+end)
		if _, ok := s.begins(line); ok {
			out.first = kept{number: number, from: at, text: line}
			return
		}
		at += end + 1
	}
}

// keepFirst puts the first line that begins a message among the kept ones.
func (out *sifted) keepFirst() {
	i := 0
	for i < len(out.kept) && out.kept[i].number < out.first.number {
		i++
	}
	if i < len(out.kept) && out.kept[i].number == out.first.number {
		return
	}
	out.kept = append(out.kept, kept{})
	copy(out.kept[i+1:], out.kept[i:])
	out.kept[i] = out.first
}

// copyKept puts the kept lines into memory of the block's own.
func (out *sifted) copyKept() {
	n := len(out.first.text) + len(out.last.text)
	for _, k := range out.kept {
		n += len(k.text)
	}
	if cap(out.buf) < n {
		out.buf = make([]byte, n)
	}
	buf := out.buf[:0]
	own := func(k *kept) {
		at := len(buf)
		buf = append(buf, k.text...)
		k.text = buf[at:]
	}
	for i := range out.kept {
		own(&out.kept[i])
	}
	own(&out.first)
	own(&out.last)
}

// reset makes the memory ready for another block.
func (out *sifted) reset() {
	*out = sifted{kept: out.kept[:0], buf: out.buf}
}
