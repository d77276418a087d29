package load

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// tableClock is where a table has its times, and how they count.
type tableClock struct {
	column int           // -1 when there is none
	date   int           // the column of the date, when the times stand apart from it; -1 otherwise
	since  bool          // times count from the start: 05:30 is minutes and seconds
	unit   time.Duration // of plain numbers since the start
}

// clockOf finds the time column. A column of elapsed times is one only at the very left of a table that has no other:
// elsewhere it tells how long requests took.
func clockOf(headings []string, mapped string) tableClock {
	c := tableClock{column: -1, date: -1, unit: time.Second}
	for i, text := range headings {
		switch {
		case mapped != "" && strings.EqualFold(mapped, text), c.column < 0 && mapped == "" && isTimeHeading(text):
			if c.column < 0 {
				c.column = i
			}
		}
	}
	if c.column < 0 && isElapsedHeading(headings[0]) && !slices.ContainsFunc(headings, isLabelHeading) {
		c.column = 0
	}
	if c.column < 0 {
		return c
	}
	if i := slices.IndexFunc(headings, isDateHeading); i >= 0 {
		if j := slices.IndexFunc(headings, isTimeOfDayHeading); j >= 0 && (c.column == i || c.column == j) {
			c.date, c.column = i, j
		}
	}
	low := strings.ToLower(headings[c.column])
	words := strings.FieldsFunc(low, func(r rune) bool { return r < 'a' || r > 'z' })
	c.since = isElapsedHeading(low) || strings.Contains(low, "mm:ss") && !strings.Contains(low, "hh:")
	switch {
	case slices.Contains(words, "ms") || slices.Contains(words, "milliseconds"):
		c.unit = time.Millisecond
	case slices.Contains(words, "min") || slices.Contains(words, "minutes"):
		c.unit = time.Minute
	}
	return c
}

// isElapsedHeading knows "Elapsed", "elapsed_ms", LoadRunner's "Elapsed scenario time mm:ss".
func isElapsedHeading(text string) bool {
	return slices.Contains(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' }), "elapsed")
}

func isDateHeading(text string) bool {
	switch strings.ToLower(text) {
	case "date", "datum", "fecha", "日期":
		return true
	}
	return false
}

func isTimeOfDayHeading(text string) bool {
	switch strings.ToLower(text) {
	case "time", "clock", "zeit", "uhrzeit", "hora", "时间":
		return true
	}
	return false
}

// cell gives the text of a row's time; false when the row is too short for it.
func (c *tableClock) cell(cells [][]byte) ([]byte, bool) {
	if max(c.column, c.date) >= len(cells) {
		return nil, false
	}
	text := bytes.TrimSpace(cells[c.column])
	if c.date < 0 {
		return text, true
	}
	day := bytes.TrimSpace(cells[c.date])
	if bytes.IndexByte(day, ':') >= 0 { // it tells the time as well: what is called the time is how long requests took
		return day, true
	}
	return slices.Concat(day, []byte{' '}, text), true
}

// stamp reads a time: an instant, or what went by since the start.
func (c *tableClock) stamp(cell []byte, times *stamps) (at int64, s record.Stamp, ok bool) {
	if c.since {
		if d, ok := minutesSeconds(cell); ok {
			return d.Microseconds(), sinceStart(d, time.Second), true
		}
	}
	if at, ok = times.read(cell); ok {
		s = times.like()
		s.Wall = time.UnixMicro(at).UTC()
		if s.Lacks&record.LacksDate != 0 {
			s.Wall = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(at) * time.Microsecond)
		}
		return at, s, true
	}
	if v, ok := number(cell); ok && v >= 0 && v*c.unit.Seconds() < 1e8 {
		d := time.Duration(v * float64(c.unit))
		return d.Microseconds(), sinceStart(d, min(c.unit, time.Second)), true
	}
	return 0, s, false
}

// minutesSeconds reads "05:30", "75:30.5" or "1:15:30".
func minutesSeconds(b []byte) (time.Duration, bool) {
	parts := bytes.Split(b, []byte{':'})
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	total := 0.0
	for i, part := range parts {
		v, ok := scan.Float(part)
		if !ok || v < 0 || v > 1e6 || i > 0 && v >= 60 || i < len(parts)-1 && bytes.IndexByte(part, '.') >= 0 {
			return 0, false
		}
		total = total*60 + v
	}
	return time.Duration(total * float64(time.Second)), total < 1e8
}
