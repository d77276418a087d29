package main

import (
	"bufio"
	"fmt"

	"github.com/spf13/cobra"

	"oomortem/reports"
)

func eventsCommand() *cobra.Command {
	var f shared
	var r reading
	c := &cobra.Command{
		Use:   "events PATH...",
		Short: "print the understood log events, one a row, like a grep that knows the OOM killer",
		Args:  needPaths,
		RunE: func(c *cobra.Command, args []string) error {
			return events(c, &f, &r, args)
		},
	}
	f.add(c)
	r.add(c)
	return c
}

func events(c *cobra.Command, f *shared, r *reading, paths []string) error {
	if f.format != "" && f.format != "text" && f.format != "jsonl" {
		return failure{exitUsage, fmt.Errorf("-f %s: events are printed as text or jsonl", f.format)}
	}
	s, err := f.read(c, r, paths)
	if err != nil {
		return err
	}
	rows, _ := s.Events()
	w := bufio.NewWriter(c.OutOrStdout())
	if f.format == "jsonl" {
		err = reports.EventsJSONL(w, rows)
	} else {
		err = reports.EventsText(w, rows, f.page(c.OutOrStdout()))
	}
	if err != nil {
		return failure{exitUnusable, fmt.Errorf("writing the events: %w", err)}
	}
	return w.Flush()
}
