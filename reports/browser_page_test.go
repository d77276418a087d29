package reports

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	printer "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Every sample opens from its file in both languages without an error and without a request.
func TestBrowserOpensQuietly(t *testing.T) {
	chrome := browser(t)
	for name, r := range samples() {
		for _, lang := range Languages() {
			b := open(t, chrome, r, Options{Lang: lang})
			charts := eval[int](b, `document.querySelectorAll("#charts canvas").length`)
			if drawn := len(r.Curves) > 0; drawn != (charts > 0) {
				t.Errorf("%s: %d charts of %d curves", name, charts, len(r.Curves))
			}
			if got := eval[string](b, `document.documentElement.lang`); got != lang {
				t.Errorf("%s: the page says it is in %q", name, got)
			}
			b.quiet(name + " in " + lang)
		}
	}
}

// scales gives the time range of each chart.
func scales(b *tab) [][2]float64 {
	return eval[[][2]float64](b, `oomortem.plots.map(p => [p.u.scales.x.min, p.u.scales.x.max])`)
}

// together fails unless all charts show the same range, and gives it.
func together(b *tab) [2]float64 {
	b.t.Helper()
	all := scales(b)
	for _, s := range all {
		if s != all[0] {
			b.t.Errorf("the charts show %v", all)
		}
	}
	return all[0]
}

// Dragging zooms all charts, a double click brings the whole run back, and so do buttons and keys.
func TestBrowserZoom(t *testing.T) {
	b := open(t, browser(t), hpServer(), Options{})
	whole := together(b)
	over := eval[[4]float64](b, `(() => { const r = document.querySelector("#charts .u-over"); r.scrollIntoView({block: "center", behavior: "instant"}); const q = r.getBoundingClientRect(); return [q.x, q.y, q.width, q.height] })()`)
	x, y := over[0]+over[2]*0.25, over[1]+over[3]/2
	drag := func(kind input.MouseType, x float64) chromedp.Action {
		return input.DispatchMouseEvent(kind, x, y).WithButton(input.Left).WithButtons(1).WithClickCount(1)
	}
	b.do(drag(input.MouseMoved, x), drag(input.MousePressed, x), drag(input.MouseMoved, x+over[2]*0.1), drag(input.MouseMoved, x+over[2]*0.25), drag(input.MouseReleased, x+over[2]*0.25))
	zoomed := together(b)
	for i, want := range []float64{0.25, 0.5} { // of the whole, to a pixel or two
		if got := (zoomed[i] - whole[0]) / (whole[1] - whole[0]); math.Abs(got-want) > 0.01 {
			t.Errorf("dragged from a quarter to a half, and the range goes to %.3f", got)
		}
	}
	b.do(chromedp.DoubleClick("#charts .u-over"))
	if got := together(b); got != whole {
		t.Errorf("a double click gives %v, want %v", got, whole)
	}
	b.do(chromedp.Click("#incident"))
	kill := float64(at("2021-02-20 04:20:41").UnixMilli())
	if got := together(b); got[0] > kill || got[1] < kill || got[1]-got[0] > 60*60*1000 {
		t.Errorf("the button leads to %v, the kill is at %v", got, kill)
	}
	b.do(chromedp.Click("#reset"), chromedp.Focus(".deck"), chromedp.KeyEvent("+"))
	if got := together(b); math.Abs((got[1]-got[0])/(whole[1]-whole[0])-0.5) > 0.01 {
		t.Errorf("+ gives %v of %v", got, whole)
	}
	b.do(chromedp.KeyEvent(kb.Escape))
	if got := together(b); got != whole {
		t.Errorf("Escape gives %v, want %v", got, whole)
	}
	eval[bool](b, `(() => { document.querySelector("time[data-at] button").click(); return true })()`) // a click by the mouse misses while the page scrolls
	if got := together(b); got[1]-got[0] > 11*60*1000 {
		t.Errorf("the timeline leads to %v", got)
	}
	b.quiet("zooming")
}

// The pointer reads all charts, curves go off and on, times change between local and UTC, marks show their lines.
func TestBrowserReads(t *testing.T) {
	b := open(t, browser(t), hpServer(), Options{})
	b.do(chromedp.Focus(".deck"), chromedp.KeyEvent(kb.Home))
	for range 60 {
		b.do(chromedp.KeyEvent(kb.ArrowRight))
	}
	read := eval[string](b, `document.querySelector(".plot .read").textContent`)
	if !strings.Contains(read, "+08:00") || !strings.HasSuffix(read, "/s") {
		t.Errorf("the pointer reads %q", read)
	}
	if got := eval[string](b, `[...document.querySelectorAll(".legend button")].find(x => x.textContent.includes("worker-1")).querySelector(".value").textContent`); got != "16.02 GiB" && got != "16.03 GiB" {
		t.Errorf("the killed VM reads %q, want its 16.02 GiB", got)
	}
	if got := eval[string](b, `document.querySelector("p[aria-live]").textContent`); !strings.Contains(got, "vm-k8s-worker-1 16.0") {
		t.Errorf("a screen reader hears %q", got)
	}
	b.do(chromedp.Click(".legend li:nth-child(2) button"))
	if got := eval[string](b, `document.querySelector(".legend li:nth-child(2) button").ariaPressed + oomortem.plots.at(-1).u.series[2].show`); got != "falsefalse" {
		t.Errorf("a curve turned off is %s", got)
	}
	b.do(chromedp.Click(".legend li:nth-child(2) button"))
	if !eval[bool](b, `oomortem.plots.at(-1).u.series[2].show`) {
		t.Error("the curve does not come back")
	}
	card := func() string { return eval[string](b, `document.getElementById("moment").textContent`) }
	if got := card(); !strings.Contains(got, "2021-02-20 04:20:41 +08:00") || !strings.Contains(got, "Killed process 7569") {
		t.Errorf("the first mark shown is %q, want the kill with its line", got)
	}
	b.do(chromedp.Click("#utc"))
	if got := card(); !strings.Contains(got, "2021-02-19 20:20:41 UTC") {
		t.Errorf("in UTC the kill is told as %q", got)
	}
	b.do(chromedp.Click("#local"), chromedp.Focus(".pin"))
	if got := card(); strings.Contains(got, "Killed process") {
		t.Errorf("another mark shows %q", got)
	}
	b.quiet("reading")
}

// Hostile strings are shown and do nothing, in any field.
func TestBrowserHostile(t *testing.T) {
	chrome := browser(t)
	for name, s := range hostile {
		b := open(t, chrome, planted(s), Options{})
		if got := eval[int](b, `document.querySelectorAll("img,iframe,object,embed,form,base,a:not([href^='#']),script[src],[onerror],[onload],[onmouseover],[style*=url]").length`); got > 0 {
			t.Errorf("%s: %d elements that the page does not have", name, got)
		}
		if name == "html" && !eval[bool](b, `document.body.textContent.includes("<script>alert(1)</script>")`) {
			t.Errorf("%s is not shown as it is", name)
		}
		b.do(chromedp.Focus(".deck"), chromedp.KeyEvent(kb.ArrowRight), chromedp.Evaluate(`document.querySelectorAll(".pin,.legend button").forEach(x => x.click())`, nil))
		b.quiet(name)
	}
}

func dark(on bool) chromedp.Action {
	scheme := map[bool]string{false: "light", true: "dark"}[on]
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}})
}

// brightness gives how bright the page's ground is, 0 to 255.
func brightness(b *tab) float64 {
	return eval[float64](b, `(() => { const c = getComputedStyle(document.querySelector("section")).backgroundColor.match(/\d+/g).map(Number); return (c[0] + c[1] + c[2]) / 3 })()`)
}

// Nothing runs over the edge from a telephone to a wide screen, light or dark.
func TestBrowserWidths(t *testing.T) {
	chrome := browser(t)
	for _, width := range []int64{360, 768, 1400, 2560} {
		for _, night := range []bool{false, true} {
			b := open(t, chrome, several(), Options{}, emulation.SetDeviceMetricsOverride(width, 900, 1, false), dark(night))
			if got := eval[int64](b, `document.documentElement.scrollWidth`); got > width {
				t.Errorf("at %d pixels the page is %d wide", width, got)
			}
			if got := eval[float64](b, `document.querySelector("#charts canvas").getBoundingClientRect().right`); got > float64(width) {
				t.Errorf("at %d pixels the chart ends at %v", width, got)
			}
			if got := brightness(b); night != (got < 60) || !night != (got > 200) {
				t.Errorf("dark %v: the ground has %v of 255", night, got)
			}
			b.quiet(fmt.Sprint(width))
		}
	}
}

// On paper the chart is the drawn one, everything is unfolded and nothing is there that paper cannot do.
func TestBrowserPrint(t *testing.T) {
	b := open(t, browser(t), hpServer(), Options{})
	b.do(emulation.SetEmulatedMedia().WithMedia("print"))
	shown := func(selector string) bool {
		return eval[bool](b, fmt.Sprintf(`document.querySelector(%q).checkVisibility()`, selector))
	}
	if !shown("svg.figure") || shown("#charts") || shown("nav") || shown(".license") {
		t.Error("on paper the page shows the wrong parts")
	}
	var pdf []byte
	b.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = printer.PrintToPDF().WithPrintBackground(false).Do(ctx)
		return err
	}))
	if !eval[bool](b, `[...document.querySelectorAll("main details")].every(d => d.open)`) {
		t.Error("printing leaves something folded")
	}
	if len(pdf) < 20000 || string(pdf[:4]) != "%PDF" {
		t.Errorf("the PDF has %d bytes", len(pdf))
	}
	b.quiet("printing")
}

// Without scripts the page has its chart and all of its text.
func TestBrowserWithoutScripts(t *testing.T) {
	b := open(t, browser(t), hpServer(), Options{}, emulation.SetScriptExecutionDisabled(true))
	for _, selector := range []string{"svg.figure path.victim", "noscript p", "table tbody tr"} {
		var nodes []*cdp.Node
		b.do(chromedp.Nodes(selector, &nodes, chromedp.ByQuery))
		b.do(chromedp.ActionFunc(func(ctx context.Context) error {
			if box, err := dom.GetBoxModel().WithNodeID(nodes[0].NodeID).Do(ctx); err != nil || box.Width == 0 {
				return fmt.Errorf("%s is not shown: %v", selector, err)
			}
			return nil
		}))
	}
	b.quiet("without scripts")
}

// axeFile finds axe-core (MPL-2.0, https://github.com/dequelabs/axe-core): named in AXE_CORE, or installed by npm.
func axeFile() string {
	if path := os.Getenv("AXE_CORE"); path != "" {
		return path
	}
	for _, dir := range []string{".", "..", "../.."} {
		path := filepath.Join(dir, "node_modules", "axe-core", "axe.min.js")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// axe-core finds no fault, light and dark, narrow and wide.
func TestBrowserAccessible(t *testing.T) {
	path := axeFile()
	if path == "" {
		t.Skip("no axe-core: run `npm install --no-save axe-core@4.14.1` or name axe.min.js in AXE_CORE")
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	chrome := browser(t)
	for name, r := range samples() {
		for i, width := range []int64{360, 1400} {
			b := open(t, chrome, r, Options{Lang: Languages()[i]}, emulation.SetDeviceMetricsOverride(width, 900, 1, false), dark(i == 1), printer.SetBypassCSP(true))
			b.do(chromedp.Evaluate(string(source)+";0", nil))
			var found string
			b.do(chromedp.Evaluate(`axe.run(document).then(r => JSON.stringify([{id: "passes", nodes: [String(r.passes.length)]}].concat(r.violations.map(v => ({id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))})))))`, &found, awaited))
			var violations []struct {
				ID, Impact, Help string
				Nodes            []string
			}
			if err := json.Unmarshal([]byte(found), &violations); err != nil {
				t.Fatal(err)
			}
			if n, err := strconv.Atoi(violations[0].Nodes[0]); err != nil || n < 15 {
				t.Errorf("only %s rules of axe-core looked at anything", violations[0].Nodes)
			}
			for _, v := range violations[1:] {
				t.Errorf("%s at %d: %s (%s): %s %q", name, width, v.ID, v.Impact, v.Help, v.Nodes)
			}
		}
	}
}

// BenchmarkBrowserOpens tells how long a browser takes from the click until the charts of 200 curves of 5000 points are
// drawn and it waits for the reader. ms/open is from the page's own clock, its start to the frame after the charts';
// cpu-ms/open is the processor's time of the page's main thread alone, which other work on the machine does not change.
func BenchmarkBrowserOpens(b *testing.B) {
	tab := open(b, browser(b), large(), Options{}, performance.Enable().WithTimeDomain(performance.EnableTimeDomainThreadTicks))
	wall, cpu := 0.0, 0.0
	for b.Loop() {
		var ms float64
		tab.do(chromedp.Navigate(tab.url))
		tab.do(chromedp.Evaluate(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))`, &ms, awaited))
		wall += ms
		cpu += busy(tab) // a new page begins a new count
	}
	b.ReportMetric(wall/float64(b.N), "ms/open")
	b.ReportMetric(1000*cpu/float64(b.N), "cpu-ms/open")
}

// busy gives the processor seconds that a tab's tasks have taken.
func busy(tab *tab) float64 {
	sum := 0.0
	tab.do(chromedp.ActionFunc(func(ctx context.Context) error {
		all, err := performance.GetMetrics().Do(ctx)
		for _, m := range all {
			if m.Name == "TaskDuration" {
				sum = m.Value
			}
		}
		return err
	}))
	return sum
}
