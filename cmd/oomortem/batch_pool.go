package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oomortem/correlate/verdict"
)

// pool hands the runs to workers.
type pool struct {
	batch    *batch
	args     []string // for each worker
	memory   int64    // for all workers together; 0: no limit
	progress *progress

	begun map[string]bool // marks of attempts that were there when it started

	mu      sync.Mutex
	downed  map[string]int // workers that each run has taken down, by its folder
	results *gathered      // of the runs that are done
	done    int
	kept    int
	failed  int
	again   []archived // ran a worker into the ground once
	stopped error
}

// twice is how many workers a run may take down.
const twice = 2

func (b *batch) pool(c *cobra.Command, runs int) (*pool, error) {
	memory, err := parseMemory(b.maxMemory)
	if err != nil {
		return nil, err
	}
	args := []string{workerCommand}
	c.Flags().Visit(func(f *pflag.Flag) { // the shared flags say how to analyse
		if workerFlag(f.Name) && f.Name != "redact-map" && f.Name != "redact" { // the key comes with each job
			args = append(args, "--"+f.Name+"="+f.Value.String())
		}
	})
	b.workers = max(1, min(b.workers, runs))
	results, err := newGathered()
	if err != nil {
		return nil, err
	}
	return &pool{batch: b, args: args, memory: memory, results: results, downed: map[string]int{}, progress: newProgress(c.ErrOrStderr(), runs, b.quiet)}, nil
}

// workerFlag tells the flags that a worker has as well.
func workerFlag(name string) bool {
	return batchWorkerCommand().Flags().Lookup(name) != nil
}

// do analyses all runs: first those that never failed, side by side; then one after the other those that took a worker
// with them, each with all of the memory, so that a second crash is its own fault.
func (p *pool) do(ctx context.Context, runs []archived) (err error) {
	defer p.progress.end()
	if p.begun, err = begun(p.batch.results); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var fresh []archived
	for _, r := range runs {
		switch marked := p.begun[attemptFile(r.dir)]; {
		case marked && p.batch.resume:
			p.again = append(p.again, r)
			continue
		case marked:
			if err := clearAttempt(p.batch.results, r.dir); err != nil {
				return err
			}
		}
		fresh = append(fresh, r)
	}
	p.side(ctx, cancel, fresh, p.batch.workers)
	for len(p.again) > 0 && ctx.Err() == nil {
		again := p.again
		p.again = nil
		p.side(ctx, cancel, again, 1)
	}
	if p.stopped != nil {
		return p.stopped
	}
	return ctx.Err()
}

// side lets n workers take runs until there are none.
func (p *pool) side(ctx context.Context, cancel func(), runs []archived, n int) {
	next := make(chan archived)
	var all sync.WaitGroup
	for range n {
		all.Go(func() { p.work(ctx, cancel, next, n) })
	}
	for _, r := range runs {
		select {
		case next <- r:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	all.Wait()
}

// work feeds one worker process, and starts another one when it ends.
func (p *pool) work(ctx context.Context, cancel func(), runs <-chan archived, n int) {
	var w *process
	defer func() { w.end() }()
	cores := max(1, runtime.GOMAXPROCS(0)/n) // one for each run while there are enough runs: most runs an hour come from that
	lim := limit{Seconds: p.batch.timeout.Seconds(), Bytes: p.memory / int64(n)}
	for r := range runs {
		if ctx.Err() != nil {
			continue
		}
		tried := p.tried(r)
		if tried >= twice {
			p.giveUp(cancel, r, lim, "took its worker down twice")
			continue
		}
		if w == nil {
			var err error
			if w, err = start(p.args, lim.Bytes, cores); err != nil {
				p.stop(cancel, err)
				continue
			}
		}
		a, err := w.ask(ctx, newJob(r, lim, tried, p.batch.resume, p.batch.hideKey()), p.batch.timeout)
		switch {
		case err == nil && a.Broken != "":
			p.stop(cancel, fmt.Errorf("the results of %s cannot be written: %s", r.Name, a.Broken))
		case err == nil:
			p.batch.noted(a.Names)
			p.note(cancel, r, a.Result, a.Kept)
		default:
			w.end()
			w = nil
			p.lost(ctx, cancel, r, lim, err)
		}
	}
}

// lost decides about a run whose worker is gone.
func (p *pool) lost(ctx context.Context, cancel func(), r archived, lim limit, err error) {
	out := p.batch.results
	switch {
	case ctx.Err() != nil: // stopped from outside: no fault of the run
		if err := clearAttempt(out, r.dir); err != nil {
			p.stop(cancel, err)
		}
		out.Sweep(r.dir)
	case errors.Is(err, errSlow):
		p.giveUp(cancel, r, limit{Seconds: lim.Seconds}, fmt.Sprintf("took longer than %v (--timeout)", p.batch.timeout))
	case p.down(r) < twice:
		p.mu.Lock()
		p.again = append(p.again, r)
		p.mu.Unlock()
	case errors.Is(err, errMemory):
		p.giveUp(cancel, r, limit{Bytes: lim.Bytes}, fmt.Sprintf("needed more than %v of memory (--max-memory)", verdict.Bytes(lim.Bytes)))
	default:
		p.giveUp(cancel, r, limit{}, "took its worker down twice")
	}
}

// tried is how many workers began with a run and did not come to an end, here or before.
func (p *pool) tried(r archived) int {
	p.mu.Lock()
	n := p.downed[r.dir]
	p.mu.Unlock()
	if p.begun[attemptFile(r.dir)] {
		n = max(n, attempts(p.batch.results, r.dir))
	}
	return n
}

// down counts another worker that a run took down; the mark tells of those before, if it came to be written.
func (p *pool) down(r archived) int {
	marked := attempts(p.batch.results, r.dir)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.downed[r.dir] = max(p.downed[r.dir]+1, marked)
	return p.downed[r.dir]
}

// giveUp writes the result of a run that cannot be analysed.
func (p *pool) giveUp(cancel func(), r archived, lim limit, why string) {
	out := p.batch.results
	res := failed(why)
	res.Key, res.Limit = inputKey(p.batch.access.Tree(), r.Paths, p.batch.toolKey(p.batch.format)), &lim
	res, err := res.settle(out, r.dir)
	if err == nil {
		err = clearAttempt(out, r.dir)
	}
	if err != nil {
		p.stop(cancel, err)
		return
	}
	out.Sweep(r.dir)
	p.note(cancel, r, res, false)
}

func (p *pool) stop(cancel func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped == nil {
		p.stopped = err
	}
	cancel()
}

func (p *pool) note(cancel func(), r archived, res result, kept bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.results.add(p.batch.placed(res, r)); err != nil {
		p.stopped = cmp.Or(p.stopped, err)
		cancel()
		return
	}
	p.done++
	if kept {
		p.kept++
	}
	if res.Outcome.Status == verdict.StatusFailed {
		p.failed++
	}
	p.progress.step(p.done, p.failed)
}

func (p *pool) summary(runs int) string {
	s := fmt.Sprintf("%d runs: %d analysed, %d unchanged", runs, p.done-p.kept, p.kept)
	if p.failed > 0 {
		s += fmt.Sprintf(", %d failed (see runs.jsonl)", p.failed)
	}
	return s
}
