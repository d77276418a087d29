package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"oomortem/correlate"
	"oomortem/parser"
	"oomortem/parser/follow"
	"oomortem/parser/load"
)

// watching is the flags of watch alone.
type watching struct {
	fromStart    bool
	settle, keep time.Duration
	hooks
}

func watchCommand() *cobra.Command {
	var f shared
	var r reading
	var x watching
	c := &cobra.Command{
		Use:   "watch LOG... [-- ARG...]",
		Short: "follow live logs and report each incident as it happens",
		Long: `watch follows logs that are being written, through their rotations, and series files that grow. Each understood
event is printed at once, and when nothing new has come for the settling time (--settle) the report, once for each incident. The
report is the one that analyze makes of the same evidence, and Ctrl-C ends with a last one.

What stands in a file already is read as context and is no news, unless --from-start is given; a file that is not there yet is
waited for. Logs are told line by line; a load tool's results, curves and listings are read again as a whole, at most a
twentieth of the time. "-" is standard input: of a log that the journal alone holds, "journalctl -f -o json | oomortem watch -".

Text goes to stdout, events and reports. With -f jsonl both come as JSON, one object a line, a report being known by its
"schema". With any other format stdout has the reports alone, and the events go to stderr. A file of -o holds the latest report.

--exec PROGRAM is started once for each incident, with the words behind "--" as its arguments, the JSON report on its standard input
and OOMORTEM_CAUSE, OOMORTEM_CONFIDENCE, OOMORTEM_HEADLINE, OOMORTEM_AT, OOMORTEM_VICTIM, OOMORTEM_HOST and OOMORTEM_INCIDENT (its place
in incidents[], from 0) in its environment. No shell is between, and nothing that a log says becomes an argument.

To keep memory bounded, the report reaches back --keep by the log's own time, VM and host starts excepted, which name who dies later.`,
		Example: `  oomortem watch /var/log/messages
  journalctl -f -o json | oomortem watch -
  oomortem watch /var/log/messages results.jtl --settle 2m -o last.html
  oomortem watch /var/log/messages --webhook https://chat.example.com/hook
  oomortem watch /var/log/messages --exec /usr/local/bin/page -- --urgent "a VM died"`,
		Args: needPaths,
		RunE: func(c *cobra.Command, args []string) error {
			w, err := newWatch(c, &f, &r, &x, args)
			var f failure
			if err != nil && !errors.As(err, &f) {
				return failure{exitUsage, err}
			}
			if err != nil {
				return f
			}
			return w.run(c.Context(), c.InOrStdin())
		},
	}
	f.add(c)
	r.addFiles(c)
	x.add(c)
	return c
}

func (x *watching) add(c *cobra.Command) {
	p := c.Flags()
	p.BoolVar(&x.fromStart, "from-start", false, "take what stands in the files already for news as well")
	p.DurationVar(&x.settle, "settle", time.Minute, "report an incident when nothing new has come for so long, or for ten times as long if it never stops")
	p.DurationVar(&x.keep, "keep", 24*time.Hour, "how far back reports reach, by the log's own time")
	x.hooks.add(c)
}

// watch is a running watch.
type watch struct {
	flags     *shared
	opt       correlate.Options
	loads     load.Options
	formats   []parser.Format
	interest  *parser.Interest
	targets   []target
	lines     bool // -f jsonl
	root      string
	fromStart bool
	settle    time.Duration
	keep      time.Duration
	mostKept  int
	hooks     *hooks
	stderr    io.Writer
	now       func() time.Time

	// Of the loop alone.
	known     known
	tablesDue time.Time
	undecided bool

	mu            sync.Mutex // guards what follows, and what the sources hold
	stdout        io.Writer
	sources       []*source
	weight        int       // of what is kept
	first, latest time.Time // the oldest and the latest news that are not reported; zero: none
	broken        error     // of stdout
}

func newWatch(c *cobra.Command, f *shared, r *reading, x *watching, args []string) (*watch, error) {
	w := &watch{
		flags: f, interest: interest(), fromStart: x.fromStart, settle: x.settle, keep: x.keep, mostKept: mostKept,
		hooks: &x.hooks, stdout: c.OutOrStdout(), stderr: c.ErrOrStderr(), now: time.Now,
	}
	paths := args
	if dash := c.ArgsLenAtDash(); dash >= 0 {
		paths, w.hooks.args = args[:dash], args[dash:]
	}
	var err error
	if w.opt, err = f.options(); err != nil {
		return nil, err
	}
	if w.opt.Begin, err = r.beginnings(w.opt.Zone); err != nil {
		return nil, err
	}
	if w.loads, err = r.load(); err != nil {
		return nil, err
	}
	if err = w.setTargets(); err != nil {
		return nil, err
	}
	switch {
	case len(paths) == 0:
		return nil, errors.New("nothing to watch: name log files, or - for standard input, before --")
	case x.settle <= 0:
		return nil, fmt.Errorf("--settle %v: want a time above zero, as 30s or 2m", x.settle)
	case x.keep < time.Minute:
		return nil, fmt.Errorf("--keep %v: want a minute at least, as 24h", x.keep)
	}
	if err = w.hooks.check(); err != nil {
		return nil, err
	}
	w.formats, w.root = formatsWith(w.loads), runRoot(parser.Disk, paths)
	for _, p := range paths {
		if p != "-" {
			if err := follow.Check(p); err != nil {
				return nil, failure{exitUnusable, err}
			}
		}
		w.sources = append(w.sources, w.newSource(p))
	}
	return w, nil
}

// setTargets works out where reports go; jsonl is a format of watch alone.
func (w *watch) setTargets() (err error) {
	if w.flags.format != "jsonl" {
		w.targets, err = w.flags.targets()
		return err
	}
	w.lines = true
	files := w.flags.outputs
	if len(files) == 0 {
		files = []string{""}
	}
	for _, file := range files {
		if file == "-" {
			file = ""
		}
		w.targets = append(w.targets, target{file, jsonLine})
	}
	return nil
}
