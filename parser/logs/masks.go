package logs

import (
	"math/bits"
	"strings"
)

// sweepWords is how many words of 64 bytes are looked at in one go: 8 KiB stay in the nearest cache.
const sweepWords = 128

// masks have a bit for each byte of a sweep.
type masks struct {
	ends   [sweepWords]uint64     // line feeds
	blanks [sweepWords + 4]uint64 // a few more words, so that bits can be read at any place
	hits   [sweepWords]uint64     // three bytes that a wanted phrase may hold, a byte that is no ASCII, a NUL
}

// patterns are sets of three bytes, eight of them: bit k of lo[i][n] tells that in set k a byte number i may have the low
// nibble n. Phrases share the sets 0 to 5; sets 6 and 7 are the bytes from 0x80 on and NUL, which make a text dirty.
type patterns struct {
	nibbles [6][16]uint8 // lo and hi of the first byte, of the second, of the third
	phrases [phraseSets][]phrase
}

// phrase is a wanted phrase; its rarest three bytes begin at offset at.
type phrase struct {
	text string
	at   int
}

const (
	phraseSets = 6
	highSet    = 1 << 6
	nulSet     = 1 << 7
	anyByte    = -1
)

// patternsOf gives the patterns that find every phrase of two bytes or more.
func patternsOf(phrases []string) *patterns {
	p := &patterns{}
	for i := range p.nibbles {
		for n := range 16 {
			if i >= 2 || i == 0 || n >= 8 {
				p.nibbles[i][n] |= highSet
			}
			if i >= 2 || n == 0 {
				p.nibbles[i][n] |= nulSet
			}
		}
	}
	for _, s := range phrases {
		three, at := rarest(s)
		set := p.add(three)
		p.phrases[set] = append(p.phrases[set], phrase{s, at})
	}
	return p
}

// stands tells whether a phrase, or a byte that makes a text dirty, stands where a hit was.
func (p *patterns) stands(data []byte, hit int) bool {
	sets := p.at(data[hit:])
	if sets&(highSet|nulSet) != 0 {
		return true
	}
	for ; sets != 0; sets &= sets - 1 {
		for _, f := range p.phrases[bits.TrailingZeros8(sets)] {
			if from := hit - f.at; from >= 0 && from+len(f.text) <= len(data) && string(data[from:from+len(f.text)]) == f.text {
				return true
			}
		}
	}
	return false
}

// add puts three bytes into the set that lets the fewest others through with them.
func (p *patterns) add(three [3]int) int {
	best, least := 0, 1<<62
	for set := range phraseSets {
		with := *p
		with.put(set, three)
		if more := with.width(set) - p.width(set); more < least {
			best, least = set, more
		}
	}
	p.put(best, three)
	return best
}

func (p *patterns) put(set int, three [3]int) {
	for i, c := range three {
		for n := range 16 {
			if c == anyByte || c&15 == n {
				p.nibbles[2*i][n] |= 1 << set
			}
			if c == anyByte || c>>4 == n {
				p.nibbles[2*i+1][n] |= 1 << set
			}
		}
	}
}

// width is how many triples of bytes the set lets through, lower-case letters counted most.
func (p *patterns) width(set int) int {
	all := 1
	for i := range p.nibbles {
		n := 0
		for k, bits := range p.nibbles[i] {
			if bits>>set&1 == 0 {
				continue
			}
			n++
			if i%2 == 1 && (k == 6 || k == 7) {
				n += 3
			}
		}
		all *= n
	}
	return all
}

// rarest gives the three bytes of a phrase that the fewest log lines hold; the third of a phrase of two may be any.
func rarest(phrase string) (three [3]int, at int) {
	if len(phrase) < 3 {
		return [3]int{int(phrase[0]), int(phrase[1]), anyByte}, 0
	}
	best, least := 0, 1<<62
	for i := range len(phrase) - 2 {
		if c := common(phrase[i]) * common(phrase[i+1]) * common(phrase[i+2]); c < least {
			best, least = i, c
		}
	}
	return [3]int{int(phrase[best]), int(phrase[best+1]), int(phrase[best+2])}, best
}

// common is how many of ten thousand bytes of a log are this one, roughly: counted in 1.2 GB of syslog and the fixtures.
func common(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return 150
	case c >= 'A' && c <= 'Z':
		return 12
	case strings.IndexByte(" eostinrda", c) >= 0:
		return 450
	case strings.IndexByte("lucmp:-[]", c) >= 0:
		return 220
	case strings.IndexByte("fvkbgh.=/", c) >= 0:
		return 120
	}
	return 40
}

// fillPlain is fill without the help of the processor.
func (m *masks) fillPlain(data []byte, words int, p *patterns) {
	for w := range words {
		var ends, blanks, hits uint64
		b := data[w*64 : w*64+66]
		for i := range 64 {
			bit := uint64(1) << i
			switch b[i] {
			case '\n':
				ends |= bit
			case ' ':
				blanks |= bit
			}
			if p.at(b[i:]) != 0 {
				hits |= bit
			}
		}
		m.ends[w], m.blanks[w], m.hits[w] = ends, blanks, hits
	}
}

// at gives the sets that the three bytes at the beginning of b are in.
func (p *patterns) at(b []byte) uint8 {
	n := &p.nibbles
	return n[0][b[0]&15] & n[1][b[0]>>4] & n[2][b[1]&15] & n[3][b[1]>>4] & n[4][b[2]&15] & n[5][b[2]>>4]
}
