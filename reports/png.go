package reports

import (
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"

	"oomortem/correlate/verdict"
)

// pngPicture is the chart for places that take only pictures: the same figure as svg, two pixels for each of its
// units.
var pngPicture = Reporter{
	Name: "png", Title: "the chart as a picture, for places that take nothing else", Endings: []string{".png"},
	Write: func(w io.Writer, r *verdict.Report, o Options) error {
		g, err := picture(r, o)
		if err != nil {
			return err
		}
		c := easel{
			Canvas: vgimg.NewWith(vgimg.UseWH(vg.Length(g.width), vg.Length(g.height)), vgimg.UseDPI(144), vgimg.UseBackgroundColor(color.White)),
			height: g.height, looks: looks(),
		}
		if c.fonts, err = openFonts(); err != nil {
			return fmt.Errorf("writing the chart as PNG: %w", err)
		}
		defer c.fonts.Close()
		for _, s := range g.shapes {
			c.paint(s)
		}
		if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, c.Image()); err != nil {
			return fmt.Errorf("writing the chart as PNG: %w", err)
		}
		return nil
	},
}

// easel paints shapes; vg counts its y upward from the foot of the picture, in points of 1/72 inch, which stand for
// the figure's pixels.
type easel struct {
	*vgimg.Canvas
	height float64
	looks  map[string]look
	fonts  fonts
}

func (c *easel) at(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(c.height - y)}
}

func (c *easel) paint(s shape) {
	switch s := s.(type) {
	case bar:
		c.SetColor(colourOf(c.looks[s.look].light, 1))
		c.Fill(c.outline([]point{{s.x, s.y}, {s.x + s.w, s.y}, {s.x + s.w, s.y + s.h}, {s.x, s.y + s.h}}, -1))
	case words:
		c.write(s)
	case stroke:
		l := c.looks[s.look]
		for _, part := range unbroken(s.points) {
			if s.under >= 0 {
				c.SetColor(colourOf(l.light, 0.14))
				c.Fill(c.outline(part, s.under))
			}
			c.SetColor(colourOf(l.light, 1))
			c.SetLineWidth(vg.Length(l.width))
			dashes := make([]vg.Length, len(l.dash))
			for i, d := range l.dash {
				dashes[i] = vg.Length(d)
			}
			c.SetLineDash(dashes, 0)
			c.Stroke(c.outline(part, -1))
		}
	}
}

// outline gives a path through the points, with floor ≥ 0 closed down to that height.
func (c *easel) outline(points []point, floor float64) vg.Path {
	var p vg.Path
	for i, q := range points {
		if i == 0 {
			p.Move(c.at(q.x, q.y))
		} else {
			p.Line(c.at(q.x, q.y))
		}
	}
	if floor >= 0 {
		p.Line(c.at(points[len(points)-1].x, floor))
		p.Line(c.at(points[0].x, floor))
		p.Close()
	}
	return p
}

// unbroken splits points where one of them is no number.
func unbroken(points []point) [][]point {
	var out [][]point
	from := 0
	for i := 0; i <= len(points); i++ {
		if i < len(points) && !math.IsNaN(points[i].y) {
			continue
		}
		if i > from {
			out = append(out, points[from:i])
		}
		from = i + 1
	}
	return out
}

// write paints a text, each piece of it in the first font that has its characters.
func (c *easel) write(w words) {
	l := c.looks[w.look]
	runs := c.fonts.runs(w.text, l.bold)
	width := 0.0
	for i := range runs {
		runs[i].face.Font.Size = vg.Length(l.size)
		if runs[i].box {
			runs[i].face.Font.Size *= boxed
			runs[i].width = float64(runs[i].face.Width(upperHalf(runs[i].text))) + 4
		} else {
			runs[i].width = float64(runs[i].face.Width(runs[i].text))
		}
		width += runs[i].width
	}
	x := w.x
	switch w.at {
	case centred:
		x -= width / 2
	case ends:
		x -= width
	}
	c.SetColor(colourOf(l.light, 1))
	for _, r := range runs {
		if r.box {
			c.writeBox(r, x, w.y, l.size)
		} else {
			c.FillString(r.face, c.at(x, w.y), r.text)
		}
		x += r.width
	}
}

// boxed is the size of the digits in a box, of the text's.
const boxed = 0.5

// writeBox paints the code of a character in two rows, with a frame around it.
func (c *easel) writeBox(r run, x, y, size float64) {
	top, foot := y-0.85*size, y+0.2*size
	from, to := x+0.5, x+r.width-0.5
	c.SetLineWidth(0.5)
	c.SetLineDash(nil, 0)
	c.Stroke(c.outline([]point{{from, top}, {to, top}, {to, foot}, {from, foot}, {from, top}}, -1))
	upper := upperHalf(r.text)
	c.FillString(r.face, c.at(x+2, y-0.42*size), upper)
	c.FillString(r.face, c.at(x+2, y+0.1*size), r.text[len(upper):])
}

// upperHalf gives what of a code stands in the upper row.
func upperHalf(code string) string { return code[:(len(code)+1)/2] }

// colourOf reads "#c81e2b".
func colourOf(hex string, opacity float64) color.Color {
	n, err := strconv.ParseUint(hex[1:], 16, 24)
	if err != nil {
		return color.Black
	}
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), uint8(255*opacity + 0.5)}
}
