package topology

import (
	"testing"

	"oomortem/parser/record"
)

func fact(file, subject, key, value string) record.Fact {
	return record.Fact{From: record.Origin{File: file, Line: 1}, Subject: subject, Key: key, Value: value}
}

func saw(file string, line int, host string, kind record.Kind, attr ...string) record.Event {
	e := record.Event{From: record.Origin{File: file, Line: line}, Host: host, Source: "libvirtd", Kind: kind}
	for i := 0; i+1 < len(attr); i += 2 {
		e.Attr = append(e.Attr, record.Attr{Key: attr[i], Value: attr[i+1]})
	}
	return e
}

// TestBuild joins what listings, logs and curves tell of one VM.
func TestBuild(t *testing.T) {
	victim := saw("messages", 9, "kvm1", record.OOMKill)
	victim.OOM = &record.OOM{Victim: record.Victim{PID: record.Known(7603), Comm: "qemu-kvm"}, Tasks: []record.Task{{TGID: 7604, Comm: "qemu-kvm"}, {TGID: 900, Comm: "mysqld"}}}
	topo := Build([]record.Fact{
		fact("dominfo", "web_1", record.FactVMMemory, "17179869184"),
		fact("dominfo", "web_1", record.FactVMState, "running"),
		fact("dominfo", "web_1", record.FactVMID, "3"),
		fact("domiflist", "web_1", record.FactVMIface, "vnet2"),
		fact("domiflist", "web_1", record.FactVMIface, "vnet2"),
		fact("dumpxml", "web_1", record.FactVMHugePages, "yes"),
		fact("meminfo", "", record.FactHostRAM, "67252174848"),
		fact("hostname", "", record.FactHostName, "kvm1"),
		fact("pods", "shop/web-0", record.FactPodNode, "web1"),
		fact("pods", "shop/web-0", record.FactPodStatus, "Running"),
		fact("pods", "shop/db-0", record.FactPodNode, "elsewhere"),
	}, []record.Event{
		saw("messages", 1, "kvm1", record.VMStarted, record.AttrVM, "web1", record.AttrPID, "7601", record.AttrID, "4"),
		saw("messages", 2, "kvm1", record.VMStarted, record.AttrVM, "late", record.AttrBytes, "8589934592"),
		victim,
	}, []*record.Series{
		{Name: "rss", Labels: []record.Attr{{Key: "domain", Value: "exported"}}},
		{Name: "late_rss_kB(pid 7604)", Subject: "late"},
		{Name: "mysqld_rss(pid 900)", Subject: "mysqld"},
	})
	var names []string
	for _, vm := range topo.VMs {
		names = append(names, vm.Name)
	}
	if len(names) != 3 || names[0] != "exported" || names[1] != "late" || names[2] != "web_1" {
		t.Fatalf("VMs %v, want exported, late, web_1", names)
	}
	web, late := topo.VMs[2], topo.VMs[1]
	if web.Promised != record.Known(16<<30) || web.State != "running" || web.ID != "3" || len(web.Ifaces) != 1 || !web.Huge || !web.Ours {
		t.Errorf("web_1: %+v", *web)
	}
	if web.PID != record.Known(7601) { // of machined's web1, the same machine
		t.Errorf("web_1 has the pid %v", web.PID)
	}
	if late.Promised != record.Known(8<<30) || late.PID != record.Known(7604) {
		t.Errorf("late: %+v", *late) // its size from the log, its pid from a curve of a hypervisor process
	}
	if !topo.VMs[0].Ours {
		t.Error("an exporter's domain is not the run's")
	}
	if topo.Host != "kvm1" || topo.RAM != record.Known(67252174848) {
		t.Errorf("host %q with %v", topo.Host, topo.RAM)
	}
	if _, ok := topo.Promised(); ok {
		t.Error("the sum of the promises is known, though exported's size is not")
	}
	if pods := topo.PodsOn(web); len(pods) != 1 || pods[0].Name != "shop/web-0" || pods[0].Status != "Running" {
		t.Errorf("pods on web_1: %v", pods)
	}
}

func TestPromised(t *testing.T) {
	sized := func(sizes ...string) *Topology {
		var facts []record.Fact
		for i, s := range sizes {
			facts = append(facts, fact("dominfo", string(rune('a'+i)), record.FactVMMemory, s))
		}
		return Build(facts, nil, nil)
	}
	for _, c := range []struct {
		topo *Topology
		sum  int64
		ok   bool
	}{
		{sized(), 0, false},
		{sized("1024", "4096"), 5120, true},
		{sized("1024", "a lot"), 1024, false},
	} {
		if sum, ok := c.topo.Promised(); sum != c.sum || ok != c.ok {
			t.Errorf("%d %v, want %d %v", sum, ok, c.sum, c.ok)
		}
	}
}

// TestHostOf: guests' logs carry the guests' names, however long they are; who speaks of the run's VMs is their host.
func TestHostOf(t *testing.T) {
	repeat := func(n int, e record.Event) []record.Event {
		out := make([]record.Event, n)
		for i := range out {
			out[i] = e
			out[i].From.Line = i + 1
		}
		return out
	}
	kvm := saw("messages", 1, "kvm1", record.OOMKill)
	guest := saw("web.log", 1, "web-1", record.MemPressure)
	other := saw("loadgen.log", 1, "loadgen", record.OOMKill)
	ours := saw("messages", 1, "kvm1", record.VMStarted, record.AttrVM, "vm-web-1")
	strange := saw("neighbour", 1, "kvm9", record.VMStarted, record.AttrVM, "vm-db-9")
	vms := []record.Fact{fact("dominfo", "vm-web-1", record.FactVMMemory, "1024")}
	for _, c := range []struct {
		name   string
		events []record.Event
		want   string
	}{
		{"one", repeat(1, kvm), "kvm1"},
		{"a guest speaks more", append(repeat(50, guest), kvm), "kvm1"},
		{"a guest alone", repeat(5, guest), ""},
		{"another host speaks more, but not of the VMs", append(repeat(50, other), ours), "kvm1"},
		{"another host speaks of VMs that the run does not know", append(repeat(50, strange), kvm), "kvm1"},
		{"so does the only one", repeat(5, strange), "kvm9"},
		{"the one that speaks most", append(repeat(3, other), kvm), "loadgen"},
		{"as much: by name", append(repeat(1, other), kvm), "kvm1"},
		{"none", nil, ""},
	} {
		if got := Build(vms, c.events, nil).Host; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestOurs: facts that a log tells, of whatever runs on its host, claim nothing.
func TestOurs(t *testing.T) {
	for _, c := range []struct {
		name string
		fact record.Fact
		want bool
	}{
		{"a listing", fact("dominfo", "web", record.FactVMMemory, "1024"), true},
		{"a log", fact("messages", "web", record.FactVMMemory, "1024"), false},
	} {
		topo := Build([]record.Fact{c.fact}, []record.Event{saw("messages", 1, "kvm1", record.HostBoot)}, nil)
		if len(topo.VMs) != 1 || topo.VMs[0].Ours != c.want {
			t.Errorf("%s: %v", c.name, topo.VMs)
		}
	}
}

// TestTitle: an OpenStack guest calls itself by the server's name, libvirt by instance-….
func TestTitle(t *testing.T) {
	topo := Build([]record.Fact{
		fact("dumpxml", "instance-000001a1", record.FactVMMemory, "17179869184"),
		fact("dumpxml", "instance-000001a1", record.FactVMTitle, "shop-db"),
	}, nil, nil)
	if vm, method := topo.VM("shop-db"); vm == nil || vm.Name != "instance-000001a1" || method != "by its title" {
		t.Errorf("%v %q", vm, method)
	}
}

// TestIdle: of VMs that are shut off and unspoken of as many may be victims as hypervisors were killed.
func TestIdle(t *testing.T) {
	facts := []record.Fact{
		fact("list", "web-1", record.FactVMState, "running"),
		fact("list", "web-2", record.FactVMState, "shut off"),
	}
	if vm, _ := Build(facts, nil, nil).VM("web-2"); !vm.Idle {
		t.Error("nothing was killed: web-2 is idle")
	}
	kill := []record.Event{killed(3, "qemu-kvm", 7569, "/")}
	if vm, _ := Build(facts, kill, nil).VM("web-2"); vm.Idle {
		t.Error("one was killed, and web-2 alone is shut off")
	}
	facts = append(facts, fact("list", "web-3", record.FactVMState, "shut off"))
	spoken := append(kill, saw("messages", 4, "kvm1", record.VMStopped, record.AttrVM, "web-3"))
	if topo := Build(facts, spoken, nil); topo.VMs[1].Idle || topo.VMs[2].Idle {
		t.Error("the log speaks of web-3; web-2 may still be the victim")
	}
	facts = append(facts, fact("list", "old", record.FactVMState, "shut off"))
	if topo := Build(facts, kill, nil); !topo.VMs[0].Idle || topo.VMs[1].Idle || !topo.VMs[2].Idle {
		t.Error("three are shut off and one was killed: templates outnumber victims")
	}
}
