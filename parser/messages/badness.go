package messages

import (
	"oomortem/parser/record"
)

// recompute works a victim's badness out again, oom_badness() of mm/oom_kill.c:
//
//	2.6.36 to 3.5   (rss + nr_ptes + swap) * 1000/total, less 30 for root, oom_score_adj added
//	3.6 to 5.0      the same in pages; less 3 % of the points for root up to 4.16
//	5.1 to 7.x      the same, not printed
//
// Up to 2.6.35 the number depended on CPU time and children, which no dump shows. The zero Badness says that the
// dump does not show enough.
func recompute(o *record.OOM, era gfpEra, present record.Maybe) (b record.Badness) {
	if era < gfp2632 {
		return b
	}
	row, ok := taskOf(o)
	if !ok {
		return fromSizes(o.Victim, era)
	}
	rss := record.Known(row.RSS)
	b.Points = rss.Plus(row.Swap).Plus(row.Page)
	b.Total = allowed(o, present)
	points, _ := b.Points.Get()
	total, known := b.Total.Get()
	if !row.Swap.Known() {
		b.Note, b.Least = "the table of this kernel does not show the victim's swap: the total is at least this", true
	}
	if !known {
		return infer(b, o.Victim, row.Adj, points, bonusOf(o.Kernel, era, row.UID))
	}
	page := o.Memory.Page.Or(4 << 10)
	points, total = points/page, total/page
	score, ok := record.Score(points, total, row.Adj.Or(0))
	if !ok {
		return record.Badness{}
	}
	b.Score = record.Known(score)
	printed, isPrinted := o.Victim.Badness.Get()
	if !isPrinted || printed == score || row.UID != 0 {
		return b
	}
	switch bonus, _ := record.Score(points-points*3/100, total, row.Adj.Or(0)); {
	case bonus == printed:
		b.Score, b.Note = record.Known(bonus), "3 % root bonus of kernels before 4.17"
	case score-30 == printed:
		b.Score, b.Note = record.Known(score-30), "root bonus of 30 of kernels before 3.14"
	}
	return b
}

// fromSizes takes the sizes of the kill line in place of a table row: swap is not among them, nor, before 5.4, are the page
// tables, which map the pages with 8 bytes each, 1/512 of them; huge pages need less.
func fromSizes(v record.Victim, era gfpEra) (b record.Badness) {
	b.Points = v.RSS().Plus(v.Page)
	if !v.RSS().Known() {
		return record.Badness{}
	}
	most := b.Points.Or(0)
	if !v.Page.Known() {
		most += most / 512
	}
	b.Note, b.Least = "from the sizes of the kill line, which leave out swap: the total is at least this", true
	return infer(b, v, v.Adj, most, bonusOf("", era, int(v.UID.Or(-1))))
}

// rootBonus is what a process with CAP_SYS_ADMIN was spared.
type rootBonus uint8

const (
	noBonus       rootBonus = iota // since 4.17 (d46078b28889)
	bonusOfScore                   // 30 of the score, up to 3.13
	bonusOfPoints                  // 3 % of its points, 3.14 (778c14affaf9) to 4.16
)

// bonusOf gives the bonus that a process of the user may have had; without a release the greater one of its era.
func bonusOf(kernel string, era gfpEra, uid int) rootBonus {
	version, _ := kernelVersion(kernel)
	switch {
	case uid != 0 || version >= 4017 || version == 0 && era > gfp410:
		return noBonus
	case version >= 3014 || version == 0 && era > gfp2632:
		return bonusOfPoints
	}
	return bonusOfScore
}

// infer works the total out from the printed score, which counts oom_score_adj: a kernel that prints scores does not
// print the adjustment in the kill line, so without the table's it is taken as 0 only for scores that allow it. root of a
// container lacks the capability that earns a bonus, which no dump shows: the answer spans both, and all up to the most
// that the points may be.
func infer(b record.Badness, v record.Victim, adj record.Maybe, mostPoints int64, bonus rootBonus) record.Badness {
	printed, ok := v.Badness.Get()
	if !ok || printed > 1000 && !adj.Known() {
		return b
	}
	points := b.Points.Or(0)
	total, within, ok := record.InferTotal(printed, adj.Or(0), points)
	upper, width, known := record.InferTotal(printed, adj.Or(0), mostPoints)
	if !ok || !known {
		return b
	}
	least, most := total-within, upper+width
	spared := points
	switch bonus {
	case bonusOfScore:
		printed += 30
	case bonusOfPoints:
		spared -= points * 3 / 100
	}
	if total, within, ok := record.InferTotal(printed, adj.Or(0), spared); ok && bonus != noBonus {
		least = total - within
		if b.Note == "" {
			b.Note = "of root, whose score kernels before 4.17 lower when it is no container's"
		}
	}
	b.Inferred, b.Within = record.Known(least+(most-least)/2), record.Known((most-least+1)/2)
	return b
}

// taskOf finds the row of the victim, or of the process that was chosen when a child of it died: the score is
// that of the chosen one.
func taskOf(o *record.OOM) (record.Task, bool) {
	for _, t := range o.Tasks {
		if o.Victim.PID == record.Known(int64(t.TGID)) || o.Victim.PID == record.Known(int64(t.PID)) {
			return t, true
		}
	}
	return record.Task{}, false
}

// allowed gives the memory that points are measured against (constrained_alloc and mem_cgroup_get_max).
func allowed(o *record.OOM, present record.Maybe) record.Maybe {
	m := o.Memory
	switch o.Constraint {
	case "none":
		if ram, ok := m.RAM.Get(); ok && m.Reserved.Known() {
			return record.Known(ram - m.Reserved.Or(0)).Plus(m.SwapTotal)
		}
	case "cpuset", "mempolicy": // pages present on the nodes, which are the only ones listed
		if present.Known() {
			return present.Plus(m.SwapTotal)
		}
	case "memcg":
		return allowedMemcg(m)
	}
	return record.Maybe{}
}

// allowedMemcg: the limit of memory and the host's swap, at most the limit of both together (v1) or of swap (v2). The dump
// of a cgroup does not show the host's swap since 4.x: then only limits that leave room for none are exact, and limits that the swap in use fills.
func allowedMemcg(m record.Memory) record.Maybe {
	limit, ok := m.MemcgLimit.Get()
	swap, swapOK := m.MemcgSwapLimit.Get()
	both, bothOK := m.MemcgBothLimit.Get()
	switch {
	case !ok:
		return record.Maybe{}
	case bothOK && both <= limit, swapOK && swap == 0, m.SwapTotal == record.Known(0):
		return record.Known(limit)
	case bothOK && m.SwapTotal.Known():
		return record.Known(min(limit+m.SwapTotal.Or(0), both))
	case bothOK && m.MemcgBothUsage.Or(0)-m.MemcgUsage.Or(0) >= (both-limit)-(both-limit)/64: // so much of it is in use
		return record.Known(both)
	}
	return record.Maybe{}
}

// present gives the bytes that the listed zones have.
func (m *oomMemory) present() (sum record.Maybe) {
	for _, z := range m.zones {
		sum = sum.Plus(z.Present)
	}
	return sum
}
