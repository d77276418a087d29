package pattern

import (
	"math"
	"slices"

	"oomortem/correlate/verdict"
)

var timeToFailure = Rule{
	Kind:  verdict.TimeToFailure,
	Title: "it fails after the same time, or after the same number of transactions",
	Doc: `Needs three or more failures by memory on one host whose times from the load's start to the failure lie closer together than
chance would put them, or whose transactions until then do; the narrower of the two is told. Were the moments spread evenly
between zero and twice their mean, n of them would fall into a range r (as a part of that) with the probability
n·r^(n-1) - (n-1)·r^n; the confidence is what is left of that.`,
	Find: func(runs []Run) []verdict.Pattern {
		var out []verdict.Pattern
		keys, groups := byKey(failures(runs), func(r Run) string {
			if r.Failure.After <= 0 {
				return ""
			}
			return r.Host + "\x00" + string(r.Cause)
		})
		for _, k := range keys {
			if p, ok := failsAfter(groups[k]); ok {
				out = append(out, p)
			}
		}
		return out
	},
}

// enough is how many failures show a time.
const enough = 3

func failsAfter(runs []Run) (verdict.Pattern, bool) {
	times := known(runs, func(r Run) float64 { return r.Failure.After })
	volumes := known(runs, func(r Run) float64 { return r.Failure.Volume })
	byTime, byVolume := chance(times), chance(volumes)
	p := verdict.Pattern{Host: runs[0].Host, Subject: string(runs[0].Cause), Runs: names(runs)}
	lo, hi := limits(times)
	took := verdict.RunsEvidence{Text: verdict.Say("from the load's start to the failure: %v to %v", span(lo), span(hi)), Weight: decibans(byTime)}
	var least float64
	switch {
	case len(volumes) == len(runs) && byVolume < byTime:
		from, to := limits(volumes)
		p.Statement = verdict.Say("%v fails for memory after about %v transactions, whatever the time", verdict.Name(p.Host), verdict.Count(median(volumes)))
		if hi < 1.25*lo {
			p.Statement = verdict.Say("%v fails for memory after about %v transactions, %v after the load's start", verdict.Name(p.Host), verdict.Count(median(volumes)), span(median(times)))
		}
		p.Evidence = append(p.Evidence, verdict.RunsEvidence{Text: verdict.Say("transactions until the failure: %v to %v in %v runs", verdict.Count(from), verdict.Count(to), len(runs)), Weight: decibans(byVolume)})
		took.Weight, least = 0, byVolume
	default:
		p.Statement = verdict.Say("%v fails for memory about %v after the load's start", verdict.Name(p.Host), span(median(times)))
		least = byTime
	}
	p.Evidence = append(p.Evidence, took)
	if least > .1 || len(runs) < enough {
		return p, false
	}
	p.Confidence = math.Round(1000*min(1-least, highest)) / 1000
	return p, true
}

// chance is the probability that evenly spread moments fall as close together as these.
func chance(x []float64) float64 {
	n := float64(len(x))
	if len(x) < enough {
		return 1
	}
	lo, hi := limits(x)
	mean := 0.0
	for _, v := range x {
		mean += v / n
	}
	r := min((hi-lo)/(2*mean), 1)
	return min(n*math.Pow(r, n-1)-(n-1)*math.Pow(r, n), 1)
}

// decibans of a chance: how much likelier the pattern is than that.
func decibans(p float64) float64 { return math.Round(min(-10*math.Log10(max(p, 1e-3)), 20)) }

// known gives the values that are not 0.
func known(runs []Run, of func(Run) float64) []float64 {
	var out []float64
	for _, r := range runs {
		if v := of(r); v > 0 {
			out = append(out, v)
		}
	}
	return out
}

func limits(x []float64) (lo, hi float64) {
	if len(x) == 0 {
		return 0, 0
	}
	return slices.Min(x), slices.Max(x)
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(x))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}
