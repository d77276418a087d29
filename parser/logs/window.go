package logs

import "encoding/binary"

const (
	windowBytes = 16 << 10 // of lines that are looked at in one go: they stay in the nearest cache
	windowLines = 512      // judged in one go
	stepBytes   = 32       // searched in one step
)

// window is what was found in some lines that follow each other. Its functions come in two kinds, with and without the help
// of the processor; window_amd64.s knows where the fields of text, strike, layout, beginnings and patterns lie.
type window struct {
	ends   [windowBytes + 3]int32   // line i goes from behind ends[i] to ends[i+1]; ends[0] is -1
	odd    [windowLines + 1]int32   // numbers of lines that the sieve must judge
	texts  [windowLines + 1]text    // of the other lines of programs that some reader reads
	places [windowPlaces + 8]int32  // where these are to be searched
	struck [windowPlaces + 1]strike // where something was found
}

const windowPlaces = windowBytes/stepBytes + windowLines

// text is what a line says behind its tag, and for which tests of the gate it is.
type text struct {
	line, from, end int32
	readers         uint32
}

// strike is a place, and a bit for each byte behind it at which a phrase may stand or a dirty byte does.
type strike struct {
	place int32
	hits  uint32
}

func (w *window) findEndsPlain(data []byte) (lines int) {
	for i, c := range data {
		if c == '\n' {
			lines++
			w.ends[lines] = int32(i)
		}
	}
	return lines
}

func (w *window) readTagsPlain(data []byte, ends []int32, l *layout, g *gate) (odds, ours int) {
	for k, end := range ends[1:] {
		head := int(ends[k]) + 1
		from := head + l.length
		blank := from + blankIn(data[from:])
		class := g.class[binary.LittleEndian.Uint16(data[from:])]
		if class > marked || blank == from+stepBytes || data[blank-1] != ':' || blank >= int(end) || !l.fits(data[head:from]) {
			w.odd[odds] = int32(k)
			odds++
		} else if class == marked {
			w.texts[ours] = text{line: int32(k), from: int32(blank + 1), end: end}
			ours++
		}
	}
	return odds, ours
}

func (w *window) readTextsPlain(data []byte, n int, g *gate) (places int) {
	for k := range w.texts[:n] {
		t := &w.texts[k]
		from := int(t.from)
		blank := from + blankIn(data[from:])
		if data[from] == '[' && data[from+1]>>4 == '0'>>4 && blank < min(from+stepBytes, int(t.end)) && data[blank-1] == ']' && data[blank-8] == '.' {
			t.from = int32(blank + 1)
		}
		t.readers = g.begins(binary.LittleEndian.Uint64(data[t.from:]))
		for at := t.from; at < t.end; at += stepBytes {
			w.places[places] = at
			places++
		}
	}
	return places
}

// blankIn gives where the first blank stands, at most stepBytes.
func blankIn(b []byte) int {
	for i, c := range b[:stepBytes] {
		if c == ' ' {
			return i
		}
	}
	return stepBytes
}

func (w *window) searchPlain(data []byte, n int, p *patterns) (struck int) {
	for _, place := range w.places[:n] {
		hits := uint32(0)
		for i := range stepBytes {
			if p.at(data[int(place)+i:]) != 0 {
				hits |= 1 << i
			}
		}
		if hits != 0 {
			w.struck[struck] = strike{place, hits}
			struck++
		}
	}
	return struck
}
