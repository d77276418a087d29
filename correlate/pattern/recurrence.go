package pattern

import (
	"math"

	"oomortem/correlate/verdict"
)

var recurrence = Rule{
	Kind:  verdict.Recurrence,
	Title: "the same cause again: on one host, or at one hour of the day",
	Doc: `Host: the same cause in three or more runs of one host. Other hosts whose runs did not fail make it surer that it is
this host's (hypergeometric test). Hour: five or more failures that gather at an hour of the day (Rayleigh's test for
directions, p below 1 %), which speaks for something that runs by the clock: a backup, a job of cron.`,
	Find: func(runs []Run) []verdict.Pattern {
		var out []verdict.Pattern
		keys, groups := byKey(runs, func(r Run) string {
			if r.Failure == nil || r.Host == "" || r.Cause == verdict.Unexplained {
				return ""
			}
			return r.Host + "\x00" + string(r.Cause)
		})
		_, here := byKey(runs, hostOf)
		_, same := byKey(runs, func(r Run) string { return string(r.Cause) })
		for _, k := range keys {
			its := groups[k]
			if len(its) >= 3 {
				out = append(out, again(its, len(here[its[0].Host]), len(same[string(its[0].Cause)]), len(runs)))
			}
			if p, ok := hour(its); ok {
				out = append(out, p)
			}
		}
		return out
	},
}

// again tells of its runs, among all here on their host, all with the same cause anywhere, and all of all hosts.
func again(its []Run, here, same, all int) verdict.Pattern {
	host, why := its[0].Host, its[0].Cause
	elsewhere, there := all-here, same-len(its)
	p := verdict.Pattern{Host: host, Subject: string(why), Runs: names(its)}
	p.Statement = verdict.Say("%v came again and again on %v: in %v of its %v runs", verdict.Name(why), verdict.Name(host), len(its), here)
	p.Evidence = []verdict.RunsEvidence{{Text: verdict.Say("%v of %v runs on this host", len(its), here), Weight: min(3*float64(len(its)-1), 12)}}
	if elsewhere > 0 {
		luck := hypergeometric(len(its), here, there, elsewhere)
		p.Evidence = append(p.Evidence, verdict.RunsEvidence{Text: verdict.Say("%v of %v runs on other hosts", there, elsewhere), Weight: min(decibans(luck), 10)})
	}
	p.Confidence = sure(p.Evidence, its)
	return p
}

// hypergeometric is the chance that k or more of all failures fall among n runs of k+m failures in n+o runs.
func hypergeometric(k, n, m, o int) float64 {
	lchoose := func(n, k int) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return a - b - c
	}
	p := 0.0
	for i := k; i <= min(k+m, n); i++ {
		if k+m-i > o {
			continue
		}
		p += math.Exp(lchoose(n, i) + lchoose(o, k+m-i) - lchoose(n+o, k+m))
	}
	return min(p, 1)
}

// gather is how many failures show an hour of the day.
const gather = 5

func hour(its []Run) (verdict.Pattern, bool) {
	var zoned []Run
	x, y := 0.0, 0.0
	for _, r := range its {
		if !r.Zoned || r.Failure.At.IsZero() {
			continue
		}
		zoned = append(zoned, r)
		at := r.Failure.At
		angle := 2 * math.Pi * (float64(at.Hour()) + float64(at.Minute())/60) / 24
		x, y = x+math.Cos(angle), y+math.Sin(angle)
	}
	n := float64(len(zoned))
	if n < gather {
		return verdict.Pattern{}, false
	}
	luck := rayleigh(n, math.Hypot(x, y)/n)
	if luck > .01 {
		return verdict.Pattern{}, false
	}
	at := math.Mod(math.Atan2(y, x)/(2*math.Pi)*24+24, 24)
	p := verdict.Pattern{Host: zoned[0].Host, Subject: string(zoned[0].Cause), Runs: names(zoned)}
	p.Statement = verdict.Say("%v on %v comes around %v o'clock: look for what runs by the clock then", verdict.Name(p.Subject), verdict.Name(p.Host), int(math.Round(at))%24)
	p.Evidence = []verdict.RunsEvidence{{Text: verdict.Say("%v failures; by chance they would gather like this once in %v times", len(zoned), verdict.Count(1/max(luck, 1e-6))), Weight: min(decibans(luck)-6, 14)}}
	p.Confidence = sure(p.Evidence, zoned)
	return p, true
}

// rayleigh is the p value of Rayleigh's test for n directions with the mean resultant length r (Zar, Biostatistical
// Analysis, 27.4: exp(sqrt(1+4n+4(n²-R²))-(1+2n)), R = n·r).
func rayleigh(n, r float64) float64 {
	return math.Exp(math.Sqrt(1+4*n+4*n*n*(1-r*r)) - (1 + 2*n))
}
