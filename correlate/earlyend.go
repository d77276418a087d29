package correlate

import (
	"math"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/change"
	"oomortem/correlate/clock"
	"oomortem/parser/record"
)

// earlyEnd finds where the load tool's figures stop although they stood at full throughput and the run's other curves
// go on: for longer than twenty minutes and a fifth of the load's own length, so that neither the tail of an export nor
// a clock that is off is a finding; or where a VM of the run dies in that moment, or its counters are gone from their export. A planned end, a fall before the end or a target that was met are no early end. A
// hole in the middle of the figures counts in the same way.
func (c *course) earlyEnd() *cause.Drop {
	f := c.flow
	if f.afloat || len(f.t) < 10 || f.load != nil && f.load.Planned || len(f.drops) > 0 && math.IsNaN(f.drops[len(f.drops)-1].Recovery) {
		return nil
	}
	if gap, ok := c.hole(); ok {
		return gap
	}
	if c.plannedEnd() {
		return nil
	}
	if done, _, _ := f.achieved(); c.s.opt.Target > 0 && done >= c.s.opt.Target {
		return nil
	}
	first, last := f.t[0], f.t[len(f.t)-1]
	others := 0.0
	for _, cv := range c.curves {
		if len(cv.t) > 10 {
			_, u := c.clock.Shift(cv.From.File)
			others = max(others, cv.last()-(u+f.u).Seconds()) // where clocks cannot be compared nobody went on
		}
	}
	tail := f.v[max(0, len(f.v)-5):]
	level := median(tail)
	if level < .7*f.profile.Plateau || !math.IsNaN(f.profile.RampDown) {
		return nil
	}
	if others-last < max(1200, (last-first)/5) && !c.diesWithLoad() && !c.leavesItsExport() {
		return nil
	}
	return c.gapAt(last, level, math.NaN())
}

// lastMoment is how far from the last of the figures an end may lie to be the same moment, beside their step: a tool that is
// ended by hand ends when somebody has seen something.
const lastMoment = 5 * time.Second

// diesWithLoad tells that a VM of the run was killed or crashed in the moment in which the figures end. Tools that leave no
// row for what got no answer, and exports of what is gone, end so.
func (c *course) diesWithLoad() bool {
	return slices.ContainsFunc(c.ends, func(d cause.Death) bool {
		deadly := d.Class == cause.HostKill || d.Class == cause.GroupKill || d.Class == cause.Crash
		return deadly && d.Named && d.Victim.VM.Ours && c.atLastMoment(d.Moment, d.Placed)
	})
}

func (c *course) atLastMoment(m clock.Moment, placed bool) bool {
	f := c.flow
	if !placed || m.U > time.Minute || f.step > 60 {
		return false
	}
	_, last := f.covers()
	return unix(last).Sub(m.T).Abs() <= lastMoment+span(f.step)+m.U+f.u
}

// leavesItsExport tells that the counters of a server's own requests end while other curves of the same export go on: a server
// that nobody asks counts on, at nought.
func (c *course) leavesItsExport() bool {
	f := c.flow
	least := max(60, 5*f.step)
	return f.counted && slices.ContainsFunc(c.curves, func(cv *curve) bool {
		return cv.From.File == f.file && len(cv.t) > 10 && cv.last() >= f.t[len(f.t)-1]+least
	})
}

// plannedEnd tells that the tool's own log says it came to its end.
func (c *course) plannedEnd() bool {
	last := unix(c.flow.t[len(c.flow.t)-1])
	for _, s := range c.sights.All {
		if s.Kind == record.GeneratorStopped && s.Placed && s.Get(record.AttrReason) == "planned" && s.T.Sub(last).Abs() < 2*time.Minute+s.U+c.flow.u {
			return true
		}
	}
	return false
}

// hole finds the longest stretch without figures, when it is longer than a minute and five steps.
func (c *course) hole() (*cause.Drop, bool) {
	f := c.flow
	at, longest := 0, 0.0
	for i := 1; i < len(f.t); i++ {
		if gap := f.t[i] - f.t[i-1]; gap > longest {
			at, longest = i, gap
		}
	}
	if longest < max(60, 5*f.step) || c.unscraped(f.t[at-1], f.t[at]) {
		return nil, false
	}
	return c.gapAt(f.t[at-1], median(f.v[max(0, at-6):at]), f.t[at]), true
}

// unscraped tells that nothing of an export has a sample in the hole of its throughput: who collected them paused, not the
// load.
func (c *course) unscraped(from, to float64) bool {
	beside := 0
	for _, cv := range c.curves {
		if cv.From.File != c.flow.file || len(cv.t) == 0 || cv.t[0] >= from || cv.last() <= to {
			continue
		}
		margin := max(cv.step, c.flow.step)
		if i, _ := slices.BinarySearch(cv.t, from+margin); cv.t[i] < to-margin {
			return false
		}
		switch cv.Quantity {
		case record.Throughput, record.Requests, record.Errors, record.Latency: // end with the load
		default:
			beside++
		}
	}
	return c.flow.load == nil && beside > 0
}

// gapAt gives the drop of figures that stop with the one at last, and come back with the one at back (NaN: never).
func (c *course) gapAt(last, level, back float64) *cause.Drop {
	f := c.flow
	onset := last + f.step
	if f.behind {
		onset, back = last, back-f.step
	}
	return &cause.Drop{
		Drop:   change.Drop{Class: change.ClassOutage, At: onset, From: last, Uncertainty: f.step, Baseline: level, Depth: 1, Recovery: back, End: back},
		Series: f.name, From: f.sourceAt(last), Gap: true, Counted: f.counted, Afloat: f.afloat,
		Onset: clock.Moment{T: unix(onset), U: time.Duration(f.step*float64(time.Second)) + f.u},
	}
}

func median(v []float64) float64 {
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}
