package main

import (
	"time"

	"oomortem/correlate/verdict"
)

// known is the incidents that were reported, or that had happened before the watch began.
type known []verdict.Incident

const (
	mostKnown = 1000
	// Clocks are set by what the evidence tells, and each report may know more: the times of one incident differ by up
	// to a zone. Without a pid to know it by it must be nearer.
	oneDeath  = 15 * time.Hour
	oneEffect = 15 * time.Minute
)

// has tells that an incident is among them.
func (k known) has(in *verdict.Incident) bool {
	for i := range k {
		if oneIncident(&k[i], in) {
			return true
		}
	}
	return false
}

// oneIncident tells that two reports mean the same by their incidents.
func oneIncident(a, b *verdict.Incident) bool {
	apart := a.At.Sub(b.At).Abs()
	switch v, w := a.Victim, b.Victim; {
	case v == nil || w == nil:
		return v == nil && w == nil && apart < oneEffect
	case v.PID.Known() && w.PID.Known():
		return v.PID == w.PID && v.Comm == w.Comm && apart < oneDeath
	default:
		return v.Name == w.Name && apart < oneEffect
	}
}

// add takes those of a report.
func (k *known) add(all []verdict.Incident) {
	for i := range all {
		if !k.has(&all[i]) {
			*k = append(*k, all[i])
		}
	}
	if over := len(*k) - mostKnown; over > 0 {
		*k = (*k)[over:]
	}
}

// fresh gives the places of a report's incidents that are new. One without a victim that is seen in the curves must
// have lasted for the settling time, since the curve may not have ended; undecided tells that there is such a one.
func (k known) fresh(r *verdict.Report, settle time.Duration) (at []int, undecided bool) {
	for i := range r.Incidents {
		in := &r.Incidents[i]
		switch {
		case k.has(in):
		case in.Victim == nil && in.Throughput != nil && r.Run.End.Sub(in.At) < settle:
			undecided = true
		default:
			at = append(at, i)
		}
	}
	return at, undecided
}
