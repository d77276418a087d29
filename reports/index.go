package reports

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"iter"
	"net/url"
	"strings"

	"oomortem/correlate/verdict"
)

// indexAssets are the parts of the page of all runs.
//
//go:embed assets/index.html assets/index.css assets/index.js
var indexAssets embed.FS

// Index writes the page of a batch: the patterns on top, below them all runs in a table to sort and to filter, each with
// a link to its report. It is one file that asks for nothing from anywhere; without scripts it shows the first rows. The
// runs are gone through twice and not kept.
func Index(w io.Writer, title string, runs iter.Seq2[verdict.Outcome, error], patterns []verdict.Pattern, tool verdict.Tool) error {
	if err := index(w, title, runs, patterns, tool); err != nil {
		return fmt.Errorf("writing the page of all runs: %w", err)
	}
	return nil
}

func index(w io.Writer, title string, runs iter.Seq2[verdict.Outcome, error], patterns []verdict.Pattern, tool verdict.Tool) error {
	s, err := surveyed(runs, patterns)
	if err != nil {
		return err
	}
	view, err := newIndexView(title, s, patterns, tool)
	if err != nil {
		return err
	}
	tmpl, err := template.ParseFS(indexAssets, "assets/index.html")
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := tmpl.Execute(&page, view); err != nil {
		return err
	}
	before, behind, ok := bytes.Cut(page.Bytes(), []byte(dataPlace))
	if !ok {
		return errors.New("the page has no place for its data")
	}
	if _, err := w.Write(before); err != nil {
		return err
	}
	if err := indexData(w, runs, s.members); err != nil {
		return err
	}
	_, err = w.Write(behind)
	return err
}

// dataPlace stands in the template for the data, which is written run by run.
const dataPlace = `"data of the runs"`

// plainRows is how many rows stand in the page itself, for readers without scripts.
const plainRows = 500

// firstPatterns is how many patterns are shown before the fold.
const firstPatterns = 6

// indexView is what the template shows.
type indexView struct {
	Title, Policy, Foot, Shown string

	Style  template.CSS
	Script template.JS
	Data   template.JS // JSON, no script: <script type="application/json">

	Counts         []indexCount
	Patterns, More []indexPattern
	Columns        []indexColumn
	Rows           []indexRow
}

type indexCount struct {
	Count, Label, Tone string
}

type indexColumn struct {
	Key, Title string
	Number     bool
}

// indexColumns are the table's columns; the keys are those of the script.
var indexColumns = []indexColumn{
	{"run", "Run", false}, {"start", "Start", false}, {"hosts", "Host", false}, {"cause", "Cause", false}, {"sure", "Sure", true},
	{"says", "What happened", false}, {"victims", "Victim", false}, {"aggressors", "Aggressor", false}, {"steady", "Steady /s", true},
	{"achieved", "Achieved", true}, {"target", "Target", false}, {"lost", "Lost", true}, {"curve", "Throughput", false},
}

type indexPattern struct {
	Index                         int
	Kind, Statement, Sure, Others string
	Count                         string
	Evidence                      []string
	Runs                          []indexLink
}

type indexLink struct{ Run, Href string }

// indexRow is a row as it stands in the page.
type indexRow struct {
	Run, Href, Start, Hosts, Cause, Tone, Sure, Says, Victims, Aggressors, Steady, Achieved, Target, Lost, Curve string
}

func newIndexView(title string, s *survey, patterns []verdict.Pattern, tool verdict.Tool) (indexView, error) {
	style, err := indexAssets.ReadFile("assets/index.css")
	if err != nil {
		return indexView{}, err
	}
	script, err := indexAssets.ReadFile("assets/index.js")
	if err != nil {
		return indexView{}, err
	}
	v := indexView{
		Title: clean(title, maxName), Foot: strings.TrimSpace(tool.Name + " " + tool.Version), Columns: indexColumns,
		Style: template.CSS(style), Script: template.JS(script),
		Policy: "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + hashOf(string(style)) + "; script-src " + hashOf(string(script)),
		Data:   dataPlace,
		Counts: s.counts(),
		Rows:   s.first,
		Shown:  fmt.Sprintf("%d runs", s.runs),
	}
	for i, p := range patterns {
		shown := newIndexPattern(i, p, s.links)
		if i < firstPatterns {
			v.Patterns = append(v.Patterns, shown)
		} else {
			v.More = append(v.More, shown)
		}
	}
	if s.runs > plainRows {
		v.Shown = fmt.Sprintf("the first %d of %d runs", plainRows, s.runs)
	}
	return v, nil
}

// href gives a report's path as a link that cannot be taken for anything else.
func href(report string) string {
	if report == "" {
		return ""
	}
	parts := strings.Split(report, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return "./" + strings.Join(parts, "/")
}
