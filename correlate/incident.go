package correlate

import (
	"math"
	"slices"
	"strconv"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// cases gathers what went wrong: each lasting drop with the deaths around it, and, where nobody measured throughput,
// each death that matters, or at last who is gone from the curves.
func (c *course) cases() []*cause.Case {
	deaths := c.deaths()
	c.ends = deaths
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
		out = append(out, &cause.Case{At: d.Moment, Deaths: deaths[i : i+1], Harmed: len(c.flow.t) > 0 && c.harmed(&deaths[i])})
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
	for _, x := range c.flow.drops {
		if t >= x.At-stallBefore.Seconds() && (math.IsNaN(x.Recovery) || t <= x.Recovery) {
			return d.Class != cause.HostKill && d.Class != cause.Crash // a kill within an outage is part of it, whoever began
		}
	}
	return true
}

// endsLoad tells that the load tool broke off for a reason of its own at the end of its figures.
func (c *course) endsLoad(d *cause.Death) bool {
	reason := d.Get(record.AttrReason)
	if d.OOM == nil && reason != "error" && reason != "out-of-memory" && reason != "stopped" || !d.Placed || d.U > time.Hour {
		return false
	}
	apart := 2 * time.Minute
	if d.OOM != nil { // the tool itself was killed: its host's clock may be off, its figures can have no other end
		apart = mostSkew
	}
	return unix(c.flow.t[len(c.flow.t)-1]).Sub(d.T).Abs() < apart+d.U+c.flow.u
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
	for _, s := range c.sights {
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
		if best == nil || tells[d.Class] > tells[best.Class] || tells[d.Class] == tells[best.Class] && k.Lag(d).Abs() < k.Lag(best).Abs() {
			best = d
		}
	}
	return best
}

// incident ranks the hypotheses on a case and writes the parts down.
func (c *course) incident(k *cause.Case) verdict.Incident {
	findings := rank(c.s.opt.Hypotheses, k)
	best := findings[0]
	in := verdict.Incident{
		At: k.At.T, Cause: best.Cause, Confidence: best.Confidence, Headline: best.Headline, Findings: plain(findings),
		Condition: best.Condition, Set: best.Trigger, Mechanism: best.Mechanism, Effect: best.Effect,
		Evidence: evidence(best),
	}
	d := best.Death
	if d != nil {
		if d.Placed {
			in.At = d.T
		}
		in.Victim = c.party(d)
		if d.OOM != nil {
			in.Trigger = trigger(d.OOM)
			in.Constraint = d.OOM.Constraint
			in.Badness = c.badness(d)
		}
	}
	if k.Drop != nil && k.Drop.Afloat && (d == nil || !d.Placed) {
		in.At = time.Time{}
	}
	in.Aggressors, in.Holders = c.parts(k, &best)
	if k.Drop != nil {
		in.Throughput = c.felt(k.Drop)
		if in.Throughput.Recovered {
			in.End = in.Throughput.RecoveredAt
		}
	}
	in.Timeline = c.timeline(k, d)
	return in
}

func plain(findings []cause.Finding) []verdict.Finding {
	out := make([]verdict.Finding, len(findings))
	for i, f := range findings {
		out[i] = f.Finding
	}
	return out
}

// evidence gives what speaks for and against a finding, strongest first.
func evidence(f cause.Finding) []verdict.Evidence {
	out := slices.Clone(f.Evidence)
	slices.SortStableFunc(out, func(a, b verdict.Evidence) int {
		switch {
		case a.Weight > b.Weight:
			return -1
		case a.Weight < b.Weight:
			return 1
		}
		return 0
	})
	return out
}

func trigger(o *record.OOM) *verdict.Trigger {
	if o.Trigger.Comm == "" && !o.Trigger.PID.Known() {
		return nil
	}
	return &verdict.Trigger{Comm: o.Trigger.Comm, PID: o.Trigger.PID, Order: o.Trigger.Order, GFP: o.Trigger.GFP}
}

// felt writes a drop down.
func (c *course) felt(d *cause.Drop) *verdict.Throughput {
	t := &verdict.Throughput{
		Series: d.Series, Shape: string(d.Class), Onset: d.Onset.T, Uncertainty: verdict.Seconds(d.Onset.U),
		Before: d.Baseline, During: d.During, Depth: d.Depth, Requests: d.Requests,
	}
	if !d.Gap { // where the figures stop nothing tells what was still asked for
		t.Lost = &d.Lost
	}
	if !math.IsNaN(d.Recovery) {
		t.Recovered, t.RecoveredAt = true, unix(d.Recovery)
	}
	if d.Afloat {
		t.Onset, t.RecoveredAt = time.Time{}, time.Time{}
		t.Into, t.Uncertainty = verdict.Seconds(span(d.At)), verdict.Seconds(span(d.Uncertainty))
	}
	return t
}

// alive tells that the memory curve of every VM goes on past the incident, or that one broke off at it, for good or for a
// while, while others went on. A VM that somebody had stopped before is not dead of it; where all curves end, their collector did. Where the
// clocks cannot tell before from after, no curve may end early at all.
func (c *course) alive(k *cause.Case) (alive, brokeOff bool) {
	memory := vmMemory(c.curves)
	if len(memory) == 0 {
		return false, false
	}
	latest := 0.0
	for _, cv := range memory {
		latest = max(latest, cv.last())
	}
	at, vague := seconds(k.At.T), k.At.U > time.Hour
	for vm, cv := range memory {
		from, to := at-300-3*cv.step, at+2*cv.step
		if vague {
			from, to = math.Inf(-1), math.Inf(1)
		}
		end := cv.last()
		breaks := end > from && end < to && end < latest-3*cv.step
		if i, hole := cv.hole(from, to, memory); hole && !breaks && !vague {
			end, breaks = cv.t[i], true
		}
		if breaks && !c.stoppedAt(vm, end, cv.step) {
			return false, true
		}
	}
	return vague || latest > at, false
}

// hole finds the last sample between two times behind which the curve is silent for four steps or more while another
// one goes on: whom it is about was gone and came back.
func (cv *curve) hole(from, to float64, others map[*topology.VM]*curve) (last int, ok bool) {
	first, _ := slices.BinarySearch(cv.t, from)
	for i := first; i+1 < len(cv.t) && cv.t[i] <= to; i++ {
		if cv.t[i+1]-cv.t[i] <= 4*cv.step {
			continue
		}
		for _, other := range others {
			begin, _ := slices.BinarySearch(other.t, cv.t[i]+cv.step)
			end, _ := slices.BinarySearch(other.t, cv.t[i+1]-cv.step)
			if other != cv && end-begin >= goesOnFor {
				return i, true
			}
		}
	}
	return 0, false
}

// stoppedAt tells that somebody stopped the VM where its curve ends, before the incident's own stretch.
func (c *course) stoppedAt(vm *topology.VM, end, step float64) bool {
	for _, d := range c.ends {
		if d.Named && d.Victim.VM == vm && d.Placed && (d.Class == cause.Stop || d.Class == cause.Ended) && math.Abs(seconds(d.T)-end) < 3*step+60 {
			return true
		}
	}
	return false
}

// hearsKernel tells a log whose silence says that the host's kernel killed nobody. The logs that libvirt, QEMU, auditd and
// containers write for themselves never hold a kernel's line, nor does a guest's tell of its host.
func (c *course) hearsKernel(in record.Input) bool {
	return in.Log && !slices.Contains([]string{"libvirtd", "qemu", "audit", "cri"}, in.Format) && !c.isGuestLog(in.Path)
}

// isGuestLog tells that a log holds events of guests only.
func (c *course) isGuestLog(path string) bool {
	guests := false
	for _, s := range c.sights {
		if s.From.File == path && s.Host != "" {
			if !c.isGuest(s.Host) {
				return false
			}
			guests = true
		}
	}
	return guests
}

// beside tells that the kernel killed something on the host, or one of the run's VMs ended, some minutes from the incident,
// outside of what counts as near: clocks run apart by as much.
func (c *course) beside(k *cause.Case) bool {
	return slices.ContainsFunc(c.ends, func(d cause.Death) bool {
		window := mostSkew // of a kill or a crash; VMs that somebody stopped are many
		switch {
		case !d.Placed || d.Small && !c.weighty(&d) || d.Alien || tells[d.Class] < tells[cause.Vanished]:
			return false
		case d.Class == cause.HostKill || d.Class == cause.GroupKill:
		case !d.Named || !d.Victim.VM.Ours:
			return false
		case d.Class == cause.Crash:
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

// logGap tells that the host's log lost lines within ten minutes of the incident, or does not reach it.
func (c *course) logGap(k *cause.Case) bool {
	for _, s := range c.sights {
		if s.Kind == record.LogGap && s.Placed && distance(s, k.At.T) < 10*time.Minute && !c.isGuestLog(s.From.File) {
			return true
		}
	}
	for _, in := range c.s.inputs {
		if !c.hearsKernel(in) {
			continue
		}
		first, ok1 := c.clock.Place(record.Origin{File: in.Path, Line: 1}, in.First)
		last, ok2 := c.clock.Place(record.Origin{File: in.Path, Line: in.Lines}, in.Last)
		if ok1 && ok2 && !first.T.After(k.At.T.Add(first.U+k.At.U)) && !last.T.Add(last.U+k.At.U).Before(k.At.T) {
			return false
		}
	}
	return true
}
