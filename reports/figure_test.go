package reports

import (
	"bytes"
	"encoding/xml"
	"image/color"
	"image/png"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// figureOf lays a sample's picture out.
func figureOf(t *testing.T, name, lang string) figure {
	t.Helper()
	g, err := picture(samples()[name], Options{Lang: lang})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// No text leaves the picture, and no two curves' names stand on each other.
func TestFigureKeepsWordsApart(t *testing.T) {
	for name := range samples() {
		for _, lang := range Languages() {
			g := figureOf(t, name, lang)
			var names []words
			for _, s := range g.shapes {
				w, ok := s.(words)
				if !ok {
					continue
				}
				width := float64(wide(w.text)) * letter * 0.92 // a letter of the names' 11.5 px
				left := w.x - map[anchor]float64{begins: 0, centred: width / 2, ends: width}[w.at]
				if left < -2 || left+width > g.width+12 || w.y < 8 || w.y > g.height {
					t.Errorf("%s in %s: %q at %v, %v leaves the picture of %v × %v", name, lang, w.text, w.x, w.y, g.width, g.height)
				}
				if w.at == begins && w.x > figureWidth-marginRight {
					names = append(names, w)
				}
			}
			for i, a := range names {
				for _, b := range names[i+1:] {
					if math.Abs(a.y-b.y) < 11 {
						t.Errorf("%s: %q and %q stand on each other", name, a.text, b.text)
					}
				}
			}
		}
	}
}

// The mark of the kill stands where the time axis has it: 4 h 36 min 41 s of 5 h 11 min after the chart's begin.
func TestFigureMarksTheKill(t *testing.T) {
	c, err := newComposer(hpServer(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	d, _ := c.page().drawing()
	share := float64(at("2021-02-20 04:20:41").UnixMilli()-d.from) / float64(d.to-d.from)
	want := marginLeft + share*(figureWidth-marginLeft-marginRight)
	for _, s := range d.lay(c.voice, 0).shapes {
		if l, ok := s.(stroke); ok && l.look == "mark" {
			if math.Abs(l.points[0].x-want) > 0.01 {
				t.Errorf("the mark is at %v, want %v", l.points[0].x, want)
			}
			return
		}
	}
	t.Error("no mark")
}

// TestFate: a victim that somebody killed is killed, whatever the cause and whether or not the text tells for whose memory.
func TestFate(t *testing.T) {
	for _, x := range []struct {
		cause              verdict.Cause
		killer, constraint string
		want               string
	}{
		{verdict.Unexplained, "kernel", "", "web01 killed"},
		{verdict.Unexplained, "kernel", "none", "web01 killed"},
		{verdict.Unexplained, "systemd-oomd", "", "web01 killed"},
		{verdict.Unexplained, "", "", "web01 gone"}, // its curve alone ends
		{verdict.HostOvercommit, "kernel", "", "web01 killed"},
		{verdict.VMCrash, "", "", "web01 crashed"},
		{verdict.VMStopped, "", "", "web01 stopped"},
		{verdict.HostReboot, "", "", "web01 went down"},
	} {
		r := hpServer()
		r.Incidents[0].Cause, r.Incidents[0].Constraint = x.cause, x.constraint
		r.Incidents[0].Victim = &verdict.Party{Kind: "vm", Name: "web01", Killer: x.killer}
		c, err := newComposer(r, Options{})
		if err != nil {
			t.Fatal(err)
		}
		at := r.Incidents[0].At.UnixMilli()
		if got := c.marks(at-1, at+1); len(got) != 1 || !strings.HasSuffix(got[0].label, " "+x.want) {
			t.Errorf("%s by %q: %+v, want %q", x.cause, x.killer, got, x.want)
		}
	}
}

func TestRoundSteps(t *testing.T) {
	for _, x := range []struct {
		raw  float64
		unit record.Unit
		want float64
	}{
		{430, record.PerSecond, 500}, {0.21, record.Seconds, 0.5}, {1, record.PerSecond, 1}, {51, record.NoUnit, 100}, {19, record.NoUnit, 20},
		{3.2 * gib, record.Bytes, 4 * gib}, {4 * gib, record.Bytes, 4 * gib}, {700 << 20, record.Bytes, gib}, {0, record.Bytes, 1}, {math.NaN(), record.Bytes, 1},
	} {
		if got := roundStep(x.raw, x.unit); got != x.want {
			t.Errorf("a step of %v %s becomes %v, want %v", x.raw, x.unit, got, x.want)
		}
	}
}

// SVG paths: relative tenths of a pixel, level stretches joined, gaps left open, areas closed.
func TestWritePath(t *testing.T) {
	gap := math.NaN()
	for _, x := range []struct {
		points []point
		floor  float64
		want   string
	}{
		{[]point{{1, 2}, {2.5, 1.96}}, -1, "M1 2l1.5 0"},
		{[]point{{1, 2}, {1.5, 1.55}, {1, 3}}, -1, "M1 2l0.5 -0.4l-0.5 1.4"},
		{[]point{{0, 5}, {1, 5}, {2, 5}, {3, 5}, {4, 1}}, -1, "M0 5l3 0l1 -4"},
		{[]point{{0, 5}, {gap, gap}, {3, 4}, {4, 4}}, 9, "M0 5V9H0ZM3 4l1 0V9H3Z"},
		{[]point{{gap, gap}}, 9, ""},
		{nil, -1, ""},
	} {
		var b bytes.Buffer
		writePath(&b, x.points, x.floor)
		if got := b.String(); got != x.want {
			t.Errorf("%v gives %q, want %q", x.points, got, x.want)
		}
	}
}

// The SVG is one element with nothing that acts, and has all names and the numbers on its axes.
func TestSVGIsAPicture(t *testing.T) {
	var b bytes.Buffer
	if err := svg.Write(&b, several(), Options{}); err != nil {
		t.Fatal(err)
	}
	out := b.String()
	for _, want := range []string{">vm-k8s-worker-1 ended<", ">host available<", ">8 GiB<", ">1,000/s<", ">04:20:41 vm-k8s-worker-1 killed<", "压力测试 第七轮"} {
		if !strings.Contains(out, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	d := xml.NewDecoder(&b)
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && !regexp.MustCompile(`^(svg|style|rect|text|path)$`).MatchString(e.Name.Local) {
			t.Errorf("the element %s", e.Name.Local)
		}
	}
}

// The PNG has two pixels for each unit of the layout, and the curves in their colours where the layout has them.
func TestPNG(t *testing.T) {
	var b bytes.Buffer
	if err := pngPicture.Write(&b, hpServer(), Options{}); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	g := figureOf(t, "host-overcommit", "en")
	if size := img.Bounds().Size(); size.X != int(2*g.width) || math.Abs(float64(size.Y)-2*g.height) > 1 {
		t.Fatalf("%v pixels for a picture of %v × %v", size, g.width, g.height)
	}
	for _, s := range g.shapes {
		l, ok := s.(stroke)
		if !ok || l.look != "victim" || l.under >= 0 {
			continue
		}
		mid := l.points[len(l.points)/2] // on its level stretch, where nothing else is drawn
		got := color.NRGBAModel.Convert(img.At(int(2*mid.x), int(2*mid.y))).(color.NRGBA)
		if want := colourOf(looks()["victim"].light, 1); got != want {
			t.Errorf("the victim's curve is %v at %v, want %v", got, mid, want)
		}
		return
	}
	t.Error("no curve of the victim")
}
