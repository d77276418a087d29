package cause

import (
	"strconv"

	"oomortem/correlate/verdict"
)

var healthy = Hypothesis{
	Name:  verdict.Healthy,
	Title: "nothing failed: no lasting drop",
	Doc: `Throughput ran up, held and came to its end. Dips shorter than the hold time (20 s) and kills that harmed nothing are
mentioned, not blamed. Throughput that never keeps a level leaves it open. Excluded by a lasting drop, or by a death that coincides with one. Without any throughput a quiet
log is weak evidence: it says that nothing was logged, not that nothing failed.`,
	Test: testHealthy,
}

func testHealthy(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.Healthy, Testable: c.Seen.Throughput || c.Seen.KernelLog}}
	if c.Drop != nil || len(c.Deaths) > 0 || c.Seen.Barren {
		f.Testable, f.Excluded = true, true
		return f
	}
	if c.Seen.Throughput {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("throughput held from ramp-up to its end; no drop lasted"), Weight: 20})
		f.Headline = heldToTheEnd(c.Seen)
		f.Cap = .97
	}
	if c.Seen.OtherRuns {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the load tool ran several times: of its other runs, in which no fall was found, only the throughput was looked at"), Weight: -8})
		f.Headline = verdict.Say("Throughput held to the end of the run with most transactions, of several runs of the load tool")
		f.Cap = .60
	}
	if c.Seen.Uncounted {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("another load ran at the same time and was not counted: what befell it was not looked at"), Weight: -8})
		f.Headline = verdict.Say("Throughput held to its end in one of several loads that ran at the same time")
		f.Cap = .60
	}
	if c.Seen.Failing > 0 {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("in its last %v every request failed: too short to tell a failure from the end of the load", verdict.Span(c.Seen.Failing)), Weight: -8})
		f.Headline = verdict.Say("Throughput held until the last %v, in which every request failed", verdict.Span(c.Seen.Failing))
		f.Cap = .60
	}
	if c.Seen.Brief > 0 {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the load was measured for %v: a fall that lasts needs a level before it and some time after it", verdict.Span(c.Seen.Brief)), Weight: -8})
		f.Headline = verdict.Say("Nothing failed in %v of load, too short a time to tell a fall by", verdict.Span(c.Seen.Brief))
		if c.Seen.Failed > 0 {
			f.Headline = verdict.Say("No fall of throughput in %v of load, too short a time to tell one by; failed requests: %v", verdict.Span(c.Seen.Brief), verdict.Count(c.Seen.Failed))
		}
		f.Cap = .60
	}
	if c.Seen.Restless {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("throughput changes so often that it has no level: a fall could hide in it"), Weight: -8})
		f.Headline = verdict.Say("No fall of throughput can be told: it changes too often to have a level")
		f.Cap = .60
	}
	if c.Seen.KernelLog {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the host's log holds nothing that coincides with a fall"), Weight: 6})
	}
	if c.Seen.Throughput && c.Seen.UndatedKill {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the kernel killed a process at a time that nothing tells: it may have been in this run"), Weight: -8})
		f.Cap = .60
	}
	if c.Seen.Throughput && c.Seen.LooseKill {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("a load tool or a VM of the run was killed for memory, and the clocks cannot tell whether during this run"), Weight: -8})
		f.Headline = verdict.Say("Throughput held to its end; whether a kill in the logs was during the run, the clocks cannot tell")
		f.Cap = .60
	}
	if c.Seen.Throughput && c.Seen.Died {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("a VM of the run died while the load ran, and throughput does not show it"), Weight: -8})
		f.Headline = verdict.Say("Throughput held to the end, though a VM died meanwhile")
		f.Cap = .60
	}
	if !c.Seen.Throughput {
		f.Headline = verdict.Say("The log shows no kill, crash or restart; whether throughput held is not known")
		if c.Seen.Killed {
			f.Headline = verdict.Say("The log shows no kill, crash or restart that befell the run's VMs or their host; whether throughput held is not known")
		}
		f.Cap = .60
	}
	return f
}

// heldToTheEnd says that throughput held, and what of the load failed all the same: that a moment without any answer is no lasting
// drop does not make it nothing.
func heldToTheEnd(s Seen) verdict.Text {
	switch {
	case s.Dipped && s.Failed > 0:
		return verdict.Say("Throughput held to the end but for a fall that soon passed; failed requests: %v", verdict.Count(s.Failed))
	case s.Dipped:
		return verdict.Say("Throughput held to the end but for a fall that soon passed")
	case s.Failed > 0:
		return verdict.Say("Throughput held to the end; failed requests: %v", verdict.Count(s.Failed))
	}
	return verdict.Say("Nothing failed: throughput held to the end")
}

// trim2 prints a number with two decimals.
func trim2(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }
