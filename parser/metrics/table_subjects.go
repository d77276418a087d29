package metrics

import (
	"bytes"
	"slices"

	"oomortem/parser/record"
)

// subjectColumn is a column of text that says whom a row is about: "time,vm,rss_kB" with a row for each VM.
type subjectColumn struct {
	at    int
	key   string // of the label
	about about
	other bool // its heading names nobody: a region, a shard
}

// subjectHeadings are what such columns are called, in lower case without separators, and the label that they become.
var subjectHeadings = map[string]subjectColumn{
	"vm": {key: "domain", about: ofVM}, "vmname": {key: "domain", about: ofVM}, "domain": {key: "domain", about: ofVM}, "domainname": {key: "domain", about: ofVM},
	"guest": {key: "domain", about: ofVM}, "guestname": {key: "domain", about: ofVM},
	"pod": {key: "pod", about: ofContainer}, "podname": {key: "pod", about: ofContainer}, "container": {key: "container", about: ofContainer}, "containername": {key: "container", about: ofContainer},
	"namespace": {key: "namespace", about: ofAnything}, "name": {key: "name", about: ofAnything}, "service": {key: "service", about: ofAnything}, "app": {key: "app", about: ofAnything},
	"process": {key: "process", about: ofProcess}, "comm": {key: "comm", about: ofProcess}, "command": {key: "comm", about: ofProcess},
	"host": {key: "host", about: ofHost}, "hostname": {key: "host", about: ofHost}, "node": {key: "node", about: ofHost}, "nodename": {key: "node", about: ofHost},
	"server": {key: "host", about: ofHost}, "machine": {key: "host", about: ofHost}, "hypervisor": {key: "host", about: ofHost}, "instance": {key: "instance", about: ofHost},
}

// isWords tells a cell that is a number in no style of writing them.
func isWords(cell []byte) bool {
	if _, _, _, ok := readCell(cell, numberStyle{0, '.'}); ok {
		return false
	}
	_, _, _, ok := readCell(cell, numberStyle{'.', ','})
	return !ok || bytes.IndexByte(cell, ',') < 0
}

// findSubjects finds the columns that say whom a row is about: by their headings, or because several rows of one time
// differ in them.
func (t *table) findSubjects(pending []pendingRow) {
	for i := range t.columns {
		c := &t.columns[i]
		if c.ignore || c.words == 0 || c.numbers > 0 || t.long != nil && (i == t.long.name || i == t.long.value) {
			continue
		}
		found, known := subjectHeadings[squeezed(t.headings[i])]
		if t.headings[i] == "__name__" {
			found = subjectColumn{key: "__name__"}
		}
		if !known {
			found = subjectColumn{key: t.headings[i], other: true}
		}
		if known || t.parts(i, pending) {
			found.at, c.ignore = i, true
			t.subjects = append(t.subjects, found)
		}
	}
}

// parts tells that the column parts the rows of each time, every one of which has another text there, and that there
// are such times.
func (t *table) parts(column int, pending []pendingRow) bool {
	var last []byte
	here := map[string]bool{}
	several := false
	for _, r := range pending[:min(len(pending), surveyRows)] {
		cells := t.cut(r.text)
		if max(t.times, t.dates, column) >= len(cells) {
			continue
		}
		at := bytes.Clone(cells[t.times])
		if t.dates >= 0 {
			at = append(append(at, ' '), cells[t.dates]...)
		}
		if !bytes.Equal(at, last) {
			clear(here)
		}
		last = at
		if here[string(cells[column])] {
			return false
		}
		here[string(cells[column])] = true
		several = several || len(here) > 1
	}
	return several
}

// subjectKey appends what the subject columns of a row say; false when the row has not all of them.
func (t *table) subjectKey(key []byte, cells [][]byte) ([]byte, bool) {
	for _, c := range t.subjects {
		if c.at >= len(cells) {
			return key, false
		}
		key = append(append(key, 0), trim(cells[c.at])...)
	}
	return key, true
}

// turnTo gives the columns the series of whom the row is about.
func (t *table) turnTo(cells [][]byte, line int, torn bool) bool {
	var ok bool
	if t.rowKey, ok = t.subjectKey(t.rowKey[:0], cells); !ok || torn && len(cells) == t.subjects[len(t.subjects)-1].at+1 {
		if !torn {
			t.problem(line, "the row is left out: %d cells under %d headings", len(cells), len(t.headings))
		}
		return false
	}
	row, known := t.rows[string(t.rowKey)]
	if !known {
		if len(t.series) > maxSeries || len(t.rows) >= maxSeries {
			return false // told by get, unless there is nothing but subjects
		}
		for i := range t.columns {
			if t.columns[i].ignore {
				continue
			}
			s := t.aboutRow(t.templates[i], cells)
			row = append(row, t.get([]byte(s.String()), func() *record.Series { return s }))
		}
		t.rows[string(t.rowKey)] = row
	}
	for i := range t.columns {
		if !t.columns[i].ignore {
			t.columns[i].series, row = row[0], row[1:]
		}
	}
	return true
}

// aboutRow gives the series of a heading for whom the row is about: the narrowest of its subject columns.
func (t *table) aboutRow(template *record.Series, cells [][]byte) *record.Series {
	s := *template
	s.Labels = append([]record.Attr(nil), template.Labels...)
	rank, metric := 0, ""
	whose := ofAnything
	for _, c := range t.subjects {
		value := t.lines.Text(trim(cells[c.at]))
		if value == "" {
			continue
		}
		if c.key == "__name__" { // Grafana's table of a query of Prometheus
			metric = value
			continue
		}
		s.Labels = append(s.Labels, record.Attr{Key: c.key, Value: value})
		r := 1 + narrowness[c.about]
		if c.other {
			r = 1
		}
		if r > rank {
			if rank, whose = r, c.about; whose != ofHost || len(template.Labels) == 0 { // else the heading names a process on it
				s.Subject = value
			}
		}
	}
	if metric != "" {
		if named, scale := describe(metric, slices.Clone(s.Labels)); scale == 1 {
			named.From = s.From
			return named
		}
	}
	if rank > 0 && whose != ofHost {
		s.Quantity = notOfHost(s.Quantity)
	}
	return &s
}

// narrowness orders whom labels are about.
var narrowness = map[about]int{ofHost: 1, ofAnything: 2, ofProcess: 3, ofContainer: 4, ofVM: 5}

// notOfHost gives what a state of memory is when it is of a VM or a container.
func notOfHost(q record.Quantity) record.Quantity {
	switch q {
	case record.HostUsed:
		return record.MemoryUsed
	case record.HostTotal, record.HostAvailable, record.HostFree, record.HostSwapTotal, record.HostSwapUsed, record.HostSwapFree,
		record.HostCached, record.HostSlab, record.HostHuge, record.HostShmem:
		return ""
	}
	return q
}
