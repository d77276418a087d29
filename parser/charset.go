package parser

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// charset is how the bytes of one input that are not UTF-8 are decoded; decided at the first such bytes.
type charset struct {
	name string
	enc  encoding.Encoding
	mark int  // length of a byte order mark
	wide bool // code units of two bytes, or of blanks: no line can be read without decoding
}

func (c *charset) decode(b []byte) string {
	if c.enc == nil {
		*c = guessCharset(b)
	}
	s, err := c.enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(s)
}

// guessCharset names the encoding of bytes that are not valid UTF-8. GB2312 and GBK decode as GB18030, their
// superset. Note: "all bytes decode as GB18030" is no test, Latin-1 and Big5 pass it too.
func guessCharset(b []byte) charset {
	guess := chardet.Detect(b)
	switch name := strings.ToLower(guess.Encoding); {
	case strings.HasPrefix(name, "gb"):
		return charset{name: "gb18030", enc: simplifiedchinese.GB18030}
	case name == "iso-8859-1" || name == "windows-1252": // the second is a superset in print
	case name == "" || strings.HasPrefix(name, "utf") || strings.HasPrefix(name, "ascii"):
	default:
		if enc, err := htmlindex.Get(name); err == nil {
			return charset{name: name, enc: enc}
		}
	}
	return charset{name: "latin-1", enc: charmap.Windows1252}
}

// decoder gives a reader of UTF-8 for the raw input whose beginning is head: UTF-16 by its byte order mark or by its NULs,
// a UTF-8 mark dropped, blanks that a web page made unbreakable, anything else that is not UTF-8 by the look of its non-ASCII lines unless raw.
func decoder(r io.Reader, head []byte, raw bool) (io.Reader, charset) {
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return transform.NewReader(r, unicode.UTF8BOM.NewDecoder()), charset{name: "utf-8", mark: 3}
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()), charset{name: "utf-16le", wide: true}
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder()), charset{name: "utf-16be", wide: true}
	}
	if order, ok := unmarkedUTF16(head); ok {
		name := "utf-16le"
		if order == unicode.BigEndian {
			name = "utf-16be"
		}
		return transform.NewReader(r, unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder()), charset{name: name, wide: true}
	}
	if validUTF8Head(head) {
		if unbreakable(head) {
			return transform.NewReader(r, runes.Map(blanks)), charset{name: "utf-8", wide: true}
		}
		return r, charset{name: "utf-8"}
	}
	c := guessCharset(foreignLines(head))
	if raw {
		return r, c
	}
	return transform.NewReader(r, c.enc.NewDecoder()), c
}

const hardBlank = '\u00a0'

// unbreakable tells text whose blanks are no-break spaces, as pages and tickets show logs so that their columns stay: pasted
// from there, no word of it is found.
func unbreakable(head []byte) bool {
	n := bytes.Count(head, []byte(string(hardBlank)))
	return n > 0 && n > bytes.Count(head, []byte{' '})
}

func blanks(r rune) rune {
	if r == hardBlank {
		return ' '
	}
	return r
}

// unmarkedUTF16 tells text in UTF-16 that has lost its byte order mark, as behind a rotation or a cut: every second byte is
// NUL, but for letters that are not ASCII. Binary files have two NULs that make a pair, or no line's end.
func unmarkedUTF16(head []byte) (order unicode.Endianness, ok bool) {
	const fewest, looked = 32, 1 << 10
	b := head[:min(len(head), looked)&^1]
	if len(b) < fewest || b[0] != 0 && b[1] != 0 { // nearly all inputs
		return order, false
	}
	high := 1 // which byte of a pair is NUL
	if order = unicode.LittleEndian; b[0] == 0 {
		order, high = unicode.BigEndian, 0
	}
	nulls, ends := 0, 0
	for i := 0; i < len(b); i += 2 {
		switch {
		case b[i] == 0 && b[i+1] == 0:
			return order, false
		case b[i+high] == 0:
			nulls++
			if b[i+1-high] == '\n' {
				ends++
			}
		}
	}
	return order, ends > 0 && nulls >= len(b)*3/8 // three quarters of the pairs
}

// validUTF8Head tells whether the head is UTF-8, a rune cut at its end forgiven.
func validUTF8Head(head []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(head); cut++ {
		if utf8.Valid(head[:len(head)-cut]) {
			return true
		}
	}
	return false
}

// foreignLines keeps the lines with bytes outside ASCII: the others would only dilute the guess.
func foreignLines(head []byte) []byte {
	var out []byte
	for line := range bytes.Lines(head) {
		if bytes.IndexFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			out = append(out, line...)
		}
	}
	return out
}
