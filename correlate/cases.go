package correlate

import (
	"math"
	"slices"
	"strconv"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/clock"
	"oomortem/correlate/topology"
	"oomortem/parser/record"
)

// cases gathers what went wrong: each lasting drop with the deaths around it, and, where nobody measured throughput,
// each death that matters, or at last who is gone from the curves.
func (c *course) cases() []*cause.Case {
	c.ends = c.deaths()
	deaths := c.sinceRun(c.ends)
	var out []*cause.Case
	told := map[*record.Event]bool{}
	for _, d := range c.drops() {
		k := &cause.Case{At: d.Onset, Drop: d, Deaths: near(deaths, d)}
		for _, x := range k.Deaths {
			told[x.Event] = true
		}
		out = append(out, k)
	}
	lost := -1
	for i, d := range deaths {
		if d.Class == cause.Lost {
			lost = i
		}
		if told[d.Event] || d.Small && len(c.flow.t) > 0 || c.harmless(&deaths[i]) {
			continue
		}
		k := &cause.Case{At: d.Moment, Deaths: deaths[i : i+1], Harmed: len(c.flow.t) > 0 && c.harmed(&deaths[i])}
		k.Outage, _ = c.outage(&deaths[i])
		out = append(out, k)
	}
	if len(out) == 0 && lost >= 0 && len(c.flow.t) == 0 {
		out = append(out, &cause.Case{At: deaths[lost].Moment, Deaths: deaths[lost : lost+1]})
	}
	if len(out) == 0 {
		if d, ok := c.gone(); ok {
			out = append(out, &cause.Case{At: d.Moment, Deaths: []cause.Death{d}})
		}
	}
	for _, k := range out {
		c.fill(k)
	}
	return out
}

// drops gives the falls of throughput, and its holes and early end, which are the load tool's.
func (c *course) drops() []*cause.Drop {
	var out []*cause.Drop
	gap := c.earlyEnd()
	for _, d := range c.flow.drops {
		drop := c.flow.drop(d)
		if gap != nil && gap.At >= d.At && gap.At-d.At <= 3*c.flow.step {
			drop.Gap, gap = true, nil // the bucket in which the figures stopped is partly empty
		}
		out = append(out, drop)
	}
	if gap != nil {
		out = append(out, gap)
	}
	return c.lostTarget(out)
}

// harmless tells that the death lies where throughput was measured and did not fall, or outside the run altogether. An
// orderly stop or a restart of which nothing is known to follow is no incident either.
func (c *course) harmless(d *cause.Death) bool {
	if !d.Placed && d.Class != cause.HostKill && d.Class != cause.GroupKill && c.placedLog() {
		return true // a console without a clock beside logs that have one: nothing says that it is of this run
	}
	if len(c.flow.t) == 0 {
		return d.Class == cause.Ended || d.Class == cause.Stop || d.Kind == record.HostBoot || d.Kind == record.HostShutdown || d.Class == cause.Generator || d.Class == cause.Lost
	}
	if d.Class == cause.Lost && c.atEnd(d) {
		return true // the drop at the end tells it
	}
	if d.Class == cause.Generator && c.endsLoad(d) {
		return false
	}
	if len(c.flow.drops) == 0 {
		return !c.flow.afloat && !c.harmed(d) && !c.barredBy(d)
	}
	if c.flow.afloat {
		return false
	}
	if !d.Placed {
		return false
	}
	t := seconds(d.T)
	if u := d.U.Seconds() + timeoutAfter.Seconds(); t < c.flow.t[0]-u || t > c.flow.t[len(c.flow.t)-1]+u {
		return true
	}
	if d.U > time.Hour {
		return false
	}
	if _, ok := c.outage(d); ok {
		return d.Class != cause.HostKill && d.Class != cause.Crash // a kill within an outage is part of it, whoever began
	}
	return true
}

// outage gives when the fall of throughput began in whose outage the death lies, if it does in one.
func (c *course) outage(d *cause.Death) (since clock.Moment, ok bool) {
	if c.flow.afloat || !d.Placed || d.U > time.Hour {
		return clock.Moment{}, false
	}
	t := seconds(d.T)
	for _, x := range c.flow.drops {
		if t >= x.At-stallBefore.Seconds() && (math.IsNaN(x.Recovery) || t <= x.Recovery) {
			return c.flow.drop(x).Onset, true
		}
	}
	return clock.Moment{}, false
}

// endsLoad tells that the load tool broke off for a reason of its own at the end of its figures.
func (c *course) endsLoad(d *cause.Death) bool {
	reason := d.Get(record.AttrReason)
	if d.OOM == nil && reason != "error" && reason != "out-of-memory" && reason != "stopped" || !d.Placed {
		return false
	}
	apart := 2*time.Minute + d.U + c.flow.u
	switch {
	case d.From.File == c.flow.file: // one clock, whatever its zone
		apart = 2 * time.Minute
	case d.U > time.Hour:
		return false
	case d.OOM != nil: // the tool itself was killed: its host's clock may be off, its figures can have no other end
		apart = mostSkew + d.U + c.flow.u
	}
	return unix(c.flow.t[len(c.flow.t)-1]).Sub(d.T).Abs() < apart
}

// placedLog tells that some log of the host is on the clock.
func (c *course) placedLog() bool {
	for _, in := range c.s.inputs {
		if _, ok := c.clock.Place(record.Origin{File: in.Path, Line: 1}, in.First); ok && in.Log {
			return true
		}
	}
	return false
}

// weighty tells that a service held too much of the host's memory to be a job at the side.
func (c *course) weighty(d *cause.Death) bool {
	ram, ok := c.memory.RAM.Get()
	return ok && d.OOM.Victim.RSS().Or(0) > ram/20
}

// fill gathers what stands around a case.
func (c *course) fill(k *cause.Case) {
	k.Memory, k.Seen = c.memory, c.seen()
	main := mainDeath(k)
	k.Growth = c.growth(k.At, main)
	k.Seen.Alive, k.Seen.BrokeOff = c.alive(k)
	k.Seen.Held = c.held(k.At.T, k.At.U)
	k.Seen.LogGap = c.logGap(k)
	k.Seen.Beside = c.beside(k)
	k.Seen.Unmeasured = c.unmeasured(k)
	k.Users = c.users(k)
	if k.Drop != nil {
		k.Drop.Requests = c.requests(k)
	}
	for _, s := range c.sights.All {
		if s.Placed && distance(s, k.At.T) <= 2*time.Minute+k.At.U+s.U {
			k.Near = append(k.Near, s)
		}
	}
}

// farOff is how far from all figures an incident may lie and still be of their time.
const farOff = time.Hour

// unmeasured tells that there is no load series, and that every curve begins or ends too long after or before the incident:
// logs go back for weeks, figures are saved of the run.
func (c *course) unmeasured(k *cause.Case) bool {
	if len(c.flow.t) > 0 {
		return false
	}
	measured := false
	for _, cv := range c.curves {
		if len(cv.t) < 10 {
			continue
		}
		measured = true
		_, u := c.clock.Shift(cv.From.File)
		slack := farOff + u + k.At.U
		if k.At.T.After(unix(cv.t[0]).Add(-slack)) && k.At.T.Before(unix(cv.last()).Add(slack)) {
			return false
		}
	}
	return measured
}

// mainDeath gives the kill that a case most likely turns on, for its memory figures: a host's kill before others.
func mainDeath(k *cause.Case) *cause.Death {
	var best *cause.Death
	for i := range k.Deaths {
		d := &k.Deaths[i]
		if best == nil || tells[d.Class] > tells[best.Class] || tells[d.Class] == tells[best.Class] && k.Distance(d) < k.Distance(best) {
			best = d
		}
	}
	return best
}

// beside tells that the kernel killed something on the host, or one of the run's VMs ended, some minutes from the incident,
// outside of what counts as near: clocks run apart by as much.
func (c *course) beside(k *cause.Case) bool {
	return slices.ContainsFunc(c.ends, func(d cause.Death) bool {
		window := mostSkew // of a kill or a crash; VMs that somebody stopped are many
		switch {
		case d.Placed && d.Class == cause.Generator && d.OOM != nil:
		case !d.Placed || d.Small && !c.weighty(&d) || d.Alien || tells[d.Class] < tells[cause.Vanished]:
			return false
		case d.Class == cause.HostKill || d.Class == cause.GroupKill:
		case !d.Named || !d.Victim.VM.Ours:
			return false
		case d.Class == cause.Crash:
		case d.Get(record.AttrReason) == "paused": // no routine takes a VM away from a load and leaves it there
		default:
			window = 5 * time.Minute
		}
		return d.T.Sub(k.At.T).Abs() <= window && !slices.ContainsFunc(k.Deaths, func(x cause.Death) bool { return x.Event == d.Event })
	})
}

// distance is how far t is from what a record tells of: a moment, or the time from it on that a log is silent.
func distance(s topology.Sight, t time.Time) time.Duration {
	seconds, _ := strconv.Atoi(s.Get(record.AttrLasts))
	return max(s.T.Sub(t), t.Sub(s.T.Add(time.Duration(seconds)*time.Second)), 0)
}
