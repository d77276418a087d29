package reports

import (
	"math"
	"slices"
	"strconv"
)

// looks are the ways that shapes are drawn: colour on white, colour on dark, width of the line, dashes.
type look struct {
	light, dark string
	width       float64
	dash        []float64
	size        float64 // of text
	bold        bool
}

// looks gives the look of each kind of shape. The colours of curves keep 3:1 against white and against the dark page.
func looks() map[string]look {
	m := map[string]look{
		"paper": {light: "#ffffff", dark: "#14181d"},
		"grid":  {light: "#e4e7eb", dark: "#2a313a", width: 1},
		"axis":  {light: "#7b8794", dark: "#7b8794", width: 1},
		"tick":  {light: "#57606a", dark: "#9aa5b1", size: 11.5},
		"panel": {light: "#1f2933", dark: "#e4e7eb", size: 12.5, bold: true},
		"title": {light: "#1f2933", dark: "#e4e7eb", size: 15, bold: true},
		"note":  {light: "#57606a", dark: "#9aa5b1", size: 11.5},
		"mark":  {light: "#c81e2b", dark: "#ff6b6b", width: 1.4, dash: []float64{4, 3}},
		"flag":  {light: "#b3131f", dark: "#ff8787", size: 12, bold: true},
		"band":  {light: "#fbe3e4", dark: "#3a2226"},
	}
	for name, c := range palette() {
		m[name] = look{light: c[0], dark: c[1], width: 1.6, size: 11.5}
	}
	for _, name := range []string{"victim", "aggressor", "host"} {
		l := m[name]
		l.width = 2.4
		m[name] = l
	}
	return m
}

// palette gives the colours of curves, on light and on dark.
func palette() map[string][2]string {
	return map[string][2]string{
		"throughput": {"#0b62c4", "#6cb2ff"}, "errors": {"#a8236f", "#f390c6"}, "latency": {"#6b4bc4", "#b8a4ff"},
		"host": {"#323f4b", "#cbd2d9"}, "victim": {"#c81e2b", "#ff6b6b"}, "aggressor": {"#c05c00", "#ffa94d"},
		"c0": {"#0c7c80", "#38c7cc"}, "c1": {"#3f7d20", "#86cf63"}, "c2": {"#4a63c8", "#8ea2ff"}, "c3": {"#8a6d00", "#dcc14a"},
		"c4": {"#8c5a3c", "#d6a17f"}, "c5": {"#5b7083", "#a3b8cc"}, "c6": {"#9a4fa3", "#dd9be6"}, "c7": {"#1f86b5", "#67c8f2"},
	}
}

// lookOf gives the look of the i-th curve of a frame.
func lookOf(p panel, i int) string {
	switch {
	case p.tone == bad:
		return "victim"
	case p.tone == doubtful:
		return "aggressor"
	case p.role == "vm" || i > 0:
		return "c" + strconv.Itoa(i%8)
	case rank(p.role) == rank("host"):
		return "host"
	}
	return p.role
}

// curves draws the curves of a frame, those of the parties last, and their names on the right.
func (g *figure) curves(d drawing, f frame, group []panel) {
	order := make([]int, len(group))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return weight(group[a]) - weight(group[b]) })
	var names []words
	for _, i := range order {
		p := group[i]
		s := stroke{f.trace(p), lookOf(p, i), -1}
		if len(group) == 1 {
			s.under = f.y + f.h
		}
		g.shapes = append(g.shapes, s)
		if end := lastOf(s.points); len(group) > 1 && !math.IsNaN(end.y) {
			names = append(names, words{f.x + f.w + 10, end.y + 4, d.nameOf(p), s.look, begins})
		}
	}
	apart(names, f.y+8, f.y+f.h+4)
	for _, n := range names {
		g.shapes = append(g.shapes, n)
	}
	if len(group) == 1 {
		g.shapes = append(g.shapes, words{f.x + f.w + 10, f.y + 12, group[0].reach(d.voice), "tick", begins})
	}
}

// nameOf gives what stands beside a curve's end, and says so when the curve ends before the others.
func (d drawing) nameOf(p panel) string {
	const room = 24
	if ended := d.voice.word("ended"); d.last(p) == ended {
		return short(p.label, room-1-wide(ended)) + " " + ended
	}
	return short(p.label, room)
}

func weight(p panel) int {
	switch p.tone {
	case bad:
		return 2
	case doubtful:
		return 1
	}
	return 0
}

func lastOf(points []point) point {
	for i := len(points) - 1; i >= 0; i-- {
		if !math.IsNaN(points[i].y) {
			return points[i]
		}
	}
	return point{math.NaN(), math.NaN()}
}

// apart moves names up and down until none stands on another.
func apart(names []words, top, bottom float64) {
	slices.SortStableFunc(names, func(a, b words) int { return int(a.y - b.y) })
	for i := range names {
		names[i].y = max(names[i].y, top+float64(i)*lineHeight)
		if i > 0 {
			names[i].y = max(names[i].y, names[i-1].y+lineHeight)
		}
	}
	limit := bottom
	for i := len(names) - 1; i >= 0; i-- {
		names[i].y = min(names[i].y, limit)
		limit = names[i].y - lineHeight
	}
}

// trace gives a curve as points, at most its lowest and its highest for each pixel.
func (f frame) trace(p panel) []point {
	from, to := f.from, f.to
	n := int(f.w)
	width := float64(to-from+1) / float64(n)
	begin, _ := slices.BinarySearch(p.t, from)
	end, _ := slices.BinarySearch(p.t, to+1)
	if end-begin <= 2*n {
		return f.samples(p, begin, end)
	}
	cut := panel{t: p.t[begin:end], v: p.v[begin:end]}
	var out []point
	for i, v := range extremes(cut, from, width, n) {
		if isHole(v) {
			continue
		}
		at := from + int64((float64(i/2)+0.25+0.5*float64(i%2))*width)
		out = append(out, point{f.px(at), f.py(v)})
	}
	return out
}

// samples gives each sample as a point.
func (f frame) samples(p panel, begin, end int) []point {
	var out []point
	gap := longGap(p)
	for k := begin; k < end; k++ {
		if k > begin && p.t[k]-p.t[k-1] > gap {
			out = append(out, point{math.NaN(), math.NaN()})
		}
		out = append(out, point{f.px(p.t[k]), f.py(finite(p.v[k]))})
	}
	return out
}
