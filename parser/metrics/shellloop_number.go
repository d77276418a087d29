package metrics

import (
	"fmt"
	"math"
	"path"
	"strings"

	"oomortem/parser/record"
)

// number reads a bare number: what the file's name or the heading calls it, or the usage of a cgroup. A second one in the
// same block that nothing names may be its limit.
func (r *loopReader) number(v float64) {
	r.row++
	name, q := "memory.current", record.MemoryUsed
	named := true
	switch {
	case isMemoryFile(r.whose.heading):
		name = path.Base(r.whose.heading)
		q = memoryFile(name)
	case strings.Contains(r.name, "memory."):
		name = r.name
		q = memoryFile(name)
	default:
		named = false
	}
	m := loopName{q, record.Bytes, 1, false}
	if !named {
		if !r.counts && math.Mod(v, pageSize) != 0 {
			r.noCgroup()
		}
		if r.counts {
			name, m = bareNumber, loopName{"", record.NoUnit, 1, false}
		}
	}
	if r.row > 1 && !named {
		name, m.quantity = fmt.Sprintf("number %d", r.row), ""
		m.unit = record.NoUnit
	}
	if v >= noLimit {
		return
	}
	r.emit(name, m, v)
}

const bareNumber = "number"

// noLimit is about what cgroup v1 writes as a limit where there is none: the biggest count of pages (PAGE_COUNTER_MAX).
const noLimit = 1 << 62

// noCgroup takes back that the numbers which nothing names are a cgroup's memory: its counters are whole pages, and this one
// is none, so that they are something else, or not in bytes (ps -o rss= prints KiB).
func (r *loopReader) noCgroup() {
	const taken = "memory.current\x00"
	r.counts = true
	for key, s := range r.series {
		if s != nil && strings.HasPrefix(key, taken) && s.Label("cgroup") == "" {
			s.Name, s.Quantity, s.Unit = bareNumber, "", record.NoUnit
			r.series[bareNumber+key[len(taken)-1:]] = s
			delete(r.series, key)
		}
	}
}
