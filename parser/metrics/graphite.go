package metrics

// Answers of Graphite's render API, format=json, csv and raw:
//
//	[{"target": "servers.hv03.memory.MemAvailable", "tags": {"name": "..."}, "datapoints": [[23047376896.0, 1795393715], [null, 1795393730]]}]
//	servers.hv03.memory.MemAvailable,2026-11-23 00:28:35,23047376896.0
//	servers.hv03.memory.MemAvailable,1795393715,1795393775,15|23047376896.0,None,23040376832.0
//
// Specification: graphite.readthedocs.io, "The Render URL API"; webapp/graphite/render/views.py of 0.9 to 1.1. The times of
// csv are local to the server or to the parameter tz, which the file does not name. Whom a path is about is the installation's
// to say; what the paths of collectd, Telegraf and Diamond say by their last nodes is read.

import (
	"bytes"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var graphiteJSON = parser.Format{
	Name: "graphite-json", Title: "Graphite: answers of the render API, format=json",
	Sniff: func(h parser.Head) parser.Score {
		if sniffKeys(h, "target", "datapoints") {
			return 84
		}
		return 0
	},
	Parse: func(lines *parser.Lines, sink record.Sink) error {
		return parseStore(lines, sink, (*storeAnswer).graphite)
	},
}

// graphite reads one series.
func (r *storeAnswer) graphite() bool {
	target := ""
	ok := r.json.object(func(key []byte) bool {
		switch string(key) {
		case "target":
			return r.json.words(&target)
		case "datapoints":
			return r.pairs(true)
		}
		return r.json.skip()
	})
	if target == "" {
		r.drop()
	}
	r.emit(func() (*record.Series, float64) { return r.graphiteSeries(target, &column{most: r.most}) })
	return ok
}

// graphiteSeries gives the series of a target: a path, with tags behind semicolons since 1.1, or an alias.
func (t *table) graphiteSeries(target string, c *column) (*record.Series, float64) {
	parts := strings.Split(target, ";")
	var labels []record.Attr
	for _, p := range parts[1:] {
		if k, v, ok := strings.Cut(p, "="); ok {
			labels = append(labels, record.Attr{Key: k, Value: v})
		}
	}
	if len(labels) < len(parts)-1 { // an alias may hold one
		return t.storedSeries(target, nil, c, false)
	}
	return t.pathSeries(parts[0], labels, len(labels) == 0, c)
}

var graphiteRaw = parser.Format{
	Name: "graphite-raw", Title: "Graphite: answers of the render API, format=raw",
	Sniff: func(h parser.Head) parser.Score {
		l := h.Line()
		if _, _, _, _, ok := rawHeader(l); ok {
			return 84
		}
		return 0
	},
	Parse: parseGraphiteRaw,
}

// rawHeader reads "target,start,end,step|" and gives what follows; a target may hold commas and bars.
func rawHeader(l []byte) (target []byte, start, step int64, values []byte, ok bool) {
	for bar := bytes.IndexByte(l, '|'); bar > 0; {
		head := l[:bar]
		var numbers [3]int64
		n := 3
		for ; n > 0; n-- {
			i := bytes.LastIndexByte(head, ',')
			v, isInt := scan.Int(head[max(i, 0)+1:])
			if i <= 0 || !isInt {
				break
			}
			numbers[n-1], head = v, head[:i]
		}
		if _, known := scan.EpochNumber(numbers[0]); n == 0 && known && numbers[0] < 1e11 && numbers[1] >= numbers[0] && numbers[2] > 0 && numbers[2] < 1e9 {
			return head, numbers[0], numbers[2], l[bar+1:], true
		}
		i := bytes.IndexByte(l[bar+1:], '|')
		if i < 0 {
			break
		}
		bar += 1 + i
	}
	return nil, 0, 0, nil, false
}

func parseGraphiteRaw(lines *parser.Lines, sink record.Sink) error {
	t := newTable(lines, sink)
	for lines.Next() {
		l := lines.Bytes()
		if len(trim(l)) == 0 {
			continue
		}
		target, start, step, values, ok := rawHeader(l)
		if !ok {
			if t.bad++; t.bad <= 20 && !lines.Torn() {
				t.problem(lines.Number(), "the line is left out: target,start,end,step|values was expected")
			}
			continue
		}
		most := 0.0
		t.cells = split(t.cells, values, ',')
		if lines.Torn() {
			t.cells = t.cells[:len(t.cells)-1] // its last value may lack digits
		}
		for _, cell := range t.cells {
			if v, ok := scan.Float(cell); ok {
				most = max(most, v)
			}
		}
		made, scale := t.graphiteSeries(string(target), &column{most: most})
		made.From = lines.Origin()
		s := t.get([]byte(made.String()), func() *record.Series { return made })
		for i, cell := range t.cells {
			if v, ok := scan.Float(trim(cell)); ok {
				t.sample(stepped(start, step, i), lines.Number(), s, v*scale)
			}
		}
	}
	return nil
}

var graphiteCSV = parser.Format{
	Name: "graphite-csv", Title: "Graphite: answers of the render API, format=csv",
	Sniff: func(h parser.Head) parser.Score {
		good, seen := 0, 0
		t := table{delimiter: ','}
		for _, l := range h.Lines(12) {
			if len(trim(l)) == 0 {
				continue
			}
			seen++
			if cells := t.cut(l); len(cells) == 3 && graphiteRow(cells) {
				good++
			}
		}
		if seen > 1 && good == seen {
			return 61
		}
		return 0
	},
	Parse: parseGraphiteCSV,
}

// graphiteRow tells a name, a date with its time and a number or nothing.
func graphiteRow(cells [][]byte) bool {
	_, isNumber := scan.Float(cells[0])
	at, n := scan.ISO(cells[1])
	_, ok := scan.Float(cells[2])
	return len(cells[0]) > 0 && !isNumber && n == 19 && n == len(cells[1]) && at.Lacks == record.LacksZone && (ok || len(cells[2]) == 0)
}

func parseGraphiteCSV(lines *parser.Lines, sink record.Sink) error {
	t := newTable(lines, sink)
	t.delimiter = ','
	scales := map[*record.Series]float64{}
	for lines.Next() {
		row := lines.Bytes()
		if len(trim(row)) == 0 || lines.Torn() {
			continue
		}
		cells := t.cut(row)
		if len(cells) != 3 || !graphiteRow(cells) {
			if t.bad++; t.bad <= 20 {
				t.problem(lines.Number(), "the row is left out: a target, a time and a value were expected")
			}
			continue
		}
		v, ok := scan.Float(cells[2])
		if !ok {
			continue
		}
		s, known := t.series[string(cells[0])]
		if !known {
			s = t.get(cells[0], func() *record.Series {
				s, scale := t.graphiteSeries(string(cells[0]), &column{most: v})
				scales[s] = scale
				return s
			})
		}
		at, _ := scan.ISO(cells[1])
		t.sample(at, lines.Number(), s, v*scales[s])
	}
	return nil
}
