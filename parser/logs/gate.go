package logs

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"oomortem/parser"
)

// gate is what all readers want, as tables.
type gate struct {
	patterns *patterns
	class    [1 << 16]uint8 // by the first two bytes of a tag
	beginnings
	tests [everyTest + 1][]func([]byte) bool
}

// beginnings tell by the first bytes of a text which tests are for it.
type beginnings struct {
	one   [256]uint32
	two   [2][256]uint32 // of marks of two bytes and three: by the first and by the second
	four  [1 << 11]uint32
	eight [1 << 11]uint32
}

// The classes of tags: nobody wants the program's lines; some reader does, by its marks; each line must be asked about.
const (
	unwanted uint8 = iota
	marked
	asked
)

// gateOf gives the tables.
func gateOf(i *parser.Interest) *gate {
	sources, _ := i.Sources()
	g := &gate{}
	for c := range 256 {
		if !tagInitial[c] || c == '/' || c >= '0' && c <= '9' {
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
	g.patterns = patternsOf(g.wishes(i.Wishes()))
	g.beforeKernel()
	return g
}

// wishes notes the readers' tests and beginnings, and gives their phrases.
func (g *gate) wishes(all []parser.Wish) (phrases []phrase) {
	for k, w := range all {
		reader := k % everyTest
		g.tests[reader] = append(g.tests[reader], w.Test)
		for _, s := range w.Starts {
			g.start(s, reader)
		}
		for _, s := range w.Holds {
			k := slices.IndexFunc(phrases, func(f phrase) bool { return f.text == s })
			if k < 0 {
				k = len(phrases)
				phrases = append(phrases, phrase{text: s})
			}
			phrases[k].readers |= 1 << reader
		}
	}
	return phrases
}

// The last of the tests takes all.
const (
	everyTest   = 31
	everyReader = 1 << everyTest
)

// beforeKernel lets through what may stand before the kernel's words.
func (g *gate) beforeKernel() {
	g.tests[everyTest] = []func([]byte) bool{func([]byte) bool { return true }}
	for _, s := range []string{" ", "\t", "<", "\xc2", "\x1b", "[ ", "[0", "[1", "[2", "[3", "[4", "[5", "[6", "[7", "[8", "[9", "[T", "[C", "kernel: ", ".(",
		"(0", "(1", "(2", "(3", "(4", "(5", "(6", "(7", "(8", "(9"} {
		g.start(s, everyTest)
	}
}

func (b *beginnings) start(s string, reader int) {
	var first [8]byte
	copy(first[:], s)
	head := binary.LittleEndian.Uint64(first[:])
	switch {
	case len(s) >= 8:
		b.eight[eightAt(head)] |= 1 << reader
	case len(s) >= 4:
		b.four[fourAt(head)] |= 1 << reader
	case len(s) >= 2:
		b.two[0][first[0]] |= 1 << reader
		b.two[1][first[1]] |= 1 << reader
	default:
		b.one[first[0]] |= 1 << reader
	}
}

func eightAt(head uint64) uint64 { return head * 0x9e3779b97f4a7c15 >> 53 }
func fourAt(head uint64) uint64  { return uint64(uint32(head)*0x9e3779b1) >> 21 }

// begins gives the tests that a text with these first bytes is for.
func (b *beginnings) begins(head uint64) uint32 {
	return b.one[uint8(head)] | b.two[0][uint8(head)]&b.two[1][uint8(head>>8)] | b.four[fourAt(head)] | b.eight[eightAt(head)]
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
