package topology

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// hosting gives a topology of VMs that a listing names.
func hosting(names ...string) *Topology {
	var facts []record.Fact
	for i, n := range names {
		facts = append(facts, record.Fact{From: record.Origin{File: "virsh-list.txt", Line: i + 1}, Subject: n, Key: record.FactVM, Value: "virsh list"})
	}
	return Build(facts, nil, nil)
}

func nameOf(vm *VM) string {
	if vm == nil {
		return ""
	}
	return vm.Name
}

// TestSanitise: the vectors of libvirt's tests/virsystemdtest.c before dashes were joined (virDomainGenerateMachineName): letters, digits,
// "-" and single dots stay.
func TestSanitise(t *testing.T) {
	for name, want := range map[string]string{
		"demo":        "demo",
		"demo!name":   "demoname",
		".demo":       ".demo",
		"demo..name":  "demo.name",
		"bull💩":       "bull",
		"x_y_z":       "xyz", // vagrant's names
		"vm-k8s-1":    "vm-k8s-1",
		"web 01 (db)": "web01db",
		"数据库-1":       "-1",
		"":            "",
	} {
		if got := Sanitise(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
		if again := Sanitise(Sanitise(name)); again != want {
			t.Errorf("%q twice: %q, want %q", name, again, want)
		}
	}
}

// TestRoots: what machined may show a domain as has a root in common with it, so that nobody need compare other names. The names are of
// few characters, so that dashes, dots and what is dropped come together, and of lengths about that of the cut.
func TestRoots(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	spelled := 0
	for range 200000 {
		domain := make([]byte, rng.IntN(70))
		for i := range domain {
			domain[i] = "ab1--.._"[rng.IntN(8)]
		}
		d := string(domain)
		shown := Sanitise(d)
		if rng.IntN(2) == 0 {
			shown = strings.Trim(joined(shown), "-.")
		}
		shown = shown[:min(len(shown), shortestCut+rng.IntN(12))]
		if !SpelledAs(d, shown) {
			continue
		}
		spelled++
		if !slices.ContainsFunc(roots(d), func(root string) bool { return slices.Contains(roots(shown), root) }) {
			t.Fatalf("%q is shown as %q: roots %q and %q", d, shown, roots(d), roots(shown))
		}
	}
	if spelled < 100000 {
		t.Errorf("%d of 200000 are spelled so", spelled)
	}
}

// TestVM: what a name of another source means; several that fit are none.
func TestVM(t *testing.T) {
	for _, c := range []struct {
		name string
		vms  []string
		want string
	}{
		{"web_1", []string{"web_1", "web_2"}, "web_1"},
		{"web1", []string{"web_1", "web_2"}, "web_1"},  // machined's spelling
		{"web_1", []string{"web1"}, "web1"},            // the log's spelling, and the listing is machinectl's
		{"WEB-1", []string{"web-1", "web-2"}, "web-1"}, // Windows' NetBIOS names
		{"k8s-worker-1", []string{"vm-k8s-worker-1", "vm-k8s-worker-2"}, "vm-k8s-worker-1"},
		{"worker-1", []string{"vm-k8s-worker-1", "vm-k8s-worker-11"}, "vm-k8s-worker-1"},
		{"worker-1", []string{"worker-11"}, ""},
		{"worker-11", []string{"worker-1"}, ""},
		{"worker-1", []string{"a-worker-1", "b-worker-1"}, ""},                // ambiguous
		{"worker-1", []string{"worker-1", "b-worker-1"}, "worker-1"},          // its own name goes first
		{"k8s-worker-1:9100", []string{"vm-k8s-worker-1"}, "vm-k8s-worker-1"}, // a Prometheus instance
		{"k8s-worker-1.example.org", []string{"vm-k8s-worker-1"}, "vm-k8s-worker-1"},
		{"vm-web-1 memory used", []string{"vm-web-1", "vm-web-2"}, "vm-web-1"}, // a column's heading
		{"vm-web-1_rss_kB", []string{"vm-web-1", "vm-web-11"}, "vm-web-1"},
		{"vm-web-11 memory used", []string{"vm-web-1"}, ""},
		{"vm-web-1 and vm-web-2", []string{"vm-web-1", "vm-web-2"}, ""},
		{"avm-1 and vm-1 used", []string{"vm-1"}, "vm-1"},
		{"192.168.1.10:9100", []string{"vm-10"}, ""}, // an address is no domain
		{"1", []string{"vm-1"}, ""},                  // too short to mean anything
		{"", []string{"vm-1"}, ""},
		{"web", nil, ""},
	} {
		vm, method := hosting(c.vms...).VM(c.name)
		if nameOf(vm) != c.want {
			t.Errorf("%q among %v: %q, want %q", c.name, c.vms, nameOf(vm), c.want)
		}
		if (vm != nil) != (method != "") {
			t.Errorf("%q: VM %v and method %q", c.name, vm != nil, method)
		}
	}
}

// TestMachineOf: the shapes of a QEMU process's cgroup: libvirt's vircgroup.c and virsystemd.c, Proxmox, Kubernetes. The kernel prints \x2d literally.
func TestMachineOf(t *testing.T) {
	for path, want := range map[string]string{
		`/machine.slice/machine-qemu\x2d3\x2dweb01.scope/libvirt/emulator`:           "web01", // cgroup v2
		`/machine.slice/machine-qemu\x2d3\x2dweb01.scope/libvirt/vcpu0`:              "web01",
		`/machine.slice/machine-qemu\x2d3\x2dweb01.scope/emulator`:                   "web01", // cgroup v1
		`/machine.slice/machine-qemu\x2d3\x2dvm\x2dk8s\x2dworker\x2d1.scope`:         "vm-k8s-worker-1",
		`/machine.slice/machine-qemu\\x2d3\\x2dweb01.scope/emulator`:                 "web01", // a logger that doubles the backslash
		`/machine.slice/machine-qemu\x2dweb01.scope`:                                 "web01", // EL7.0: no id
		`/machine.slice/machine-qemu\x2d17\x2ddemo.name.scope`:                       "demo.name",
		`/machine/web01.libvirt-qemu/emulator`:                                       "web01",
		`/machine/qemu-3-web01.libvirt-qemu`:                                         "web01",
		`/libvirt/qemu/web01`:                                                        "web01",
		`/libvirt/qemu/web01/vcpu0`:                                                  "web01",
		`/qemu.slice/101.scope`:                                                      "101", // Proxmox
		`/machine.slice`:                                                             "",
		`/machine.slice/machine-lxc\x2d3\x2dweb01.scope`:                             "",
		`/kubepods.slice/kubepods-burstable.slice/kubepods-pod1.slice/cri-abc.scope`: "", // KubeVirt: a pod
		`/system.slice/mysqld.service`:                                               "",
		`/user.slice/user-1000.slice/session-3.scope`:                                "",
		`/`: "",
		``:  "",
	} {
		if got := MachineOf(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestVMOfFile(t *testing.T) {
	vms := []string{"vm-k8s-worker-1", "vm-k8s-worker-2", "vm-k8s-master-1"}
	for path, want := range map[string]string{
		"run-7/top-worker-1.txt":     "vm-k8s-worker-1",
		"vm-k8s-worker-1-serial.log": "vm-k8s-worker-1",
		"run-7/vm-k8s-worker-2.log":  "vm-k8s-worker-2",
		"logs/top-k8s-master-1.txt":  "vm-k8s-master-1",
		"top-worker-11.txt":          "",
		"vm-k8s-worker-1/messages":   "", // the folder's name is another's business
		"messages":                   "",
		"vm-k8s.txt":                 "",
		"":                           "",
	} {
		if got := nameOf(hosting(vms...).VMOfFile(path)); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestSameHost(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"hp-server", "hp-server", true},
		{"hp-server", "hp-server.example.org", true},
		{"HP-Server", "hp-server", true},
		{"hp-server:9100", "hp-server", true},
		{"hp-server", "hp-server2", false},
		{"hp-server", "server", false},
		{"10.0.0.1", "10.0.0.2", false},
		{"10.0.0.1", "10.0.0.1:9100", true},
	} {
		if SameHost(c.a, c.b) != c.same || SameHost(c.b, c.a) != c.same {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.same)
		}
	}
}

// TestIsHypervisor: comm is cut to 15 bytes by the kernel (TASK_COMM_LEN 16 with its NUL, include/linux/sched.h).
func TestIsHypervisor(t *testing.T) {
	for comm, want := range map[string][2]bool{ // a process, a process or one of its threads
		"qemu-kvm": {true, true}, "kvm": {true, true}, "qemu-system-x86": {true, true}, "qemu-system-aar": {true, true}, "qemu": {true, true},
		"CPU 0/KVM": {false, true}, "IO iothread1": {false, true}, "vnc_worker": {false, true}, "worker": {false, true}, "SPICE Worker": {false, true},
		"mysqld": {false, false}, "kvm-pit/70123": {false, false}, "vhost-70123": {false, false}, "qemu-img": {false, false}, "qemu-ga": {false, false}, "CPU hog": {false, false}, "": {false, false},
	} {
		if IsHypervisor(comm) != want[0] || IsHypervisorThread(comm) != want[1] {
			t.Errorf("%q: %v %v, want %v", comm, IsHypervisor(comm), IsHypervisorThread(comm), want)
		}
	}
	for comm, want := range map[string]bool{"java": true, "k6": true, "python3": true, "python3.11": true, "beam.smp": true, "javac": false, "mysqld": false, "": false} {
		if IsLoadTool(comm) != want {
			t.Errorf("load tool %q: want %v", comm, want)
		}
	}
}

// TestSpelledAs: libvirt's machine names, old (characters dropped) and newer (virDomainMachineNameAppendValid).
func TestSpelledAs(t *testing.T) {
	long := strings.Repeat("a-very-long-name.", 5)
	for _, c := range []struct {
		domain, machine string
		want            bool
	}{
		{"web_1", "web1", true},
		{"web--1", "web--1", true},
		{"web--1", "web-1", true},
		{".demo", "demo", true},
		{"a-vm-", "a-vm", true},
		{long, long[:64-len("qemu-12-")], true},
		{long, long[:20], false},
		{"web-1", "web-11", false},
		{"_", "", false},
	} {
		if got := SpelledAs(c.domain, c.machine); got != c.want {
			t.Errorf("%q as %q: %v", c.domain, c.machine, got)
		}
	}
}

// TestListedAlike: two names of one listing that machined would show alike are two VMs, and a log's name of both is neither's.
func TestListedAlike(t *testing.T) {
	for range 20 { // the order of a map must not decide
		topo := Build([]record.Fact{
			fact("list", "web_1", record.FactVMMemory, "8"),
			fact("list", "we_b1", record.FactVMMemory, "16"),
		}, []record.Event{saw("messages", 4, "kvm1", record.VMStopped, record.AttrVM, "web1", record.AttrID, "7")}, nil)
		a, _ := topo.VM("web_1")
		b, _ := topo.VM("we_b1")
		if a == b || a.Promised != record.Known(8) || b.Promised != record.Known(16) || a.ID+b.ID != "" {
			t.Fatalf("%+v and %+v", a, b)
		}
	}
	topo := Build([]record.Fact{
		fact("list", "web1", record.FactVMMemory, "8"),
		fact("list", "web_1", record.FactVMMemory, "16"),
	}, nil, nil)
	if len(topo.VMs) != 2 || topo.VMs[0].Promised != record.Known(8) || topo.VMs[1].Promised != record.Known(16) {
		t.Errorf("%d VMs: %+v", len(topo.VMs), topo.VMs[0])
	}
}
