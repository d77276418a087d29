package correlate

import (
	"math"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/change"
	"oomortem/correlate/clock"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// course is one analysis under way: everything on the clock, nothing concluded yet.
type course struct {
	s      *Session
	clock  *clock.Clock
	topo   *topology.Topology
	sights *topology.Sights
	curves []*curve
	flow   *flow
	memory cause.Memory
	ends   []cause.Death // all deaths, once known
	least  *float64      // leastHeld, once known
}

// report concludes: incidents, each with its ranked findings, and what follows from them.
func (c *course) report() *verdict.Report {
	r := &verdict.Report{Schema: verdict.Schema, Tool: c.s.opt.Tool, Title: c.s.opt.Title}
	for _, k := range c.cases() {
		r.Incidents = append(r.Incidents, c.incident(k))
	}
	slices.SortStableFunc(r.Incidents, func(a, b verdict.Incident) int { return a.At.Compare(b.At) })
	r.Verdict = c.verdict(r)
	if worst := r.Worst(); worst != nil {
		c.clock.Tell(worst.At)
	}
	r.Mentions = c.mentions(r)
	r.Run = c.run(r)
	r.Clock = c.clockSide(r)
	r.Capacity = c.capacity()
	r.Load = c.loadSide()
	r.Recommendations = c.advice(r)
	r.Missing = c.missing(r)
	r.Curves = c.drawn()
	c.inZone(r)
	return r
}

// seen says which kinds of evidence the run has.
func (c *course) seen() cause.Seen {
	var s cause.Seen
	for _, in := range c.s.inputs {
		s.KernelLog = s.KernelLog || c.hearsKernel(in)
	}
	for _, k := range c.sights.Kills {
		s.Killed = true
		s.UndatedKill = s.UndatedKill || !k.Placed
	}
	s.Strange = s.KernelLog && c.strangeLogs()
	s.Died = c.died()
	s.LooseKill = c.looseKill()
	s.VMCurves = len(vmMemory(c.curves)) > 0
	s.HostCurve = hostCurve(c.curves, record.HostAvailable) != nil || hostCurve(c.curves, record.HostFree) != nil
	s.Throughput = len(c.flow.t) > 0
	s.Barren = c.barren()
	s.OtherRuns = len(c.flow.apart) > 0
	s.Uncounted = c.flow.load != nil && len(c.flow.uncounted) > 0
	s.Failing = c.flow.failingEnd()
	s.Failed, _ = c.failed()
	s.Dipped = slices.ContainsFunc(c.flow.profile.Dips, func(d change.Drop) bool { return d.During < d.Baseline/2 })
	s.Restless = s.Throughput && !c.flow.profile.Stable
	if s.Throughput {
		if length := span(c.flow.t[len(c.flow.t)-1] - c.flow.t[0] + c.flow.step); length < briefLoad {
			s.Brief = length
		}
	}
	s.Sizes = c.memory.Promised.Known()
	s.RAM = c.memory.RAM.Known()
	return s
}

// briefLoad is the least that a load must last to be told healthy: three times as long as a loss must last to count.
const briefLoad = time.Minute

// looseKill tells that a load tool, or a VM of the run that no memory curve shows alive to the end, was killed by a clock
// that may set it into the run or hours from it.
func (c *course) looseKill() bool {
	if len(c.flow.t) == 0 {
		return false
	}
	first, last := c.flow.t[0], c.flow.t[len(c.flow.t)-1]
	memory := vmMemory(c.curves)
	return slices.ContainsFunc(c.ends, func(d cause.Death) bool {
		if d.OOM == nil || !d.Placed || d.U < time.Hour || d.T.Add(d.U).Before(unix(first)) || d.T.Add(-d.U).After(unix(last)) {
			return false
		}
		if d.Class == cause.Generator {
			return true
		}
		if !d.Named || !d.Victim.VM.Ours {
			return false
		}
		cv := memory[d.Victim.VM]
		if cv == nil {
			return true
		}
		through, _ := cv.through(max(first, cv.t[0]+cv.step), last-2*cv.step)
		return !through
	})
}

// died tells that a VM of the run was killed or crashed while load was measured.
func (c *course) died() bool {
	if len(c.flow.t) == 0 || c.flow.afloat {
		return false
	}
	first, last := unix(c.flow.t[0]), unix(c.flow.t[len(c.flow.t)-1])
	return slices.ContainsFunc(c.ends, func(d cause.Death) bool {
		deadly := d.Class == cause.HostKill || d.Class == cause.Crash || d.Class == cause.Vanished
		return deadly && d.Placed && d.U < time.Hour && d.Named && d.Victim.VM.Ours && d.T.After(first) && d.T.Before(last)
	})
}

// strangeLogs tells that the run's VMs are known, and that no log names one of them: the logs may be another host's.
func (c *course) strangeLogs() bool {
	if ours := c.topo.Ours(); len(ours) == 0 || !ours[0].Ours {
		return false
	}
	return !slices.ContainsFunc(c.s.events, func(e record.Event) bool {
		vm, _ := c.topo.Told(&e)
		return vm != nil && vm.Ours
	})
}

// verdict answers for the whole run: the incident that cost most, or health.
func (c *course) verdict(r *verdict.Report) verdict.Verdict {
	worst := r.Worst()
	if worst == nil {
		return c.answer(plain(rank(c.s.opt.Hypotheses, &cause.Case{Memory: c.memory, Seen: c.seen()})))
	}
	return c.answer(worst.Findings)
}

func (c *course) answer(findings []verdict.Finding) verdict.Verdict {
	best := findings[0]
	v := verdict.Verdict{Cause: best.Cause, Confidence: best.Confidence, Headline: best.Headline}
	for _, t := range []verdict.Text{best.Condition, best.Trigger, best.Mechanism, best.Effect} {
		if !t.IsZero() {
			v.Explanation = append(v.Explanation, t)
		}
	}
	if len(findings) > 1 && findings[0].Confidence < 2*findings[1].Confidence && findings[1].Confidence > .2 {
		v.Explanation = append(v.Explanation, verdict.Say("the evidence hardly separates %v from %v", string(best.Cause), string(findings[1].Cause)))
	}
	for _, f := range findings[1:] {
		if f.Testable && !f.Excluded {
			v.Alternatives = append(v.Alternatives, verdict.Alternative{Cause: f.Cause, Confidence: f.Confidence, Against: against(f, best)})
		}
	}
	return v
}

// against says what speaks against a cause that came second: its own counter-evidence, else that the first explains more.
func against(f, best verdict.Finding) []verdict.Text {
	var out []verdict.Text
	for _, e := range f.Evidence {
		if e.Weight < 0 {
			out = append(out, e.Text)
		}
	}
	if len(out) == 0 {
		out = append(out, verdict.Say("%v explains more of what was seen (%v against %v decibans)", string(best.Cause), int(math.Round(best.Weight())), int(math.Round(f.Weight()))))
	}
	return out
}

// run describes the inputs and the time they cover.
func (c *course) run(r *verdict.Report) verdict.Run {
	run := verdict.Run{Hosts: c.hosts()}
	if len(c.flow.t) > 0 && !c.flow.afloat {
		from, _ := c.flow.covers()
		run.Start, run.End = unix(from), unix(c.flow.t[len(c.flow.t)-1])
	} else if len(r.Incidents) > 0 {
		run.Start, run.End = r.Incidents[0].At, r.Incidents[len(r.Incidents)-1].At
	}
	for _, in := range c.s.inputs {
		run.Inputs = append(run.Inputs, c.input(in))
	}
	return run
}

func (c *course) input(in record.Input) verdict.Input {
	out := verdict.Input{Path: in.Path, Format: in.Format, Encoding: in.Encoding, Bytes: in.Bytes, Lines: in.Lines, Events: in.Events, Samples: in.Samples}
	if m, ok := c.clock.Place(record.Origin{File: in.Path, Line: 1}, in.First); ok {
		out.First = m.T
	}
	if m, ok := c.clock.Place(record.Origin{File: in.Path, Line: in.Lines}, in.Last); ok {
		out.Last = m.T
	}
	for _, p := range c.s.problems {
		if p.From.File == in.Path {
			out.Problems = append(out.Problems, verdict.Problem{Line: p.From.Line, Message: p.Msg})
		}
	}
	return out
}

func (c *course) hosts() []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range c.sights.All {
		if s.Host != "" && !seen[s.Host] {
			seen[s.Host] = true
			out = append(out, s.Host)
		}
	}
	if len(out) == 0 && c.topo.Host != "" {
		out = append(out, c.topo.Host)
	}
	slices.Sort(out)
	return out
}

// clockSide tells how the times came onto one axis.
func (c *course) clockSide(r *verdict.Report) verdict.Clock {
	out := verdict.Clock{Method: c.clock.Method, Notes: c.clock.Notes}
	if zone, ok := c.clock.Zone(); ok {
		out.Zone = clock.ZoneName(zone)
	}
	at := r.Run.Start
	if len(r.Incidents) > 0 {
		at = r.Incidents[0].At
	}
	if year := at.In(c.clock.Location()).Year(); year >= 1970 { // an earlier one only counts
		out.Year = year
	}
	for _, s := range c.clock.Sources() {
		out.Assumed = out.Assumed || !s.Afloat() && (!s.Zoned || !s.Dated)
		out.Sources = append(out.Sources, verdict.ClockSource{
			Path: s.Path, Offset: verdict.Seconds(s.Offset), Skew: verdict.Seconds(s.Residual + s.Skew),
			Uncertainty: verdict.Seconds(s.Within()), Rule: s.Says(),
		})
	}
	return out
}

// inZone tells all times in the host's zone.
func (c *course) inZone(r *verdict.Report) {
	local := func(t *time.Time) {
		if !t.IsZero() {
			*t = c.clock.Local(*t)
		}
	}
	local(&r.Run.Start)
	local(&r.Run.End)
	for i := range r.Run.Inputs {
		local(&r.Run.Inputs[i].First)
		local(&r.Run.Inputs[i].Last)
	}
	for i := range r.Incidents {
		in := &r.Incidents[i]
		local(&in.At)
		local(&in.End)
		for j := range in.Aggressors {
			local(&in.Aggressors[j].Since)
		}
		for j := range in.Timeline {
			local(&in.Timeline[j].At)
		}
		if in.Throughput != nil {
			local(&in.Throughput.Onset)
			local(&in.Throughput.RecoveredAt)
		}
	}
	for i := range r.Mentions {
		local(&r.Mentions[i].At)
	}
	if r.Load != nil {
		local(&r.Load.Start)
		local(&r.Load.End)
	}
	eachText(r, c.clock.Local)
}
