package metrics

import (
	"slices"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// influxJSON reads the answers of InfluxDB 1 as they come, object by object.
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
	return j.object(func(key []byte) bool {
		switch string(key) {
		case "results", "series":
			return j.peek() == '[' && j.list(r.object)
		case "name":
			t, ok := j.text()
			r.name, r.tags = unescaped(t), nil
			return ok
		case "tags":
			return r.readTags()
		case "columns":
			return r.readColumns()
		case "values":
			return r.rows()
		case "error":
			t, ok := j.text()
			r.problem(j.line, "the server answered with an error instead of data: %s", unescaped(t))
			return ok
		}
		return j.skip()
	})
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
		if len(r.tags) < maxColumns {
			r.tags = append(r.tags, record.Attr{Key: key, Value: unescaped(v)})
		}
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
			if c := j.peek(); c == '[' || c == '{' || len(r.ends) == len(r.columns) { // no cell, or one under no heading
				j.skip()
			} else if t, quoted, ok := j.scalar(); !ok {
				return false
			} else if quoted || string(t) != "null" {
				r.room = append(r.room, t...)
			}
			if len(r.ends) < len(r.columns) {
				r.ends = append(r.ends, len(r.room))
			}
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
	for _, end := range r.ends {
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
			s = r.fieldSeries(key, r.name, r.columns[i], r.words.labels(slices.Clone(r.tags), r.cells, slices.Index(r.columns, "time")+1, len(r.cells)), r.scales)
		}
		if s == nil {
			return
		}
		if len(labels) == 0 { // a row that says whose it is tells nothing of one that does not
			r.series[i] = s
		}
	}
	r.sample(at, r.json.line, s, v*r.scales[s])
}
