package logs

import (
	"encoding/binary"
	"math/bits"

	"oomortem/parser"
)

// sweep drops lines by the dozen: it finds the line ends, the blanks and the bytes that a wanted text must hold in one
// pass over 8 KiB, then judges the lines without a branch that depends on what stands in them. Most branches of a
// line-by-line test would be mispredicted, as programs write in no order, and cost more than all the work.
//
// What it cannot judge (another stamp or host than the line before, no tag, a text that begins as a wanted one) it
// leaves to the sieve's fate.
type sweep struct {
	interest *parser.Interest
	gate     *gate   // made when the first large block comes
	layout   *layout // what the sieve has learned of the lines' heads

	masks   masks
	hits    [64*sweepWords + 1]hit // where wanted phrases stand
	base    int
	lines   int        // in the sweep
	i       int        // next line
	batch   int        // lines that are judged at a time
	judged  int        // lines before are judged; their bits are in todo, from i on
	todo    uint64     // bit k: line i+k is to be looked at
	texts   [64]int32  // where the texts of a batch begin
	readers [64]uint32 // for which tests of the gate they are; 0: they were not looked at
	hit     int        // first of hits that may be in line i
	seen    int        // layout.learned when todo was made
	expect  int        // where the next call goes on
}

// worthSweeping is the size of block from which on the tables are worth their making.
const worthSweeping = 64 << 10

type hit struct {
	at      int32
	readers uint32
}

// room is how many bytes behind a line's beginning are looked at: its head, its tag, the kernel's uptime and a word.
const room = longestHead + 64 + 64 + 16

// skip gives the first line from at on that is not surely dropped, and how many lines lie before it.
func (s *sweep) skip(data []byte, at int) (next, lines int) {
	if s.gate == nil {
		if len(data) < worthSweeping {
			return at, 0
		}
		s.gate = s.interest.Prepared(func() any { return gateOf(s.interest) }).(*gate)
	}
	if at == 0 || at != s.expect {
		if !s.start(data, at) {
			return at, 0
		}
	}
	for {
		if s.i == s.lines {
			at = s.base + s.from(s.i)
			if !s.start(data, at) {
				return at, lines
			}
		}
		if s.i == s.judged || s.seen != s.layout.learned {
			s.judge(data)
		}
		k := min(bits.TrailingZeros64(s.todo), s.judged-s.i)
		lines += k
		s.i += k
		if s.i == s.judged {
			continue
		}
		s.todo >>= k + 1
		s.i++
		if !s.asks(data) {
			lines++
			continue
		}
		next = s.base + s.from(s.i-1)
		s.expect = s.base + s.from(s.i)
		return next, lines
	}
}

// asks tells whether the line before line i is wanted, if it was only judged by what its text holds.
func (s *sweep) asks(data []byte) bool {
	k := s.i - 1 - (s.judged - s.batch)
	readers := s.readers[k]
	return readers == 0 || s.gate.wants(data[s.base+int(s.texts[k]):s.base+int(s.masks.ends[s.i])], readers)
}

// from gives where line i begins.
func (s *sweep) from(i int) int { return int(s.masks.ends[i]) + 1 }

// start sweeps over the bytes from at on; false when no line ends in them.
func (s *sweep) start(data []byte, at int) bool {
	s.base, s.lines, s.i, s.judged, s.hit, s.expect = at, 0, 0, 0, 0, -1
	words := min((len(data)-at-room)/64, sweepWords)
	if words <= 0 || s.layout.length == 0 {
		return false
	}
	for w := words; w < len(s.masks.blanks); w++ {
		s.masks.blanks[w] = 0
	}
	s.masks.ends[0] = -1
	lines, struck := s.masks.fill(data[at:], words, s.gate.patterns)
	hits := 0
	for _, place := range s.masks.struck[:struck] {
		for h := s.masks.hits[place/64]; h != 0; h &= h - 1 {
			place := int(place) + bits.TrailingZeros64(h)
			if readers := s.gate.patterns.whose(data, at+place); readers != 0 {
				s.hits[hits] = hit{int32(place), readers}
				hits++
			}
		}
	}
	s.hits[hits].at = 1 << 30
	s.lines = lines
	return lines > 0
}

// judge looks at up to 64 lines from line i on.
func (s *sweep) judge(data []byte) {
	l := s.layout
	n := min(s.lines-s.i, len(s.texts))
	s.judged, s.batch, s.seen = s.i+n, n, l.learned
	ends := s.masks.ends[s.i : s.i+n+1]
	s.todo, s.readers = ^uint64(0), [64]uint32{}
	if l.length == 0 {
		return
	}
	data = data[s.base:]
	odd, ours := s.judgeTags(data, ends)
	s.todo = odd | s.judgeTexts(data, ends, ours&^odd)
}

// judgeTagsPlain is judgeTags without the help of the processor.
func (s *sweep) judgeTagsPlain(data []byte, ends []int32) (odd, ours uint64) {
	l := s.layout
	for k, end := range ends[1:] {
		head := int(ends[k]) + 1
		from := head + l.length
		blank := from + s.masks.blank(from)
		class := s.gate.class[binary.LittleEndian.Uint16(data[from:])]
		if class > marked || data[blank-1] != ':' || blank >= int(end) || !l.fits(data[head:from]) {
			odd |= 1 << k
		}
		if class == marked {
			ours |= 1 << k
		}
		s.texts[k] = int32(blank + 1)
	}
	return odd, ours
}

// judgeTexts looks at the texts of our lines. It gives bits for those that hold or begin with what a reader wants.
func (s *sweep) judgeTexts(data []byte, ends []int32, ours uint64) (todo uint64) {
	next := s.hit
	for s.hits[next].at <= ends[0] {
		next++
	}
	s.hit = next
	for ; ours != 0; ours &= ours - 1 {
		k := bits.TrailingZeros64(ours)
		from, end := int(s.texts[k]), ends[k+1]
		head := binary.LittleEndian.Uint64(data[from:])
		if head&0xff == '[' {
			from = s.behindUptime(data, from, int(end))
			head = binary.LittleEndian.Uint64(data[from:])
		}
		readers := s.gate.begins(head)
		for s.hits[next].at < end {
			if s.hits[next].at > ends[k] {
				readers |= s.hits[next].readers
			}
			next++
		}
		if readers != 0 {
			s.texts[k], s.readers[k] = int32(from), readers
			todo |= 1 << k
		}
	}
	return todo
}

// behindUptime gives where the text begins behind the kernel's "[12345.678901] ", or from.
func (s *sweep) behindUptime(data []byte, from, end int) int {
	blank := from + s.masks.blank(from)
	if blank < end && data[blank-1] == ']' && data[max(blank-8, 0)] == '.' && data[from+1]-'0' < 10 {
		return blank + 1
	}
	return from
}
