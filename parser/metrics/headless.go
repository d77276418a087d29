package metrics

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// headlessRows bounds the values that are kept until the end of a file without a header.
const headlessValues = 4 << 20

// headless reads rows that have no header. Some writers name the columns at the end, because they learn on the way
// which processes there are: "#columns utc,uptime,MemFree_kB,vm-es-data-3_rss_kB(pid 157)". So the rows wait.
func (t *table) headless(first []byte) error {
	var rows []pendingRow
	values, columns := 0, 0
	keep := func(row []byte) {
		cells := t.cut(row)
		columns = max(columns, len(cells))
		values += len(cells)
		rows = append(rows, pendingRow{t.lines.Number(), bytes.Clone(row)})
	}
	keep(first)
	var names []byte
	for t.lines.Next() {
		row := t.lines.Bytes()
		switch {
		case len(row) == 0:
		case has(row, "#columns "):
			names = bytes.Clone(row[len("#columns "):])
		case row[0] == '#':
		case values > headlessValues:
			t.problem(t.lines.Number(), "the file has no header and more than %d values: the rest is left out", headlessValues)
			return t.namedRows(rows, names, columns)
		default:
			keep(row)
		}
	}
	return t.namedRows(rows, names, columns)
}

// namedRows reads the kept rows under the names given at the end, or under their numbers.
func (t *table) namedRows(rows []pendingRow, names []byte, columns int) error {
	var headings []string
	if names != nil {
		headings = texts(t.cut(names))
	} else {
		headings = append(headings, "time")
		for i := 1; i < min(columns, maxColumns); i++ {
			headings = append(headings, fmt.Sprintf("column %d", i+1))
		}
		t.problem(1, "no header names the columns: they are called by their numbers and nothing is known of their meaning")
	}
	for i := range headings {
		headings[i] = strings.TrimSpace(t.lines.Text([]byte(headings[i])))
	}
	if !t.begin(headings) {
		t.times = 0
		t.columns[0].ignore = true
	}
	for i, h := range headings {
		if squeezed(h) == "uptime" {
			t.columns[i].ignore = true
		}
	}
	o := orders{}
	for _, r := range rows[:min(len(rows), surveyRows)] {
		t.survey(r.text, &o)
	}
	t.settle(&o)
	for i, r := range rows {
		t.row(r.text, r.line, t.lines.Torn() && i == len(rows)-1 && r.line == t.lines.Number())
	}
	return nil
}

// displayName reads a legend that spells a series out: node_load1{instance="hv03:9100", job="node"}.
func displayName(title string) (name string, labels []record.Attr, ok bool) {
	i := strings.IndexByte(title, '{')
	if i < 0 || !strings.HasSuffix(title, "}") || strings.IndexByte(title, '=') < 0 {
		return "", nil, false
	}
	for _, c := range title[:i] {
		if c != '_' && c != ':' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return "", nil, false
		}
	}
	labels, n := readLabels([]byte(title[i:]))
	name = title[:i]
	labels = slices.DeleteFunc(labels, func(l record.Attr) bool {
		if l.Key == "__name__" {
			name = l.Value
		}
		return l.Key == "__name__"
	})
	return name, labels, n == len(title)-i
}
