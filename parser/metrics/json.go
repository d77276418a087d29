package metrics

import (
	"bytes"
	"io"

	"oomortem/parser/scan"
)

// jsonScan pulls tokens out of a JSON text that need not fit into memory. It forgives what saved answers suffer
// from: text around them, several after one another, a cut end. Strings come as they are written, escapes kept.
type jsonScan struct {
	r       io.Reader
	buf     []byte
	at, end int
	line    int
	depth   int // of objects and lists that are being read
	eof     bool
}

const (
	jsonWindow   = 1 << 18
	jsonMaxToken = 1 << 20
	jsonMaxDepth = 64 // what stands deeper is passed over: a hostile file may nest millions, and a stack that is full ends the program
)

func newJSON(r io.Reader) *jsonScan { return &jsonScan{r: r, buf: make([]byte, jsonWindow), line: 1} }

// more reads further bytes behind the unread ones; false at the end or when one token is too long.
func (s *jsonScan) more() bool {
	if s.eof {
		return false
	}
	if s.at > 0 {
		copy(s.buf, s.buf[s.at:s.end])
		s.end -= s.at
		s.at = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= jsonMaxToken {
			s.eof = true
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 { // a reader may give nothing without an error; not for ever
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.eof = true
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.eof = true
	return false
}

// ahead makes at least n unread bytes ready, fewer only at the end of the input.
func (s *jsonScan) ahead(n int) {
	for s.end-s.at < n && s.more() {
	}
}

// peek gives the next byte that is not white space without taking it; 0 at the end.
func (s *jsonScan) peek() byte {
	for {
		for s.at < s.end {
			switch c := s.buf[s.at]; c {
			case '\n':
				s.line++
				s.at++
			case ' ', '\t', '\r', 0:
				s.at++
			default:
				return c
			}
		}
		if !s.more() {
			return 0
		}
	}
}

// take steps over the next byte when it is c.
func (s *jsonScan) take(c byte) bool {
	if s.peek() == c {
		s.at++
		return true
	}
	return false
}

// text takes a string; the bytes are valid until the next call.
func (s *jsonScan) text() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	for i := 0; ; {
		for s.at+i < s.end {
			switch s.buf[s.at+i] {
			case '"':
				t := s.buf[s.at : s.at+i]
				s.at += i + 1
				return t, true
			case '\\':
				i++
			}
			i++
		}
		if !s.more() {
			s.at = s.end
			return nil, false
		}
	}
}

// scalar takes a string, a number, true, false or null as it is written, strings without their quotes. quoted tells
// a string from the others.
func (s *jsonScan) scalar() (t []byte, quoted, ok bool) {
	if s.peek() == '"' {
		t, ok = s.text()
		return t, true, ok
	}
	for i := 0; ; {
		for s.at+i < s.end {
			switch s.buf[s.at+i] {
			case ',', ']', '}', ' ', '\n', '\r', '\t', ':', '[', '{', '"':
				t = s.buf[s.at : s.at+i]
				s.at += i
				return t, false, i > 0
			}
			i++
		}
		if !s.more() {
			t = s.buf[s.at:s.end]
			s.at = s.end
			return t, false, false // a number at the cut may lack digits
		}
	}
}

// key takes an object's next key and its colon; false at the object's end, which is taken, or at damage.
func (s *jsonScan) key() ([]byte, bool) {
	s.take(',')
	if s.take('}') {
		return nil, false
	}
	k, ok := s.text()
	if !ok {
		return nil, false
	}
	if s.at < s.end && s.buf[s.at] == ':' { // the usual case leaves k in place
		s.at++
		return k, true
	}
	k = bytes.Clone(k)
	return k, s.take(':')
}

// item tells that an array has another element; at its end it takes the bracket.
func (s *jsonScan) item() bool {
	s.take(',')
	switch s.peek() {
	case ']':
		s.at++
		return false
	case 0, '}', ':', ',':
		return false
	}
	return true
}

// object takes an object and lets field read each value; another value is passed over. False at damage or at the end of
// the input.
func (s *jsonScan) object(field func(key []byte) bool) bool {
	if s.depth >= jsonMaxDepth || !s.take('{') {
		return s.skip()
	}
	s.depth++
	defer func() { s.depth-- }()
	for {
		key, ok := s.key()
		if !ok {
			return s.ended('}')
		}
		if !field(key) {
			return false
		}
	}
}

// list takes an array and lets element read each of its elements; another value is passed over.
func (s *jsonScan) list(element func() bool) bool {
	if s.depth >= jsonMaxDepth || !s.take('[') {
		return s.skip()
	}
	s.depth++
	defer func() { s.depth-- }()
	for s.item() {
		if !element() {
			return false
		}
	}
	return s.ended(']')
}

// words takes a string's own text; another value is passed over.
func (s *jsonScan) words(into *string) bool {
	if s.peek() != '"' {
		return s.skip()
	}
	t, ok := s.text()
	*into = unescaped(t)
	return ok
}

// ended tells that the byte taken last is c: what was read is whole.
func (s *jsonScan) ended(c byte) bool { return s.at > 0 && s.buf[s.at-1] == c }

// skip steps over one value of any kind.
func (s *jsonScan) skip() bool {
	depth := 0
	for {
		switch c := s.peek(); c {
		case 0:
			return false
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			if depth == 0 {
				return false
			}
			depth--
			s.at++
		case ',', ':':
			if depth == 0 {
				return false
			}
			s.at++
			continue
		case '"':
			if _, ok := s.text(); !ok {
				return false
			}
		default:
			if _, _, ok := s.scalar(); !ok {
				return false
			}
		}
		if depth == 0 {
			return true
		}
	}
}

// seek steps to the next byte c, over anything; false at the end.
func (s *jsonScan) seek(c byte) bool {
	for {
		if i := bytes.IndexByte(s.buf[s.at:s.end], c); i >= 0 {
			s.line += bytes.Count(s.buf[s.at:s.at+i], []byte{'\n'})
			s.at += i
			return true
		}
		s.line += bytes.Count(s.buf[s.at:s.end], []byte{'\n'})
		s.at = s.end
		if !s.more() {
			return false
		}
	}
}

// unescaped gives a JSON string's own text.
func unescaped(b []byte) string {
	if bytes.IndexByte(b, '\\') < 0 {
		return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	}
	return string(bytes.ToValidUTF8(scan.AppendJSON(make([]byte, 0, len(b)), b), []byte("\uFFFD")))
}
