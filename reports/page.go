package reports

import (
	"bytes"
	"io"
)

// page is a report before it has a format: what is said, in which order, in one language. All strings in it are
// cleaned; a format still has to escape them for its own syntax.
type page struct {
	title    string // what was analysed
	span     string // when
	headline string
	tone     tone // of the headline
	sections []section
	foot     string // the program that wrote it
	colon    string // behind a label
}

// section is a heading and what stands below it.
type section struct {
	title  string // "" for the summary, which needs no heading
	fold   bool   // long and seldom read: a format that can may fold it away
	brief  int    // 0: not in the ticket form; else the higher, the sooner it is left out of it
	blocks []block
}

// block is one of prose, facts, list, table, drawing.
type block any

// tone says how a line is meant.
type tone int

const (
	neutral tone = iota
	bad
	doubtful
	good
	dim
)

// prose is a paragraph.
type prose struct {
	text string
	tone tone
}

// facts are labelled values, one below the other.
type facts []fact

type fact struct {
	label, value string
	tone         tone
}

// list is a list of things, numbered when their order matters.
type list struct {
	items    []item
	numbered bool
}

// item is one thing of a list, with what stands below it.
type item struct {
	text    string
	note    string
	command string
}

// table has at least one row.
type table struct {
	columns []column
	rows    [][]cell
	totals  [][]cell // below a rule
}

type column struct {
	name  string
	right bool      // numbers
	wide  int       // shown in text only from this many columns on; 0 always
	firm  bool      // never wrapped
	below [2]string // between these it stands behind the column before it, where it is not shown itself
}

// cell is one field: text, and below it a piece of a log as it stands there.
type cell struct {
	text, code string
	at         int64 // the moment that the text tells, Unix milliseconds, for formats that can lead to it
}

// cells makes a row of plain texts.
func cells(texts ...string) []cell {
	row := make([]cell, len(texts))
	for i, t := range texts {
		row[i] = cell{text: t}
	}
	return row
}

// add appends the fact unless its value is empty.
func (f *facts) add(label, value string, t tone) {
	if value != "" {
		*f = append(*f, fact{label, value, t})
	}
}

// without gives the table without a column.
func (t table) without(i int) table {
	thin := func(rows [][]cell) [][]cell {
		out := make([][]cell, len(rows))
		for j, row := range rows {
			out[j] = append(append([]cell{}, row[:i]...), row[i+1:]...)
		}
		return out
	}
	return table{append(append([]column{}, t.columns[:i]...), t.columns[i+1:]...), thin(t.rows), thin(t.totals)}
}

// maxBrief is the size of the ticket form in bytes.
const maxBrief = 4096

// write renders the page to w. The ticket form loses sections, the least needed first, until it fits.
func (p page) write(w io.Writer, o Options, render func(page) ([]byte, error)) error {
	out, err := render(p)
	for err == nil && o.Brief && len(out) > maxBrief && p.shed() {
		out, err = render(p)
	}
	if err != nil {
		return err
	}
	if o.Brief && len(out) > maxBrief {
		out = append(out[:bytes.LastIndexByte(out[:maxBrief-len("…\n")], '\n')+1], "…\n"...)
	}
	_, err = w.Write(out)
	return err
}

// shed drops the section that the ticket form needs least; the first one stays.
func (p *page) shed() bool {
	least := 0
	for i, s := range p.sections {
		if s.brief > p.sections[least].brief {
			least = i
		}
	}
	if least == 0 {
		return false
	}
	p.sections = append(append([]section{}, p.sections[:least]...), p.sections[least+1:]...)
	return true
}
