package parser

import (
	"bytes"
	"fmt"
	"io"

	"oomortem/parser/record"
)

// sifting gives the kept lines of all blocks in order.
//
// The records are the same whatever the size of the blocks: which lines are kept depends on each line alone, and on
// the line that began its message, which is carried over from block to block.
type sifting struct {
	blocks    blocks
	begins    func([]byte) (record.Stamp, bool)
	cur       *sifted
	i         int  // next of cur.kept
	base      int  // lines before cur
	begun     bool // a line that begins a message was seen
	carry     kept // the last one of the blocks before; its number counts from the input's beginning
	delivered int  // number of the last line given
	torn      bool
	ended     bool
}

// blocks gives an input's blocks in order, nil at the end.
type blocks interface {
	next() *sifted
	done(*sifted) // its memory is free again
	stop()
}

// startSifting makes Next give only the lines that the format's sieve keeps. A plain file is sifted on all cores.
func (l *Lines) startSifting(f Format, plain *plainFile) {
	fresh := func() *sieve { return &sieve{Sieve: f.Sift(l.Interest), begins: f.Begins} }
	size := func(usual int) int {
		if l.block > 0 {
			return l.block
		}
		return usual
	}
	if plain != nil {
		l.sift = &sifting{begins: f.Begins, blocks: startCutting(plain, size(cutSize), fresh)}
		return
	}
	l.sift = &sifting{begins: f.Begins, blocks: &streamBlocks{r: l.r, size: size(blockSize), sieve: fresh()}}
}

func (l *Lines) stopSifting() { l.sift.blocks.stop() }

func (l *Lines) nextSifted() bool {
	s := l.sift
	for {
		if s.cur != nil && s.i < len(s.cur.kept) {
			k := s.cur.kept[s.i]
			k.number += s.base
			if k.joins && s.carry.number > s.delivered {
				k = s.carry
			} else {
				s.i++
			}
			l.give(k)
			return true
		}
		if !l.nextBlock() {
			return l.lastBeginning()
		}
	}
}

// give makes k the current line.
func (l *Lines) give(k kept) {
	s := l.sift
	s.delivered = k.number
	l.number, l.line = k.number, k.text
	l.torn = s.cur != nil && s.cur.torn && k.number == s.base+s.cur.lines
	if k.dropped > 0 {
		l.Problem(overlongLine(k.dropped))
	}
	if bytes.IndexByte(l.line, 0) >= 0 {
		l.line = l.withoutNULs(l.line)
	}
}

// nextBlock finishes the block that was read and takes the next one.
func (l *Lines) nextBlock() bool {
	s := l.sift
	if s.cur != nil {
		if s.cur.last.number > 0 {
			s.carry = kept{number: s.base + s.cur.last.number, text: append(s.carry.text[:0], s.cur.last.text...)}
		}
		if s.cur.lines > 0 { // a block inside a long line has none
			s.torn = s.cur.torn
		}
		s.base += s.cur.lines
		s.blocks.done(s.cur)
	}
	s.cur, s.i = nil, 0
	if !s.ended {
		s.cur = s.blocks.next()
	}
	if s.cur == nil {
		s.ended = true
		return false
	}
	l.read += int64(s.cur.bytes)
	if s.cur.err != nil {
		l.err = s.cur.err
	}
	l.listen(s)
	if !s.begun && s.cur.first.number > 0 {
		s.begun = true
		s.cur.keepFirst()
	}
	return true
}

// listen notes the silences in the block, and the one before it.
func (l *Lines) listen(s *sifting) {
	if s.cur.first.number == 0 {
		return
	}
	to, _ := s.begins(s.cur.first.text)
	if s.carry.number > 0 {
		from, _ := s.begins(s.carry.text)
		l.silences.between(s.carry.number, from, to)
	}
	l.silences.join(s.base, s.cur.silences)
}

// lastBeginning gives the last line that begins a message, if it was not given yet, and then the end.
func (l *Lines) lastBeginning() bool {
	s := l.sift
	if s.carry.number > s.delivered {
		l.give(s.carry)
		l.torn = s.torn && s.carry.number == s.base
		return true
	}
	l.number, l.torn = s.base, s.torn
	return false
}

func overlongLine(dropped int) string {
	return fmt.Sprintf("line longer than %d bytes: the first %d are read, %d are left out", MaxLine, MaxLine, dropped)
}

// streamBlocks sifts what a reader gives, as it comes: a line of a growing file is given as soon as it is whole.
type streamBlocks struct {
	r       io.Reader
	size    int
	sieve   *sieve
	out     sifted
	buf     []byte
	at, end int // unread bytes
	eof     bool
	err     error // why reading broke off, until a block has told it
}

func (b *streamBlocks) stop() {}

func (b *streamBlocks) done(*sifted) {}

func (b *streamBlocks) next() *sifted {
	b.out.reset()
	for {
		if i := bytes.LastIndexByte(b.buf[b.at:b.end], '\n'); i >= 0 {
			return b.block(i + 1)
		}
		if b.end-b.at > MaxLine+1 {
			return b.overlong()
		}
		if b.eof {
			if b.at == b.end && b.err == nil {
				return nil
			}
			return b.block(b.end - b.at) // without a line when reading broke off at a line's end
		}
		b.fill()
	}
}

func (b *streamBlocks) block(n int) *sifted {
	data := b.buf[b.at : b.at+n]
	b.at += n
	b.sieve.sift(&b.out, data, 0)
	b.out.err, b.err = b.err, nil
	return &b.out
}

// overlong gives a block of the beginning of a line that is too long, and drops the rest of the line.
func (b *streamBlocks) overlong() *sifted {
	data := append([]byte(nil), b.buf[b.at:b.at+MaxLine]...)
	dropped, torn := b.end-b.at-MaxLine, true
	b.at = b.end
	for torn && !b.eof {
		b.at, b.end = 0, 0
		b.fill()
		n := bytes.IndexByte(b.buf[:b.end], '\n')
		if n >= 0 {
			b.at, torn = n+1, false
		} else {
			n, b.at = b.end, b.end
		}
		dropped += n
	}
	b.sieve.sift(&b.out, data, dropped)
	b.out.torn = torn
	b.out.err, b.err = b.err, nil
	return &b.out
}

func (b *streamBlocks) fill() {
	if b.at > 0 {
		copy(b.buf, b.buf[b.at:b.end])
		b.end -= b.at
		b.at = 0
	}
	if len(b.buf)-b.end < b.size {
		b.buf = append(b.buf, make([]byte, max(b.size, len(b.buf)))...)
	}
	n, err := b.r.Read(b.buf[b.end : b.end+b.size])
	b.end += n
	if err != nil {
		b.eof = true
		if err != io.EOF {
			b.err = err
		}
	}
}
