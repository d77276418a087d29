package logs

import (
	"math/bits"

	"oomortem/parser"
)

// sweep drops lines by the hundred: it finds the ends of all lines in a window, looks at their heads and tags, and searches
// the texts of wanted programs for what a wanted text must hold. None of it has a branch that depends on what stands in
// the lines: such are mispredicted, as programs write in no order, and cost more than all the work.
//
// What it cannot judge (another stamp or host than the line before, no tag, a text that begins as a wanted one) it
// leaves to the sieve's fate.
type sweep struct {
	interest *parser.Interest
	gate     *gate   // made when the first large block comes
	layout   *layout // what the sieve has learned of the lines' heads

	window window
	base   int // where the window lies in the block
	lines  int // in it
	i      int // next line
	expect int // where the next call goes on

	first  int // of the judged lines
	judged int // lines before are judged
	ahead  int // how many are judged next: few while the layout changes
	seen   int // layout.learned when they were judged
	odd    int // next of window.odd, whose last is no line
	text   int // next of window.texts, whose last is no line
}

// worthSweeping is the size of block from which on the tables are worth their making.
const worthSweeping = 64 << 10

// room is how many bytes behind a line's beginning are looked at: its head, its tag, the kernel's uptime and a word.
const room = longestHead + 64 + 64 + 16

// fewLines is how many lines are judged after one had another head.
const fewLines = 8

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
			s.judge(data[s.base:])
		}
		i, wanted := s.next(data[s.base:])
		lines += i - s.i
		s.i = i
		if wanted {
			s.i++
			next = s.base + s.from(i)
			s.expect = s.base + s.from(s.i)
			return next, lines
		}
	}
}

// next gives the next of the judged lines that is to be looked at; false when none is, and the end of the judged ones.
func (s *sweep) next(data []byte) (line int, wanted bool) {
	w := &s.window
	for {
		t := &w.texts[s.text]
		for t.readers == 0 {
			s.text++
			t = &w.texts[s.text]
		}
		line := s.first + int(min(w.odd[s.odd], t.line))
		if line == s.judged {
			return line, false
		}
		if t.line > w.odd[s.odd] {
			s.odd++
			return line, true
		}
		s.text++
		if s.gate.wants(data[t.from:t.end], t.readers) {
			return line, true
		}
	}
}

// from gives where line i begins.
func (s *sweep) from(i int) int { return int(s.window.ends[i]) + 1 }

// start begins a window at an offset; false when no line ends in it.
func (s *sweep) start(data []byte, at int) bool {
	s.base, s.lines, s.i, s.judged, s.expect = at, 0, 0, 0, -1
	size := min(len(data)-at-room, windowBytes) &^ 63
	if size <= 0 || s.layout.length == 0 {
		return false
	}
	s.window.ends[0] = -1
	s.lines = s.window.findEnds(data[at : at+size])
	return s.lines > 0
}

// judge looks at the lines from line i on.
func (s *sweep) judge(data []byte) {
	if s.seen != s.layout.learned {
		s.ahead = fewLines
	}
	n := min(s.lines-s.i, s.ahead)
	s.first, s.judged, s.seen = s.i, s.i+n, s.layout.learned
	s.ahead = min(2*s.ahead, windowLines)
	w := &s.window
	odd, texts := n, 0
	if s.layout.length > 0 {
		odd, texts = w.readTags(data, w.ends[s.i:s.judged+1], s.layout, s.gate)
		places := w.readTexts(data, texts, s.gate)
		s.mark(data, w.struck[:w.search(data, places, s.gate.patterns)])
	} else {
		for k := range n {
			w.odd[k] = int32(k)
		}
	}
	w.odd[odd], w.texts[texts] = int32(n), text{line: int32(n), readers: everyReader}
	s.odd, s.text = 0, 0
}

// mark notes at the texts the readers of the phrases that stand in them.
func (s *sweep) mark(data []byte, struck []strike) {
	k := 0
	for _, strike := range struck {
		for s.window.texts[k].end <= strike.place {
			k++
		}
		t := &s.window.texts[k]
		for hits := strike.hits; hits != 0; hits &= hits - 1 {
			if at := strike.place + int32(bits.TrailingZeros32(hits)); at < t.end {
				t.readers |= s.gate.patterns.whose(data, int(at))
			}
		}
	}
}
