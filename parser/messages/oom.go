package messages

import (
	"slices"
	"strings"
	"time"

	"oomortem/parser/record"
)

// oom reads the kernel's OOM killer, mm/oom_kill.c from 2.6.9 to 7.x, and those who repeat what it says:
//
//	Out of memory: Kill process 7569 (qemu-kvm) score 256 or sacrifice child
//	Killed process 7569 (qemu-kvm), UID 107, total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB, shmem-rss:16kB
//
// A kill is one event, however many lines the kernel spent on it.
var oom = Reader{
	Name:    "oom",
	Title:   "kernel OOM killer, 2.6.9 to 7.x",
	Sources: slices.Concat([]string{"kernel", "", "klogd", "vmunix"}, echoSources, loggers),
	Wants:   wantsOOM,
	Starts:  oomStarts,
	Holds:   []string{"oom-kill", " mems_allowed=", "page alloc", "OOM", "KB "},
	New:     func() Step { return newOOM() },
}

// oomStep follows one input. Merged logs hold several hosts, whose dumps may overlap; one host's do not since 4.2, where the
// killer holds a lock while it prints (see oomHeld for the kernels before).
type oomStep struct {
	hosts  map[string]*oomHost
	order  []*oomHost
	kills  []oomDeath // the latest, to know copies by
	reaps  []oomReap  // the latest, likewise
	held   []oomHeld  // kills whose own line is still missing
	dumps  int        // how many were begun
	echoes []oomEcho
	boots  int           // of all hosts
	marked int           // the latest that was told for all of them
	unkept record.Origin // the first echo beyond maxEchoes
	ended  bool          // no line of the input is left
	room   int           // bytes that are left for lines which dumps keep for other files
	forgot bool          // a host was dropped: whether another's dump is its first is not known
}

type oomHost struct {
	name    string
	boot    int // the latest that its kernel told
	dump    *oomDump
	aside   []*oomDump // open ones of other threads
	passed  *oomDump   // one before whose choice another call began
	child   *oomChild  // a kill of a child of one of two processes that were chosen
	missing int        // the latest line that says that lines are missing
	dumped  bool       // a dump of it was begun
	headers []string   // keys of the latest headers, to know copies by
}

const (
	maxHosts  = 256
	maxDeaths = 4096
	maxEchoes = 4096
	// A dump is printed in milliseconds of uptime; a syslog daemon under pressure may stamp its lines minutes apart.
	longestDump    = 60 * time.Second
	longestWritten = 10 * time.Minute
)

func newOOM() *oomStep { return &oomStep{hosts: map[string]*oomHost{}, room: maxCut} }

func (s *oomStep) Line(l record.Line, sink record.Sink) {
	if isEchoSource(l.Program) {
		s.echo(l)
		return
	}
	l.Text = strings.ReplaceAll(l.Text, "\u00a0", " ")
	begin, uptime := oomMessage(l.Text)
	if uptime != 0 && l.At.Mono == 0 {
		l.At = withUptime(l.At, uptime)
	}
	if thread := threadIn(l.Text[:begin]); thread != 0 {
		l.PID = thread
	}
	logger := slices.Contains(loggers, l.Program)
	for _, msg := range messagesIn(l.Text[begin:]) {
		if kind := kindOfOOM([]byte(msg)); kind != oomNone && (kind == oomLost || !logger) {
			l.Text = msg
			s.take(kind, l, sink)
		}
	}
}

// withUptime adds the seconds since boot that stand in the text to the envelope's stamp.
func withUptime(at record.Stamp, uptime time.Duration) record.Stamp {
	if at.IsZero() {
		at = record.Stamp{Lacks: record.LacksWall, Prec: time.Microsecond}
	}
	at.Mono = uptime
	return at
}

func (s *oomStep) host(name string, sink record.Sink) *oomHost {
	h := s.hosts[name]
	if h != nil {
		return h
	}
	if len(s.order) >= maxHosts {
		s.end(s.order[0], sink)
		delete(s.hosts, s.order[0].name)
		s.forgot = true
		s.order = s.order[1:]
	}
	h = &oomHost{name: name}
	s.hosts[name] = h
	s.order = append(s.order, h)
	return h
}

func (s *oomStep) newDump(h *oomHost) *oomDump {
	s.dumps++
	d := &oomDump{id: s.dumps, cut: &record.Cut{Begins: !h.dumped && !s.forgot && s.boots == 0}, room: &s.room}
	h.dumped = true
	return d
}

// take reads one recognized line of the kernel.
func (s *oomStep) take(kind oomKind, l record.Line, sink record.Sink) {
	if kind == oomSecondHand {
		s.echo(byDaemon(l))
		return
	}
	if kind == oomBoot {
		s.booted(l, sink)
		return
	}
	h := s.host(l.Host, sink)
	if d := h.dump; d != nil && unrelated(d.last, l) {
		s.close(h, sink)
	}
	if d := h.passed; d != nil && unrelated(d.last, l) {
		h.passed = nil
		s.finish(h, d, sink)
	}
	s.turn(kind, h, l, sink)
	if kind == oomKilled {
		s.killed(h, l, sink)
	}
	if len(s.held) > 0 {
		s.presume(h, func(k oomHeld) bool { return unrelated(k.chosen, l) }, sink)
	}
	switch kind {
	case oomKilled:
	case oomHeader:
		s.header(h, l, sink)
	case oomFailure:
		s.failure(h, l, sink)
	case oomLost:
		h.lost()
		h.missing = l.From.Line
	case oomReaped:
		s.reaped(l, sink)
	case oomFaultKill:
		s.faultKill(h, l, sink)
	case oomPanic:
		s.panicked(h, l, sink)
	case oomSummary, oomKillChoice, oomExiting, oomNobody, oomGroup:
		s.verdict(kind, h, l, sink)
	default:
		s.body(kind, h, l, sink)
	}
}

// unrelated tells that two lines cannot belong to one dump.
func unrelated(a, b record.Line) bool {
	if a.At.Mono != 0 && b.At.Mono != 0 {
		gap := b.At.Mono - a.At.Mono
		return gap > longestDump || gap < -longestDump
	}
	if a.At.Wall.IsZero() || b.At.Wall.IsZero() {
		return false
	}
	gap := wallGap(a.At, b.At)
	return gap > longestWritten || gap < -longestWritten
}

// wallGap gives the time from a to b by the wall clock.
func wallGap(a, b record.Stamp) time.Duration {
	gap := b.Wall.Sub(a.Wall)
	if a.Lacks&record.LacksYear != 0 && gap < -300*24*time.Hour { // New Year between two stamps without a year
		gap += 366 * 24 * time.Hour
	}
	return gap
}

// header begins a dump, unless the line is a second copy of the header that was just read.
func (s *oomStep) header(h *oomHost, l record.Line, sink record.Sink) {
	r, ok := readRequest(l.Text)
	if !ok {
		return
	}
	if r.uptime != 0 && l.At.Mono == 0 {
		l.At = withUptime(l.At, r.uptime)
	}
	key := headerKey(l)
	if d := h.dump; d != nil && d.headed && !d.done && key != "" && key == headerKey(d.first) && d.first == d.last {
		return
	}
	s.pass(h, sink)
	d := s.newDump(h)
	d.headed, d.request, d.copied, d.cut.Begins = true, r, h.seen(key), false
	d.take(l)
	h.dump = d
}

// headerKey is the same for copies of one header; "" when the line has no stamp to know a copy by.
func headerKey(l record.Line) string {
	switch {
	case l.At.Mono != 0:
		return l.At.Mono.String() + l.Text
	case l.At.Wall.IsZero():
		return ""
	}
	return l.At.Wall.String() + l.Text
}

func (h *oomHost) seen(key string) bool {
	if key == "" {
		return false
	}
	for _, k := range h.headers {
		if k == key {
			return true
		}
	}
	if len(h.headers) >= 64 {
		h.headers = h.headers[1:]
	}
	h.headers = append(h.headers, key)
	return false
}

// failure is an allocation that failed without a kill, which another reader tells of. It prints a Mem-Info block of
// its own, which must not be taken for part of a dump.
func (s *oomStep) failure(h *oomHost, l record.Line, sink record.Sink) {
	if h.dump == nil || h.dump.done {
		s.close(h, sink)
		h.dump = s.newDump(h)
		h.dump.thread = l.PID
	}
	h.dump.foreign = true
	h.dump.failures++
}

// lost notes that lines are missing here: the task table of an open dump may lack rows.
func (h *oomHost) lost() {
	for _, d := range append(h.aside[:len(h.aside):len(h.aside)], h.dump) {
		if d != nil && !d.done && d.summary == nil && d.choice == nil {
			d.holed = true
		}
	}
}

// body takes a line of a dump's middle. Without a header before it a dump is begun all the same: the header may be
// cut off.
func (s *oomStep) body(kind oomKind, h *oomHost, l record.Line, sink record.Sink) {
	if h.dump == nil || h.dump.done && beginsDump(kind) {
		s.close(h, sink)
		h.dump = s.newDump(h)
	}
	d := h.dump
	if d.done {
		return
	}
	d.take(l)
	d.read(kind, l.Text)
}

// beginsDump tells the lines that, after a kill, can only belong to the next dump.
func beginsDump(kind oomKind) bool {
	switch kind {
	case oomMemInfo, oomUsage, oomTaskIn, oomTable, oomTask, oomCpuset:
		return true
	}
	return false
}

// verdict takes the lines that say who is to die, or that nobody does.
func (s *oomStep) verdict(kind oomKind, h *oomHost, l record.Line, sink record.Sink) {
	if h.dump == nil || h.dump.done && kind != oomGroup && (kind != oomExiting || h.dump.group == "") {
		s.close(h, sink)
		h.dump = s.newDump(h)
	}
	d := h.dump
	sum, choice := oomSummaryLine{}, oomChoice{}
	chosen, other := false, false
	switch kind {
	case oomSummary:
		sum = readSummary(l.Text)
		other = d.summary != nil && d.summed.Text != l.Text || d.deniesSummary(sum)
	case oomKillChoice:
		choice, chosen = readChoice(l.Text)
		if d.choice != nil && chosen && choice == *d.choice && !d.done { // the same line once more
			return
		}
		if a := h.resume(choice); chosen && a != nil {
			a.take(l)
			a.choose(choice, l)
			a.done = true
			s.hold(oomHeld{h, a, l, record.Victim{PID: record.Known(choice.pid), Comm: choice.comm}}, sink)
			return
		}
		other = d.choice != nil || chosen && d.deniesChoice(choice)
	}
	if other {
		s.close(h, sink)
		d = s.newDump(h)
		h.dump = d
	}
	d.take(l)
	switch kind {
	case oomSummary:
		d.summary, d.summed = &sum, l
	case oomKillChoice:
		if chosen {
			d.choose(choice, l)
		}
	case oomExiting:
		d.exiting = true
	case oomNobody:
		s.nobody(d, l, sink)
	case oomGroup:
		d.group = readGroup(l.Text)
	}
}

// Flush tells what the last dumps came to, and which echoes have no kernel line behind them.
func (s *oomStep) Flush(sink record.Sink) {
	s.ended = true
	for _, h := range s.order {
		s.end(h, sink)
	}
	s.flushEchoes(sink)
	*s = *newOOM()
}
