//go:build !amd64

package logs

// fill sets the masks of the first words*64 bytes; data holds at least two bytes more.
func (m *masks) fill(data []byte, words int, p *patterns) { m.fillPlain(data, words, p) }
