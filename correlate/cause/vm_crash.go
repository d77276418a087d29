package cause

import (
	"oomortem/correlate/verdict"
)

var vmCrash = Hypothesis{
	Name:  verdict.VMCrash,
	Title: "the hypervisor process of a VM died by itself",
	Doc: `A segfault, an abort, a failed assertion or an error of QEMU's own ended the VM, or SIGBUS for memory that the
host's hardware broke, which is no shortage. libvirt's "reason=crashed" alone does not
say so: it is the same after an OOM kill or a kill -9, so it speaks for none of them.`,
	Test: testVMCrash,
}

func testVMCrash(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.VMCrash}}
	d := c.best(of(Crash, Vanished))
	if d == nil {
		return f
	}
	f.Death, f.Testable, f.Cap = d, true, .97
	e := verdict.Evidence{Text: verdict.Say("%v", d.Text), Weight: literal + 2, Source: verdict.Source(d.From)}
	if d.Class == Vanished {
		// A crash, a kill -9 and an OOM kill whose line is lost all look like this.
		e.Weight, f.Cap = -4, .50
	}
	f.Headline = verdict.Say("The hypervisor process of %v died by itself", d.Subject())
	f.Trigger = verdict.Say("%v", d.Text)
	s, broken := c.broken(d)
	if broken {
		f.Headline = verdict.Say("The hypervisor process of %v died of broken memory: the host's hardware failed, memory was not short", d.Subject())
		f.Trigger = verdict.Say("%v", s.Text)
		f.Mechanism = verdict.Say("the kernel sends SIGBUS to a process when an uncorrectable error has hit its memory; QEMU ends where it cannot hand the error on to its guest")
	}
	if broken && d.Class == Vanished {
		e.Weight, f.Cap = 0, .90
	}
	f.Evidence = append(f.Evidence, c.timing(d), e)
	if broken && s.Event != d.Event {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("%v", s.Text), Weight: literal, Source: verdict.Source(s.From)})
	}
	f.Effect = c.fell()
	return f
}
