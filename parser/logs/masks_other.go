//go:build !amd64

package logs

// fill finds what is in the first words*64 bytes, and counts ends and words with hits; data holds at least two bytes more.
func (m *masks) fill(data []byte, words int, p *patterns) (lines, struck int) {
	return m.fillPlain(data, words, p)
}

// judgeTags looks at the heads and tags of lines, at most 64, that end at ends[1:]; the first begins behind ends[0], and
// behind the beginning of each data holds at least room bytes. odd has bits for lines of another head, without a tag, or
// whose program must be asked about each line; ours for those whose program some reader reads.
func (s *sweep) judgeTags(data []byte, ends []int32) (odd, ours uint64) {
	return s.judgeTagsPlain(data, ends)
}
