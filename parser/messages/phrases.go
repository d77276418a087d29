package messages

import "bytes"

// phrases finds whether a text holds one of many phrases in one pass over it: a bit for each pair of bytes that a
// phrase begins with, and a comparison only where such a pair stands.
type phrases struct {
	pairs  [1 << 16 / 64]uint64
	byPair map[uint16][][]byte
}

// phrasesOf takes phrases of two bytes and more.
func phrasesOf(all []string) *phrases {
	p := &phrases{byPair: map[uint16][][]byte{}}
	for _, s := range all {
		pair := uint16(s[0])<<8 | uint16(s[1])
		p.pairs[pair>>6] |= 1 << (pair & 63)
		p.byPair[pair] = append(p.byPair[pair], []byte(s))
	}
	return p
}

func (p *phrases) in(text []byte) bool {
	for i := 0; i+1 < len(text); i++ {
		pair := uint16(text[i])<<8 | uint16(text[i+1])
		if p.pairs[pair>>6]&(1<<(pair&63)) == 0 {
			continue
		}
		for _, phrase := range p.byPair[pair] {
			if bytes.HasPrefix(text[i:], phrase) {
				return true
			}
		}
	}
	return false
}
