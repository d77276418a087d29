package main

import (
	"fmt"
	"strconv"
	"time"

	"oomortem/parser/record"
)

// tape is what was read of one generation of a log and is kept for the reports: the lines that some reader of messages
// wants. From them a report is made as from the log itself.
type tape struct {
	record.Discard // what is no line comes from readers of messages alone

	w        *watch
	source   *source
	name     func() string // where its lines lie now
	lines    []kept
	problems []record.Problem
	left     int // problems that were too many
	input    record.Input
	ended    bool

	// The past is what stood in the log when the watch began: it is understood, and no news.
	catching bool // the past is still being read
	past     int  // its last line
	pastKept int  // of lines

	heard   record.Sink // the readers, whose events are told at once
	lasting bool        // the line at hand told something that names others later
	told    map[string]bool
	clean   int // of lines: no message that is still open began before
	latest  time.Time
	asked   bool // whether messages are open, since the latest line
}

// kept is a line of a tape.
type kept struct {
	record.Line
	lasting bool
}

// weight is what a line costs in memory, about.
func (k *kept) weight() int { return len(k.Text) + 200 }

const (
	mostProblems = 200
	// A message of several lines is over when nothing has followed for so long.
	openFor = 2 * time.Second
	// After a longer silence nothing that comes belongs to what came.
	cleanAfter = time.Minute
	// Nor is more than this replayed to find what is open.
	mostOpen = 20_000
	mostTold = 20_000
)

func (w *watch) newTape(s *source, name func() string, past bool) *tape {
	t := &tape{w: w, source: s, name: name, catching: past, told: map[string]bool{}}
	t.heard = understand(ear{t: t})
	w.mu.Lock()
	defer w.mu.Unlock()
	s.tapes, s.refuse = append(s.tapes, t), ""
	return t
}

// ear hears the events of a tape.
type ear struct {
	record.Discard
	t *tape
}

// Event takes what lines have come to mean.
func (e ear) Event(x record.Event) { e.t.event(x) }

// Line takes a line that some reader wants.
func (t *tape) Line(l record.Line) {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	t.lasting = false
	t.heard.Line(l)
	t.lines = append(t.lines, kept{l, t.lasting})
	t.latest, t.asked = t.w.now(), false
	t.w.weight += t.lines[len(t.lines)-1].weight()
	t.w.limit()
}

// event tells an event, once: a reader that is asked for what is open tells some before their time.
func (t *tape) event(e record.Event) {
	keys := []string{string(e.Kind) + strconv.Itoa(e.From.Line)}
	if e.OOM != nil && e.OOM.Lines.First > 0 {
		keys = append(keys, fmt.Sprintf("%s in %d: %s", e.Kind, e.OOM.Lines.First, e.OOM.Victim.PID))
	}
	known := false
	for _, k := range keys {
		known = known || t.told[k]
		t.told[k] = true
	}
	if len(t.told) > mostTold {
		t.told, t.clean = map[string]bool{}, len(t.lines)
	}
	t.lasting = t.lasting || e.Kind == record.VMStarted || e.Kind == record.HostBoot
	if !known && !t.catching && e.From.Line > t.past {
		t.w.heard(e)
	}
}

// Problem takes a problem of the log.
func (t *tape) Problem(p record.Problem) {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	if len(t.problems) >= mostProblems {
		t.left++
		return
	}
	t.problems = append(t.problems, p)
	if t.w.flags.verbose {
		t.w.complain(p.From.String()+": ", p.Msg)
	}
}

// Input takes the summary at the log's end.
func (t *tape) Input(in record.Input) {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	t.input, t.ended = in, true
	t.heard.Input(in)
}

// pause takes the summary up to now.
func (t *tape) pause(in record.Input) {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	t.input = in
}

// caughtUp ends the past.
func (t *tape) caughtUp() {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	t.catching, t.past, t.pastKept = false, t.input.Lines, len(t.lines)
	t.source.begun = true
}

// askOpen has the readers tell what is open when the log has fallen silent, as at its end. It is asked of readers of
// their own, who read the latest lines again: should more come, the others go on where they were.
func (t *tape) askOpen(now time.Time) {
	silent := now.Sub(t.latest)
	if t.ended || t.catching || t.latest.IsZero() || silent < min(openFor, t.w.settle/2) {
		return
	}
	if !t.asked {
		t.asked = true
		again := understand(ear{t: t})
		for _, k := range t.lines[t.clean:] {
			again.Line(k.Line)
		}
		again.Input(record.Input{})
	}
	if t.clean < len(t.lines) && (silent > cleanAfter || len(t.lines)-t.clean > mostOpen) {
		t.heard.Input(record.Input{})
		t.clean, t.told = len(t.lines), map[string]bool{}
	}
}

// replay gives lines to a sink as if the log, of this name, were read now.
func replay(lines []kept, name string, sink record.Sink) {
	for _, k := range lines {
		k.From.File = name
		sink.Line(k.Line)
	}
}
