package logs

import (
	"bytes"

	"oomortem/parser"
)

// sniffed is how many lines recognition looks at.
const sniffed = 60

// sniffLines gives a Sniff that is sure when most lines of the head fit one of the splitters. Lines that begin with a
// blank say nothing: they continue others.
func sniffLines(sure parser.Score, fits ...splitter) func(parser.Head) parser.Score {
	return func(h parser.Head) parser.Score {
		good, seen := 0, 0
		for _, l := range h.Lines(sniffed) {
			if len(bytes.TrimSpace(l)) == 0 || l[0] == ' ' || l[0] == '\t' || marker(l) {
				continue
			}
			seen++
			if bytes.IndexByte(l, 0x1b) >= 0 {
				l = withoutEscapes(l)
			}
			for _, s := range fits {
				var p piece
				if s(l, &p) {
					good++
					break
				}
			}
		}
		return share(sure, good, seen)
	}
}

// share turns "good of seen lines fit" into a score: sure from four fifths up, half as sure from one third up.
func share(sure parser.Score, good, seen int) parser.Score {
	switch {
	case good == 0 || seen == 0:
		return 0
	case 5*good >= 4*seen:
		return sure
	case 3*good >= seen:
		return sure * 2 / 3
	case good >= 2:
		return sure / 3
	}
	return 1
}
