package metrics

// Rows as JSON objects, in a list or one a line: Proxmox' `pvesh get /nodes/NODE/rrddata --output-format json`, InfluxDB 3
// (/api/v3/query_sql, formats json and jsonl), pandas' to_json(orient="records"):
//
//	[{"time":1795393500,"memtotal":67430174720,"memused":25786580992,"swapused":0,"cpu":0.12},{"time":1795393560, ...}]
//
// Source: PVE's API viewer, nodes/{node}/rrddata and qemu/{vmid}/rrddata (bytes, epoch seconds). A key means what a CSV
// heading of that name does; texts beside the numbers say whom a row is about.

import (
	"bytes"
	"slices"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var jsonRows = parser.Format{
	Name:  "json-rows",
	Title: "rows of memory samples as JSON objects: Proxmox' rrddata, InfluxDB 3, pandas",
	Sniff: sniffJSONRows,
	Parse: parseJSONRows,
}

// rowsSniffed is how many objects are looked at: the first of Proxmox' may have nothing but a time.
const rowsSniffed = 50

// sniffJSONRows wants objects with a time, no more than texts and numbers beside it, and among the first of them a number of
// memory. What has a message is a log.
func sniffJSONRows(h parser.Head) parser.Score {
	data := bytes.TrimLeft(h.Data, " \t\r\n")
	if !has(data, "{") && !has(data, "[") {
		return 0
	}
	r := rowsReader{json: newJSON(bytes.NewReader(data))}
	r.json.take('[')
	for n := 0; n < rowsSniffed && r.json.peek() == '{'; n++ {
		row, ok := r.row()
		if !ok || row.at.IsZero() {
			return 0
		}
		for _, l := range row.who {
			switch strings.ToLower(l.Key) {
			case "msg", "message", "level", "severity", "log":
				return 0
			}
		}
		for _, v := range row.values {
			h := readHeading(v.key)
			if h.unit == record.Bytes && h.quantity != "" || h.state != "" && v.value >= 1<<20 || knownNames[v.key].unit == record.Bytes {
				return 45
			}
		}
		r.json.take(',')
	}
	return 0
}

// jsonRow is one object.
type jsonRow struct {
	at     record.Stamp
	line   int
	who    []record.Attr // its texts
	values []jsonValue
}

type jsonValue struct {
	key   string
	value float64
}

type rowsReader struct {
	*table
	json    *jsonScan
	most    map[string]float64 // by key, of the rows surveyed
	scales  map[*record.Series]float64
	amounts map[string]bool // by key: of an amount
	name    []byte
}

func parseJSONRows(lines *parser.Lines, sink record.Sink) error {
	r := &rowsReader{table: newTable(lines, sink), json: newJSON(lines.Stream()), most: map[string]float64{}, scales: map[*record.Series]float64{}}
	var pending []jsonRow
	settled := false
	settle := func() {
		for _, row := range pending {
			r.emit(row)
		}
		pending, settled = nil, true
	}
	for r.json.seek('{') {
		row, ok := r.row()
		switch {
		case !ok && r.json.peek() == 0:
			r.problem(r.json.line, "the file is cut off here: what stands before is read")
		case !ok || row.at.IsZero():
			if r.bad++; r.bad <= 20 {
				r.problem(r.json.line, "the object is left out: a time, numbers and texts were expected in it")
			}
		case settled:
			r.emit(row)
		default:
			for _, v := range row.values {
				r.most[v.key] = max(r.most[v.key], v.value)
			}
			if pending = append(pending, row); len(pending) == surveyRows {
				settle()
			}
		}
	}
	settle()
	r.saySpecial()
	return nil
}

// row reads an object; ok is false when it holds anything but texts and numbers, or is cut.
func (r *rowsReader) row() (row jsonRow, ok bool) {
	if !r.json.take('{') {
		return row, false
	}
	row.line = r.json.line
	for n := 0; n < maxColumns; n++ {
		k, more := r.json.key()
		if !more {
			return row, r.json.at > 0 && r.json.buf[r.json.at-1] == '}'
		}
		key := unescaped(k)
		if c := r.json.peek(); c == '{' || c == '[' {
			return row, false
		}
		t, quoted, whole := r.json.scalar()
		if !whole {
			return row, false
		}
		if timeHeadings[strings.ToLower(key)] > 1 && row.at.IsZero() {
			if at, known := readTime(t); known && !at.bare && !at.open {
				row.at = at.at
			}
			continue
		}
		if v, number := scan.Float(t); number && (!quoted || r.counts(key)) {
			row.values = append(row.values, jsonValue{key, v})
		} else if quoted && len(t) > 0 && len(t) <= 256 {
			row.who = append(row.who, record.Attr{Key: key, Value: unescaped(t)})
		}
	}
	return row, false
}

// counts tells the key of an amount, whose numbers some stores write as texts: ClickHouse its 64-bit ones, BigQuery all. A text
// under another key may be an id.
func (r *rowsReader) counts(key string) bool {
	known, seen := r.amounts[key]
	if !seen && len(r.amounts) < maxColumns {
		h := readHeading(key)
		known = h.unit != record.NoUnit || h.state != "" || knownNames[key].unit != ""
		if r.amounts == nil {
			r.amounts = map[string]bool{}
		}
		r.amounts[key] = known
	}
	return known
}

// emit passes a row on.
func (r *rowsReader) emit(row jsonRow) {
	for _, v := range row.values {
		r.name = append(r.name[:0], v.key...)
		for _, l := range row.who {
			r.name = append(append(append(append(r.name, 0), l.Key...), 0), l.Value...)
		}
		s := r.get(r.name, func() *record.Series { return r.seriesOf(v.key, row) })
		r.sample(row.at, row.line, s, v.value*r.scales[s])
	}
}

// seriesOf gives the series of a key in the rows about somebody.
func (r *rowsReader) seriesOf(key string, row jsonRow) *record.Series {
	r.headings = append(r.headings[:0], key)
	h := readHeading(key)
	if h.ignore {
		return nil
	}
	s, scale := r.columnSeries(key, h, &column{most: r.most[key]}, false)
	r.scales[s] = scale
	s.From = record.Origin{File: r.lines.Path, Line: row.line}
	rank, whose := 0, ofAnything
	for _, l := range row.who {
		known := subjectHeadings[squeezed(l.Key)]
		if known.key != "" {
			l.Key = known.key
		}
		s.Labels = append(s.Labels, l)
		if r := narrowness[known.about]; known.key != "" && r > rank { // a region or a shard names nobody
			rank, whose, s.Subject = r, known.about, l.Value
		}
	}
	slices.SortFunc(s.Labels, byKey)
	if s.Subject != "" && whose != ofHost {
		s.Quantity = notOfHost(s.Quantity)
	}
	return s
}
