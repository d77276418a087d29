package reports

import (
	"math"
	"strings"
	"time"

	"oomortem/parser/record"
)

// figure is a chart laid out for the eye: lines, areas and words at their places, in units of a CSS pixel, y downward.
// SVG writes them and PNG paints them, so that both show the same.
type figure struct {
	width, height float64
	shapes        []shape
}

// shape is one of stroke, bar, words.
type shape any

// stroke is a line through points; a point that is no number interrupts it. With under ≥ 0 the area down to that
// height is filled.
type stroke struct {
	points []point
	look   string // a key of looks
	under  float64
}

type point struct{ x, y float64 }

// bar is a filled rectangle.
type bar struct {
	x, y, w, h float64
	look       string
}

// words is a line of text.
type words struct {
	x, y float64
	text string
	look string
	at   anchor
}

// anchor tells which end of a text stands at its place.
type anchor int

const (
	begins anchor = iota
	centred
	ends
)

// Measures of a figure.
const (
	figureWidth = 840
	marginLeft  = 58
	marginRight = 152
	panelGap    = 34
	lineHeight  = 15
	letter      = 6.3 // width of a letter at 12 px
)

// frame is one panel's place and scales.
type frame struct {
	x, y, w, h  float64
	from, to    int64
	bottom, top float64
	step        float64 // from one line of the grid to the next
	unit        record.Unit
}

func (f frame) px(t int64) float64 {
	return f.x + f.w*float64(t-f.from)/float64(f.to-f.from)
}

func (f frame) py(v float64) float64 {
	if f.top <= f.bottom {
		return f.y + f.h
	}
	return f.y + f.h - f.h*(v-f.bottom)/(f.top-f.bottom)
}

// lay draws the chart below the height top.
func (d drawing) lay(v voice, top float64) figure {
	g := figure{width: figureWidth}
	y := g.flags(d, top)
	first := y
	groups := grouped(d.panels)
	var frames []frame
	for _, all := range groups {
		f := frame{x: marginLeft, y: y + 22, w: figureWidth - marginLeft - marginRight, h: heightOf(all), from: d.from, to: d.to}
		f.scale(all)
		frames = append(frames, f)
		y = f.y + f.h + panelGap - 22
	}
	last := frames[len(frames)-1]
	bottom := last.y + last.h
	for _, b := range d.bands {
		x := last.px(b.from)
		g.shapes = append(g.shapes, bar{x, first + 4, max(last.px(b.to)-x, 1), bottom - first - 4, "band"})
	}
	for i, all := range groups {
		g.grid(frames[i], v)
		g.shapes = append(g.shapes, words{marginLeft, frames[i].y - 8, groupTitle(v, all), "panel", begins})
	}
	for _, m := range d.marks {
		x := last.px(m.at)
		g.shapes = append(g.shapes, stroke{[]point{{x, first}, {x, bottom}}, "mark", -1})
	}
	for i, all := range groups {
		g.curves(d, frames[i], all)
	}
	g.hours(d, last)
	g.height = bottom + 30
	return g
}

// grouped gives the panels that share a frame: each kind of load curve, and all memory.
func grouped(panels []panel) [][]panel {
	var out [][]panel
	kind := 0
	for _, p := range panels {
		if k := min(rank(p.role), rank("host")); len(out) == 0 || k != kind {
			kind = k
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], p)
	}
	return out
}

func heightOf(group []panel) float64 {
	switch rank(group[0].role) {
	case rank("throughput"):
		return 130
	case rank("errors"), rank("latency"):
		return 62
	}
	return 250
}

// scale sets a frame's scale: from zero to a little above the highest value, with its round numbers.
func (f *frame) scale(group []panel) {
	f.unit = group[0].unit
	for _, p := range group {
		f.bottom, f.top = min(f.bottom, p.bottom), max(f.top, p.top)
	}
	if len(group) == 1 {
		_, f.top = extent(group[0].v)
	}
	if f.top <= f.bottom {
		f.top = f.bottom + 1
	}
	f.step = roundStep((f.top-f.bottom)/4.2, f.unit)
	f.top += (f.top - f.bottom) * 0.04
	if f.h < 100 { // no room but for one number
		f.step *= math.Max(1, math.Floor((f.top-f.bottom)/f.step))
	}
}

// roundStep gives the next round number from a raw step on: 1, 2 or 5 times a power of ten; for bytes a power of two.
func roundStep(raw float64, u record.Unit) float64 {
	if !(raw > 0) {
		return 1
	}
	if u == record.Bytes {
		return math.Pow(2, math.Ceil(math.Log2(raw)-0.01))
	}
	ten := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5} {
		if m*ten >= raw*0.999 {
			return m * ten
		}
	}
	return 10 * ten
}

func groupTitle(v voice, group []panel) string {
	if min(rank(group[0].role), rank("host")) == rank("host") {
		return v.word("memory")
	}
	if len(group) == 1 {
		return group[0].label
	}
	return v.word(strings.ReplaceAll(group[0].role, "-", " "))
}

// grid draws a frame's lines and the numbers beside them.
func (g *figure) grid(f frame, say voice) {
	for v := math.Ceil(f.bottom/f.step) * f.step; v <= f.top; v += f.step {
		y := f.py(v)
		g.shapes = append(g.shapes,
			stroke{[]point{{f.x, y}, {f.x + f.w, y}}, "grid", -1},
			words{f.x - 7, y + 4, say.tickName(v, f.unit), "tick", ends})
	}
}

// tickName gives a number on an axis: "8 GiB", "500/s".
func (v voice) tickName(x float64, u record.Unit) string {
	if x == 0 {
		return "0"
	}
	return strings.Replace(v.quantity(x, u), ".0 ", " ", 1)
}

// hours draws the time axis below the last frame.
func (g *figure) hours(d drawing, f frame) {
	y := f.y + f.h
	g.shapes = append(g.shapes, stroke{[]point{{f.x, y}, {f.x + f.w, y}}, "axis", -1})
	step := tickStep(d.to-d.from, int(f.w/8))
	_, zone := time.UnixMilli(d.from).In(d.face.zone).Zone()
	shift := int64(zone) * 1000
	for t := (d.from+shift+step-1)/step*step - shift; t <= d.to; t += step {
		x := f.px(t)
		at := time.UnixMilli(t)
		name := d.face.minute(at)
		if step >= 24*3600*1000 || name == "00:00" {
			name = d.face.shortDay(at)
		}
		g.shapes = append(g.shapes, stroke{[]point{{x, y}, {x, y + 4}}, "axis", -1}, words{x, y + 18, name, "tick", centred})
	}
	if d.face.label != "" {
		g.shapes = append(g.shapes, words{f.x + f.w + 10, y + 18, d.face.label, "tick", begins})
	}
}

// flags writes what the marks are above the frames, in as many rows as they need, and gives where the frames begin.
func (g *figure) flags(d drawing, top float64) float64 {
	const maxFlags = 6
	f := frame{x: marginLeft, w: figureWidth - marginLeft - marginRight, from: d.from, to: d.to}
	var free []float64 // where each row is free from
	for i, m := range d.marks {
		if i == maxFlags {
			break
		}
		text := shortEnd(m.label, 60)
		wide := float64(wide(text)) * letter
		x := min(max(f.px(m.at)-wide/2, marginLeft), figureWidth-wide-4)
		row := 0
		for row < len(free) && free[row] > x {
			row++
		}
		if row == len(free) {
			free = append(free, 0)
		}
		free[row] = x + wide + 12
		g.shapes = append(g.shapes, words{x, top + 12 + float64(row)*lineHeight, text, "flag", begins})
	}
	return top + float64(len(free))*lineHeight + 4
}

// captionOf gives the words for a picture that stands alone: what happened and when.
func captionOf(p page, width float64) []string {
	return wrap(p.headline, int(width/(letter*1.25)))
}

// saidOf gives the figure's content in a sentence, for those who cannot see it.
func (d drawing) saidOf(v voice) string {
	var all []string
	for _, p := range d.panels {
		all = append(all, p.label+" "+p.reach(v))
	}
	for _, m := range d.marks {
		all = append(all, m.label)
	}
	return clean(strings.Join(all, "; "), maxSentence)
}
