package record

// Badness is the kernel's measure of whom to kill (oom_badness in mm/oom_kill.c), worked out again from a dump.
// Since 2.6.36 it is the memory that the victim's death would free, against the memory that was allowed.
type Badness struct {
	Points Maybe // bytes: resident memory, swap and page tables, without oom_score_adj
	Total  Maybe // bytes that were allowed: RAM and swap of the host, of its allowed nodes, or of the cgroup
	Score  Maybe // 1/1000 of Total, oom_score_adj added: comparable with the printed score
	// Inferred is the total that the printed score implies, give or take Within, when the text does not show it.
	Inferred, Within Maybe  // bytes
	Least            bool   // swap is missing from Points: Inferred less Within is the least that the total can be, and Score the least of the scores
	Note             string // what the working needed or lacks; "" when nothing
}

// IsZero tells that nothing could be worked out.
func (b Badness) IsZero() bool { return b == Badness{} }

// Score gives the badness that kernels from 3.6 to 5.0 print, for points and total in pages: oom_score_adj counts
// in thousandths of the total, all is rounded down. ok is false when the numbers cannot be real.
func Score(points, total, adj int64) (score int64, ok bool) {
	if points < 0 || total <= 0 || points > 1<<48 || total > 1<<48 || adj < -1000 || adj > 1000 {
		return 0, false
	}
	return max(points+adj*(total/1000), 1) * 1000 / total, true
}

// InferTotal gives the memory that a printed score was measured against, RAM and swap of a host when the kill was
// not for a cgroup: points are the victim's bytes (resident, swap, page tables). The score is rounded down, so the
// total lies within plusMinus of the answer. ok is false when the score tells nothing: not above its adjustment.
func InferTotal(score, adj, points int64) (total, plusMinus int64, ok bool) {
	share := score - adj
	if share <= 0 || points <= 0 || points > 1<<52 {
		return 0, 0, false
	}
	most, least := points*1000/share, points*1000/(share+1)
	return least + (most-least)/2, (most - least + 1) / 2, true
}
