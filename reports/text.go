package reports

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"oomortem/correlate/verdict"
)

// text is the report in a terminal.
var text = Reporter{
	Name: "text", Title: "for the terminal, with charts; fits 80 columns and more", Endings: []string{".txt", ".log"},
	Write: func(w io.Writer, r *verdict.Report, o Options) error {
		p, err := compose(r, o)
		if err != nil {
			return err
		}
		return p.write(w, o, func(p page) ([]byte, error) { return writeText(p, o) })
	},
}

// The five colours that the report has.
const (
	ansiReset  = "\x1b[0m"
	ansiBold   = "\x1b[1m"
	ansiDim    = "\x1b[2m"
	ansiRed    = "\x1b[31m"
	ansiGreen  = "\x1b[32m"
	ansiYellow = "\x1b[33m"
)

// colourInk paints with ANSI colours.
func colourInk(s string, t tone) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	switch t {
	case bad:
		return ansiRed + s + ansiReset
	case doubtful:
		return ansiYellow + s + ansiReset
	case good:
		return ansiGreen + s + ansiReset
	case dim:
		return ansiDim + s + ansiReset
	}
	return s
}

// terminal writes a page's blocks to a width.
type terminal struct {
	bytes.Buffer
	width int
	paint ink
	color bool
	ascii bool // rules of hyphens: the ticket form has no bytes to spare
}

func writeText(p page, o Options) ([]byte, error) {
	t := &terminal{width: o.columns(), paint: plainInk, color: o.Color, ascii: o.Brief}
	if o.Color {
		t.paint = colourInk
	}
	t.head(p)
	for _, s := range p.sections {
		if err := t.section(s); err != nil {
			return nil, fmt.Errorf("writing section %q: %w", s.title, err)
		}
	}
	if p.foot != "" {
		t.line("")
		t.line(t.paint(padLeft(short(p.foot, t.width), t.width), dim))
	}
	return t.Bytes(), nil
}

func (t *terminal) line(s string) { t.WriteString(strings.TrimRight(s, " ") + "\n") }

// rule gives a horizontal line.
func (t *terminal) rule(stroke string, width int) string {
	if t.ascii {
		stroke = "-"
	}
	return strings.Repeat(stroke, width)
}

// bold makes a line stand out.
func (t *terminal) bold(s string, tone tone) string {
	if !t.color {
		return s
	}
	return ansiBold + t.paint(s, tone) + ansiReset
}

// head is what and when on one line, then the answer.
func (t *terminal) head(p page) {
	if p.title != "" {
		what, when := short(p.title, t.width), p.span
		if wide(what)+2+wide(when) <= t.width {
			t.line(t.bold(what, neutral) + t.paint(padLeft(when, t.width-wide(what)), dim))
		} else {
			t.line(t.bold(what, neutral))
			t.line(t.paint(when, dim))
		}
		t.line(t.rule("═", t.width))
	}
	for _, l := range wrap(p.headline, t.width) {
		t.line(t.bold(l, p.tone))
	}
}

func (t *terminal) section(s section) error {
	t.line("")
	if s.title != "" {
		title := short(s.title, t.width-8)
		t.line(t.bold(t.rule("─", 2)+" "+title+" ", neutral) + t.paint(t.rule("─", t.width-4-wide(title)), dim))
	}
	for i, b := range s.blocks {
		if i > 0 {
			t.line("")
		}
		if err := t.block(b); err != nil {
			return err
		}
	}
	return nil
}

func (t *terminal) block(b block) error {
	switch b := b.(type) {
	case prose:
		t.indented("", "", b.text, b.tone)
	case facts:
		t.facts(b)
	case list:
		t.list(b)
	case table:
		return t.table(b)
	case drawing:
		for _, l := range b.draw(t.width, t.paint) {
			t.line(l)
		}
	}
	return nil
}

// indented writes wrapped text; first stands before its first line, rest, as wide as it, before the others.
func (t *terminal) indented(first, rest, s string, tone tone) {
	for _, l := range wrap(s, t.width-wide(rest)) {
		t.line(first + t.paint(l, tone))
		first = rest
	}
}

func (t *terminal) facts(f facts) {
	labels := 0
	for _, x := range f {
		labels = max(labels, wide(x.label))
	}
	labels = min(labels, t.width/3)
	for _, x := range f {
		t.indented(t.paint(pad(x.label, labels), dim)+"  ", pad("", labels+2), x.value, x.tone)
	}
}

func (t *terminal) list(l list) {
	for i, x := range l.items {
		bullet := "• "
		if l.numbered {
			bullet = pad(strconv.Itoa(i+1)+".", 4)
		}
		under := pad("", wide(bullet))
		t.indented(bullet, under, x.text, neutral)
		if x.note != "" {
			t.indented(under, under, x.note, dim)
		}
		for j, l := range shellLines(x.command, t.width-wide(under)-2) {
			prompt := "$ "
			if j > 0 {
				prompt = "  "
			}
			t.line(under + t.paint(prompt, dim) + l)
		}
	}
}
