package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// asHTML renders a report as HTML.
func asHTML(t testing.TB, r *verdict.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := htmlPage.Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	tagPattern    = regexp.MustCompile(`(?s)<(/?)([!a-zA-Z][^\s/>]*)([^>]*)>`)
	attrPattern   = regexp.MustCompile(`([a-zA-Z:-]+)(?:="([^"]*)")?`)
	opaquePattern = regexp.MustCompile(`(?s)<(script|style)([^>]*)>(.*?)</(script|style)>`)
)

// inert tells what in a page could act: an element or attribute that the page's own template does not have, an address
// that is no place in the page, chart data that is not plain JSON, a policy that does not fit the scripts.
func inert(page string) error {
	var hashes []string
	for _, m := range opaquePattern.FindAllStringSubmatch(page, -1) {
		if strings.Contains(m[2], "application/json") {
			var v any
			if err := json.Unmarshal([]byte(m[3]), &v); err != nil {
				return fmt.Errorf("the chart's data: %w", err)
			}
			if strings.ContainsAny(m[3], "<\u2028\u2029") {
				return fmt.Errorf("the chart's data has a character that can act")
			}
			continue
		}
		hashes = append(hashes, hashOf(m[3]))
	}
	policy := html.UnescapeString(between(page, `http-equiv="Content-Security-Policy" content="`, `"`))
	for _, h := range hashes {
		if !strings.Contains(policy, h) {
			return fmt.Errorf("the policy %q forbids a part of the page, %s", policy, h)
		}
	}
	if got := strings.Count(policy, "sha256-"); got != len(hashes) || strings.Contains(policy, "unsafe") || !strings.HasPrefix(policy, "default-src 'none'") {
		return fmt.Errorf("the policy allows more than the page's own %d parts: %q", len(hashes), policy)
	}
	own := strings.Fields("!doctype html head meta title link style body a header div p strong span h1 ul li svg rect nav ol main section h2 details summary dl dt dd table thead tbody tfoot tr th td time code pre footer script text path noscript")
	for _, m := range tagPattern.FindAllStringSubmatch(opaquePattern.ReplaceAllString(page, ""), -1) {
		if !slices.Contains(own, strings.ToLower(m[2])) {
			return fmt.Errorf("the element %.80q is not the page's own", m[0])
		}
		for _, a := range attrPattern.FindAllStringSubmatch(m[3], -1) {
			name := strings.ToLower(a[1])
			if strings.HasPrefix(name, "on") || name == "style" || name == "src" {
				return fmt.Errorf("the attribute %q in %.80q", name, m[0])
			}
			if name == "href" && !strings.HasPrefix(a[2], "#") && a[2] != "data:," {
				return fmt.Errorf("a way out: %q", a[2])
			}
		}
	}
	return nil
}

func between(s, from, to string) string {
	_, rest, _ := strings.Cut(s, from)
	got, _, _ := strings.Cut(rest, to)
	return got
}

// A page without data stays below 400 kB, and has all that the text has.
func TestHTMLIsSmallAndWhole(t *testing.T) {
	page := asHTML(t, hpServer(), Options{})
	data := between(page, `id="data">`, "</script>")
	if bare := len(page) - len(data); bare >= 400_000 {
		t.Errorf("%d bytes without data", bare)
	}
	for _, s := range []string{"http://", "https://", "//cdn"} {
		outside := strings.ReplaceAll(page, "https://github.com/leeoniya/uPlot", "") // the library's own first line
		outside = strings.ReplaceAll(outside, "http://www.w3.org", "")
		if strings.Contains(outside, s) {
			t.Errorf("an address: %.60q", outside[strings.Index(outside, s):])
		}
	}
	for name, r := range samples() {
		seen := html.UnescapeString(tagPattern.ReplaceAllString(opaquePattern.ReplaceAllString(asHTML(t, r, Options{}), ""), "\n"))
		c, err := newComposer(r, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.page().sections {
			for _, want := range stringsOf(s) {
				if !strings.Contains(seen, want) {
					t.Errorf("%s: the page lacks %q", name, want)
				}
			}
		}
	}
}

// The ticket and wiki formats have all that the page has, but for their own escapes: a golden file written anew would not
// show that a block had got lost.
func TestMarkupIsWhole(t *testing.T) {
	bare := func(s string) string { return html.UnescapeString(strings.ReplaceAll(s, "\\", "")) }
	for name, r := range samples() {
		c, err := newComposer(r, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []Reporter{markdown, jira} {
			var b bytes.Buffer
			if err := f.Write(&b, r, Options{}); err != nil {
				t.Fatal(err)
			}
			seen := bare(b.String())
			for _, s := range c.page().sections {
				for _, want := range stringsOf(s) {
					if !strings.Contains(seen, bare(want)) {
						t.Errorf("%s: %s lacks %q", name, f.Name, want)
					}
				}
			}
		}
	}
}

// stringsOf gives what a section says.
func stringsOf(s section) []string {
	out := []string{s.title}
	for _, b := range s.blocks {
		switch b := b.(type) {
		case prose:
			out = append(out, b.text)
		case facts:
			for _, f := range b {
				out = append(out, f.label, f.value)
			}
		case list:
			for _, x := range b.items {
				out = append(out, x.text, x.note, x.command)
			}
		case table:
			for _, row := range append(slices.Clone(b.rows), b.totals...) {
				for _, x := range row {
					out = append(out, x.text, x.code)
				}
			}
		}
	}
	return out
}

// chartJSON is the data of a page as its script reads it.
type chartJSON struct {
	Zone  struct{ Offset int }
	View  []int64
	Worst int64
	Bands [][]int64
	Marks []struct {
		T                int64
		Text, Line, Tone string
	}
	Groups []struct {
		Title, Unit, Note string
		Scale             float64
		T                 []int64
		Series            []struct {
			Name, Look string
			V          []any
		}
	}
}

func chartOf(t *testing.T, r *verdict.Report) chartJSON {
	t.Helper()
	var c chartJSON
	if err := json.Unmarshal([]byte(between(asHTML(t, r, Options{}), `id="data">`, "</script>")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// The chart has every curve on one axis, the incident's band, and the kill with its log line.
func TestChartData(t *testing.T) {
	c := chartOf(t, hpServer())
	var names []string
	for _, g := range c.Groups {
		for _, s := range g.Series {
			names = append(names, g.Title+"/"+s.Name+"/"+s.Look)
			if len(s.V) != len(g.T) {
				t.Errorf("%s: %d values at %d times", s.Name, len(s.V), len(g.T))
			}
		}
	}
	want := []string{"throughput/throughput/throughput", "errors/errors/errors", "memory/host available/host", "memory/vm-k8s-master-1/c1", "memory/vm-k8s-master-3/c2",
		"memory/vm-k8s-worker-1/victim", "memory/vm-k8s-worker-2/aggressor", "memory/vm-k8s-worker-3/c5", "memory/vm-k8s-worker-4/c6"}
	if !slices.Equal(names, want) {
		t.Errorf("curves %v\nwant   %v", names, want)
	}
	kill := at("2021-02-20 04:20:41").UnixMilli()
	if c.Worst != kill || c.Zone.Offset != 480 || len(c.Bands) != 1 || c.Bands[0][0] != at("2021-02-20 04:20:37").UnixMilli() {
		t.Errorf("worst %d, zone %+v, bands %v", c.Worst, c.Zone, c.Bands)
	}
	for _, m := range c.Marks {
		if m.T == kill && m.Tone == "bad" && strings.HasPrefix(m.Line, "Killed process 7569") {
			return
		}
	}
	t.Errorf("no mark of the kill with its line: %+v", c.Marks)
}

// Thinning keeps the lowest and the highest value of every curve, at most half a piece away from their time.
func TestThinningKeepsExtremes(t *testing.T) {
	r := large()
	spike := &r.Curves[len(r.Curves)-1]
	spike.V[3210], spike.V[1234] = 99*gib, 0.25*gib
	var memory int
	for i, g := range chartOf(t, r).Groups {
		if g.Unit == string(record.Bytes) {
			memory = i
		}
	}
	g := chartOf(t, r).Groups[memory]
	if !strings.Contains(g.Note, "thinned") {
		t.Errorf("nothing is said of the thinning: %q", g.Note)
	}
	if cells := len(g.T) * len(g.Series); cells > 1.1*maxDrawnCells {
		t.Errorf("%d values in the page", cells)
	}
	last := g.Series[len(g.Series)-1]
	low, high, now := math.Inf(1), math.Inf(-1), int64(0)
	var lowAt, highAt int64
	for i, step := range g.T {
		now += step
		if v, ok := last.V[i].(float64); ok {
			if v < low {
				low, lowAt = v, now
			}
			if v > high {
				high, highAt = v, now
			}
		}
	}
	if math.Abs(low*g.Scale/gib-0.25) > 0.25e-4 || math.Abs(high*g.Scale/gib-99) > 99e-4 { // five digits are written
		t.Errorf("extremes %v and %v GiB, want 0.25 and 99", low*g.Scale/gib, high*g.Scale/gib)
	}
	piece := 2 * (now - g.T[0]) / int64(len(g.T))
	if d := lowAt - spike.T[1234]; d > piece || d < -piece {
		t.Errorf("the lowest value is drawn %d ms from its time; a piece is %d ms", d, piece)
	}
	if d := highAt - spike.T[3210]; d > piece || d < -piece {
		t.Errorf("the highest value is drawn %d ms from its time; a piece is %d ms", d, piece)
	}
}

// A curve that stops and comes back is interrupted in the drawing; one that is merely sampled less often is not.
func TestGapsAreDrawnAsGaps(t *testing.T) {
	often := panel{t: []int64{0, 1000, 2000, 3000, 9000, 10000}, v: []float64{1, 1, 1, 1, 1, 1}}
	seldom := panel{t: []int64{0, 3000, 6000, 9000}, v: []float64{2, 2, 2, 2}}
	s := sheetOf([]panel{often, seldom})
	if want := []int64{0, 1000, 2000, 3000, 6000, 9000, 10000}; !slices.Equal(s.t, want) {
		t.Fatalf("times %v, want %v", s.t, want)
	}
	if !math.IsNaN(s.v[0][4]) { // 3 s to 9 s is more than three steps of 1 s
		t.Errorf("the gap at 6 s is drawn through: %v", s.v[0])
	}
	for i, v := range s.v[1] {
		if math.IsNaN(v) {
			t.Errorf("the curve of every 3 s is interrupted at %d ms", s.t[i])
		}
	}
}
