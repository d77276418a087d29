package metrics

// What InfluxDB 1's command line prints by default (format column), a table for each series:
//
//	name: mem
//	tags: host=hv03
//	time                available
//	----                ---------
//	1795393715000000000 23047376896
//
// Source: influxdb 1.8, cmd/influx/cli (writeColumns): text/tabwriter, columns parted by one blank and filled with blanks, so that
// a heading's line of dashes begins where its column does. An empty cell is nothing. -precision rfc3339 writes ISO times.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var influx1Columns = parser.Format{
	Name: "influx1-columns", Title: "InfluxDB 1, as its command line prints tables",
	Sniff: func(h parser.Head) parser.Score {
		named := false
		for _, l := range h.Lines(40) {
			if has(l, "name: ") {
				named = true
			}
			if named && has(l, "----") && allDashes(l) {
				return 84
			}
		}
		return 0
	},
	Parse: parseInflux1Columns,
}

// allDashes tells the line under the headings.
func allDashes(l []byte) bool { return len(bytes.Trim(l, "- ")) == 0 }

func parseInflux1Columns(lines *parser.Lines, sink record.Sink) error {
	t := newTable(lines, sink)
	scales := map[*record.Series]float64{}
	measurement := ""
	var tags []record.Attr
	var heading []byte
	var columns []string
	var begins []int
	var words textColumns
	var cells [][]byte
	var series []*record.Series
	for lines.Next() {
		l := lines.Bytes()
		switch {
		case len(trim(l)) == 0 || lines.Torn():
		case has(l, "name: "):
			measurement, tags, columns = string(l[len("name: "):]), nil, nil
		case has(l, "tags: ") && columns == nil:
			_, tags = (&protocolLine{key: bytes.ReplaceAll(append([]byte(","), l[len("tags: "):]...), []byte(", "), []byte(","))}).names()
		case has(l, "----") && allDashes(l):
			if begins = dashes(l); len(heading) > 0 {
				columns = texts(cutAt(nil, heading, begins))
				series = make([]*record.Series, len(columns))
				words.begin(columns)
			}
		case columns == nil:
			heading = bytes.Clone(l)
		default:
			cells = cutAt(cells, l, begins)
			at, ok := influxTime(cells[0])
			if !ok || columns[0] != "time" {
				t.badRow(lines.Number(), cells)
				continue
			}
			texts := words.row(cells, 1, len(cells))
			for i := 1; i < len(cells); i++ {
				v, isNumber := scan.Float(cells[i])
				if !isNumber || words.is[i] {
					continue
				}
				s := series[i]
				if s == nil || len(texts) > 0 {
					labels := words.labels(append([]record.Attr(nil), tags...), cells, 1, len(cells))
					key := measurement + "\x00" + columns[i]
					for _, l := range labels {
						key += "\x00" + l.Key + "=" + l.Value
					}
					if s = t.fieldSeries([]byte(key), measurement, columns[i], labels, scales); len(texts) == 0 {
						series[i] = s
					}
				}
				t.sample(at, lines.Number(), s, v*scales[s])
			}
		}
	}
	t.saySpecial()
	return nil
}

// dashes gives where the runs of dashes begin.
func dashes(l []byte) (begins []int) {
	for i := range l {
		if l[i] == '-' && (i == 0 || l[i-1] != '-') && len(begins) < maxColumns {
			begins = append(begins, i)
		}
	}
	return begins
}

// cutAt cuts a line where the columns begin; one that ends early has empty cells.
func cutAt(into [][]byte, l []byte, begins []int) [][]byte {
	into = into[:0]
	for i, from := range begins {
		to := len(l)
		if i+1 < len(begins) {
			to = min(to, begins[i+1])
		}
		into = append(into, trim(l[min(from, to):to]))
	}
	return into
}
