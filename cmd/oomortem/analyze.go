package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"oomortem/cmd/oomortem/store"
	"oomortem/correlate"
	"oomortem/correlate/verdict"
	"oomortem/reports"
)

func analyzeCommand() *cobra.Command {
	var f shared
	var r reading
	var failOn []string
	c := &cobra.Command{
		Use:   "analyze PATH...",
		Short: "print the root-cause report of one run",
		Long:  "analyze reads everything that the paths name as ONE run and prints its root-cause report.",
		Args:  needPaths,
		RunE: func(c *cobra.Command, args []string) error {
			return analyze(c, &f, &r, failOn, args)
		},
	}
	f.add(c)
	r.add(c)
	c.Flags().StringSliceVar(&failOn, "fail-on", nil, "exit with status 1 on: incident, missed-target")
	return c
}

func analyze(c *cobra.Command, f *shared, r *reading, failOn, paths []string) error {
	targets, err := f.targets()
	if err != nil {
		return failure{exitUsage, err}
	}
	for _, on := range failOn {
		if on != "incident" && on != "missed-target" {
			return failure{exitUsage, fmt.Errorf("--fail-on %s: want incident or missed-target", on)}
		}
	}
	s, err := f.read(c, r, paths)
	if err != nil {
		return err
	}
	report := f.names.Report(s.Report())
	for _, t := range targets {
		err := f.write(c.OutOrStdout(), t.file, func(w io.Writer, o reports.Options) error { return t.reporter.Write(w, report, o) })
		if err != nil {
			return failure{exitUnusable, err}
		}
	}
	return found(report, failOn)
}

// note tells stderr of the inputs' problems: how many, or each with --verbose.
func (f *shared) note(w io.Writer, s *correlate.Session) {
	problems := s.Problems()
	if f.quiet || len(problems) == 0 {
		return
	}
	const few = 5
	for i, p := range problems {
		if i == few && !f.verbose {
			fmt.Fprintf(w, "oomortem: ... and %d more problems with the inputs; the report lists them\n", len(problems)-few)
			return
		}
		fmt.Fprintf(w, "oomortem: %s: %s\n", printable(f.names.Line(p.From.String())), printable(reports.Problem(f.lang, f.names.Problem(p.Msg))))
	}
}

// write renders to a file, "" being stdout; a regular file is written whole or not at all.
func (f *shared) write(stdout io.Writer, file string, render func(io.Writer, reports.Options) error) error {
	if file == "" {
		if err := buffered(stdout, f.page(stdout), render); err != nil {
			return fmt.Errorf("writing to stdout: %w", err)
		}
		return nil
	}
	err := store.WriteFile(file, func(w io.Writer) error { return render(w, f.page(nil)) })
	if err != nil {
		return fmt.Errorf("%w; name a folder that exists and can be written to", err)
	}
	return nil
}

func buffered(out io.Writer, o reports.Options, render func(io.Writer, reports.Options) error) error {
	w := bufio.NewWriter(out)
	if err := render(w, o); err != nil {
		return err
	}
	return w.Flush()
}

// found ends with status 1 when what --fail-on names was found.
func found(r *verdict.Report, failOn []string) error {
	for _, on := range failOn {
		switch {
		case on == "incident" && len(r.Incidents) > 0:
			return failure{exitFound, fmt.Errorf("an incident was found")}
		case on == "missed-target" && r.Load != nil && r.Load.TargetMet != nil && !*r.Load.TargetMet:
			return failure{exitFound, fmt.Errorf("the target was missed")}
		}
	}
	return nil
}
