package correlate

import (
	"math"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/change"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// A kill explains a drop that begins at most so long before it (the host stalls while it looks for pages) or after it
// (clients wait for their timeouts).
const (
	stallBefore  = 90 * time.Second
	timeoutAfter = 300 * time.Second
)

// cases pairs kills with drops: each drop with the kill nearest to it, each kill that is left alone as a case of its
// own when nobody measured the throughput, each drop that is left alone as well.
func (c *course) cases() []*cause.Case {
	kills := kernelKills(c.sights)
	taken := map[int]bool{}
	var out []*cause.Case
	for _, d := range c.flow.drops {
		drop := c.flow.drop(d)
		i, ok := nearestKill(kills, drop, taken)
		if !ok {
			out = append(out, c.newCase(nil, drop))
			continue
		}
		taken[i] = true
		out = append(out, c.newCase(&kills[i], drop))
	}
	for i := range kills {
		if !taken[i] && !c.harmless(kills[i]) {
			out = append(out, c.newCase(&kills[i], nil))
		}
	}
	return out
}

// nearestKill finds the kill that the drop may be the effect of.
func nearestKill(kills []topology.Sight, d *cause.Drop, taken map[int]bool) (best int, ok bool) {
	var least time.Duration
	for i, k := range kills {
		if !k.Placed || taken[i] {
			continue
		}
		lag := d.Onset.T.Sub(k.T)
		u := d.Onset.U + k.U
		if lag < -stallBefore-u || lag > timeoutAfter+u {
			continue
		}
		if !ok || lag.Abs() < least {
			best, least, ok = i, lag.Abs(), true
		}
	}
	return best, ok
}

// harmless tells that throughput was measured at the kill and did not fall, or that the kill lies outside the run.
func (c *course) harmless(k topology.Sight) bool {
	if len(c.flow.t) == 0 || !k.Placed || k.U > time.Hour {
		return false
	}
	t := seconds(k.T)
	for _, d := range c.flow.drops {
		if t >= d.At-stallBefore.Seconds() && (math.IsNaN(d.Recovery) || t <= d.Recovery) {
			return false // it fell into an outage: part of it, whoever began
		}
	}
	return true
}

// newCase gathers what stands around an incident.
func (c *course) newCase(kill *topology.Sight, drop *cause.Drop) *cause.Case {
	k := &cause.Case{Kill: kill, Drop: drop, Memory: c.memory, Seen: c.seen()}
	switch {
	case kill != nil:
		k.At = kill.Moment
		k.Victim, k.Named = c.topo.Name(*kill, c.sights, kernelKills(c.sights))
	default:
		k.At = drop.Onset
	}
	k.Growth = c.growth(k)
	for _, s := range c.sights {
		if s.Placed && s.T.Sub(k.At.T).Abs() <= 2*time.Minute+k.At.U+s.U {
			k.Near = append(k.Near, s)
		}
	}
	return k
}

// incident ranks the hypotheses on a case and writes the parts down.
func (c *course) incident(k *cause.Case) verdict.Incident {
	findings := rank(c.s.opt.Hypotheses, k)
	best := findings[0]
	in := verdict.Incident{
		At: k.At.T, Cause: best.Cause, Confidence: best.Confidence, Headline: best.Headline, Findings: findings,
		Condition: best.Condition, Set: best.Trigger, Mechanism: best.Mechanism, Effect: best.Effect,
		Evidence: evidence(findings),
	}
	if k.Kill != nil {
		in.Victim = c.party(k)
		in.Trigger = trigger(k.Kill.OOM)
		in.Constraint = k.Kill.OOM.Constraint
		in.Badness = c.badness(k)
	}
	in.Aggressors, in.Holders = c.parts(k)
	if k.Drop != nil {
		in.Throughput = c.felt(k.Drop)
		if in.Throughput.Recovered {
			in.End = in.Throughput.RecoveredAt
		}
	}
	in.Timeline = c.timeline(k)
	return in
}

// evidence gives what speaks for and against the best finding, strongest first.
func evidence(findings []verdict.Finding) []verdict.Evidence {
	out := slices.Clone(findings[0].Evidence)
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
		Before: d.Baseline, During: d.During, Depth: d.Depth, Lost: d.Lost,
	}
	if !math.IsNaN(d.Recovery) {
		t.Recovered, t.RecoveredAt = true, unix(d.Recovery)
	}
	return t
}

// mentions lists what was seen and is not blamed: dips, kills that harmed nothing, kills by others than the kernel.
func (c *course) mentions(cases []*cause.Case) []verdict.Entry {
	var out []verdict.Entry
	for _, d := range c.flow.profile.Dips {
		out = append(out, c.dip(d))
	}
	for _, s := range c.sights {
		switch {
		case s.Kind != record.OOMKill || s.OOM == nil || !s.Placed || blamed(cases, s):
		case s.OOM.Killer != "kernel":
			out = append(out, c.entry(s, verdict.Say("%v killed %v (pid %v): not the kernel's doing", s.OOM.Killer, verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())))
		case s.Get(record.AttrEcho) == "":
			out = append(out, c.entry(s, verdict.Say("the kernel killed %v (pid %v); throughput did not fall with it", verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())))
		}
	}
	slices.SortStableFunc(out, func(a, b verdict.Entry) int { return a.At.Compare(b.At) })
	return out
}

func blamed(cases []*cause.Case, s topology.Sight) bool {
	return slices.ContainsFunc(cases, func(k *cause.Case) bool { return k.Kill != nil && k.Kill.Event == s.Event })
}

func (c *course) dip(d change.Drop) verdict.Entry {
	return verdict.Entry{
		At: unix(d.At), Uncertainty: verdict.Seconds(span(d.Uncertainty)), Kind: "dip", Source: c.flow.from,
		Text: verdict.Say("throughput dipped from %v to %v for %v: transient", verdict.Rate(d.Baseline), verdict.Rate(d.During), verdict.Span(span(d.Recovery-d.At))),
	}
}

// timeline lists what happened around an incident, in order.
func (c *course) timeline(k *cause.Case) []verdict.Entry {
	var out []verdict.Entry
	for _, s := range k.Near {
		text := verdict.Say("%v", s.Text)
		if k.Kill != nil && s.Event == k.Kill.Event && k.Named {
			text = verdict.Say("the kernel killed %v (%v, pid %v) for memory", verdict.Name(k.Victim.VM.Name), verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())
		}
		out = append(out, c.entry(s, text))
	}
	if k.Drop != nil {
		out = append(out, verdict.Entry{
			At: k.Drop.Onset.T, Uncertainty: verdict.Seconds(k.Drop.Onset.U), Kind: "throughput", Source: k.Drop.From,
			Text: verdict.Say("throughput begins to fall: %v before, %v after", verdict.Rate(k.Drop.Baseline), verdict.Rate(k.Drop.During)),
		})
		if !math.IsNaN(k.Drop.Recovery) {
			out = append(out, verdict.Entry{At: unix(k.Drop.Recovery), Uncertainty: verdict.Seconds(k.Drop.Onset.U), Kind: "throughput", Source: k.Drop.From, Text: verdict.Say("throughput is back")})
		}
	}
	out = append(out, c.memoryEntries(k)...)
	slices.SortStableFunc(out, func(a, b verdict.Entry) int { return a.At.Compare(b.At) })
	return out
}

func (c *course) entry(s topology.Sight, text verdict.Text) verdict.Entry {
	return verdict.Entry{At: s.T, Uncertainty: verdict.Seconds(s.U), Kind: string(s.Kind), Text: text, Source: verdict.Source(s.From), Excerpt: s.Excerpt}
}

// memoryEntries tells what the memory curves did before the incident: who was flat since when, who grew, who ended.
func (c *course) memoryEntries(k *cause.Case) []verdict.Entry {
	var out []verdict.Entry
	for _, h := range k.Growth.Holders {
		if h.VM == nil {
			continue
		}
		if c.isVictim(k, h.VM) && !h.FlatSince.IsZero() {
			out = append(out, verdict.Entry{At: h.FlatSince, Kind: "memory", Source: h.From,
				Text: verdict.Say("%v's memory is flat at %v from here on", verdict.Name(h.Name), verdict.Bytes(h.Bytes))})
		}
		if h.Grew.Or(0)*50 >= k.Memory.RAM.Or(8<<30) && !k.Growth.Since.IsZero() {
			out = append(out, verdict.Entry{At: k.Growth.Since, Kind: "memory", Source: h.From,
				Text: verdict.Say("%v begins to grow: %v more until the incident", verdict.Name(h.Name), verdict.Bytes(h.Grew.Or(0)))})
		}
		if c.isVictim(k, h.VM) && !h.Ends.IsZero() && k.Kill != nil && k.Kill.T.Sub(h.Ends).Abs() < 10*time.Minute {
			out = append(out, verdict.Entry{At: h.Ends, Kind: "memory", Source: h.From,
				Text: verdict.Say("last sample of %v's memory", verdict.Name(h.Name))})
		}
	}
	return out
}

func (c *course) isVictim(k *cause.Case, vm *topology.VM) bool { return k.Named && k.Victim.VM == vm }
