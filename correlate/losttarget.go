package correlate

import (
	"math"
	"time"

	"oomortem/correlate/cause"
)

// lostTarget adds the drop at the end of the throughput that a tool makes which stops because its target is gone. It leaves
// no row of zero behind: pgbench and sysbench end at the error. A fall or an end that stands there already is that drop.
func (c *course) lostTarget(drops []*cause.Drop) []*cause.Drop {
	for i := range c.ends {
		d := &c.ends[i]
		if d.Class != cause.Lost || !c.atEnd(d) {
			continue
		}
		if n := len(drops); n > 0 && math.IsNaN(drops[n-1].Recovery) {
			drops[n-1].Target = d
			return drops
		}
		f := c.flow
		end := c.gapAt(f.t[len(f.t)-1], median(f.v[max(0, len(f.v)-5):]), math.NaN())
		end.Target = d
		return append(drops, end)
	}
	return drops
}

// atEnd tells that what befell the load tool stands at the end of the throughput: in its own file, by that file's clock.
func (c *course) atEnd(d *cause.Death) bool {
	f := c.flow
	if len(f.t) == 0 {
		return false
	}
	last := f.t[len(f.t)-1]
	if f.afloat {
		return d.From.File == f.file && written(d.At) >= last-f.step/2
	}
	return d.Placed && d.U <= time.Hour && unix(last).Sub(d.T).Abs() < 2*time.Minute+d.U+f.u
}
