package cause

import (
	"slices"
	"testing"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// killOf is hp-server's case: a VM killed with the drop, nothing known of the memory yet.
func killOf() Case {
	return Case{At: moment(0), Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{named(killed(HostKill, "none", 0), "a")}, Seen: everything}
}

// TestPromise: 80 GiB on 62.6 GiB is a ratio of 1.28; Red Hat's rule keeps 4 GiB for the host.
func TestPromise(t *testing.T) {
	base := killOf()
	for _, c := range []struct {
		name       string
		memory     Memory
		overcommit int // sign of what the promise adds
		consumer   int
	}{
		{"80 GiB on 62.6: ratio 1.28", onHost(16, 16, 16, 16, 8, 8), 1, -1},
		{"66 GiB: ratio 1.05", onHost(16, 16, 16, 16, 2), 1, -1},
		{"60 GiB: it fits, with less than 4 GiB left", onHost(16, 16, 16, 12), 1, 1},
		{"40 GiB: it fits", onHost(16, 16, 8), -1, 1},
	} {
		k := base
		k.Memory = c.memory
		for name, want := range map[verdict.Cause]int{verdict.HostOvercommit: c.overcommit, verdict.HostConsumer: c.consumer} {
			added := weight(t, name, k) - weight(t, name, base)
			if sign(added) != want {
				t.Errorf("%s: adds %v to %s, want the sign %d", c.name, added, name, want)
			}
		}
	}
	if got := onHost(16, 16, 16, 16, 8, 8).Ratio(); got < 1.275 || got > 1.285 { // 80 / 62.634
		t.Errorf("ratio %v, want 1.28", got)
	}
	if (Memory{}).Ratio() != 0 || (Memory{Promised: record.Known(1), RAM: record.Known(0)}).Ratio() != 0 {
		t.Error("a ratio of what is not known")
	}
	swapped := onHost(16, 16, 16, 16, 8, 8) // swap that covers the promise and the reserve: it fits
	swapped.Swap = record.Known(32 * gib)
	k := base
	k.Memory = swapped
	if w := weight(t, verdict.HostOvercommit, k) - weight(t, verdict.HostOvercommit, base); w >= 0 {
		t.Errorf("80 GiB on 62.6 GiB and 32 GiB of swap adds %v", w)
	}
	bound := base // memory ran out on some nodes only: the host's totals say nothing
	bound.Deaths = []Death{named(killed(HostKill, "mempolicy", 0), "a")}
	before := weight(t, verdict.HostOvercommit, bound)
	bound.Memory = onHost(16, 16, 16, 16, 8, 8)
	if after := weight(t, verdict.HostOvercommit, bound); after != before {
		t.Errorf("the promise moves a kill on a node from %v to %v", before, after)
	}
}

// TestWholeHost: that a kill was for the whole host is told, or it says nothing: the words of one whose constraint is not
// known are the same at a cgroup's limit and on the nodes of a cpuset.
func TestWholeHost(t *testing.T) {
	of := func(name verdict.Cause, constraint string) float64 {
		k := killOf()
		k.Deaths = []Death{named(killed(HostKill, constraint, 0), "a")}
		return weight(t, name, k)
	}
	for _, name := range []verdict.Cause{verdict.HostOvercommit, verdict.HostConsumer} {
		open := of(name, "")
		if got := of(name, "none") - open; got != 8 {
			t.Errorf("%s: the whole host adds %v", name, got)
		}
		if got := of(name, "cpuset") - open; got != 5 {
			t.Errorf("%s: some nodes add %v", name, got)
		}
	}
}

// TestLeastRAM: a promise above what the host has at least may fit all the same.
func TestLeastRAM(t *testing.T) {
	base := killOf()
	add := func(name verdict.Cause, least bool, sizes ...int64) float64 {
		k := base
		k.Memory = onHost(sizes...)
		k.Memory.RAMLeast = least
		return weight(t, name, k) - weight(t, name, base)
	}
	if told, open := add(verdict.HostOvercommit, false, 16, 16, 16, 16, 8, 8), add(verdict.HostOvercommit, true, 16, 16, 16, 16, 8, 8); open <= 0 || open >= told/2 {
		t.Errorf("80 GiB on 62.6 add %v, on at least so much %v", told, open)
	}
	if open := add(verdict.HostConsumer, true, 16, 16, 16, 16, 8, 8); open != 0 {
		t.Errorf("they take %v from another consumer", open)
	}
	if told, open := add(verdict.HostOvercommit, false, 16, 16, 8), add(verdict.HostOvercommit, true, 16, 16, 8); open != told {
		t.Errorf("40 GiB, which fit: %v, and %v", told, open)
	}
}

// TestHeld: VMs that held nearly all of the RAM speak for the promise, VMs that held little for somebody else.
func TestHeld(t *testing.T) {
	base := killOf()
	base.Memory = onHost(16, 16, 16, 16, 8, 8)
	for _, c := range []struct {
		name       string
		held       []int64
		overcommit int
		consumer   int
	}{
		{"61 of 62.6 GiB", []int64{16, 15, 12, 11, 4, 3}, 1, -1},
		{"48 of 62.6 GiB", []int64{12, 10, 10, 8, 4, 4}, 1, 1},
		{"30 of 62.6 GiB", []int64{6, 6, 6, 6, 3, 3}, -1, 1},
	} {
		k := base
		k.Growth.Holders = holding(k.Memory, c.held...)
		for name, want := range map[verdict.Cause]int{verdict.HostOvercommit: c.overcommit, verdict.HostConsumer: c.consumer} {
			if added := weight(t, name, k) - weight(t, name, base); sign(added) != want {
				t.Errorf("%s: adds %v to %s, want the sign %d", c.name, added, name, want)
			}
		}
	}
	k := base // of two of six VMs nothing follows about the rest
	k.Growth.Holders = holding(k.Memory, 6, 6)
	for _, name := range []verdict.Cause{verdict.HostOvercommit, verdict.HostConsumer} {
		if added := weight(t, name, k) - weight(t, name, base); added != 0 {
			t.Errorf("two of six VMs add %v to %s", added, name)
		}
	}
}

func TestExhausted(t *testing.T) {
	base := killOf()
	base.Memory = onHost(16, 16, 16, 16, 8, 8)
	for avail, want := range map[int64]int{gib / 4: 1, 20 * gib: -1} {
		k := base
		k.Growth.Available = record.Known(avail)
		if added := weight(t, verdict.HostOvercommit, k) - weight(t, verdict.HostOvercommit, base); sign(added) != want {
			t.Errorf("%d bytes available add %v, want the sign %d", avail, added, want)
		}
	}
}

// TestAmple: a kill hours from the drop or with it, nobody knows. A host whose curve never went below a quarter of its 62.6 GiB,
// 15.7, was not short while it was measured; where the clocks agree it may have been between two samples.
func TestAmple(t *testing.T) {
	for _, c := range []struct {
		name  string
		least record.Maybe
		u     time.Duration
		want  int
	}{
		{"20 GiB at the least", record.Known(20 * gib), 14 * time.Hour, -1},
		{"15 GiB at the least", record.Known(15 * gib), 14 * time.Hour, 0},
		{"no curve", record.Maybe{}, 14 * time.Hour, 0},
		{"clocks that agree", record.Known(20 * gib), time.Minute, 0},
	} {
		for _, name := range []verdict.Cause{verdict.HostOvercommit, verdict.HostConsumer} {
			base := killOf()
			base.Memory = onHost(16, 16)
			base.Deaths[0].U = c.u
			k := base
			k.Growth.Least = c.least
			if added := weight(t, name, k) - weight(t, name, base); sign(added) != c.want {
				t.Errorf("%s: adds %v to %s, want the sign %d", c.name, added, name, c.want)
			}
		}
	}
}

// TestConsumer: who is no VM and took memory. A tenth of 62.6 GiB is 6.3, 15 % are 9.4, 2 % are 1.25 GiB.
func TestConsumer(t *testing.T) {
	ram := record.Known(67252174848)
	for _, c := range []struct {
		name  string
		held  Held
		found bool
	}{
		{"it grew by 7 GiB", Held{Bytes: 8 * gib, Grew: record.Known(7 * gib)}, true},
		{"it grew by 5 GiB", Held{Bytes: 8 * gib, Grew: record.Known(5 * gib)}, false},
		{"it holds 10 GiB, growth not known", Held{Bytes: 10 * gib}, true},
		{"it holds 9 GiB, growth not known", Held{Bytes: 9 * gib}, false},
		{"it holds 20 GiB and stood still", Held{Bytes: 20 * gib, Grew: record.Known(0)}, false},
		{"it holds 20 GiB and grew by 2", Held{Bytes: 20 * gib, Grew: record.Known(2 * gib)}, true},
		{"huge pages that were set aside at boot", Held{Bytes: 20 * gib, Static: true}, false},
	} {
		g := Growth{Others: []Held{c.held}}
		if _, ok := g.Consumer(ram); ok != c.found {
			t.Errorf("%s: %v, want %v", c.name, ok, c.found)
		}
		if _, ok := g.Consumer(record.Maybe{}); ok {
			t.Errorf("%s: found on a host of unknown size", c.name)
		}
	}
	for vmGrew, found := range map[int64]bool{0: true, 6 * gib: false} { // 5 of the 29 GiB that are seen held
		g := Growth{Holders: []Held{{Bytes: 16 * gib, Grew: record.Known(vmGrew)}, {Bytes: 8 * gib, Grew: record.Known(0)}}, Others: []Held{{Bytes: 5 * gib, Grew: record.Known(5 * gib)}}}
		if _, ok := g.Consumer(record.Maybe{}); ok != found {
			t.Errorf("RAM not known, a VM grew by %d GiB: %v, want %v", vmGrew>>30, ok, found)
		}
	}
	base := killOf()
	base.Memory = onHost(16, 16, 8)
	with := base
	with.Growth.Others = []Held{{Kind: "process", Name: "restic", Bytes: 20 * gib, Grew: record.Known(18 * gib)}}
	if weight(t, verdict.HostConsumer, with) <= weight(t, verdict.HostConsumer, base) || weight(t, verdict.HostOvercommit, with) >= weight(t, verdict.HostOvercommit, base) {
		t.Error("a consumer speaks for the promise, or not for itself")
	}
	if f := finding(t, verdict.HostConsumer, base); f.Cap > .60 || len(f.Missing) == 0 {
		t.Errorf("nobody seen: cap %v, %d missing", f.Cap, len(f.Missing))
	}
}

// TestTop: who grew by at least 2 % of RAM is the aggressor; below that the standing promise is all there is.
func TestTop(t *testing.T) {
	ram := record.Known(100 * gib)
	for _, c := range []struct {
		grew []int64
		want string
		ok   bool
	}{
		{[]int64{3, 7, 1}, "b", true},
		{[]int64{2, 0, 0}, "a", true},
		{[]int64{1, 1, 1}, "a", false},
		{[]int64{-5, -1, -2}, "", false},
	} {
		var g Growth
		for i, x := range c.grew {
			g.Holders = append(g.Holders, Held{Name: string(rune('a' + i)), Grew: record.Known(x * gib)})
		}
		if top, ok := g.Top(ram); ok != c.ok || ok && top.Name != c.want {
			t.Errorf("%v: %q %v, want %q %v", c.grew, top.Name, ok, c.want, c.ok)
		}
	}
}

// TestCaps: what the sources at hand allow at most. A log alone tells that a VM was killed, not why the memory was gone.
func TestCaps(t *testing.T) {
	tasks := named(killed(HostKill, "none", 0), "a")
	tasks.OOM.Tasks = []record.Task{{TGID: 7569, Comm: "qemu-kvm"}}
	for _, c := range []struct {
		name        string
		seen        Seen
		death       Death
		least, most float64
	}{
		{"a log alone", Seen{KernelLog: true}, named(killed(HostKill, "none", 0), "a"), .01, .60},
		{"a log and sizes", Seen{KernelLog: true, Sizes: true, RAM: true}, named(killed(HostKill, "none", 0), "a"), .01, .75},
		{"a log with the dump's table", Seen{KernelLog: true}, tasks, .60, .90},
		{"all but throughput", Seen{KernelLog: true, VMCurves: true, HostCurve: true, Sizes: true, RAM: true}, named(killed(HostKill, "none", 0), "a"), .75, .90},
		{"all, and the VM has no name", everything, killed(HostKill, "none", 0), .75, .90},
		{"all", everything, named(killed(HostKill, "none", 0), "a"), .90, .97},
	} {
		m := onHost(16, 16, 16, 16, 8, 8)
		f := finding(t, verdict.HostOvercommit, Case{Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{c.death}, Seen: c.seen, Memory: m})
		if f.Cap < c.least || f.Cap > c.most {
			t.Errorf("%s: cap %v, want %v to %v", c.name, f.Cap, c.least, c.most)
		}
	}
}

// TestCgroup: a group that holds no VM and no pod is not known to serve the run.
func TestCgroup(t *testing.T) {
	k := Case{Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{killed(GroupKill, "memcg", 0)}, Seen: everything}
	k.Deaths[0].OOM.OOMMemcg, k.Deaths[0].OOM.Memory.MemcgLimit = "/machine.slice", record.Known(40*gib)
	plain := weight(t, verdict.CgroupLimit, k)
	vm, small := k, k
	vm.Deaths = []Death{named(k.Deaths[0], "a")}
	small.Deaths = slices.Clone(k.Deaths)
	small.Deaths[0].Small = true
	if weight(t, verdict.CgroupLimit, vm) <= plain || weight(t, verdict.CgroupLimit, small) >= plain {
		t.Errorf("a VM %v, a group %v, a small one %v", weight(t, verdict.CgroupLimit, vm), plain, weight(t, verdict.CgroupLimit, small))
	}
	f := finding(t, verdict.CgroupLimit, k)
	if got, want := f.Condition.String(), "the cgroup /machine.slice hit its memory limit of 40.0 GiB"; got != want {
		t.Errorf("condition %q, want %q", got, want)
	}
	// Nobody grew in a slice that several VMs share: nobody but the victim is called its trigger.
	k.Growth = Growth{Pool: 40 * gib, Since: noon.Add(-time.Hour), Holders: []Held{{Kind: "vm", Name: "b", Grew: record.Known(5 * gib)}}}
	if got := finding(t, verdict.CgroupLimit, k).Trigger.String(); got != "b grew by 5.0 GiB since 11:00:00 and brought the group to its limit" {
		t.Errorf("trigger %q", got)
	}
}

// TestBesideVMs: a VM can have brought a group to its limit only if it is in it.
func TestBesideVMs(t *testing.T) {
	const docker = "/system.slice/docker-028b.scope"
	for _, c := range []struct {
		name, group, task, comm string
		table                   []string
		want                    bool
	}{
		{"a container's own limit", docker, docker, "report-cron", nil, true},
		{"of a pod, the table lists it alone", "/kubepods.slice/pod1.slice", "/kubepods.slice/pod1.slice/cri-1.scope", "java", []string{"java", "pause"}, true},
		{"a slice that VMs share", "/machine.slice", `/machine.slice/machine-qemu\x2d3\x2da.scope`, "qemu-kvm", nil, false},
		{"a VM's helper, and its VM beside it", "/machine.slice", `/machine.slice/machine-qemu\x2d3\x2da.scope`, "virtiofsd", []string{"virtiofsd", "qemu-kvm"}, false},
		{"a slice of which nothing tells who is in it", "/prod.slice", "/prod.slice/web.service", "java", nil, false},
		{"no name of the group", "", "", "java", nil, false},
	} {
		d := killed(GroupKill, "memcg", 0)
		d.OOM.OOMMemcg, d.OOM.TaskMemcg, d.OOM.Victim.Comm, d.OOM.Tasks = c.group, c.task, c.comm, nil
		for _, comm := range c.table {
			d.OOM.Tasks = append(d.OOM.Tasks, record.Task{Comm: comm})
		}
		if got := d.BesideVMs(); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
