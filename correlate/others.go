package correlate

import (
	"cmp"
	"slices"
	"strings"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// others gives what is no VM and held memory at a kill for the whole host: processes by name, the kernel's own caches,
// huge pages, tmpfs. How much they grew is bounded by what the host lost and the VMs did not gain.
func (c *course) others(kill *cause.Death, g *cause.Growth, t float64) []cause.Held {
	if kill == nil || kill.Class != cause.HostKill {
		return nil
	}
	least := c.memory.RAM.Or(8<<30) / 50
	var out []cause.Held
	add := func(kind, name string, bytes int64) {
		if bytes >= least {
			out = append(out, cause.Held{Kind: kind, Name: name, Bytes: bytes, From: verdict.Source(kill.From)})
		}
	}
	byName := map[string]int64{}
	for _, task := range kill.OOM.Tasks {
		if !topology.IsHypervisor(task.Comm) {
			byName[task.Comm] += task.RSS + task.Swap.Or(0)
		}
	}
	for name, bytes := range byName {
		add("process", name, bytes)
	}
	if len(kill.OOM.Tasks) == 0 && !topology.IsHypervisor(kill.OOM.Victim.Comm) {
		add("process", kill.OOM.Victim.Comm, kill.OOM.Victim.RSS().Or(0))
	}
	m := kill.OOM.Memory
	add("kernel", "unreclaimable slab", m.SlabUnreclaimable.Or(0))
	add("kernel", "huge pages", m.HugePages.Or(0))
	for i := range out {
		out[i].Static = out[i].Kind == "kernel" && out[i].Name == "huge pages"
	}
	add("kernel", "shared memory and tmpfs", m.Shmem.Or(0))
	slices.SortFunc(out, func(a, b cause.Held) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), strings.Compare(a.Name, b.Name))
	})
	if took, lost, ok := c.unaccounted(kill, g, t); ok {
		g.Lost, g.NoVM = record.Known(lost), record.Known(took)
	}
	c.boundGrowth(out, g)
	return c.measured(out, kill, g, t, least)
}

// unaccounted tells how much of the host's memory others than its VMs took in the window: what its available memory lost, less what
// the VMs gained. It is known only where both are measured. The kill's own figures are the last sample: a collector misses the
// last minutes of a host that runs out.
func (c *course) unaccounted(kill *cause.Death, g *cause.Growth, t float64) (took, lost int64, ok bool) {
	avail := hostCurve(c.onTime(), record.HostAvailable)
	if avail == nil || len(c.memory.VMs) == 0 || len(g.Holders)+g.Down < len(c.memory.VMs) || g.More {
		return 0, 0, false
	}
	before, ok1 := avail.at(seconds(g.Since)+avail.step/2, 1e9)
	after, ok2 := avail.at(t, 3*avail.step+60)
	if !ok1 || !ok2 {
		return 0, 0, false
	}
	if free, ok := kill.OOM.Memory.Free.Get(); ok {
		after = min(after, float64(free+kill.OOM.Memory.FileCache.Or(0)))
	}
	lost = int64(before - after)
	took = lost
	for _, h := range g.Holders {
		if !h.Grew.Known() {
			return 0, 0, false
		}
		took -= h.Grew.Or(0)
	}
	return took, lost, true
}

// running tells of each VM that logs speak of whether they have it run at a time.
func (c *course) running(t float64) map[*topology.VM]bool {
	runs := map[*topology.VM]bool{}
	for _, s := range c.sights.All { // by time
		if !s.Placed || seconds(s.T) > t {
			break
		}
		switch s.Kind {
		case record.VMStarted, record.VMStopped, record.VMKilled, record.VMCrashed:
			if vm, _ := c.topo.Told(s.Event); vm != nil {
				runs[vm] = s.Kind == record.VMStarted || s.Get(record.AttrReason) == "paused" // which holds its memory
			}
		case record.HostBoot:
			clear(runs)
		}
	}
	return runs
}

// moreRun tells that a log has a VM run that nobody who listed or measured the run's VMs knows.
func (c *course) moreRun(runs map[*topology.VM]bool) bool {
	for vm, on := range runs {
		if on && !slices.Contains(c.memory.VMs, vm) {
			return true
		}
	}
	return false
}

// boundGrowth says how much of what the kill shows others to hold can have come in the window.
func (c *course) boundGrowth(held []cause.Held, g *cause.Growth) {
	grown, ok := g.NoVM.Get()
	if !ok {
		return
	}
	for _, static := range []bool{false, true} { // a pool of huge pages is the last to have grown: mostly it stands since boot
		for i := range held {
			if h := &held[i]; h.Static == static {
				part := min(h.Bytes, max(0, grown))
				h.Grew = record.Known(part)
				grown -= part
			}
		}
	}
	for i := range held { // somebody set it larger while the run went on: nothing else can have taken what the host lost
		held[i].Static = held[i].Static && held[i].Grew.Or(0)*10 < c.memory.RAM.Or(0)
	}
}

// parts gives aggressors and holders as the report tells them. Whoever grew by 2 % of RAM or more is an aggressor, with
// its share of all growth, as far as it was measured; when nobody did there is none, and the standing promise is all there is to blame.
func (c *course) parts(k *cause.Case, best *cause.Finding) ([]verdict.Aggressor, []verdict.Holder) {
	aggressors, holders := []verdict.Aggressor{}, []verdict.Holder{}
	var all []cause.Held
	all = append(append(all, k.Growth.Holders...), k.Growth.Others...)
	for _, h := range all {
		holder := verdict.Holder{Kind: h.Kind, Name: h.Name, Bytes: record.Known(h.Bytes), Growth: h.Grew}
		if h.VM != nil {
			holder.Promised = h.VM.Promised
		}
		if d := best.Death; d != nil && d.Named && d.Victim.VM == h.VM && d.OOM != nil {
			holder.Badness = d.OOM.Victim.Badness
		}
		holders = append(holders, holder)
	}
	if best.Cause != verdict.HostOvercommit && best.Cause != verdict.HostConsumer && best.Cause != verdict.CgroupLimit {
		return aggressors, holders
	}
	if best.Death != nil && best.Death.BesideVMs() {
		return aggressors, holders
	}
	if d := best.Death; d != nil && d.Class == cause.GroupKill && d.Named && topology.MachineOf(d.OOM.OOMMemcg) != "" {
		return c.alone(k, d), holders // the group is the VM's own: there is nobody else in it
	}
	grown, weighed := int64(0), weighed(all, best)
	for _, h := range weighed {
		grown += h.weight
	}
	least := cmp.Or(k.Growth.Pool, 8<<30) / 50
	for _, h := range weighed {
		if h.weight >= least && float64(h.weight) >= .1*float64(grown) {
			a := verdict.Aggressor{Kind: h.Kind, Name: h.Name, Host: c.topo.Host, Bytes: h.Bytes}
			if h.Grew.Known() {
				a.Growth, a.Share, a.Since = h.weight, float64(h.weight)/float64(grown), k.Growth.Since
			}
			aggressors = append(aggressors, a)
		}
	}
	return aggressors, holders
}

// alone names the VM that met its own limit.
func (c *course) alone(k *cause.Case, d *cause.Death) []verdict.Aggressor {
	for _, h := range k.Growth.Holders {
		if h.VM == d.Victim.VM {
			return []verdict.Aggressor{{Kind: h.Kind, Name: h.Name, Host: c.topo.Host, Growth: max(0, h.Grew.Or(0)), Share: 1, Since: k.Growth.Since, Bytes: h.Bytes}}
		}
	}
	return []verdict.Aggressor{}
}

type weighedHeld struct {
	cause.Held
	weight int64
}

// weighed gives the growth that counts for the cause, the biggest first: who else than the VMs used the host up, only a
// consumer's report says; in a cgroup only VMs can be measured. Of whom nobody measured how much he grew all he holds counts.
func weighed(all []cause.Held, best *cause.Finding) []weighedHeld {
	var out []weighedHeld
	for _, h := range all {
		w := h.Grew.Or(0)
		switch {
		case h.VM == nil && best.Cause != verdict.HostConsumer:
			continue
		case h.VM == nil && !h.Grew.Known():
			w = h.Bytes
		}
		if w > 0 {
			out = append(out, weighedHeld{h, w})
		}
	}
	slices.SortStableFunc(out, func(a, b weighedHeld) int { return cmp.Compare(b.weight, a.weight) })
	return out
}
