package metrics

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"oomortem/parser/record"
)

// nameColumns gives each value column its series: a metric name with labels, or words. What "used" belongs to is told
// by its neighbours: one column that says so beside columns that name VMs is the host's.
func (t *table) nameColumns() {
	read := make([]heading, len(t.columns))
	states, bare := 0, map[string]bool{}
	for i := range t.columns {
		c := &t.columns[i]
		if c.ignore {
			continue
		}
		read[i] = readHeading(t.headings[i])
		switch {
		case read[i].state != "":
			states++
		case read[i].entity != "" && (read[i].quantity == "" && c.bytes > 0 || read[i].quantity == record.RSS || read[i].quantity == record.MemoryUsed):
			bare[read[i].entity] = true
		}
	}
	times, twice := map[string]int{}, ""
	for i := range t.columns {
		c := &t.columns[i]
		if c.ignore = c.ignore || read[i].ignore || t.headings[i] == ""; c.ignore {
			continue
		}
		standsOut := len(bare) > 0 && !bare[read[i].entity] && states <= 3
		c.series, c.scale = t.columnSeries(t.headings[i], read[i], c, standsOut)
		if c.stated.scale != 0 {
			c.scale, c.series.Unit = c.stated.scale, c.stated.unit
		}
		c.series.From = record.Origin{File: t.lines.Path, Line: t.lines.Number()}
		name := c.series.String()
		if times[name]++; times[name] > 1 {
			twice = name
			c.series.Labels = append(slices.Clip(c.series.Labels), record.Attr{Key: "column", Value: strconv.Itoa(times[name])})
		}
		c.ignore = !t.adopt(c)
	}
	t.holdStatuses()
	if twice != "" {
		t.problem(t.lines.Number(), "several columns are called %q: they are kept apart by their order; give the legends names of their own", twice)
	}
}

// holdStatuses holds the values back when statuses are all that tells the columns apart.
func (t *table) holdStatuses() {
	if t.times >= len(t.columns) {
		return
	}
	for i := range t.columns {
		if c := &t.columns[i]; !c.ignore && statusOf(c.series) == "" {
			return
		}
	}
	for i := range t.columns {
		if c := &t.columns[i]; !c.ignore {
			t.holdStatus(c.series)
		}
	}
}

// holdStatus holds the values of a series back when a status is all that tells it apart.
func (t *table) holdStatus(s *record.Series) {
	if statusOf(s) == "" {
		return
	}
	if t.rates == nil {
		t.rates = &statusRates{Sink: t.sink}
		t.sink = t.rates
	}
	t.rates.hold(s)
}

// adopt keeps one series for columns of the same heading in several frames of a file.
func (t *table) adopt(c *column) bool {
	made := c.series
	c.series = t.get([]byte(made.String()), func() *record.Series { return made })
	return c.series != nil
}

// columnSeries gives the series of a heading; standsOut tells that no column of a VM has the same name.
func (t *table) columnSeries(title string, h heading, c *column, standsOut bool) (*record.Series, float64) {
	if name, labels, ok := displayName(title); ok {
		s, scale := describe(name, labels)
		if name == "" {
			hintFromFile(s, t.lines.Path)
		}
		return s, scale
	}
	if name, labels, ok := collectdName(t.lines.Path, t.headings, title); ok {
		return describe(name, labels)
	}
	if m, ok := knownNames[title]; ok && m.quantity != "" {
		return describe(title, nil)
	}
	if name, labels, ok := pcpProcess(title); ok {
		s, scale := describe(name, labels)
		s.Subject = s.Label("comm")
		return s, scale
	}
	s := &record.Series{Name: title, Unit: h.unit, Quantity: h.quantity, Subject: h.entity, Counter: h.counter}
	switch {
	case h.state != "" && (ofHostWord(title) || standsOut || h.entity == ""):
		s.Quantity, s.Unit = hostQuantity(h.state), record.Bytes
	case h.state == "" && !h.stated && (s.Quantity == "" && h.unit == record.NoUnit || s.Quantity == record.MemoryUsed):
		t.unsaid(s, h, c)
	}
	t.doubtUnit(s, h, c)
	if s.Quantity == record.Errors {
		h.scale = c.failureShare(s, h.scale)
	}
	if strings.EqualFold(title, "value") || strings.HasPrefix(title, "Value #") { // of Grafana's query A
		s.Subject = ""
	}
	return s, h.scale
}

// storedSeries gives the series that a store or a dashboard calls title, with its labels: by what is known of the name as
// a metric's, else by its words. c holds its unit, where it is stated, and its biggest value.
func (t *table) storedSeries(title string, labels []record.Attr, c *column, isMetric bool) (*record.Series, float64) {
	if m, known := knownNames[title]; isMetric || known && m.unit != "" {
		return describe(title, labels)
	}
	if c.stated.unit == record.Bytes {
		c.bytes = 1
	}
	t.headings = append(t.headings[:0], title)
	s, scale := t.columnSeries(title, readHeading(title), c, false)
	if len(s.Labels) == 0 {
		slices.SortFunc(labels, byKey)
		s.Labels = labels
		if s.Subject == "" {
			s.Subject = subject(ofAnything, labels)
		}
	}
	if c.stated.scale != 0 {
		scale, s.Unit = c.stated.scale, c.stated.unit
	}
	return s, scale
}

// pcpProcess takes apart what pmrep calls a process's column, "proc.psinfo.rss-004242 /usr/bin/qemu-system-x86_64 -name ...": the
// metric, a dash and the instance (pmrep.py, write_header_csv).
func pcpProcess(title string) (name string, labels []record.Attr, ok bool) {
	name, instance, ok := strings.Cut(title, "-")
	if !ok || knownNames[name].about != ofProcess || !strings.Contains(name, "proc.") {
		return "", nil, false
	}
	pid, command, _ := strings.Cut(instance, " ")
	program, _, _ := strings.Cut(command, " ")
	if pid = strings.TrimLeft(pid, "0"); !isDigit(pid) || program == "" {
		return "", nil, false
	}
	return name, []record.Attr{{Key: "comm", Value: path.Base(program)}, {Key: "pid", Value: pid}}, true
}

// unsaid fills in what a heading that only names a VM leaves open: the file's name may tell it, or units in the cells.
func (t *table) unsaid(s *record.Series, h heading, c *column) {
	s.Quantity, s.Unit = "", record.NoUnit
	hintFromFile(s, t.lines.Path)
	if s.Quantity == "" && (c.bytes > 0 || h.quantity == record.MemoryUsed) {
		s.Quantity, s.Unit = record.MemoryUsed, record.Bytes
	}
}

// failureShare gives the scale of failures, which are a share when the heading or the cells say so; in percent, where no cell has
// its sign, when one is above 1.
func (c *column) failureShare(s *record.Series, scale float64) float64 {
	switch {
	case c.shares > 0:
		s.Unit, scale = record.Share, 1
	case s.Unit == record.Share && scale == 1 && c.most > 1:
		scale = .01
	}
	return scale
}

// doubtUnit takes back that a column is in bytes when nobody wrote so and its numbers are far too small for it.
func (t *table) doubtUnit(s *record.Series, h heading, c *column) {
	if s.Unit != record.Bytes || h.stated || c.bytes > 0 || c.stated.scale != 0 || c.most <= 0 || c.most >= 1<<20 {
		return
	}
	s.Unit, s.Quantity = record.NoUnit, ""
	t.problem(t.lines.Number(), "column %q holds no more than %g and names no unit: it is kept as a bare number; write the unit into the heading, as in used_MiB", s.Name, c.most)
}

// ofHostWord tells that a heading itself says that it is the host's.
func ofHostWord(title string) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return r == ' ' || r == '_' || r == ':' || r == ',' }) {
		switch w {
		case "host", "hypervisor", "node", "memavailable", "memtotal", "memfree":
			return true
		}
	}
	return false
}

// longColumns are the columns of an export with one value a row.
type longColumns struct{ name, value int }

// findLong recognizes Grafana's "Series;Time;Value", and a script's "time,name,value".
func findLong(headings []string) *longColumns {
	l := longColumns{-1, -1}
	for i, h := range headings {
		switch strings.ToLower(strings.TrimSpace(h)) {
		case "series", "metric":
			l.name = i
		case "name":
			if len(headings) == 3 && l.name < 0 {
				l.name = i
			}
		case "value":
			l.value = i
		}
	}
	if l.name < 0 || l.value < 0 {
		return nil
	}
	return &l
}

// longRow reads a row of one value.
func (t *table) longRow(cells [][]byte, at record.Stamp, line int) {
	if t.long.name >= len(cells) || t.long.value >= len(cells) {
		t.problem(line, "the row is left out: %d cells under %d headings", len(cells), len(t.headings))
		return
	}
	c := &t.columns[t.long.value]
	title := cells[t.long.name]
	t.rowKey = append(t.rowKey[:0], title...)
	var ok bool
	if t.rowKey, ok = t.subjectKey(t.rowKey, cells); !ok {
		t.problem(line, "the row is left out: %d cells under %d headings", len(cells), len(t.headings))
		return
	}
	known := false
	if c.series, known = t.series[string(t.rowKey)]; !known {
		c.series = t.get(t.rowKey, func() *record.Series {
			s, _ := t.columnSeries(string(title), readHeading(string(title)), c, false)
			if len(t.subjects) > 0 {
				s = t.aboutRow(s, cells)
			}
			s.From = record.Origin{File: t.lines.Path, Line: line}
			t.holdStatus(s)
			return s
		})
	}
	if c.series == nil {
		return
	}
	at = t.inStepOf(t.rowKey, at, line)
	c.scale = 1
	t.cell(c, cells[t.long.value], at, line)
}

// grafanaUnits are the unit ids of Grafana that a "full" header names (packages/grafana-data/src/valueFormats/categories.ts).
var grafanaUnits = map[string]cellUnit{
	"bytes": {1, record.Bytes}, "decbytes": {1, record.Bytes}, "kbytes": {1 << 10, record.Bytes}, "deckbytes": {1e3, record.Bytes},
	"mbytes": {1 << 20, record.Bytes}, "decmbytes": {1e6, record.Bytes}, "gbytes": {1 << 30, record.Bytes}, "decgbytes": {1e9, record.Bytes},
	"reqps": {1, record.PerSecond}, "ops": {1, record.PerSecond}, "rps": {1, record.PerSecond}, "cps": {1, record.PerSecond},
	"ns": {1e-9, record.Seconds}, "µs": {1e-6, record.Seconds}, "ms": {1e-3, record.Seconds}, "s": {1, record.Seconds},
	"percent": {0.01, record.Share}, "percentunit": {1, record.Share}, "Bps": {1, record.ByteRate}, "binBps": {1, record.ByteRate},
}

// unitRow keeps the units that the header states.
func (t *table) unitRow(row []byte) {
	for i, cell := range t.cut(row) {
		if u, ok := grafanaUnits[string(trim(cell))]; ok && i < len(t.columns) {
			t.columns[i].stated = u
			if u.unit == record.Bytes {
				t.columns[i].bytes++
			}
		}
	}
}
