package topology

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/clock"
	"oomortem/parser/record"
)

var noon = time.Date(2021, 2, 20, 12, 0, 0, 0, time.UTC)

// placed puts an event on the clock, so many seconds after noon.
func placed(s float64, e record.Event) Sight {
	return Sight{Event: &e, Moment: clock.Moment{T: noon.Add(time.Duration(s * float64(time.Second)))}, Placed: true}
}

func sighted(all ...Sight) *Sights {
	all = slices.Clone(all)
	slices.SortStableFunc(all, ByTime)
	return NewSights(all)
}

// killed is a kernel's kill of a process.
func killed(line int, comm string, pid int64, memcg string) record.Event {
	e := saw("messages", line, "kvm1", record.OOMKill)
	e.OOM = &record.OOM{Killer: "kernel", TaskMemcg: memcg, Victim: record.Victim{Comm: comm, PID: record.Known(pid)}}
	return e
}

func ofMachined(line int, vm string) record.Event {
	e := saw("messages", line, "kvm1", record.VMStopped, record.AttrVM, vm)
	e.Source = "systemd-machined"
	return e
}

// TestName: the kernel's own word goes before the pid, the pid before the machine's end. An end trails its kill by seconds: the
// kernel frees the memory first.
func TestName(t *testing.T) {
	scope := `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope/libvirt/emulator`
	lost := func(line int, vm string) record.Event {
		return saw("messages", line, "kvm1", record.VMKilled, record.AttrVM, vm)
	}
	stopped := func(reason string) record.Event {
		return saw("messages", 20, "kvm1", record.VMStopped, record.AttrVM, "web-2", record.AttrReason, reason)
	}
	link := saw("messages", 20, "kvm1", record.LinkDown, record.AttrIface, "vnet3")
	elsewhere := saw("messages", 20, "kvm2", record.VMStopped, record.AttrVM, "web-2")
	started := func(host string, pid string) record.Event {
		return saw("audit.log", 3, host, record.VMStarted, record.AttrVM, "web-1", record.AttrPID, pid)
	}
	boot := saw("messages", 5, "kvm1", record.HostBoot)
	qemuAsked := killed(9, "mysqld", 900, "/system.slice/mysqld.service")
	qemuAsked.OOM.Trigger = record.Trigger{Comm: "qemu-kvm", PID: record.Known(102)}
	for _, c := range []struct {
		name string
		kill record.Event
		also []Sight
		want string
	}{
		{"its cgroup", killed(9, "qemu-kvm", 1, scope), nil, "web-1"},
		{"its cgroup before the pid of another", killed(9, "qemu-kvm", 102, scope), nil, "web-1"},
		{"its cgroup before the end of another", killed(9, "qemu-kvm", 1, scope), []Sight{placed(1, ofMachined(20, "web-2"))}, "web-1"},
		{"a VM that only the cgroup names", killed(9, "qemu-kvm", 1, `/machine.slice/machine-qemu\x2d8\x2dnew.scope`), nil, "new"},
		{"its pid", killed(9, "qemu-kvm", 102, ""), nil, "web-2"},
		{"its pid before the end of another", killed(9, "qemu-kvm", 102, ""), []Sight{placed(1, ofMachined(20, "web-1"))}, "web-2"},
		{"machined's end", killed(9, "qemu-kvm", 1, ""), []Sight{placed(4, ofMachined(20, "web-2"))}, "web-2"},
		{"libvirt's lost monitor", killed(9, "qemu-kvm", 1, ""), []Sight{placed(3, lost(20, "web-2"))}, "web-2"},
		{"the network port", killed(9, "qemu-kvm", 1, ""), []Sight{placed(3, link)}, "web-2"},
		{"several signs of one end", killed(9, "qemu-kvm", 1, ""), []Sight{placed(3, link), placed(3, lost(21, "web-2")), placed(4, ofMachined(22, "web-2"))}, "web-2"},
		{"the teardown takes long", killed(9, "qemu-kvm", 1, ""), []Sight{placed(59, ofMachined(20, "web-2"))}, "web-2"},
		{"too late", killed(9, "qemu-kvm", 1, ""), []Sight{placed(62, ofMachined(20, "web-2"))}, ""},
		{"before the kill", killed(9, "qemu-kvm", 1, ""), []Sight{placed(-5, ofMachined(20, "web-2"))}, ""},
		{"two VMs ended", killed(9, "qemu-kvm", 1, ""), []Sight{placed(3, ofMachined(20, "web-2")), placed(4, ofMachined(21, "web-1"))}, ""},
		{"somebody stopped it", killed(9, "qemu-kvm", 1, ""), []Sight{placed(3, stopped("destroyed"))}, ""},
		{"shut down", killed(9, "qemu-kvm", 1, ""), []Sight{placed(3, stopped("shutdown"))}, ""},
		{"suspended: it lives on", killed(9, "qemu-kvm", 1, ""), []Sight{placed(0, stopped("paused"))}, ""},
		{"crashed, as libvirt calls it after a kill", killed(9, "qemu-kvm", 1, ""), []Sight{placed(3, stopped("crashed"))}, "web-2"},
		{"no sign", killed(9, "qemu-kvm", 1, ""), nil, ""},
		{"a qemu that only asked", qemuAsked, []Sight{placed(4, ofMachined(20, "web-2"))}, ""},
		{"shut down, and its machine ends", killed(9, "qemu-kvm", 1, ""), []Sight{placed(20, stopped("shutdown")), placed(21, ofMachined(20, "web-2"))}, ""},
		{"shut down, while another is killed", killed(9, "qemu-kvm", 1, ""),
			[]Sight{placed(4, ofMachined(19, "web-1")), placed(20, stopped("shutdown")), placed(21, ofMachined(20, "web-2"))}, "web-1"},
		{"an end on another host", killed(9, "qemu-kvm", 1, ""), []Sight{placed(4, elsewhere)}, ""},
		{"its start", killed(9, "qemu-kvm", 7, ""), []Sight{placed(-3600, started("kvm1", "7"))}, "web-1"},
		{"a start with the pid on another host", killed(9, "qemu-kvm", 7, ""), []Sight{placed(-3600, started("kvm2", "7"))}, ""},
		{"a start with the pid after the kill", killed(9, "qemu-kvm", 7, ""), []Sight{placed(3600, started("kvm1", "7"))}, ""},
		{"its pid died with the VM", killed(9, "qemu-kvm", 7, ""), []Sight{placed(-3600, started("kvm1", "7")), placed(-1800, ofMachined(8, "web-1"))}, ""},
		{"its pid died with the host", killed(9, "qemu-kvm", 7, ""), []Sight{placed(-3600, started("kvm1", "7")), placed(-1800, boot)}, ""},
		{"its own end is told a second before the kill", killed(9, "qemu-kvm", 7, ""), []Sight{placed(-3600, started("kvm1", "7")), placed(-1, lost(8, "web-1"))}, "web-1"},
		{"what the process calls itself", killed(9, "qemu:web-1", 1, ""), nil, "web-1"},
		{"virtiofsd beside it", killed(9, "virtiofsd", 1, scope), nil, ""},
		{"no hypervisor", killed(9, "java", 102, ""), []Sight{placed(4, ofMachined(20, "web-2"))}, ""},
	} {
		topo := hosting("web-1", "web-2")
		topo.VMs[1].PID, topo.VMs[1].Ifaces = record.Known(102), []string{"vnet3"}
		kill := placed(0, c.kill)
		n, ok := topo.Name(kill, sighted(append([]Sight{kill}, c.also...)...))
		if ok != (c.want != "") || ok && n.VM.Name != c.want {
			t.Errorf("%s: %v %q, want %q", c.name, ok, nameOf(n.VM), c.want)
		}
		if ok && (n.Method == "" || n.Sure <= 0 || n.Sure >= 1) {
			t.Errorf("%s: by %q, sure %v", c.name, n.Method, n.Sure)
		}
	}
	if _, ok := hosting("web-1").Name(placed(0, saw("messages", 1, "kvm1", record.OOMKill)), sighted()); ok {
		t.Error("a kill without a dump has a name")
	}
}

// TestNameRanks: a better method is surer.
func TestNameRanks(t *testing.T) {
	sure := func(kill record.Event, also ...Sight) float64 {
		topo := hosting("web-1", "web-2")
		topo.VMs[1].PID, topo.VMs[1].Ifaces = record.Known(102), []string{"vnet3"}
		k := placed(0, kill)
		n, ok := topo.Name(k, sighted(append([]Sight{k}, also...)...))
		if !ok || n.VM.Name != "web-2" {
			t.Fatalf("named %v", nameOf(n.VM))
		}
		return n.Sure
	}
	ranks := []float64{
		sure(killed(9, "qemu-kvm", 1, "/libvirt/qemu/web-2")),
		sure(killed(9, "qemu-kvm", 102, "")),
		sure(killed(9, "qemu-kvm", 1, ""), placed(3, saw("messages", 20, "kvm1", record.VMKilled, record.AttrVM, "web-2"))),
		sure(killed(9, "qemu-kvm", 1, ""), placed(3, saw("messages", 20, "kvm1", record.LinkDown, record.AttrIface, "vnet3"))),
	}
	for i := 1; i < len(ranks); i++ {
		if ranks[i] >= ranks[i-1] {
			t.Errorf("method %d is as sure as the one before: %v", i, ranks)
		}
	}
}

// TestKillByPort: Proxmox's ports tell the number of their VM.
func TestKillByPort(t *testing.T) {
	topo := hosting("101", "102")
	k := placed(0, killed(9, "kvm", 1, ""))
	down := placed(3, saw("messages", 20, "kvm1", record.LinkDown, record.AttrIface, "tap102i0", record.AttrVM, "102"))
	if n, ok := topo.Name(k, sighted(k, down)); !ok || n.VM.Name != "102" {
		t.Errorf("the kill of the VM whose port went down is called %s", nameOf(n.VM))
	}
}

// TestTwoKills: two kills within a minute, each with its own machine's end behind it.
func TestTwoKills(t *testing.T) {
	topo := hosting("web-1", "web-2")
	first, second := placed(0, killed(9, "qemu-kvm", 1, "")), placed(20, killed(30, "qemu-kvm", 2, ""))
	sights := []Sight{first, placed(3, ofMachined(20, "web-1")), second, placed(24, ofMachined(40, "web-2"))}
	for want, kill := range map[string]Sight{"web-1": first, "web-2": second} {
		if n, ok := topo.Name(kill, sighted(sights...)); !ok || n.VM.Name != want {
			t.Errorf("kill at %v: %q, want %s", kill.T, nameOf(n.VM), want)
		}
	}
	// In one second nobody can tell which end belongs to which kill.
	second = placed(0, killed(30, "qemu-kvm", 2, ""))
	sights = []Sight{first, second, placed(3, ofMachined(20, "web-1")), placed(3, ofMachined(40, "web-2"))}
	if n, ok := topo.Name(first, sighted(sights...)); ok {
		t.Errorf("two kills in one second: the first is called %s", nameOf(n.VM))
	}
}

// TestUnplaced: without a place on the clock nothing ends right after a kill.
func TestUnplaced(t *testing.T) {
	kill := placed(0, killed(9, "qemu-kvm", 1, ""))
	kill.Placed = false
	if n, ok := hosting("web-1").Name(kill, sighted(placed(3, ofMachined(20, "web-1")))); ok {
		t.Errorf("named %s", nameOf(n.VM))
	}
}

// TestEnded: an end's own word, its pid, or the one machine that ended within the minute.
func TestEnded(t *testing.T) {
	eof := saw("libvirtd.log", 5, "", record.VMKilled) // before libvirt 8 the line names no VM (qemu_monitor.c)
	byPID := saw("audit.log", 5, "", record.VMCrashed, record.AttrPID, "102")
	for _, c := range []struct {
		name string
		end  record.Event
		also []Sight
		want string
	}{
		{"its own word", saw("libvirtd.log", 5, "", record.VMKilled, record.AttrVM, "web-1"), nil, "web-1"},
		{"its pid", byPID, nil, "web-2"},
		{"the machine that ended", eof, []Sight{placed(1, ofMachined(20, "web-1"))}, "web-1"},
		{"two machines", eof, []Sight{placed(1, ofMachined(20, "web-1")), placed(2, ofMachined(21, "web-2"))}, ""},
		{"a stop without a name", saw("libvirtd.log", 5, "", record.VMStopped), []Sight{placed(1, ofMachined(20, "web-1"))}, ""},
		{"nothing", eof, nil, ""},
	} {
		topo := hosting("web-1", "web-2")
		topo.VMs[1].PID = record.Known(102)
		end := placed(0, c.end)
		if n, ok := topo.Ended(end, sighted(append([]Sight{end}, c.also...)...)); ok != (c.want != "") || nameOf(n.VM) != c.want {
			t.Errorf("%s: %v %q, want %q", c.name, ok, nameOf(n.VM), c.want)
		}
	}
}

// TestNameByID: machined drops the underscore, so that both names are web01 to it; libvirt's id tells them apart.
func TestNameByID(t *testing.T) {
	topo := hosting("web01", "web_01")
	topo.VMs[0].ID, topo.VMs[1].ID = "3", "5"
	for id, want := range map[string]string{"3": "web01", "5": "web_01"} {
		kill := placed(0, killed(9, "qemu-kvm", 1, `/machine.slice/machine-qemu\x2d`+id+`\x2dweb01.scope/libvirt/emulator`))
		if n, ok := topo.Name(kill, sighted(kill)); !ok || n.VM.Name != want {
			t.Errorf("id %s: %v %q, want %q", id, ok, nameOf(n.VM), want)
		}
	}
}

// TestSpelledAlike: with an id that nothing ties to a VM, machined's spelling of two VMs is neither's, also where it is
// the very name of one of them; other evidence may tell which of the two it was, and no third.
func TestSpelledAlike(t *testing.T) {
	const of7 = `/machine.slice/machine-qemu\x2d7\x2dweb01.scope/libvirt/emulator`
	machine := func(line int, kind record.Kind, id, vm string) record.Event {
		return saw("messages", line, "kvm1", kind, record.AttrVM, vm, record.AttrID, id, record.AttrMachine, "qemu-"+id+"-"+vm)
	}
	lost := func(vm string) []record.Event {
		return []record.Event{saw("messages", 20, "kvm1", record.VMKilled, record.AttrVM, vm)}
	}
	started := saw("audit.log", 3, "kvm1", record.VMStarted, record.AttrVM, "web_01", record.AttrPID, "901")
	for name, c := range map[string]struct {
		vms    []string
		cgroup string
		also   []record.Event
		want   string
		could  string
	}{
		"two":                        {[]string{"web01", "web_01", "db"}, of7, nil, "", "web01 web_01"},
		"neither's own name":         {[]string{"web_01", "we_b01"}, of7, nil, "", "we_b01 web_01"},
		"its machine began and ends": {[]string{"web01", "web_01"}, of7, []record.Event{machine(2, record.VMStarted, "7", "web01"), machine(20, record.VMStopped, "7", "web01")}, "", "web01 web_01"},
		"one":                        {[]string{"web_01", "db"}, of7, nil, "web_01", ""},
		"the pid":                    {[]string{"web01", "web_01"}, of7, []record.Event{started}, "web_01", "web01 web_01"},
		"libvirt's lost monitor":     {[]string{"web01", "web_01"}, of7, lost("web_01"), "web_01", "web01 web_01"},
		"a third VM's":               {[]string{"web01", "web_01", "db"}, of7, lost("db"), "", "web01 web_01"},
		"libvirt's own name":         {[]string{"web01", "web_01"}, "/machine/web01.libvirt-qemu/emulator", nil, "web01", ""},
	} {
		var facts []record.Fact
		for _, n := range c.vms {
			facts = append(facts, fact("virsh-list.txt", n, record.FactVM, "virsh list"))
		}
		topo := Build(facts, c.also, nil)
		if len(topo.VMs) != len(c.vms) {
			t.Errorf("%s: %d VMs", name, len(topo.VMs))
		}
		kill := placed(0, killed(9, "qemu-kvm", 901, c.cgroup))
		sights := []Sight{kill}
		for _, e := range c.also {
			at := 3.0
			if e.Kind == record.VMStarted {
				at = -3600
			}
			sights = append(sights, placed(at, e))
		}
		if n, ok := topo.Name(kill, sighted(sights...)); ok != (c.want != "") || nameOf(n.VM) != c.want {
			t.Errorf("%s: %v %q, want %q", name, ok, nameOf(n.VM), c.want)
		}
		if could := strings.Join(topo.Perhaps(c.cgroup), " "); could != c.could {
			t.Errorf("%s: perhaps %s, want %s", name, could, c.could)
		}
		for _, s := range sights[1:] {
			if n, ok := topo.Ended(s, sighted(sights...)); s.Get(record.AttrMachine) != "" && ok {
				t.Errorf("%s: %s is called %s", name, s.Get(record.AttrMachine), nameOf(n.VM))
			}
		}
	}
	logged := Build(nil, []record.Event{machine(2, record.VMStarted, "7", "web01"), saw("libvirtd.log", 3, "kvm1", record.VMStarted, record.AttrVM, "web_01")}, nil)
	if len(logged.VMs) != 1 || logged.VMs[0].Name != "web_01" || logged.VMs[0].ID != "7" {
		t.Errorf("of logs alone: %+v", logged.VMs[0])
	}
}
