package load

import (
	"maps"
	"slices"
	"time"

	"oomortem/parser/record"
)

// perMinute hands over what a fold counted whose times tell the minute only, as spreadsheets save them: nothing tells in which
// second of it a request ended, so there are rates of whole minutes. Every request is in the file: a minute without one is a
// zero. Latencies and requests in flight are left out, for they tell nothing of when.
func (f *fold) perMinute(g *gauges, like record.Stamp) {
	const minute = 60
	type count struct {
		ok, failed uint32
		users      int32
		line       int
	}
	by := map[int64]*count{}
	for _, key := range slices.Sorted(maps.Keys(f.pages)) {
		p := f.pages[key]
		for i := range p.cells {
			c := &p.cells[i]
			at := (key<<pageBits + int64(i)) << f.coarse / minute
			if c.ok+c.failed == 0 {
				continue
			}
			if by[at] == nil {
				by[at] = &count{line: p.line}
			}
			m := by[at]
			m.ok, m.failed, m.users = m.ok+c.ok, m.failed+c.failed, max(m.users, c.users)
		}
	}
	g.step, g.length = time.Minute, time.Minute
	var last int64
	for i, at := range slices.Sorted(maps.Keys(by)) {
		for zero := last + 1; i > 0 && zero < at && at-last < splitAfter/minute; zero++ {
			f.putMinute(g, like, zero, 0, 0, by[at].line)
		}
		m := by[at]
		f.putMinute(g, like, at, m.ok, m.failed, m.line)
		if m.users > 0 {
			g.putLine(record.Users, f.stamp((at+1)*minute>>f.coarse, like), float64(m.users-1), m.line)
		}
		last = at
	}
}

func (f *fold) putMinute(g *gauges, like record.Stamp, minute int64, ok, failed uint32, line int) {
	end := f.stamp((minute+1)*60>>f.coarse, like)
	g.putLine(record.Throughput, end, float64(ok)/60, line)
	g.putLine(record.Errors, end, float64(failed)/60, line)
}
