package cause

import "oomortem/correlate/verdict"

var slowdown = Hypothesis{
	Name:  verdict.Slowdown,
	Title: "throughput fell and nothing in the evidence explains it by memory or by a death",
	Doc: `A slow loss, a partial one, or a stall that passed, with every VM alive and a host's log that covers the time and is
quiet. The place to look is elsewhere: network, storage, locks, a saturated service. When the log is missing or has holes,
or a VM's curve ends at the drop, the answer is "unexplained" instead.`,
	Test: testSlowdown,
}

func testSlowdown(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.Slowdown}}
	d := c.Drop
	if d == nil || d.Gap || d.Target != nil {
		return f
	}
	f.Testable, f.Cap = true, .95
	f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("throughput fell from %v to %v", verdict.Rate(d.Baseline), verdict.Rate(d.During)), Weight: 4, Source: d.From})
	switch {
	case d.Class == "slow":
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("it was lost along a slope, not at once"), Weight: 8, Source: d.From})
	case d.Depth < .98:
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("a part of it went on: %v of the rate before", verdict.Share(1-d.Depth)), Weight: 5, Source: d.From})
	case d.Recovery != d.Recovery: // NaN: it never came back
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("it fell to nothing and stayed there, as after a death"), Weight: -6, Source: d.From})
	}
	switch {
	case !c.Seen.KernelLog || c.Seen.LogGap:
		f.Cap = .45
	case !quiet(c) && d.Class != "slow":
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("something died near the drop"), Weight: -10})
	case c.Seen.Beside && d.Class != "slow":
		f.Cap = .60
		f.Evidence = append(f.Evidence, apartClocks())
	case c.Seen.Strange && d.Class != "slow":
		f.Cap = .60
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("a log covers the time and shows no death, but names no VM of the run: it may be another host's"), Weight: 2})
	default:
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the host's log covers the time and shows no death that would explain it"), Weight: 5})
	}
	switch {
	case c.Seen.Alive:
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("every VM lived on: its memory curve does not break off"), Weight: 4})
	case c.Seen.BrokeOff:
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("a VM's memory curve breaks off near the drop"), Weight: -12})
	}
	if c.usersLeft() {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the tool had fewer users: less was asked"), Weight: -10, Source: d.From})
	}
	if d.silent() {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("nothing was asked while throughput was down"), Weight: -10, Source: d.From})
	}
	f.Evidence = append(f.Evidence, c.brokenNear()...)
	f.Headline = verdict.Say("Throughput fell from %v to %v; neither memory nor a death explains it", verdict.Rate(d.Baseline), verdict.Rate(d.During))
	f.Effect = c.fell()
	return f
}
