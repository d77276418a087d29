package reports

import (
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

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
	v := d.voice
	said := v.sayf("one column is %v, blank is nothing reported", verdict.Span(time.Duration((d.to-d.from)/int64(n))*time.Millisecond))
	var victim, aggressor bool
	for _, p := range d.panels {
		victim, aggressor = victim || p.tone == bad, aggressor || p.tone == doubtful
	}
	if victim {
		said += v.word("; ") + "x " + v.word("victim")
	}
	if aggressor {
		said += v.word("; ") + "+ " + v.word("aggressor")
	}
	for _, note := range d.notes {
		said += v.word("; ") + note
	}
	return said
}
