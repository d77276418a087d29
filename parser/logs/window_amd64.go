package logs

import "golang.org/x/sys/cpu"

//go:noescape
func endsAVX2(data *byte, words int, ends *int32) (lines int)

//go:noescape
func tagsAVX2(data *byte, ends *int32, lines int, l *layout, class *uint8, odd *int32, texts *text) (odds, ours int)

//go:noescape
func textsAVX2(data *byte, texts *text, n int, b *beginnings, places *int32) (count int)

//go:noescape
func searchAVX2(data *byte, places *int32, n int, p *patterns, struck *strike) (count int)

// wide tells that the processor helps.
var wide = cpu.X86.HasAVX2 && cpu.X86.HasPOPCNT && cpu.X86.HasBMI1

// findEnds lists the line ends of data, which is whole words.
func (w *window) findEnds(data []byte) (lines int) {
	if !wide {
		return w.findEndsPlain(data)
	}
	return endsAVX2(&data[0], len(data)/64, &w.ends[1])
}

// readTags sorts lines that end at ends[1:], the first of which begins behind ends[0], into odd ones and texts to read.
// Behind the beginning of each line data holds at least room bytes.
func (w *window) readTags(data []byte, ends []int32, l *layout, g *gate) (odds, ours int) {
	if !wide {
		return w.readTagsPlain(data, ends, l, g)
	}
	_ = data[int(ends[len(ends)-2])+room]
	return tagsAVX2(&data[0], &ends[0], len(ends)-1, l, &g.class[0], &w.odd[0], &w.texts[0])
}

// readTexts looks at the beginnings of the first n texts, and lists the places that are to be searched.
func (w *window) readTexts(data []byte, n int, g *gate) (places int) {
	if !wide {
		return w.readTextsPlain(data, n, g)
	}
	return textsAVX2(&data[0], &w.texts[0], n, &g.beginnings, &w.places[0])
}

// search lists those of the first n places behind which a phrase may stand.
func (w *window) search(data []byte, n int, p *patterns) (struck int) {
	if !wide {
		return w.searchPlain(data, n, p)
	}
	return searchAVX2(&data[0], &w.places[0], n, p, &w.struck[0])
}
