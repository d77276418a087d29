package reports

import (
	"math"
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// ink colours a piece of a line by its tone; without colours it gives the piece back.
type ink func(s string, t tone) string

// plainInk has no colours.
func plainInk(s string, _ tone) string { return s }

// A sparkline's eight heights; the lowest also stands for zero, and a blank for "nothing reported".
var heights = []rune("▁▂▃▄▅▆▇█")

// draw gives the chart as lines of text no wider than width: labels on the left, ranges on the right, all curves on
// one time axis below them, each mark a line through all of them.
func (d drawing) draw(width int, paint ink) []string {
	labels, ranges, lasts := d.columns(width)
	n := width - labels - 1 - 2 - ranges - 2 - lasts
	at := d.markColumns(n)
	blank := strings.Repeat(" ", n)
	head := pad("", labels+1) + pad(blank, n) + "  " + padLeft(d.heads[0], ranges) + "  " + padLeft(d.heads[1], lasts)
	lines := []string{paint(head, dim)}
	for i, p := range d.panels {
		if p.group && i > 0 {
			lines = append(lines, strings.TrimRight(pad("", labels+1)+barred(blank, at, paint, neutral), " "))
		}
		rows := p.rows(d.from, d.to, n)
		for j, row := range rows {
			label, low, last := "", "", ""
			if j == len(rows)-1 {
				label, low, last = short(p.tag()+p.label, labels), p.reach(), p.last(d.to)
			}
			lines = append(lines, strings.TrimRight(
				paint(pad(label, labels), p.tone)+" "+barred(row, at, paint, p.tone)+"  "+padLeft(low, ranges)+"  "+padLeft(last, lasts), " "))
		}
	}
	lines = append(lines, d.axis(labels, n, at, paint)...)
	for _, l := range wrap(d.legend(n), width) {
		lines = append(lines, paint(l, dim))
	}
	return lines
}

// columns shares the width between labels, curves and numbers.
func (d drawing) columns(width int) (labels, ranges, lasts int) {
	ranges, lasts = wide(d.heads[0]), wide(d.heads[1])
	for _, p := range d.panels {
		labels = max(labels, wide(p.tag()+p.label))
		ranges = max(ranges, wide(p.reach()))
		lasts = max(lasts, wide(p.last(d.to)))
	}
	return min(labels, width/4), ranges, lasts
}

// markColumns gives the column of each mark.
func (d drawing) markColumns(n int) []int {
	at := make([]int, len(d.marks))
	for i, m := range d.marks {
		at[i] = d.column(m.at, n)
	}
	return at
}

func (d drawing) column(at int64, n int) int {
	return min(max(int(float64(at-d.from)*float64(n)/float64(d.to-d.from)), 0), n-1)
}

// barred draws the marks' lines through a row.
func barred(row string, at []int, paint ink, t tone) string {
	cells := []rune(row)
	var b strings.Builder
	from := 0
	for i := range cells {
		if !contains(at, i) {
			continue
		}
		b.WriteString(paint(string(cells[from:i]), t))
		b.WriteString(paint("│", bad))
		from = i + 1
	}
	b.WriteString(paint(string(cells[from:]), t))
	return b.String()
}

func contains(all []int, x int) bool {
	for _, y := range all {
		if x == y {
			return true
		}
	}
	return false
}

// rows draws one curve; throughput stands three rows high, the host's memory two, the others one.
func (p panel) rows(from, to int64, n int) []string {
	high := 1
	switch rank(p.role) {
	case rank("throughput"):
		high = 3
	case rank("host"):
		high = 2
	}
	grid := make([][]rune, high)
	for i := range grid {
		grid[i] = []rune(strings.Repeat(" ", n))
	}
	for x, v := range bins(p.t, p.v, from, to, n, 3*usualStep(p.t)) {
		if math.IsNaN(v) {
			continue
		}
		steps := 0
		if p.top > p.bottom {
			steps = int(math.Round((v - p.bottom) / (p.top - p.bottom) * float64(8*high)))
		}
		steps = min(max(steps, 1), 8*high)
		for row := 0; row < high && steps > 0; row++ {
			grid[high-1-row][x] = heights[min(steps, 8)-1]
			steps -= 8
		}
	}
	out := make([]string, high)
	for i := range grid {
		out[i] = string(grid[i])
	}
	return out
}

// tag shows the curve's part where there is no colour.
func (p panel) tag() string {
	switch {
	case p.tone == bad:
		return "x "
	case p.tone == doubtful:
		return "+ "
	case p.role == "vm":
		return "  "
	}
	return ""
}

// reach gives the range of the curve's values: "7.4–14.4 GiB".
func (p panel) reach() string {
	low, high := extent(p.v)
	a, b := quantity(low, p.unit), quantity(high, p.unit)
	if a == b {
		return b
	}
	na, ua := unitOf(a)
	_, ub := unitOf(b)
	switch {
	case ua == ub:
		return na + "–" + b
	case low == 0:
		return "0–" + b
	case p.unit == record.Bytes: // in the greater one's unit
		return strconv.FormatFloat(low/high*leading(b), 'f', 1, 64) + "–" + b
	}
	return a + "–" + b
}

// leading reads the number that a quantity begins with.
func leading(s string) float64 {
	n, _ := unitOf(s)
	f, err := strconv.ParseFloat(n, 64)
	if err != nil {
		return 0
	}
	return f
}

// last gives the curve's value at the end of the chart, "ended" when it stopped before.
func (p panel) last(to int64) string {
	i := len(p.t) - 1
	for i >= 0 && (math.IsNaN(p.v[i]) || p.t[i] > to) {
		i--
	}
	if i < 0 || to-p.t[i] > max(5*usualStep(p.t), (to-p.t[0])/20) {
		return "ended"
	}
	return quantity(p.v[i], p.unit)
}

// unitOf splits "14.4 GiB" and "1,802/s" into number and unit.
func unitOf(s string) (number, unit string) {
	if i := strings.IndexAny(s, " /%"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// quantity prints a value in its unit.
func quantity(v float64, u record.Unit) string {
	switch u {
	case record.Bytes:
		return verdict.Bytes(v).String()
	case record.PerSecond:
		return verdict.Rate(v).String()
	case record.Share:
		return verdict.Share(v).String()
	case record.Seconds:
		if v < 1 {
			return digits3(v*1000) + " ms"
		}
		return digits3(v) + " s"
	}
	if v == math.Trunc(v) {
		return verdict.Count(v).String()
	}
	return digits3(v)
}

// axis draws the time axis with its ticks, and below it what the marks are.
func (d drawing) axis(labels, n int, at []int, paint ink) []string {
	line, names := []rune(strings.Repeat("─", n)), []rune(strings.Repeat(" ", n+6))
	step := tickStep(d.to-d.from, n)
	_, zone := time.UnixMilli(d.from).In(d.face.zone).Zone()
	shift := int64(zone) * 1000
	free := 0
	for t := (d.from+shift+step-1)/step*step - shift; t <= d.to; t += step {
		x := d.column(t, n)
		line[x] = '┴'
		name := d.face.minute(time.UnixMilli(t))
		if from := max(x-2, 0); from >= free && from+len(name) <= len(names) {
			copy(names[from:], []rune(name))
			free = from + len(name) + 1
		}
	}
	for _, x := range at {
		line[x] = '▲'
	}
	out := []string{
		pad("", labels+1) + barred2(line, at, paint),
		strings.TrimRight(pad("", labels+1)+string(names), " "),
	}
	for i, m := range d.marks {
		if i == 5 {
			break
		}
		out = append(out, d.caption(m, labels+1, n, at[i], paint))
	}
	return out
}

// barred2 paints the carets of an axis.
func barred2(line []rune, at []int, paint ink) string {
	var b strings.Builder
	for i, r := range line {
		if contains(at, i) {
			b.WriteString(paint(string(r), bad))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// caption writes a mark's label under its caret, to the left of it where the right has no room.
func (d drawing) caption(m mark, left, n, x int, paint ink) string {
	label := short(m.label, n)
	from := x - wide(label)/2
	from = min(max(from, 0), max(n-wide(label), 0))
	return pad("", left+from) + paint(label, bad)
}

// tickStep gives a round step in milliseconds that leaves eight columns or more between two ticks.
func tickStep(span int64, n int) int64 {
	const minute = 60 * 1000
	for _, m := range []int64{1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2 * 1440, 7 * 1440} {
		if m*minute*int64(n) >= 8*span {
			return m * minute
		}
	}
	return 30 * 1440 * minute
}

// legend tells how to read the picture.
func (d drawing) legend(n int) string {
	said := "one column is " + verdict.Span(time.Duration((d.to-d.from)/int64(n))*time.Millisecond).String() + ", blank is nothing reported"
	var victim, aggressor bool
	for _, p := range d.panels {
		victim, aggressor = victim || p.tone == bad, aggressor || p.tone == doubtful
	}
	if victim {
		said += "; x victim"
	}
	if aggressor {
		said += "; + aggressor"
	}
	for _, note := range d.notes {
		said += "; " + note
	}
	return said
}
