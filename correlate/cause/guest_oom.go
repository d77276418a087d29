package cause

import "oomortem/correlate/verdict"

var guestOOM = Hypothesis{
	Name:  verdict.GuestOOM,
	Title: "inside one VM the guest's own kernel ran out of memory and killed a process",
	Doc: `The host is well and the VM lives on, but the guest's kernel killed a process in it - often the very server that the
load was meant for. Seen only in the guest's own log (host name of the VM) or its serial console.`,
	Test: testGuestOOM,
}

func testGuestOOM(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.GuestOOM}}
	d := c.best(of(GuestKill))
	if d == nil {
		return f
	}
	f.Death, f.Testable, f.Gate, f.Cap = d, true, true, .97
	f.Evidence = append(f.Evidence, c.timing(d), verdict.Evidence{
		Text:   verdict.Say("the kill stands in the log of the guest %v, not in the host's", verdict.Name(d.Host)),
		Weight: literal, Source: verdict.Source(d.From),
	})
	f.Headline = verdict.Say("Inside %v the guest's kernel ran out of memory and killed %v", verdict.Name(d.Host), d.Subject())
	f.Condition = verdict.Say("the guest %v had too little memory for what ran in it", verdict.Name(d.Host))
	f.Mechanism = mechanism(d)
	f.Effect = c.fell()
	return f
}
