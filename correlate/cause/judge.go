package cause

import (
	"time"

	"oomortem/correlate/verdict"
)

// What a death may prove at the most that may be of another host, and one whose clock nothing ties to the throughput's or
// that lies hours from all that was measured.
const (
	capAlien    = .33
	capUndated  = .60
	clockIsOpen = time.Hour // the uncertainty of a clock whose zone or day is not known
)

// Judge tests the hypothesis, and weighs what holds for every cause alike: whether the death that it rests on is of this
// run at all.
func (h Hypothesis) Judge(c *Case) Finding {
	f := h.Test(c)
	if c.Drop != nil && c.Drop.Target != nil && f.Testable {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("%v", c.Drop.Target.Text), Source: verdict.Source(c.Drop.Target.From)})
	}
	if c.Drop != nil && c.Drop.Requests != nil && f.Testable { // it tells where to look, and speaks for no cause
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: c.Drop.Requests.Text, Source: c.Drop.From})
	}
	d := f.Death
	switch {
	case d == nil:
	case d.Alien:
		f.Cap = capAlien
		f.Evidence = append(f.Evidence, verdict.Evidence{
			Text:   verdict.Say("%v stands in no listing of the run, and the log of its host names no VM that does: it may be another host's", d.Subject()),
			Weight: -12, Source: verdict.Source(d.From),
		})
	case c.Drop != nil && d.U+c.Drop.Onset.U > clockIsOpen: // hours may lie between the two, or days
		f.capAt(capUndated)
	case c.Seen.Beside && (c.Lag(d).Abs() > time.Minute || d.Class == GroupKill && !d.Named):
		f.capAt(capUndated)
		f.Evidence = append(f.Evidence, apartClocks())
	case c.Seen.Unmeasured:
		f.capAt(capUndated)
		f.Missing = append(f.Missing, verdict.Missing{
			What:      verdict.Say("load or memory figures of that time: those that are there begin or end hours away from it"),
			WouldTell: verdict.Say("whether it was of this run"),
		})
	}
	return f
}

// apartClocks tells of another end than the one that was weighed.
func apartClocks() verdict.Evidence {
	return verdict.Evidence{Text: verdict.Say("a kill or the end of a VM lies some minutes away: the clocks may run apart by as much")}
}

// capAt lets the finding claim no more than so much.
func (f *Finding) capAt(most float64) {
	if f.Cap == 0 || f.Cap > most {
		f.Cap = most
	}
}
