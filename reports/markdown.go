package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"oomortem/correlate/verdict"
)

// markdown is the report for tickets and wikis: GitHub's and GitLab's tables, and readable as it stands.
var markdown = Reporter{
	Name: "markdown", Title: "for tickets and wikis (GitHub, GitLab, Gitea)", Endings: []string{".md", ".markdown"},
	Write: func(w io.Writer, r *verdict.Report, o Options) error {
		p, err := compose(r, o)
		if err != nil {
			return err
		}
		return p.write(w, o, func(p page) ([]byte, error) { return writeMarkdown(p), nil })
	},
}

// chartWidth is how wide a chart may be where code blocks scroll: GitHub shows some 90 columns without.
const chartWidth = 88

// markup writes a page's blocks as Markdown.
type markup struct {
	bytes.Buffer
	colon string
}

func writeMarkdown(p page) []byte {
	m := &markup{colon: p.colon}
	if p.title != "" {
		fmt.Fprintf(m, "# %s\n\n", inMarkdown(p.title))
	}
	if p.title == "" && len(p.sections) == 0 {
		fmt.Fprintf(m, "%s\n", atLineStart(p.headline))
		return m.Bytes()
	}
	fmt.Fprintf(m, "**%s**\n\n", inMarkdown(p.headline))
	if p.span != "" {
		fmt.Fprintf(m, "%s\n\n", atLineStart(p.span))
	}
	for _, s := range p.sections {
		m.section(s)
	}
	if p.foot != "" {
		fmt.Fprintf(m, "<sub>%s</sub>\n", inMarkdown(p.foot))
	}
	return m.Bytes()
}

func (m *markup) section(s section) {
	switch {
	case s.fold:
		fmt.Fprintf(m, "<details>\n<summary>%s</summary>\n\n", inHTML(s.title))
	case s.title != "":
		fmt.Fprintf(m, "## %s\n\n", inMarkdown(s.title))
	}
	for _, b := range s.blocks {
		m.block(b)
		m.WriteByte('\n')
	}
	if s.fold {
		m.WriteString("</details>\n\n")
	}
}

func (m *markup) block(b block) {
	switch b := b.(type) {
	case prose:
		fmt.Fprintf(m, "%s\n", atLineStart(b.text))
	case facts:
		for _, f := range b {
			fmt.Fprintf(m, "- **%s%s** %s\n", inMarkdown(f.label), m.colon, inMarkdown(f.value))
		}
	case list:
		m.list(b)
	case table:
		m.table(b)
	case drawing:
		m.fenced(strings.Join(b.draw(chartWidth, plainInk), "\n"), "text", "")
	}
}

func (m *markup) list(l list) {
	for i, x := range l.items {
		bullet := "- "
		if l.numbered {
			bullet = fmt.Sprintf("%d. ", i+1)
		}
		under := strings.Repeat(" ", len(bullet))
		text := atLineStart(x.text)
		if x.note != "" {
			text = "**" + inMarkdown(x.text) + "**"
		}
		fmt.Fprintf(m, "%s%s\n", bullet, text)
		if x.note != "" {
			fmt.Fprintf(m, "\n%s%s\n", under, atLineStart(x.note))
		}
		if x.command != "" {
			m.WriteByte('\n')
			m.fenced(x.command, "sh", under)
		}
		if i < len(l.items)-1 && (x.note != "" || x.command != "") {
			m.WriteByte('\n')
		}
	}
}

// fenced writes a code block that its content cannot leave.
func (m *markup) fenced(content, language, indent string) {
	fence := strings.Repeat("`", max(longestRun(content, '`')+1, 3))
	fmt.Fprintf(m, "%s%s%s\n", indent, fence, language)
	for _, l := range strings.Split(content, "\n") {
		fmt.Fprintf(m, "%s%s\n", indent, l)
	}
	fmt.Fprintf(m, "%s%s\n", indent, fence)
}

// padTo is the widest column that is padded, so that a table reads well as plain text too.
const padTo = 48

func (m *markup) table(t table) {
	rows := make([][]string, 0, len(t.rows)+len(t.totals)+1)
	rows = append(rows, inMarkdownRow(headRow(t.columns), ""))
	for _, row := range t.rows {
		rows = append(rows, inMarkdownRow(row, ""))
	}
	for _, row := range t.totals {
		rows = append(rows, inMarkdownRow(row, "**"))
	}
	widths := make([]int, len(t.columns))
	for i := range widths {
		widths[i] = 3
		for _, row := range rows {
			widths[i] = max(widths[i], min(wide(row[i]), padTo))
		}
	}
	for r, row := range rows {
		for i, x := range row {
			if t.columns[i].right {
				x = padLeft(x, widths[i])
			}
			m.WriteString("| " + pad(x, widths[i]) + " ")
		}
		m.WriteString("|\n")
		if r == 0 {
			m.rule(t.columns, widths)
		}
	}
}

func (m *markup) rule(columns []column, widths []int) {
	for i, c := range columns {
		dashes := strings.Repeat("-", widths[i]-1)
		if c.right {
			m.WriteString("| " + dashes + ": ")
		} else {
			m.WriteString("| " + dashes + "- ")
		}
	}
	m.WriteString("|\n")
}

// inMarkdownRow writes the cells of a row; around goes around each that is not empty.
func inMarkdownRow(row []cell, around string) []string {
	out := make([]string, len(row))
	for i, x := range row {
		text := inMarkdown(x.text)
		if text != "" {
			text = around + text + around
		}
		if x.code != "" {
			if text != "" {
				text += "<br>"
			}
			text += inMarkdownCode(x.code)
		}
		out[i] = text
	}
	return out
}
