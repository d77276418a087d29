package correlate

import (
	"strconv"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// weighMemory settles the host's RAM, its swap, its overcommit setting and what was promised of it.
func (c *course) weighMemory() cause.Memory {
	m := cause.Memory{Host: c.topo.Host, VMs: c.topo.Ours()}
	for _, f := range c.s.facts {
		switch f.Key {
		case record.FactHostSwap:
			m.Swap = numeral(f.Value)
		case record.FactSysctl + "vm.overcommit_memory":
			m.Overcommit = numeral(f.Value)
		case record.FactVMMemory:
			m.PromisedBy = verdict.Source(f.From)
		}
	}
	if cv := hostCurve(c.curves, record.HostSwapTotal); cv != nil && !m.Swap.Known() {
		m.Swap = record.Known(int64(cv.v[len(cv.v)-1]))
	}
	c.findRAM(&m)
	if sum, ok := c.topo.Promised(); ok {
		m.Promised = record.Known(sum)
	}
	return m
}

// findRAM takes the host's RAM from the best source: meminfo, the OOM dump, an exporter, the killed process's score.
func (c *course) findRAM(m *cause.Memory) {
	for _, f := range c.s.facts {
		if f.Key == record.FactHostRAM {
			m.RAM, m.RAMSource = numeral(f.Value), verdict.Source(f.From)
			m.RAMFrom = verdict.Say("MemTotal in %v", f.From.String())
			return
		}
	}
	if cv := hostCurve(c.curves, record.HostTotal); cv != nil {
		m.RAM, m.RAMSource = record.Known(int64(cv.v[len(cv.v)-1])), cv.source()
		m.RAMFrom = verdict.Say("%v in %v", cv.Name, cv.From.String())
		return
	}
	for _, k := range c.sights.Kills {
		if ram, ok := k.OOM.Memory.RAM.Get(); ok && !c.otherMachine(k.OOM) {
			m.RAM, m.RAMSource = record.Known(ram), verdict.Source(k.From)
			m.RAMFrom = verdict.Say("the pages of RAM that the kernel's dump counts, %v", k.From.String())
			return
		}
	}
	for _, k := range c.sights.Kills {
		if total, slack, ok := totalFromScore(k.OOM); ok {
			m.RAM, m.RAMSlack, m.RAMSource = record.Known(total), record.Known(slack), verdict.Source(k.From)
			m.RAMFrom = verdict.Say("worked out from the score %v and the memory of the killed process (RAM and swap together)", k.OOM.Victim.Badness.String())
			if m.RAMLeast = k.OOM.Victim.Recomputed.Least && m.Swap != record.Known(0); m.RAMLeast {
				m.RAMFrom = verdict.Say("at least, worked out from the score %v and the memory of the killed process (RAM and swap together): what was swapped out of it is not told", k.OOM.Victim.Badness.String())
			}
			return
		}
	}
}

// leastScore is what the printed score must be to tell a total within a tenth.
const leastScore = 10

// totalFromScore gives the total that the score of a kill for the whole host's memory implies, as the kill's event has it.
func totalFromScore(o *record.OOM) (total, slack int64, ok bool) {
	if o.Constraint != "none" || o.Victim.Badness.Or(0) < leastScore {
		return 0, 0, false
	}
	total, ok = o.Victim.Recomputed.Inferred.Get()
	return total, o.Victim.Recomputed.Within.Or(0), ok
}

func numeral(s string) record.Maybe {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return record.Maybe{}
	}
	return record.Known(n)
}

// badness works the kernel's score out again and says what it means.
func (c *course) badness(d *cause.Death) verdict.Text {
	v := d.OOM.Victim
	score, told := v.Badness.Get()
	rss, sized := v.RSS().Get()
	ram, known := c.memory.RAM.Get()
	if points, ok := v.Recomputed.Points.Get(); ok && told && v.Recomputed.Score.Known() && v.Recomputed.Total.Known() { // the dump shows all that counts
		return verdict.Say("%v kB resident, swapped out and in page tables, of %v kB that were allowed, make a score of %v with its oom_score_adj; the kernel printed %v",
			points>>10, v.Recomputed.Total.Or(0)>>10, v.Recomputed.Score.Or(0), score)
	}
	if !told || !sized || !known || c.memory.RAMSlack.Known() || d.Class != cause.HostKill {
		return verdict.Text{}
	}
	room := ram + c.memory.Swap.Or(0)
	permille := 1000 * float64(rss) / float64(room)
	sizes := verdict.Say("(%v + %v + %v) kB / %v kB", kb(v.Anon), kb(v.File), kb(v.Shmem), room>>10)
	if diff := float64(score) - permille; diff >= -1 && diff <= 3 {
		return verdict.Say("%v = %v ‰ of the host's memory, with its page tables the printed score %v: the victim alone held %v", sizes.String(), trim1(permille), score, verdict.Share(permille/1000))
	}
	return verdict.Say("%v = %v ‰, but the kernel printed %v: oom_score_adj, swapped-out memory or another total is in it", sizes.String(), trim1(permille), score)
}

func kb(m record.Maybe) int64 { return m.Or(0) >> 10 }

func trim1(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// party describes the victim and what died with it.
func (c *course) party(d *cause.Death) *verdict.Party {
	p := &verdict.Party{Kind: "vm", Name: string(d.Subject()), Host: d.Host, PID: numeral(d.Get(record.AttrPID)), Comm: d.Get(record.AttrComm)}
	if d.Nameless() {
		return nil
	}
	switch d.Class {
	case cause.Reboot, cause.Generator, cause.Lost, cause.Called:
		return nil
	case cause.Gone:
		p.Kind = "process"
	case cause.HostKill, cause.GroupKill, cause.GuestKill:
		v := d.OOM.Victim
		*p = verdict.Party{
			Kind: "process", Name: string(d.Subject()), Host: d.Host, PID: v.PID, Comm: v.Comm, UID: v.UID, RSS: v.RSS(), Anon: v.Anon,
			TotalVM: v.TotalVM, Badness: v.Badness, Adj: v.Adj, Cgroup: d.OOM.TaskMemcg, Killer: d.OOM.Killer,
		}
	}
	if p.Host == "" {
		p.Host = c.topo.Host
	}
	if !d.Named {
		p.Perhaps = c.perhaps(d)
		return p
	}
	p.Kind = "vm"
	p.Named = verdict.Say("%v (%v)", d.Victim.Method, d.Victim.From.String())
	for _, pod := range c.topo.PodsOn(d.Victim.VM) {
		p.Pods = append(p.Pods, pod.Name)
	}
	p.Processes = c.processesOf(d.Victim.VM)
	return p
}

// perhaps gives the VMs of which a killed process, whose cgroup does not tell them apart, was one.
func (c *course) perhaps(d *cause.Death) []string {
	if d.OOM == nil || !topology.IsHypervisor(d.OOM.Victim.Comm) {
		return nil
	}
	return c.topo.Perhaps(d.OOM.TaskMemcg)
}

// processesOf lists the biggest processes that a listing taken inside the VM shows.
func (c *course) processesOf(vm *topology.VM) []verdict.Process {
	var out []verdict.Process
	for _, p := range c.listings() {
		if p.vm == vm {
			out = append(out, p.told)
		}
	}
	if len(out) > 5 {
		out = out[:5]
	}
	return out
}
