package logs

import "encoding/binary"

// layout is how a line begins that is of the day and the host of a line known to be good: which bytes are the same
// and which may be other digits. Eight bytes are compared at a time: what differs from want must not be more than
// room leaves, 0x7f less the greatest difference that may be.
type layout struct {
	words   [16]layoutWord
	count   int
	length  int // of the stamp and the host, with the blank behind each; 0 when nothing is known
	hour    int // where it stands
	learned int // how often
}

type layoutWord struct {
	at         int
	want, room uint64
}

// learn takes the layout of a line whose stamp of stamp bytes and host are known to be good; the time begins at hour.
func (l *layout) learn(line []byte, stamp, host, hour int) {
	n := stamp + host
	l.learned++
	l.length, l.count = 0, 0
	if host == 0 || n > 8*len(l.words) || n > len(line) || n < hour+8 || line[hour+2] != ':' || line[hour+5] != ':' {
		return
	}
	var want, room [8 * len(layout{}.words)]byte
	for i := range n {
		want[i], room[i] = line[i], 0x7f
	}
	digit := func(at int, most byte) { want[at], room[at] = '0', 0x7f-most }
	for i, most := range map[int]byte{0: 2, 1: 9, 3: 5, 4: 9, 6: 5, 7: 9} {
		digit(hour+i, most)
	}
	if line[hour+8] == '.' {
		for i := hour + 9; line[i]-'0' < 10; i++ { // a host or a zone stands behind
			digit(i, 9)
		}
	}
	for at := 0; at < n; at += 8 {
		at := min(at, n-8)
		l.words[l.count] = layoutWord{at, binary.LittleEndian.Uint64(want[at:]), binary.LittleEndian.Uint64(room[at:])}
		l.count++
	}
	l.length, l.hour = n, hour
}

// lateHour gives something other than 0 when the hour is 24 to 29, which the layout lets through.
func (l *layout) lateHour(line []byte) uint64 {
	tens, ones := uint64(line[l.hour]), uint64(line[l.hour+1])
	return (10*tens + ones - (11*'0' + 24) ^ 1<<63) & (1 << 63)
}

// fits tells whether a line begins so.
func (l *layout) fits(line []byte) bool {
	if l.length == 0 || len(line) < l.length || l.lateHour(line) != 0 {
		return false
	}
	for _, w := range l.words[:l.count] {
		d := binary.LittleEndian.Uint64(line[w.at:]) ^ w.want
		if (d|(d+w.room))&highBits != 0 {
			return false
		}
	}
	return true
}
