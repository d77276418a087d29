package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oomortem/parser"
	"oomortem/parser/load"
	"oomortem/parser/logs"
	"oomortem/parser/metrics"
)

// archived is a run with its place in the batch.
type archived struct {
	parser.Run
	dir string // below the batch's folder
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
	d := discovery(b.out)
	for _, root := range roots {
		runs, problems := d.Discover(root)
		for _, p := range problems {
			if p.From.File == root && len(runs) == 0 {
				return nil, fmt.Errorf("%s %s", printable(root), p.Msg)
			}
			fmt.Fprintf(c.ErrOrStderr(), "oomortem: %s: %s\n", printable(b.line(p.From.String())), printable(b.problem(p.Msg)))
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
		f, err := os.Open(b.runsFrom)
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
			p = filepath.Clean(p)
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
	p = filepath.ToSlash(p[len(filepath.VolumeName(p)):])
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
	taken := map[string]bool{}
	out := make([]archived, 0, len(runs))
	for _, r := range runs {
		name := r.Name
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s~%d", r.Name, n)
		}
		taken[name] = true
		r.Name = name
		out = append(out, archived{r, filepath.FromSlash(safeDir(name))})
	}
	return out
}

// safeDir keeps a run's folder from being one of the batch's own files.
func safeDir(name string) string {
	first, _, _ := strings.Cut(name, "/")
	if first == "runs.jsonl" || first == "patterns.json" || first == "index.html" || strings.HasPrefix(first, ".") || first == "" {
		return "run-" + name
	}
	return name
}

// discovery knows what makes a run, and leaves out the batch's own folder.
func discovery(out string) parser.Discovery {
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
	mine, err := os.Stat(out)
	return parser.Discovery{
		Formats: formats(),
		Part:    func(f parser.Format) parser.Parts { return parts[f.Name] },
		Skip: func(p string) bool {
			info, statErr := os.Stat(p)
			return err == nil && statErr == nil && os.SameFile(info, mine)
		},
	}
}

// nothingRead is the reason of a run that is skipped.
const nothingRead = "holds no log and no series that could be read"
