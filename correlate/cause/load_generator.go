package cause

import (
	"math"

	"oomortem/correlate/verdict"
)

var loadGenerator = Hypothesis{
	Name:  verdict.LoadGenerator,
	Title: "the load stopped at its source; the system under test shows nothing",
	Doc: `The tool was stopped, died or ran out of memory itself. Its figures end, or have a hole, at full throughput and without
errors, while the VMs' curves go on as before and the host's log is quiet. A server that refuses leaves errors or zeros
behind; a generator that is gone leaves nothing. Where a row is written for each request, a time in which none was begun
and none in flight is such a hole: the generator stood still, it was started anew behind it, or rows are missing. A tool that says itself that its target closed or refused the connection did
not stop at its source.`,
	Test: testLoadGenerator,
}

func testLoadGenerator(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.LoadGenerator}}
	d := c.best(of(Generator))
	left := c.usersLeft()
	stopped := c.Drop != nil && c.Drop.Gap && c.Drop.Target == nil && !c.Drop.Counted
	if d == nil && !left && !stopped && !c.Drop.silent() {
		return f
	}
	f.Death, f.Testable, f.Cap = d, true, .90
	if d != nil {
		f.Evidence = append(f.Evidence, c.timing(d), verdict.Evidence{Text: verdict.Say("%v", d.Text), Weight: literal, Source: verdict.Source(d.From)})
	}
	if stopped {
		f.Evidence = append(f.Evidence, verdict.Evidence{
			Text:   verdict.Say("the load tool's figures stop at full throughput, %v, without a fall and without an error", verdict.Rate(c.Drop.Baseline)),
			Weight: 10, Source: c.Drop.From,
		})
	}
	if c.Drop.silent() && !left {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("nothing was asked while throughput was down, and nothing asked before was left unanswered"), Weight: 5, Source: c.Drop.From})
	}
	if left {
		f.Evidence = append(f.Evidence, verdict.Evidence{
			Text: verdict.Say("the tool's own users fell from %v to %v with the drop: load was taken away, not refused", verdict.Count(c.Users.Before), verdict.Count(c.Users.After)), Weight: 14, Source: c.Drop.From,
		})
	}
	if c.Seen.Alive {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the memory of every VM goes on as before"), Weight: 5})
	}
	if quiet(c) && c.Seen.KernelLog {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the host's log shows nothing at that time"), Weight: 4})
	}
	if !c.Seen.KernelLog || !c.Seen.VMCurves {
		f.Cap = .70
	}
	f.Headline = verdict.Say("The load stopped at its source; the system under test shows nothing")
	f.Effect = c.fell()
	return f
}

// usersLeft tells that the tool took its users away: half of them or more, or as many as account for the fall.
func (c *Case) usersLeft() bool {
	if !c.Users.Known {
		return false
	}
	share := c.Users.After / c.Users.Before
	return share <= .5 || c.Drop != nil && share <= .85 && math.Abs(share-(1-c.Drop.Depth)) <= .1
}

// silent tells that by the rows of the load's requests nothing was asked while throughput was down.
func (d *Drop) silent() bool {
	return d != nil && d.Requests != nil && d.Requests.Manner == verdict.Silent && d.Requests.Silent > 0
}

// quiet tells that no death of the system under test lies near. Another host's is none.
func quiet(c *Case) bool {
	died := of(HostKill, GroupKill, GuestKill, Crash, Stop, Vanished, Reboot)
	return c.best(func(d *Death) bool { return died(d) && !d.Alien }) == nil
}
