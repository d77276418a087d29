package topology

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Sanitise gives the name that systemd-machined shows for a libvirt domain: letters, digits, "-" and single dots stay,
// everything else is dropped (libvirt up to 9.0 src/hypervisor/domain_driver.c, virDomainDriverGenerateMachineName). It
// is lossy: compare sanitised names, never turn one back.
func Sanitise(name string) string {
	var b strings.Builder
	dot := false
	for _, r := range name {
		switch {
		case r == '.':
			if !dot {
				b.WriteRune(r)
			}
			dot = true
			continue
		case r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		}
		dot = false
	}
	return b.String()
}

// SpelledAs tells that machined may show the domain as machine: sanitised, or also as newer libvirt does it
// (virDomainMachineNameAppendValid): runs of "-" joined, "-" and "." trimmed at the ends, cut where "qemu-ID-" and the
// name reach 64 characters.
func SpelledAs(domain, machine string) bool {
	plain := Sanitise(domain)
	if plain == machine {
		return machine != ""
	}
	plain = strings.Trim(joined(plain), "-.")
	return machine != "" && (plain == machine || len(machine) >= shortestCut && strings.HasPrefix(plain, machine))
}

// shortestCut is the least of a name that machined cut: qemu, a number of six digits, and what is left of 64 characters.
const shortestCut = 64 - len("qemu-999999-")

func joined(name string) string {
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	return name
}

// roots gives what the spellings of one machine have in common: the letters and digits, and the begins that a cut leaves. Names
// without a common root need not be compared, and years of logs name ten thousand machines.
func roots(name string) []string {
	all := []string{strings.Map(func(r rune) rune {
		if nameByte(byte(r)) && r < utf8.RuneSelf && r != '-' {
			return r
		}
		return -1
	}, name)}
	for _, long := range []string{name, strings.Trim(joined(Sanitise(name)), "-.")} {
		if len(long) >= shortestCut && !slices.Contains(all, long[:shortestCut]) {
			all = append(all, long[:shortestCut])
		}
	}
	return all
}

// rooted are things by the roots of a name.
type rooted[T any] map[string][]T

func (m rooted[T]) add(name string, x T) {
	for _, root := range roots(name) {
		m[root] = append(m[root], x)
	}
}

// of gives those that a name may be another spelling of, some of them twice.
func (m rooted[T]) of(name string) (out []T) {
	for _, root := range roots(name) {
		out = append(out, m[root]...)
	}
	return out
}

// VM gives the VM that a name of any source means: the domain's own name, machined's spelling, a node name or a
// series' heading. method says how; nil when no VM or more than one fits.
func (t *Topology) VM(name string) (vm *VM, method string) {
	if name == "" || len(t.VMs) == 0 {
		return nil, ""
	}
	m, asked := t.meant[name]
	if !asked {
		m.vm, m.method = t.meaning(name)
		t.meant[name] = m
	}
	return m.vm, m.method
}

func (t *Topology) meaning(name string) (vm *VM, method string) {
	for _, v := range t.VMs {
		if v.Name == name {
			return v, "by its name"
		}
	}
	if vm := t.only(func(v *VM) bool { return v.Title == name }); vm != nil {
		return vm, "by its title"
	}
	for _, step := range []struct {
		method string
		same   func(a, b string) bool
	}{
		{"by its sanitised name", func(a, b string) bool { return SpelledAs(a, b) || SpelledAs(b, a) }},
		{"by its name without case", strings.EqualFold},
		{"by the end of its name", endsAlike},
		{"by the name within the heading", within},
	} {
		if vm := t.only(func(v *VM) bool { return step.same(v.Name, name) }); vm != nil {
			return vm, step.method
		}
	}
	return nil, ""
}

// only gives the one VM that passes, nil when none or several do.
func (t *Topology) only(pass func(*VM) bool) *VM {
	var found *VM
	for _, v := range t.VMs {
		if pass(v) {
			if found != nil {
				return nil
			}
			found = v
		}
	}
	return found
}

// endsAlike tells that one name is the other with a prefix such as "vm-" or a suffix such as ".example.org":
// k8s-worker-1 is vm-k8s-worker-1, but worker-1 is not worker-11.
func endsAlike(a, b string) bool {
	a, b = bare(a), bare(b)
	if len(a) < len(b) {
		a, b = b, a
	}
	return len(b) >= 3 && (a == b || strings.HasSuffix(a, "-"+b) || strings.HasSuffix(a, "_"+b))
}

// bare cuts a port, a domain and case.
func bare(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(s), ":")
	if host, _, ok := strings.Cut(s, "."); ok && host != "" && strings.ContainsFunc(host, func(r rune) bool { return r >= 'a' }) {
		s = host
	}
	return s
}

// SameHost tells that two host names are one, with or without a domain.
func SameHost(a, b string) bool { return a == b || bare(a) == bare(b) }

// within tells that the VM's name stands as a whole in a longer heading: "vm-web-1 memory used".
func within(vm, heading string) bool {
	if len(vm) < 3 {
		return false
	}
	for from := 0; ; {
		i := strings.Index(heading[from:], vm)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(vm)
		if (i == 0 || !nameByte(heading[i-1])) && (end == len(heading) || !nameByte(heading[end])) {
			return true
		}
		from = i + 1
	}
}

func nameByte(c byte) bool {
	return c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// PodsOn gives the pods that live on the VM as a node.
func (t *Topology) PodsOn(vm *VM) []Pod {
	var out []Pod
	for _, p := range t.Pods {
		if v, _ := t.VM(p.Node); v == vm && v != nil {
			out = append(out, p)
		}
	}
	return out
}

// IsHypervisor tells whether a process name is that of a VM's process (comm, at most 15 bytes).
func IsHypervisor(comm string) bool {
	return comm == "kvm" || comm == "qemu-kvm" || comm == "qemu" || strings.HasPrefix(comm, "qemu-system-") || strings.HasPrefix(comm, processName)
}

// processName is what QEMU puts before its VM's name where it calls its process so (libvirt's qemu.conf,
// set_process_name).
const processName = "qemu:"

// isHelper tells the programs that libvirt runs beside QEMU in a VM's cgroup (src/qemu/qemu_extdevice.c): when one is
// killed, QEMU lives.
func isHelper(comm string) bool {
	return comm == "virtiofsd" || comm == "swtpm" || comm == "dbus-daemon" || comm == "slirp4netns" || comm == "passt" || comm == "passt.avx2" ||
		comm == "qemu-pr-helper" || comm == "nbdkit" || strings.HasPrefix(comm, "vhost-user-")
}

// IsHypervisorThread tells whether a name is that of a thread of a QEMU process (debug-threads=on) or of the process
// itself: a fault is logged with the thread's name.
func IsHypervisorThread(comm string) bool {
	return IsHypervisor(comm) || comm == "worker" || comm == "vnc_worker" || comm == "SPICE Worker" ||
		strings.HasPrefix(comm, "CPU ") && strings.Contains(comm, "/") || strings.HasPrefix(comm, "IO ")
}

// loadTools are the process names of load generators (comm, at most 15 bytes); interpreters run several of them.
var loadTools = []string{"java", "jmeter", "k6", "locust", "gatling", "vegeta", "wrk", "wrk2", "hey", "ab", "artillery", "node", "python", "tsung", "beam.smp", "siege", "oha", "pgbench", "sysbench"}

// IsLoadTool tells whether a process may be a load generator.
func IsLoadTool(comm string) bool {
	for _, name := range loadTools {
		if comm == name || name == "python" && strings.HasPrefix(comm, name) {
			return true
		}
	}
	return false
}
