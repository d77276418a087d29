package main

import (
	"fmt"
	"slices"
	"time"

	"oomortem/parser/record"
)

// What is kept: of each log the wanted lines of the last --keep by the log's own time, and, of any age, those that told
// of a VM's or the host's start, since they name who dies later. Nothing goes before it was reported. All logs together
// may weigh mostKept; then the older half of each goes, after a report.
const (
	mostKept    = 64 << 20
	mostLasting = 1000 // of one log
	mostTapes   = 30   // generations of one log
	mostTables  = 2    // of one table
)

// limit keeps the memory bounded should lines come faster than reports can be made. It is called with the lock held.
func (w *watch) limit() {
	if w.weight > 2*w.mostKept {
		w.shed()
	}
}

// letGo drops what is too old. It is called when everything has been reported.
func (w *watch) letGo() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sources {
		newest := s.newest()
		for _, t := range s.tapes {
			n := 0
			for n < len(t.lines) && older(t.lines[n].At, newest, w.keep) {
				n++
			}
			t.drop(n)
		}
		s.dropTapes()
	}
	if w.weight > w.mostKept {
		w.shed()
	}
}

// shed drops the older half of each tape.
func (w *watch) shed() {
	for _, s := range w.sources {
		for _, t := range s.tapes {
			if n := len(t.lines) / 2; n > 0 {
				t.problem(t.lines[n].From.Line, "lines before this one that were kept for the report had to be let go, as they filled the memory that is set apart for them; "+
					"`oomortem analyze` reads the whole log")
				t.drop(n)
			}
		}
	}
}

// problem lists one beyond the limit: it is oomortem's own.
func (t *tape) problem(line int, msg string) {
	t.problems = slices.DeleteFunc(t.problems, func(p record.Problem) bool { return p.Msg == msg })
	t.problems = append(t.problems, record.Problem{From: record.Origin{Line: line}, Msg: msg})
}

// drop lets the first n lines go, but for the lasting ones.
func (t *tape) drop(n int) {
	if n == 0 {
		return
	}
	var stay []kept
	for i := range t.lines[:n] {
		if k := &t.lines[i]; k.lasting {
			stay = append(stay, *k)
		} else {
			t.w.weight -= k.weight()
		}
	}
	if over := len(stay) - mostLasting; over > 0 {
		for i := range stay[:over] {
			t.w.weight -= stay[i].weight()
		}
		stay = stay[over:]
	}
	gone := n - len(stay)
	t.lines = append(stay, t.lines[n:]...)
	t.clean, t.pastKept = max(t.clean-gone, 0), max(t.pastKept-gone, 0)
}

// newest gives the latest time of a log's latest generation.
func (s *source) newest() record.Stamp {
	if len(s.tapes) == 0 {
		return record.Stamp{}
	}
	t := s.tapes[len(s.tapes)-1]
	if last := t.input.Last; !last.IsZero() {
		return last
	}
	if n := len(t.lines); n > 0 {
		return t.lines[n-1].At
	}
	return record.Stamp{}
}

// dropTapes forgets generations that are over and of which nothing is kept.
func (s *source) dropTapes() {
	s.tapes = slices.DeleteFunc(s.tapes, func(t *tape) bool {
		return t.ended && len(t.lines) == 0 && t != s.tapes[len(s.tapes)-1]
	})
	for len(s.tapes) > mostTapes && s.tapes[0].ended {
		for i := range s.tapes[0].lines {
			s.w.weight -= s.tapes[0].lines[i].weight()
		}
		s.tapes = s.tapes[1:]
	}
}

// older tells that a stamp lies more than so long before the newest of its log.
func older(at, newest record.Stamp, keep time.Duration) bool {
	switch {
	case at.Lacks != newest.Lacks:
		return false
	case !at.Wall.IsZero() && !newest.Wall.IsZero():
		age := newest.Wall.Sub(at.Wall)
		if at.Lacks&record.LacksYear != 0 && age < -300*24*time.Hour { // New Year between the two
			age += 366 * 24 * time.Hour
		}
		return age > keep
	}
	return at.Mono != 0 && newest.Mono-at.Mono > keep
}

// leftOut says how many problems are not listed.
func (t *tape) leftOut() string {
	return fmt.Sprintf("%d more problems of this log are not listed", t.left)
}
