package metrics

// What `rrdtool fetch` prints, the data sources in the first line:
//
//	                       memused            memtotal
//
//	1795393500: 2.5786580992e+10 6.7430174720e+10
//	1795393560: -nan 6.7430174720e+10
//
// and `rrdtool xport`, as XML or with --json, which is JSON only since 1.5, and may lack the times:
//
//	    <start>1795393500</start>                          start: 1795393500,
//	      <entry>mem used</entry>                          legend: ['mem used'
//	    <row><t>1795393500</t><v>2.5786580992e+10</v></row>      [ 2.5786580992e+10 ],
//
// Specification: rrdfetch(1), rrdxport(1); rrd_tool.c of 1.4 to 1.8. Times are seconds since 1970, the end of the interval;
// without them the n-th row is at start + n × step. The unit is whatever was stored: a name may tell it, as Proxmox' do.

import (
	"bytes"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var rrdFetch = parser.Format{
	Name: "rrdtool-fetch", Title: "rrdtool fetch",
	Sniff: func(h parser.Head) parser.Score {
		header, rows := 0, 0
		for _, l := range h.Lines(12) {
			switch {
			case len(trim(l)) == 0:
			case rows == 0 && header == 0 && (l[0] == ' ' || l[0] == '\t') && len(fields(nil, l)) > 0:
				header = len(fields(nil, l))
			default:
				at, cells := rrdRow(l, nil)
				if at.IsZero() || len(cells) != header {
					return 0
				}
				rows++
			}
		}
		if rows > 0 {
			return 82
		}
		return 0
	},
	Parse: parseRRDFetch,
}

// rrdRow reads "1795393500: 1.5e+00 nan" into its time, which is zero when the line is none, and its cells.
func rrdRow(l []byte, into [][]byte) (record.Stamp, [][]byte) {
	i := bytes.IndexByte(l, ':')
	if i < 9 {
		return record.Stamp{}, nil
	}
	at, ok := scan.Epoch(trim(l[:i]))
	if !ok {
		return record.Stamp{}, nil
	}
	return at, fields(into, l[i+1:])
}

// rrdTable reads rows of values under names.
type rrdTable struct {
	*table
	names  []string
	series []*record.Series
	scales []float64
}

func newRRDTable(lines *parser.Lines, sink record.Sink) *rrdTable {
	return &rrdTable{table: newTable(lines, sink)}
}

// called takes the names of the columns.
func (r *rrdTable) called(names []string) {
	r.names = names[:min(len(names), maxColumns)]
	r.series, r.scales = make([]*record.Series, len(r.names)), make([]float64, len(r.names))
}

// values passes a row on. A column's series is made at its first value, whose size says what its name leaves open.
func (r *rrdTable) values(at record.Stamp, cells [][]byte) {
	for i, cell := range cells[:min(len(cells), len(r.names))] {
		v, ok := scan.Float(trim(cell))
		if !ok {
			continue
		}
		if r.series[i] == nil {
			made, scale := r.storedSeries(r.names[i], nil, &column{most: v}, false)
			made.From = r.lines.Origin()
			r.series[i], r.scales[i] = r.get([]byte(made.String()), func() *record.Series { return made }), scale
		}
		r.sample(at, r.lines.Number(), r.series[i], v*r.scales[i])
	}
}

func (r *rrdTable) left(what string) {
	if r.bad++; r.bad <= 20 && !r.lines.Torn() {
		r.problem(r.lines.Number(), "the row is left out: %s was expected", what)
	}
}

func parseRRDFetch(lines *parser.Lines, sink record.Sink) error {
	r := newRRDTable(lines, sink)
	for lines.Next() {
		l := lines.Bytes()
		if len(trim(l)) == 0 || lines.Torn() {
			continue
		}
		at, cells := rrdRow(l, r.cells)
		switch {
		case !at.IsZero() && len(cells) == len(r.names):
			r.cells = cells
			r.values(at, cells)
		case at.IsZero() && (l[0] == ' ' || l[0] == '\t'):
			r.called(texts(fields(nil, l)))
		default:
			r.left("time: value ...")
		}
	}
	return nil
}

var rrdXport = parser.Format{
	Name: "rrdtool-xport", Title: "rrdtool xport, as XML and as JSON",
	Sniff: func(h parser.Head) parser.Score {
		data := h.Data[:min(len(h.Data), 4096)]
		if bytes.Contains(data, []byte("<xport>")) && bytes.Contains(data, []byte("<meta>")) || bytes.Contains(data, []byte("RRDtool xport JSON output")) {
			return 92
		}
		return 0
	},
	Parse: parseRRDXport,
}

// parseRRDXport reads either writing line by line, as rrdtool breaks them.
func parseRRDXport(lines *parser.Lines, sink record.Sink) error {
	r := newRRDTable(lines, sink)
	var start, step int64
	var names []string
	legend, data, row := false, false, 0
	for lines.Next() {
		l := trim(lines.Bytes())
		key, value := rrdMeta(l)
		switch {
		case len(l) == 0 || lines.Torn():
		case data && has(l, "<row>"), data && has(l, "[") && !has(l, "[]"):
			at, cells := xportRow(l, len(names), r.cells)
			if at.IsZero() {
				at = stepped(start, step, row)
			}
			if r.cells = cells; len(cells) == len(names) && start > 0 && start < 1e11 && step > 0 && step < 1e9 {
				r.values(at, cells)
			} else {
				r.left("as many values as the legend has entries")
			}
			row++
		case key == "start" && !data:
			start, _ = scan.Int(value)
		case key == "step" && !data:
			step, _ = scan.Int(value)
		case legend && l[0] == ']':
			legend = false
		case has(l, "<entry>"), legend && (l[0] == '\'' || l[0] == '"'):
			if len(names) < maxColumns {
				names = append(names, xportEntry(l))
			}
		case key == "legend":
			legend = true
		case key == "data" || has(l, "<data>"):
			data, legend, row = true, false, 0
			r.called(names)
		case has(l, "<xport>") || has(l, "{"): // another export follows
			names, data = nil, false
		}
	}
	if row == 0 {
		r.problem(0, "no row was found: rrdtool writes each on a line of its own")
	}
	return nil
}

// rrdMeta reads "<start>1</start>", "start: 1," and "\"start\": 1,".
func rrdMeta(l []byte) (key string, value []byte) {
	if has(l, "<") {
		if i := bytes.IndexByte(l, '>'); i > 0 {
			value, _, _ = bytes.Cut(l[i+1:], []byte("<"))
			return string(l[1:i]), value
		}
		return "", nil
	}
	name, value, ok := bytes.Cut(l, []byte(":"))
	if !ok {
		return "", nil
	}
	return string(bytes.Trim(name, `"' `)), trimByte(trim(value), ',')
}

// xportEntry gives the text of a legend's entry.
func xportEntry(l []byte) string {
	l = bytes.TrimSuffix(bytes.TrimPrefix(l, []byte("<entry>")), []byte("</entry>"))
	return strings.TrimSpace(string(bytes.ToValidUTF8(bytes.Trim(trimByte(l, ','), `'"`), []byte("\uFFFD"))))
}

// xportRow reads a row of either writing into its time, zero when it has none, and its cells. A row of JSON that has a
// cell more than the legend has entries begins with the time.
func xportRow(l []byte, entries int, into [][]byte) (at record.Stamp, cells [][]byte) {
	if has(l, "[") {
		i := bytes.IndexByte(l, ']')
		if i < 0 {
			return at, nil
		}
		if cells = split(into, l[1:i], ','); len(cells) == entries+1 {
			at, _ = scan.Epoch(bytes.Trim(trim(cells[0]), `"`))
			cells = cells[1:]
		}
		return at, cells
	}
	cells = into[:0]
	for l = l[len("<row>"):]; ; {
		open := bytes.IndexByte(l, '>')
		if !has(l, "<t") && !has(l, "<v") || open < 0 {
			return at, cells
		}
		end := bytes.IndexByte(l[open:], '<')
		if end < 0 {
			return at, nil
		}
		if has(l, "<t>") {
			at, _ = scan.Epoch(l[open+1 : open+end])
		} else {
			cells = append(cells, l[open+1:open+end])
		}
		next := bytes.IndexByte(l[open+end:], '>')
		if next < 0 {
			return at, nil
		}
		l = l[open+end+next+1:]
	}
}
