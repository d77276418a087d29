package cause

import (
	"time"

	"oomortem/correlate/verdict"
)

var unexplained = Hypothesis{
	Name:  verdict.Unexplained,
	Title: "there is a failure, but the evidence is too thin to say why",
	Doc: `The answer when throughput fell, or something died, and no hypothesis has evidence enough. It stands against every
other cause with a fixed weight, so that a thin finding cannot win by being alone; the report lists what is missing and
what it would have told.`,
	Test: testUnexplained,
}

// anyCause is the standing weight of a cause that left no trace.
const anyCause = 7.0

func testUnexplained(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.Unexplained, Testable: true}}
	if c.Drop == nil && len(c.Deaths) == 0 && c.Seen.Barren {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("any failure may have a cause that left no trace in the inputs"), Weight: anyCause})
		f.Headline = verdict.Say("No request succeeded from the first to the last; nothing in the inputs tells why")
		return f
	}
	if c.Drop == nil && len(c.Deaths) == 0 {
		f.Excluded = c.Seen.Throughput || c.Seen.KernelLog
		f.Headline = verdict.Say("Neither throughput nor a log of the host's kernel was read: nothing tells whether anything failed")
		return f
	}
	f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("any failure may have a cause that left no trace in the inputs"), Weight: anyCause})
	f.Headline = verdict.Say("Something died, but why is not told by the inputs")
	if d := c.best(of(Called)); d != nil && c.Drop == nil {
		f.Death = d
		f.Headline = verdict.Say("The OOM killer was called (%v); whom it killed is not in the text", d.From.String())
		f.Missing = append(f.Missing, verdict.Missing{
			What:      verdict.Say("the rest of the kernel's dump behind %v", d.From.String()),
			WouldTell: verdict.Say("whom the OOM killer killed, and how the memory stood"),
		})
	}
	if d := c.best(of(Gone)); d != nil {
		f.Death, f.Cap = d, .60
		f.Headline = verdict.Say("%v is gone: its memory ends while others go on, and no log says why", d.Subject())
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("nothing measured whether its end was a failure: it may have been stopped, or come to its end"), Weight: -2, Source: verdict.Source(d.From)})
	}
	if d := c.best(of(HostKill)); d != nil && d.manual() {
		f.Death = d
		f.Headline = verdict.Say("Somebody called the OOM killer by SysRq, and it killed %v: memory need not have been short", d.Subject())
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the request was of order -1, as only a manual call is"), Source: verdict.Source(d.From)})
	}
	if f.Death == nil && c.Drop == nil {
		if d := c.best(of(HostKill, GroupKill, GuestKill)); d != nil {
			f.Death = d
			f.Headline = verdict.Say("The kernel killed %v; what took the memory is not told by the inputs", d.Subject())
		} else if d := c.best(of(Vanished)); d != nil {
			f.Death = d
			f.Headline = verdict.Say("%v vanished without a word; why is not told by the inputs", d.Subject())
		}
	}
	if d := c.best(of(Lost)); d != nil && c.Drop == nil && f.Death == nil {
		f.Headline = verdict.Say("The load tool lost its target; nothing in the inputs tells why")
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("%v", d.Text), Source: verdict.Source(d.From)})
		f.Missing = append(f.Missing, targetsLog)
	}
	switch {
	case c.Drop != nil && c.Drop.Target != nil:
		f.Headline = verdict.Say("The load tool lost its target at %v; nothing in the inputs tells why", verdict.Rate(c.Drop.Baseline))
		f.Effect = c.fell()
		f.Missing = append(f.Missing, targetsLog)
	case c.Drop.silent():
		f.Headline = verdict.Say("The load tool asked nothing for %v; nothing in the inputs tells why", verdict.Span(c.Drop.Requests.Silent))
		f.Effect = c.fell()
	case c.Drop != nil:
		f.Headline = verdict.Say("Throughput fell from %v to %v; nothing in the inputs explains it", verdict.Rate(c.Drop.Baseline), verdict.Rate(c.Drop.During))
		f.Effect = c.fell()
	}
	f.Evidence = append(append(f.Evidence, hints(c)...), c.brokenNear()...)
	f.Missing = append(f.Missing, lostLog(c)...)
	return f
}

// targetsLog is what would tell why a server closed its connections.
var targetsLog = verdict.Missing{
	What:      verdict.Say("the log of what was loaded (the database's or the service's own), and of its host"),
	WouldTell: verdict.Say("whether it was killed, crashed, or was stopped or started anew"),
}

// hints gives what the curves show at the moment without proving anything: they speak for no cause, but tell where to
// look.
func hints(c *Case) []verdict.Evidence {
	var out []verdict.Evidence
	for _, h := range c.Growth.Holders {
		if !h.Gone.IsZero() {
			out = append(out, verdict.Evidence{
				Text:   verdict.Say("%v's memory curve is silent from %v to %v while others go on: it was gone for as long", verdict.Name(h.Name), verdict.Moment(h.Gone), verdict.Moment(h.Back)),
				Source: h.From,
			})
		}
		if gap := c.At.T.Sub(h.Ends); !h.Ends.IsZero() && gap.Abs() < 2*time.Minute && c.Growth.LastSample.Sub(h.Ends) > 2*time.Minute {
			out = append(out, verdict.Evidence{
				Text:   verdict.Say("%v's memory curve ends at %v while others go on: it may have died then", verdict.Name(h.Name), verdict.Moment(h.Ends)),
				Source: h.From,
			})
		}
	}
	ram, ok := c.Memory.RAM.Get()
	if avail, known := c.Growth.Available.Get(); ok && known && avail*20 < ram {
		out = append(out, verdict.Evidence{Text: verdict.Say("the host had only %v of %v available just before", verdict.Bytes(avail), verdict.Bytes(ram)), Source: c.Growth.AvailFrom})
	}
	return out
}
