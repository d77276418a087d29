package messages

import (
	"slices"
	"strconv"
	"strings"

	"oomortem/parser/record"
)

// Kernels up to 4.20 print no constraint. What a request was bound to shows in the header, which since 4.9 has the nodes
// of its memory policy, or, in 4.9 and 4.10, those of its cpuset, in the line of the cpuset, and in the zones: the dump
// leaves out nodes that the request might not use (SHOW_MEM_FILTER_NODES), but counts the pages of all.
//
//	CPU 0/KVM invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), nodemask=1, order=0, oom_score_adj=0
//	CPU 0/KVM cpuset=emulator mems_allowed=0-1

// boundTo gives what the request of a dump without a summary was bound to, as constrained_alloc() names it: "none", or
// "cpuset" and "mempolicy" when the nodes that it was left are known to be a part of the machine's only; "" when it may be so.
func (d *oomDump) boundTo(o *record.OOM) string {
	mems, mask := nodesIn(o.Mems), nodesIn(o.Nodemask)
	if len(mask) == 0 && (o.Cpuset == "/" || o.Cpuset == "" || len(mems) == 0) {
		return "none"
	}
	allowed, constraint := mems, "cpuset"
	if len(mask) > 0 && !slices.Equal(mask, mems) {
		allowed, constraint = mask, "mempolicy"
	}
	present, known := presentOn(o.Zones, allowed)
	ram, counted := o.Memory.RAM.Get()
	if version, _ := kernelVersion(o.Kernel); version < 3010 { // these count the holes between the pages, as that for PCI below 4 GiB
		ram -= 4 << 30
	}
	switch {
	case !known || !counted:
		return ""
	case present >= ram-ram/20:
		return "none"
	case present < ram-ram/4:
		return constraint
	}
	return ""
}

// presentOn gives the bytes of the zones that are listed of the nodes; known is false when none is listed of one of them.
func presentOn(zones []record.Zone, nodes []int) (sum int64, known bool) {
	listed := map[int]bool{}
	for _, z := range zones {
		if n, ok := z.Present.Get(); ok && slices.Contains(nodes, z.Node) {
			sum += n
			listed[z.Node] = true
		}
	}
	return sum, len(listed) == len(nodes)
}

// nodesIn reads a list of NUMA nodes, "0-1,3", in order; nil when it is none.
func nodesIn(list string) (nodes []int) {
	const most = 1024 // MAX_NUMNODES
	for _, part := range strings.Split(list, ",") {
		first, last, span := strings.Cut(part, "-")
		if !span {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err1 != nil || err2 != nil || from < 0 || to < from || to >= most || len(nodes) > most {
			return nil
		}
		for n := from; n <= to; n++ {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// perhapsBound tells that a kernel which prints no constraint may have searched some NUMA nodes only: those of a cpuset or
// a memory policy that may not have all, or one that it shows had plenty left for a request for a single page.
func (d *oomDump) perhapsBound(o *record.OOM) bool {
	if d.summary != nil || o.Constraint != "none" && o.Constraint != "" {
		return false
	}
	if d.boundTo(o) != "none" {
		return true
	}
	if o.Trigger.Order != record.Known(0) {
		return false
	}
	w := newShortage(o, d.zones())
	plenty := slices.ContainsFunc(w.open, func(z record.Zone) bool { return w.spare(z) > z.High.Or(0) })
	return plenty && slices.ContainsFunc(w.usable, func(z record.Zone) bool { return z.Node != w.usable[0].Node })
}
