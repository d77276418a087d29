package pattern

import (
	"math"

	"oomortem/correlate/verdict"
)

var sameVictim = Rule{
	Kind:  verdict.SameVictim,
	Title: "the same VM, pod or container every time",
	Doc: `Needs two or more failures of one host, more than seven in ten of which took the same victim. It is called a leak only where
the victim itself is known to have grown; the biggest guest is the victim too when somebody else grows.`,
	Find: func(runs []Run) []verdict.Pattern {
		var out []verdict.Pattern
		hosts, groups := byKey(runs, func(r Run) string {
			if f := r.Failure; f != nil && f.Victim != "" && f.Kind != "process" && f.Kind != "host" {
				return r.Host + "\x00" + f.Kind + "\x00" + string(r.Cause)
			}
			return ""
		})
		for _, key := range hosts {
			all := groups[key]
			name, n := commonest(all, victim)
			if n >= 2 && float64(n) > mostly*float64(len(all)) {
				out = append(out, sameOn(name, all))
			}
		}
		return out
	},
}

func sameOn(name string, all []Run) verdict.Pattern {
	var its []Run
	for _, r := range all {
		if victim(r) == name {
			its = append(its, r)
		}
	}
	p := verdict.Pattern{Host: its[0].Host, Subject: name, Runs: names(its)}
	// Had chance chosen among the VMs, the same one would have come again one time in as many as there are.
	vms := float64(max(3, len(its[0].Sizes)))
	p.Evidence = append(p.Evidence, verdict.RunsEvidence{
		Text:   verdict.Say("%v was the victim in %v of %v failures by %v", verdict.Name(name), len(its), len(all), verdict.Name(its[0].Cause)),
		Weight: min(10*math.Log10(vms)*float64(len(its)-1), 18)})
	if others := len(all) - len(its); others > 0 {
		p.Evidence = append(p.Evidence, verdict.RunsEvidence{Text: verdict.Say("another one was in %v", others), Weight: -5 * float64(min(others, 3))})
	}
	grew, rate := growths(its, func(r Run) *Growth { return r.Failure.Growth })
	still := 0
	for _, r := range its {
		if r.Failure.FlatVictim {
			still++
		}
	}
	grower, same, _ := oneGrower(its)
	switch {
	case !memoryCause(its[0].Cause):
		p.Statement = verdict.Say("%v was hit in %v of %v failed runs by the same cause (%v)", verdict.Name(name), len(its), len(all), verdict.Name(its[0].Cause))
	case 2*grew > len(its):
		p.Evidence = append(p.Evidence, grewIn(name, grew, len(its), rate))
		p.Statement = verdict.Say("%v was the victim in %v of %v failed runs and had grown itself: look for a leak in it", verdict.Name(name), len(its), len(all))
	case same && grower != name:
		p.Statement = verdict.Say("%v was killed in %v of %v failed runs, while %v grew: the victim is the biggest, not the one at fault",
			verdict.Name(name), len(its), len(all), verdict.Name(grower))
	case still > 0:
		p.Statement = verdict.Say("%v was killed in %v of %v failed runs without growing: it is the biggest, which is no leak", verdict.Name(name), len(its), len(all))
	default:
		p.Statement = verdict.Say("%v was the victim in %v of %v failed runs; whether it grew is not known", verdict.Name(name), len(its), len(all))
	}
	p.Confidence = sure(p.Evidence, its)
	return p
}

// memoryCause tells causes by memory.
func memoryCause(c verdict.Cause) bool {
	return ofHost(c) || c == verdict.CgroupLimit || c == verdict.GuestOOM
}

// growths counts the runs in which somebody is known to have grown, and gives the median growth per million transactions.
func growths(runs []Run, of func(Run) *Growth) (n int, perMillion float64) {
	var rates []float64
	for _, r := range runs {
		if g := of(r); g != nil {
			n++
			if g.PerMillion > 0 {
				rates = append(rates, g.PerMillion)
			}
		}
	}
	return n, median(rates)
}

// grewIn says in how many runs somebody grew, and how fast.
func grewIn(name string, grew, of int, perMillion float64) verdict.RunsEvidence {
	e := verdict.RunsEvidence{Weight: 5, Text: verdict.Say("%v grew in %v of %v", verdict.Name(name), grew, of)}
	if perMillion > 0 {
		e.Text = verdict.Say("%v grew in %v of %v, by %v per million transactions (median)", verdict.Name(name), grew, of, verdict.Bytes(perMillion))
	}
	return e
}
