package cause

import "oomortem/correlate/verdict"

var unexplained = Hypothesis{
	Name:  verdict.Unexplained,
	Title: "there is a failure, but the evidence is too thin to say why",
	Doc: `The answer when throughput fell, or something was killed, and no hypothesis has evidence enough. It stands against
every other cause with a fixed weight, so that a thin finding cannot win by being alone; the report lists what is
missing and what it would have told.`,
	Test: testUnexplained,
}

func testUnexplained(c *Case) verdict.Finding {
	f := verdict.Finding{Cause: verdict.Unexplained, Testable: true}
	if c.Drop == nil && c.Kill == nil {
		f.Excluded = c.Seen.Throughput || c.Seen.KernelLog
		f.Headline = verdict.Say("Nothing that could be analysed")
		return f
	}
	f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("any failure may have a cause that left no trace in the inputs"), Weight: 6})
	f.Headline = verdict.Say("Something was killed, but why is not told by the inputs")
	if c.Drop != nil {
		f.Headline = verdict.Say("Throughput fell from %v to %v; nothing in the inputs explains it", verdict.Rate(c.Drop.Baseline), verdict.Rate(c.Drop.During))
		f.Effect = verdict.Say("throughput fell from %v to %v", verdict.Rate(c.Drop.Baseline), verdict.Rate(c.Drop.During))
	}
	return f
}
