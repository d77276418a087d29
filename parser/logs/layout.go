package logs

// layout is how a line begins that is of the day and the host of a line known to be good: which bytes are the same
// and which may be other digits.
type layout struct {
	heads
	length  int  // of the stamp and the host, with the blank behind each; 0 when nothing is known
	learned int  // how often
	glued   bool // texts follow the kernel's tag without a blank: the sweep, which finds tags by it, has nothing to go by
}

// heads tells lines by their first 64 bytes: those in care (0xff, else 0) may differ from want by what room, 0x7f less
// the greatest difference, leaves.
type heads struct{ want, care, room [longestHead]byte }

// longestHead is the longest stamp and host that are learned.
const longestHead = 64

// learn takes the layout of a line whose stamp of stamp bytes and host are known to be good; the time begins at hour. The
// hour's first digit is kept: so every hour that fits is one.
func (l *layout) learn(line []byte, stamp, host, hour int) {
	l.learned++
	l.length, l.heads = 0, heads{}
	n := stamp + host
	if host == 0 || n > longestHead || n > len(line) || n < hour+8 || line[hour+2] != ':' || line[hour+5] != ':' {
		return
	}
	copy(l.want[:n], line)
	for i := range n {
		l.care[i], l.room[i] = 0xff, 0x7f
	}
	digit := func(at int, most byte) { l.want[at], l.room[at] = '0', 0x7f-most }
	digit(hour+1, 9)
	if line[hour] == '2' {
		digit(hour+1, 3)
	}
	for i := hour + 3; i <= hour+6; i += 3 { // minutes and seconds
		digit(i, 5)
		digit(i+1, 9)
	}
	if line[hour+8] == '.' {
		for i := hour + 9; i < stamp && line[i]-'0' < 10; i++ {
			digit(i, 9)
		}
	}
	l.length = n
}

// blankless notes that the kernel's texts follow its tag without a blank.
func (l *layout) blankless() {
	l.learned++
	l.length, l.glued = 0, true
}

// fits tells whether a line begins so.
func (l *layout) fits(line []byte) bool {
	return l.length > 0 && len(line) >= l.length && l.heads.fit(line[:l.length])
}

func (h *heads) fit(line []byte) bool {
	for i, c := range line {
		if d := (c ^ h.want[i]) & h.care[i]; int(d)+int(h.room[i]) > 0x7f {
			return false
		}
	}
	return true
}
