package messages

import (
	"slices"

	"oomortem/parser/record"
)

// Up to 5.0 a child may die in place of the process that was chosen (oom_kill_process() of mm/oom_kill.c), and what another
// processor prints may stand between the two lines: while a slow console takes the first one, it gathers.
//
//	Memory cgroup out of memory: Kill process 500 (httpd) score 256 or sacrifice child
//	tb invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0
//	Killed process 501 (php) total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB
type oomChild struct {
	kill oomKill
	line record.Line
}

// parentOf takes the dump out whose choice a kill of another process ends, although another dump has begun since; nil when
// there is none. A call chooses behind its table and kills behind its choice: while the dump that has begun shows neither, the
// kill is of the one that was held.
func (s *oomStep) parentOf(h *oomHost, kill oomKill, l record.Line) *oomDump {
	if d := h.dump; d != nil && !d.done && (d.tabled || len(d.rows) > 0 || d.choice != nil || d.summary != nil || d.exiting) {
		return nil
	}
	parents := s.parents(h, kill, l)
	if len(parents) != 1 {
		return nil
	}
	return s.takeHeld(parents[0])
}

// parents gives the places of the held kills of a host that the kill may end as that of a child.
func (s *oomStep) parents(h *oomHost, kill oomKill, l record.Line) (places []int) {
	if s.repeats(h, kill.victim, l) {
		return nil
	}
	for i, k := range s.held {
		if k.host == h && k.mayKillChild(kill, l) && (h.missing == 0 || h.missing < k.chosen.From.Line) {
			places = append(places, i)
		}
	}
	return places
}

// mayKillChild tells that the kill may be of a child of the process that was chosen.
func (k oomHeld) mayKillChild(kill oomKill, l record.Line) bool {
	c := k.dump.choice
	return c != nil && c.child && k.victim.PID != kill.victim.PID && k.chosen.From.Line < l.From.Line &&
		mayEnd(k.chosen.At, l.At) && !unrelated(k.chosen, l) && !k.dump.denies(kill)
}

// repeats tells that a kill line is the copy of one that was told.
func (s *oomStep) repeats(h *oomHost, v record.Victim, l record.Line) bool {
	return slices.ContainsFunc(s.kills, func(k oomDeath) bool {
		return k.host == h.name && sameLine(k.victim, v) && s.mayRepeat(&k, h.name, l)
	})
}

// takeHeld takes a dump out of those that are held.
func (s *oomStep) takeHeld(i int) *oomDump {
	d := s.held[i].dump
	s.held = slices.Delete(s.held, i, i+1)
	return d
}

// waits keeps a kill that is neither of the process that the host's dump chose nor of the one that was held before: it is a
// child of one of them, and the other's own line, which may still come, tells of which.
func (s *oomStep) waits(h *oomHost, kill oomKill, l record.Line, sink record.Sink) bool {
	d := h.dump
	if h.child != nil || d == nil || d.done || d.choice == nil || !d.choice.child || d.denies(kill) || len(s.parents(h, kill, l)) != 1 {
		return false
	}
	s.close(h, sink)
	h.child = &oomChild{kill, l}
	return true
}

// settleChild tells a child that waited: of the one that is left of the two that were chosen, or else, at last, of the later one.
func (s *oomStep) settleChild(h *oomHost, atLast bool, sink record.Sink) {
	if h.child == nil {
		return
	}
	child := *h.child
	parents := s.parents(h, child.kill, child.line)
	if len(parents) > 1 && !atLast {
		return
	}
	h.child = nil
	d := s.newDump(h)
	if n := len(parents); n > 0 {
		d = s.takeHeld(parents[n-1])
	}
	s.kill(h, child.kill, child.line, d, sink)
}
