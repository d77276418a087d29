package reports

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"iter"
	"net/url"
	"strings"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// indexAssets are the parts of the page of all runs.
//
//go:embed assets/index.html assets/index.css assets/index.js
var indexAssets embed.FS

// Index writes the page of a batch: the patterns on top, below them all runs in a table to sort and to filter, each with
// a link to its report. It is one file that asks for nothing from anywhere; without scripts it shows the first rows. The
// runs are gone through twice and not kept.
func Index(w io.Writer, runs iter.Seq2[verdict.Outcome, error], patterns []verdict.Pattern, tool verdict.Tool, lang string) error {
	v, err := speak(lang)
	if err != nil {
		return err
	}
	if err := v.index(w, runs, patterns, tool, cmp.Or(lang, "en")); err != nil {
		return fmt.Errorf("writing the page of all runs: %w", err)
	}
	return nil
}

func (v voice) index(w io.Writer, runs iter.Seq2[verdict.Outcome, error], patterns []verdict.Pattern, tool verdict.Tool, lang string) error {
	s, err := v.surveyed(runs, patterns)
	if err != nil {
		return err
	}
	view, err := v.indexView(s, patterns, tool)
	if err != nil {
		return err
	}
	view.Lang = lang
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
	if err := v.indexData(w, runs, s.members, view.Words); err != nil {
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
	Lang, Title, Policy, Foot, Shown, MoreShown string
	Words                                       map[string]string // what stands in the page, by a name of its own

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
func (v voice) indexColumns() []indexColumn {
	return []indexColumn{
		{"run", v.word("Run"), false}, {"start", v.word("Start"), false}, {"hosts", v.word("Host"), false}, {"cause", v.word("Cause"), false}, {"sure", v.word("Sure"), true},
		{"says", v.word("What happened"), false}, {"victims", v.word("Victim"), false}, {"aggressors", v.word("Aggressor"), false}, {"steady", v.word("Steady /s"), true},
		{"achieved", v.word("Achieved"), true}, {"target", v.word("Target"), false}, {"lost", v.word("Lost"), true}, {"curve", v.word("Throughput"), false},
	}
}

// indexWords are the words of the page and of its script.
func (v voice) indexWords() map[string]string {
	return map[string]string{
		"skip": v.word("Skip to the runs"), "patterns": v.word("Patterns across the runs"), "runs": v.word("Runs"),
		"noscript": v.word("Scripts are off: the table cannot be sorted or filtered. runs.jsonl holds the same for programs."),
		"filter":   v.word("Filter the runs"), "search": v.word("Search"), "hint": v.word("run, headline, error"), "all": v.word("all"),
		"cause": v.word("Cause"), "host": v.word("Host"), "victim": v.word("Victim"), "month": v.word("Month"), "status": v.word("Status"), "clear": v.word("Clear"),
		"only": v.word("Show only these runs"), "met": v.word("met"), "missed": v.word("missed"),
		// "#" is a number that the script puts in.
		"count": v.sayf("%v runs", "#"), "some": v.sayf("%v of %v runs", "#", "##"), "rest": v.sayf("%v more.", "#"), "every": v.sayf("Show all %v", "#"), "next": v.sayf("Show %v more", "#"),
		"percent": v.suffix(1, record.Share),
	}
}

type indexPattern struct {
	Index                         int
	Kind, Statement, Sure, Others string
	Count, Only                   string
	Evidence                      []string
	Runs                          []indexLink
}

type indexLink struct{ Run, Href string }

// indexRow is a row as it stands in the page.
type indexRow struct {
	Run, Href, Start, Hosts, Cause, Tone, Sure, Says, Victims, Aggressors, Steady, Achieved, Target, Lost, Curve string
}

func (v voice) indexView(s *survey, patterns []verdict.Pattern, tool verdict.Tool) (indexView, error) {
	style, err := indexAssets.ReadFile("assets/index.css")
	if err != nil {
		return indexView{}, err
	}
	script, err := indexAssets.ReadFile("assets/index.js")
	if err != nil {
		return indexView{}, err
	}
	view := indexView{
		Title: v.word("Load runs"), Foot: strings.TrimSpace(tool.Name + " " + tool.Version), Columns: v.indexColumns(), Words: v.indexWords(),
		Style: template.CSS(style), Script: template.JS(script),
		Policy: "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + hashOf(string(style)) + "; script-src " + hashOf(string(script)),
		Data:   dataPlace,
		Counts: v.counts(s),
		Rows:   s.first,
		Shown:  v.sayf("%v runs", s.runs),
	}
	for i, p := range patterns {
		shown := v.indexPattern(i, p, s.links)
		if i < firstPatterns {
			view.Patterns = append(view.Patterns, shown)
		} else {
			view.More = append(view.More, shown)
		}
	}
	if s.runs > plainRows {
		view.Shown = v.sayf("the first %v of %v runs", plainRows, s.runs)
	}
	view.MoreShown = v.sayf("%v more patterns", len(view.More))
	return view, nil
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
