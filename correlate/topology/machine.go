package topology

import (
	"slices"

	"oomortem/parser/record"
)

// Told gives the VM that an event names, and by what. A machine of machined's, whose names drop characters, may be one of
// several VMs: then it is none.
func (t *Topology) Told(e *record.Event) (vm *VM, method string) {
	name := e.Get(record.AttrVM)
	if e.Get(record.AttrMachine) == "" {
		return t.VM(name)
	}
	return t.machine(e.Get(record.AttrID), name)
}

// Perhaps gives the names of the VMs of which the process in a cgroup may have been either; none where the cgroup names
// one VM, or none at all.
func (t *Topology) Perhaps(cgroup string) (names []string) {
	could := t.machines(machineIn(cgroup))
	if len(could) < 2 {
		return nil
	}
	for _, vm := range could {
		names = append(names, vm.Name)
	}
	return names
}

// machine gives the VM that runs under a libvirt id and a name as machined spells it; nil when it may be several.
func (t *Topology) machine(id, name string) (vm *VM, method string) {
	could := t.machines(id, name)
	switch {
	case len(could) > 1:
		return nil, ""
	case len(could) == 1 && could[0].Name != name:
		return could[0], "by its sanitised name"
	case len(could) == 1:
		return could[0], "by its name"
	}
	return t.VM(name)
}

// machines gives the VMs that a libvirt id and a name as machined spells it may mean: the one that has the id, else all
// that are spelled so. Where there is no id the name is libvirt's own: of EL7.0's machines, and of hosts without machined.
func (t *Topology) machines(id, name string) []*VM {
	if id == "" {
		return nil
	}
	alike, asked := t.alike[name]
	if !asked {
		for _, vm := range t.roots.of(name) {
			if (vm.Name == name || SpelledAs(vm.Name, name)) && !slices.Contains(alike, vm) {
				alike = append(alike, vm)
			}
		}
		slices.SortFunc(alike, byName)
		t.alike[name] = alike
	}
	return ofID(alike, id)
}

// ofID gives the one of the VMs that has the id, else all of them.
func ofID(vms []*VM, id string) []*VM {
	for i, vm := range vms {
		if vm.ID == id && !slices.ContainsFunc(vms[i+1:], func(v *VM) bool { return v.ID == id }) {
			return vms[i : i+1]
		}
	}
	return vms
}

// meant gives the VMs that an event may be about, by name: none that is known, one, or several that machined spells alike.
func (b *builder) meant(e *record.Event) []*VM {
	id, name := e.Get(record.AttrID), e.Get(record.AttrVM)
	if id == "" || e.Get(record.AttrMachine) == "" {
		if vm := b.vms[name]; vm != nil {
			return []*VM{vm}
		}
		return nil
	}
	var alike []*VM
	for _, other := range b.roots.of(name) {
		if vm := b.vms[other]; (other == name || SpelledAs(other, name)) && !slices.Contains(alike, vm) {
			alike = append(alike, vm)
		}
	}
	slices.SortFunc(alike, byName)
	return ofID(alike, id)
}
