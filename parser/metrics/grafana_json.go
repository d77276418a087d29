package metrics

// Grafana's data frames, as its API answers a query (api/ds/query), as "Inspect > JSON" shows a panel's data and as a
// dashboard's snapshot keeps them:
//
//	{"results":{"A":{"frames":[{"schema":{"fields":[{"name":"Time","type":"time"},{"name":"Value","type":"number",
//	"labels":{"__name__":"node_memory_MemAvailable_bytes","instance":"hv03:9100"}}]},
//	"data":{"values":[[1795393715000,1795393730000],[23047376896,23040376832]]}}]}}}
//
//	"snapshotData":[{"fields":[{"config":{"unit":"bytes"},"name":"Time","type":"time","values":[1795393715000]}, ...
//
// Source: grafana-plugin-sdk-go, data/frame_json.go; packages/grafana-data/src/dataframe (dataFrameToJSON, DataFrameDTO).
// Times are epoch milliseconds. Values are columns, beside the fields or within them.

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var grafanaJSON = parser.Format{
	Name:  "grafana-json",
	Title: "Grafana data frames: answers of api/ds/query, panel JSON, dashboard snapshots",
	Sniff: sniffGrafanaJSON,
	Parse: parseGrafanaJSON,
}

func sniffGrafanaJSON(h parser.Head) parser.Score {
	data := bytes.TrimLeft(h.Data, " \t\r\n")
	if !has(data, "{") && !has(data, "[") || !bytes.Contains(data, []byte(`"fields"`)) {
		return 0
	}
	if bytes.Contains(data, []byte(`"type":"time"`)) || bytes.Contains(data, []byte(`"type": "time"`)) {
		return 84
	}
	return 0
}

// frameField is one column of a frame.
type frameField struct {
	name, kind, display, unit string
	labels                    []record.Attr
	values                    []float64 // NaN where there is none; times in milliseconds
}

type frameReader struct {
	*table
	json   *jsonScan
	fields []frameField // of the frame whose values are still to come
	frame  string       // its name
	rates  *statusRates
	kept   int // values of it
	tables int // frames left out
}

const maxFrameValues = 1 << 22

func parseGrafanaJSON(lines *parser.Lines, sink record.Sink) error {
	rates := &statusRates{Sink: sink}
	r := &frameReader{table: newTable(lines, rates), json: newJSON(lines.Stream()), rates: rates}
	defer rates.settle()
	for r.json.peek() != 0 {
		if !r.value() {
			if r.json.peek() == 0 {
				r.problem(r.json.line, "the file is cut off here: what stands before is read")
				break
			}
			r.json.at++
		}
	}
	if r.tables > 0 {
		r.problem(0, "%d tables with several rows of one time are left out: only series are read", r.tables)
	}
	r.saySpecial()
	return nil
}

// value walks any value, in search of frames.
func (r *frameReader) value() bool {
	if r.json.peek() == '[' {
		return r.json.list(r.value)
	}
	name := ""
	return r.json.object(func(key []byte) bool {
		switch {
		case string(key) == "fields" && r.json.peek() == '[':
			return r.readFields(name)
		case string(key) == "data" && len(r.fields) > 0 && r.json.peek() == '{':
			return r.readData()
		case string(key) == "name" && r.json.peek() == '"':
			t, ok := r.json.text()
			name = unescaped(t)
			return ok
		}
		return r.value()
	})
}

// readFields reads a frame's fields; where they hold their values the frame is whole with them.
func (r *frameReader) readFields(frame string) bool {
	r.fields, r.frame, r.kept = nil, frame, 0
	within := false
	r.json.take('[')
	for r.json.item() {
		f := frameField{}
		ok := r.json.object(func(key []byte) bool {
			switch string(key) {
			case "name":
				return r.json.words(&f.name)
			case "type":
				return r.json.words(&f.kind)
			case "labels":
				return r.json.object(func(key []byte) bool {
					l := record.Attr{Key: unescaped(key)}
					ok := r.json.words(&l.Value)
					if len(f.labels) < maxColumns {
						f.labels = append(f.labels, l)
					}
					return ok
				})
			case "config":
				return r.json.object(func(key []byte) bool {
					switch string(key) {
					case "unit":
						return r.json.words(&f.unit)
					case "displayName", "displayNameFromDS":
						return r.json.words(&f.display)
					}
					return r.json.skip()
				})
			case "values":
				within = true
				return r.column(&f)
			}
			return r.json.skip()
		})
		if !ok {
			return false
		}
		if len(r.fields) < maxColumns {
			r.fields = append(r.fields, f)
		}
	}
	if !r.json.ended(']') {
		return false
	}
	if within {
		r.emit()
	} else if !slices.ContainsFunc(r.fields, func(f frameField) bool { return f.kind == "time" }) {
		r.fields = nil // something else is called so
	}
	return true
}

// readData reads the columns that follow a schema.
func (r *frameReader) readData() bool {
	return r.json.object(func(key []byte) bool {
		if string(key) != "values" || !r.json.take('[') {
			return r.json.skip()
		}
		for n := 0; r.json.item(); n++ {
			var beyond frameField
			f := &beyond
			if n < len(r.fields) {
				f = &r.fields[n]
			}
			if !r.column(f) {
				return false
			}
		}
		if !r.json.ended(']') {
			return false
		}
		r.emit()
		return true
	})
}

// column reads one column.
func (r *frameReader) column(f *frameField) bool {
	if r.json.peek() != '[' {
		return r.json.skip()
	}
	r.json.at++
	for r.json.item() {
		v := math.NaN()
		if c := r.json.peek(); c == '{' || c == '[' {
			if !r.json.skip() {
				return false
			}
		} else {
			t, quoted, ok := r.json.scalar()
			if !ok {
				return false
			}
			if at, n := scan.ISO(t); quoted && n > 0 {
				v = float64(at.Wall.UnixMilli())
			} else if x, ok := scan.Float(t); ok {
				v = x
			}
		}
		if r.kept++; r.kept <= maxFrameValues {
			f.values = append(f.values, v)
		} else if r.kept == maxFrameValues+1 {
			r.problem(r.json.line, "more than %d values in one frame: the rest is left out", maxFrameValues)
		}
	}
	return r.json.ended(']')
}

// emit passes the samples of a whole frame on.
func (r *frameReader) emit() {
	defer func() { r.fields = nil }()
	at := slices.IndexFunc(r.fields, func(f frameField) bool { return f.kind == "time" })
	if at < 0 {
		return
	}
	times := r.fields[at].values
	if slices.ContainsFunc(r.fields, func(f frameField) bool { return f.kind == "string" }) && repeats(times) {
		r.tables++
		return
	}
	for i := range r.fields {
		f := &r.fields[i]
		if f.kind != "number" || i == at {
			continue
		}
		s, scale := r.seriesOf(f)
		if s == nil {
			continue
		}
		for k, v := range f.values[:min(len(f.values), len(times))] {
			if ms := times[k]; v == v && ms > 0 && ms < 4102444800e3 {
				r.sample(record.AtUnix(int64(ms)*1e6, time.Millisecond), r.json.line, s, v*scale)
			}
		}
	}
}

// repeats tells that several rows are of one time.
func repeats(times []float64) bool {
	for i := 1; i < len(times); i++ {
		if times[i] == times[i-1] {
			return true
		}
	}
	return false
}

// seriesOf gives the series of a field: by the metric's name in its labels, or by what it or its frame is called.
func (r *frameReader) seriesOf(f *frameField) (*record.Series, float64) {
	name := ""
	labels := slices.DeleteFunc(slices.Clone(f.labels), func(l record.Attr) bool {
		if l.Key == "__name__" {
			name = l.Value
		}
		return l.Key == "__name__"
	})
	title := name
	for _, t := range []string{f.display, f.name, r.frame} {
		if title == "" || strings.EqualFold(title, "value") && t != "" {
			title = t
		}
	}
	c := &column{stated: grafanaUnits[f.unit]}
	for _, v := range f.values {
		if v > c.most {
			c.most = v
		}
	}
	s, scale := r.storedSeries(title, labels, c, name != "")
	s.From = record.Origin{File: r.lines.Path, Line: r.json.line}
	return r.get([]byte(s.String()), func() *record.Series { r.rates.hold(s); return s }), scale
}
