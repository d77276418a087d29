package load

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// Columns that count since the start of the test are told from those that count each interval by their values: such a
// column never falls. Of one whose heading says so it takes no more than that; of another one, so many rows that
// figures of single intervals would have fallen among them, most of them above the row before. What rises in fewer rows
// may as well be a ramp: it is read as its heading says, and so is what the user calls a rate, and that is told. A column of
// failures stands still while nothing fails: beside requests since the start it is taken for failures since then.
const (
	totalRows = 30
	rampRows  = 5 // that rise without a fall; in fewer it says nothing
)

// columnCourse is what a column's values have shown.
type columnCourse struct {
	rows, rises, falls int
	last               map[string]float64 // by label
}

// findTotals marks the columns that count since the start, by the first rows.
func (r *tableReader) findTotals(rows [][]byte) {
	courses := make([]columnCourse, len(r.columns))
	for _, row := range rows {
		cells := allFields(row, r.delim)
		label := r.labelOf(cells)
		for i := range min(len(cells), len(courses)) {
			if !r.columns[i].mayBeTotal() || isNothing(cells[i]) {
				continue
			}
			if v, ok := r.numbers.read(bytes.TrimSpace(cells[i])); ok {
				courses[i].see(label, v)
			}
		}
	}
	since := slices.ContainsFunc(courses, func(course columnCourse) bool {
		return course.falls == 0 && course.rows >= totalRows && 2*course.rises > course.rows
	})
	for i, course := range courses {
		c := &r.columns[i]
		named, heading := c.total, r.l.Text([]byte(c.heading))
		rises := course.falls == 0 && course.rises > 0
		long := rises && course.rows >= totalRows && 2*course.rises > course.rows
		called := c.mapped && c.quantity == record.Throughput
		switch c.total = rises && (named || long && !called || since && c.quantity == record.Errors); {
		case c.total && !named:
			r.faults.note(fmt.Sprintf("column %s never falls: read as a count since the start", heading))
		case !c.total && long:
			r.faults.note(fmt.Sprintf("column %s never falls and is read as a rate, as --map says: if it counts since the start, say --map requests=%s", heading, heading))
		case !c.total && rises && course.rises >= rampRows && 2*course.rises > course.rows:
			r.faults.note(fmt.Sprintf("column %s never falls, in too few rows to tell counts since the start: if it is one, write total into its heading", heading))
		}
	}
}

// mayBeTotal leaves out rates and shares.
func (c *tableColumn) mayBeTotal() bool {
	low := strings.ToLower(c.heading)
	if !c.known || c.share || perMinute(low) || strings.Contains(low, "/s") || strings.Contains(low, "per") || strings.Contains(low, "rate") {
		return false
	}
	return c.count || c.quantity == record.Errors || c.mapped && (c.total || c.quantity == record.Throughput || c.quantity == record.Requests)
}

func (c *columnCourse) see(label string, v float64) {
	if c.last == nil {
		c.last = map[string]float64{}
	}
	before, known := c.last[label]
	if c.last[label] = v; !known {
		return
	}
	c.rows++
	if v > before {
		c.rises++
	} else if v < before {
		c.falls++
	}
}

// saysTotal tells that a heading's words say that its column counts since the start: requests_total, Total Requests.
func saysTotal(words []string) bool {
	for _, w := range words {
		if w == "total" || w == "cumulative" || w == "cum" {
			return true
		}
	}
	return false
}

// maxUnread is how many columns that are not known are named.
const maxUnread = 10

// sayUnread names the columns of which nothing is read, in a table without any column of throughput.
func (r *tableReader) sayUnread() {
	var names []string
	for i, c := range r.columns {
		if c.known && (c.quantity == record.Throughput || c.quantity == record.Requests) {
			return
		}
		if !c.known && i != r.clock.column && i != r.clock.date && i != r.label && c.heading != "" && len(names) < maxUnread {
			names = append(names, r.l.Text([]byte(c.heading)))
		}
	}
	if len(names) > 0 {
		r.faults.note(fmt.Sprintf("no column is known as throughput, and nothing is read of %s: say which it is with --map tps=COLUMN", strings.Join(names, ", ")))
	}
}
