package correlate

import (
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// What a host must keep for itself and for QEMU, by Red Hat's rule: the sum of the guests + 4 GiB stays below RAM.
// A QEMU process holds 0.3 to 0.9 GiB more than its guest was given; the rule's 4 GiB has to cover that too.
const hostReserve = 4 << 30

// capacity sets the host's memory against what was promised, and suggests sizes that fit.
func (c *course) capacity() *verdict.Capacity {
	m := c.memory
	if !m.RAM.Known() && len(m.VMs) == 0 {
		return nil
	}
	out := &verdict.Capacity{Host: m.Host, RAM: m.RAM, RAMSource: m.RAMFrom, RAMSlack: m.RAMSlack, Swap: m.Swap, Overcommit: m.Overcommit, Promised: m.Promised, Ratio: m.Ratio(), VMs: []verdict.VMSize{}}
	fits := c.suggested()
	memory := vmMemory(c.curves)
	for _, vm := range m.VMs {
		size := verdict.VMSize{Name: vm.Name, State: vm.State, Promised: vm.Promised, Suggested: fits[vm]}
		if cv := memory[vm]; cv != nil {
			size.Peak = record.Known(int64(maxOf(cv.v)))
		}
		out.VMs = append(out.VMs, size)
	}
	for _, k := range c.sights.Kills {
		c.raisePeak(out, k)
	}
	if len(fits) > 0 {
		out.Reserve = hostReserve
	}
	out.Fits = c.fits()
	return out
}

// raisePeak lets the kill's own figure count as the victim's peak.
func (c *course) raisePeak(out *verdict.Capacity, k topology.Sight) {
	n, ok := c.topo.Name(k, c.sights)
	rss, told := k.OOM.Victim.RSS().Get()
	if !ok || !told {
		return
	}
	for i := range out.VMs {
		if v := &out.VMs[i]; v.Name == n.VM.Name && v.Peak.Or(0) < rss {
			v.Peak = record.Known(rss)
		}
	}
}

// fits says in one sentence whether the promise fits.
func (c *course) fits() verdict.Text {
	ram, ok := c.memory.RAM.Get()
	sum, known := c.memory.Promised.Get()
	if !ok || !known || c.memory.RAMLeast {
		return verdict.Text{}
	}
	room := ram + c.memory.Swap.Or(0)
	switch left := room - sum; {
	case left < 0:
		return verdict.Say("%v promised, %v there: %v too much, before the host itself has had anything", verdict.Bytes(sum), verdict.Bytes(room), verdict.Bytes(-left))
	case left < hostReserve:
		return verdict.Say("%v promised, %v there: it fits only just. %v are left for the host and for QEMU's own 0.3 to 0.9 GiB per VM; Red Hat's rule keeps 4 GiB", verdict.Bytes(sum), verdict.Bytes(room), verdict.Bytes(left))
	default:
		return verdict.Say("%v promised, %v there: it fits, with %v left for the host and QEMU", verdict.Bytes(sum), verdict.Bytes(room), verdict.Bytes(left))
	}
}

// suggested scales the promises down, in their ratio, until they fit under RAM less the reserve; in steps of half a
// GiB, rounded down. Nothing is suggested when they fit, if only just, or when a size is not known.
func (c *course) suggested() map[*topology.VM]record.Maybe {
	ram, ok := c.memory.RAM.Get()
	sum, known := c.memory.Promised.Get()
	if !ok || !known || sum <= ram+c.memory.Swap.Or(0) || c.memory.RAMSlack.Known() || ram <= hostReserve {
		return nil
	}
	const step = 512 << 20
	factor := float64(ram-hostReserve) / float64(sum)
	out := map[*topology.VM]record.Maybe{}
	for _, vm := range c.memory.VMs {
		if size := int64(float64(vm.Promised.Or(0)) * factor); size >= step && !vm.Idle {
			out[vm] = record.Known(size / step * step)
		} else if !vm.Idle {
			out[vm] = vm.Promised // too small to give anything back
		}
	}
	return out
}

func maxOf(v []float64) float64 {
	m := 0.0
	for _, x := range v {
		m = max(m, x)
	}
	return m
}
