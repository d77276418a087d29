package cause

import (
	"time"

	"oomortem/correlate/verdict"
)

// Weights of evidence that several hypotheses share, in decibans: start values from the published study of attribution
// rules, to be refitted on generated runs.
const (
	coincides    = 10.0 // the drop begins with the death
	alone        = 6.0  // nobody measured the throughput
	literal      = 10.0 // the log names the kind of death in so many words
	probableKind = 4.0  // the log tells an end that fits, not its kind
)

// aliveYet is how long before its kill at a group's limit a process may refuse what it is asked; a host or a VM whose last
// pages are gone fails in many ways before it kills.
const aliveYet = 5 * time.Second

// Lag gives how long after the death the drop began; what the clocks' uncertainty can explain is not counted.
func (c *Case) Lag(d *Death) time.Duration {
	if c.Drop == nil || !d.Placed {
		return 0
	}
	lag, u := c.Drop.Onset.T.Sub(d.T), c.apart(d)
	switch {
	case lag > u:
		return lag - u
	case lag < -u:
		return lag + u
	}
	return 0
}

// timing weighs how death and drop lie to each other. An effect may be seen before its cause is logged: a host that
// looks for its last pages stalls for seconds before it kills. Clients that wait for a timeout make it later.
func (c *Case) timing(d *Death) verdict.Evidence {
	e := verdict.Evidence{Source: verdict.Source(d.From)}
	who := d.Subject()
	if c.Drop == nil && (d.Class == Generator || d.Class == Lost) {
		e.Text, e.Weight = verdict.Say("the load tool stopped at %v", verdict.Moment(d.T)), alone
		return e
	}
	if c.Drop == nil {
		e.Text, e.Weight = verdict.Say("%v ended at %v; no throughput covers that time", who, verdict.Moment(d.T)), alone
		switch {
		case !d.Placed:
			e.Text = verdict.Say("%v ended, and nothing tells when", who)
		case c.Seen.Barren:
			e.Text, e.Weight = verdict.Say("%v ended at %v; no request of the load succeeded, from the first to the last", who, verdict.Moment(d.T)), 4
		case !c.Outage.IsZero():
			e.Text = verdict.Say("%v ended at %v, while throughput was down: it fell at %v", who, verdict.Moment(d.T), verdict.Moment(c.Outage.T))
		case c.Harmed:
			e.Text = verdict.Say("%v ended at %v; throughput was lower in the minutes after than before, though no drop stands out", who, verdict.Moment(d.T))
		}
		return e
	}
	if c.Drop.Class == "slow" {
		e.Text, e.Weight = verdict.Say("%v ended at %v, but throughput was lost along a slope, which no death makes", who, verdict.Moment(d.T)), -12
		return e
	}
	lag := c.Lag(d)
	shown := c.Drop.Onset.T.Sub(d.T)
	if r := c.Drop.Requests; r != nil && r.Manner == verdict.Refused && d.Class == GroupKill && !d.Named && lag < -aliveYet {
		e.Text, e.Weight = verdict.Say("requests were refused from %v before %v ended on: it was alive yet", verdict.Span(-shown), who), -12
		return e
	}
	if u := c.apart(d); u > vague {
		e.Text, e.Weight = verdict.Say("%v ended, and throughput fell: the clocks cannot tell how close together (± %v)", who, verdict.Span(u)), 1
		return e
	}
	switch {
	case lag >= -30*time.Second && lag <= time.Minute:
		e.Weight = coincides
	case lag >= -90*time.Second && lag < 0:
		e.Weight = 4
	case lag > 0 && lag <= 3*time.Minute:
		e.Weight = 5
	case lag > 0:
		e.Weight = 0
	default:
		e.Weight = -12
	}
	switch {
	case lag == 0:
		e.Text = verdict.Say("%v ended at %v, throughput fell in the same moment as far as the clocks can tell", who, verdict.Moment(d.T))
	case shown < 0:
		e.Text = verdict.Say("throughput began to fall %v before %v ended at %v", verdict.Span(-shown), who, verdict.Moment(d.T))
	default:
		e.Text = verdict.Say("%v ended at %v, throughput fell %v later", who, verdict.Moment(d.T), verdict.Span(shown))
	}
	return e
}

// vague is the uncertainty from which on the clocks cannot tell how a death and a drop lie to each other.
const vague = 5 * time.Minute

// apart gives how uncertain the time between death and drop is. In one file both are by one clock, whatever its zone.
func (c *Case) apart(d *Death) time.Duration {
	u := c.Drop.Onset.U + d.U
	if d.From.File == c.Drop.From.File {
		return min(u, time.Minute)
	}
	return u
}

// best gives the death of one of the classes that lies best to the drop; nil when there is none.
func (c *Case) best(pass func(*Death) bool) *Death {
	var best *Death
	for i := range c.Deaths {
		d := &c.Deaths[i]
		if !pass(d) {
			continue
		}
		if best == nil || c.nearer(d, best) {
			best = d
		}
	}
	return best
}

// nearer tells that a lies better to the drop than b: by weight, then a named VM before others, then by distance.
func (c *Case) nearer(a, b *Death) bool {
	if wa, wb := c.timing(a).Weight, c.timing(b).Weight; wa != wb {
		return wa > wb
	}
	if a.Named != b.Named {
		return a.Named
	}
	return c.Distance(a) < c.Distance(b)
}

// Distance is how far a death lies from the drop. A cause lies before its effect: behind it, where a host has stalled before it
// killed, seconds count three times.
func (c *Case) Distance(d *Death) time.Duration {
	lag := c.Lag(d)
	return max(lag, -3*lag)
}

// of gives a test for deaths of the classes.
func of(classes ...Class) func(*Death) bool {
	return func(d *Death) bool {
		for _, c := range classes {
			if d.Class == c {
				return true
			}
		}
		return false
	}
}

// fell says what the run felt.
func (c *Case) fell() verdict.Text {
	d := c.Drop
	switch {
	case d == nil && c.Seen.Barren:
		return verdict.Say("no request of the load succeeded, from the first to the last")
	case d == nil && !c.Outage.IsZero():
		return verdict.Say("none that can be told apart: throughput was down since %v", verdict.Moment(c.Outage.T))
	case d == nil && c.Harmed:
		return verdict.Say("throughput was lower in the minutes after than before, though no drop stands out")
	case d == nil:
		return verdict.Say("what the run felt of it is not known: no throughput covers the time")
	case d.Gap && d.Afloat:
		return verdict.Say("the load tool's figures stop after %v, at %v", verdict.Span(time.Duration(d.At*float64(time.Second))), verdict.Rate(d.Baseline))
	case d.Gap:
		return verdict.Say("the load tool's figures stop at %v after %v", verdict.Moment(d.Onset.T), verdict.Rate(d.Baseline))
	case d.Recovery == d.Recovery: // a number: it came back
		return verdict.Say("throughput fell from %v to %v, and was back after %v", verdict.Rate(d.Baseline), verdict.Rate(d.During), verdict.Span(time.Duration((d.Recovery-d.At)*float64(time.Second))))
	case d.Class == "death":
		return verdict.Say("throughput fell from %v to nothing and stayed there", verdict.Rate(d.Baseline))
	}
	return verdict.Say("throughput fell from %v to %v", verdict.Rate(d.Baseline), verdict.Rate(d.During))
}
