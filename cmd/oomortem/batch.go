package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"oomortem/cmd/oomortem/store"
	"oomortem/correlate/verdict"
	"oomortem/reports"
)

// exitStopped is the status of a batch that was interrupted: what is done is kept, and started again it goes on.
const exitStopped = 130

// batch is what `oomortem batch` was asked for.
type batch struct {
	shared
	out       string
	runsFrom  string
	workers   int
	timeout   time.Duration
	maxMemory string
	resume    bool
	force     bool
	shard     string
	shards    int
	catalog   string
	formats   []reports.Reporter
	results   store.Store
}

func batchCommand() *cobra.Command {
	var b batch
	c := &cobra.Command{
		Use:   "batch --out PLACE ROOT...",
		Short: "analyse every archived run below ROOT; a report for each, patterns across all",
		Long: `batch finds the runs below the roots (folders and archives that hold a log or a series), analyses each by itself on all
cores, and writes into PLACE: a folder with reports for each run, runs.jsonl, patterns.json and index.html. A run that is
broken, huge or slow is reported as failed and stops nobody. Started again, it does only what is new or has changed.
A root and PLACE are folders or s3://BUCKET/PREFIX, in any mixture. Credentials for buckets come from where the AWS tools
take theirs: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, the role of the machine or container.

With --redact the runs' folders have pseudonyms too. --redact-map FILE keeps what they stand for and the key that they are
made with: with it a later batch gives the same ones and goes on where this one ended; without it all is done anew.`,
		Example: `  oomortem batch --out results archive/
  oomortem batch --out results --shard 3/10 archive/   # one of ten workers; then: oomortem merge results
  oomortem batch --s3-endpoint http://minio:9000 --out s3://reports/2021 s3://archive/2021`,
		RunE: func(c *cobra.Command, args []string) error { return b.run(c, args) },
	}
	b.secrecy.batch = true
	b.add(c)
	p := c.Flags()
	p.StringVar(&b.out, "out", "", "write the results into `PLACE`, a folder or s3://BUCKET/PREFIX")
	p.StringVar(&b.runsFrom, "runs-from", "", "read the runs' paths from `FILE`, one a line, instead of looking for them (- is stdin)")
	p.IntVarP(&b.workers, "jobs", "j", runtime.GOMAXPROCS(0), "runs at the same time")
	p.DurationVar(&b.timeout, "timeout", 10*time.Minute, "a run that takes longer is reported as failed")
	p.StringVar(&b.maxMemory, "max-memory", "", "memory for all jobs together, as 4G (default: three quarters of what there is)")
	p.BoolVar(&b.resume, "resume", true, "keep the results of runs that have not changed")
	p.BoolVar(&b.force, "force", false, "analyse every run again, the same as --resume=false")
	p.StringVar(&b.shard, "shard", "", "do only part `I/N` of the runs, I from 0 to N-1; `oomortem merge` joins the parts")
	p.IntVar(&b.shards, "shards", 0, "how many parts there are, where an array job tells only which one this is")
	p.StringVar(&b.catalog, "catalog", "", "bring the runs into a SQLite `FILE` as well, for questions in SQL; a new or an existing one")
	return c
}

func (b *batch) run(c *cobra.Command, roots []string) error {
	sh, err := b.check(roots)
	if err != nil {
		return failure{exitUsage, err}
	}
	if b.on() {
		if err := b.unmixed(); err != nil {
			return err
		}
	}
	runs, err := b.find(c, roots)
	if err != nil {
		return failure{exitUnusable, err}
	}
	if err := b.results.Ready(); err != nil {
		return failure{exitUnusable, fmt.Errorf("writing to %s: %w", printable(b.out), err)}
	}
	if b.ledger != nil {
		b.ledger.part = sh
	}
	mine := sh.of(b.hideRuns(runs))
	count := len(mine) // the runs themselves are let go before what spans them takes memory of its own
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	pool, err := b.pool(c, count)
	if err != nil {
		return failure{exitUsage, err}
	}
	defer pool.results.close()
	if err := pool.do(ctx, mine); err != nil {
		if errors.Is(err, context.Canceled) {
			return failure{exitStopped, fmt.Errorf("stopped: %d of %d runs are done, start it again to go on", pool.done, count)}
		}
		return failure{exitUnusable, err}
	}
	if err := b.finish(part{sh, pool.results}); err != nil {
		return failure{exitUnusable, err}
	}
	if !b.quiet {
		fmt.Fprintf(c.ErrOrStderr(), "oomortem: %s\n", pool.summary(count))
	}
	return nil
}

// check tells what is wrong with the flags, and which shard this is.
func (b *batch) check(roots []string) (shard, error) {
	switch {
	case b.out == "":
		return shard{}, errors.New("--out is missing: name the place for the results, a folder or s3://BUCKET/PREFIX")
	case len(b.outputs) > 0:
		return shard{}, errors.New("-o: a batch writes all its reports below --out")
	case len(roots) == 0 && b.runsFrom == "":
		return shard{}, errors.New("nothing to read: name folders that hold runs, or --runs-from FILE")
	case b.workers < 1:
		return shard{}, fmt.Errorf("--jobs %d: want at least 1", b.workers)
	case b.timeout <= 0:
		return shard{}, fmt.Errorf("--timeout %v: want a time as 90s or 10m", b.timeout)
	}
	if _, err := b.options(); err != nil {
		return shard{}, err
	}
	err := checkCatalog(b.catalog)
	if err != nil {
		return shard{}, err
	}
	if b.results, err = b.access.Store(b.out); err != nil {
		return shard{}, fmt.Errorf("--out %s: %w", printable(b.out), err)
	}
	if b.formats, err = reportFormats(b.format); err != nil {
		return shard{}, err
	}
	b.resume = b.resume && !b.force
	sh, err := whichShard(b.shard, b.shards, os.Getenv)
	if err == nil && !sh.of1() && b.on() && b.mapFile == "" {
		err = errors.New("--redact: the parts of a batch need --redact-map FILE, the same for all, to give the same names")
	}
	if err == nil && !sh.of1() && b.catalog != "" {
		err = errors.New("--catalog: a part of a batch does not write it; give it to `oomortem merge`")
	}
	return sh, err
}

// reportFormats gives the formats of each run's reports: those named, else those that people and programs read.
func reportFormats(names string) ([]reports.Reporter, error) {
	var out []reports.Reporter
	if names == "" {
		for _, name := range []string{"html", "markdown", "json"} {
			if r, ok := reports.ByName(name); ok {
				out = append(out, r)
			}
		}
		return out, nil
	}
	for name := range strings.SplitSeq(names, ",") {
		r, err := reporterNamed(strings.TrimSpace(name), "")
		if err != nil {
			return nil, err
		}
		if len(r.Endings) == 0 {
			return nil, fmt.Errorf("-f %s: it has no file ending, so a batch cannot write it", name)
		}
		out = append(out, r)
	}
	return out, nil
}

// finish writes the shard's part, and everything that spans runs when there is but one shard.
func (b *batch) finish(p part) error {
	if err := p.write(b.results); err != nil {
		return err
	}
	if !p.of1() {
		return nil // merge does the rest
	}
	if b.catalog != "" {
		if err := catalogue(b.catalog, p.results); err != nil {
			return err
		}
	}
	return writeWhole(b.results, p.results, b.lang)
}

// placed names the run in a result as it is called and lies now; the result may be older.
func (b *batch) placed(res result, r archived) result {
	res.Outcome.Run, res.Outcome.Path = r.Name, filepath.ToSlash(r.Path)
	if res.Digest != nil {
		res.Digest.Name = r.Name
	}
	if res.Outcome.Status == verdict.StatusOK && len(b.formats) > 0 {
		res.Outcome.Report = reportFile(r.dir, b.formats[0])
	}
	return res
}
