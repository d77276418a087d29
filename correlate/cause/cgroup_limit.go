package cause

import (
	"slices"

	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

var cgroupLimit = Hypothesis{
	Name:  verdict.CgroupLimit,
	Title: "a cgroup hit its own limit while the host had memory",
	Doc: `The limit belongs to a VM's scope, a slice that several VMs share, a pod, a container or a service. The kernel kills
inside that group only ("Memory cgroup out of memory", constraint memcg), however much the host has left. In a shared
slice victim and aggressor may differ, as on a whole host.

The kernel's own words decide: a kill at a cgroup's limit excludes a shortage of the host for this kill. Weighed is
whether it matters to the run: throughput that fell with it, a group that holds a VM or a pod.`,
	Test: testCgroupLimit,
}

func testCgroupLimit(c *Case) Finding {
	f := Finding{Finding: verdict.Finding{Cause: verdict.CgroupLimit}}
	d := c.best(of(GroupKill))
	if d == nil {
		return f
	}
	f.Death, f.Testable, f.Gate, f.Cap = d, true, true, .97
	f.Evidence = append(f.Evidence, c.timing(d), verdict.Evidence{
		Text: limitText(d), Weight: literal, Source: verdict.Source(d.From),
	})
	switch {
	case d.Small:
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the group holds no VM and no pod: it is not known to serve this run"), Weight: -8, Source: verdict.Source(d.From)})
	case d.Named:
		f.Evidence = append(f.Evidence, verdict.Evidence{Text: verdict.Say("the killed process was the VM %v", d.Subject()), Weight: 4, Source: verdict.Source(d.From)})
	}
	if !c.Seen.Throughput {
		f.Cap = .90
	}
	tellCgroup(c, d, &f.Finding)
	return f
}

// BesideVMs tells that the cgroup at its limit has no VM in it, so that none can have brought it there: none stands in the
// kernel's table, which lists the group alone (dump_tasks() of mm/oom_kill.c, as long as it exists), or, without a table, what was killed
// is none and lived in that very group.
func (d *Death) BesideVMs() bool {
	if d.Class != GroupKill || d.Named || topology.IsHypervisor(d.OOM.Victim.Comm) {
		return false
	}
	if len(d.OOM.Tasks) > 0 {
		return !slices.ContainsFunc(d.OOM.Tasks, func(t record.Task) bool { return topology.IsHypervisor(t.Comm) })
	}
	return d.OOM.OOMMemcg != "" && d.OOM.OOMMemcg == d.OOM.TaskMemcg
}

func limitText(d *Death) verdict.Text {
	group := d.OOM.OOMMemcg
	if group == "" {
		group = d.OOM.TaskMemcg
	}
	limit, ok := d.OOM.Memory.MemcgLimit.Get()
	switch {
	case group == "":
		return verdict.Say("the kernel names a cgroup's limit as the reason for the kill")
	case !ok:
		return verdict.Say("the cgroup %v hit its memory limit", verdict.Name(group))
	}
	return verdict.Say("the cgroup %v hit its memory limit of %v", verdict.Name(group), verdict.Bytes(limit))
}

func tellCgroup(c *Case, d *Death, f *verdict.Finding) {
	f.Headline = verdict.Say("A cgroup hit its memory limit and the kernel killed %v in it; the host had memory left", d.Subject())
	f.Condition = limitText(d)
	f.Trigger = verdict.Say("%v reached the limit", d.Subject())
	if top, ok := c.Growth.Top(record.Known(c.Growth.Pool)); ok && top.Name != "" && top.Name != string(d.Subject()) && d.OOM.OOMMemcg != d.OOM.TaskMemcg && !d.BesideVMs() {
		f.Trigger = verdict.Say("%v grew by %v since %v and brought the group to its limit", verdict.Name(top.Name), verdict.Bytes(top.Grew.Or(0)), verdict.Moment(c.Growth.Since))
	}
	f.Mechanism = mechanism(d)
	f.Effect = c.fell()
}
