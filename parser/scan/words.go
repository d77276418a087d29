package scan

import "encoding/binary"

// Words finds out in one pass whether a text holds any of many words, after Wu and Manber (1994): a look at three bytes
// tells how far no word can end.
type Words struct {
	shortest int
	skip     [1 << 14]uint8 // by the hash of three bytes
	list     [1 << 14]uint8 // which of the ending lists, by the same hash
	ending   [][]string     // words whose first shortest bytes end with three bytes of one hash
}

// NewWords gives a finder of the words. With a word of fewer than three bytes among them it finds everything.
func NewWords(words []string) *Words {
	w := &Words{shortest: 255, ending: make([][]string, 1)}
	for _, s := range words {
		w.shortest = min(w.shortest, len(s))
	}
	if w.shortest < 3 {
		return w
	}
	for i := range w.skip {
		w.skip[i] = uint8(w.shortest - 2)
	}
	for _, s := range words {
		for end := 2; end < w.shortest; end++ {
			h := threeHash(uint32(s[end-2]) | uint32(s[end-1])<<8 | uint32(s[end])<<16)
			w.skip[h] = min(w.skip[h], uint8(w.shortest-1-end))
			if end == w.shortest-1 {
				w.file(h, s)
			}
		}
	}
	return w
}

// file puts a word on the list of its hash. Beyond 255 lists all share the last one.
func (w *Words) file(h uint32, s string) {
	if w.list[h] == 0 {
		if len(w.ending) < 256 {
			w.ending = append(w.ending, nil)
		}
		w.list[h] = uint8(len(w.ending) - 1)
	}
	w.ending[w.list[h]] = append(w.ending[w.list[h]], s)
}

// threeHash hashes the lower three bytes of v.
func threeHash(v uint32) uint32 { return v << 8 * 2654435761 >> 18 }

// In tells whether text holds one of the words.
func (w *Words) In(text []byte) bool {
	if w.shortest < 3 {
		return true
	}
	i := w.shortest - 1
	for i+1 < len(text) {
		h := threeHash(binary.LittleEndian.Uint32(text[i-2 : i+2]))
		if n := w.skip[h]; n > 0 {
			i += int(n)
			continue
		}
		if w.wordEnds(h, text[i-w.shortest+1:]) {
			return true
		}
		i++
	}
	if i < len(text) {
		return w.wordEnds(threeHash(uint32(text[i-2])|uint32(text[i-1])<<8|uint32(text[i])<<16), text[i-w.shortest+1:])
	}
	return false
}

func (w *Words) wordEnds(h uint32, rest []byte) bool {
	for _, s := range w.ending[w.list[h]] {
		if len(rest) >= len(s) && string(rest[:len(s)]) == s {
			return true
		}
	}
	return false
}
