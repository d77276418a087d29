package parser

import (
	"bufio"
	"bytes"
)

// Log lines as JSON come in documents too: objects of many lines, or a list of objects. Each object is made one line, and the
// line ends inside are given behind it, so that it keeps the number of the line that it begins on:
//
//	{                                             journalctl -o json-pretty
//		"__REALTIME_TIMESTAMP" : "1612333801250000",
//	[{"insertId": "1", "textPayload": "text"}]    gcloud logging read --format=json, jq -s
//	{"events": [{"timestamp": 1, "message": "text"}], "nextForwardToken": "f"}    aws logs get-log-events, filter-log-events
//	{"took": 3, "hits": {"total": {}, "hits": [{"_source": {}}]}}                 Elasticsearch's and Graylog's search
//	{"data": [{"id": "1", "attributes": {}}], "meta": {}}                         Datadog's search
//
// Of an answer that holds the list only what stands in it is given, and the line ends before it and behind it.

// offDocument makes lines of the objects of a head, the last one left out when it is cut; nil when it holds one object a line
// already, or no document.
func offDocument(head []byte) []byte {
	trimmed := bytes.TrimLeft(head, " \t\r\n\ufeff")
	if at := answerList(head); at > 0 {
		return documentLines(head)
	}
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil
	}
	if trimmed[0] == '[' {
		if trimmed = bytes.TrimLeft(trimmed[1:], " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
			return nil
		}
	} else if first, _, _ := bytes.Cut(trimmed, []byte{'\n'}); len(first) > 1 && len(bytes.TrimSpace(first)) > 1 {
		return nil
	}
	return documentLines(head)
}

// documentLines gives the objects of a head as lines, the last one left out when it is cut.
func documentLines(head []byte) []byte {
	d := documents{before: answerList(head)}
	d.answer = d.before > 0
	lines := d.take(nil, head)
	if d.depth > d.base() {
		lines = lines[:bytes.LastIndexByte(lines, '\n')+1]
	}
	return lines
}

// answerHead is how far into an answer its list may begin.
const answerHead = 2 << 10

// answerList gives where the list of objects begins that an answer holds; 0 when head is none.
func answerList(head []byte) int {
	head = head[:min(len(head), answerHead)]
	if !bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n\ufeff"), []byte{'{'}) {
		return 0
	}
	for at := 0; ; at++ {
		i := bytes.IndexByte(head[at:], '[')
		if i < 0 {
			return 0
		}
		at += i
		before := bytes.TrimRight(head[:at], " \t\r\n")
		key, ok := bytes.CutSuffix(before, []byte{':'})
		if first := bytes.TrimLeft(head[at+1:], " \t\r\n"); !ok || len(first) == 0 || first[0] != '{' {
			continue
		}
		key = bytes.TrimRight(key, " \t\r\n")
		for _, name := range [...]string{`"events"`, `"hits"`, `"data"`} {
			if bytes.HasSuffix(key, []byte(name)) {
				return at
			}
		}
	}
}

// documents gives the objects as lines.
type documents struct {
	from *bufio.Reader
	out  []byte // ready to be given
	buf  [4096]byte
	err  error

	begun   bool
	before  int  // bytes before the list of an answer
	answer  bool // the list is an answer's
	done    bool // it has ended
	listed  bool // the objects are in a list
	depth   int  // of brackets
	quoted  bool
	escaped bool
	ends    int  // line ends inside the object
	filled  bool // an object stands on the line
}

func (d *documents) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		if !d.begun {
			head, _ := d.from.Peek(answerHead)
			d.begun, d.before = true, answerList(head)
			d.answer = d.before > 0
		}
		var n int
		n, d.err = d.from.Read(d.buf[:])
		d.out = d.take(d.out[:0], d.buf[:n])
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// take appends what the next bytes come to.
func (d *documents) take(out, in []byte) []byte {
	for _, c := range in {
		switch {
		case d.before > 0 || d.done:
			if d.before = max(d.before-1, 0); c == '\n' {
				out = append(out, c)
			}
		case d.quoted:
			if c == '"' && !d.escaped {
				d.quoted = false
			}
			d.escaped = c == '\\' && !d.escaped
			if c == '\n' { // no JSON: a line that is cut
				d.quoted, d.escaped = false, false
			}
			out = append(out, c)
		case d.depth == 0 && c == '[' || d.depth == d.base() && d.listed && (c == ']' || c == ','):
			d.listed = c != ']'
			if c == ']' {
				d.depth--
				d.done = d.answer
			} else if c == '[' {
				d.depth++
			}
		case c == '{' || c == '[':
			if d.filled {
				out, d.filled = append(out, '\n'), false
			}
			d.depth++
			out = append(out, c)
		case c == '}' || c == ']':
			d.depth = max(d.depth-1, d.base())
			out = append(out, c)
			if d.depth == d.base() {
				out, d.filled = append(out, bytes.Repeat([]byte{'\n'}, d.ends)...), d.ends == 0
				d.ends = 0
			}
		case c == '\n' && d.depth > d.base():
			d.ends++
			out = append(out, ' ')
		case d.listed && d.depth == d.base() && c != '\n': // blanks
		default:
			d.quoted = c == '"' && d.depth > d.base()
			d.filled = d.filled && c != '\n'
			out = append(out, c)
		}
	}
	return out
}

// base is how deep the objects lie.
func (d *documents) base() int {
	if d.listed {
		return 1
	}
	return 0
}
