package logs

import "bytes"

// object reads one line's JSON object field by field. Strings are given as written, escapes and all; nothing is
// allocated. https://www.rfc-editor.org/rfc/rfc8259
type object struct {
	b     []byte
	at    int
	key   [128]byte // of the field, parents joined with "."
	ready bool      // the whole object was well formed
}

// value is a field's value: the inside of a string, or a number, word or list as it stands.
type value struct {
	raw    []byte
	quoted bool
}

const deepest = 6

// fields calls visit for each field; false from it ends the reading. It tells whether all of b is one object.
func (o *object) fields(b []byte, visit func(key []byte, v value) bool) bool {
	*o = object{b: b}
	o.blank()
	if !o.object(0, deepest, visit) {
		return o.ready
	}
	o.blank()
	return o.at == len(o.b)
}

func (o *object) blank() {
	for o.at < len(o.b) && (o.b[o.at] == ' ' || o.b[o.at] == '\t' || o.b[o.at] == '\r' || o.b[o.at] == '\n') {
		o.at++
	}
}

func (o *object) take(c byte) bool {
	o.blank()
	if o.at < len(o.b) && o.b[o.at] == c {
		o.at++
		return true
	}
	return false
}

// object reads "{...}"; prefix bytes of key are the parents' names.
func (o *object) object(prefix, depth int, visit func([]byte, value) bool) bool {
	if depth == 0 || !o.take('{') {
		return false
	}
	if o.take('}') {
		return true
	}
	for {
		o.blank()
		name, ok := o.text()
		if !ok || !o.take(':') {
			return false
		}
		n := prefix + copy(o.key[prefix:], name)
		if !o.field(n, depth, visit) {
			return false
		}
		if o.take('}') {
			return true
		}
		if !o.take(',') {
			return false
		}
	}
}

func (o *object) field(n, depth int, visit func([]byte, value) bool) bool {
	o.blank()
	if o.at >= len(o.b) {
		return false
	}
	from := o.at
	switch o.b[o.at] {
	case '"':
		s, ok := o.text()
		return ok && o.visit(visit, n, value{s, true})
	case '{':
		if n < len(o.key) {
			o.key[n] = '.'
			return o.object(n+1, depth-1, visit)
		}
		return o.skipNested()
	case '[':
		return o.skipNested() && o.visit(visit, n, value{o.b[from:o.at], false})
	}
	for o.at < len(o.b) && bytes.IndexByte([]byte(",}] \t\r\n"), o.b[o.at]) < 0 {
		o.at++
	}
	return o.at > from && o.visit(visit, n, value{o.b[from:o.at], false})
}

func (o *object) visit(visit func([]byte, value) bool, n int, v value) bool {
	if !visit(o.key[:n], v) {
		o.ready = true
		return false
	}
	return true
}

// text reads a string and gives its inside.
func (o *object) text() ([]byte, bool) {
	if o.at >= len(o.b) || o.b[o.at] != '"' {
		return nil, false
	}
	o.at++
	from := o.at
	for o.at < len(o.b) {
		i := bytes.IndexByte(o.b[o.at:], '"')
		if i < 0 {
			return nil, false
		}
		o.at += i + 1
		end := o.at - 1
		slashes := 0
		for end-1-slashes >= from && o.b[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return o.b[from:end], true
		}
	}
	return nil, false
}

// skipNested steps over a list or object.
func (o *object) skipNested() bool {
	depth := 0
	for o.at < len(o.b) {
		switch o.b[o.at] {
		case '"':
			if _, ok := o.text(); !ok {
				return false
			}
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		o.at++
		if depth == 0 {
			return true
		}
	}
	return false
}
