package main

import (
	"io"

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
	to, err := f.places("changes are", "jsonl")
	if err != nil {
		return failure{exitUsage, err}
	}
	s, err := f.read(c, r, paths)
	if err != nil {
		return err
	}
	all := f.names.Changes(s.Changes())
	return f.print(c.OutOrStdout(), to,
		func(w io.Writer, o reports.Options) error { return reports.ChangesText(w, all, o) },
		func(w io.Writer) error { return reports.ChangesJSONL(w, all) })
}
