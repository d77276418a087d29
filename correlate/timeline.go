package correlate

import (
	"cmp"
	"math"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/change"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// timeline lists what happened around an incident, in order.
func (c *course) timeline(k *cause.Case, d *cause.Death) []verdict.Entry {
	var out []verdict.Entry
	for _, s := range k.Near {
		text := verdict.Say("%v", s.Text)
		if d != nil && s.Event == d.Event && d.Named && d.OOM != nil {
			text = verdict.Say("the kernel killed %v (%v, pid %v) for memory", d.Subject(), verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())
		}
		out = append(out, c.entry(s, text))
	}
	if d != nil && d.Placed && !slices.ContainsFunc(k.Near, func(s topology.Sight) bool { return s.Event == d.Event }) {
		out = append(out, c.entry(d.Sight, verdict.Say("%v", d.Text)))
	}
	if k.Drop != nil && !k.Drop.Afloat {
		out = append(out, verdict.Entry{
			At: k.Drop.Onset.T, Uncertainty: verdict.Seconds(k.Drop.Onset.U), Kind: "throughput", Source: k.Drop.From,
			Text: verdict.Say("throughput begins to fall: %v before, %v after", verdict.Rate(k.Drop.Baseline), verdict.Rate(k.Drop.During)),
		})
		if !math.IsNaN(k.Drop.Recovery) {
			out = append(out, verdict.Entry{At: unix(k.Drop.Recovery), Uncertainty: verdict.Seconds(k.Drop.Onset.U), Kind: "throughput", Source: k.Drop.From, Text: verdict.Say("throughput is back")})
		}
	}
	out = append(out, c.memoryEntries(k, d)...)
	slices.SortStableFunc(out, func(a, b verdict.Entry) int { return a.At.Compare(b.At) })
	return out
}

func (c *course) entry(s topology.Sight, text verdict.Text) verdict.Entry {
	return verdict.Entry{At: s.T, Uncertainty: verdict.Seconds(s.U), Kind: string(s.Kind), Text: text, Source: verdict.Source(s.From), Excerpt: s.Excerpt}
}

// memoryEntries tells what the memory curves did before the incident: who was flat since when, who grew, who ended.
func (c *course) memoryEntries(k *cause.Case, d *cause.Death) []verdict.Entry {
	var out []verdict.Entry
	for _, h := range k.Growth.Holders {
		victim := d != nil && d.Named && h.VM == d.Victim.VM
		if victim && !h.FlatSince.IsZero() {
			out = append(out, verdict.Entry{At: h.FlatSince, Kind: "memory", Source: h.From,
				Text: verdict.Say("%v's memory is flat at %v from here on", verdict.Name(h.Name), verdict.Bytes(h.Bytes))})
		}
		if h.Grew.Or(0)*50 >= k.Memory.RAM.Or(8<<30) && !k.Growth.Since.IsZero() {
			out = append(out, verdict.Entry{At: k.Growth.Since, Kind: "memory", Source: h.From,
				Text: verdict.Say("%v begins to grow: %v more until the incident", verdict.Name(h.Name), verdict.Bytes(h.Grew.Or(0)))})
		}
		if victim && !h.Ends.IsZero() && d.T.Sub(h.Ends).Abs() < 10*time.Minute {
			out = append(out, verdict.Entry{At: h.Ends, Kind: "memory", Source: h.From,
				Text: verdict.Say("last sample of %v's memory", verdict.Name(h.Name))})
		}
	}
	return out
}

// mentions lists what was seen and is not blamed: dips, kills that harmed nothing, kills by others than the kernel, VMs that
// ended meanwhile.
func (c *course) mentions(r *verdict.Report) []verdict.Entry {
	var out []verdict.Entry
	for _, d := range c.flow.profile.Dips {
		out = append(out, c.dip(d))
	}
	for _, s := range c.sights.All {
		if s.Kind != record.OOMKill || s.OOM == nil || s.Get(record.AttrEcho) != "" || listed(r, s) {
			continue
		}
		text := verdict.Say("the kernel killed %v (pid %v); throughput did not fall with it", verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())
		switch {
		case c.guests(s):
			text = verdict.Say("the kernel of the VM %v killed %v (pid %v); throughput did not fall with it", verdict.Name(s.Host), verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())
		case c.elsewhere(s):
			text = verdict.Say("the kernel of %v killed %v (pid %v): not the host of the run's VMs", verdict.Name(s.Host), verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())
		case len(c.flow.t) == 0 && s.Placed:
			text = verdict.Say("the kernel killed %v (pid %v); whether throughput fell with it is not known", verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())
		case !s.Placed: // a ring buffer without a clock: nothing lays it over the throughput, and nothing says that it is of another day
			text = verdict.Say("the kernel killed %v (pid %v), when is not known: whether the run felt it cannot be told", verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())
		case s.OOM.Killer != "kernel":
			text = verdict.Say("%v killed %v (pid %v): not the kernel's doing", s.OOM.Killer, verdict.Name(s.OOM.Victim.Comm), s.OOM.Victim.PID.String())
		}
		out = append(out, c.entry(s, text))
	}
	for _, d := range c.ends {
		if c.unfelt(&d) && !listed(r, d.Sight) {
			out = append(out, c.entry(d.Sight, verdict.Say("%v; throughput did not fall with it", d.Text)))
		}
	}
	slices.SortStableFunc(out, func(a, b verdict.Entry) int { // what has no time comes last
		if a.At.IsZero() != b.At.IsZero() {
			return cmp.Compare(b.At.Unix(), a.At.Unix())
		}
		return a.At.Compare(b.At)
	})
	return out
}

// unfelt tells that a VM of the run, or its host, ended while load was measured, or so near to it that clocks may run apart
// by as much. Once the load is over VMs are shut down as a matter of course.
func (c *course) unfelt(d *cause.Death) bool {
	if len(c.flow.t) == 0 || c.flow.afloat || !d.Placed || d.U > time.Hour {
		return false
	}
	apart := mostSkew
	switch d.Class {
	case cause.Stop, cause.Ended:
		apart = 0
	case cause.Crash, cause.Vanished:
	case cause.Reboot:
		return c.inLoad(d.T, mostSkew)
	default:
		return false
	}
	return d.Named && d.Victim.VM.Ours && c.inLoad(d.T, apart)
}

// inLoad tells that a moment lies in the time that load was measured, or no further from it than so much.
func (c *course) inLoad(t time.Time, apart time.Duration) bool {
	return !t.Before(unix(c.flow.t[0]).Add(-apart)) && !t.After(unix(c.flow.t[len(c.flow.t)-1]).Add(apart))
}

// listed tells that an incident's timeline shows the event already.
func listed(r *verdict.Report, s topology.Sight) bool {
	for _, in := range r.Incidents {
		for _, e := range in.Timeline {
			if e.Source == verdict.Source(s.From) {
				return true
			}
		}
	}
	return false
}

func (c *course) dip(d change.Drop) verdict.Entry {
	e := verdict.Entry{
		At: unix(d.At), Uncertainty: verdict.Seconds(span(d.Uncertainty)), Kind: "dip", Source: c.flow.sourceAt(d.At),
		Text: verdict.Say("throughput dipped from %v to %v for %v: transient", verdict.Rate(d.Baseline), verdict.Rate(d.During), verdict.Span(span(d.Recovery-d.At))),
	}
	if c.flow.afloat {
		e.At, e.Uncertainty = time.Time{}, 0
	}
	return e
}
