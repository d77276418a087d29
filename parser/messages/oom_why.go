package messages

import (
	"fmt"

	"oomortem/parser/record"
)

// why says in one sentence why the allocation failed, from the request, the limit that was hit and the zones.
// The sentence is "" when the dump does not show it.
func (d *oomDump) why(o *record.OOM) string {
	order, ordered := o.Trigger.Order.Get()
	switch {
	case ordered && order == -1:
		return "somebody ordered the kill by SysRq; memory need not have been short"
	case o.Constraint == "memcg":
		return whyCgroup(o, d.unlimited)
	case o.Trigger.GFP == "0x0":
		return "a page fault failed without saying what it asked for (gfp_mask 0x0): a driver or a cgroup may have refused it, the host need not have been short"
	}
	w := newShortage(o, d.zones())
	switch {
	case len(w.usable) == 0:
		return whyTotals(o)
	case len(w.open) > 0:
		return w.whyOpen(order)
	}
	return w.whyClosed()
}

// whyCgroup tells which limit was hit; unlimited, that the memory alone has none.
func whyCgroup(o *record.OOM, unlimited bool) string {
	m, name := o.Memory, "a cgroup"
	if o.OOMMemcg != "" {
		name = "cgroup " + o.OOMMemcg
	}
	limit, ok := m.MemcgLimit.Get()
	both, bothOK := m.MemcgBothLimit.Get()
	switch {
	case ok && m.MemcgUsage.Or(0) >= limit-limit/64:
		return fmt.Sprintf("%s reached its memory limit of %s", name, sizeText(limit))
	case bothOK && m.MemcgBothUsage.Or(0) >= both-both/64:
		return fmt.Sprintf("%s reached its limit of %s for memory and swap together", name, sizeText(both))
	case ok:
		return fmt.Sprintf("a request could not be met within the memory limit of %s: %s used %s of %s", name, "it", sizeText(m.MemcgUsage.Or(0)), sizeText(limit))
	case m.MemcgUsage.Known() && unlimited:
		return fmt.Sprintf("the kill was for %s, which has no memory limit of its own and used %s", name, sizeText(m.MemcgUsage.Or(0)))
	}
	return fmt.Sprintf("%s reached its memory limit", name)
}

// whyTotals is for dumps that show no zones.
func whyTotals(o *record.OOM) string {
	free, ok := o.Memory.Free.Get()
	ram := o.Memory.RAM.Or(0)
	if !ok || ram == 0 || free > ram/20 {
		return ""
	}
	return fmt.Sprintf("no free memory: %s of %s were free%s", sizeText(free), sizeText(ram), swapText(o.Memory))
}

// swapText tells how much swap was left.
func swapText(m record.Memory) string {
	total, ok := m.SwapTotal.Get()
	free, freeOK := m.SwapFree.Get()
	switch {
	case !ok:
		return ""
	case total == 0:
		return ", and there is no swap"
	case freeOK && free < total/50:
		return fmt.Sprintf(", and the swap of %s is full", sizeText(total))
	case freeOK:
		return fmt.Sprintf(", and %s of %s swap are free", sizeText(free), sizeText(total))
	}
	return ""
}

// sizeText writes bytes for people: "15.3 GiB".
func sizeText(n int64) string {
	switch f := float64(n); {
	case n >= 1<<40:
		return fmt.Sprintf("%.1f TiB", f/(1<<40))
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", f/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", f/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
