package pattern

import (
	"oomortem/correlate/verdict"
)

var sameProcess = Rule{
	Kind:  verdict.SameProcess,
	Title: "the same process every time, on whatever host",
	Doc: `Needs two or more failures by memory in which a process of the same name was the victim or the one that grew. QEMU does not
count: it is the VM. On several hosts it speaks for the program, on one host it may be the machine's configuration.`,
	Find: func(runs []Run) []verdict.Pattern {
		failed := failures(runs)
		var out []verdict.Pattern
		processes, groups := byKey(failed, process)
		for _, name := range processes {
			its := groups[name]
			if len(its) < 2 {
				continue
			}
			p := verdict.Pattern{Subject: name, Runs: names(its)}
			hosts, _ := byKey(its, hostOf)
			if len(hosts) == 1 {
				p.Host = hosts[0]
			}
			p.Statement = verdict.Say("the process %v is in %v of %v runs that failed for memory, on %v host(s)", verdict.Name(name), len(its), len(failed), len(hosts))
			p.Evidence = append(p.Evidence, verdict.RunsEvidence{
				Text: verdict.Say("%v runs, hosts: %v", len(its), verdict.Name(list(hosts))), Weight: min(4*float64(len(its)-1)+3*float64(len(hosts)-1), 16)})
			if grew, rate := growths(its, ownGrowth); grew > 0 {
				p.Evidence = append(p.Evidence, grewIn(name, grew, len(its), rate))
			}
			if others := len(failed) - len(its); others > 0 {
				p.Evidence = append(p.Evidence, verdict.RunsEvidence{Text: verdict.Say("it is not in %v others", others), Weight: -2 * float64(min(others, 3))})
			}
			p.Confidence = sure(p.Evidence, its)
			out = append(out, p)
		}
		return out
	},
}

// failures gives the runs that failed for memory.
func failures(runs []Run) []Run {
	var out []Run
	for _, r := range runs {
		if r.Failure != nil && memoryCause(r.Cause) {
			out = append(out, r)
		}
	}
	return out
}

// process names the process that a run is about: the aggressor, else the victim; "" when it is a VM or a pod.
func process(r Run) string {
	f := r.Failure
	switch {
	case f.Aggressor != nil && f.Aggressor.Kind == "process":
		return f.Aggressor.Name
	case f.Kind == "process" && f.Comm != "":
		return f.Comm
	case f.Kind == "process":
		return f.Victim
	}
	return ""
}

func ownGrowth(r Run) *Growth {
	if a := r.Failure.Aggressor; a != nil && a.Kind == "process" {
		return a
	}
	return r.Failure.Growth
}
