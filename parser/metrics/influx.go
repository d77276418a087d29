package metrics

// InfluxDB 1 answers, CSV and JSON, and InfluxDB 2 annotated CSV:
//
//	name,tags,time,n,rt
//	http_req_duration,name=login,1795394203000000000,4,5.926452749999999
//
//	{"results":[{"series":[{"name":"mem","tags":{"host":"hv03"},"columns":["time","available"],"values":[[1795394203000,4]]}]}]}
//
//	#datatype,string,long,dateTime:RFC3339,string,double
//	,result,table,_time,_field,_value
//	,,2,2018-12-18T20:52:33Z,metric_name3,100
//
// A query without GROUP BY has the tags among the fields, and Flux's pivot() the fields as columns: what is text there says
// whose the row is.
//
// Specification: docs.influxdata.com, v1 "Querying data" and v2 "Annotated CSV". Seen: 1.6.7 (CLI and HTTP). Numeric times are
// s, ms, us or ns, which their size tells. A field is named measurement_field, as Telegraf's Prometheus output does; k6 writes
// http_req_duration as 0 for refused connections.

import (
	"bytes"
	"slices"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var influx1CSV = parser.Format{
	Name: "influx1-csv", Title: "InfluxDB 1 CSV (CLI and HTTP)",
	Sniff: func(h parser.Head) parser.Score {
		if l := h.Line(); has(l, "name,tags,time") || has(l, "name,time,") {
			return 85
		}
		return 0
	},
	Parse: parseInflux1CSV,
}

var influx1JSON = parser.Format{
	Name: "influx1-json", Title: "InfluxDB 1 JSON (CLI and HTTP)",
	Sniff: func(h parser.Head) parser.Score {
		data := bytes.TrimLeft(h.Data[:min(len(h.Data), 4096)], " \t\r\n")
		if has(data, "{") && bytes.Contains(data, []byte(`"results"`)) && bytes.Contains(data, []byte(`"series"`)) && bytes.Contains(data, []byte(`"columns"`)) {
			return 88
		}
		return 0
	},
	Parse: parseInflux1JSON,
}

var influx2CSV = parser.Format{
	Name: "influx2-csv", Title: "InfluxDB 2 annotated CSV",
	Sniff: func(h parser.Head) parser.Score {
		if l := h.Line(); has(l, "#datatype,") || has(l, "#group,") || has(l, "#default,") || has(l, ",result,table,") {
			return 95
		}
		return 0
	},
	Parse: parseInflux2,
}

// fieldSeries gives the series of a field: its meaning is looked up as measurement_field.
func (c *curves) fieldSeries(key []byte, measurement, field string, labels []record.Attr, scales map[*record.Series]float64) *record.Series {
	return c.get(key, func() *record.Series {
		name := measurement + "_" + field
		if measurement == "" || field == "value" && knownNames[name].unit == "" {
			name = strings.TrimSuffix(name, "_value")
			name = strings.TrimPrefix(name, "_")
		}
		if field == "gauge" || field == "counter" { // Telegraf's reading of Prometheus pages
			name = measurement
		}
		s, scale := describe(name, labels)
		scales[s] = scale
		return s
	})
}

func parseInflux1CSV(lines *parser.Lines, sink record.Sink) error {
	t := newTable(lines, sink)
	t.delimiter = ','
	scales := map[*record.Series]float64{}
	var columns []string
	var words textColumns
	tags, when := -1, -1
	var key []byte
	for lines.Next() {
		cells := t.cut(lines.Bytes())
		if string(cells[0]) == "name" {
			columns, tags, when = texts(cells), -1, -1
			words.begin(columns)
			for i, c := range columns {
				switch c {
				case "tags":
					tags = i
				case "time":
					when = i
				}
			}
			continue
		}
		if when < 0 || when >= len(cells) {
			continue
		}
		at, ok := influxTime(cells[when])
		if !ok {
			t.badRow(lines.Number(), cells)
			continue
		}
		last := min(len(cells), len(columns))
		if lines.Torn() {
			if len(cells) < len(columns) || slices.Contains(words.is, true) {
				continue // what is missing may say whose the row is
			}
			last = min(last, len(cells)-1)
		}
		labels := words.row(cells, when+1, last)
		for i := when + 1; i < last; i++ {
			v, ok := scan.Float(cells[i])
			if !ok || words.is[i] {
				continue
			}
			key = append(append(key[:0], cells[0]...), 0)
			if tags >= 0 {
				key = append(key, cells[tags]...)
			}
			key = append(append(append(append(key, 0), columns[i]...), 0), labels...)
			s, known := t.series[string(key)]
			if !known {
				s = t.fieldSeries(key, string(cells[0]), columns[i], append(joinedTags(cells, tags), words.attrs()...), scales)
			}
			t.sample(at, lines.Number(), s, v*scales[s])
		}
	}
	return nil
}

// joinedTags splits "host=hv03,region=west".
func joinedTags(cells [][]byte, column int) []record.Attr {
	if column < 0 || len(cells[column]) == 0 {
		return nil
	}
	var labels []record.Attr
	for _, p := range strings.Split(string(cells[column]), ",") {
		if k, v, ok := strings.Cut(p, "="); ok {
			labels = append(labels, record.Attr{Key: k, Value: v})
		}
	}
	return labels
}

func influxTime(b []byte) (record.Stamp, bool) {
	if at, n := scan.ISO(b); n > 0 {
		return at, n == len(b)
	}
	if allDigits(b) && len(b) >= 9 {
		return scan.Epoch(b)
	}
	return record.Stamp{}, false
}

type influxJSON struct {
	*curves
	json    *jsonScan
	scales  map[*record.Series]float64
	name    string
	tags    []record.Attr
	columns []string
	series  []*record.Series
	words   textColumns
	cells   [][]byte // of one row, in room
	room    []byte
	ends    []int
}

func parseInflux1JSON(lines *parser.Lines, sink record.Sink) error {
	r := &influxJSON{curves: newCurves(lines, sink), json: newJSON(lines.Stream()), scales: map[*record.Series]float64{}}
	for r.json.seek('{') {
		if !r.object() {
			if r.json.peek() == 0 {
				r.problem(r.json.line, "the file is cut off here: what stands before is read")
				break
			}
			r.json.at++
		}
	}
	return nil
}

// object walks any object; the keys tell what a value is.
func (r *influxJSON) object() bool {
	j := r.json
	if !j.take('{') {
		return j.skip()
	}
	for {
		k, ok := j.key()
		if !ok {
			return j.at > 0 && j.buf[j.at-1] == '}'
		}
		ok = true
		switch string(k) {
		case "results", "series":
			if ok = j.take('['); ok {
				for j.item() {
					if !r.object() {
						return false
					}
				}
			}
		case "name":
			var t []byte
			t, ok = j.text()
			r.name, r.tags = unescaped(t), nil
		case "tags":
			ok = r.readTags()
		case "columns":
			ok = r.readColumns()
		case "values":
			ok = r.rows()
		case "error":
			var t []byte
			t, ok = j.text()
			r.problem(j.line, "the server answered with an error instead of data: %s", unescaped(t))
		default:
			ok = j.skip()
		}
		if !ok {
			return false
		}
	}
}

func (r *influxJSON) readTags() bool {
	if !r.json.take('{') {
		return r.json.skip()
	}
	r.tags = nil
	for {
		k, ok := r.json.key()
		if !ok {
			return true
		}
		key := unescaped(k)
		v, _, ok := r.json.scalar()
		if !ok {
			return false
		}
		r.tags = append(r.tags, record.Attr{Key: key, Value: unescaped(v)})
	}
}

func (r *influxJSON) readColumns() bool {
	r.columns, r.series = nil, nil
	if !r.json.take('[') {
		return r.json.skip()
	}
	defer func() { r.words.begin(r.columns) }()
	for r.json.item() {
		t, ok := r.json.text()
		if !ok || len(r.columns) > maxColumns {
			return false
		}
		r.columns, r.series = append(r.columns, unescaped(t)), append(r.series, nil)
	}
	return true
}

func (r *influxJSON) rows() bool {
	j := r.json
	if !j.take('[') {
		return j.skip()
	}
	for j.item() {
		if !j.take('[') {
			return false
		}
		r.room, r.ends = r.room[:0], r.ends[:0]
		for j.item() {
			if c := j.peek(); c == '[' || c == '{' {
				j.skip()
				r.ends = append(r.ends, len(r.room))
				continue
			}
			t, _, ok := j.scalar()
			if !ok {
				return false
			}
			r.room = append(r.room, t...)
			r.ends = append(r.ends, len(r.room))
		}
		if j.at == 0 || j.buf[j.at-1] != ']' {
			return false // what may be missing says whose the row is
		}
		r.row()
	}
	return true
}

// row passes on the fields of a row, once all of it is known: a tag may stand behind them.
func (r *influxJSON) row() {
	r.cells = r.cells[:0]
	begin := 0
	for _, end := range r.ends[:min(len(r.ends), len(r.columns))] {
		r.cells = append(r.cells, r.room[begin:end])
		begin = end
	}
	when := slices.Index(r.columns, "time")
	if when < 0 || when >= len(r.cells) {
		return
	}
	at, ok := influxTime(r.cells[when])
	if !ok {
		return
	}
	labels := r.words.row(r.cells, when+1, len(r.cells))
	for i := when + 1; i < len(r.cells); i++ {
		if r.words.is[i] {
			continue
		}
		if v, ok := scan.Float(r.cells[i]); ok {
			r.value(i, at, v, labels)
		}
	}
}

// value passes one field on; labels are the texts of its row, which differ from row to row.
func (r *influxJSON) value(i int, at record.Stamp, v float64, labels []byte) {
	s := r.series[i]
	if s == nil || len(labels) > 0 {
		key := []byte(r.name + "\x00" + r.columns[i])
		for _, t := range r.tags {
			key = append(append(append(append(key, 0), t.Key...), '='), t.Value...)
		}
		key = append(append(key, 0), labels...)
		var known bool
		if s, known = r.curves.series[string(key)]; !known {
			s = r.fieldSeries(key, r.name, r.columns[i], append(append([]record.Attr(nil), r.tags...), r.words.attrs()...), r.scales)
		}
		if s == nil {
			return
		}
		r.series[i] = s
	}
	r.sample(at, r.json.line, s, v*r.scales[s])
}

// parseInflux2 reads tables, each with annotations and a header of its own.
func parseInflux2(lines *parser.Lines, sink record.Sink) error {
	t := newTable(lines, sink)
	t.delimiter = ','
	scales := map[*record.Series]float64{}
	var columns []string
	index := map[string]int{}
	var types []string
	header := true
	var key []byte
	for lines.Next() {
		l := lines.Bytes()
		if len(l) == 0 || l[0] == '#' {
			if has(l, "#datatype,") && !lines.Torn() {
				types = texts(t.cut(l))
			} else if len(l) == 0 {
				types = nil
			}
			header = true
			continue
		}
		cells := t.cut(l)
		if header {
			columns, header = texts(cells), false
			clear(index)
			for i, c := range columns {
				index[c] = i
			}
			continue
		}
		if lines.Torn() || len(cells) != len(columns) {
			continue
		}
		if _, whole := index["_value"]; !whole && len(types) == len(columns) {
			t.pivoted(columns, types, cells, index, scales)
			continue
		}
		at, ok := influxTime(cellOf(cells, index, "_time"))
		v, isNumber := scan.Float(cellOf(cells, index, "_value"))
		if !ok || !isNumber {
			if !ok {
				t.badRow(lines.Number(), cells)
			}
			continue
		}
		key = key[:0]
		for i, c := range columns {
			if !influx2Own[c] || c == "_field" || c == "_measurement" {
				key = append(append(key, cells[i]...), 0)
			}
		}
		s, known := t.series[string(key)]
		if !known {
			s = t.fieldSeries(key, string(cellOf(cells, index, "_measurement")), string(cellOf(cells, index, "_field")), influx2Tags(columns, cells), scales)
		}
		t.sample(at, lines.Number(), s, v*scales[s])
	}
	return nil
}

// pivoted reads a row of a table that pivot() made: its columns of numbers are fields, those of text say whose they are.
func (t *table) pivoted(columns, types []string, cells [][]byte, index map[string]int, scales map[*record.Series]float64) {
	at, ok := influxTime(cellOf(cells, index, "_time"))
	if !ok {
		t.badRow(t.lines.Number(), cells)
		return
	}
	measurement := cellOf(cells, index, "_measurement")
	var labels []record.Attr
	row := append(bytes.Clone(measurement), 0)
	for i, c := range columns {
		if types[i] == "string" && !influx2Own[c] && len(cells[i]) > 0 {
			labels = append(labels, record.Attr{Key: c, Value: string(cells[i])})
			row = append(append(append(append(row, c...), '='), cells[i]...), 0)
		}
	}
	for i, c := range columns {
		if influx2Own[c] || types[i] != "double" && types[i] != "long" && types[i] != "unsignedLong" {
			continue
		}
		v, ok := scan.Float(cells[i])
		if !ok {
			continue
		}
		key := append(append([]byte(c), 0), row...)
		s, known := t.series[string(key)]
		if !known {
			s = t.fieldSeries(key, string(measurement), c, slices.Clone(labels), scales)
		}
		t.sample(at, t.lines.Number(), s, v*scales[s])
	}
}

// influx2Own are the columns that are no tags.
var influx2Own = map[string]bool{"": true, "result": true, "table": true, "_start": true, "_stop": true, "_time": true, "_value": true, "_field": true, "_measurement": true}

func influx2Tags(columns []string, cells [][]byte) []record.Attr {
	var labels []record.Attr
	for i, c := range columns {
		if !influx2Own[c] && len(cells[i]) > 0 {
			labels = append(labels, record.Attr{Key: c, Value: string(cells[i])})
		}
	}
	return labels
}

func cellOf(cells [][]byte, index map[string]int, column string) []byte {
	if i, ok := index[column]; ok {
		return cells[i]
	}
	return nil
}
