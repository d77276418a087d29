package cause

import (
	"strconv"

	"oomortem/correlate/verdict"
)

var healthy = Hypothesis{
	Name:  verdict.Healthy,
	Title: "nothing failed: no lasting drop",
	Doc: `Throughput ran up, held and came to its planned end. Dips shorter than the hold time (20 s) and kills that
harmed nothing are mentioned, not blamed. Excluded by a lasting drop, or by a kill that coincides with one.
Without any throughput a quiet log is weak evidence: it says that nothing was logged, not that nothing failed.`,
	Test: testHealthy,
}

func testHealthy(c *Case) verdict.Finding {
	f := verdict.Finding{Cause: verdict.Healthy, Testable: c.Seen.Throughput || c.Seen.KernelLog}
	if c.Drop != nil || c.Kill != nil {
		f.Testable, f.Excluded = true, true
		return f
	}
	if c.Seen.Throughput {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("throughput held from ramp-up to its end; no drop lasted"), Weight: 20})
		f.Headline = verdict.Say("Nothing failed: throughput held to the end")
		f.Cap = .97
	}
	if c.Seen.KernelLog {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the host's log holds no OOM kill, crash or restart in that time"), Weight: 6})
	}
	if !c.Seen.Throughput {
		f.Headline = verdict.Say("The log shows no kill, crash or restart; whether throughput held is not known")
		f.Cap = .60
		f.Missing = append(f.Missing, verdict.Missing{
			What:      verdict.Say("the load tool's results (JTL, k6, Gatling, a throughput export)"),
			WouldTell: verdict.Say("whether throughput held"),
		})
	}
	return f
}

// trim2 prints a number with at most two decimals.
func trim2(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }
