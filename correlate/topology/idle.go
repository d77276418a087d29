package topology

import "oomortem/parser/record"

// spoken gives the VMs that an event names.
func (b *builder) spoken(events []record.Event) map[*VM]bool {
	out := map[*VM]bool{}
	for i := range events {
		for _, vm := range b.meant(&events[i]) {
			out[vm] = true
		}
	}
	return out
}

// rest marks the VMs that took no part: templates and machines of other days, shut off and without an event or a curve.
// A listing is often taken after the failure, and then the killed VM is shut off too: while no more VMs than killed
// hypervisors are left over, each of them may be a victim and counts.
func (t *Topology) rest(spoken map[*VM]bool, killed int, series []*record.Series) {
	for _, s := range series {
		if vm, _ := t.VM(s.Subject); vm != nil {
			spoken[vm] = true
		} else if vm := t.VMOfFile(s.From.File); vm != nil {
			spoken[vm] = true
		}
	}
	var idle []*VM
	for _, vm := range t.VMs {
		if vm.State == "shut off" && !vm.PID.Known() && vm.ID == "" && !spoken[vm] {
			idle = append(idle, vm)
		}
	}
	if len(idle) <= killed {
		return
	}
	for _, vm := range idle {
		vm.Idle = true
	}
}

func hypervisorsKilled(events []record.Event) int {
	pids := map[int64]bool{}
	for _, e := range events {
		if e.OOM != nil && IsHypervisor(e.OOM.Victim.Comm) {
			pids[e.OOM.Victim.PID.Or(0)] = true
		}
	}
	return len(pids)
}
