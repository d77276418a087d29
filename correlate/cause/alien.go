package cause

import "oomortem/correlate/verdict"

// capAlien keeps an end that may be of another host from being named as the cause.
const capAlien = .45

// Judge tests the hypothesis, and weighs what holds for every cause alike: whether the death that it rests on is of this
// run at all.
func (h Hypothesis) Judge(c *Case) Finding {
	f := h.Test(c)
	if f.Death == nil || !f.Death.Alien {
		return f
	}
	f.Cap = capAlien
	f.Evidence = append(f.Evidence, verdict.Evidence{
		Text:   verdict.Say("%v stands in no listing of the run, and the log of its host names no VM that does: it may be another host's", f.Death.Subject()),
		Weight: -12, Source: verdict.Source(f.Death.From),
	})
	return f
}
