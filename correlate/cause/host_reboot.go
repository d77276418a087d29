package cause

import (
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

var hostReboot = Hypothesis{
	Name:  verdict.HostReboot,
	Title: "the host itself went down, panicked or was restarted",
	Doc: `A boot banner inside the run, a shutdown or a kernel panic. All VMs are gone at once, and the log is silent from the fall
to the boot. A panic of the OOM killer itself (panic_on_oom, no killable process) belongs here too, with memory as its
reason.`,
	Test: testHostReboot,
}

func testHostReboot(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.HostReboot}}
	d := c.best(of(Reboot))
	if d == nil {
		return f
	}
	f.Death, f.Testable, f.Cap = d, true, .97
	e := c.timing(d)
	if c.Drop != nil && d.Kind == record.HostBoot {
		// The boot follows the fall by the minutes that a host needs to come up.
		e.Text = verdict.Say("the host came up at %v, throughput had fallen at %v", verdict.Moment(d.T), verdict.Moment(c.Drop.Onset.T))
		e.Weight = coincides
		if c.Lag(d) > 0 {
			e.Weight = -12
		}
	}
	f.Evidence = append(f.Evidence, e, verdict.Evidence{Text: verdict.Say("%v", d.Text), Weight: literal + 2, Source: verdict.Source(d.From)})
	if c.Drop != nil && !c.Drop.Gap && c.Drop.Depth < .5 {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("throughput lost only %v, which a host that is gone does not explain", verdict.Share(c.Drop.Depth)), Weight: -10, Source: c.Drop.From})
	}
	if c.Seen.Held {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the memory of every VM went on as before: a host that went down then was not theirs"), Weight: -20})
	}
	f.Headline = verdict.Say("The host went down")
	if d.Host != "" {
		f.Headline = verdict.Say("The host %v went down", verdict.Name(d.Host))
	}
	f.Trigger = verdict.Say("%v", d.Text)
	f.Effect = c.fell()
	return f
}
