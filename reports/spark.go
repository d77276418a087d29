package reports

import (
	"math"
	"strconv"
	"strings"

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
				label, low, last = short(p.tag()+p.label, labels), p.reach(d.voice), d.last(p)
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
		ranges = max(ranges, wide(p.reach(d.voice)))
		lasts = max(lasts, wide(d.last(p)))
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
	full := 8 * high
	if high == 1 { // a gap above it keeps rows that follow each other apart
		full = 7
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
			steps = int(math.Round((v - p.bottom) / (p.top - p.bottom) * float64(full)))
		}
		steps = min(max(steps, 1), full)
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
func (p panel) reach(say voice) string {
	low, high := extent(p.v)
	a, b := say.quantity(low, p.unit), say.quantity(high, p.unit)
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
func (d drawing) last(p panel) string {
	to := d.to
	i := len(p.t) - 1
	for i >= 0 && (math.IsNaN(p.v[i]) || p.t[i] > to) {
		i--
	}
	if i < 0 || to-p.t[i] > max(5*usualStep(p.t), (to-p.t[0])/20) {
		return d.voice.word("ended")
	}
	return d.voice.quantity(p.v[i], p.unit)
}

// unitOf splits "14.4 GiB" and "1,802/s" into number and unit.
func unitOf(s string) (number, unit string) {
	if i := strings.IndexAny(s, " /%万亿"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// quantity prints a value in its unit, as the language writes it.
func (v voice) quantity(x float64, u record.Unit) string {
	if v.unit == nil {
		return quantity(x, u)
	}
	return v.unit(quantity(x, u))
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
