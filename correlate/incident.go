package correlate

import (
	"math"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

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
