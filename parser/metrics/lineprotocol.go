package metrics

// InfluxDB line protocol, as Telegraf writes it into files:
//
//	mem,host=hv03 available=23047376896i,used_percent=8.8 1795393715000000000
//
// Specification: docs.influxdata.com, "Line protocol". Blanks, commas and equal signs in names are escaped by a backslash;
// string fields are quoted; numbers end with i or u when they are whole. The unit of the time is not in the file (ns unless
// the writer was told otherwise): its size tells it.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var lineProtocol = parser.Format{
	Name: "line-protocol", Title: "InfluxDB line protocol (Telegraf files)",
	Sniff: func(h parser.Head) parser.Score {
		good, seen := 0, 0
		for _, l := range h.Lines(30) {
			if protocolAside(l) {
				continue
			}
			seen++
			if p := (protocolLine{}); p.read(l) && len(p.time) >= 10 {
				good++
			}
		}
		if good > 0 && good*10 >= seen*9 {
			return 72
		}
		return 0
	},
	Parse: parseLineProtocol,
}

// protocolAside tells a line that is no point: a comment, or the statement with which influx_inspect export begins.
func protocolAside(l []byte) bool {
	return len(l) == 0 || l[0] == '#' || l[0] == 'C' && has(l, "CREATE DATABASE ")
}

// protocolLine is one point taken apart.
type protocolLine struct{ key, fields, time []byte }

// read finds the two blanks that are neither escaped nor quoted.
func (p *protocolLine) read(l []byte) bool {
	i := unescapedByte(l, ' ', false)
	if i <= 0 {
		return false
	}
	p.key = l[:i]
	rest := bytes.TrimLeft(l[i:], " ")
	j := unescapedByte(rest, ' ', true)
	p.fields, p.time = rest, nil
	if j > 0 {
		p.fields, p.time = rest[:j], trim(rest[j:])
	}
	eq := unescapedByte(p.fields, '=', true)
	return eq > 0 && eq+1 < len(p.fields) && (len(p.time) == 0 || allDigits(p.time)) && bytes.IndexByte(p.key, '"') < 0 && bytes.IndexByte(p.key, '{') < 0
}

// unescapedByte gives the place of the first c that no backslash precedes, outside quotes if they count; -1 when there
// is none.
func unescapedByte(b []byte, c byte, quotes bool) int {
	inside := false
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\':
			i++
		case quotes && b[i] == '"':
			inside = !inside
		case b[i] == c && !inside:
			return i
		}
	}
	return -1
}

func parseLineProtocol(lines *parser.Lines, sink record.Sink) error {
	c := newCurves(lines, sink)
	scales := map[*record.Series]float64{}
	bad, untimed := 0, 0
	var key []byte
	for lines.Next() {
		l := lines.Bytes()
		var p protocolLine
		if protocolAside(l) || lines.Torn() {
			continue
		}
		if !p.read(l) {
			if bad++; bad <= 20 {
				c.problem(lines.Number(), "not a point: expected measurement,tags fields time")
			}
			continue
		}
		at, ok := scan.Epoch(p.time)
		if !ok {
			at = unplaced(untimed)
			untimed++
		}
		for rest := p.fields; len(rest) > 0; {
			var field []byte
			if i := unescapedByte(rest, ',', true); i >= 0 {
				field, rest = rest[:i], rest[i+1:]
			} else {
				field, rest = rest, nil
			}
			eq := unescapedByte(field, '=', false)
			if eq <= 0 {
				continue
			}
			v, ok := protocolNumber(field[eq+1:])
			if !ok {
				continue
			}
			key = append(append(append(key[:0], p.key...), 0), field[:eq]...)
			s, known := c.series[string(key)]
			if !known {
				measurement, tags := p.names()
				s = c.fieldSeries(key, measurement, protocolName(field[:eq]), tags, scales)
			}
			c.sample(at, lines.Number(), s, v*scales[s])
		}
	}
	if untimed > 0 {
		c.sayUnplaced("the writer", "write points with their time")
	}
	return nil
}

// names takes the measurement and the tags apart.
func (p *protocolLine) names() (measurement string, tags []record.Attr) {
	rest := p.key
	for first := true; ; first = false {
		part := rest
		i := unescapedByte(rest, ',', false)
		if i >= 0 {
			part, rest = rest[:i], rest[i+1:]
		}
		if first {
			measurement = protocolName(part)
		} else if eq := unescapedByte(part, '=', false); eq > 0 {
			tags = append(tags, record.Attr{Key: protocolName(part[:eq]), Value: protocolName(part[eq+1:])})
		}
		if i < 0 {
			return measurement, tags
		}
	}
}

func protocolName(b []byte) string {
	if bytes.IndexByte(b, '\\') < 0 {
		return string(b)
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && (b[i+1] == ' ' || b[i+1] == ',' || b[i+1] == '=') {
			i++
		}
		out = append(out, b[i])
	}
	return string(out)
}

// protocolNumber reads 1.5, 12i, 12u; strings and booleans are no numbers.
func protocolNumber(b []byte) (float64, bool) {
	if n := len(b); n > 1 && (b[n-1] == 'i' || b[n-1] == 'u') {
		b = b[:n-1]
	}
	return scan.Float(b)
}
