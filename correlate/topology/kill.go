package topology

import (
	"slices"
	"strings"
	"time"

	"oomortem/parser/record"
)

// Naming is the answer to "which VM was this process".
type Naming struct {
	VM     *VM
	Method string
	Sure   float64 // 0..1
	From   record.Origin
}

// A VM's teardown trails the kill: the kernel frees its memory, then the machine ends. Large guests take long.
const teardown = 60 * time.Second

// Name finds the VM that a killed hypervisor process was, by the best of the methods that the evidence allows. A kill
// of anything else, or one that several VMs could be, stays without a VM.
func (t *Topology) Name(kill Sight, all *Sights) (Naming, bool) {
	if kill.OOM == nil {
		return Naming{}, false
	}
	if isHelper(kill.OOM.Victim.Comm) {
		return Naming{}, false
	}
	n, ok, could := t.byScope(kill)
	if ok {
		return n, true
	}
	if !IsHypervisor(kill.OOM.Victim.Comm) {
		return Naming{}, false
	}
	n, ok = t.byOthers(kill, all)
	if ok && len(could) > 0 && !slices.Contains(could, n.VM) {
		return Naming{}, false
	}
	return n, ok
}

// byOthers finds the VM of a killed hypervisor process without the word of its cgroup.
func (t *Topology) byOthers(kill Sight, all *Sights) (Naming, bool) {
	if n, ok := t.byPID(kill, all); ok {
		return n, true
	}
	if n, ok := t.byComm(kill); ok {
		return n, true
	}
	return t.byEnd(kill, all)
}

// byScope reads the kernel's own word: the victim's cgroup names its machine. could are the VMs of which it may be either.
func (t *Topology) byScope(kill Sight) (n Naming, ok bool, could []*VM) {
	id, name := machineIn(kill.OOM.TaskMemcg)
	if name == "" {
		return Naming{}, false, nil
	}
	if could = t.machines(id, name); len(could) > 1 {
		return Naming{}, false, could
	}
	vm, _ := t.machine(id, name)
	if vm == nil {
		vm = &VM{Name: name, From: kill.From}
		t.add(vm)
	}
	return Naming{vm, "the kernel names its cgroup", .99, kill.From}, true, nil
}

// byComm reads what QEMU calls itself where qemu.conf says set_process_name=1: qemu:web01, cut at 15 bytes.
func (t *Topology) byComm(kill Sight) (Naming, bool) {
	name, ok := strings.CutPrefix(kill.OOM.Victim.Comm, processName)
	if !ok || name == "" {
		return Naming{}, false
	}
	const longest = 15 - len(processName)
	vm := t.only(func(v *VM) bool { return v.Name == name || len(name) == longest && strings.HasPrefix(v.Name, name) })
	if vm == nil {
		return Naming{}, false
	}
	return Naming{vm, "its process bears the VM's name", .95, kill.From}, true
}

// MachineOf gives the VM's name in a cgroup path: machine-qemu\x2d3\x2dweb01.scope, /machine/qemu-3-web01.libvirt-qemu,
// /libvirt/qemu/web01; "" when the path is no VM's.
func MachineOf(path string) string {
	_, name := machineIn(path)
	return name
}

// machineIn gives libvirt's id and the VM's name in a cgroup path; id is "" where the path has none.
func machineIn(path string) (id, name string) {
	path = strings.ReplaceAll(path, `\\x2d`, `\x2d`)
	for _, part := range strings.Split(path, "/") {
		part = strings.ReplaceAll(part, `\x2d`, "-")
		switch {
		case strings.HasPrefix(part, "machine-qemu-") && strings.HasSuffix(part, ".scope"):
			return splitID(strings.TrimSuffix(strings.TrimPrefix(part, "machine-qemu-"), ".scope"))
		case strings.HasSuffix(part, ".libvirt-qemu"):
			return splitID(strings.TrimPrefix(strings.TrimSuffix(part, ".libvirt-qemu"), "qemu-"))
		}
	}
	if _, name, ok := strings.Cut(path, "/libvirt/qemu/"); ok {
		name, _, _ = strings.Cut(name, "/")
		return "", name
	}
	if _, id, ok := strings.Cut(path, "/qemu.slice/"); ok { // Proxmox: the VM's number
		return "", strings.TrimSuffix(strings.Split(id, "/")[0], ".scope")
	}
	return "", ""
}

// splitID cuts the number that libvirt puts before the name: 3-web01.
func splitID(s string) (id, name string) {
	id, name, ok := strings.Cut(s, "-")
	if ok && id != "" && strings.Trim(id, "0123456789") == "" {
		return id, name
	}
	return "", s
}

// byEnd finds the machine that ended right after the kill: machined, libvirt, the VM's own log, its network port. An end that
// another kill lies closer before is that one's.
func (t *Topology) byEnd(kill Sight, all *Sights) (Naming, bool) {
	if !kill.Placed {
		return Naming{}, false
	}
	return t.endsAfter(kill, all, func(s Sight) bool {
		last, ok := all.hypervisors.last(s.T)
		return ok && last.T.After(kill.T)
	})
}

// endsAfter finds the one machine that ended right after an event.
func (t *Topology) endsAfter(kill Sight, all *Sights, elsewhere func(Sight) bool) (Naming, bool) {
	var found Naming
	for _, s := range all.unwanted.between(kill.T.Add(-time.Second-kill.U), kill.T.Add(teardown+kill.U)) {
		lag := s.T.Sub(kill.T)
		if s.Event == kill.Event || lag < -time.Second-kill.U-s.U || lag > teardown+kill.U+s.U || Foreign(s, kill) || elsewhere(s) {
			continue
		}
		vm, method, sure := t.endOf(s)
		switch {
		case vm == nil || vm == found.VM && sure <= found.Sure || t.WasStopped(vm, s, all):
		case found.VM != nil && found.VM != vm:
			return Naming{}, false
		default:
			found = Naming{vm, method, sure, s.From}
		}
	}
	return found, found.VM != nil
}

// WasStopped tells that the VM's end was asked for: the machine of one that was shut down ends like that of one that was
// killed. Libvirt gives its reason within a second of the end; a guest may take minutes to shut down.
func (t *Topology) WasStopped(vm *VM, end Sight, all *Sights) bool {
	const earliest, latest = 10 * time.Minute, 5 * time.Second
	for _, s := range all.wanted.between(end.T.Add(-earliest), end.T.Add(latest+end.U)) {
		if lag := end.T.Sub(s.T); lag < -latest-s.U-end.U || lag > earliest {
			continue
		}
		if stopped, _ := t.Told(s.Event); stopped == vm {
			return true
		}
	}
	return false
}

// inOrder tells an end that somebody wanted.
func inOrder(s Sight) bool {
	reason := s.Get(record.AttrReason)
	return reason == "shutdown" || reason == "destroyed" || reason == "migrated" || reason == "saved"
}

// Ended finds the VM whose end an event tells: the event's own word, its pid, or, for a line that names none, the one
// machine that ended within the minute.
func (t *Topology) Ended(s Sight, all *Sights) (Naming, bool) {
	if vm, method := t.Told(s.Event); vm != nil {
		return Naming{vm, "named in the log " + method, .97, s.From}, true
	}
	if pid := number(s.Get(record.AttrPID)); pid.Known() {
		if vm, from := t.OfPID(pid.Or(0), s, all); vm != nil {
			return Naming{vm, "its pid was seen with the VM's name", .95, from}, true
		}
	}
	if !s.Placed || s.Kind == record.VMStopped {
		return Naming{}, false
	}
	return t.endsAfter(s, all, func(Sight) bool { return false })
}

// endOf reads an event as the end of a VM.
func (t *Topology) endOf(s Sight) (*VM, string, float64) {
	switch s.Kind {
	case record.VMKilled, record.VMStopped, record.VMCrashed:
		if inOrder(s) || s.Get(record.AttrReason) == "paused" { // a paused VM lives on
			return nil, "", 0
		}
		vm, _ := t.Told(s.Event)
		if s.Source == "systemd-machined" {
			return vm, "its machine ended right after the kill", .90
		}
		return vm, "libvirt lost its monitor right after the kill", .92
	case record.LinkDown:
		const method = "its network port went down right after the kill"
		if s.Get(record.AttrVM) != "" {
			vm, _ := t.Told(s.Event)
			return vm, method, .75
		}
		iface := s.Get(record.AttrIface)
		vm := t.only(func(v *VM) bool { return iface != "" && slices.Contains(v.Ifaces, iface) })
		return vm, method, .75
	}
	return nil, "", 0
}
