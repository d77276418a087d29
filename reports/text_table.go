package reports

import (
	"bytes"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// gutter stands between two columns.
const gutter = 2

// table writes a table that fits the width; rows wrap inside their columns.
func (t *terminal) table(b table) error {
	b = b.at(t.width)
	widths := b.fit(t.width)
	var out bytes.Buffer
	tab := tablewriter.NewTable(&out, tableStyle(b.columns, t.ascii)...)
	tab.Header(b.lines(headRow(b.columns), widths))
	for _, row := range b.rows {
		if err := tab.Append(b.lines(row, widths)); err != nil {
			return err
		}
	}
	if len(b.totals) > 0 {
		tab.Footer(b.stacked(widths))
	}
	if err := tab.Render(); err != nil {
		return err
	}
	for i, l := range strings.Split(strings.TrimRight(out.String(), "\n"), "\n") {
		l = strings.TrimRight(l, " ")
		if stroke := t.rule("─", 1); strings.Trim(l, stroke) == "" { // a rule runs on below the padding of the last column
			l = strings.TrimSuffix(l, strings.Repeat(stroke, gutter))
		}
		if at := strings.Index(l, quoteBar); i < 2 {
			l = t.paint(l, dim)
		} else if at >= 0 {
			l = l[:at] + t.paint(l[at:], dim)
		}
		t.line(l)
	}
	return nil
}

func tableStyle(columns []column, ascii bool) []tablewriter.Option {
	stroke := tw.StyleLight
	if ascii {
		stroke = tw.StyleASCII
	}
	align := make(tw.Alignment, len(columns))
	for i, c := range columns {
		align[i] = tw.AlignLeft
		if c.right {
			align[i] = tw.AlignRight
		}
	}
	return []tablewriter.Option{
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(stroke),
			Settings: tw.Settings{
				Separators: tw.Separators{ShowHeader: tw.On, ShowFooter: tw.On, BetweenRows: tw.Off, BetweenColumns: tw.Off},
				Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: tw.Off, ShowHeaderLine: tw.On, ShowFooterLine: tw.On},
			},
		})),
		tablewriter.WithEastAsian(tw.Off), // else the widths depend on the locale of who writes
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithFooterAutoFormat(tw.Off),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithFooterAutoWrap(tw.WrapNone),
		tablewriter.WithAlignment(align),
		tablewriter.WithPadding(tw.Padding{Left: tw.Empty, Right: strings.Repeat(" ", gutter), Overwrite: true}),
	}
}

// at gives the table with the columns that a width has room for.
func (b table) at(width int) table {
	for i := len(b.columns) - 1; i >= 0; i-- {
		if b.columns[i].wide <= width {
			continue
		}
		if b.columns[i].below[0] != "" && i > 0 {
			b = b.lowered(i)
		}
		b = b.without(i)
	}
	return b
}

// lowered gives the table with the cells of column i below those of the column before: in front of the excerpt, as
// grep would print them, or behind the text where there is none.
func (b table) lowered(i int) table {
	rows := make([][]cell, len(b.rows))
	for j, row := range b.rows {
		row = append([]cell{}, row...)
		switch above, own := &row[i-1], row[i].text; {
		case own == "":
		case above.code != "":
			above.code = own + ": " + above.code
		default:
			above.text = strings.TrimSpace(above.text + b.columns[i].below[0] + own + b.columns[i].below[1])
		}
		rows[j] = row
	}
	b.rows = rows
	return b
}

func headRow(columns []column) []cell {
	row := make([]cell, len(columns))
	for i, c := range columns {
		row[i] = cell{text: c.name}
	}
	return row
}

// lines wraps a row's cells to the columns' widths. An excerpt stands below its cell's text.
func (b table) lines(row []cell, widths []int) []string {
	out := make([]string, len(row))
	for i, x := range row {
		var lines []string
		if x.text != "" || x.code == "" {
			lines = wrap(x.text, widths[i])
		}
		if x.code != "" {
			lines = append(lines, quoted(x.code, widths[i])...)
		}
		out[i] = strings.Join(lines, "\n")
	}
	return out
}

// stacked gives the totals as the one footer row that tablewriter has: cells of as many lines as there are totals.
func (b table) stacked(widths []int) []string {
	out := make([]string, len(b.columns))
	for r, row := range b.totals {
		cells := b.lines(row, widths)
		high := 1
		for _, c := range cells {
			high = max(high, strings.Count(c, "\n")+1)
		}
		for i, c := range cells {
			if r > 0 {
				out[i] += "\n"
			}
			out[i] += c + strings.Repeat("\n", high-1-strings.Count(c, "\n"))
		}
	}
	return out
}

// quoteLines is how much of an excerpt a terminal shows.
const quoteLines = 2

// quoteBar stands before each line of an excerpt.
const quoteBar = "│ "

// quoted sets an excerpt apart from the text above it and cuts it to a few lines.
func quoted(s string, width int) []string {
	lines := wrap(s, max(width-2, 4))
	if len(lines) > quoteLines {
		rest := strings.Join(lines[quoteLines-1:], " ")
		lines = append(lines[:quoteLines-1], shortEnd(rest, max(width-2, 4)))
	}
	for i, l := range lines {
		lines[i] = quoteBar + l
	}
	return lines
}

// fit gives each column its width: firm columns what they need, the others an equal part of the rest or what they
// need, whichever is less.
func (b table) fit(width int) []int {
	need := make([]int, len(b.columns))
	for i, c := range b.columns {
		need[i] = wide(c.name)
	}
	for _, rows := range [][][]cell{b.rows, b.totals} {
		for _, row := range rows {
			for i, x := range row {
				need[i] = max(need[i], wide(x.text), min(wide(x.code), width)+2)
			}
		}
	}
	room := width - gutter*(len(need)-1)
	firm, soft := 0, 0
	for i, c := range b.columns {
		if c.firm {
			firm += need[i]
		} else {
			soft++
		}
	}
	if firm+10*soft > room { // what should not wrap has to
		return share(need, room, func(int) bool { return true })
	}
	return share(need, room-firm, func(i int) bool { return !b.columns[i].firm })
}

// share cuts the widths that may be cut down to one common limit, so that together they take no more than room.
func share(need []int, room int, may func(int) bool) []int {
	out := append([]int{}, need...)
	for limit := room; limit > 0; limit-- {
		sum := 0
		for i := range need {
			if may(i) {
				out[i] = min(need[i], limit)
				sum += out[i]
			}
		}
		if sum <= room {
			break
		}
	}
	return out
}
