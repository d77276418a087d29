package logs

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"oomortem/parser"
)

// sweep drops lines by the dozen: it finds the line ends, the blanks and the bytes that a wanted text must hold in one
// pass over 8 KiB, then judges the lines without a branch that depends on what stands in them. Most branches of a
// line-by-line test would be mispredicted, as programs write in no order, and cost more than all the work.
//
// What it cannot judge (another stamp or host than the line before, no tag, a text that begins as a wanted one) it
// leaves to the sieve's fate.
type sweep struct {
	gate   *gate
	layout *layout // what the sieve has learned of the lines' heads

	masks  masks
	ends   [64*sweepWords + 4]int32 // line i goes from behind ends[i] to ends[i+1], from base on; ends[0] is -1
	hits   [64*sweepWords + 1]int32 // where a wanted phrase stands
	base   int
	lines  int    // in the sweep
	i      int    // next line
	batch  int    // lines that are judged at a time
	judged int    // lines before are judged; their bits are in todo, from i on
	todo   uint64 // bit k: line i+k is to be looked at
	begun  uint64 // bit k: only for what its text begins with
	texts  [64]begun
	hit    int // first of hits that may be in line i
	seen   int // layout.learned when todo was made
	expect int // where the next call goes on
}

// begun is a text that begins as some readers want it.
type begun struct {
	from, end int32  // offsets from base
	readers   uint32 // bits of gate.tests
}

// room is how many bytes behind a line's beginning are looked at: its head, its tag, the kernel's uptime and a word.
const room = longestHead + 64 + 64 + 16

// skip gives the first line from at on that is not surely dropped, and how many lines lie before it.
func (s *sweep) skip(data []byte, at int) (next, lines int) {
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
		text := s.texts[s.i-(s.judged-s.batch)]
		only := s.begun >> k & 1
		s.todo >>= k + 1
		s.begun >>= k + 1
		s.i++
		if only != 0 && !s.gate.wants(data[s.base+int(text.from):s.base+int(text.end)], text.readers) {
			lines++
			continue
		}
		next = s.base + s.from(s.i-1)
		s.expect = s.base + s.from(s.i)
		return next, lines
	}
}

// from gives where line i begins.
func (s *sweep) from(i int) int { return int(s.ends[i]) + 1 }

// start sweeps over the bytes from at on; false when no line ends in them.
func (s *sweep) start(data []byte, at int) bool {
	s.base, s.lines, s.i, s.judged, s.hit, s.expect = at, 0, 0, 0, 0, -1
	words := min((len(data)-at-room)/64, sweepWords)
	if words <= 0 || s.layout.length == 0 {
		return false
	}
	s.masks.fill(data[at:], words, s.gate.patterns)
	for w := words; w < len(s.masks.blanks); w++ {
		s.masks.blanks[w] = 0
	}
	s.ends[0] = -1
	lines, hits := 0, 0
	for w := range words {
		ends := s.masks.ends[w]
		place := int32(w * 64)
		n := bits.OnesCount64(ends)
		s.ends[lines+1] = place + int32(bits.TrailingZeros64(ends)) // written in any case, counted if it is one
		ends &= ends - 1
		s.ends[lines+2] = place + int32(bits.TrailingZeros64(ends))
		for k := 2; k < n; k++ {
			ends &= ends - 1
			s.ends[lines+k+1] = place + int32(bits.TrailingZeros64(ends))
		}
		lines += n
		for h := s.masks.hits[w]; h != 0; h &= h - 1 {
			if hit := int(place) + bits.TrailingZeros64(h); s.gate.patterns.stands(data, at+hit) {
				s.hits[hits] = int32(hit)
				hits++
			}
		}
	}
	s.hits[hits] = 1 << 30
	s.lines = lines
	return lines > 0
}

// judge looks at up to 64 lines from line i on.
func (s *sweep) judge(data []byte) {
	l, g := s.layout, s.gate
	n := min(s.lines-s.i, 64)
	s.judged, s.batch, s.seen = s.i+n, n, l.learned
	strangers := ^uint64(0)
	if l.length > 0 {
		strangers = l.strangers(data[s.base:], s.ends[s.i:s.i+n+1])
	}
	from, hit := s.from(s.i), s.hit
	for s.hits[hit] < int32(from) {
		hit++
	}
	s.hit = hit
	var todo, only uint64
	for k := range n {
		end := int(s.ends[s.i+k+1])
		line := data[s.base+from:]
		found := uint64(0)
		for s.hits[hit] < int32(end) {
			found = 1
			hit++
		}
		tag := line[l.length:]
		blank := s.blank(from + l.length)
		text := blank + 1
		second := text + s.blank(from+l.length+text)
		// The kernel's "[12345.678901] ".
		if uint(tag[text]^'[')|uint(tag[second-1]^']')|uint(tag[max(second-8, 0)]^'.') == 0 && tag[text+1]-'0' < 10 && from+l.length+second < end {
			text = second + 1
		}
		head := binary.LittleEndian.Uint64(tag[text:])
		class := uint64(g.class[binary.LittleEndian.Uint16(tag)])
		readers := g.begins(head)
		keep := class>>1 | class&found | strangers>>k&1 | bit(tag[max(blank-1, 0)] != ':') | bit(from+l.length+blank >= end)
		begins := class & bit(readers != 0)
		todo |= (keep | begins) & 1 << k
		only |= begins &^ keep & 1 << k
		s.texts[k] = begun{int32(from + l.length + text), int32(end), readers}
		from = end + 1
	}
	s.todo, s.begun = todo, only
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// blank gives how far behind from the next blank stands, at most 64.
func (s *sweep) blank(from int) int {
	w, shift := uint(from)/64, uint(from)%64
	b := s.masks.blanks[w : w+2 : w+2]
	return bits.TrailingZeros64(b[0]>>shift | b[1]<<(64-shift))
}

// gate is what all readers want, as tables.
type gate struct {
	patterns *patterns
	class    [1 << 16]uint8 // by the first two bytes of a tag
	one      [256]uint32    // by the first bytes of a text: which tests are for it
	two      [1 << 11]uint32
	four     [1 << 11]uint32
	eight    [1 << 11]uint32
	tests    [32][]func([]byte) bool
}

// The classes of tags: nobody wants the program's lines; some reader does, by its marks; each line must be asked about.
const (
	unwanted uint8 = iota
	marked
	asked
)

// gateOf gives the tables; nil when some reader wants lines of any program.
func gateOf(i *parser.Interest) *gate {
	sources, ok := i.Sources()
	if !ok {
		return nil
	}
	g := &gate{}
	for c := range 256 {
		if !tagInitial[c] || c == '/' {
			for d := range 256 {
				g.class[c|d<<8] = asked
			}
		}
	}
	for _, s := range sources {
		class := asked
		if s.Marked {
			class = marked
		}
		for d := range 256 {
			if len(s.Name) < 2 || s.Name[1] == byte(d) {
				at := int(s.Name[0]) | d<<8
				g.class[at] = max(g.class[at], class)
			}
		}
	}
	var holds []string
	for k, w := range i.Wishes() {
		reader := k % (len(g.tests) - 1)
		g.tests[reader] = append(g.tests[reader], w.Test)
		holds = append(holds, w.Holds...)
		for _, s := range w.Starts {
			g.start(s, reader)
		}
	}
	slices.Sort(holds)
	g.patterns = patternsOf(slices.Compact(holds))
	g.beforeKernel()
	return g
}

// beforeKernel lets through what may stand before the kernel's words; the last of the tests takes all.
func (g *gate) beforeKernel() {
	last := len(g.tests) - 1
	g.tests[last] = []func([]byte) bool{func([]byte) bool { return true }}
	for _, s := range []string{" ", "\t", "<", "\xc2", "[ ", "[0", "[1", "[2", "[3", "[4", "[5", "[6", "[7", "[8", "[9"} {
		g.start(s, last)
	}
}

func (g *gate) start(s string, reader int) {
	var b [8]byte
	copy(b[:], s)
	head := binary.LittleEndian.Uint64(b[:])
	switch {
	case len(s) >= 8:
		g.eight[eightAt(head)] |= 1 << reader
	case len(s) >= 4:
		g.four[fourAt(head)] |= 1 << reader
	case len(s) >= 2:
		g.two[twoAt(head)] |= 1 << reader
	default:
		g.one[b[0]] |= 1 << reader
	}
}

func eightAt(head uint64) uint64 { return head * 0x9e3779b97f4a7c15 >> 53 }
func fourAt(head uint64) uint64  { return uint64(uint32(head)*0x9e3779b1) >> 21 }
func twoAt(head uint64) uint64   { return uint64(uint16(head)*0x9e37) >> 5 }

// begins gives the tests that a text with these first bytes is for.
func (g *gate) begins(head uint64) uint32 {
	return g.one[uint8(head)] | g.two[twoAt(head)] | g.four[fourAt(head)] | g.eight[eightAt(head)]
}

// wants asks the readers.
func (g *gate) wants(text []byte, readers uint32) bool {
	if n := len(text); n > 0 && text[n-1] == '\r' {
		text = text[:n-1]
	}
	for ; readers != 0; readers &= readers - 1 {
		for _, test := range g.tests[bits.TrailingZeros32(readers)] {
			if test(text) {
				return true
			}
		}
	}
	return false
}
