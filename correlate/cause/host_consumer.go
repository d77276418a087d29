package cause

import (
	"slices"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

var hostConsumer = Hypothesis{
	Name:  verdict.HostConsumer,
	Title: "the VMs fit, but something else on the host took their memory",
	Doc: `The VMs' sizes leave room, yet the host runs out: a process of the host (a backup, a build, a leaking agent), the
kernel's own caches (unreclaimable slab), huge pages that were set aside, a tmpfs. The OOM killer still takes the
process that holds most, which is a VM: an innocent victim.

Needs a kernel OOM kill without a cgroup's limit. Strengthened by: sizes that fit, a process or kernel cache that grew or
holds much and is no VM. Weakened by: a promise above RAM, VMs that held nearly all of it.`,
	Test: testHostConsumer,
}

func testHostConsumer(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.HostConsumer}}
	d := c.best(of(HostKill))
	if d == nil {
		return f
	}
	f.Death, f.Testable = d, true
	if d.manual() {
		f.Excluded = true
		return f
	}
	f.Evidence = append(append(f.Evidence, c.timing(d)), wholeHost(d)...)
	if !d.bound() {
		f.Evidence = append(f.Evidence, fits(c)...)
		f.Evidence = append(f.Evidence, vmsHoldLittle(c, d)...)
		f.Evidence = append(f.Evidence, ample(c, d)...)
	}
	consumer, found := c.Growth.Consumer(c.Memory.RAM)
	switch {
	case found:
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: consumer.grewText(), Weight: 12, Source: consumer.From})
		if f.Cap = .95; !c.Memory.RAM.Known() {
			f.Cap = .90
		}
	default:
		f.Cap = .60
		f.Evidence = append(f.Evidence, unaccounted(c)...)
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("nothing on the host but VMs is seen to hold or take much memory"), Weight: -5})
		f.Missing = append(f.Missing, verdict.Missing{
			What:      verdict.Say("the host's processes at the time (the kernel's task table, ps, pidstat -r)"),
			WouldTell: verdict.Say("what on the host took the memory"),
		})
	}
	tellConsumer(c, d, consumer, found, &f.Finding)
	return f
}

// fits weighs the promise from the other side.
func fits(c *Case) []verdict.Evidence {
	m := c.Memory
	ram, ok := m.RAM.Get()
	sum, known := m.Promised.Get()
	if !ok || !known {
		return nil
	}
	room := ram + m.Swap.Or(0)
	e := verdict.Evidence{Source: m.PromisedBy, Text: verdict.Say("the VMs were promised %v of %v", verdict.Bytes(sum), m.room())}
	switch {
	case sum+hostReserve <= room:
		e.Weight = 10
	case sum <= room:
		e.Weight = 4
	case m.RAMLeast:
		return nil
	case sum > room+room/5:
		e.Weight = -6
	default:
		e.Weight = -3
	}
	return []verdict.Evidence{e}
}

// vmsHoldLittle weighs what the VMs left for others.
func vmsHoldLittle(c *Case, d *Death) []verdict.Evidence {
	ram, ok := c.Memory.RAM.Get()
	sum, vms := c.Growth.VMsHold()
	if !ok || vms == 0 || !c.everyVM(d, vms) {
		return nil
	}
	ram = max(1, ram-c.Growth.Static())
	share := float64(sum) / float64(ram)
	e := verdict.Evidence{
		Text:   verdict.Say("the VMs held %v of the %v at the kill; the rest was somebody else's", verdict.Share(share), verdict.Bytes(ram)),
		Source: c.Growth.Holders[0].From,
	}
	switch {
	case share < .70:
		e.Weight = 8
	case share < .85:
		e.Weight = 4
	default:
		e.Weight = -6
	}
	return []verdict.Evidence{e}
}

// unaccounted weighs what the host lost and its VMs did not take, where nothing tells who did.
func unaccounted(c *Case) []verdict.Evidence {
	lost, known := c.Growth.Lost.Get()
	ram, ok := c.Memory.RAM.Get()
	took := c.Growth.NoVM.Or(0)
	if !known || !ok {
		return stoodStill(c)
	}
	if took*20 < ram || took*4 < lost*3 {
		return nil
	}
	return []verdict.Evidence{{
		Text:   verdict.Say("the host lost %v of available memory since %v, and its VMs took %v of it", verdict.Bytes(lost), verdict.Moment(c.Growth.Since), verdict.Bytes(max(0, lost-took))),
		Source: c.Growth.AvailFrom, Weight: 10,
	}}
}

// stoodStill weighs that no VM took memory before the kill, where neither the host's memory nor what was promised of it is told.
func stoodStill(c *Case) []verdict.Evidence {
	held := int64(0)
	for _, h := range c.Growth.Holders {
		held += h.Bytes
	}
	if c.Memory.RAM.Known() && c.Memory.Promised.Known() || held == 0 || len(c.Growth.Holders)+c.Growth.Down < len(c.Memory.VMs) || c.Growth.More || !c.Memory.VMs[0].Ours {
		return nil
	}
	for _, h := range c.Growth.Holders {
		if grew, known := h.Grew.Get(); !known || grew*50 >= held {
			return nil
		}
	}
	return []verdict.Evidence{{Text: verdict.Say("the memory of every VM stood still before the kill"), Source: c.Growth.Holders[0].From, Weight: 4}}
}

// everyVM tells that so many VMs are all that the host carried: a listing, the curves or the kernel's task table hold them.
// A log names whom it has a reason to name; in an excerpt that is the victim alone.
func (c *Case) everyVM(d *Death, vms int) bool {
	if vms+c.Growth.Down < len(c.Memory.VMs) || c.Growth.More && len(d.OOM.Tasks) == 0 {
		return false
	}
	return len(d.OOM.Tasks) > 0 || len(c.Memory.VMs) > 0 && c.Memory.VMs[0].Ours
}

func tellConsumer(c *Case, d *Death, h Held, found bool, f *verdict.Finding) {
	victim := d.Subject()
	f.Headline = verdict.Say("Something other than the VMs took the host's memory, and its kernel killed %v", victim)
	f.Trigger = verdict.Say("what took it is not told by the inputs")
	if found {
		f.Headline = verdict.Say("%v took the host's memory, and the kernel killed %v", verdict.Name(h.Name), victim)
		f.Trigger = h.grewText()
	}
	if sum, ok := c.Memory.Promised.Get(); ok {
		f.Condition = verdict.Say("the VMs were promised %v of %v", verdict.Bytes(sum), c.Memory.room())
	}
	f.Mechanism = mechanism(d)
	f.Effect = c.fell()
}

// Consumer gives the biggest user of memory that is no VM: it grew by 10 % of RAM, or it holds 15 % and, as far as anybody
// saw, was still growing. Where RAM is not known, it grew by 10 % of all that was seen held, and more than any VM.
func (g Growth) Consumer(ram record.Maybe) (Held, bool) {
	total, known := ram.Get()
	most := int64(0)
	if !known {
		for _, h := range append(slices.Clone(g.Holders), g.Others...) {
			total += h.Bytes
		}
		for _, h := range g.Holders {
			most = max(most, h.Grew.Or(h.Bytes))
		}
	}
	for _, h := range g.Others { // biggest first
		grew, seen := h.Grew.Get()
		if h.Static || !known && (len(g.Holders) == 0 || !seen || grew <= most) {
			continue
		}
		if grew*10 >= total || h.Bytes*100 >= total*15 && (!seen || grew*50 >= total) {
			return h, true
		}
	}
	return Held{}, false
}

func (h Held) grewText() verdict.Text {
	if g, ok := h.Grew.Get(); ok {
		return verdict.Say("%v, no VM, grew by %v and held %v at the kill", verdict.Name(h.Name), verdict.Bytes(g), verdict.Bytes(h.Bytes))
	}
	return verdict.Say("%v, no VM, held %v at the kill", verdict.Name(h.Name), verdict.Bytes(h.Bytes))
}
