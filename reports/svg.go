package reports

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"oomortem/correlate/verdict"
)

// svg is the chart as a picture that stays sharp at every size.
var svg = Reporter{
	Name: "svg", Title: "the chart as a picture, for documents and wikis", Endings: []string{".svg"},
	Write: func(w io.Writer, r *verdict.Report, o Options) error {
		g, err := picture(r, o)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" font-family="%s">`+"\n",
			px(g.width), px(g.height), px(g.width), px(g.height), fontFamily)
		b.WriteString("<style>" + styles("", false) + "</style>\n")
		fmt.Fprintf(&b, `<rect class="paper" width="%s" height="%s"/>`+"\n", px(g.width), px(g.height))
		g.write(&b)
		b.WriteString("</svg>\n")
		_, err = w.Write(b.Bytes())
		return err
	},
}

const fontFamily = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"

// picture lays a report out as one figure: the headline, the chart, what a reader must know about it.
func picture(r *verdict.Report, o Options) (figure, error) {
	v, err := speak(o.Lang)
	if err != nil {
		return figure{}, err
	}
	p, err := compose(r, o)
	if err != nil {
		return figure{}, err
	}
	var head figure
	y := 14.0
	for _, l := range captionOf(p, figureWidth-40) {
		y += 20
		head.shapes = append(head.shapes, words{20, y - 4, l, "title", begins})
	}
	if what := strings.TrimSpace(p.title + "  " + p.span); what != "" {
		y += 18
		head.shapes = append(head.shapes, words{20, y - 2, what, "note", begins})
	}
	g := figure{width: figureWidth, height: y + 20}
	if d, ok := p.drawing(); ok {
		g = d.lay(v, y+12)
		for _, n := range append(d.notes, p.foot) {
			if n != "" {
				g.shapes = append(g.shapes, words{figureWidth - 12, g.height + 8, n, "note", ends})
				g.height += lineHeight
			}
		}
	}
	g.shapes = append(head.shapes, g.shapes...)
	g.height += 10
	return g, nil
}

// drawing gives the page's chart.
func (p page) drawing() (drawing, bool) {
	for _, s := range p.sections {
		for _, b := range s.blocks {
			if d, ok := b.(drawing); ok {
				return d, true
			}
		}
	}
	return drawing{}, false
}

// write writes the shapes as SVG elements; all looks are classes, because a strict page allows no style attribute.
func (g figure) write(b *bytes.Buffer) {
	for _, s := range g.shapes {
		switch s := s.(type) {
		case bar:
			fmt.Fprintf(b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`+"\n", s.look, px(s.x), px(s.y), px(s.w), px(s.h))
		case words:
			fmt.Fprintf(b, `<text class="%s" x="%s" y="%s"%s>%s</text>`+"\n", s.look, px(s.x), px(s.y), [...]string{"", ` text-anchor="middle"`, ` text-anchor="end"`}[s.at], inHTML(s.text))
		case stroke:
			if s.under >= 0 {
				fmt.Fprintf(b, `<path class="%s area" d="`, s.look)
				writePath(b, s.points, s.under)
				b.WriteString("\"/>\n")
			}
			fmt.Fprintf(b, `<path class="%s" d="`, s.look)
			writePath(b, s.points, -1)
			b.WriteString("\"/>\n")
		}
	}
}

// writePath writes points relative to each other, in tenths of a pixel; with floor ≥ 0 it closes each part down to
// that height.
func writePath(b *bytes.Buffer, points []point, floor float64) {
	var buf []byte
	var x, y, first int // tenths
	open := false
	number := func(n int) {
		buf = strconv.AppendInt(buf, int64(n/10), 10)
		if n%10 != 0 {
			if n < 0 && n > -10 { // -0.5 has lost its sign
				buf = append(buf[:len(buf)-1], '-', '0')
			}
			buf = append(buf, '.', byte('0'+max(n%10, -(n%10))))
		}
	}
	closed := func() {
		if open && floor >= 0 {
			buf = append(buf, 'V')
			number(int(math.Round(floor * 10)))
			buf = append(buf, 'H')
			number(first)
			buf = append(buf, 'Z')
		}
		open = false
	}
	for i, p := range points {
		if math.IsNaN(p.y) {
			closed()
			continue
		}
		px, py := int(math.Round(p.x*10)), int(math.Round(p.y*10))
		if open && py == y && i+1 < len(points) && int(math.Round(points[i+1].y*10)) == y { // on a level line
			continue
		}
		if !open {
			buf = append(buf, 'M')
			number(px)
			buf = append(buf, ' ')
			number(py)
			first, open = px, true
		} else {
			buf = append(buf, 'l')
			number(px - x)
			buf = append(buf, ' ')
			number(py - y)
		}
		x, y = px, py
	}
	closed()
	b.Write(buf)
}

// styles gives the looks as CSS rules, each selector behind scope.
func styles(scope string, dark bool) string {
	all := looks()
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, n := range names {
		l := all[n]
		colour := l.light
		if dark {
			colour = l.dark
		}
		if l.width > 0 {
			fmt.Fprintf(&b, "%spath.%s{fill:none;stroke:%s;stroke-width:%s;stroke-linejoin:round", scope, n, colour, px(l.width))
			if l.dash != nil {
				b.WriteString(";stroke-dasharray:" + px(l.dash[0]) + " " + px(l.dash[1]))
			}
			b.WriteString("}")
			fmt.Fprintf(&b, "%spath.%s.area{fill:%s;fill-opacity:.14;stroke:none}", scope, n, colour)
		} else if l.size == 0 {
			fmt.Fprintf(&b, "%srect.%s{fill:%s}", scope, n, colour)
		}
		if l.size > 0 {
			fmt.Fprintf(&b, "%stext.%s{fill:%s;font-size:%spx", scope, n, colour, px(l.size))
			if l.bold {
				b.WriteString(";font-weight:600")
			}
			b.WriteString("}")
		}
	}
	return b.String()
}

// px writes a length with one decimal at most.
func px(f float64) string {
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}
