package metrics

import (
	"bytes"
	"slices"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

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
// A query without GROUP BY has the tags among the fields, and Flux's pivot() the fields as columns: what is text there
// says whose the row is.
//
// Specification: docs.influxdata.com, v1 "Querying data" and v2 "Annotated CSV". Seen: 1.6.7 (CLI and HTTP). Numeric
// times are s, ms, us or ns, which their size tells. A field is named measurement_field, as Telegraf's Prometheus output
// does; k6 writes http_req_duration as 0 for refused connections.

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
		l := h.Line()
		if has(l, "#datatype,") || has(l, "#group,") || has(l, "#default,") || has(l, ",result,table,") {
			return 95
		}
		t := table{delimiter: ','}
		columns := texts(t.cut(l))
		for _, c := range []string{"_time", "_value", "_field", "_measurement"} { // what is left of one without its annotations
			if !slices.Contains(columns, c) {
				return 0
			}
		}
		return 85
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
		if measurement == "prometheus" || measurement == "prometheus_remote_write" { // Telegraf's metric_version 2, and its parser
			name = field
		}
		if base, known := withoutFunction(field); known && knownNames[name].unit == "" && knownNames[measurement+"_"+base].unit != "" {
			name = measurement + "_" + base
		}
		if field == "gauge" || field == "counter" { // Telegraf's reading of Prometheus pages
			name = measurement
		}
		s, scale := describe(name, labels)
		scales[s] = scale
		return s
	})
}

// withoutFunction takes what SELECT mean(*) puts before a field's name off it. Only functions that keep the unit.
func withoutFunction(field string) (string, bool) {
	function, base, ok := strings.Cut(field, "_")
	switch function {
	case "mean", "median", "max", "min", "first", "last", "mode":
		return base, ok
	}
	return field, false
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
				s = t.fieldSeries(key, string(cells[0]), columns[i], words.labels(joinedTags(cells, tags), cells, when+1, last), scales)
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
	// They are escaped as in line protocol (models.Tags.HashKey).
	_, labels = (&protocolLine{key: append([]byte(","), cells[column]...)}).names()
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
