package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oomortem/cmd/oomortem/store"
	"oomortem/correlate/pattern"
	"oomortem/correlate/verdict"
	"oomortem/reports"
)

func mergeCommand() *cobra.Command {
	var out, catalog, lang string
	var places store.Access
	c := &cobra.Command{
		Use:   "merge OUT...",
		Short: "join the results of many workers into what one machine would have written",
		Long: `merge joins the shards in one place that all workers wrote to, or in several places into the first (or --out); a place is a
folder or s3://BUCKET/PREFIX. It may be done again and in any order. While shards are missing it writes what is there,
names them, and ends with status 3.`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return failure{exitUsage, errors.New("nothing to merge: name the folders that `oomortem batch --out` wrote to")}
			}
			if !slices.Contains(reports.Languages(), lang) {
				return failure{exitUsage, fmt.Errorf("--lang %s: want one of %s", lang, strings.Join(reports.Languages(), ", "))}
			}
			if err := checkCatalog(catalog); err != nil {
				return failure{exitUsage, err}
			}
			all, err := opened(&places, append([]string{cmp.Or(out, args[0])}, args...))
			if err != nil {
				return failure{exitUsage, err}
			}
			return merge(c, all[0], catalog, lang, all[1:])
		},
	}
	c.Flags().StringVar(&out, "out", "", "write the joined results into `PLACE` (default: the first one)")
	addEndpoint(c, &places)
	c.Flags().StringVar(&catalog, "catalog", "", "bring the runs into a SQLite `FILE` as well")
	c.Flags().StringVar(&lang, "lang", "en", "language of the page of all runs: "+strings.Join(reports.Languages(), ", "))
	return c
}

// opened opens the places.
func opened(places *store.Access, names []string) ([]store.Store, error) {
	var all []store.Store
	for _, name := range names {
		s, err := places.Store(name)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func merge(c *cobra.Command, out store.Store, catalog, lang string, from []store.Store) error {
	for _, place := range from {
		parts, err := partsIn(place)
		if err != nil {
			return failure{exitUnusable, err}
		}
		if len(parts) == 0 {
			return failure{exitUnusable, fmt.Errorf("%s holds no shard that is done: is it the --out of a batch?", printable(place.String()))}
		}
	}
	if err := out.Ready(); err != nil {
		return failure{exitUnusable, fmt.Errorf("writing to %s: %w", printable(out.String()), err)}
	}
	for _, place := range from {
		if err := bring(out, place); err != nil {
			return failure{exitUnusable, err}
		}
	}
	if err := out.SweepAll(); err != nil { // what is left takes room and nothing else
		fmt.Fprintf(c.ErrOrStderr(), "oomortem: leftovers of killed workers in %s stay there: %v\n", printable(out.String()), err)
	}
	results, err := newGathered()
	if err != nil {
		return failure{exitUnusable, err}
	}
	defer results.close()
	missing, err := joined(out, results)
	if err != nil {
		return failure{exitUnusable, err}
	}
	if err := writeWhole(out, results, lang); err != nil {
		return failure{exitUnusable, err}
	}
	if catalog != "" {
		if err := catalogue(catalog, results); err != nil {
			return failure{exitUnusable, err}
		}
	}
	if len(missing) > 0 {
		return failure{exitUnusable, fmt.Errorf("merged %d runs, but shards are missing: %s; run them and merge again", results.count(), strings.Join(missing, ", "))}
	}
	if err := (part{shard{0, 1}, results}).write(out); err != nil {
		return failure{exitUnusable, err}
	}
	fmt.Fprintf(c.ErrOrStderr(), "oomortem: merged %d runs\n", results.count())
	return nil
}

// joined reads the results of all shards, and gives the shards that are missing. The parts of a spread over several
// workers are newer than the whole one that an earlier merge left.
func joined(out store.Store, results *gathered) (missing []string, err error) {
	spreads := map[int][]shard{}
	most := 0
	parts, err := partsIn(out)
	if err != nil {
		return nil, err
	}
	for _, s := range parts {
		spreads[s.count] = append(spreads[s.count], s)
		most = max(most, s.count)
	}
	use := spreads[most]
	if len(use) < most {
		missing = absent(use, most)
		if whole := spreads[1]; most > 1 && len(whole) == 1 {
			use, missing = append(whole, use...), nil
		}
	}
	for _, s := range use {
		if err := s.read(out, results); err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// absent names the shards of a spread that are not there.
func absent(have []shard, count int) (missing []string) {
	for i := range count {
		if s := (shard{i, count}); !slices.Contains(have, s) {
			missing = append(missing, fmt.Sprintf("%d/%d", s.index, s.count))
		}
	}
	return missing
}

// writeWhole writes what spans all runs: the table, the patterns, the page.
func writeWhole(out store.Store, results *gathered, lang string) error {
	defer debug.SetGCPercent(debug.SetGCPercent(30)) // the one step whose memory grows with the number of runs
	digests, err := results.digests()
	if err != nil {
		return err
	}
	patterns := pattern.Find(digests)
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"runs.jsonl", func(w io.Writer) error { return reports.RunsJSONL(w, results.outcomes()) }},
		{"patterns.json", func(w io.Writer) error { return reports.PatternsJSON(w, patterns) }},
		{"index.html", func(w io.Writer) error { return reports.Index(w, results.outcomes(), patterns, tool(), lang) }},
	} {
		if err := out.Write(f.name, f.write); err != nil {
			return err
		}
	}
	return nil
}

// tool names this program in what it writes.
func tool() verdict.Tool { return verdict.Tool{Name: "oomortem", Version: version()} }
