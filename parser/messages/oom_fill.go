package messages

import (
	"fmt"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// page gives the size of a page: the victim's address space in kB over its pages in the table is exact, then the
// smallest free block, then the number that stands for "no limit". known is false when 4 KiB is only assumed.
func (d *oomDump) page() (size int64, known bool) {
	for _, v := range d.killed {
		r, ok := d.row(v.PID)
		if vm := v.TotalVM.Or(0); ok && r.totalVM > 0 && vm%r.totalVM == 0 {
			if p := vm / r.totalVM; p >= 4<<10 && p <= 64<<10 && p&(p-1) == 0 {
				return p, true
			}
		}
	}
	if d.memory.page != 0 {
		return d.memory.page, true
	}
	return 4 << 10, false
}

// oom gives what the dump tells about the death of v.
func (d *oomDump) oom(v record.Victim) *record.OOM {
	page, known := d.page()
	o := &record.OOM{Killer: "kernel", Kernel: d.kernel, Victim: v, Group: d.group, Slabs: d.slabs}
	o.Lines = record.Span{First: d.entered, Last: d.last.From.Line}
	if d.first.From.File != d.last.From.File {
		o.Begins = d.first.From
	}
	o.Memory = d.usage
	d.memory.fill(&o.Memory, page)
	if known {
		o.Memory.Page = record.Known(page)
	}
	d.fillStats(&o.Memory)
	o.Zones = d.memory.list(page)
	for _, r := range d.rows {
		o.Tasks = append(o.Tasks, r.task(page))
	}
	slices.SortStableFunc(o.Slabs, func(a, b record.Slab) int { return int(min(1, max(-1, b.Total-a.Total))) })
	d.fillScope(o)
	d.fillTrigger(o)
	d.fillVictim(o, page)
	if d.perhapsBound(o) {
		o.Constraint = ""
	}
	o.Missing = d.missing(o)
	o.Why = d.why(o)
	o.Victim.Recomputed = recompute(o, d.era(), d.memory.present())
	return o
}

func (d *oomDump) fillStats(m *record.Memory) {
	s := d.stats
	first := func(keys ...string) record.Maybe {
		for _, k := range keys {
			if s[k].Known() {
				return s[k]
			}
		}
		return record.Maybe{}
	}
	m.MemcgAnon, m.MemcgFile, m.MemcgShmem = first("anon", "rss"), first("file", "cache"), first("shmem")
	m.MemcgKernel = first("kernel") // since 5.18; before that its parts
	if !m.MemcgKernel.Known() && s["slab"].Known() {
		m.MemcgKernel = s["kernel_stack"].Plus(s["pagetables"]).Plus(s["percpu"]).Plus(s["sock"]).Plus(s["slab"])
	}
}

// fillScope tells whose limit was hit. 5.0 to 5.2 print CONSTRAINT_NONE for cgroups too, so the cgroup's own words
// decide.
func (d *oomDump) fillScope(o *record.OOM) {
	o.Cpuset, o.Mems, o.TaskMemcg, o.OOMMemcg = d.cpuset, d.mems, d.taskMemcg, d.oomMemcg
	o.Nodemask = d.request.nodes
	if s := d.summary; s != nil {
		o.Cpuset, o.Mems, o.TaskMemcg, o.OOMMemcg = s.cpuset, s.mems, s.taskMemcg, s.oomMemcg
		if s.nodemask != "(null)" {
			o.Nodemask = s.nodemask
		}
		switch s.constraint {
		case "CONSTRAINT_NONE":
			o.Constraint = "none"
		case "CONSTRAINT_CPUSET":
			o.Constraint = "cpuset"
		case "CONSTRAINT_MEMORY_POLICY":
			o.Constraint = "mempolicy"
		case "CONSTRAINT_MEMCG":
			o.Constraint = "memcg"
		}
	}
	switch {
	case o.OOMMemcg != "" || d.bounded:
		o.Constraint = "memcg"
	case d.bound != "":
		o.Constraint = d.bound
	case o.Constraint == "" && !d.memory.empty() && d.summary == nil:
		o.Constraint = d.boundTo(o)
	}
	if o.OOMMemcg == "" && o.Constraint == "memcg" {
		o.OOMMemcg = d.statsPath
	}
}

func (d *oomDump) fillTrigger(o *record.OOM) {
	r := d.request
	o.Trigger = record.Trigger{Comm: r.comm, PID: d.pid, Adj: r.adj, Order: r.order}
	if !r.masked {
		return
	}
	flags := r.flags
	if flags == "" {
		flags = decodeGFP(r.mask, d.era())
	}
	o.Trigger.GFP = fmt.Sprintf("0x%x", r.mask)
	if flags != "" {
		o.Trigger.GFP += " (" + flags + ")"
	}
}

// fillVictim adds what the table and the summary know of the victim, and sets right what a kernel printed wrongly.
func (d *oomDump) fillVictim(o *record.OOM, page int64) {
	v := &o.Victim
	if c := d.choice; c != nil {
		if record.Known(c.pid) == v.PID {
			v.Badness = c.score
		} else if v.PID.Known() && len(d.killed) < 2 {
			o.Chosen = record.Victim{PID: record.Known(c.pid), Comm: c.comm, Badness: c.score}
		}
	}
	r, ok := d.row(v.PID)
	if printed, known := v.Page.Get(); known && d.tablesInBytes(*v, r.ptBytes) {
		v.Page = record.Known(printed >> 10)
	}
	if !ok {
		d.fillUID(v)
		return
	}
	v.Swap = times(r.swap, page)
	if !v.Page.Known() {
		v.Page = r.pageTables(page)
	}
	if !v.UID.Known() {
		v.UID = record.Known(int64(r.uid))
	}
	if !v.Adj.Known() {
		v.Adj = r.adj
	}
}

// tablesInBytes tells that a kill line calls bytes of page tables kB, as 5.4.0 to 5.4.8 do (mended by 941f762bcb27 in
// 5.4.9). The victim's row has the bytes and decides. Without it the release does, unless it is a distribution's
// "5.4.0-N", which Ubuntu and Debian call every 5.4.y, or unknown: then what no kernel could mean as kB is bytes, whole
// pages that would be more than a sixteenth of the address space they map.
func (d *oomDump) tablesInBytes(v record.Victim, row record.Maybe) bool {
	printed := v.Page.Or(0)
	if b, known := row.Get(); known && b > 0 {
		return printed/32 > b // 1024 times too much; the process may have gone on between the table and the kill
	}
	version, patch := kernelVersion(d.kernel)
	switch packaged := strings.HasPrefix(d.kernel, "5.4.0-") && len(d.kernel) > 6 && d.kernel[6]-'0' <= 9; {
	case version == 5004 && patch <= 8 && !packaged:
		return true
	case version != 5004 && version != 0 || patch > 8:
		return false
	}
	total := v.TotalVM.Or(0)
	return total > 0 && (printed>>10)%4096 == 0 && printed > total/16
}

// fillUID takes the user from the summary. Its number ends the line, so it may be torn when the text ends there too.
func (d *oomDump) fillUID(v *record.Victim) {
	if s := d.summary; s != nil && s.pid == v.PID && !v.UID.Known() && d.last.From != d.summed.From {
		v.UID = s.uid
	}
}

// missing lists the parts of a complete dump that the text does not hold.
func (d *oomDump) missing(o *record.OOM) (parts []string) {
	if !d.headed {
		parts = append(parts, "header")
	}
	if d.memory.empty() && !o.Memory.MemcgUsage.Known() {
		parts = append(parts, "memory")
	}
	switch {
	case len(d.rows) == 0:
		parts = append(parts, "tasks")
	case o.Victim.PID.Known():
		if _, ok := d.row(o.Victim.PID); !ok {
			parts = append(parts, "victim's row")
		}
	}
	return parts
}

func (d *oomDump) era() gfpEra {
	version, _ := kernelVersion(d.kernel)
	return eraOf(version, d.request.mask, d.request.oldAdj)
}

// zones gives the zones that the request might use, highest first; nil when the header is missing.
func (d *oomDump) zones() []string {
	if !d.request.masked {
		return nil
	}
	return gfpZones(d.request.mask, d.era())
}
