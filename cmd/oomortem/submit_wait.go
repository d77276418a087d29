package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"oomortem/cmd/oomortem/store"
)

// errPatience ends the waiting, not the job.
var errPatience = errors.New("--timeout is over")

// mostMisses is how many looks in a row may fail before the waiting is given up: a control plane that restarts is no
// reason to leave a job that runs for hours.
const mostMisses = 30

// follow waits for the job's end, tells what failed, and sees to the merge.
func (s *spread) follow(c *cobra.Command, e engine) error {
	ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program, whatever it is at
	if s.timeout > 0 {
		var cancel func()
		ctx, cancel = context.WithTimeoutCause(ctx, s.timeout, errPatience)
		defer cancel()
	}
	say := func(line string) { fmt.Fprintf(c.ErrOrStderr(), "oomortem: %s\n", line) }
	st, err := s.await(ctx, say, e.look)
	if err != nil {
		return unfinished(ctx, err, e)
	}
	for _, line := range e.failures(ctx) {
		say(line)
	}
	if err := s.mergeAll(ctx, c, e, st, say); err != nil {
		return unfinished(ctx, err, e)
	}
	if st.done < st.shards {
		return failure{exitUnusable, fmt.Errorf("%d of %d shards are not known to be done; %s", st.shards-st.done, st.shards, onceMore)}
	}
	return nil
}

// unfinished tells why the waiting is over before the work is.
func unfinished(ctx context.Context, err error, e engine) error {
	switch {
	case ctx.Err() == nil:
		return failure{exitUnusable, err}
	case errors.Is(context.Cause(ctx), errPatience):
		return failure{exitUnusable, fmt.Errorf("%v: the job goes on; wait for it again with: %s", errPatience, e.again())}
	}
	return failure{exitStopped, fmt.Errorf("stopped waiting: the job goes on; wait for it again with: %s", e.again())}
}

const onceMore = "submit the batch again to go on: what is finished is kept"

// await looks until the job has ended, and tells of each change.
func (s *spread) await(ctx context.Context, say func(string), look func(context.Context) (headway, error)) (headway, error) {
	last, misses := "", 0
	for {
		st, err := look(ctx)
		switch {
		case ctx.Err() != nil:
			return st, ctx.Err()
		case errors.Is(err, errNoJob):
			return st, err
		case err != nil:
			if misses++; misses == mostMisses {
				return st, fmt.Errorf("%w; no answer %d times in a row, the job may go on", err, misses)
			}
			say(err.Error())
		default:
			misses = 0
			if line := st.told(); line != last {
				say(line)
				last = line
			}
			if st.ended {
				return st, nil
			}
		}
		select {
		case <-ctx.Done():
			return st, ctx.Err()
		case <-time.After(s.every):
		}
	}
}

// mergeAll joins the parts: here where they can be read, else in the cluster.
func (s *spread) mergeAll(ctx context.Context, c *cobra.Command, e engine, st headway, say func(string)) error {
	if st.done+st.unknown == 0 {
		return errors.New("no shard is done, so there is nothing to merge; see above for the reasons")
	}
	parts, whole := s.seen(st.began)
	here := parts > 0 || whole
	var err error
	switch {
	case st.merged:
	case here:
		if err = s.arrive(ctx, st); err == nil {
			var all []store.Store
			if all, err = opened(s.places, []string{s.local}); err == nil {
				err = merge(c, all[0], "", s.lang, all)
			}
		}
	default:
		err = e.join(ctx, say)
	}
	if err != nil {
		return err
	}
	if here {
		say("the results are in " + printable(strings.TrimSuffix(s.local, "/")+"/index.html"))
	} else {
		say("the results are in " + printable(s.Out) + ", as the workers see it")
	}
	return nil
}

// clocksApart is how far the clocks of this machine, the workers and the storage may differ.
const clocksApart = 5 * time.Minute

// seen counts the parts of this very job that are seen from here, and tells whether a merge has left the one part of all. A
// folder of the same name on this machine, or what an older job left there, is something else; a bucket is one place for all.
func (s *spread) seen(began time.Time) (parts int, whole bool) {
	all, err := opened(s.places, []string{s.local})
	if err != nil {
		return 0, false
	}
	list, err := partsIn(all[0])
	if err != nil {
		return 0, false
	}
	for _, p := range list {
		if !store.NoFile(s.local) {
			info, err := os.Stat(filepath.Join(s.local, filepath.FromSlash(p.file())))
			if err != nil || !info.ModTime().After(began.Add(-clocksApart)) {
				continue
			}
		}
		whole = whole || p.of1()
		if p.count == s.Shards {
			parts++
		}
	}
	return parts, whole
}

// arriving is how long a network file system may take to show what others wrote.
const arriving = 2 * time.Minute

// arrive waits until the parts of all shards that are done are seen from here.
func (s *spread) arrive(ctx context.Context, st headway) error {
	ctx, cancel := context.WithTimeout(ctx, arriving)
	defer cancel()
	for {
		parts, whole := s.seen(st.began)
		if parts >= st.done || whole {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d shards are done, but only %d of their parts are in %s: merge later with oomortem merge %s", st.done, parts, printable(s.local), shellQuote(s.local))
		case <-time.After(s.every):
		}
	}
}
