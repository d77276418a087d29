package metrics

// The text exposition format of /metrics and /federate, and what `promtool tsdb dump` writes:
//
//	node_memory_MemAvailable_bytes{instance="127.0.0.1:9100",job="node"} 2.4468037632e+10 1795393797470
//	{__name__="node_memory_MemAvailable_bytes", instance="127.0.0.1:9100", job="node"} 2.3e+10 1795393714470
//
// Specification: https://prometheus.io/docs/instrumenting/exposition_formats/ and OpenMetrics 1.0 (seconds instead
// of milliseconds, "# EOF", exemplars). Seen: node_exporter, Prometheus and promtool 2.42. A page of /metrics has no
// times; a loop that prints the date before each page gives them.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var exposition = parser.Format{
	Name:  "prometheus-text",
	Title: "Prometheus text: /metrics pages, /federate, promtool tsdb dump",
	Sniff: sniffExposition,
	Parse: parseExposition,
}

func sniffExposition(h parser.Head) parser.Score {
	good, plain, seen := 0, 0, 0
	for _, l := range h.Lines(40) {
		switch {
		case len(l) == 0:
			continue
		case has(l, "# HELP ") || has(l, "# TYPE "):
			return 90
		case has(l, `{__name__="`):
			return 90
		case l[0] == '#':
			continue
		}
		if _, ok := isTime(l); ok {
			continue
		}
		seen++
		if p := (expositionLine{}); p.read(l) {
			if len(p.labels) > 0 || knownNames[string(p.name)].unit != "" {
				good++
			} else {
				plain++
			}
		}
	}
	switch {
	case good > 0 && good*10 >= seen*9:
		return 70
	case good > 0 && good*4 >= seen && (good+plain)*10 >= seen*9: // a page without its comments
		return 60
	}
	return 0
}

// expositionLine is one sample line taken apart.
type expositionLine struct {
	series                    []byte // name and labels as they are written
	name, labels, value, time []byte // labels with their braces
}

// read takes a line apart; false when it is no sample.
func (p *expositionLine) read(l []byte) bool {
	begin := pastGaps(l, 0)
	i := begin
	for i < len(l) && nameByte(l[i]) {
		i++
	}
	p.name, p.labels = l[begin:i], nil
	if open := pastGaps(l, i); open < len(l) && l[open] == '{' {
		i = open
		n := labelsLength(l[i:])
		if n == 0 {
			return false
		}
		p.labels = l[i : i+n]
		i += n
	} else if i == begin {
		return false
	}
	if i >= len(l) || l[i] != ' ' && l[i] != '\t' {
		return false
	}
	p.series = l[begin:i]
	var rest []byte
	p.value, rest = word(l[i:])
	p.time, rest = word(rest)
	if has(p.time, "#") { // an exemplar
		p.time = nil
	}
	if _, ok := promValue(p.value); !ok {
		return false
	}
	tail, _ := word(rest)
	return len(tail) == 0 || tail[0] == '#'
}

func nameByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == ':' || c == '.'
}

// labelsLength gives the length of {...}, quotes and escapes respected; 0 when it does not end.
func labelsLength(b []byte) int {
	inside := false
	for i := 1; i < len(b); i++ {
		switch {
		case inside && b[i] == '\\':
			i++
		case b[i] == '"':
			inside = !inside
		case b[i] == '}' && !inside:
			return i + 1
		}
	}
	return 0
}

// readLabels reads {key="value", ...} and gives its length; 0 when it is damaged. Since Prometheus 3 a name that needs it
// stands in quotes, the metric's own among the labels: {"my.metric","host.name"="hv03"}.
func readLabels(b []byte) (labels []record.Attr, length int) {
	for i := 1; ; {
		if i = pastGaps(b, i); i < len(b) && b[i] == ',' {
			i++
			continue
		}
		if i >= len(b) {
			return nil, 0
		}
		if b[i] == '}' {
			return labels, i + 1
		}
		var key []byte
		isQuoted := b[i] == '"'
		if isQuoted {
			if key, i = quotedText(b, i); i == 0 {
				return nil, 0
			}
		} else if eq := bytes.IndexByte(b[i:], '='); eq >= 0 {
			key, i = trim(b[i:i+eq]), i+eq
		} else {
			return nil, 0
		}
		if i = pastGaps(b, i); i >= len(b) || b[i] != '=' {
			if !isQuoted {
				return nil, 0
			}
			labels = append(labels, record.Attr{Key: "__name__", Value: unescaped(key)})
			continue
		}
		var value []byte
		if i = pastGaps(b, i+1); i >= len(b) || b[i] != '"' {
			return nil, 0
		}
		if value, i = quotedText(b, i); i == 0 {
			return nil, 0
		}
		labels = append(labels, record.Attr{Key: unescaped(key), Value: unescaped(value)})
	}
}

// pastGaps gives the place of the first byte from i on that is no blank.
func pastGaps(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	return i
}

// quotedText gives the text between the quote at i and the next one that no backslash precedes, and the place behind that;
// 0 when there is none.
func quotedText(b []byte, i int) (text []byte, next int) {
	begin := i + 1
	for i = begin; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return b[begin:i], i + 1
		}
	}
	return nil, 0
}

type expositionText struct {
	*curves
	scales    map[*record.Series]float64
	now       record.Stamp // of the page, from a date line before it
	stale     int
	lastStale struct {
		series string
		line   int
		at     record.Stamp
	}
	bare int // samples without any time
	bad  int
}

func parseExposition(lines *parser.Lines, sink record.Sink) error {
	e := &expositionText{curves: newCurves(lines, sink), scales: map[*record.Series]float64{}}
	e.now = unplaced(0)
	var p expositionLine
	for lines.Next() {
		l := lines.Bytes()
		switch {
		case len(l) == 0 || l[0] == '#':
		case p.read(l):
			e.take(&p)
		default:
			e.other(l)
		}
	}
	if e.bare > 0 {
		e.sayUnplaced("the exporter", "query the Prometheus server for the time of the test instead (api/v1/query_range), or print the date before each page")
	}
	if e.stale > 0 {
		e.problem(e.lastStale.line, "%d stale markers: the targets were not answering there; the last is %s at %s", e.stale, e.lastStale.series, e.lastStale.at.Wall.Format("2006-01-02 15:04:05.000"))
	}
	e.saySpecial()
	return nil
}

// other reads a line that is no sample: a date before a page, or damage.
func (e *expositionText) other(l []byte) {
	if at, ok := isTime(l); ok {
		e.now = at
		return
	}
	if bytes.Contains(l, []byte("} {count:")) { // as promtool writes one
		e.histogram(e.lines.Number())
		return
	}
	if e.bad++; e.bad <= 20 {
		e.problem(e.lines.Number(), "not a sample: expected name{labels} value [milliseconds]")
	}
}

func (e *expositionText) take(p *expositionLine) {
	at := e.now
	if len(p.time) > 0 {
		stamp, ok := scan.Epoch(p.time)
		if !ok || e.lines.Torn() {
			if e.bad++; e.bad <= 20 {
				e.problem(e.lines.Number(), "the time %q is no epoch milliseconds, or is cut off: the sample is left out", p.time[:min(len(p.time), 30)])
			}
			return
		}
		at = stamp
	} else if e.lines.Torn() {
		return // the value may lack digits
	}
	s := e.get(p.series, func() *record.Series { return e.describe(p) })
	if s == nil {
		return
	}
	value, _ := promValue(p.value)
	if value != value && len(p.time) > 0 {
		if e.stale++; e.stale > 1 && at.Wall.Before(e.lastStale.at.Wall) {
			return
		}
		e.lastStale.series, e.lastStale.line, e.lastStale.at = s.String(), e.lines.Number(), at
		return
	}
	if at.Lacks&record.LacksWall != 0 {
		e.bare++
	}
	e.sample(at, e.lines.Number(), s, value*e.scales[s])
}

func (e *expositionText) describe(p *expositionLine) *record.Series {
	var labels []record.Attr
	if len(p.labels) > 0 {
		read, n := readLabels(p.labels)
		if n == 0 {
			return nil
		}
		labels = read
	}
	name := string(p.name)
	for i, l := range labels {
		if l.Key == "__name__" {
			name = l.Value
			labels = append(labels[:i:i], labels[i+1:]...)
			break
		}
	}
	s, scale := describe(name, labels)
	e.scales[s] = scale
	return s
}
