package messages

import "oomortem/parser/record"

// Up to 4.1 another call may begin between the table of one and its choice:
//
//	ta invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0
//	[  500]   107   500  4570801  4201203      10        0             0 qemu-kvm
//	tb invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0
//	Memory cgroup out of memory: Kill process 500 (qemu-kvm) score 256 or sacrifice child
//
// pass keeps the host's dump, where it has come to its table and not to its choice, when another call begins.
func (s *oomStep) pass(h *oomHost, sink record.Sink) {
	d := h.dump
	if d == nil || d.done || !d.headed || !d.tabled || d.choice != nil || d.summary != nil || d.exiting || d.copied {
		s.close(h, sink)
		return
	}
	s.finish(h, h.passed, sink)
	d.passed = true
	h.dump, h.passed = nil, d
}

// resume takes the dump whose choice comes behind another call's header: it lists the process, and that call has no table
// yet, behind which a call chooses; nil when there is none, or lines are missing.
func (h *oomHost) resume(c oomChoice) *oomDump {
	a, b := h.passed, h.dump
	if a == nil || b == nil || b.done || !b.headed || b.tabled || len(b.rows) > 0 || b.choice != nil || b.summary != nil ||
		h.missing > a.last.From.Line || a.deniesChoice(c) {
		return nil
	}
	if _, listed := a.row(record.Known(c.pid)); !listed {
		return nil
	}
	h.passed, a.passed = nil, false
	return a
}

// choose takes the line that chose the victim of a dump.
func (d *oomDump) choose(c oomChoice, l record.Line) {
	d.choice, d.chosen = &c, l
	d.bounded = d.bounded || c.memcg
	d.bound = c.bound
}
