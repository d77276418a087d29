package pattern

import (
	"math"

	"oomortem/correlate/verdict"
)

var throughputRegression = Rule{
	Kind:  verdict.ThroughputRegression,
	Title: "the steady throughput is lower than in the run before",
	Doc: `Compares each run with the one before it that is like it: the same host, the same VM sizes, the same load tool and series.
Told where the plateau is lower by 5 % or more and the rank test on its stretches leaves less than 1 % to chance, shared out
over all comparisons. Whether the load that was asked for was the same, the files seldom tell: it is said.`,
	Find: func(runs []Run) []verdict.Pattern {
		keys, groups := byKey(runs, alike)
		pairs := 0
		for _, k := range keys {
			pairs += len(groups[k]) - 1
		}
		var out []verdict.Pattern
		for _, k := range keys {
			its := groups[k]
			for i := 1; i < len(its); i++ {
				if p, ok := slower(its[i-1], its[i], pairs); ok {
					out = append(out, p)
				}
			}
		}
		return out
	},
}

// alike is what two runs must have in common to be compared; "" for a run without a plateau.
func alike(r Run) string {
	if r.Start.IsZero() || r.Host == "" || len(load(r).Steps) < plateauSteps/2 {
		return ""
	}
	return r.Host + "\x00" + sizes(r) + "\x00" + r.Load.Tool + "\x00" + r.Load.Series
}

// least is the smallest drop that is told.
const least = .05

func slower(was, is Run, pairs int) (verdict.Pattern, bool) {
	c := Compare(was.Load.Steps, is.Load.Steps)
	luck := min(c.P*float64(pairs), 1)
	if c.Change > -least || luck > .01 {
		return verdict.Pattern{}, false
	}
	p := verdict.Pattern{Host: is.Host, Subject: is.Load.Series, Runs: names([]Run{was, is})}
	p.Statement = verdict.Say("the steady throughput fell by %v from %v to %v, on the same host with the same VM sizes", verdict.Share(-c.Change), verdict.Name(was.Name), verdict.Name(is.Name))
	p.Evidence = []verdict.RunsEvidence{
		{Text: verdict.Say("%v before (middle of the plateau)", verdict.Rate(c.Before)), Run: was.Name},
		{Text: verdict.Say("%v; by chance so different less than once in %v times", verdict.Rate(c.After), verdict.Count(1/max(luck, 1e-6))), Weight: decibans(luck), Run: is.Name},
		{Text: verdict.Say("the files do not tell whether as much load was asked for"), Weight: -15},
	}
	p.Confidence = sure(p.Evidence, []Run{{Confidence: 1}})
	return p, true
}

// Compare compares the stretches of two plateaus.
func Compare(before, after []float64) verdict.Plateaus {
	c := verdict.Plateaus{Before: median(before), After: median(after), P: RankTest(before, after)}
	if c.Before > 0 {
		c.Change = math.Round(1000*(c.After-c.Before)/c.Before) / 1000
	}
	return c
}
