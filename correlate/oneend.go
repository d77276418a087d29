package correlate

import (
	"sort"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
)

// oneEnd is how far the lines about one VM's end may lie apart: kill, lost monitor, link down, machine ended.
const oneEnd = 60 * time.Second

// tells orders classes by how much they say about one end.
var tells = map[cause.Class]int{
	cause.HostKill: 6, cause.GroupKill: 6, cause.GuestKill: 6, cause.Crash: 5, cause.Stop: 4, cause.Vanished: 2, cause.Ended: 1,
}

// oncePerEnd keeps, of the lines about one VM's end, the one that tells most. An end whose VM is not named belongs to
// the named one in the same minute, if that is of one VM.
func (c *course) oncePerEnd(all []cause.Death) []cause.Death {
	keep, ambiguous, reach := make([]bool, len(all)), c.ambiguous(all), reachOf(all)
	for i := range all {
		keep[i] = true
		rank := tells[all[i].Class]
		if rank == 0 || rank == 6 {
			continue
		}
		for j, last := reach(i); j <= last; j++ {
			if i == j || !c.sameEnd(&all[i], &all[j]) {
				continue
			}
			other := tells[all[j].Class]
			if other > rank || other == rank && (all[j].Named && !all[i].Named || all[j].Named == all[i].Named && j < i) {
				if all[i].Named && ambiguous[j] {
					continue
				}
				keep[i] = false
				if !all[i].Named { // it has nothing to lend to others
					break
				}
				c.lend(&all[j], &all[i])
			}
		}
	}
	n := 0
	for i := range all {
		if keep[i] {
			all[n] = all[i]
			n++
		}
	}
	return all[:n]
}

// reachOf gives the first and the last of the ends that may be the same as the one at an index. The ends are in order of time,
// those that cannot be placed last, and a log of years has tens of thousands.
func reachOf(all []cause.Death) func(int) (first, last int) {
	placed, u := len(all), time.Duration(0)
	for i := range all {
		if !all[i].Placed {
			placed = i
			break
		}
		u = max(u, all[i].U)
	}
	return func(i int) (int, int) {
		if i >= placed {
			return 0, -1
		}
		far, at := oneEnd+all[i].U+u, all[i].T
		first := sort.Search(placed, func(j int) bool { return all[j].T.Sub(at) >= -far })
		return first, sort.Search(placed, func(j int) bool { return all[j].T.Sub(at) > far }) - 1
	}
}

// ambiguous finds the ends whose VM is not named and around which more than one VM ended: nobody knows whose they are. VMs that
// a kill of their own names are not among those.
func (c *course) ambiguous(all []cause.Death) []bool {
	killed := map[*topology.VM]bool{}
	for i := range all {
		if all[i].Named && tells[all[i].Class] == 6 {
			killed[all[i].Victim.VM] = true
		}
	}
	out, reach := make([]bool, len(all)), reachOf(all)
	for j := range all {
		if all[j].Named {
			continue
		}
		var one *topology.VM
		for i, last := reach(j); i <= last; i++ {
			d := &all[i]
			if !d.Named || d.Victim.VM == one || killed[d.Victim.VM] || !c.sameEnd(d, &all[j]) {
				continue
			}
			out[j] = one != nil
			if out[j] {
				break
			}
			one = d.Victim.VM
		}
	}
	return out
}

// sameEnd tells that two lines may speak of one end: within a minute, on one host, and not of two different VMs. One that
// was stopped in order was not killed.
func (c *course) sameEnd(a, b *cause.Death) bool {
	if !a.Placed || !b.Placed || tells[b.Class] == 0 || b.Class == cause.GuestKill {
		return false
	}
	if a.T.Sub(b.T).Abs() > oneEnd+a.U+b.U || topology.Foreign(a.Sight, b.Sight) {
		return false
	}
	if a.Named && b.Named {
		return a.Victim.VM == b.Victim.VM
	}
	if b.Class == cause.HostKill || b.Class == cause.GroupKill {
		return topology.IsHypervisor(b.OOM.Victim.Comm) && !(a.Named && c.topo.WasStopped(a.Victim.VM, a.Sight, c.sights))
	}
	return true
}

// lend gives the name that one line knows to the line that is kept.
func (c *course) lend(to, from *cause.Death) {
	if !to.Named && from.Named {
		to.Victim, to.Named = from.Victim, true
	}
}
