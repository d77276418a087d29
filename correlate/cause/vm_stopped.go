package cause

import (
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

var vmStopped = Hypothesis{
	Name:  verdict.VMStopped,
	Title: "somebody shut the VM down, destroyed, migrated or paused it",
	Doc: `libvirt's own word for an orderly end: reason=shutdown, destroyed, migrated, saved, paused; an audit record op=stop. A
machine that machined saw ending, with no kill, crash or lost monitor beside it, counts as a weak sign of the same.`,
	Test: testVMStopped,
}

func testVMStopped(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.VMStopped}}
	d := c.best(of(Stop, Ended))
	if d == nil {
		return f
	}
	f.Death, f.Testable, f.Cap = d, true, .97
	e := verdict.Evidence{Text: verdict.Say("%v", d.Text), Weight: literal + 2, Source: verdict.Source(d.From)}
	if d.Class == Ended {
		e.Weight, f.Cap = probableKind+1, .80
	}
	when := c.timing(d)
	f.Evidence = append(f.Evidence, when, e)
	how := d.Get(record.AttrReason)
	if c.Drop != nil && (when.Weight <= 0 || c.apart(d) > vague && how != "paused") { // which no routine does to a VM that serves
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("VMs are stopped on purpose every day: one that throughput does not fall with explains nothing"), Weight: -8})
	}
	if how == "" {
		how = "ended"
	}
	f.Headline = verdict.Say("%v was stopped (%v); nobody killed it", d.Subject(), how)
	f.Trigger = verdict.Say("%v", d.Text)
	f.Effect = c.fell()
	return f
}
