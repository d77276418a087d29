package main

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/cespare/xxhash/v2"
	"github.com/spf13/cobra"

	"oomortem/cmd/oomortem/store"
	"oomortem/parser"
	"oomortem/parser/load"
	"oomortem/parser/logs"
	"oomortem/parser/metrics"
)

// archived is a run with its place in the batch.
type archived struct {
	parser.Run
	dir string // below the place for results, with slashes
}

// find lists the runs, ordered by name; two of one name get numbers.
func (b *batch) find(c *cobra.Command, roots []string) ([]archived, error) {
	var all []parser.Run
	if b.runsFrom != "" {
		listed, err := b.listed(c.InOrStdin())
		if err != nil {
			return nil, err
		}
		all = listed
	}
	d := discovery(b.results)
	d.Tree = b.access.Tree()
	for _, root := range roots {
		root = store.Clean(root)
		d.Width = store.Width(root)
		runs, problems := d.Discover(root)
		for _, p := range problems {
			if p.From.File == root && len(runs) == 0 {
				return nil, fmt.Errorf("%s %s", printable(root), p.Msg)
			}
			fmt.Fprintf(c.ErrOrStderr(), "oomortem: %s: %s\n", printable(b.names.Line(p.From.String())), printable(b.names.Problem(p.Msg)))
		}
		all = append(all, runs...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no run in %s: a run is a folder or an archive that holds a log or a series; `oomortem formats` lists what is known", quoted(roots))
	}
	slices.SortStableFunc(all, func(a, b parser.Run) int { return strings.Compare(a.Name, b.Name) })
	return placed(all), nil
}

// listed reads the runs' paths, one a line.
func (b *batch) listed(stdin io.Reader) ([]parser.Run, error) {
	in := stdin
	if b.runsFrom != "-" {
		f, err := b.access.Tree().Open(b.runsFrom)
		if err != nil {
			return nil, fmt.Errorf("--runs-from: %w", err)
		}
		defer f.Close()
		in = f
	}
	var runs []parser.Run
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if p := strings.TrimSpace(lines.Text()); p != "" && !strings.HasPrefix(p, "#") {
			p = store.Clean(p)
			runs = append(runs, parser.Run{Name: inner(p), Path: p, Paths: []string{p}})
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("--runs-from: %w", err)
	}
	return runs, nil
}

// inner gives a path as one that stays below a folder.
func inner(p string) string {
	p = store.Plain(p)
	var parts []string
	for part := range strings.SplitSeq(p, "/") {
		if part != "" && part != "." && part != ".." {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}

// placed gives each run a name and a folder of its own.
func placed(runs []parser.Run) []archived {
	names, dirs := map[string]bool{}, map[string]bool{}
	out := make([]archived, 0, len(runs))
	for _, r := range runs {
		r.Name = strings.ToValidUTF8(r.Name, "\uFFFD")
		name, dir := r.Name, safeDir(r.Name)
		for n := 2; names[name] || dirs[dir]; n++ {
			name = fmt.Sprintf("%s~%d", r.Name, n)
			dir = safeDir(name)
		}
		names[name], dirs[dir] = true, true
		r.Name = name
		out = append(out, archived{r, dir})
	}
	return out
}

// safeDir gives the folder for a run's results: its name, unless that is one of the batch's own files, or no disk takes it.
// Keys in buckets are chosen by whoever may write there.
func safeDir(name string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		switch {
		case strings.HasPrefix(p, "report."), strings.HasPrefix(p, "."), p == "", i == 0 && spansRuns(p):
			p = "run-" + p
		case strings.ContainsFunc(p, unicode.IsControl):
			p = url.PathEscape(p)
		}
		if len(p) > longestName {
			p = fmt.Sprintf("%s~%016x", strings.ToValidUTF8(p[:longestName], ""), xxhash.Sum64String(p))
		}
		parts[i] = p
	}
	return strings.Join(parts, "/")
}

// longestName leaves room for a number and a hash below the 255 bytes that disks take.
const longestName = 200

// discovery knows what makes a run, and leaves out the place for results.
func discovery(out store.Store) parser.Discovery {
	parts := map[string]parser.Parts{}
	for _, f := range metrics.Formats() {
		parts[f.Name] = parser.PartCurve
		for _, dashboard := range []string{"prometheus", "grafana", "influx", "line-protocol", "metrics-csv"} {
			if strings.HasPrefix(f.Name, dashboard) {
				parts[f.Name] = parser.PartLoad
			}
		}
	}
	for _, f := range load.Formats() {
		parts[f.Name] = parser.PartLoad
	}
	for _, f := range logs.Formats() {
		parts[f.Name] = parser.PartLog
	}
	return parser.Discovery{
		Formats: formats(),
		Part:    func(f parser.Format) parser.Parts { return parts[f.Name] },
		Skip:    out.Is,
	}
}

// nothingRead is the reason of a run that is skipped.
const nothingRead = "holds no log and no series that could be read"
