//go:build !amd64

package logs

// wide tells that the processor helps.
const wide = false

// findEnds lists the line ends of data, which is whole words.
func (w *window) findEnds(data []byte) (lines int) { return w.findEndsPlain(data) }

// readTags sorts lines that end at ends[1:], the first of which begins behind ends[0], into odd ones and texts to read.
// Behind the beginning of each line data holds at least room bytes.
func (w *window) readTags(data []byte, ends []int32, l *layout, g *gate) (odds, ours int) {
	return w.readTagsPlain(data, ends, l, g)
}

// readTexts looks at the beginnings of the first n texts, and lists the places that are to be searched.
func (w *window) readTexts(data []byte, n int, g *gate) (places int) {
	return w.readTextsPlain(data, n, g)
}

// search lists those of the first n places behind which a phrase may stand.
func (w *window) search(data []byte, n int, p *patterns) (struck int) {
	return w.searchPlain(data, n, p)
}
