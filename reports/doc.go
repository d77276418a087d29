// Package reports writes a verdict.Report in the formats that people and programs read. It renders and concludes
// nothing: what is not in the Report is not said.
//
// The way through is
//
//	Report ─► compose (page of sections and blocks, in a language) ─► text, markdown, jira, html
//	  ▲    │                                └► drawing ─► figure ─► svg, png, html without scripts
//	Redact └► json, junit, csv                        └► chartData ─► html with scripts
//
// compose decides what is said and in which order, once for all formats; a format decides only how a heading, a
// table or a chart looks. A new format is one file with one [Reporter] value, named in [All]; a new section is one
// function, named in compose; a new language is one catalogue, named in languages. A test reads the sources of this
// package and of correlate, and fails for each sentence that a catalogue lacks.
//
// Names in a Report come from logs and may be hostile: every string passes clean when it enters a page, and the
// format's own escape when it leaves it (both in safe.go; html/template escapes for HTML). [Redact] gives a copy of the
// Report with pseudonyms: it comes before all formats, so that the JSON, the chart's labels and the excerpts are covered
// by the same pass.
package reports
