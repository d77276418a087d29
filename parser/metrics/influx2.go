package metrics

import (
	"bytes"
	"slices"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

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
		if _, failed := index["error"]; failed && index["reference"] > 0 { // docs.influxdata.com, "Annotated CSV", errors
			t.problem(lines.Number(), "the server answered with an error instead of data: %s", lines.Text(cells[index["error"]]))
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
