package logs

import "golang.org/x/sys/cpu"

//go:noescape
func masksAVX2(data *byte, words int, p *patterns, out *masks)

// fill sets the masks of the first words*64 bytes; data holds at least two bytes more.
func (m *masks) fill(data []byte, words int, p *patterns) {
	if cpu.X86.HasAVX2 {
		_ = data[words*64+1]
		masksAVX2(&data[0], words, p, m)
		return
	}
	m.fillPlain(data, words, p)
}
