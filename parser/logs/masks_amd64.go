package logs

import "golang.org/x/sys/cpu"

//go:noescape
func masksAVX2(data *byte, words int, p *patterns, out *masks) (lines, struck int)

//go:noescape
func headsAVX2(data *byte, ends *int32, lines int, h *heads) uint64

// fill finds what is in the first words*64 bytes, and counts ends and words with hits; data holds at least two bytes more.
func (m *masks) fill(data []byte, words int, p *patterns) (lines, struck int) {
	if cpu.X86.HasAVX2 && cpu.X86.HasPOPCNT {
		_ = data[words*64+1]
		return masksAVX2(&data[0], words, p, m)
	}
	return m.fillPlain(data, words, p)
}

// strangers gives a bit for each of the lines, at most 64, that does not begin so. The lines end at ends[1:], the first
// begins behind ends[0]; behind the beginning of each, data holds at least 64 bytes.
func (h *heads) strangers(data []byte, ends []int32) uint64 {
	if cpu.X86.HasAVX2 {
		_ = data[int(ends[len(ends)-2])+64]
		return headsAVX2(&data[0], &ends[1], len(ends)-1, h)
	}
	return h.strangersPlain(data, ends)
}
