package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"oomortem/correlate"
	"oomortem/correlate/verdict"
)

func analyzeCommand() *cobra.Command {
	var f shared
	var r reading
	var failOn []string
	var hide secrecy
	c := &cobra.Command{
		Use:   "analyze PATH...",
		Short: "print the root-cause report of one run",
		Long:  "analyze reads everything that the paths name as ONE run and prints its root-cause report.",
		Args:  needPaths,
		RunE: func(c *cobra.Command, args []string) error {
			return analyze(c, &f, &r, &hide, failOn, args)
		},
	}
	f.add(c)
	r.add(c)
	hide.add(c)
	c.Flags().StringSliceVar(&failOn, "fail-on", nil, "exit with status 1 on: incident, missed-target")
	return c
}

func analyze(c *cobra.Command, f *shared, r *reading, hide *secrecy, failOn, paths []string) error {
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
	report, err := hide.apply(s.Report())
	if err != nil {
		return failure{exitUnusable, err}
	}
	for _, t := range targets {
		if err := f.write(c.OutOrStdout(), t, report); err != nil {
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
		fmt.Fprintf(w, "oomortem: %s: %s\n", printable(p.From.String()), printable(p.Msg))
	}
}

// write renders the report to its place; a file is written whole or not at all.
func (f *shared) write(stdout io.Writer, t target, r *verdict.Report) error {
	if t.file == "" {
		w := bufio.NewWriter(stdout)
		if err := t.reporter.Write(w, r, f.page(stdout)); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
		return w.Flush()
	}
	part := t.file + ".part"
	file, err := os.Create(part)
	if err != nil {
		return fmt.Errorf("writing %s: %w; name a folder that exists and can be written to", t.file, err)
	}
	w := bufio.NewWriter(file)
	err = t.reporter.Write(w, r, f.page(nil))
	if err == nil {
		err = w.Flush()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(part, t.file)
	}
	if err != nil {
		os.Remove(part)
		return fmt.Errorf("writing %s: %w", t.file, err)
	}
	return nil
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
