package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"oomortem/correlate/verdict"
)

// jira is the report in Jira's wiki markup
// (https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all).
var jira = Reporter{
	Name: "jira", Title: "Jira wiki markup", Endings: []string{".jira"},
	Write: func(w io.Writer, r *verdict.Report, o Options) error {
		p, err := compose(r, o)
		if err != nil {
			return err
		}
		return p.write(w, o, func(p page) ([]byte, error) { return writeJira(p), nil })
	},
}

// wiki writes a page's blocks in Jira's markup.
type wiki struct{ bytes.Buffer }

func writeJira(p page) []byte {
	w := &wiki{}
	if p.title == "" && len(p.sections) == 0 {
		fmt.Fprintf(w, "%s\n", inJira(p.headline))
		return w.Bytes()
	}
	if p.title != "" {
		fmt.Fprintf(w, "h1. %s\n\n", inJira(p.title))
	}
	fmt.Fprintf(w, "*%s*\n\n", inJira(p.headline))
	if p.span != "" {
		fmt.Fprintf(w, "%s\n\n", inJira(p.span))
	}
	for _, s := range p.sections {
		if s.title != "" {
			fmt.Fprintf(w, "h2. %s\n\n", inJira(s.title))
		}
		for _, b := range s.blocks {
			w.block(b)
			w.WriteByte('\n')
		}
	}
	if p.foot != "" {
		fmt.Fprintf(w, "_%s_\n", inJira(p.foot))
	}
	return w.Bytes()
}

func (w *wiki) block(b block) {
	switch b := b.(type) {
	case prose:
		fmt.Fprintf(w, "%s\n", inJira(b.text))
	case facts:
		for _, f := range b {
			fmt.Fprintf(w, "* *%s:* %s\n", inJira(f.label), inJira(f.value))
		}
	case list:
		w.list(b)
	case table:
		w.table(b)
	case drawing:
		fmt.Fprintf(w, "{noformat}\n%s\n{noformat}\n", inJiraBlock(strings.Join(b.draw(chartWidth, plainInk), "\n")))
	}
}

func (w *wiki) list(l list) {
	bullet := "*"
	if l.numbered {
		bullet = "#"
	}
	for _, x := range l.items {
		fmt.Fprintf(w, "%s %s", bullet, inJira(x.text))
		if x.note != "" {
			fmt.Fprintf(w, ` \\ %s`, inJira(x.note))
		}
		if x.command != "" {
			fmt.Fprintf(w, ` \\ {{%s}}`, inJira(x.command))
		}
		w.WriteByte('\n')
	}
}

func (w *wiki) table(t table) {
	for _, c := range t.columns {
		w.WriteString("||" + inJiraCell(cell{text: c.name}))
	}
	w.WriteString("||\n")
	for _, row := range t.rows {
		w.row(row, "")
	}
	for _, row := range t.totals {
		w.row(row, "*")
	}
}

func (w *wiki) row(row []cell, around string) {
	for _, x := range row {
		text := inJiraCell(x)
		if x.text != "" {
			text = around + text + around
		}
		w.WriteString("|" + text)
	}
	w.WriteString("|\n")
}

// inJiraCell writes one cell; an empty one needs a blank, or it makes its neighbour a heading.
func inJiraCell(x cell) string {
	text := inJira(x.text)
	if x.code != "" {
		if text != "" {
			text += ` \\ `
		}
		text += "{{" + inJira(x.code) + "}}"
	}
	if text == "" {
		return " "
	}
	return text
}
