package reports

import (
	"html/template"
	"strconv"
)

// htmlSection is a heading and what stands below it.
type htmlSection struct {
	ID, Title string
	Fold      bool
	Chart     bool
	Blocks    []htmlBlock
}

// htmlBlock is one block of a page; Kind tells which of its fields count.
type htmlBlock struct {
	Kind    string // prose, facts, list, table, chart
	Text    string
	Tone    string
	Facts   []htmlFact
	Items   []htmlItem
	Ordered bool
	Table   htmlTable
	Figure  template.HTML
	Notes   []string
}

type htmlFact struct{ Label, Value, Tone string }

type htmlItem struct{ Text, Note, Command string }

type htmlTable struct {
	Label   string
	Log     bool // rows of prose, which a narrow page may stack
	Columns []htmlColumn
	Rows    [][]htmlCell
	Totals  [][]htmlCell
}

type htmlColumn struct{ Name, Class string }

type htmlCell struct {
	Text, Code, Class string
	Name              string // of the column, for a narrow page
	Time              string // for a datetime attribute
	At                string // Unix milliseconds
}

func (c composer) htmlSection(s section, i int) htmlSection {
	out := htmlSection{ID: "s" + strconv.Itoa(i+1), Title: s.title, Fold: s.fold}
	for _, b := range s.blocks {
		x := c.htmlBlock(b, s.title)
		out.Chart = out.Chart || x.Kind == "chart"
		out.Blocks = append(out.Blocks, x)
	}
	return out
}

func (c composer) htmlBlock(b block, label string) htmlBlock {
	switch b := b.(type) {
	case prose:
		return htmlBlock{Kind: "prose", Text: b.text, Tone: toneName(b.tone)}
	case facts:
		x := htmlBlock{Kind: "facts"}
		for _, f := range b {
			if f.label == c.word("Do first") { // stands in the page's head
				continue
			}
			x.Facts = append(x.Facts, htmlFact{f.label, f.value, toneName(f.tone)})
		}
		return x
	case list:
		x := htmlBlock{Kind: "list", Ordered: b.numbered}
		for _, it := range b.items {
			x.Items = append(x.Items, htmlItem{it.text, it.note, it.command})
		}
		return x
	case table:
		return htmlBlock{Kind: "table", Table: htmlTableOf(b, label)}
	case drawing:
		return htmlBlock{Kind: "chart", Figure: c.svgOf(b), Notes: b.notes}
	}
	return htmlBlock{}
}

func htmlTableOf(t table, label string) htmlTable {
	out := htmlTable{Label: label}
	for _, c := range t.columns {
		class := ""
		switch {
		case c.right:
			class = "num"
		case c.firm:
			class = "firm"
		case c.below[0] != "":
			class = "source"
		}
		out.Columns = append(out.Columns, htmlColumn{c.name, class})
	}
	prosaic := 0
	for _, c := range t.columns {
		if !c.right && !c.firm {
			prosaic++
		}
	}
	out.Log = prosaic > 1 || len(t.columns) <= 3
	cells := func(rows [][]cell) [][]htmlCell {
		all := make([][]htmlCell, len(rows))
		for r, row := range rows {
			for i, x := range row {
				h := htmlCell{Text: x.text, Code: x.code, Class: out.Columns[i].Class, Name: out.Columns[i].Name}
				if x.at != 0 {
					h.Time, h.At = iso(x.at), strconv.FormatInt(x.at, 10)
				}
				all[r] = append(all[r], h)
			}
		}
		return all
	}
	out.Rows, out.Totals = cells(t.rows), cells(t.totals)
	return out
}
