package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"oomortem/correlate/pattern"
	"oomortem/correlate/verdict"
	"oomortem/reports"
)

func compareCommand() *cobra.Command {
	var f shared
	c := &cobra.Command{
		Use:   "compare RUN RUN",
		Short: "two runs side by side: what changed, how sure",
		Long: `compare analyses two runs, each a folder, archive or file, and tells in what they differ: causes, sizes, throughput. The
throughput of the plateaus is compared by a rank test; where the runs are not alike in host, sizes or tool, it says so.`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return failure{exitUsage, fmt.Errorf("want two runs to compare, got %d; see `oomortem compare --help`", len(args))}
			}
			return compare(c, &f, args)
		},
	}
	f.add(c)
	return c
}

func compare(c *cobra.Command, f *shared, args []string) error {
	to, err := f.places("a comparison is", "json")
	if err != nil {
		return failure{exitUsage, err}
	}
	var both [2]*verdict.Report
	for i, path := range args {
		if both[i], err = f.report(c, []string{path}); err != nil {
			return err
		}
	}
	names := [2]string{runName(args[0]), runName(args[1])}
	if names[0] == names[1] {
		names = [2]string{filepath.ToSlash(args[0]), filepath.ToSlash(args[1])}
	}
	cmp := f.names.Comparison(pattern.Compared(names[0], names[1], both[0], both[1]), both[:]...)
	return f.print(c.OutOrStdout(), to,
		func(w io.Writer, o reports.Options) error { return reports.ComparisonText(w, cmp, o) },
		func(w io.Writer) error { return reports.ComparisonJSON(w, cmp) })
}

func runName(path string) string { return filepath.Base(filepath.Clean(path)) }
