package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"oomortem/reports"
)

func suspectsCommand() *cobra.Command {
	var f shared
	var r reading
	var at string
	var window time.Duration
	c := &cobra.Command{
		Use:   "suspects --at TIME PATH...",
		Short: "rank every series by how strongly it changed around a moment",
		Long: `suspects ranks every series of the paths by how strongly and how soon it changed around the moment: its shift against its
own noise, its growth, and its share of all memory or processor time that is seen. What only shows the trouble -
throughput, errors, latency - comes after what may have made it.`,
		Example: `  oomortem suspects --at 2021-02-20T04:20:35+08:00 run42/`,
		Args:    needPaths,
		RunE: func(c *cobra.Command, args []string) error {
			return suspects(c, &f, &r, at, window, args)
		},
	}
	f.add(c)
	r.add(c)
	c.Flags().StringVar(&at, "at", "", "the moment at which it went wrong, or was noticed, as 2021-02-20T04:20:35+08:00")
	c.Flags().DurationVar(&window, "window", 5*time.Minute, "how long after the moment to look, at least ten samples; normal is what was in four times as long before")
	return c
}

func suspects(c *cobra.Command, f *shared, r *reading, at string, window time.Duration, paths []string) error {
	to, err := f.places("suspects are", "jsonl")
	if err != nil {
		return failure{exitUsage, err}
	}
	zone, err := parseZone(f.zone)
	if err != nil {
		return failure{exitUsage, err}
	}
	moment, err := parseTime("--at", at, zone)
	if err != nil {
		return failure{exitUsage, err}
	}
	if moment.IsZero() {
		return failure{exitUsage, fmt.Errorf("--at is missing: at which moment did it go wrong? As in --at 2021-02-20T04:20:35+08:00")}
	}
	if window <= 0 {
		return failure{exitUsage, fmt.Errorf("--window %v: want a length of time as 5m", window)}
	}
	s, err := f.read(c, r, paths)
	if err != nil {
		return err
	}
	all := f.names.Suspects(s.Suspects(moment, window))
	return f.print(c.OutOrStdout(), to,
		func(w io.Writer, o reports.Options) error { return reports.SuspectsText(w, all, o) },
		func(w io.Writer) error { return reports.SuspectsJSONL(w, all) })
}
