package correlate

import (
	"math"
	"slices"

	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// outcome is how a run of the load tool went, worst last.
type outcome int

const (
	kept   outcome = iota // nothing fell
	dipped                // throughput fell and came back
	failed                // it fell for good, or every request failed at its end, or from its beginning
)

// fared tells how the run went that a load is.
func fared(l *record.Load) outcome {
	t, v := loadRate(l)
	if sum(v) == 0 {
		return failed
	}
	f := loadFlow(l, t, v)
	f.find()
	switch {
	case f.failingEnd() > 0:
		return failed
	case len(f.drops) == 0:
		return kept
	case math.IsNaN(f.drops[len(f.drops)-1].Recovery):
		return failed
	}
	return dipped
}

// find finds the changes of throughput. A ramp down at its end is none.
func (f *flow) find() {
	f.step = medianStep(f.t)
	f.drops, f.profile = change.Drops(change.Series{T: f.t, V: f.v}, change.Throughput())
	f.drops = slices.DeleteFunc(f.drops, f.rampsDown)
}

// ofRuns chooses the run to look at among those of one tool that were made one after another, of which whole is the one
// with most transactions: who asks what went wrong asks about the one that went wrong, and mostly about the last of these.
// choice says what it was chosen by; nothing when there is one run only.
func ofRuns(whole *record.Load, loads []*record.Load) (chosen *record.Load, choice verdict.Text) {
	chosen = whole
	var others []*record.Load
	for _, l := range loads {
		if another(l, whole) {
			others = append(others, l)
		}
	}
	if len(others) == 0 {
		return whole, choice
	}
	worst := fared(whole)
	for _, l := range others {
		switch how := fared(l); {
		case how > worst:
			chosen, worst = l, how
		case how < worst || how == kept:
		case another(l, chosen) && begins(l) > begins(chosen) || !another(l, chosen) && l.Samples-l.Failed > chosen.Samples-chosen.Failed:
			chosen = l
		}
	}
	switch worst {
	case failed:
		return chosen, verdict.Say("this run was chosen as the last one in which throughput fell for good or the end failed")
	case dipped:
		return chosen, verdict.Say("this run was chosen as the last one in which throughput fell")
	}
	return chosen, verdict.Say("this run was chosen as the one with most transactions: throughput fell in none")
}
