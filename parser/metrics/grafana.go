package metrics

// Grafana's CSV exports, from "Series;Time;Value" of version 4 to "Inspect > Data > Download CSV" of version 13:
//
//	"Time","websrv rss","MemAvailable, host ""vm""","req/s"
//	2026-11-23 01:28:35,8.81 MiB,21.5 GiB,
//	2026-11-23 01:28:36,9.34 MiB,21.4 GiB,63.5 req/s
//
// or raw, with epoch milliseconds; with "sep=," before it; with #name#, #type#, #unit# rows (header "full"); several
// frames after one another. Behind the last row no version since 5 writes a line end. Formatted times are in the browser's or the dashboard's zone, which the file does not
// name. Source: @grafana/data toCSV (packages/grafana-data/src/utils/csv.ts), public/app/core/utils/fileExport.ts of
// version 5. Values of unit "bytes" are IEC (MiB), of "decbytes" SI (MB).

import (
	"bytes"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
)

var grafanaCSV = parser.Format{
	Name:  "grafana-csv",
	Title: "Grafana panel exports: joined or long, raw or formatted, any delimiter",
	Sniff: sniffGrafana,
	Parse: func(lines *parser.Lines, sink record.Sink) error { return parseTable(lines, sink, true) },
}

var metricsCSV = parser.Format{
	Name:  "metrics-csv",
	Title: "CSV of memory samples that a script wrote: a time column, units in the headings",
	Sniff: sniffMetricsCSV,
	Parse: func(lines *parser.Lines, sink record.Sink) error { return parseTable(lines, sink, false) },
}

// sniffGrafana knows the header: Time first, or Series;Time;Value.
func sniffGrafana(h parser.Head) parser.Score {
	line := h.Line()
	if has(line, "sep=") && len(line) <= 5 {
		ls := h.Lines(3)
		return max(60, sniffGrafana(parser.Head{Data: bytes.Join(ls[1:], []byte("\n")), Whole: true}))
	}
	lower := bytes.ToLower(line)
	switch {
	case has(line, "#name#"):
		return 90
	case has(lower, `"series";"time";"value"`), has(lower, "series;time;value"), has(lower, "series,time,value"), has(lower, `"series","time","value"`):
		return 90
	case has(line, `"Time","`), has(line, `"Time";"`), has(line, "\"Time\"\t\""), has(line, "Time\t"):
		return 80
	case has(line, "Time,"), has(line, "Time;"):
		if secondIsTime(h, 0) {
			return 65
		}
	}
	return 0
}

// secondIsTime tells that the row after the header has a time in the column.
func secondIsTime(h parser.Head, column int) bool {
	rows := 0
	for _, l := range h.Lines(12) {
		if len(trim(l)) == 0 || l[0] == '#' || has(l, "sep=") {
			continue
		}
		if rows++; rows == 2 {
			t := table{delimiter: delimiterOf(l)}
			cells := t.cut(l)
			if column >= len(cells) {
				return false
			}
			_, ok := readTime(cells[column])
			return ok
		}
	}
	return false
}

// sniffMetricsCSV wants a time column and at least one heading that speaks of memory, or no header and nothing but
// times and numbers.
func sniffMetricsCSV(h parser.Head) parser.Score {
	line := h.Line()
	if has(line, "#") { // remarks before the header, as pmrep writes them too
		for _, l := range h.Lines(20) {
			if len(trim(l)) > 0 && l[0] != '#' {
				line = l
				break
			}
		}
	}
	if len(line) > 0 && line[0] >= '0' && line[0] <= '9' {
		return sniffHeadless(h)
	}
	t := table{delimiter: delimiterOf(line)}
	headings := texts(t.cut(line))
	if len(headings) < 2 || !t.begin(headings) || !secondIsTime(h, t.times) {
		return 0
	}
	for i, title := range headings {
		if i == t.times || i == t.dates {
			continue
		}
		if q := readHeading(title); q.unit == record.Bytes {
			return 62
		}
		if m := knownNames[title]; m.unit == record.Bytes {
			return 62
		}
	}
	return 22
}

// sniffHeadless wants rows of an ISO time and numbers.
func sniffHeadless(h parser.Head) parser.Score {
	rows := 0
	var t table
	for _, l := range h.Lines(6) {
		if len(l) == 0 || l[0] == '#' {
			continue
		}
		t.delimiter = delimiterOf(l)
		cells := t.cut(l)
		c, ok := readTime(cells[0])
		if len(cells) < 3 || !ok || c.bare {
			return 0
		}
		for _, cell := range cells[1:] {
			if _, _, u, ok := readCell(trim(cell), numberStyle{0, '.'}); !isNothing(cell) && (!ok || u.unit != record.NoUnit) {
				return 0
			}
		}
		rows++
	}
	if rows < 2 || bytes.IndexByte(h.Line(), '-') < 0 {
		return 0
	}
	return 30
}

// parseTable reads the header, then tables one after another. unended tells that the tool writes no line end behind the last
// row.
func parseTable(lines *parser.Lines, sink record.Sink, unended bool) error {
	t := newTable(lines, sink)
	t.unended = unended
	defer t.end()
	header := t.preamble()
	for first := true; header != nil; first = false {
		if t.delimiter == 0 {
			t.delimiter = delimiterOf(header)
		}
		if first && header[0] >= '0' && header[0] <= '9' {
			return t.headless(header)
		}
		headings := texts(t.cut(header))
		for i, h := range headings {
			headings[i] = strings.TrimSpace(lines.Text([]byte(h)))
		}
		if !t.begin(headings) {
			return errNoTime
		}
		header = t.read()
	}
	return nil
}

// preamble steps over what may stand before the header, takes "sep=;", and gives the header; nil when there is none.
func (t *table) preamble() []byte {
	for t.lines.Next() {
		row := t.lines.Bytes()
		switch {
		case len(trim(row)) == 0:
		case has(row, "sep=") && len(row) == 5:
			t.delimiter = row[4]
		case has(row, "#name#"):
			return bytes.Clone(row[len("#name#"):])
		case row[0] == '#':
		default:
			return bytes.Clone(row)
		}
	}
	return nil
}
