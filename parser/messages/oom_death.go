package messages

import (
	"strings"
	"time"

	"oomortem/parser/record"
)

// oomDeath is a kill that has been told, kept to know copies and echoes of it by.
type oomDeath struct {
	host   string
	boot   int // number of the kernel that made it
	at     record.Stamp
	victim record.Victim
	memcg  string // cgroup of the victim
	dump   int    // id of its dump; the dump itself would keep its task table alive
	chosen bool   // told by the line that chose the victim
}

// killed takes a "Killed process" line: the one thing that is an event by itself.
func (s *oomStep) killed(h *oomHost, l record.Line, sink record.Sink) {
	k, ok := readKill(l.Text)
	if !ok {
		return
	}
	if d := s.dumpOf(h, k, l, sink); d != nil {
		s.kill(h, k, l, d, sink)
	}
	s.settleChild(h, false, sink)
}

// kill tells a kill as the outcome of a dump.
func (s *oomStep) kill(h *oomHost, k oomKill, l record.Line, d *oomDump, sink record.Sink) {
	if s.known(h.name, l, k.victim, d) || s.toldEarly(h.name, k.victim, l) {
		d.done = true // a copy of the whole dump ends here
		return
	}
	d.take(l)
	d.bounded = d.bounded || k.memcg
	if k.bound != "" {
		d.bound = k.bound
	}
	d.killed = append(d.killed, k.victim)
	o := d.oom(k.victim)
	if len(d.killed) > 1 || d.exiting { // the others of a group: the dump was printed for the first of them
		o.TaskMemcg = d.group
	}
	if o.Constraint == "" && (k.global || d.choice != nil) && !d.bounded && !d.perhapsBound(o) {
		o.Constraint = "none"
	}
	o.Allocating = k.allocating
	if k.torn {
		o.Missing = append(o.Missing, "kill sizes")
	}
	d.done = true
	s.remember(h.name, l, o, d)
	d.tell(killEvent(l, o), sink)
}

// dumpOf gives the dump whose outcome a kill is; nil when that outcome has been told already.
func (s *oomStep) dumpOf(h *oomHost, k oomKill, l record.Line, sink record.Sink) *oomDump {
	d := h.dump
	if d == nil || !d.chose(k.victim.PID) {
		if ended := s.endOf(h, k, l); ended != nil {
			if d == nil || d.done {
				h.dump = ended
			}
			return ended
		}
		if s.toldEarly(h.name, k.victim, l) || s.waits(h, k, l, sink) {
			return nil
		}
		if parent := s.parentOf(h, k, l); parent != nil {
			if d == nil || d.done {
				h.dump = parent
			}
			return parent
		}
	}
	if d != nil && !d.accepts(k, l) {
		s.close(h, sink)
		d = nil
	}
	if d == nil {
		d = s.newDump(h)
		h.dump = d
	}
	return d
}

// chose tells that a line of the dump names the process as the one to die.
func (d *oomDump) chose(pid record.Maybe) bool {
	return d.summary != nil && d.summary.pid == pid || d.choice != nil && record.Known(d.choice.pid) == pid
}

// accepts tells whether a kill may be the outcome of this dump. A victim that is exiting already ends the call, unless
// its whole group dies (__oom_kill_process() says so of each member that has no memory left).
func (d *oomDump) accepts(k oomKill, l record.Line) bool {
	switch {
	case d.done:
		return d.group != "" && len(d.killed) > 0
	case d.exiting:
		return d.group != ""
	}
	if d.denies(k) {
		return false
	}
	if d.summary == nil {
		return true
	}
	return !d.summary.pid.Known() || d.summary.pid == k.victim.PID || d.choice != nil || k.allocating || follows(d.summed, l)
}

// follows tells that the kill was printed right behind the summary. Its pid may differ then: the summary can name a
// thread, and the kill another one when the process's first thread has ended. Otherwise lines were lost between.
func follows(summary, kill record.Line) bool {
	if summary.At.Mono != 0 && kill.At.Mono != 0 {
		gap := kill.At.Mono - summary.At.Mono
		return gap >= 0 && gap < 100*time.Millisecond
	}
	return kill.From.File == summary.From.File && kill.From.Line-summary.From.Line <= 2
}

// known tells that this kill has been told already: the same line from another program or file, a second line of
// the kernel for a victim of a group, or for a thread of it.
func (s *oomStep) known(host string, l record.Line, v record.Victim, d *oomDump) bool {
	for i := len(s.kills) - 1; i >= 0; i-- {
		k := &s.kills[i]
		if k.host != host || k.victim.PID != v.PID && k.dump != d.id {
			continue
		}
		if k.dump == d.id {
			if k.victim.PID == v.PID || d.threadOf(k.victim, v) {
				return true
			}
			continue
		}
		if sameLine(k.victim, v) && s.mayRepeat(k, host, l) {
			return true
		}
	}
	return false
}

// threadOf tells that v is a thread of a process that this dump has killed already. memory.oom.group walks all
// threads of the cgroup, and a process whose first thread is gone is found again by another: its address space and
// page tables are those of the dead process, and its id is in no row of the table, which lists the processes, if the
// table is whole: lines of it may be lost, and that of a call bound to some NUMA nodes leaves those out that may not
// use them (oom_cpuset_eligible() in dump_tasks()).
func (d *oomDump) threadOf(dead, v record.Victim) bool {
	if d.group == "" || d.holed || !d.tabled || d.summary != nil && d.summary.ofNodes() || differ(v.TotalVM, dead.TotalVM) || differ(v.UID, dead.UID) || differ(v.Page, dead.Page) {
		return false
	}
	_, listed := d.row(v.PID)
	_, deadListed := d.row(dead.PID)
	return !listed && deadListed
}

// differ tells that both numbers are known and not the same.
func differ(a, b record.Maybe) bool { return a.Known() && b.Known() && a != b }

// sameLine compares what a kill line tells.
func sameLine(a, b record.Victim) bool {
	return a.PID == b.PID && a.Comm == b.Comm && a.TotalVM == b.TotalVM && a.Anon == b.Anon && a.File == b.File && a.Shmem == b.Shmem
}

func (s *oomStep) remember(host string, l record.Line, o *record.OOM, d *oomDump) {
	if len(s.kills) >= maxDeaths {
		s.kills = s.kills[maxDeaths/2:]
	}
	v := d.killedAs(o)
	s.kills = append(s.kills, oomDeath{host: host, boot: s.bootOf(host), at: l.At, victim: v, memcg: o.TaskMemcg, dump: d.id, chosen: hasPart(o.Missing, "kill")})
}

// killedAs gives the victim as its line tells it, before the table filled it in: copies are known by the line.
func (d *oomDump) killedAs(o *record.OOM) record.Victim {
	if n := len(d.killed); n > 0 {
		return d.killed[n-1]
	}
	return o.Victim
}

// faultKill is a process that the page fault handler of old kernels killed when memory ran out under it:
// "VM: killing process x". The OOM killer's own line may name the same process.
func (s *oomStep) faultKill(h *oomHost, l record.Line, sink record.Sink) {
	comm := oomComm(strings.TrimPrefix(l.Text, "VM: killing process "))
	for i := range s.kills {
		if k := &s.kills[i]; k.host == l.Host && k.victim.Comm == comm && s.mayRepeat(k, l.Host, l) {
			return
		}
	}
	o := &record.OOM{Killer: "kernel", Victim: record.Victim{Comm: comm}, Missing: []string{"header", "memory", "tasks"},
		Lines: record.Span{First: l.From.Line, Last: l.From.Line}}
	s.remember(l.Host, l, o, s.newDump(h))
	sink.Event(killEvent(l, o))
}

// reaped: "oom_reaper: reaped process 2746 (leaker), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB" (4.6 and later).
func (s *oomStep) reaped(l record.Line, sink record.Sink) {
	_, rest, ok := strings.Cut(l.Text, "reaped process ")
	stuck := false
	if !ok {
		if _, rest, ok = strings.Cut(l.Text, "unable to reap pid:"); !ok {
			return
		}
		stuck = true
	}
	pid, rest, ok := leadingInt(rest)
	if !ok {
		return
	}
	v := record.Victim{PID: record.Known(pid)}
	name, sizes, whole := strings.Cut(rest, "), now ")
	if !whole {
		name = untilParen(rest)
	}
	v.Comm = oomComm(strings.TrimPrefix(strings.TrimLeft(name, " "), "("))
	k := oomKill{victim: v}
	readKillSizes(&k, sizes)
	if !s.reapedBefore(l, k.victim, stuck) {
		sink.Event(reapedEvent(l, k.victim, stuck))
	}
}

// oomReap is what the reaper said of a victim, kept to know copies by.
type oomReap struct {
	oomDeath
	stuck bool
}

// reapedBefore tells that the line is a copy, and notes it if it is none.
func (s *oomStep) reapedBefore(l record.Line, v record.Victim, stuck bool) bool {
	for i := len(s.reaps) - 1; i >= 0; i-- {
		if r := &s.reaps[i]; r.host == l.Host && r.stuck == stuck && sameLine(r.victim, v) && s.mayRepeat(&r.oomDeath, l.Host, l) {
			return true
		}
	}
	if len(s.reaps) >= maxDeaths {
		s.reaps = s.reaps[maxDeaths/2:]
	}
	s.reaps = append(s.reaps, oomReap{oomDeath{host: l.Host, boot: s.bootOf(l.Host), at: l.At, victim: v}, stuck})
	return false
}

// nobody: the killer found no process that it might kill.
func (s *oomStep) nobody(d *oomDump, l record.Line, sink record.Sink) {
	if d.nobody {
		return
	}
	d.nobody, d.done = true, true
	d.tell(nobodyEvent(l, d.oom(record.Victim{})), sink)
}

// panicked ends whatever was open. Only panics that name memory as their cause are the OOM killer's.
func (s *oomStep) panicked(h *oomHost, l record.Line, sink record.Sink) {
	_, cause, _ := strings.Cut(l.Text, "not syncing: ")
	d := h.dump
	if !forMemory(cause) && !strings.HasPrefix(l.Text, "out of memory. panic_on_oom") {
		s.close(h, sink)
		return
	}
	if d == nil || d.done && !d.nobody {
		s.close(h, sink)
		d = s.newDump(h)
	}
	h.dump = nil
	d.take(l)
	d.done = true
	d.tell(panicEvent(l, d.oom(record.Victim{})), sink)
}

// forMemory tells that a panic's cause is the OOM killer's: up to 2.6.35 it writes a small letter.
func forMemory(cause string) bool {
	return strings.HasPrefix(cause, "Out of memory") || strings.HasPrefix(cause, "out of memory") || strings.HasPrefix(cause, "System is deadlocked on memory")
}

// close tells what a dump came to whose outcome no line told.
func (s *oomStep) close(h *oomHost, sink record.Sink) {
	d := h.dump
	h.dump = nil
	s.finish(h, d, sink)
}

// finish does so for one of the host's dumps.
func (s *oomStep) finish(h *oomHost, d *oomDump, sink record.Sink) {
	if d == nil || d.done {
		return
	}
	d.done = true
	defer d.release()
	switch {
	case d.exiting:
		sink.Event(invokedEvent(d, d.oom(record.Victim{}), "the process it chose was exiting already, so nothing was killed"))
	case d.summary != nil && d.summary.pid.Known():
		s.hold(oomHeld{h, d, d.summed, record.Victim{PID: d.summary.pid, Comm: d.summary.comm}}, sink)
	case d.choice != nil:
		s.hold(oomHeld{h, d, d.chosen, record.Victim{PID: record.Known(d.choice.pid), Comm: d.choice.comm}}, sink)
	case d.copied:
	case d.headed || d.bounded || d.summary != nil:
		outcome := "the text does not tell whom it killed"
		if s.ended && !d.passed { // by a rotation perhaps, and the next file goes on
			outcome = "the file ends before a line tells whom it killed"
		}
		s.tellOpen(d, invokedEvent(d, d.oom(record.Victim{}), outcome), sink)
	}
}

// end tells all that a host's lines came to.
func (s *oomStep) end(h *oomHost, sink record.Sink) {
	s.finish(h, h.passed, sink)
	h.passed = nil
	s.close(h, sink)
	for _, d := range h.aside {
		s.finish(h, d, sink)
	}
	h.aside = nil
	s.settleChild(h, true, sink)
	s.presume(h, always, sink)
}

// presumed is a kill whose "Killed process" line is missing, known from the line that chose the victim.
func (s *oomStep) presumed(h oomHeld, sink record.Sink) {
	d, l, v, host := h.dump, h.chosen, h.victim, h.host.name
	for i := range s.kills {
		if k := &s.kills[i]; k.host == host && k.victim.PID == v.PID && k.victim.Comm == v.Comm && s.mayRepeat(k, host, l) {
			return
		}
	}
	o := d.oom(v)
	if o.Constraint == "" && !d.perhapsBound(o) {
		o.Constraint = "none"
	}
	o.Missing = append(o.Missing, "kill")
	s.remember(host, l, o, d)
	s.tellOpen(d, killEvent(l, o), sink)
}

// near tells that two stamps of one input lie within d of each other; unknown stamps do not part them.
func near(a, b record.Stamp, d time.Duration) bool {
	if a.Wall.IsZero() || b.Wall.IsZero() {
		return true
	}
	gap := a.Wall.Sub(b.Wall)
	return gap <= d && gap >= -d
}
