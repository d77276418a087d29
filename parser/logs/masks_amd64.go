package logs

import "golang.org/x/sys/cpu"

//go:noescape
func masksAVX2(data *byte, words int, p *patterns, out *masks) (lines, struck int)

//go:noescape
func tagsAVX2(data *byte, lines int, ends *int32, length int, h *heads, m *masks, class *uint8, texts *int32) (odd, ours uint64)

// fill finds what is in the first words*64 bytes, and counts ends and words with hits; data holds at least two bytes more.
func (m *masks) fill(data []byte, words int, p *patterns) (lines, struck int) {
	if cpu.X86.HasAVX2 && cpu.X86.HasPOPCNT {
		_ = data[words*64+1]
		return masksAVX2(&data[0], words, p, m)
	}
	return m.fillPlain(data, words, p)
}

// judgeTags looks at the heads and tags of lines, at most 64, that end at ends[1:]; the first begins behind ends[0], and
// behind the beginning of each data holds at least room bytes. odd has bits for lines of another head, without a tag, or
// whose program must be asked about each line; ours for those whose program some reader reads.
func (s *sweep) judgeTags(data []byte, ends []int32) (odd, ours uint64) {
	if cpu.X86.HasAVX2 {
		_ = data[int(ends[len(ends)-2])+room]
		l := s.layout
		return tagsAVX2(&data[0], len(ends)-1, &ends[1], l.length, &l.heads, &s.masks, &s.gate.class[0], &s.texts[0])
	}
	return s.judgeTagsPlain(data, ends)
}
