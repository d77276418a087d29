package messages

import (
	"slices"
	"time"

	"oomortem/parser/record"
)

// oomHeld is a kill that is known from the line that chose its victim only. It is held back until the "Killed process"
// line has come, which is its end, or can hardly come any more. Other lines of the killer may stand between: up to 4.1
// two cgroups' dumps overlap (oom_lock came with dc56401fc9f2 in 4.2), and a syslog daemon may be minutes late.
//
//	Memory cgroup out of memory: Kill process 500 (a) score 256 or sacrifice child
//	tb invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0
//	Killed process 500 (a) total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB
type oomHeld struct {
	host   *oomHost
	dump   *oomDump
	chosen record.Line
	victim record.Victim
}

const (
	maxHeld = 16 // of all hosts: a dump may hold a large table
	// A kill line within this time after the choice of the same process is its end; the pid of a dead process comes to
	// another one of its name much later.
	longestChosen = time.Hour
)

// hold keeps a kill whose "Killed process" line is still missing.
func (s *oomStep) hold(k oomHeld, sink record.Sink) {
	s.held = append(s.held, k)
	if len(s.held) > maxHeld {
		s.presumed(s.held[0], sink)
		s.held = s.held[1:]
	}
}

// endOf takes the dump out that a kill line ends although another one has begun since; nil when there is none.
func (s *oomStep) endOf(h *oomHost, kill oomKill, l record.Line) *oomDump {
	v := kill.victim
	i := slices.IndexFunc(s.held, func(k oomHeld) bool {
		return k.host == h && k.victim.PID == v.PID && k.victim.Comm == v.Comm && mayEnd(k.chosen.At, l.At) && !k.dump.denies(kill)
	})
	if i < 0 {
		return nil
	}
	return s.takeHeld(i)
}

// toldEarly tells that a kill line comes too late: its choice has been told for the kill.
func (s *oomStep) toldEarly(host string, v record.Victim, l record.Line) bool {
	return slices.ContainsFunc(s.kills, func(k oomDeath) bool {
		return k.chosen && k.host == host && k.victim.PID == v.PID && k.victim.Comm == v.Comm && k.boot == s.bootOf(host) && mayEnd(k.at, l.At)
	})
}

// mayEnd tells that a kill line may be the end of a choice of the same process, by their stamps.
func mayEnd(choice, kill record.Stamp) bool {
	switch {
	case choice.Mono != 0 && kill.Mono != 0:
		return kill.Mono >= choice.Mono && kill.Mono-choice.Mono <= longestChosen
	case choice.Wall.IsZero() || kill.Wall.IsZero():
		return true
	}
	gap := wallGap(choice, kill)
	return gap >= -longestWritten && gap <= longestChosen
}

// presume tells the kills of a host that are held, all or those that a line comes too late for.
func (s *oomStep) presume(h *oomHost, too func(oomHeld) bool, sink record.Sink) {
	if slices.ContainsFunc(s.held, func(k oomHeld) bool { return k.host == h && too(k) }) {
		s.settleChild(h, true, sink)
	}
	s.held = slices.DeleteFunc(s.held, func(k oomHeld) bool {
		if k.host != h || !too(k) {
			return false
		}
		s.presumed(k, sink)
		return true
	})
}

func always(oomHeld) bool { return true }
