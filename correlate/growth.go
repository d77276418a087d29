package correlate

import (
	"cmp"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/clock"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// headroom is the share of RAM below which a host is short.
const headroom = .10

// growth tells who held what at the incident and who had grown since the host last had headroom. The kill's own
// figures, its task table above all, are the last sample of whom they name: the last seconds before a kill are where a
// burst hides.
func (c *course) growth(at clock.Moment, kill *cause.Death) cause.Growth {
	var g cause.Growth
	if kill != nil && kill.Placed {
		at = kill.Moment
	}
	t := seconds(at.T)
	memory := vmMemory(c.onTime())
	if kill != nil && kill.Placed && kill.Named {
		t = min(gaveBack(memory[kill.Victim.VM], memory, t), c.roomAgain(kill, t))
	}
	if avail := hostCurve(c.curves, record.HostAvailable); avail != nil {
		g.AvailFrom = avail.sourceAt(t)
		if v, ok := avail.at(t, 3*avail.step+60); ok && c.known(avail) {
			g.Available = record.Known(int64(v))
		}
		if n := len(c.flow.t); n > 0 && avail.last()-avail.t[0] > .8*(c.flow.t[n-1]-c.flow.t[0]) {
			g.Least = record.Known(int64(slices.Min(avail.v)))
		}
	}
	for _, cv := range memory {
		if end := unix(cv.last()); end.After(g.LastSample) {
			g.LastSample = end
		}
	}
	at2, avail2, name, pool := c.pool(kill, memory)
	g.Pool = pool
	g.Since, g.Rule = window(t, at2, avail2, name, float64(pool))
	if begin := firstSample(memory); begin > seconds(g.Since) && begin < t { // nobody knows who grew before
		g.Since, g.Rule = unix(begin), verdict.Say("since the VMs' memory curves begin")
	}
	table := c.tableOf(kill, memory, t)
	runs := c.running(t)
	g.More = c.moreRun(runs)
	for _, vm := range c.memory.VMs {
		if h, ok := c.heldBy(vm, memory[vm], table, kill, t, g.Since); ok {
			g.Holders = append(g.Holders, h)
		} else if on, told := runs[vm]; told && !on {
			g.Down++
		}
	}
	biggestFirst(g.Holders)
	g.Others = c.others(kill, &g, t)
	biggestFirst(g.Others)
	return g
}

// gaveBack gives the moment up to which a killed VM held its memory by its own curve, where that lies a little before the kill:
// a clock that is seconds ahead would show the host with the room that the kill made, and nobody as having grown into it.
func gaveBack(cv *curve, memory map[*topology.VM]*curve, kill float64) float64 {
	if cv == nil {
		return kill
	}
	from := kill - aheadBy - 3*cv.step
	if i, ok := cv.hole(from, kill-cv.step, memory); ok {
		return cv.t[i]
	}
	for i, _ := slices.BinarySearch(cv.t, from); i < len(cv.t) && cv.t[i] < kill-cv.step; i++ {
		if i+1 < len(cv.t) && cv.v[i+1] < cv.v[i]/2 {
			return cv.t[i]
		}
	}
	for _, other := range memory {
		if end := cv.last(); end > from && end < kill-cv.step && other.last() > end+3*other.step+cv.step {
			return end
		}
	}
	return kill
}

// roomAgain gives the moment before which, a little before the kill, the host's available memory rose by what the victim held.
func (c *course) roomAgain(kill *cause.Death, at float64) float64 {
	avail := hostCurve(c.onTime(), record.HostAvailable)
	if avail == nil || kill.Class != cause.HostKill {
		return at
	}
	held := kill.OOM.Victim.RSS().Or(1 << 60)
	for i, _ := slices.BinarySearch(avail.t, at-aheadBy-avail.step); i+1 < len(avail.t) && avail.t[i+1] <= at; i++ {
		if avail.v[i+1]-avail.v[i] > float64(held)/2 {
			return avail.t[i]
		}
	}
	return at
}

// aheadBy is how many seconds a host's clock is ahead of its collectors' without anybody's noticing.
const aheadBy = 60

// onTime gives the curves whose clock is known: what others held by a clock that may be hours off was held at another time.
func (c *course) onTime() []*curve {
	return slices.DeleteFunc(slices.Clone(c.curves), func(cv *curve) bool { return !c.known(cv) })
}

func (c *course) known(cv *curve) bool {
	_, u := c.clock.Shift(cv.From.File)
	return u < time.Hour
}

// firstSample gives where the first of the curves begins, 0 when there is none.
func firstSample(memory map[*topology.VM]*curve) (begin float64) {
	for _, cv := range memory {
		if begin == 0 || cv.t[0] < begin {
			begin = cv.t[0]
		}
	}
	return begin
}

func biggestFirst(held []cause.Held) {
	slices.SortStableFunc(held, func(a, b cause.Held) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Name, b.Name))
	})
}

// window finds where the last exhaustion began: since the host last had headroom, and within that stretch since it
// left the level at which it had lived. A host that stands at 6 % for an hour is short but alive; who then takes those
// 6 % is the aggressor, not who brought it down to them. An hour when nothing tells.
func window(t float64, at, avail []float64, name string, pool float64) (time.Time, verdict.Text) {
	end, _ := slices.BinarySearch(at, t)
	if pool <= 0 || end == 0 {
		return unix(t - 3600), verdict.Say("over the last hour")
	}
	start := 0
	for i := end - 1; i >= 0; i-- {
		if avail[i] >= headroom*pool {
			start = i
			break
		}
	}
	var level []float64 // how it lived while it was not yet exhausted
	for _, v := range avail[start:end] {
		if v >= .03*pool {
			level = append(level, v)
		}
	}
	if len(level) == 0 {
		return unix(at[start]), verdict.Say("since the host last had room (%v)", name)
	}
	slices.Sort(level)
	lived := .8 * level[len(level)/2]
	for i := end - 1; i > start; i-- {
		if avail[i] >= lived {
			start = beginOfFall(at, avail, start, i, pool)
			break
		}
	}
	return unix(at[start]), verdict.Say("since the host last had room (%v)", name)
}

// beginOfFall goes back from i to where the fall that leads through it began: while what is available goes on rising on
// the way back, short flats allowed.
func beginOfFall(at, avail []float64, least, i int, ram float64) int {
	begin := i
	for j := i - 1; j >= least; j-- {
		switch {
		case avail[j] > avail[begin]+.002*ram:
			begin = j
		case avail[j] < avail[begin]-.01*ram || at[begin]-at[j] > 180:
			return begin
		}
	}
	return begin
}

// pool gives the memory that ran out and what was left of it over time: the cgroup's for a kill at its limit, else the
// host's.
func (c *course) pool(kill *cause.Death, memory map[*topology.VM]*curve) (t, v []float64, from string, size int64) {
	if kill == nil || kill.Class != cause.GroupKill {
		t, v, from = c.available(kill, memory)
		return t, v, from, c.memory.RAM.Or(0)
	}
	limit, ok := kill.OOM.Memory.MemcgLimit.Get()
	if !ok || !kill.Named {
		return nil, nil, "", limit
	}
	members := c.memory.VMs
	if topology.MachineOf(kill.OOM.OOMMemcg) != "" { // the VM's own scope
		members = []*topology.VM{kill.Victim.VM}
	}
	t, v = leftOf(float64(limit), members, memory)
	return t, v, "the cgroup's limit less what its VMs held", limit
}

// leftOf gives a pool less what the VMs with a curve held, at the times of the longest of the curves.
func leftOf(size float64, vms []*topology.VM, memory map[*topology.VM]*curve) (t, v []float64) {
	var first *curve
	for _, vm := range vms {
		if cv := memory[vm]; cv != nil && (first == nil || len(cv.t) > len(first.t)) {
			first = cv
		}
	}
	if first == nil {
		return nil, nil
	}
	for _, x := range first.t {
		left := size
		for _, vm := range vms {
			cv := memory[vm]
			if cv == nil {
				continue
			}
			if held, ok := cv.at(x, 5*cv.step+60); ok {
				left -= held
			}
		}
		t, v = append(t, x), append(v, max(0, left))
	}
	return t, v
}

// available gives what the host could still give over time: its own curve, else RAM less what the VMs held where all of
// them have one.
func (c *course) available(kill *cause.Death, memory map[*topology.VM]*curve) (t, v []float64, from string) {
	if cv := hostCurve(c.onTime(), record.HostAvailable); cv != nil {
		return cv.t, cv.v, cv.From.String()
	}
	ram := float64(c.memory.RAM.Or(0))
	if ram == 0 || len(memory) == 0 || len(memory) < len(c.memory.VMs) {
		return nil, nil, ""
	}
	t, v = leftOf(.97*ram, c.memory.VMs, memory)
	for _, cv := range c.processCurves(kill) {
		for i, x := range t {
			if held, ok := cv.at(x, 5*cv.step+120); ok {
				v[i] = max(0, v[i]-held)
			}
		}
	}
	return t, v, "RAM less what the VMs held"
}

// tableOf reads the kill's task table as a last sample: which row is which VM is told by the pid, else by the curve
// that it continues; what is left over goes to the one VM that is left over.
func (c *course) tableOf(kill *cause.Death, memory map[*topology.VM]*curve, t float64) map[*topology.VM]int64 {
	out := map[*topology.VM]int64{}
	if kill == nil || kill.Class != cause.HostKill {
		return out
	}
	rows := map[int]int64{}
	for _, task := range kill.OOM.Tasks {
		if topology.IsHypervisor(task.Comm) && task.RSS > 64<<20 {
			rows[task.TGID] = task.RSS + task.Swap.Or(0)
		}
	}
	victimPID := int(kill.OOM.Victim.PID.Or(-1))
	if kill.Named {
		delete(rows, victimPID)
	}
	for pid, held := range rows {
		if vm, _ := c.topo.OfPID(int64(pid), kill.Sight, c.sights); vm != nil {
			out[vm] = held
			delete(rows, pid)
		}
	}
	c.continued(rows, out, kill, memory, t)
	return out
}

// continued pairs rows and curves that lie within 3 % of each other, nearest first, then the last row with the last VM.
func (c *course) continued(rows map[int]int64, out map[*topology.VM]int64, kill *cause.Death, memory map[*topology.VM]*curve, t float64) {
	type match struct {
		pid  int
		vm   *topology.VM
		away float64
	}
	var all []match
	open := 0
	var last *topology.VM
	for _, vm := range c.memory.VMs {
		if out[vm] != 0 || kill.Named && kill.Victim.VM == vm || memory[vm] == nil {
			continue
		}
		v, ok := memory[vm].at(t, 5*memory[vm].step+120)
		if !ok {
			continue
		}
		open++
		for pid, rss := range rows {
			away := (float64(rss) - v) / float64(rss)
			if away < 0 {
				away = -away
			}
			all = append(all, match{pid, vm, away})
		}
	}
	slices.SortFunc(all, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.away, b.away), cmp.Compare(a.pid, b.pid), cmp.Compare(a.vm.Name, b.vm.Name))
	})
	for _, m := range all {
		if m.away < .03 && out[m.vm] == 0 && rows[m.pid] != 0 {
			out[m.vm] = rows[m.pid]
			delete(rows, m.pid)
			open--
		}
	}
	for _, m := range all {
		if out[m.vm] == 0 {
			last = m.vm
		}
	}
	if open == 1 && len(rows) == 1 && last != nil {
		for _, rss := range rows {
			out[last] = rss
		}
	}
}

// heldBy gives what a VM held at the incident.
func (c *course) heldBy(vm *topology.VM, cv *curve, table map[*topology.VM]int64, kill *cause.Death, at float64, since time.Time) (cause.Held, bool) {
	h := cause.Held{Kind: "vm", Name: vm.Name, VM: vm}
	told := false
	if cv != nil {
		h.From = cv.sourceAt(at)
		if v, ok := cv.at(at, 5*cv.step+120); ok {
			h.Bytes, told = int64(v), true
		}
		h.Ends = unix(cv.last())
		if i, ok := cv.hole(at-300-3*cv.step, at+2*cv.step, vmMemory(c.curves)); ok {
			h.Gone, h.Back = unix(cv.t[i]), unix(cv.t[i+1])
		}
		h.FlatSince = cv.flatBefore(at)
		for i, t := range cv.t {
			if t <= at {
				h.Peak = max(h.Peak, int64(cv.v[i]))
			}
		}
	}
	last := table[vm]
	if kill != nil && kill.Named && kill.Victim.VM == vm && kill.OOM != nil {
		last = kill.OOM.Victim.RSS().Or(0)
	}
	if last > 0 {
		h.Bytes, told = max(last, h.Bytes), true
		if cv == nil || cv.Quantity == record.RSS {
			h.Bytes = last
		}
		if cv == nil {
			h.From = verdict.Source(kill.From)
		}
	}
	if cv != nil && told {
		if before, ok := cv.at(seconds(since)+cv.step/2, 1e9); ok {
			h.Grew = record.Known(h.Bytes - int64(before))
		} else if c.cameLater(cv) {
			h.Grew = record.Known(h.Bytes) // it was not there before
		} else if len(cv.t) > 0 && cv.t[0] < at {
			h.Grew = record.Known(h.Bytes - int64(cv.v[0])) // since the data begin
		}
	}
	h.Peak = max(h.Peak, h.Bytes)
	return h, told
}

// cameLater tells that a VM's curve begins after others have begun: the VM was started then.
func (c *course) cameLater(cv *curve) bool {
	for _, other := range vmMemory(c.curves) {
		if len(other.t) > 0 && len(cv.t) > 0 && cv.t[0]-other.t[0] > 3*other.step+3*cv.step {
			return true
		}
	}
	return false
}
