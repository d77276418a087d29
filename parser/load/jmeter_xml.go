package load

import (
	"bytes"
	"io"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// JMeter's result file in XML (versions 2.0 to 5.x):
//
//	<httpSample t="22" lt="22" ts="1795393966393" s="true" lb="GET /x" rc="200" rm="OK" tn="Web Users 1-1" ng="1" na="1"/>
//
// 2.0 wrote <sampleResult timeStamp= time= label= success=>. Samples inside a sample are its redirects and embedded
// resources: only the outer one counts, save that a transaction's are the requests it sums up. Such files are often not well-formed (no </testResults> after a kill,
// illegal character references, response bodies), so tags are looked for and everything else is passed over.
// Source: SampleResultConverter.java, component reference "Sample Attributes".
func jmeterXML(o Options) parser.Format {
	return parser.Format{
		Name:  "jmeter-xml",
		Title: "JMeter results as XML",
		Sniff: func(h parser.Head) parser.Score {
			if head := h.Data[:min(len(h.Data), 4096)]; bytes.Contains(head, []byte("<testResults")) {
				return 95
			}
			return 0
		},
		Parse: func(l *parser.Lines, sink record.Sink) error { return parseJMeterXML(l, sink, o) },
		Raw:   true,
	}
}

// tags finds the tags of an XML-like stream, one after the other.
type tags struct {
	src  io.Reader
	buf  []byte
	at   int
	eof  bool
	line int
}

const (
	tagWindow = 1 << 18
	maxTag    = 1 << 20
)

// next gives the next tag, "<...>" as it is written; torn that the input ended inside one.
func (t *tags) next() (tag []byte, torn, ok bool) {
	for {
		i := bytes.IndexByte(t.buf[t.at:], '<')
		if i < 0 {
			t.pass(len(t.buf))
			if !t.fill() {
				return nil, false, false
			}
			continue
		}
		t.pass(t.at + i)
		end := tagEnd(t.buf[t.at:])
		if end < 0 && len(t.buf)-t.at < maxTag {
			if t.fill() {
				continue
			}
			return nil, true, false
		}
		if end < 0 { // not a tag
			t.pass(t.at + 1)
			continue
		}
		tag = t.buf[t.at : t.at+end]
		t.pass(t.at + end)
		return tag, false, true
	}
}

// pass moves on to the offset in the window, counting lines.
func (t *tags) pass(to int) {
	t.line += bytes.Count(t.buf[t.at:to], []byte{'\n'})
	t.at = to
}

// fill reads more behind what is not passed yet; false at the end.
func (t *tags) fill() bool {
	if t.eof {
		return false
	}
	rest := copy(t.buf[:cap(t.buf)], t.buf[t.at:])
	t.buf, t.at = t.buf[:rest], 0
	if rest == cap(t.buf) {
		t.buf = append(make([]byte, 0, 2*rest), t.buf...)
	}
	n, err := io.ReadAtLeast(t.src, t.buf[rest:cap(t.buf)], 1)
	t.buf = t.buf[:rest+n]
	t.eof = err != nil
	return n > 0
}

// tagEnd gives the length of the tag that b begins with, ">" in quotes passed over; -1 when it does not end in b.
func tagEnd(b []byte) int {
	for at := 1; at < len(b); at++ {
		switch b[at] {
		case '>':
			return at + 1
		case quote:
			i := bytes.IndexByte(b[at+1:], quote)
			if i < 0 {
				return -1
			}
			at += i + 1
		case '<': // a bare "<" in text
			return at
		}
	}
	return -1
}

func parseJMeterXML(l *parser.Lines, sink record.Sink, o Options) error {
	f := &jtlFolds{plain: newFold()}
	if o.ByLabel {
		f.labels = newLabels()
	}
	j := &jtl{path: l.Path, sink: sink, opts: o, faults: &faults{path: l.Path, sink: sink}}
	t := &tags{src: l.Rest(), buf: make([]byte, 0, tagWindow), line: 1}
	var depth, inside int // open samples, and open transactions around them
	ended := false
	for {
		line := t.line
		tag, torn, ok := t.next()
		if !ok {
			j.torn = torn || !ended
			break
		}
		name, attributes, kind := tagName(tag)
		switch {
		case string(name) == "testResults":
			ended = kind == tagCloses
			depth, inside = 0, 0
		case !isSample(name):
		case kind == tagCloses && depth == 0:
			inside = max(inside-1, 0)
		case kind == tagCloses:
			depth--
		default:
			if depth == 0 && j.sample(f, attributes, line) && kind == tagOpens {
				inside++ // the samples inside a transaction are requests that stand nowhere else
				continue
			}
			if kind == tagOpens {
				depth++
			}
		}
	}
	l.Passed(t.line - 1)
	if j.torn {
		j.faults.plain(t.line, "the file ends without </testResults>: JMeter was killed or had not written it out")
	}
	f.deliver(j, l, record.Load{From: record.Origin{File: l.Path}, Tool: "jmeter", Torn: j.torn})
	j.faults.close()
	return nil
}

type tagKind int

const (
	tagOpens tagKind = iota
	tagCloses
	tagWhole
)

// tagName takes a tag apart.
func tagName(tag []byte) (name, attributes []byte, kind tagKind) {
	body := bytes.TrimSuffix(bytes.TrimPrefix(tag, []byte{'<'}), []byte{'>'})
	if b, ok := bytes.CutPrefix(body, []byte{'/'}); ok {
		return bytes.TrimSpace(b), nil, tagCloses
	}
	if b, ok := bytes.CutSuffix(body, []byte{'/'}); ok {
		body, kind = b, tagWhole
	}
	if i := bytes.IndexAny(body, " \t\r\n"); i >= 0 {
		return body[:i], body[i:], kind
	}
	return body, nil, kind
}

func isSample(name []byte) bool {
	return string(name) == "httpSample" || string(name) == "sample" || string(name) == "sampleResult"
}

// sample counts one outer sample and tells whether it is a transaction.
func (j *jtl) sample(f *jtlFolds, attributes []byte, line int) (sums bool) {
	r := jtlRow{at: unknown, took: unknown, ok: true, users: unknown, many: 1}
	told := false
	for len(attributes) > 0 {
		var name, value []byte
		if name, value, attributes = attribute(attributes); len(name) == 0 {
			break
		}
		n, isNumber := scan.Int(value)
		switch string(name) {
		case "ts", "timeStamp":
			if st, ok := scan.Epoch(value); ok {
				r.at = st.Wall.UnixMicro()
			} else {
				r.fault = "no time where ts belongs"
			}
		case "t", "time":
			if isNumber && n >= 0 && n < 1<<40 {
				r.took = n * millisecond
			}
		case "s", "success":
			r.ok, told = string(value) != "false", true
		case "lb", "label":
			r.label = value
		case "rm":
			r.sums = bytes.HasPrefix(value, []byte(transactionMark))
		case "na":
			if isNumber {
				r.users = n
			}
		case "sc":
			if isNumber && n > 1 {
				r.many = n
			}
		case "ec":
			r.errors = n
		}
	}
	if r.fault == "" && !told && r.at < 0 {
		r.fault = "no number where ts or s belongs"
	}
	if r.fault != "" {
		j.faults.add(line, r.fault)
		return false
	}
	f.times.kind(millisecondPrec, 0)
	f.add(&r, line)
	return r.sums
}

// attribute reads the first name="value" of b.
func attribute(b []byte) (name, value, rest []byte) {
	eq := bytes.IndexByte(b, '=')
	if eq < 0 || eq+1 >= len(b) || b[eq+1] != quote {
		return nil, nil, nil
	}
	end := bytes.IndexByte(b[eq+2:], quote)
	if end < 0 {
		return nil, nil, nil
	}
	return bytes.TrimSpace(b[:eq]), b[eq+2 : eq+2+end], b[eq+3+end:]
}
