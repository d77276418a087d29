package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oomortem/correlate"
	"oomortem/correlate/clock"
	"oomortem/correlate/verdict"
	"oomortem/parser/load"
	"oomortem/parser/record"
)

// reading is what the user may say about the inputs of one run, beyond the shared flags.
type reading struct {
	anchors []string
	columns []string
	byLabel bool
	live
}

func (r *reading) add(c *cobra.Command) {
	r.addFiles(c)
	r.live.add(c)
}

// addFiles adds the flags that are about files.
func (r *reading) addFiles(c *cobra.Command) {
	p := c.Flags()
	p.StringArrayVar(&r.anchors, "anchor", nil, "the clock of a file that counts from its own start began then: `FILE=TIME`, FILE a path, a base name or a glob; "+
		"for a file of times of day its first one, or just its day")
	p.StringArrayVar(&r.columns, "map", nil, "what a column of a table holds: `KIND=COLUMN`, KIND one of "+strings.Join(columnKinds, ", "))
	p.BoolVar(&r.byLabel, "by-label", false, "split the load by request name as well (changes and suspects list each name)")
}

// columnKinds are the keys of --map.
var columnKinds = []string{"tps", "requests", "errors", "latency", "users", "time"}

// load gives the options of the load readers.
func (r *reading) load() (load.Options, error) {
	opt := load.Options{ByLabel: r.byLabel}
	for _, m := range r.columns {
		kind, column, ok := strings.Cut(m, "=")
		kind, column = strings.TrimSpace(kind), strings.TrimSpace(column)
		if !ok || column == "" || !slices.Contains(columnKinds, kind) {
			return opt, fmt.Errorf("--map %s: want KIND=COLUMN with KIND one of %s, as tps=Durchsatz", m, strings.Join(columnKinds, ", "))
		}
		if opt.Columns == nil {
			opt.Columns = map[string]string{}
		}
		opt.Columns[kind] = column
	}
	return opt, nil
}

// beginnings reads the anchors; a time without an offset is in the zone given, else in that of the file's host.
func (r *reading) beginnings(zone *time.Location) ([]clock.Beginning, error) {
	var out []clock.Beginning
	for _, a := range r.anchors {
		i := strings.LastIndexByte(a, '=')
		if i <= 0 || strings.TrimSpace(a[i+1:]) == "" {
			return nil, fmt.Errorf("--anchor %s: want FILE=TIME, as sysbench.txt=2021-02-20T04:00:00+08:00", a)
		}
		b := clock.Beginning{File: a[:i]}
		var err error
		if b.At, b.Whole, err = parseBeginning("--anchor "+b.File, strings.TrimSpace(a[i+1:]), zone); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// parseBeginning reads a day, or an instant to the precision that was typed.
func parseBeginning(flag, s string, zone *time.Location) (st record.Stamp, whole bool, err error) {
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return record.Stamp{Wall: day, Prec: 24 * time.Hour, Lacks: record.LacksZone}, true, nil
	}
	at, err := parseTime(flag, s, zone)
	if err != nil {
		return st, false, err
	}
	st = record.Stamp{Wall: at, Prec: time.Second}
	if strings.Count(s, ":") == 1 {
		st.Prec = time.Minute
	}
	// The same digits mean another instant in another zone only when no zone was typed.
	other, err := parseTime(flag, s, time.FixedZone("", 11*3600))
	if err == nil && zone == nil && !other.Equal(at) {
		st.Lacks = record.LacksZone
	}
	return st, false, nil
}

// read reads all that one run is made of into a new session: the paths, and what a live server tells.
func (f *shared) read(c *cobra.Command, r *reading, paths []string) (*correlate.Session, error) {
	opt, err := f.options()
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	if opt.Begin, err = r.beginnings(opt.Zone); err != nil {
		return nil, failure{exitUsage, err}
	}
	loads, err := r.load()
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	span, err := r.live.span(opt)
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	s := correlate.NewSession(opt)
	in := newReader(s, loads)
	in.paths(f.access.Tree(), paths, c.InOrStdin())
	if err := r.live.ask(c.Context(), span, in); err != nil {
		return nil, failure{exitUnusable, err}
	}
	f.know(s)
	f.note(c.ErrOrStderr(), s)
	if !s.Read() {
		return nil, failure{exitUnusable, fmt.Errorf("nothing in %v could be read; `oomortem formats` lists what can be", quoted(paths))}
	}
	if unknown := s.Unknown(); len(unknown) > 0 {
		return nil, failure{exitUsage, fmt.Errorf("--anchor %s: no input of the run has that name", strings.Join(unknown, ", "))}
	}
	if len(r.columns) > 0 && !s.ReadAs(load.Table) {
		return nil, failure{exitUsage, fmt.Errorf("--map %s: no input is a table with such a column and one of times; --map time=COLUMN names the column of times, and without --map the report shows what each input is read as", strings.Join(r.columns, ", "))}
	}
	return s, nil
}

// report analyses one run of which the user says nothing more.
func (f *shared) report(c *cobra.Command, paths []string) (*verdict.Report, error) {
	s, err := f.read(c, &reading{}, paths)
	if err != nil {
		return nil, err
	}
	return s.Report(), nil
}
