package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oomortem/correlate/pattern"
	"oomortem/correlate/verdict"
	"oomortem/reports"
)

func mergeCommand() *cobra.Command {
	var out, catalog, lang string
	c := &cobra.Command{
		Use:   "merge OUT...",
		Short: "join the results of many workers into what one machine would have written",
		Long: `merge joins the shards in one folder that all workers wrote to, or in several folders into the first (or --out). It may be
done again and in any order. While shards are missing it writes what is there, names them, and ends with status 3.`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return failure{exitUsage, errors.New("nothing to merge: name the folders that `oomortem batch --out` wrote to")}
			}
			if !slices.Contains(reports.Languages(), lang) {
				return failure{exitUsage, fmt.Errorf("--lang %s: want one of %s", lang, strings.Join(reports.Languages(), ", "))}
			}
			return merge(c, cmp.Or(out, args[0]), catalog, lang, args)
		},
	}
	c.Flags().StringVar(&out, "out", "", "write the joined results into `DIR` (default: the first folder)")
	c.Flags().StringVar(&catalog, "catalog", "", "bring the runs into a SQLite `FILE` as well")
	c.Flags().StringVar(&lang, "lang", "en", "language of the page of all runs: "+strings.Join(reports.Languages(), ", "))
	return c
}

func merge(c *cobra.Command, out, catalog, lang string, from []string) error {
	for _, dir := range from {
		if len(partsIn(dir)) == 0 {
			return failure{exitUnusable, fmt.Errorf("%s holds no shard that is done: is it the --out of a batch?", printable(dir))}
		}
	}
	for _, dir := range from {
		if err := bring(out, dir); err != nil {
			return failure{exitUnusable, err}
		}
	}
	sweepAll(out)
	results, missing, err := joined(out)
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
		return failure{exitUnusable, fmt.Errorf("merged %d runs, but shards are missing: %s; run them and merge again", len(results), strings.Join(missing, ", "))}
	}
	if err := (part{shard{0, 1}, results}).write(out); err != nil {
		return failure{exitUnusable, err}
	}
	fmt.Fprintf(c.ErrOrStderr(), "oomortem: merged %d runs\n", len(results))
	return nil
}

// joined gives the results of all shards in the order of the runs' paths, and the shards that are missing. The parts of
// a spread over several workers are newer than the whole one that an earlier merge left.
func joined(out string) (results []result, missing []string, err error) {
	spreads := map[int][]shard{}
	most := 0
	for _, s := range partsIn(out) {
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
	byRun := map[string]result{}
	for _, s := range use {
		p, err := readPart(out, s)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range p.results {
			byRun[r.Outcome.Run] = r
		}
	}
	for _, r := range byRun {
		results = append(results, r)
	}
	sortResults(results)
	return results, missing, nil
}

func sortResults(results []result) {
	slices.SortFunc(results, func(a, b result) int {
		return cmp.Or(cmp.Compare(a.Outcome.Path, b.Outcome.Path), cmp.Compare(a.Outcome.Run, b.Outcome.Run))
	})
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

// sweepAll takes away what killed workers left half written.
func sweepAll(out string) {
	filepath.WalkDir(out, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			sweep(p)
		}
		return nil
	})
}

// writeWhole writes what spans all runs: the table, the patterns, the page.
func writeWhole(out string, results []result, lang string) error {
	results = slices.Clone(results)
	sortResults(results)
	outcomes := make([]verdict.Outcome, len(results))
	var digests []pattern.Run
	for i, r := range results {
		outcomes[i] = r.Outcome
		if r.Digest != nil {
			digests = append(digests, *r.Digest)
		}
	}
	patterns := pattern.Find(digests)
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"runs.jsonl", func(w io.Writer) error { return reports.RunsJSONL(w, outcomes) }},
		{"patterns.json", func(w io.Writer) error { return reports.PatternsJSON(w, patterns) }},
		{"index.html", func(w io.Writer) error { return reports.Index(w, outcomes, patterns, tool(), lang) }},
	} {
		if err := atomically(filepath.Join(out, f.name), f.write); err != nil {
			return err
		}
	}
	return nil
}

// tool names this program in what it writes.
func tool() verdict.Tool { return verdict.Tool{Name: "oomortem", Version: version()} }
