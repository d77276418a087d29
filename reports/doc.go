// Package reports writes a verdict.Report in the formats that people and programs read. It renders and concludes
// nothing: what is not in the Report is not said.
//
// The way through is
//
//	Report ─► compose (page of sections and blocks, in a language) ─► text, markdown, jira ...
//	       └► json, junit, csv                                        (straight from the Report)
//
// compose decides what is said and in which order, once for all formats; a format decides only how a heading, a
// table or a chart looks. A new format is one file with one [Reporter] value, named in [All]; a new section is one
// function, named in compose; a new language is one catalogue, named in languages. Names in a Report come from logs
// and may be hostile: every string passes clean when it enters a page, and the format's own escape when it leaves
// it (both in safe.go).
//
// Note: replacing names (--redact) belongs before all formats, as a rewritten copy of the Report: only there are
// the JSON, the chart's labels and the excerpts covered by the same pass.
package reports
