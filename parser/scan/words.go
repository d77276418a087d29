package scan

// Words finds out in one pass whether a text holds any of many words (the algorithm of Wu and Manber, 1994: a look at
// two bytes tells how far no word can end).
type Words struct {
	shortest int
	skip     [1 << 12]uint8    // by the hash of two bytes
	ending   [1 << 12][]string // words whose first shortest bytes end with two bytes of that hash
}

// NewWords gives a finder of the words. With a word of fewer than two bytes among them it finds everything.
func NewWords(words []string) *Words {
	w := &Words{shortest: 255}
	for _, s := range words {
		w.shortest = min(w.shortest, len(s))
	}
	if w.shortest < 2 {
		return w
	}
	for i := range w.skip {
		w.skip[i] = uint8(w.shortest - 1)
	}
	for _, s := range words {
		for end := 1; end < w.shortest; end++ {
			h := pairHash(s[end-1], s[end])
			w.skip[h] = min(w.skip[h], uint8(w.shortest-1-end))
		}
		h := pairHash(s[w.shortest-2], s[w.shortest-1])
		w.ending[h] = append(w.ending[h], s)
	}
	return w
}

func pairHash(a, b byte) uint { return (uint(a)<<5 ^ uint(b)) & (1<<12 - 1) }

// In tells whether text holds one of the words.
func (w *Words) In(text []byte) bool {
	if w.shortest < 2 {
		return true
	}
	for i := w.shortest - 1; i < len(text); {
		h := pairHash(text[i-1], text[i])
		if n := w.skip[h]; n > 0 {
			i += int(n)
			continue
		}
		rest := text[i-w.shortest+1:]
		for _, s := range w.ending[h] {
			if len(rest) >= len(s) && string(rest[:len(s)]) == s {
				return true
			}
		}
		i++
	}
	return false
}
