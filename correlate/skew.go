package correlate

import (
	"math"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// mostSkew is how far the clocks of two machines of one run are thought to run apart at most.
const mostSkew = 12 * time.Minute

// skew looks for clocks that run apart. A VM's death shows in the log, in the end of its memory curve and in the fall of
// throughput; where one of the three is minutes away from the other two, its clock is off, and it is put back. Where
// only log and throughput tell, one death and one drop that are alone in their stretch are taken for one event, and the
// host's clock, the one that nobody watches, for the one that is off. It tells whether anything was moved.
func (c *course) skew() bool {
	deaths := c.deaths()
	if c.flow.afloat || len(c.flow.drops) != 1 {
		return c.skewOfCurves(deaths, time.Time{})
	}
	drop := c.flow.drop(c.flow.drops[0])
	around := slices.DeleteFunc(near(deaths, drop), func(d cause.Death) bool { return d.Alien || bootBefore(&d, drop) })
	close := func(d cause.Death) bool {
		return (d.Class != cause.GroupKill || d.Named) && follows(drop.Onset.T.Sub(d.T), drop.Onset.U+d.U)
	}
	if drop.Class == "slow" || slices.ContainsFunc(around, close) {
		return c.skewOfCurves(deaths, drop.Onset.T)
	}
	if c.skewOfPause(deaths, drop) {
		return true
	}
	if len(around) > 0 {
		return c.skewOfLogs(deaths, drop) || c.skewOfCurves(deaths, drop.Onset.T)
	}
	d, ok := c.onlyDeath(deaths, drop)
	if !ok {
		return c.skewOfLogs(deaths, drop) || c.summerTime(deaths, drop)
	}
	if d.Class == cause.Reboot && c.held(drop.Onset.T, drop.Onset.U) {
		return false // another host's, or of another time
	}
	apart := drop.Onset.T.Sub(d.T) // the drop lies so long after the death
	u := drop.Onset.U + 30*time.Second
	rule := verdict.Say("set by %v's end, the only one within %v of the only drop: it lies %v from it", d.Subject(), verdict.Span(mostSkew), verdict.Span(apart.Abs()))
	end, seen := c.endOfCurve(&d)
	if !seen {
		end, seen = c.absence(&d)
	}
	switch {
	case seen && follows(drop.Onset.T.Sub(end), drop.Onset.U):
		u = drop.Onset.U
		rule = verdict.Say("set by %v's death: in its memory curve and in throughput it lies %v from the log's", d.Subject(), verdict.Span(apart.Abs()))
	case d.Class == cause.Stop:
		return false // somebody's plan: that it falls on the drop must be seen, not made so
	case seen && end.Sub(d.T).Abs() < 30*time.Second:
		c.clock.SetSkew(c.flow.file, apart, u, rule) // log and memory curve agree: the load tool's clock is off
		c.flow.shift(apart, u)
		return true
	}
	c.moveLogs(-apart, u, rule)
	return true
}

// skewOfPause puts the logs back where the one pause of a VM that lasted as long as the only drop lies minutes from it.
func (c *course) skewOfPause(deaths []cause.Death, drop *cause.Drop) bool {
	var only *cause.Death
	for i := range deaths {
		d := &deaths[i]
		if !d.Placed || d.T.Sub(drop.Onset.T).Abs() > mostSkew || !c.pausedAsLong(d, drop) {
			continue
		}
		if only != nil {
			return false
		}
		only = d
	}
	if only == nil {
		return false
	}
	apart := drop.Onset.T.Sub(only.T)
	c.moveLogs(-apart, drop.Onset.U+30*time.Second, verdict.Say("set by %v's pause: it is the only one within %v of the only drop, %v from it, and ended as long after as throughput was down", only.Subject(), verdict.Span(mostSkew), verdict.Span(apart.Abs())))
	return true
}

// pausedAsLong tells that a VM was suspended, and resumed after as long a time as throughput was down.
func (c *course) pausedAsLong(d *cause.Death, drop *cause.Drop) bool {
	if d.Get(record.AttrReason) != "paused" || !d.Named || math.IsNaN(drop.Recovery) {
		return false
	}
	down := span(drop.Recovery - drop.At)
	for _, s := range c.sights.All {
		if s.Kind != record.VMStarted || s.Get(record.AttrReason) != "resumed" || !s.Placed || !s.T.After(d.T) {
			continue
		}
		if vm, _ := c.topo.Told(s.Event); vm == d.Victim.VM {
			return (s.T.Sub(d.T) - down).Abs() <= min(2*drop.Onset.U+catchUp, down/4)
		}
	}
	return false
}

// catchUp is how long clients of a VM that runs again need until throughput is back.
const catchUp = 15 * time.Second

// skewOfLogs puts the logs back where they tell of several deaths: the ends of memory curves lie minutes from their lines,
// all by as much, and the only drop falls on one of the deaths then.
func (c *course) skewOfLogs(deaths []cause.Death, drop *cause.Drop) bool {
	var shown *cause.Death
	var apart time.Duration // the curve's end lies so long after the log's line
	for i := range deaths {
		d := &deaths[i]
		if !d.Placed || tells[d.Class] < tells[cause.Vanished] || d.T.Sub(drop.Onset.T).Abs() > mostSkew {
			continue
		}
		end, seen := c.endOfCurve(d)
		if !seen {
			continue
		}
		if shown != nil && (end.Sub(d.T)-apart).Abs() > time.Minute {
			return false
		}
		shown, apart = d, end.Sub(d.T)
	}
	if shown == nil || apart.Abs() < 30*time.Second || apart.Abs() > mostSkew ||
		!slices.ContainsFunc(deaths, func(d cause.Death) bool {
			return d.Placed && tells[d.Class] >= tells[cause.Vanished] && follows(drop.Onset.T.Sub(d.T.Add(apart)), drop.Onset.U+time.Minute)
		}) {
		return false
	}
	c.moveLogs(-apart, time.Minute, verdict.Say("set by %v's death: its curve ends %v from the log's line", shown.Subject(), verdict.Span(apart.Abs())))
	return true
}

// summerTime looks for a death that lies an hour from the only drop: the zone came from stamps on the other side of a
// change of summer time.
func (c *course) summerTime(deaths []cause.Death, drop *cause.Drop) bool {
	for i := range deaths {
		d := &deaths[i]
		if !d.Placed || d.Small || tells[d.Class] < tells[cause.Stop] {
			continue
		}
		for _, hour := range []time.Duration{time.Hour, -time.Hour} {
			lag := drop.Onset.T.Sub(d.T)
			if !follows(lag-hour, drop.Onset.U+d.U) || !c.clock.LacksZone(d.From.File) {
				continue
			}
			c.moveLogs(-hour, time.Second, verdict.Say("set by an hour: %v's end then falls on the only drop; summer time had changed since the stamp that gave the zone", d.Subject()))
			c.clock.MoveZone(hour)
			return true
		}
	}
	return false
}

// skewOfCurves puts the memory curves back where the log's death of a VM and the end of its curve lie minutes apart.
func (c *course) skewOfCurves(deaths []cause.Death, drop time.Time) bool {
	for i := range deaths {
		d := &deaths[i]
		if tells[d.Class] < tells[cause.Vanished] || !d.Named || !d.Placed || !drop.IsZero() && d.T.Sub(drop).Abs() > mostSkew {
			continue
		}
		end, seen := c.endOfCurve(d)
		apart := end.Sub(d.T)
		if !seen || apart.Abs() < 30*time.Second || apart.Abs() > mostSkew {
			continue
		}
		for _, cv := range c.curves {
			if cv.vm != nil {
				c.clock.SetSkew(cv.From.File, apart, span(cv.step), verdict.Say("set by %v's death: its curve ends %v from the log's line", d.Subject(), verdict.Span(apart.Abs())))
			}
		}
		return true
	}
	return false
}

// follows tells that a drop lies after an end as an effect does.
func follows(lag, u time.Duration) bool {
	return lag >= -30*time.Second-u && lag <= time.Minute+u
}

// bootBefore tells of a host that came up before throughput fell: it had been down while the load was served, by clocks
// that agree.
func bootBefore(d *cause.Death, drop *cause.Drop) bool {
	return d.Kind == record.HostBoot && drop.Onset.T.Sub(d.T) > drop.Onset.U+d.U
}

// onlyDeath gives the death that is alone within the stretch that skew may bridge. What lies before the load began is
// taken to have been over by then, unless a memory curve shows it at the drop.
func (c *course) onlyDeath(deaths []cause.Death, drop *cause.Drop) (cause.Death, bool) {
	var found cause.Death
	n := 0
	for _, d := range deaths {
		if !d.Placed || d.U > time.Hour || d.T.Sub(drop.Onset.T).Abs() > mostSkew || d.Class == cause.Ended {
			continue
		}
		if d.Small || d.Class == cause.GroupKill && !d.Named || d.Named && !d.Victim.VM.Ours {
			continue // it cannot be seen to serve the run
		}
		if end, seen := c.endOfCurve(&d); d.T.Before(unix(c.flow.t[0])) && (!seen || !follows(drop.Onset.T.Sub(end), drop.Onset.U)) {
			continue
		}
		if n > 0 && d.Class == cause.Reboot && found.Class == cause.Reboot {
			continue // a panic and the boot after it are one end
		}
		found = d
		n++
	}
	return found, n == 1
}

// endOfCurve gives the middle of the step in which the dead VM's memory curve ended, while others went on. A collector
// that missed a few samples before makes it early: steps are what it can be told to.
func (c *course) endOfCurve(d *cause.Death) (time.Time, bool) {
	if !d.Named {
		return time.Time{}, false
	}
	memory := vmMemory(c.curves)
	cv := memory[d.Victim.VM]
	if cv == nil || !goesOn(memory, d.Victim.VM, cv.last()+3*cv.step) {
		return time.Time{}, false
	}
	return unix(cv.last() + cv.step/2), true
}

// absence gives when the memory curve of a VM that was started again fell silent, the one time within the stretch that
// skew may bridge, while others went on.
func (c *course) absence(d *cause.Death) (time.Time, bool) {
	if !d.Named {
		return time.Time{}, false
	}
	memory := vmMemory(c.curves)
	cv := memory[d.Victim.VM]
	if cv == nil {
		return time.Time{}, false
	}
	at, most := seconds(d.T), mostSkew.Seconds()
	i, silent := cv.hole(at-most, at+most, memory)
	if !silent {
		return time.Time{}, false
	}
	if _, again := cv.hole(cv.t[i+1], at+most, memory); again {
		return time.Time{}, false
	}
	return unix(cv.t[i] + cv.step/2), true
}

// goesOn tells that another VM's curve reaches past t.
func goesOn(memory map[*topology.VM]*curve, dead *topology.VM, t float64) bool {
	for vm, cv := range memory {
		if vm != dead && cv.last() > t {
			return true
		}
	}
	return false
}

// moveLogs puts the clocks of all logs back, and of what was measured by the same clock: sar runs on the host itself.
func (c *course) moveLogs(ahead, u time.Duration, rule verdict.Text) {
	for _, path := range c.clock.Logs() {
		c.clock.SetSkew(path, ahead, u, rule)
	}
	for _, cv := range c.curves {
		if cv.Quantity == record.HostAvailable && cv.vm == nil && len(c.flow.drops) == 1 && cv.risesAt(c.flow.drops[0].At+ahead.Seconds(), c.flow.drops[0].At) {
			c.clock.SetSkew(cv.From.File, ahead, u, rule)
		}
	}
}

const (
	someRoom  = .05 // of the most that a host had available: so much comes back at once when a VM dies
	moreRoom  = 3   // times what comes at another moment
	aboutThen = 60  // s around the moment, beside a step of the curve
)

// risesAt tells that a host got room at one moment, and not at another.
func (cv *curve) risesAt(one, other float64) bool {
	most := slices.Max(append([]float64{0}, cv.v...))
	rise := cv.rise(one)
	return rise >= someRoom*most && rise >= moreRoom*cv.rise(other)
}

// rise gives the greatest rise from one sample to the next around a moment.
func (cv *curve) rise(t float64) (rise float64) {
	for i, _ := slices.BinarySearch(cv.t, t-aboutThen-cv.step); i+1 < len(cv.t) && cv.t[i] <= t+aboutThen; i++ {
		rise = max(rise, cv.v[i+1]-cv.v[i])
	}
	return rise
}
