package main

import (
	"io"

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
	to, err := f.places("events are", "jsonl")
	if err != nil {
		return failure{exitUsage, err}
	}
	s, err := f.read(c, r, paths)
	if err != nil {
		return err
	}
	rows, _ := s.Events()
	rows = f.names.Events(rows)
	return f.print(c.OutOrStdout(), to,
		func(w io.Writer, o reports.Options) error { return reports.EventsText(w, rows, o) },
		func(w io.Writer) error { return reports.EventsJSONL(w, rows) })
}
