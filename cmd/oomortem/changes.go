package main

import (
	"bufio"
	"fmt"

	"github.com/spf13/cobra"

	"oomortem/correlate"
	"oomortem/reports"
)

func changesCommand() *cobra.Command {
	var f shared
	c := &cobra.Command{
		Use:   "changes FILE...",
		Short: "print where each series of the files changed",
		Long: `changes reads every series of the files - load tools' results, exported curves, or any table of numbers - and prints
where it changed: drop, surge, shift, leak, gap, recovery. A series without times is counted from its start.`,
		Args: needPaths,
		RunE: func(c *cobra.Command, args []string) error {
			return changes(c, &f, args)
		},
	}
	f.add(c)
	return c
}

func changes(c *cobra.Command, f *shared, paths []string) error {
	s, err := f.rows(c, paths, "changes")
	if err != nil {
		return err
	}
	all := s.Changes()
	w := bufio.NewWriter(c.OutOrStdout())
	if f.format == "jsonl" {
		err = reports.ChangesJSONL(w, all)
	} else {
		err = reports.ChangesText(w, all, f.page(c.OutOrStdout()))
	}
	if err != nil {
		return failure{exitUnusable, fmt.Errorf("writing the changes: %w", err)}
	}
	return w.Flush()
}

// rows reads the paths for a command whose answer is rows, as text or jsonl.
func (f *shared) rows(c *cobra.Command, paths []string, what string) (*correlate.Session, error) {
	opt, err := f.options()
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	if f.format != "" && f.format != "text" && f.format != "jsonl" {
		return nil, failure{exitUsage, fmt.Errorf("-f %s: %s are printed as text or jsonl", f.format, what)}
	}
	s := correlate.NewSession(opt)
	read(paths, c.InOrStdin(), s)
	f.note(c.ErrOrStderr(), s)
	if !s.Read() {
		return nil, failure{exitUnusable, fmt.Errorf("nothing in %v could be read; `oomortem formats` lists what can be", quoted(paths))}
	}
	return s, nil
}
