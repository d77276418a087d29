package reports

import (
	"io"

	"oomortem/correlate/verdict"
)

// Reporter is one format.
type Reporter struct {
	Name    string   // stable, lower case: what --format takes
	Title   string   // one line for the list of formats
	Endings []string // file endings that choose it: ".md"
	Write   func(io.Writer, *verdict.Report, Options) error
}

// Options say how a report is to look. The zero value gives 80 columns, no colour, English.
type Options struct {
	Width int    // terminal columns for text; 0 is 80, less than 60 is taken as 60, more than 160 as 160
	Color bool   // ANSI colours in text
	Lang  string // "en"; "" is English
	Brief bool   // a ticket form of at most 4 kB: summary, cause, the decisive lines, the ledger, what to do
}

// All gives the formats, the default one first.
func All() []Reporter {
	return []Reporter{text, markdown, htmlPage, jsonReport, jira, junit, csvCurves, svg, pngPicture}
}

// ByName gives the format of a name.
func ByName(name string) (Reporter, bool) {
	for _, r := range All() {
		if r.Name == name {
			return r, true
		}
	}
	return Reporter{}, false
}

// columns gives the width to write to.
func (o Options) columns() int {
	if o.Width == 0 {
		return 80
	}
	return min(max(o.Width, 60), 160)
}
