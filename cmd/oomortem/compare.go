package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"oomortem/correlate/pattern"
	"oomortem/correlate/verdict"
	"oomortem/reports"
)

// compareSchema names the JSON form of a comparison.
const compareSchema = "oomortem/compare/1"

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
	cmp := pattern.Compared(names[0], names[1], both[0], both[1])
	return f.print(c.OutOrStdout(), to,
		func(w io.Writer, _ reports.Options) error { return compareText(w, names, both, cmp) },
		func(w io.Writer) error { return compareJSON(w, names, both, cmp) })
}

func runName(path string) string { return filepath.Base(filepath.Clean(path)) }

// compareJSON writes one object.
func compareJSON(w io.Writer, names [2]string, both [2]*verdict.Report, c pattern.Comparisons) error {
	type throughput struct {
		Before float64  `json:"before"`
		After  float64  `json:"after"`
		Change float64  `json:"change"` // share of before
		P      float64  `json:"p"`      // of the rank test
		Like   bool     `json:"like_with_like"`
		Unlike []string `json:"unlike"`
	}
	out := struct {
		Schema      string               `json:"schema"`
		Runs        []verdict.Outcome    `json:"runs"`
		Throughput  *throughput          `json:"throughput,omitempty"`
		Differences []pattern.Difference `json:"differences"`
		Patterns    []verdict.Pattern    `json:"patterns"`
	}{Schema: compareSchema, Differences: c.Differences, Patterns: c.Patterns}
	for i, r := range both {
		out.Runs = append(out.Runs, verdict.Concluded(names[i], names[i], r))
	}
	if t := c.Throughput; t != nil {
		out.Throughput = &throughput{t.Before, t.After, t.Change, t.P, len(c.Unlike) == 0, c.Unlike}
	}
	return reports.JSON(w, out)
}

// compareText prints the two runs for people.
func compareText(w io.Writer, names [2]string, both [2]*verdict.Report, c pattern.Comparisons) error {
	for i, r := range both {
		fmt.Fprintf(w, "%s: %s\n", printable(names[i]), printable(r.Verdict.Headline.String()))
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\t%s\t%s\t\n", printable(names[0]), printable(names[1]))
	for _, d := range c.Differences {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", printable(d.What), shown(d.Before, d.Unit), shown(d.After, d.Unit), changed(d))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s\n", throughputSaid(c))
	for _, p := range c.Patterns {
		fmt.Fprintf(w, "%s: %s (%s)\n", p.Kind, printable(p.Statement.String()), verdict.Likelihood(p.Confidence))
	}
	return nil
}

// throughputSaid tells whether the plateaus differ, and what the answer is worth.
func throughputSaid(c pattern.Comparisons) string {
	t := c.Throughput
	if t == nil {
		return "The throughput cannot be compared: one of the runs has no plateau."
	}
	s := fmt.Sprintf("Plateau (median): %v before, %v after: ", verdict.Rate(t.Before), verdict.Rate(t.After))
	switch {
	case t.P >= .05:
		s += fmt.Sprintf("no difference beyond chance (rank test p = %.2g).", t.P)
	default:
		s += fmt.Sprintf("%+.1f %%, not by chance (rank test p = %.1g).", 100*t.Change, max(t.P, 1e-9))
	}
	if len(c.Unlike) > 0 {
		return s + " It is not like with like: " + strings.Join(c.Unlike, ", ") + "."
	}
	return s + " Whether as much load was asked for, the files do not tell."
}

// shown gives a value in its unit.
func shown(v any, unit string) string {
	if v == nil {
		return "-"
	}
	if s, ok := v.(string); ok {
		return printable(s)
	}
	n := numberOf(v)
	switch unit {
	case "bytes":
		return verdict.Bytes(n).String()
	case "per_second":
		return verdict.Rate(n).String()
	case "seconds":
		return verdict.Span(time.Duration(n) * time.Second).String()
	case "transactions":
		return verdict.Count(n).String()
	case "ms":
		return fmt.Sprintf("%.0f ms", n)
	}
	return fmt.Sprint(v)
}

// changed gives the change of a number in percent.
func changed(d pattern.Difference) string {
	a, b := numberOf(d.Before), numberOf(d.After)
	if d.Unit == "" || a == 0 || b == 0 || math.IsNaN(a+b) {
		return ""
	}
	return fmt.Sprintf("%+.1f %%", 100*(b-a)/a)
}

func numberOf(v any) float64 {
	switch n := v.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	return math.NaN()
}
