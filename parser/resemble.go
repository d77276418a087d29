package parser

import (
	"bytes"
	"io"
)

// decodeHead gives the head as UTF-8.
func decodeHead(head []byte) ([]byte, charset) {
	r, set := decoder(bytes.NewReader(head), head, false)
	out, _ := io.ReadAll(r) // a rune cut at the head's end is no matter here
	return out, set
}

// resembles says what an unknown input looks like, so that the user knows what to do with it.
func resembles(head []byte) string {
	trimmed := bytes.TrimSpace(head)
	switch {
	case isBinary(head):
		return "it is a binary file"
	case len(trimmed) == 0:
		return "it holds nothing but white space"
	case trimmed[0] == '{' || trimmed[0] == '[':
		return "it looks like JSON of a shape that no format claims"
	case trimmed[0] == '<':
		return "it looks like XML or HTML"
	}
	return "it looks like plain text without a known layout"
}

// isBinary tells bytes that no text has. The head has been decoded by then, so that the encoding tells nothing; but
// control characters other than a log's and a terminal's are more than one in fifty bytes of anything compiled, packed
// or random.
func isBinary(head []byte) bool {
	odd := 0
	for _, c := range head {
		if c < ' ' && (c < '\a' || c > '\r') && c != 0x1b || c == 0x7f {
			odd++
		}
	}
	return odd*50 > len(head)
}
