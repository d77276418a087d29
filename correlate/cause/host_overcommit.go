package cause

import (
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

var hostOvercommit = Hypothesis{
	Name:  verdict.HostOvercommit,
	Title: "the VMs were promised more memory than the host has, and came to use it",
	Doc: `The sum of the VMs' memory exceeds the host's RAM (and swap). For hours nothing happens, because guests do not
touch all they were given. Then they do: the host runs out, its kernel picks the process with the highest badness -
nearly always the VM that holds most, which may have been still for hours - and kills it. Who was killed is not who
caused it: the aggressor is whoever grew since the host last had headroom, and the standing cause is the promise.

Needs a kernel OOM kill without a cgroup's limit, of a VM's process or on a host of VMs. Strengthened by: sizes that
sum above RAM, VMs that held nearly all of it at the kill, throughput that fell with the kill, no memory left on the
host. Weakened by: VMs that fit, something else on the host that grew. Excluded by a kill at a cgroup's limit.
Red Hat's rule: the sum of guests + 4 GiB for the host must stay below RAM, or swap must cover the rest.`,
	Test: testHostOvercommit,
}

// hostReserve is what Red Hat's virtualization guide keeps back for the host.
const hostReserve = 4 << 30

func testHostOvercommit(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.HostOvercommit}}
	d := c.best(of(HostKill))
	if d == nil {
		f.Missing = append(f.Missing, lostLog(c)...)
		return f
	}
	isVM := d.Named || topology.IsHypervisor(d.OOM.Victim.Comm)
	if !isVM && len(c.Memory.VMs) == 0 || d.manual() {
		f.Testable, f.Excluded = true, true
		return f
	}
	f.Death, f.Testable, f.Cap = d, true, capOvercommit(c, d)
	f.Evidence = append(append(f.Evidence, c.timing(d)), wholeHost(d)...)
	if !d.bound() { // else the host's totals are not what ran out
		f.Evidence = append(f.Evidence, promise(c)...)
		f.Evidence = append(f.Evidence, held(c, d)...)
		f.Evidence = append(f.Evidence, exhausted(c)...)
		f.Evidence = append(f.Evidence, others(c)...)
		f.Evidence = append(f.Evidence, ample(c, d)...)
	}
	if _, found := c.Growth.Consumer(c.Memory.RAM); !found && isVM {
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the victim is a VM and nothing but VMs is seen to take memory"), Weight: 3, Source: verdict.Source(d.From)})
	}
	tellOvercommit(c, d, &f.Finding)
	return f
}

// lostLog asks for the host's log when it is not there, or has holes where the drop is.
func lostLog(c *Case) []verdict.Missing {
	if !c.Seen.LogGap {
		return nil
	}
	return []verdict.Missing{{
		What:      verdict.Say("the lines that the host's log lost around the incident"),
		WouldTell: verdict.Say("whether the OOM killer took a VM: in a log with holes the absence of a kill proves nothing"),
	}}
}

// capOvercommit is the highest confidence that the sources allow.
func capOvercommit(c *Case, d *Death) float64 {
	switch {
	case !c.Seen.Sizes && !c.Seen.VMCurves && len(d.OOM.Tasks) == 0:
		return .60
	case !c.Seen.VMCurves && len(d.OOM.Tasks) == 0:
		return .75
	case !c.Seen.Sizes || !c.Seen.Throughput || !d.Named:
		return .90
	}
	most := .97
	if !c.Seen.HostCurve {
		most -= .02
	}
	if !c.Memory.Swap.Known() { // meminfo is not there: swap could have covered the promise
		most -= .02
	}
	return most
}

// wholeHost weighs whose memory ran out. A text that does not tell says nothing: it may have been that of some NUMA nodes,
// and the words of a kill alone, up to 5.0, are the same at a cgroup's limit.
func wholeHost(d *Death) []verdict.Evidence {
	switch {
	case d.bound():
		return []verdict.Evidence{{Text: verdict.Say("memory ran out on the NUMA nodes that the kill was bound to, not on the whole host"), Weight: 5, Source: verdict.Source(d.From)}}
	case d.OOM.Constraint == "none":
		return []verdict.Evidence{{Text: verdict.Say("the kill was for the whole host's memory, not for a cgroup's limit"), Weight: 8, Source: verdict.Source(d.From)}}
	}
	return nil
}

// promise weighs the sum of the VMs' sizes against RAM and swap.
func promise(c *Case) []verdict.Evidence {
	m := c.Memory
	ram, ok := m.RAM.Get()
	sum, known := m.Promised.Get()
	if !ok || !known {
		return nil
	}
	room := ram + m.Swap.Or(0)
	e := verdict.Evidence{Source: m.PromisedBy}
	e.Text = verdict.Say("%v VMs were promised %v on %v: ratio %v", len(m.VMs), verdict.Bytes(sum), m.room(), trim2(m.Ratio()))
	switch {
	case m.RAMLeast && sum+hostReserve > room:
		e.Weight = 3
		e.Text = verdict.Say("%v VMs were promised %v on %v", len(m.VMs), verdict.Bytes(sum), m.room())
	case sum > room+room/5:
		e.Weight = 12
	case sum > room:
		e.Weight = 9
	case sum+hostReserve > room:
		e.Weight = 3
		e.Text = verdict.Say("%v VMs were promised %v on %v: they fit, but with less than the 4 GiB that the host needs", len(m.VMs), verdict.Bytes(sum), m.room())
	default:
		e.Weight = -15
		e.Text = verdict.Say("%v VMs were promised %v on %v: they fit", len(m.VMs), verdict.Bytes(sum), m.room())
	}
	return []verdict.Evidence{e}
}

// held weighs what the VMs really had at the kill.
func held(c *Case, d *Death) []verdict.Evidence {
	ram, ok := c.Memory.RAM.Get()
	sum, vms := c.Growth.VMsHold()
	if !ok || vms < 2 {
		return nil
	}
	ram = max(1, ram-c.Growth.Static())
	share := float64(sum) / float64(ram)
	e := verdict.Evidence{
		Text:   verdict.Say("at the kill %v VMs held %v of %v: %v", vms, verdict.Bytes(sum), verdict.Bytes(ram), verdict.Share(share)),
		Source: c.Growth.Holders[0].From,
	}
	switch {
	case share >= .85:
		e.Weight = 8
	case share >= .70:
		e.Weight = 2
	case c.everyVM(d, vms):
		e.Weight = -10
	}
	return []verdict.Evidence{e}
}

// exhausted weighs what the host could still give.
func exhausted(c *Case) []verdict.Evidence {
	ram, ok := c.Memory.RAM.Get()
	avail, known := c.Growth.Available.Get()
	if !ok || !known {
		return nil
	}
	e := verdict.Evidence{
		Text:   verdict.Say("the host had %v available just before: %v of its RAM", verdict.Bytes(avail), verdict.Share(float64(avail)/float64(ram))),
		Source: c.Growth.AvailFrom, Weight: 4,
	}
	if avail*10 > ram {
		e.Weight = -6
	}
	return []verdict.Evidence{e}
}

// ample weighs a host that never was short of memory, by a curve as long as the load: a kill for the whole host's memory that
// the clocks cannot set to the drop was at another time.
func ample(c *Case, d *Death) []verdict.Evidence {
	ram, ok := c.Memory.RAM.Get()
	least, known := c.Growth.Least.Get()
	if c.Drop == nil || !ok || !known || least < ram/4 || c.apart(d) <= vague {
		return nil
	}
	return []verdict.Evidence{{
		Text:   verdict.Say("the host never had less than %v available while it was measured: the kill was at another time", verdict.Bytes(least)),
		Source: c.Growth.AvailFrom, Weight: -35,
	}}
}

// others weighs what used the memory and is no VM.
func others(c *Case) []verdict.Evidence {
	h, ok := c.Growth.Consumer(c.Memory.RAM)
	if !ok {
		against := unaccounted(c)
		for i := range against {
			against[i].Weight = -8
		}
		return against
	}
	return []verdict.Evidence{{Text: h.grewText(), Weight: -8, Source: h.From}}
}

// tellOvercommit says condition, trigger, mechanism and effect.
func tellOvercommit(c *Case, d *Death, f *verdict.Finding) {
	victim := d.Subject()
	m := c.Memory
	f.Headline = verdict.Say("The host ran out of memory and its kernel killed %v", victim)
	if sum, ok := m.Promised.Get(); ok && m.RAM.Known() && !m.RAMLeast {
		f.Headline = verdict.Say("%v of RAM, %v promised to %v VMs: the host ran out and its kernel killed %v", verdict.Bytes(m.RAM.Or(0)), verdict.Bytes(sum), len(m.VMs), victim)
		f.Condition = verdict.Say("%v VMs were promised %v on a host with %v (ratio %v)", len(m.VMs), verdict.Bytes(sum), m.room(), trim2(m.Ratio()))
	}
	f.Trigger = verdict.Say("who took the last memory is not known: no memory curve of the VMs covers the time")
	if c.Seen.VMCurves {
		f.Trigger = verdict.Say("no single VM grew by more than 2 %% of RAM before the kill: the standing promise alone was enough")
	}
	if top, ok := c.Growth.Top(m.RAM); ok {
		f.Trigger = verdict.Say("%v grew by %v since %v and took the last headroom", verdict.Name(top.Name), verdict.Bytes(top.Grew.Or(0)), verdict.Moment(c.Growth.Since))
	}
	f.Mechanism = mechanism(d)
	f.Effect = c.fell()
}

// mechanism says why the kernel chose this victim.
func mechanism(d *Death) verdict.Text {
	v, victim := d.OOM.Victim, d.Subject()
	rss, ok := v.RSS().Get()
	if !ok {
		return verdict.Say("the kernel killed %v (pid %v)", victim, v.PID.String())
	}
	if score, ok := v.Badness.Get(); ok {
		return verdict.Say("the kernel kills the process with the highest badness: %v (pid %v) held %v and scored %v of 1000", victim, v.PID.String(), verdict.Bytes(rss), score)
	}
	return verdict.Say("the kernel kills the process with the highest badness: %v (pid %v) held %v", victim, v.PID.String(), verdict.Bytes(rss))
}

// Top gives the holder that grew most, when it grew by at least 2 % of RAM.
func (g Growth) Top(ram record.Maybe) (Held, bool) {
	var top Held
	for _, h := range g.Holders {
		if h.Grew.Or(0) > top.Grew.Or(0) {
			top = h
		}
	}
	total, ok := ram.Get()
	if !ok {
		total = 8 << 30
	}
	return top, top.Grew.Or(0)*50 >= total
}
