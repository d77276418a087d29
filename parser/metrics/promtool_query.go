package metrics

// What `promtool query range` and `promtool query instant` print:
//
//	node_memory_MemAvailable_bytes{instance="hv03:9100", job="node"} =>
//	23047376896 @[1795393715]
//	23040376832 @[1795393730.5]
//
//	node_memory_MemAvailable_bytes{instance="hv03:9100", job="node"} => 23047376896 @[1795393715.123]
//
// Source: prometheus/common, model/value.go (Matrix.String, Vector.String, SamplePair.String). Times are seconds. Native
// histograms are passed over with a note.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var promtoolQuery = parser.Format{
	Name: "promtool-query", Title: "promtool query range and query instant",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(8) {
			if p := (promtoolLine{}); p.read(l) {
				if p.isSeries && len(p.labels) > 0 {
					return 84
				}
				continue
			}
			if len(trim(l)) > 0 {
				return 0
			}
		}
		return 0
	},
	Parse: parsePromtoolQuery,
}

// promtoolLine is a line of the output: a series, a value with its time, or both.
type promtoolLine struct {
	isSeries, isPoint, isHistogram bool
	name                           string
	labels                         []byte // with their braces
	at                             record.Stamp
	value                          float64
}

func (p *promtoolLine) read(l []byte) bool {
	l = trim(l)
	begin := 0
	for begin < len(l) && nameByte(l[begin]) {
		begin++
	}
	rest := l[begin:]
	if has(rest, "{") {
		n := labelsLength(rest)
		if n == 0 {
			return false
		}
		p.labels, rest = rest[:n], rest[n:]
	}
	if arrow, ok := bytes.CutPrefix(trim(rest), []byte("=>")); ok {
		p.isSeries, p.name, rest = true, string(l[:begin]), trim(arrow)
	} else {
		p.labels, rest = nil, l
	}
	if len(rest) == 0 {
		return p.isSeries
	}
	i := bytes.LastIndex(rest, []byte(" @["))
	if i < 0 || rest[len(rest)-1] != ']' {
		return false
	}
	at, ok := scan.Epoch(rest[i+len(" @[") : len(rest)-1])
	value, isNumber := promValue(trim(rest[:i]))
	p.at, p.value, p.isPoint, p.isHistogram = at, value, isNumber, has(rest, "{count:")
	return ok && (isNumber || p.isHistogram)
}

func parsePromtoolQuery(lines *parser.Lines, sink record.Sink) error {
	rates := &statusRates{Sink: sink}
	defer rates.settle()
	c := newCurves(lines, rates)
	scales := map[*record.Series]float64{}
	var s *record.Series
	bad := 0
	for lines.Next() {
		l := lines.Bytes()
		if len(trim(l)) == 0 || lines.Torn() && l[len(l)-1] != ']' {
			continue
		}
		var p promtoolLine
		if !p.read(l) {
			if bad++; bad <= 20 {
				c.problem(lines.Number(), "the line is left out: name{labels} => or value @[seconds] was expected")
			}
			continue
		}
		if p.isSeries {
			s = c.get(append([]byte(p.name), p.labels...), func() *record.Series {
				var labels []record.Attr
				if len(p.labels) > 0 {
					labels, _ = readLabels(p.labels)
				}
				made, scale := describe(p.name, labels)
				if p.name == "" {
					hintFromFile(made, lines.Path)
				}
				scales[made] = scale
				rates.hold(made)
				return made
			})
		}
		if p.isHistogram {
			c.histogram(lines.Number())
		} else if p.isPoint {
			c.sample(p.at, lines.Number(), s, p.value*scales[s])
		}
	}
	c.saySpecial()
	return nil
}
