package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"oomortem/parser"
	"oomortem/parser/follow"
)

// source is one input that the user named, through all its generations.
type source struct {
	w      *watch
	path   string
	name   string // as reports call it
	tapes  []*tape
	tables []*table
	losses []loss
	begun  bool   // what stood there first is read, or nobody waits for it
	over   bool   // nothing more will come
	refuse string // why the latest generation is of no use
}

func (w *watch) newSource(path string) *source {
	s := &source{w: w, path: path, name: strings.TrimPrefix(path, w.root)}
	if path == "-" {
		s.name = "stdin"
	}
	info, err := os.Stat(path)
	s.begun = w.fromStart || err != nil || !info.Mode().IsRegular() || info.Size() == 0
	return s
}

// run follows the source until its end or until the context is done.
func (s *source) run(ctx context.Context, stdin io.Reader) {
	defer func() {
		s.w.mu.Lock()
		defer s.w.mu.Unlock()
		s.over, s.begun = true, true
	}()
	info, err := os.Stat(s.path)
	switch {
	case s.path == "-":
		s.stream(ctx, stdin)
	case err == nil && !info.Mode().IsRegular(): // a pipe
		s.pipe(ctx)
	default:
		s.follow(ctx)
	}
}

func (s *source) follow(ctx context.Context) {
	var reading sync.WaitGroup
	f := &follow.File{
		Path: s.path,
		Mark: !s.w.fromStart,
		Begin: func(g *follow.Generation) {
			reading.Go(func() { s.generation(g) })
		},
		Notice: func(n follow.Notice) {
			s.notice("", n.Text)
			if n.Loss != nil {
				s.lost(loss{n.Text, func() string { return strings.TrimPrefix(n.Loss.Name(), s.w.root) }})
			}
		},
	}
	f.Run(ctx)
	reading.Wait()
}

// generation reads one life of the file, as a log or as a table.
func (s *source) generation(g *follow.Generation) {
	live := parser.Recognize(s.name, g, s.w.formats, func(why string) { s.notice(s.name+" ", why) })
	name := func() string { return strings.TrimPrefix(g.Name(), s.w.root) }
	switch {
	case live.Follows():
		s.tape(live, name, g.Past)
		return
	case live.Known:
		s.addTable(&table{file: g.File(), name: name, format: live.Format.Name})
	case live.Empty && g.Number > 0: // it was begun a moment before the watch ended
	default:
		s.refused(live.Why)
	}
	g.Close()
	live.Stop()
}

func (s *source) tape(live *parser.Live, name func() string, past bool) {
	t := s.w.newTape(s, name, past)
	live.Pause, live.CaughtUp = t.pause, t.caughtUp
	live.Parse(s.w.interest, t)
}

// pipe opens what is no regular file; that may wait for a writer.
func (s *source) pipe(ctx context.Context) {
	opened := make(chan *os.File, 1)
	go func() {
		f, err := os.Open(s.path)
		if err != nil {
			s.refused(err.Error())
		}
		opened <- f
	}()
	select {
	case f := <-opened:
		if f != nil {
			s.stream(ctx, f)
			f.Close()
		}
	case <-ctx.Done():
	}
}

// stream reads standard input or a pipe. What is no log is kept in a file, to be read as a whole for each report.
func (s *source) stream(ctx context.Context, r io.Reader) {
	r = follow.Stream(ctx, r)
	live := parser.Recognize(s.name, r, s.w.formats, func(why string) { s.notice(s.name+" ", why) })
	name := func() string { return s.name }
	switch {
	case live.Follows():
		s.tape(live, name, false)
	case live.Known:
		f, err := os.CreateTemp("", "oomortem-*")
		if err != nil {
			s.refused(fmt.Sprintf("cannot be kept: %v", err))
			return
		}
		os.Remove(f.Name()) // it lives on until it is closed
		s.addTable(&table{file: f, name: name, format: live.Format.Name, stream: true})
		if _, err := io.Copy(f, live.Rest()); err != nil {
			why := fmt.Sprintf("cannot be kept any further: %v", err)
			s.notice(s.name+" ", why)
			s.lost(loss{why, name})
		}
	default:
		s.refused(live.Why)
	}
}

// notice tells the user of the source's state, behind its name where the text has none.
func (s *source) notice(from, text string) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.begun = true
	s.w.complain(from, text)
}

// loss is what may be missing of a generation, for the reports.
type loss struct {
	text string
	name func() string
}

func (s *source) lost(l loss) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.losses = append(s.losses, l)
	if over := len(s.losses) - mostTapes; over > 0 {
		s.losses = s.losses[over:]
	}
}

// refused gives up a generation that cannot be read.
func (s *source) refused(why string) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.refuse, s.begun = why, true
	s.w.complain(s.name+" ", why)
}
