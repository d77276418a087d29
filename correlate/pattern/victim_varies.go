package pattern

import (
	"oomortem/correlate/verdict"
)

var victimVaries = Rule{
	Kind:  verdict.VictimVaries,
	Title: "the host ran out again and again, and killed somebody else each time",
	Doc: `Needs two or more runs in which the same host ran out of memory and killed different VMs. The kernel takes the biggest;
a guest that leaks is the biggest nearly every time. So different victims say that no single guest is at fault: the host is
too small for what it promises. It says the opposite when one and the same aggressor grew in every run.`,
	Find: func(runs []Run) []verdict.Pattern {
		var out []verdict.Pattern
		hosts, groups := byKey(runs, func(r Run) string {
			if f := r.Failure; f != nil && f.Victim != "" && f.Kind == "vm" && ofHost(r.Cause) {
				return r.Host
			}
			return ""
		})
		_, all := byKey(runs, hostOf)
		for _, host := range hosts {
			if p, ok := variesOn(host, groups[host], all[host]); ok {
				out = append(out, p)
			}
		}
		return out
	},
}

// ofHost tells causes in which the host's own memory ran out.
func ofHost(c verdict.Cause) bool { return c == verdict.HostOvercommit || c == verdict.HostConsumer }

func victim(r Run) string {
	if r.Failure == nil {
		return ""
	}
	return r.Failure.Victim
}

func aggressor(r Run) string {
	if r.Failure == nil || r.Failure.Aggressor == nil {
		return ""
	}
	return r.Failure.Aggressor.Name
}

func hostOf(r Run) string { return r.Host }

// mostly is the share of kills from which one victim counts as the same every time.
const mostly = .7

func variesOn(host string, kills, all []Run) (verdict.Pattern, bool) {
	victims, _ := byKey(kills, victim)
	_, most := commonest(kills, victim)
	if len(victims) < 2 || float64(most) > mostly*float64(len(kills)) {
		return verdict.Pattern{}, false
	}
	p := verdict.Pattern{Runs: names(kills), Host: host}
	p.Statement = verdict.Say("%v ran out of memory in %v of %v runs and killed different VMs (%v): the host is too small for what it promises, no single guest leaks",
		verdict.Name(host), len(kills), len(all), verdict.Name(list(victims)))
	// A guest that leaks is the biggest, so another one being killed is about four times likelier without a leak.
	p.Evidence = append(p.Evidence, verdict.RunsEvidence{
		Text: verdict.Say("%v victims in %v kills", len(victims), len(kills)), Weight: 6 * float64(min(len(victims)-1, 3))})
	p.Evidence = append(p.Evidence, overcommitted(kills)...)
	grower, same, known := oneGrower(kills)
	switch {
	case same:
		p.Subject = grower
		p.Statement = verdict.Say("%v killed different VMs in %v of %v runs (%v), while %v grew in each of them: look at %v, not at the victims",
			verdict.Name(host), len(kills), len(all), verdict.Name(list(victims)), verdict.Name(grower), verdict.Name(grower))
	case known > 1:
		p.Evidence = append(p.Evidence, verdict.RunsEvidence{Text: verdict.Say("who grew last differs too"), Weight: 4})
	}
	for _, r := range kills {
		if r.Failure.FlatVictim {
			p.Evidence = append(p.Evidence, verdict.RunsEvidence{
				Text: verdict.Say("%v was killed without having grown", verdict.Name(r.Failure.Victim)), Weight: 1, Run: r.Name})
		}
		if len(p.Evidence) > 10 {
			break
		}
	}
	p.Confidence = sure(p.Evidence, kills)
	return p, true
}

// overcommitted compares what was promised with the RAM, where both are known.
func overcommitted(runs []Run) []verdict.RunsEvidence {
	over, known := 0, 0
	var last Run
	for _, r := range runs {
		if r.RAM > 0 && r.Promised > 0 {
			known++
			if r.Promised > r.RAM {
				over++
				last = r
			}
		}
	}
	switch {
	case known == 0:
		return nil
	case over == known:
		return []verdict.RunsEvidence{{Weight: 6, Text: verdict.Say("%v were promised on %v of RAM in each of them", verdict.Bytes(last.Promised), verdict.Bytes(last.RAM))}}
	case over == 0:
		return []verdict.RunsEvidence{{Weight: -6, Text: verdict.Say("the promises fitted into the RAM in each of them")}}
	}
	return []verdict.RunsEvidence{{Weight: 2, Text: verdict.Say("more was promised than the RAM in %v of %v", over, known)}}
}

// oneGrower gives the aggressor when it is known in every run and always the same, and in how many it is known.
func oneGrower(runs []Run) (name string, same bool, known int) {
	for _, r := range runs {
		if aggressor(r) != "" {
			known++
		}
	}
	name, n := commonest(runs, aggressor)
	return name, n == len(runs), known
}
