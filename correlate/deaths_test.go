package correlate

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// seen puts the records on the clock and gives the course with nothing concluded.
func (r *records) course() *course {
	s := r.session(Options{})
	s.sort()
	topo := topology.Build(s.facts, s.events, s.series())
	ck := s.setClock()
	c := &course{s: s, clock: ck, topo: topo, sights: s.sights(ck), flow: s.throughput()}
	c.flow.place(ck)
	c.curves = s.placed(ck, topo)
	c.memory = c.weighMemory()
	return c
}

// TestCopies: one kill in several files is one; two kills are two, however alike.
func TestCopies(t *testing.T) {
	for _, c := range []struct {
		name  string
		add   func(r *records)
		kills int
	}{
		{"messages and kern.log", func(r *records) { r.kill("kern.log", 4800, "qemu-kvm", 7569, 16*gib, "") }, 1},
		{"the same file", func(r *records) { r.kill("messages", 4801, "qemu-kvm", 7569, 16*gib, "") }, 2},
		{"another pid", func(r *records) { r.kill("kern.log", 4800, "qemu-kvm", 7570, 16*gib, "") }, 2},
		{"another size", func(r *records) { r.kill("kern.log", 4800, "qemu-kvm", 7569, 12*gib, "") }, 2},
		{"another process of that pid", func(r *records) { r.kill("kern.log", 4800, "java", 7569, 16*gib, "") }, 2},
		{"half a minute apart", func(r *records) { r.kill("kern.log", 4830, "qemu-kvm", 7569, 16*gib, "") }, 1},
		{"two minutes apart", func(r *records) { r.kill("kern.log", 4920, "qemu-kvm", 7569, 16*gib, "") }, 2},
		{"another host's", func(r *records) { r.kill("kern.log", 4800, "qemu-kvm", 7569, 16*gib, "").Host = "kvm2" }, 2},
		{"another killer", func(r *records) { r.kill("kern.log", 4800, "qemu-kvm", 7569, 16*gib, "").OOM.Killer = "earlyoom" }, 2},
		{"a dmesg without a clock", func(r *records) {
			e := r.kill("dmesg", 0, "qemu-kvm", 7569, 16*gib, "")
			e.At, e.Host = record.Stamp{Mono: 9e9, Lacks: record.LacksWall}, ""
		}, 1},
		{"a dmesg without a clock, another size", func(r *records) {
			e := r.kill("dmesg", 0, "qemu-kvm", 7569, 12*gib, "")
			e.At, e.Host = record.Stamp{Mono: 9e9, Lacks: record.LacksWall}, ""
		}, 2},
	} {
		r := &records{}
		r.covers("messages", 0, 7200)
		r.kill("messages", 4800, "qemu-kvm", 7569, 16*gib, "")
		c.add(r)
		n := 0
		for _, s := range r.course().sights.All {
			if s.Kind == record.OOMKill {
				n++
			}
		}
		if n != c.kills {
			t.Errorf("%s: %d kills, want %d", c.name, n, c.kills)
		}
	}
}

// TestFullerCopy: what a copy tells and the kept one does not is taken over, whichever file comes first.
func TestFullerCopy(t *testing.T) {
	for _, file := range []string{"a.log", "z.log"} {
		r := &records{}
		r.kill("messages", 4800, "qemu-kvm", 7569, 16*gib, "")
		full := r.kill(file, 4801, "qemu-kvm", 7569, 16*gib, "/libvirt/qemu/web-1")
		full.OOM.Tasks = []record.Task{{TGID: 1}, {TGID: 2}}
		for _, s := range r.course().sights.All {
			if len(s.OOM.Tasks) != 2 || s.OOM.TaskMemcg == "" {
				t.Errorf("%s: kept %d tasks of cgroup %q", file, len(s.OOM.Tasks), s.OOM.TaskMemcg)
			}
		}
	}
}

// TestAlikeToMachined: the end of one of two VMs that systemd-machined spells alike is neither's, and the report names both.
func TestAlikeToMachined(t *testing.T) {
	r := &records{}
	r.fact("list", "web01", record.FactVM, "virsh list")
	r.fact("list", "web_01", record.FactVM, "virsh list")
	r.covers("messages", 0, 3600)
	r.kill("messages", 600, "qemu-kvm", 7569, 8*gib, `/machine.slice/machine-qemu\x2d7\x2dweb01.scope/libvirt/emulator`)
	r.event("messages", 602, record.VMStopped, record.AttrVM, "web01", record.AttrID, "7", record.AttrMachine, "qemu-7-web01").Source = "systemd-machined"
	v := only(t, r.report(Options{})).Victim
	if v == nil || v.Kind != "process" || v.Name != "qemu-kvm" || !slices.Equal(v.Perhaps, []string{"web01", "web_01"}) || !v.Named.IsZero() || v.Killer != "kernel" {
		t.Errorf("victim %+v", v)
	}
}

func classes(deaths []cause.Death) []string {
	out := []string{}
	for _, d := range deaths {
		name := ""
		if d.Named {
			name = " " + d.Victim.VM.Name
		}
		out = append(out, string(d.Class)+name)
	}
	slices.Sort(out)
	return out
}

// TestDeaths: each end once, by the line that tells most about it; ends of other hosts are nobody's.
func TestDeaths(t *testing.T) {
	machined := func(r *records, s float64, vm string) {
		r.event("messages", s, record.VMStopped, record.AttrVM, vm).Source = "systemd-machined"
	}
	killed := func(r *records, s float64, pid int64) *record.Event {
		return r.kill("messages", s, "qemu-kvm", pid, 8*gib, "")
	}
	for _, c := range []struct {
		name string
		add  func(r *records)
		want []string
	}{
		{"kill, lost monitor, machine ended", func(r *records) {
			killed(r, 100, 1)
			r.event("messages", 103, record.VMKilled, record.AttrVM, "web-1")
			machined(r, 104, "web-1")
		}, []string{"host-kill web-1"}},
		{"a lost monitor without a name, and the machine", func(r *records) {
			r.event("messages", 103, record.VMKilled)
			machined(r, 104, "web-1")
		}, []string{"vanished web-1"}},
		{"a crash, and its lost monitor", func(r *records) {
			r.event("messages", 100, record.ProcessCrash, record.AttrComm, "CPU 0/KVM")
			r.event("messages", 101, record.VMKilled, record.AttrVM, "web-1")
		}, []string{"crash web-1"}},
		{"a crash of a worker thread that took no VM with it", func(r *records) {
			r.event("messages", 100, record.ProcessCrash, record.AttrComm, "worker")
		}, []string{}},
		{"two VMs killed", func(r *records) {
			killed(r, 100, 1)
			machined(r, 103, "web-1")
			killed(r, 120, 2)
			machined(r, 124, "web-2")
		}, []string{"host-kill web-1", "host-kill web-2"}},
		{"one killed, another stopped", func(r *records) {
			killed(r, 100, 1)
			r.event("messages", 103, record.VMKilled, record.AttrVM, "web-1")
			r.event("messages", 110, record.VMStopped, record.AttrVM, "web-2", record.AttrReason, "shutdown")
		}, []string{"host-kill web-1", "stop web-2"}},
		{"one killed, another stopped, and its machine ends", func(r *records) {
			killed(r, 100, 1)
			r.event("messages", 110, record.VMStopped, record.AttrVM, "web-2", record.AttrReason, "shutdown")
			machined(r, 111, "web-2")
		}, []string{"host-kill", "stop web-2"}},
		{"a kill that does not tell its VM, and the ends of two", func(r *records) {
			killed(r, 100, 1)
			machined(r, 102, "web-1")
			machined(r, 120, "web-2")
		}, []string{"ended web-1", "ended web-2", "host-kill"}},
		{"libvirt's crashed is no stop", func(r *records) {
			r.event("messages", 110, record.VMStopped, record.AttrVM, "web-2", record.AttrReason, "crashed")
		}, []string{"vanished web-2"}},
		{"two stops an hour apart", func(r *records) {
			machined(r, 100, "web-1")
			machined(r, 3700, "web-1")
		}, []string{"ended web-1", "ended web-1"}},
		{"at a cgroup's limit", func(r *records) { killed(r, 100, 1).OOM.Constraint = "memcg" }, []string{"group-kill"}},
		{"in a guest's own log", func(r *records) {
			r.kill("guest.log", 100, "mysqld", 5, gib, "").Host = "web-1"
		}, []string{"guest-kill"}},
		{"in a guest's console, by the file's name", func(r *records) {
			r.kill("web-1-console.log", 100, "mysqld", 5, gib, "").Host = ""
		}, []string{"guest-kill"}},
		{"a reboot of a guest", func(r *records) {
			r.covers("guest.log", 0, 7200)
			r.event("guest.log", 100, record.HostBoot).Host = "web-1"
		}, []string{}},
		{"a log that begins with the boot", func(r *records) {
			r.inputs = nil
			r.event("messages", 100, record.HostBoot)
			r.covers("messages", 100, 7200)
		}, []string{}},
		{"a boot in the middle of a log", func(r *records) { r.event("messages", 100, record.HostBoot) }, []string{"reboot"}},
		{"a kill on another host", func(r *records) {
			r.kill("other.log", 100, "qemu-kvm", 5, gib, "").Host = "kvm9"
		}, []string{}},
		{"the load tool killed on its own host", func(r *records) {
			r.kill("loadgen.log", 100, "java", 5, gib, "").Host = "loadgen"
		}, []string{"generator"}},
		{"a VM of another host ended", func(r *records) {
			e := r.event("other.log", 100, record.VMKilled, record.AttrVM, "elsewhere-1")
			e.Host = "kvm9"
		}, []string{}},
		{"a planned end of the load", func(r *records) {
			r.event("jmeter.log", 100, record.GeneratorStopped, record.AttrReason, "planned").Host = ""
		}, []string{}},
	} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		for _, vm := range []string{"web-1", "web-2"} { // they speak for kvm1 as the host of the run's VMs
			r.event("messages", -3000, record.VMStarted, record.AttrVM, vm)
		}
		c.add(r)
		if got := classes(r.course().deaths()); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestReach: whatever may be one end by the clocks' doubt lies within reach, however unlike the doubts are, and what cannot be
// placed reaches nothing.
func TestReach(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var all []cause.Death
	for range 300 {
		d := cause.Death{Class: cause.Ended}
		d.Placed, d.T = true, after(rng.Float64()*7200)
		d.U = time.Duration(rng.ExpFloat64() * float64(20*time.Second))
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b cause.Death) int { return a.T.Compare(b.T) })
	all = append(all, cause.Death{Class: cause.Ended}, cause.Death{Class: cause.Ended})
	reach := reachOf(all)
	for i := range all {
		first, last := reach(i)
		if !all[i].Placed && last >= first {
			t.Errorf("an end without a time reaches %d to %d", first, last)
		}
		for j := range 300 {
			if i < 300 && all[i].T.Sub(all[j].T).Abs() <= oneEnd+all[i].U+all[j].U && (j < first || j > last) {
				t.Errorf("%d may be the end at %d, which reaches %d to %d", j, i, first, last)
			}
		}
	}
}

// TestSmall: a group that holds no VM, no pod and no container is not known to serve the run.
func TestSmall(t *testing.T) {
	for group, small := range map[string]bool{
		"/system.slice/backup.service": true, "/user.slice/user-1000.slice": true,
		"/kubepods.slice/kubepods-burstable.slice": false, "/docker/0123": false, "/machine.slice": false, "/system.slice/containerd.service": false,
	} {
		r := &records{}
		r.sizes("web-1", 16) // without VMs there would be nothing bigger to serve
		e := r.kill("messages", 100, "java", 5, gib, group)
		e.OOM.Constraint, e.OOM.OOMMemcg = "memcg", group
		if d := r.course().deaths(); len(d) != 1 || d[0].Small != small {
			t.Errorf("%s: %+v", group, d)
		}
	}
}

// TestWatched: a service whose memory somebody kept in a file of its own, as the VMs', is what the run is about. One column
// among others, or another process's file, is not.
func TestWatched(t *testing.T) {
	for _, c := range []struct {
		name, file, column string
		small              bool
	}{
		{"a file of its own", "mem-beam.smp.csv", "rss_bytes", false},
		{"a column of the host's processes", "mem-beam.smp.csv", "two", true},
		{"another's file", "mem-java.csv", "rss_bytes", true},
	} {
		r := &records{}
		r.sizes("web-1", 16)
		r.curve(record.Series{Name: "rss_bytes", Quantity: record.RSS, Unit: record.Bytes, Subject: "web-1"}, "mem-web-1.csv", 0, 600, 15, rising(8, 8, 0, 1))
		r.curve(record.Series{Name: "rss_bytes", Quantity: record.RSS, Unit: record.Bytes}, c.file, 0, 600, 15, rising(3, 3, 0, 1))
		if c.column == "two" {
			r.curve(record.Series{Name: "cron", Quantity: record.RSS, Unit: record.Bytes}, c.file, 0, 600, 15, rising(1, 1, 0, 1))
		}
		e := r.kill("messages", 100, "beam.smp", 5, 3*gib, "/system.slice/rabbitmq.service")
		e.OOM.Constraint, e.OOM.OOMMemcg = "memcg", "/system.slice/rabbitmq.service"
		if d := r.course().deaths(); len(d) != 1 || d[0].Small != c.small {
			t.Errorf("%s: %+v", c.name, d)
		}
	}
}

// TestCauses runs one built case of each other kind of death through to the verdict.
func TestCauses(t *testing.T) {
	for _, c := range []struct {
		cause verdict.Cause
		add   func(r *records)
	}{
		{verdict.CgroupLimit, func(r *records) {
			e := r.kill("messages", 3000, "qemu-kvm", 7569, 16*gib, `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope`)
			e.OOM.Constraint, e.OOM.OOMMemcg, e.OOM.Memory.MemcgLimit = "memcg", `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope`, record.Known(16*gib)
		}},
		{verdict.GuestOOM, func(r *records) { r.kill("guest.log", 3000, "mysqld", 5, gib, "").Host = "web-1" }},
		{verdict.VMCrash, func(r *records) { r.event("messages", 3000, record.VMCrashed, record.AttrVM, "web-1") }},
		{verdict.VMStopped, func(r *records) {
			r.event("messages", 3000, record.VMStopped, record.AttrVM, "web-1", record.AttrReason, "destroyed")
		}},
		{verdict.HostReboot, func(r *records) { r.event("messages", 3120, record.HostBoot) }},
		{verdict.HostConsumer, func(r *records) {
			e := r.kill("messages", 3000, "qemu-kvm", 7569, 16*gib, "/libvirt/qemu/web-1")
			e.OOM.Tasks = []record.Task{{TGID: 7569, Comm: "qemu-kvm", RSS: 16 * gib}, {TGID: 7570, Comm: "qemu-kvm", RSS: 7 * gib}, {TGID: 900, Comm: "restic", RSS: 38 * gib}}
		}},
	} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.event("messages", -3000, record.VMStarted, record.AttrVM, "web-1")
		c.add(r)
		r.tps(7200, until(3000))
		rep := r.report(Options{})
		if in := only(t, rep); in.Cause != c.cause || in.Confidence < .55 {
			t.Errorf("%s: %s with %.2f", c.cause, in.Cause, in.Confidence)
		}
	}
}

// TestOtherMachine: a dmesg names no host. A kernel with 16 GiB and no VM in its dump is not that of a host whose VMs hold 50
// at their least: the kill is the load generator's own. A VM in the dump, or enough memory, and it is the host's.
func TestOtherMachine(t *testing.T) {
	for _, c := range []struct {
		name, comm string
		ram        int64 // GiB
		tasks      []record.Task
		listed     string // RAM of the host, where a listing tells it
		want       cause.Class
	}{
		{"the load generator", "k6", 16, nil, "", cause.Generator},
		{"another machine's process", "backup", 16, nil, "", ""},
		{"big enough", "k6", 62, nil, "", cause.HostKill},
		{"a VM in its dump", "k6", 16, []record.Task{{Comm: "qemu-kvm", RSS: 1}}, "", cause.HostKill},
		{"a VM was killed", "qemu-kvm", 16, nil, "", cause.HostKill},
		{"a quarter of the host's", "k6", 62, nil, "268435456000", cause.Generator},
		{"half of the host's", "k6", 62, nil, "68719476736", cause.HostKill},
	} {
		r := &records{}
		r.covers("messages", -3600, 7200)
		for _, vm := range []string{"web-1", "web-2"} {
			r.fact("dominfo.txt", vm, record.FactVMMemory, "42949672960")
		}
		if c.listed != "" {
			r.fact("meminfo", "", record.FactHostRAM, c.listed)
		}
		kill := r.kill("dmesg.txt", 3000, c.comm, 7569, 12*gib, "")
		kill.Host, kill.OOM.Memory.RAM, kill.OOM.Tasks = "", record.Known(c.ram*gib), c.tasks
		r.memory("web-1", 7200, rising(30, 35, 0, 7000))
		r.memory("web-2", 7200, rising(20, 20, 0, 1))
		got := cause.Class("")
		if all := r.course().deaths(); len(all) > 0 {
			got = all[0].Class
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
