package logs

import "math/bits"

// sweepWords is how many words of 64 bytes are looked at in one go: 8 KiB stay in the nearest cache.
const sweepWords = 128

// masks are what a sweep over some words finds. masks_amd64.s knows where its fields lie.
type masks struct {
	hits   [sweepWords]uint64       // a bit for each byte: three bytes that a wanted phrase may hold, or a dirty one
	blanks [sweepWords + 4]uint64   // a bit for each blank; a few more words, so that bits can be read at any place
	ends   [64*sweepWords + 7]int32 // line i goes from behind ends[i] to ends[i+1]; ends[0] is -1
	struck [sweepWords + 1]int32    // where words with hits begin
}

// fillPlain is fill without the help of the processor.
func (m *masks) fillPlain(data []byte, words int, p *patterns) (lines, struck int) {
	for w := range words {
		var blanks, hits uint64
		b := data[w*64 : w*64+66]
		for i := range 64 {
			switch b[i] {
			case '\n':
				lines++
				m.ends[lines] = int32(w*64 + i)
			case ' ':
				blanks |= 1 << i
			}
			if p.at(b[i:]) != 0 {
				hits |= 1 << i
			}
		}
		m.blanks[w], m.hits[w] = blanks, hits
		if hits != 0 {
			m.struck[struck] = int32(w * 64)
			struck++
		}
	}
	return lines, struck
}

// blank gives how far behind from the next blank stands, at most 64.
func (m *masks) blank(from int) int {
	w, shift := uint(from)/64, uint(from)%64
	return bits.TrailingZeros64(m.blanks[w]>>shift | m.blanks[w+1]<<1<<(63-shift))
}
