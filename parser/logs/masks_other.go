//go:build !amd64

package logs

// fill finds what is in the first words*64 bytes, and counts ends and words with hits; data holds at least two bytes more.
func (m *masks) fill(data []byte, words int, p *patterns) (lines, struck int) {
	return m.fillPlain(data, words, p)
}

// strangers gives a bit for each of the lines, at most 64, that does not begin so. The lines end at ends[1:], the first
// begins behind ends[0]; behind the beginning of each, data holds at least 64 bytes.
func (h *heads) strangers(data []byte, ends []int32) uint64 { return h.strangersPlain(data, ends) }
