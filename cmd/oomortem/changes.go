package main

import (
	"bufio"
	"fmt"

	"github.com/spf13/cobra"

	"oomortem/reports"
)

func changesCommand() *cobra.Command {
	var f shared
	var r reading
	c := &cobra.Command{
		Use:   "changes FILE...",
		Short: "print where each series of the files changed",
		Long: `changes reads every series of the files - load tools' results, exported curves, or any table of numbers - and prints
where it changed: drop, surge, shift, leak, gap, recovery. A series without times is counted from its start.`,
		Example: `  oomortem changes vm-memory.json results.jtl
  oomortem changes -f jsonl numbers.csv`,
		Args: needPaths,
		RunE: func(c *cobra.Command, args []string) error {
			return changes(c, &f, &r, args)
		},
	}
	f.add(c)
	r.add(c)
	return c
}

func changes(c *cobra.Command, f *shared, r *reading, paths []string) error {
	if f.format != "" && f.format != "text" && f.format != "jsonl" {
		return failure{exitUsage, fmt.Errorf("-f %s: changes are printed as text or jsonl", f.format)}
	}
	s, err := f.read(c, r, paths)
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
