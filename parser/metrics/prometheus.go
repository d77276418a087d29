package metrics

// Answers of the Prometheus HTTP API as they are saved, api/v1/query_range and api/v1/query:
//
//	{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"node_memory_MemAvailable_bytes",
//	"instance":"hv03:9100"},"values":[[1795393715,"23047376896"],...]}]}}
//
// Specification: https://prometheus.io/docs/prometheus/latest/querying/api/. Seen: Prometheus 2.42, Thanos, and
// VictoriaMetrics' /api/v1/export lines ({"metric":{...},"values":[...],"timestamps":[...]}). Times are evaluation
// times, seconds with up to three decimals. Native histograms are passed over with a note.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var prometheusJSON = parser.Format{
	Name:  "prometheus-json",
	Title: "Prometheus API answers (query_range and query), one or several in a file",
	Sniff: sniffPrometheus,
	Parse: parsePrometheus,
}

func sniffPrometheus(h parser.Head) parser.Score {
	first := trim(h.Line())
	begun := false // by an answer, or by the command that fetched it
	for _, begin := range []string{"{", "#", "$", "curl ", "HTTP/", "+ "} {
		begun = begun || has(first, begin)
	}
	data := h.Data[:min(len(h.Data), 8192)]
	i := bytes.IndexByte(data, '{')
	if !begun || i < 0 {
		return 0
	}
	switch data = data[i:]; {
	case bytes.Contains(data, []byte(`"resultType"`)):
		return 95
	case bytes.Contains(data, []byte(`"status"`)) && bytes.Contains(data, []byte(`"errorType"`)):
		return 90
	case bytes.Contains(data, []byte(`"metric":{"__name__"`)):
		return 85
	}
	return 0
}

func parsePrometheus(lines *parser.Lines, sink record.Sink) error {
	p := &promAnswers{curves: newCurves(lines, sink), json: newJSON(lines.Stream()), named: map[string]*record.Series{}, rates: statusRates{Sink: sink}}
	for p.json.seek('{') {
		if !p.json.object(p.answer) {
			if p.json.peek() == 0 {
				p.problem(p.json.line, "the file is cut off here: what stands before is read")
				break
			}
			p.problem(p.json.line, "damaged JSON: an answer of the Prometheus API was expected; reading goes on at the next one")
		}
	}
	p.saySpecial()
	if p.histograms > 0 {
		p.problem(p.histogramAt, "%d native histogram series are passed over: query histogram_quantile() or histogram_count() instead", p.histograms)
	}
	if p.found == 0 && !p.failed {
		p.problem(0, "the query found no series: nothing was scraped under that name in that time, or the name is misspelt")
	}
	return nil
}

type promAnswers struct {
	*curves
	json        *jsonScan
	found       int // series with points
	failed      bool
	histograms  int
	histogramAt int
	errorType   string
	series      *record.Series
	named       map[string]*record.Series // by name and labels, over all answers
	scale       float64
	rates       statusRates // of the answer at hand
	values      []float64   // of an /export line, whose times come after the values
}

// answer reads the fields of the envelope, and of an /export line, which has none.
func (p *promAnswers) answer(key []byte) bool {
	switch string(key) {
	case "data":
		if p.json.peek() == '{' {
			return p.json.object(p.answer)
		}
		return p.json.skip()
	case "result":
		return p.results()
	case "errorType":
		t, ok := p.json.text()
		p.errorType = unescaped(t)
		return ok
	case "error":
		t, ok := p.json.text()
		if ok {
			p.failed = true
			p.problem(p.json.line, "the server answered with an error instead of data: %s", p.errorType+": "+unescaped(t))
		}
		return ok
	case "warnings", "infos":
		return p.warnings()
	case "metric", "values", "timestamps", "value":
		return p.element(key)
	}
	return p.json.skip()
}

func (p *promAnswers) warnings() bool {
	if !p.json.take('[') {
		return p.json.skip()
	}
	for p.json.item() {
		t, ok := p.json.text()
		if !ok {
			return p.json.skip()
		}
		p.problem(p.json.line, "the server warns: %s", unescaped(t))
	}
	return true
}

// results reads a matrix or a vector, or the single pair of a scalar.
func (p *promAnswers) results() bool {
	if !p.json.take('[') {
		return p.json.skip()
	}
	defer p.rates.settle()
	for p.json.item() {
		if p.json.peek() != '{' { // of a scalar or a text there is one, and no series
			p.found++
			p.json.skip()
			continue
		}
		p.series, p.scale = nil, 1
		if !p.json.object(p.element) {
			return false
		}
	}
	return true
}

// element reads the fields of one series.
func (p *promAnswers) element(key []byte) bool {
	switch string(key) {
	case "metric":
		p.values = p.values[:0]
		return p.metric()
	case "values":
		p.found++
		return p.points()
	case "value":
		p.found++
		return p.point()
	case "timestamps":
		return p.timestamps()
	case "histograms", "histogram":
		p.found++
		if p.histograms == 0 {
			p.histogramAt = p.json.line
		}
		p.histograms++
	}
	return p.json.skip()
}

func (p *promAnswers) metric() bool {
	name := ""
	var labels []record.Attr
	ok := p.json.object(func(key []byte) bool {
		k := unescaped(key)
		v, ok := p.json.text()
		if !ok {
			return false
		}
		if k == "__name__" {
			name = unescaped(v)
		} else if len(labels) < maxColumns {
			labels = append(labels, record.Attr{Key: k, Value: unescaped(v)})
		}
		return true
	})
	if ok {
		p.begin(name, labels)
	}
	return ok
}

// begin makes the series current. One that an earlier answer held goes on: long times are asked for in parts, and /export
// writes a series in several lines. A query that computed something has dropped the name; what the file is called may
// then tell what was asked, and whether a second answer is of the same query nothing tells.
func (p *promAnswers) begin(name string, labels []record.Attr) {
	p.series, p.scale = describe(name, labels)
	p.series.From = record.Origin{File: p.lines.Path, Line: p.json.line}
	p.sink = p.rates.Sink
	if name == "" {
		hintFromFile(p.series, p.lines.Path)
		if p.rates.hold(p.series) {
			p.sink = &p.rates
		}
		return
	}
	key := p.series.String()
	if known := p.named[key]; known != nil {
		p.series = known
	} else if len(p.named) < maxSeries {
		p.named[key] = p.series
	}
}

func (p *promAnswers) points() bool {
	if !p.json.take('[') {
		return p.json.skip()
	}
	if p.series == nil {
		p.begin("", nil)
	}
	for p.json.item() {
		if p.json.peek() != '[' { // an /export line: plain values, their times follow
			t, _, ok := p.json.scalar()
			if !ok {
				return false
			}
			v, ok := promValue(t)
			if !ok {
				v = nan
			}
			p.values = append(p.values, v)
			continue
		}
		if !p.point() {
			return false
		}
	}
	return true
}

// point reads [1795393715,"23047376896"]; the plain spelling, which is nearly all, straight from the buffer.
func (p *promAnswers) point() bool {
	j := p.json
	if p.series == nil {
		p.begin("", nil)
	}
	if j.peek() != '[' {
		return j.skip()
	}
	j.ahead(96)
	if ns, prec, value, n := plainPoint(j.buf[j.at:j.end]); n > 0 {
		j.at += n
		p.sample(record.AtUnix(ns, prec), j.line, p.series, value*p.scale)
		return true
	}
	j.at++
	t, _, ok := j.scalar()
	if !ok {
		return false
	}
	at, known := promTime(t)
	if !j.take(',') {
		return false
	}
	t, _, ok = j.scalar()
	if !ok {
		return false
	}
	value, isNumber := promValue(t)
	if !j.take(']') {
		return false
	}
	if !known || !isNumber {
		p.problem(j.line, "not a point: expected [seconds, \"number\"]")
		return true
	}
	p.sample(at, j.line, p.series, value*p.scale)
	return true
}

func (p *promAnswers) timestamps() bool {
	if !p.json.take('[') {
		return p.json.skip()
	}
	for i := 0; p.json.item(); i++ {
		t, _, ok := p.json.scalar()
		if !ok {
			return false
		}
		if at, ok := scan.Epoch(t); ok && i < len(p.values) {
			p.sample(at, p.json.line, p.series, p.values[i]*p.scale)
		}
	}
	return true
}
