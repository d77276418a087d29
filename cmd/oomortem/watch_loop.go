package main

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"oomortem/parser/record"
)

// run watches until the sources end, a signal comes or the context is done.
func (w *watch) run(ctx context.Context, stdin io.Reader) error {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var following sync.WaitGroup
	for _, s := range w.sources {
		following.Go(func() { s.run(ctx, stdin) })
	}
	w.hooks.start(w.tell)
	err := w.loop(ctx)
	stop() // from here on a second Ctrl-C ends at once
	following.Wait()
	if err == nil {
		err = w.end()
	}
	w.hooks.finish()
	if err != nil {
		return failure{exitUnusable, err}
	}
	return nil
}

// loop looks at what has come, several times in each settling time.
func (w *watch) loop(ctx context.Context) error {
	begun, started, swept := false, w.now(), w.now()
	tick := time.NewTicker(max(min(w.settle/4, 100*time.Millisecond), time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if !begun && (w.allBegun() || w.now().Sub(started) > 5*time.Second && !w.catching()) {
			begun = true
			w.past()
		}
		if over, err := w.over(); over || err != nil {
			return err
		}
		if !begun {
			continue
		}
		if due, settled := w.due(); due {
			if err := w.judge(settled, false); err != nil {
				return err
			}
		}
		if w.idle() && (w.now().Sub(swept) > time.Minute || w.heavy()) {
			swept = w.now()
			w.letGo()
		}
	}
}

// end makes the last report.
func (w *watch) end() error {
	w.mu.Lock()
	read := false
	var why []string
	for _, s := range w.sources {
		read = read || len(s.tapes)+len(s.tables) > 0
		if s.refuse != "" {
			why = append(why, s.name+" "+w.flags.names.Problem(s.refuse))
		}
	}
	w.mu.Unlock()
	if !read {
		if len(why) == 0 {
			why = append(why, "no file appeared")
		}
		return fmt.Errorf("nothing could be watched: %s", strings.Join(why, "; "))
	}
	return w.judge(true, true)
}

// allBegun tells that what stood there at first is read.
func (w *watch) allBegun() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sources {
		if !s.begun {
			return false
		}
	}
	return true
}

// catching tells that a log's past is still being read.
func (w *watch) catching() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sources {
		for _, t := range s.tapes {
			if t.catching {
				return true
			}
		}
	}
	return false
}

// over tells that there is nothing left to follow, or gives the error that makes it useless.
func (w *watch) over() (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return true, w.broken
	}
	for _, s := range w.sources {
		if !s.over && (s.refuse == "" || len(s.tapes)+len(s.tables) > 0) {
			return false, nil
		}
	}
	return true, nil
}

// due tells that it is time for a report: news have settled, or went on for long enough, or tables grew; settled tells that
// they did not grow any more while something in them was undecided.
func (w *watch) due() (due, settled bool) {
	now := w.now()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sources {
		for _, t := range s.tapes {
			t.askOpen(now)
		}
	}
	if !w.first.IsZero() && (now.Sub(w.latest) >= w.settle || now.Sub(w.first) >= longest*w.settle) {
		return true, false
	}
	if now.Before(w.tablesDue) {
		return false, false
	}
	grew := false
	for _, s := range w.sources {
		for _, t := range s.tables {
			grew = grew || t.grew()
		}
	}
	return grew || w.undecided, !grew
}

// longest is after how many settling times an incident is reported though news go on.
const longest = 10

// idle tells that no news wait for a report.
func (w *watch) idle() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.first.IsZero()
}

func (w *watch) heavy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.weight > w.mostKept
}

// heard takes an event that is news. It is called with the lock held.
func (w *watch) heard(e record.Event) {
	w.latest = w.now()
	if w.first.IsZero() {
		w.first = w.latest
	}
	w.show(e)
}
