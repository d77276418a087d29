package metrics

import (
	"slices"

	"oomortem/parser/record"
)

// memoryRow gathers the columns of memory that sadf -j, -x and -p write one by one, until those of one moment are whole and
// tell together what kbmemused means. Nothing else does: sysdata-version is that of the layout, and not sysstat's.
type memoryRow struct {
	host   string
	at     record.Stamp
	line   int      // of kbmemused
	share  int      // line of %memused
	names  []string // as sar calls them
	values []float64
	used   string // what this file calls kbmemused
	means  map[string]usedMeaning
	said   bool
}

// usedMeaning is what is known of a host's kbmemused.
type usedMeaning int

const (
	usedOpen  usedMeaning = iota // the columns beside it that would tell are not there
	usedOld                      // it counts the page cache
	usedPlain                    // it is what the host uses
)

// memoryRowColumns are the columns that tell each other's meaning.
var memoryRowColumns = []string{"kbmemfree", "kbavail", "kbmemused", "%memused", "kbbuffers", "kbcached"}

// value passes a column of a host on; kbmemused waits for the rest of its row.
func (m *memoryRow) value(c *curves, name, host string, at record.Stamp, line int, text []byte, v float64) {
	plain := name
	if alias := sysstatAliases[name]; alias != "" {
		plain = alias
	}
	if host != m.host || !at.Wall.Equal(m.at.Wall) || slices.Contains(m.names, plain) {
		m.flush(c)
	}
	m.host, m.at = host, at
	if slices.Contains(memoryRowColumns, plain) {
		m.names, m.values = append(m.names, plain), append(m.values, v)
	}
	switch plain {
	case "kbmemused":
		m.used, m.line = name, line
		return
	case "%memused":
		m.share = line
	}
	if col := c.sysstatSeries(name, host, false); col.series != nil {
		widen(col.series, digitStep(text)*col.scale)
		c.sample(at, line, col.series, v*col.scale)
	}
}

// flush ends a row and passes its kbmemused on: what it is called depends on the columns beside it.
func (m *memoryRow) flush(c *curves) {
	defer func() { m.names, m.values = m.names[:0], m.values[:0] }()
	old, cacheCounts := findOldMemory(m.names)
	if old.used < 0 {
		return
	}
	used := c.sysstatSeries(m.used, m.host, true)
	if used.series == nil {
		return // too many hosts
	}
	row := func(column int) (float64, bool) {
		if column < 0 {
			return 0, false // a row that lost what earlier ones had
		}
		return m.values[column], true
	}
	if m.means == nil {
		m.means = map[string]usedMeaning{}
	}
	if m.means[m.host] == usedOpen {
		m.means[m.host] = old.meaning(cacheCounts, row)
	}
	switch m.means[m.host] {
	case usedPlain:
		used.series.Quantity = record.HostUsed
		if old.plain = old.share >= 0; old.plain {
			old.series(c, m.host)
			old.emit(c, m.at, m.share, row)
		}
	case usedOld:
		if !m.said {
			m.said = true
			old.tell(c, m.line)
		}
		old.series(c, m.host)
		old.emit(c, m.at, m.line, row)
	}
	c.sample(m.at, m.line, used.series, m.values[old.used]*used.scale)
}

// meaning tells what kbmemused is from the columns beside it and from one row of them.
func (o *oldMemory) meaning(cacheCounts bool, row func(column int) (float64, bool)) usedMeaning {
	switch {
	case cacheCounts || o.doubtful() && o.cacheCounts(row):
		return usedOld
	case o.doubtful():
		return usedPlain
	}
	return usedOpen
}
