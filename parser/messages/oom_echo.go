package messages

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"oomortem/parser/record"
)

// Daemons repeat what the kernel did. An echo never makes a second kill: it is told only when the kernel's own
// line is not in the same input.
//
//	systemd[1]: cri-containerd-25a3.scope: A process of this unit has been killed by the OOM killer.      systemd 243
//	containerd: time="..." level=info msg="TaskOOM event container_id:\"25a3\""
//	node-problem-detector: ... Reason:OOMKilling Message:Memory cgroup out of memory: Killed process 183960 (x) total-vm:...
//	kubelet: ... "System OOM encountered, victim process: stress, pid: 68061"
var echoSources = []string{"systemd", "containerd", "dockerd", "kubelet", "node-problem-detector", "node-problem-detector-startup.sh"}

func isEchoSource(program string) bool {
	return program != "" && slices.Contains(echoSources, program)
}

// byDaemon gives the line as its daemon's own where that one writes to the kernel's log, behind its name and pid
// (write_to_kmsg() of systemd's log.c: log_target=kmsg, and every line of PID 1 before there is a journal):
//
//	kernel: systemd[1]: foo.service: A process of this unit has been killed by the OOM killer.
func byDaemon(l record.Line) record.Line {
	head, text, found := strings.Cut(l.Text, "]: ")
	name, number, named := strings.Cut(head, "[")
	if pid, rest, ok := leadingInt(number); found && named && ok && rest == "" && isEchoSource(name) {
		l.Program, l.PID, l.Text = name, int(pid), text
	}
	return l
}

// oomEcho is what a daemon said about a kill.
type oomEcho struct {
	line   record.Line
	boot   int // number of the kernel that its line follows
	who    string
	victim record.Victim
	unit   string      // systemd's unit or the container's id
	failed record.Line // systemd's last word about the unit, that it failed for this kill
}

// echo reads a daemon's line and keeps it until the input's end has shown whether the kernel spoke too.
func (s *oomStep) echo(l record.Line) {
	e := oomEcho{line: l, boot: s.bootOf(l.Host), who: l.Program}
	text := l.Text
	switch {
	case strings.Contains(text, "Reason:OOMKilling Message:"):
		_, kernel, _ := strings.Cut(text, "Reason:OOMKilling Message:")
		if i := strings.IndexByte(kernel, '}'); i >= 0 {
			kernel = kernel[:i]
		}
		k, ok := readKill(kernel)
		if !ok {
			return
		}
		e.who, e.victim = "node-problem-detector", k.victim
	case strings.Contains(text, "System OOM encountered"):
		e.who = "kubelet"
		if _, after, ok := strings.Cut(text, "victim process: "); ok {
			name, after, _ := strings.Cut(after, ", pid: ")
			e.victim.Comm = oomComm(name)
			if pid, _, ok := leadingInt(after); ok {
				e.victim.PID = record.Known(pid)
			}
		}
	case strings.Contains(text, "TaskOOM"):
		e.who = "containerd"
		e.unit = containerID(text)
	case strings.HasSuffix(text, " killed by the OOM killer.") || strings.HasSuffix(text, "Failed with result 'oom-kill'."):
		e.who = "systemd"
		e.unit, _, _ = strings.Cut(text, ": ")
		if strings.HasSuffix(text, "'oom-kill'.") {
			e.failed = l
		}
	default:
		return
	}
	if e.unit != "" && slices.ContainsFunc(s.echoes, e.again) {
		return
	}
	if e.failed.Text != "" && s.fails(e) {
		return
	}
	switch {
	case len(s.echoes) < maxEchoes:
		s.echoes = append(s.echoes, e)
	case s.unkept.Line == 0:
		s.unkept = l.From
	}
}

// longestStop is how long a unit takes to stop after its OOM kill: TimeoutStopSec for SIGTERM and again for SIGKILL,
// 90 s each unless set otherwise.
const longestStop = 3 * time.Minute

// fails finds the kill that a unit failed for; false when no line has told it.
func (s *oomStep) fails(e oomEcho) bool {
	for i := len(s.echoes) - 1; i >= 0; i-- {
		switch other := &s.echoes[i]; {
		case !other.told(e) || !near(other.line.At, e.line.At, longestStop):
		case sameWords(other.failed, e.failed):
			return true
		case other.failed.Text == "" && other.boot == e.boot:
			other.failed = e.failed
			return true
		}
	}
	return false
}

// told tells that both are words of one daemon about one unit.
func (e oomEcho) told(other oomEcho) bool {
	return e.unit == other.unit && e.who == other.who && (e.line.Host == other.line.Host || e.line.Host == "" || other.line.Host == "")
}

// again tells that the echo says what the other one said: a copy of its line, or, of containerd, a second notice.
// systemd counts the kills of a unit (memory.events), so that what it says again, later, is another kill.
func (e oomEcho) again(other oomEcho) bool {
	if e.who == "systemd" {
		return e.told(other) && sameWords(e.line, other.line)
	}
	return e.told(other) && e.boot == other.boot && near(other.line.At, e.line.At, time.Minute)
}

// ofUser tells that the system's manager says of a user's manager what that one says itself of one of its units: the
// kernel counts a kill in every cgroup above it, too.
func (e oomEcho) ofUser(units oomEcho) bool {
	return e.who == "systemd" && units.who == "systemd" && e.line.PID == 1 && units.line.PID > 1 && e.line.Host == units.line.Host &&
		strings.HasPrefix(e.unit, "user@") && strings.HasSuffix(e.unit, ".service") && near(e.line.At, units.line.At, 10*time.Second)
}

// containerID finds container_id:\"25a3...\" in a log line of containerd, quoted once or twice.
func containerID(text string) string {
	_, after, ok := strings.Cut(text, "container_id:")
	if !ok {
		return ""
	}
	after = strings.TrimLeft(after, `\"`)
	if i := strings.IndexAny(after, `\" `); i >= 0 {
		after = after[:i]
	}
	return after
}

// flushEchoes tells the echoes that have no kill of the kernel behind them in this input.
func (s *oomStep) flushEchoes(sink record.Sink) {
	for _, e := range s.echoes {
		if !slices.ContainsFunc(s.kills, e.of) && !slices.ContainsFunc(s.echoes, e.ofUser) {
			sink.Event(e.event())
		}
	}
	if s.unkept.Line > 0 {
		sink.Problem(record.Problem{From: s.unkept, Msg: fmt.Sprintf("more than %d second-hand reports of OOM kills (systemd, kubelet, containerd): those from here on are left out; the kernel's own lines are all read", maxEchoes)})
	}
}

// of tells whether the echo is about a kill that the kernel told itself.
func (e oomEcho) of(k oomDeath) bool {
	switch {
	case k.host != e.line.Host && k.host != "" && e.line.Host != "", k.host == e.line.Host && k.boot != e.boot:
		return false
	case e.victim.PID.Known():
		return e.victim.PID == k.victim.PID && near(k.at, e.line.At, 10*time.Minute)
	case k.memcg != "" && e.unit != "":
		return e.names(k.memcg) && near(k.at, e.line.At, 10*time.Minute)
	}
	return near(k.at, e.line.At, time.Minute)
}

// names tells that a cgroup's path holds the unit, whose backslashes some loggers double, or the container's id.
func (e oomEcho) names(path string) bool {
	if e.who == "systemd" {
		return strings.Contains(path+"/", "/"+strings.ReplaceAll(e.unit, `\\x`, `\x`)+"/")
	}
	return strings.Contains(path, e.unit)
}

// event: systemd counts the kernel's own kills (memory.events), so its word stands for one; what a kubelet or a
// problem detector repeats out of a log, and containerd's notice without a victim, is a warning.
func (e oomEcho) event() record.Event {
	ev := record.Event{At: e.line.At, From: e.line.From, Host: e.line.Host, Source: e.line.Program, Excerpt: e.line.Text}
	if ev.Source == "" {
		ev.Source = e.who
	}
	ev.Attr = append(victimAttr(e.victim), record.Attr{Key: record.AttrEcho, Value: e.who})
	if e.who == "systemd" {
		ev.Kind = record.OOMKill
		ev.Attr = append(ev.Attr, record.Attr{Key: record.AttrScope, Value: e.unit})
		ev.OOM = &record.OOM{Killer: "kernel", Missing: []string{"header", "memory", "tasks", "kill"}, Lines: record.Span{First: e.line.From.Line, Last: e.line.From.Line}}
		ev.Text = fmt.Sprintf("systemd says that the kernel killed a process of %s for memory; the kernel's own lines are not in the text", e.unit)
		return ev
	}
	ev.Kind = record.MemPressure
	switch {
	case e.unit != "":
		ev.Attr = append(ev.Attr, record.Attr{Key: record.AttrScope, Value: e.unit})
		ev.Text = fmt.Sprintf("%s says that container %s ran out of memory; the kernel's own lines are not in the text", e.who, e.unit)
	default:
		ev.Text = fmt.Sprintf("%s repeats that the kernel killed %s for memory; the kernel's own lines are not in the text", e.who, victimText(e.victim))
	}
	return ev
}
