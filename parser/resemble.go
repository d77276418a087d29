package parser

import (
	"bytes"
	"io"
	"unicode/utf8"
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
	case bytes.IndexByte(head, 0) >= 0 && !utf8.Valid(head):
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
