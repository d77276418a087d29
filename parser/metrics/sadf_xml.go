package metrics

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var sadfX = parser.Format{
	Name: "sadf-x", Title: "sysstat: sadf -x (XML)",
	Sniff: func(h parser.Head) parser.Score {
		if bytes.Contains(h.Data[:min(len(h.Data), 600)], []byte("<sysstat")) {
			return 95
		}
		return 0
	},
	Parse: parseSadfX,
}

// parseSadfX reads line by line, since sadf writes one element a line. Elements with attributes that stand for a
// device are passed over.
func parseSadfX(lines *parser.Lines, sink record.Sink) error {
	c := newCurves(lines, sink)
	x := &sadfXML{curves: c}
	timed := false
	var clock summerTime
	for lines.Next() {
		l := trim(lines.Bytes())
		switch {
		case has(l, "<host "):
			x.host, clock = lines.Text(attribute(l, "nodename")), summerTime{}
		case has(l, "<timestamp "):
			x.at, timed = sadfStamp(attribute(l, "date"), attribute(l, "time"), attribute(l, "tz"), string(attribute(l, "utc")) == "1")
			if !timed {
				c.problem(lines.Number(), "the timestamp is not readable: its samples are left out")
				continue
			}
			x.at = c.inStep(&clock, x.at, lines.Number())
		case has(l, "</timestamp>"):
			timed = false
		case timed && len(l) > 3 && l[0] == '<':
			x.element(l)
		}
	}
	x.row.flush(c)
	c.saySpecial()
	return nil
}

// sadfXML is what the elements around a value say of it.
type sadfXML struct {
	*curves
	host string
	at   record.Stamp
	row  memoryRow
}

// element reads <memfree>21419308</memfree>, and elements whose values are attributes: <swap-pages pswpin="0.00" .../>.
func (x *sadfXML) element(l []byte) {
	shut := bytes.IndexByte(l, '>')
	if shut > 0 && bytes.IndexByte(l[:shut], ' ') < 0 {
		end := bytes.Index(l, []byte("</"))
		if end < shut {
			return
		}
		x.value("", l[1:shut], l[shut+1:end])
		return
	}
	name, rest := word(l)
	if string(name) != "<paging" && string(name) != "<swap-pages" && !has(name, "<psi-") {
		return
	}
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 || eq+1 >= len(rest) || rest[eq+1] != '"' {
			return
		}
		end := bytes.IndexByte(rest[eq+2:], '"')
		if end < 0 {
			return
		}
		x.value(string(name[1:]), trim(rest[:eq]), rest[eq+2:eq+2+end])
		rest = rest[eq+3+end:]
	}
}

// value passes on a value whose element is known, under the name of the group that holds it.
func (x *sadfXML) value(group string, name, text []byte) {
	v, ok := scan.Float(text)
	known := sysstatPressure(group, string(name))
	if _, isColumn := sysstatAliases[string(name)]; isColumn {
		known = string(name)
	}
	if ok && known != "" {
		x.row.value(x.curves, known, x.host, x.at, x.lines.Number(), text, v)
	}
}

// attribute gives the value of an XML attribute on the line; nil when it is not there.
func attribute(l []byte, name string) []byte {
	i := bytes.Index(l, []byte(" "+name+`="`))
	if i < 0 {
		return nil
	}
	b := l[i+len(name)+3:]
	if j := bytes.IndexByte(b, '"'); j >= 0 {
		return b[:j]
	}
	return nil
}
