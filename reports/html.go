package reports

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// htmlPage is the report as one file for the browser: it asks for nothing from anywhere, is whole without scripts,
// and has charts to zoom and to read with them.
var htmlPage = Reporter{
	Name: "html", Title: "one self-contained page with interactive charts, for the browser and for mail", Endings: []string{".html", ".htm"},
	Write: func(w io.Writer, r *verdict.Report, o Options) error {
		c, err := newComposer(r, o)
		if err != nil {
			return err
		}
		view, err := newHTMLView(c, o)
		if err != nil {
			return fmt.Errorf("writing the report as HTML: %w", err)
		}
		tmpl, err := template.ParseFS(assets, "assets/page.html")
		if err != nil {
			return fmt.Errorf("writing the report as HTML: %w", err)
		}
		return tmpl.Execute(w, view)
	},
}

// assets are the page's parts; uPlot (MIT, https://github.com/leeoniya/uPlot, version 1.6.32) is as its npm package
// has it.
//
//go:embed assets/page.html assets/page.css assets/page.js assets/uPlot.iife.min.js assets/uPlot.min.css assets/uPlot.LICENSE
var assets embed.FS

// htmlView is what the template shows. Everything in it that is no template.X type is escaped by html/template.
type htmlView struct {
	Lang, Title, Span, Headline, Tone, Foot string

	Policy          string
	Style           template.CSS
	Library, Script template.JS
	Data            template.JS // JSON, no script: <script type="application/json">
	License         string

	Cards    []htmlCard
	DoFirst  string
	Sections []htmlSection
	Words    map[string]string
}

// htmlCard is one thing to be seen at first sight.
type htmlCard struct {
	Label, Value, Note, Tone string
	Part                     string // 0..100 for a bar, "" for none
}

func newHTMLView(c composer, o Options) (htmlView, error) {
	p := c.page()
	view := htmlView{
		Lang: o.Lang, Title: p.title, Span: p.span, Headline: p.headline, Tone: toneName(p.tone), Foot: p.foot,
		Words: map[string]string{
			"skip": c.word("Skip to the report"), "contents": c.word("Contents"), "summary": c.word("Summary"), "first": c.word("Do first"),
			"noscript": c.word("Scripts are off: the charts cannot be zoomed. Everything else is here."),
		},
	}
	if view.Lang == "" {
		view.Lang = "en"
	}
	if view.Title == "" {
		view.Title = c.word("Load run")
	}
	if !c.silent() {
		view.Cards = c.cards()
		if len(c.r.Recommendations) > 0 {
			view.DoFirst = c.sentence(c.r.Recommendations[0].Action)
		}
	}
	for i, s := range p.sections {
		view.Sections = append(view.Sections, c.htmlSection(s, i))
	}
	if d, ok := p.drawing(); ok {
		view.Data = template.JS(c.chartData(d))
	}
	return view, view.dress()
}

// dress adds styles, scripts and the policy that allows these and nothing else.
func (v *htmlView) dress() error {
	parts := map[string]string{}
	for _, name := range []string{"page.css", "page.js", "uPlot.iife.min.js", "uPlot.min.css", "uPlot.LICENSE"} {
		b, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return err
		}
		parts[name] = string(b)
	}
	style := parts["page.css"] + styles(".figure ", false) +
		"@media screen and (prefers-color-scheme:dark){" + styles(".figure ", true) + "}"
	policy := []string{"default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src data:"}
	if v.Data != "" {
		style = parts["uPlot.min.css"] + style
		v.Library, v.License = template.JS(strings.TrimSpace(parts["uPlot.iife.min.js"])), strings.TrimSpace(parts["uPlot.LICENSE"])
	}
	v.Style, v.Script = template.CSS(style), template.JS(parts["page.js"])
	scripts := "script-src " + hashOf(string(v.Script))
	if v.Library != "" {
		scripts += " " + hashOf(string(v.Library))
	}
	v.Policy = strings.Join(append(policy, "style-src "+hashOf(style), scripts), "; ")
	return nil
}

// hashOf gives a source expression of CSP level 2 for an inline script or style.
func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func toneName(t tone) string {
	switch t {
	case bad:
		return "bad"
	case doubtful:
		return "doubtful"
	case good:
		return "good"
	case dim:
		return "dim"
	}
	return ""
}

// cards gives the answer at a glance: the cause and how sure it is, what the run felt, what it cost.
func (c composer) cards() []htmlCard {
	v := c.r.Verdict
	var all []htmlCard
	add := func(x htmlCard) {
		if x.Value != "" {
			all = append(all, x)
		}
	}
	cause := htmlCard{Label: c.word("Cause"), Value: c.causeName(v.Cause), Tone: toneName(c.mood())}
	if v.Confidence > 0 {
		cause.Note, cause.Part = c.sayf("%v (%v)", c.word(verdict.Likelihood(v.Confidence)), chance(v.Confidence)), percent(v.Confidence)
	}
	add(cause)
	if in := c.worst; in != nil {
		if !in.At.IsZero() {
			add(htmlCard{Label: c.word("When"), Value: c.clock(in.At), Note: c.dated(in.At)})
		}
		if p := in.Victim; p != nil {
			add(htmlCard{Label: c.word("Victim"), Value: c.name(p.Name), Note: strings.TrimPrefix(c.party(p.Kind, "", p.Host), " "), Tone: "bad"})
		}
		if len(in.Aggressors) > 0 {
			a := in.Aggressors[0]
			add(htmlCard{Label: c.word("Aggressor"), Value: c.name(a.Name), Note: c.took(a), Tone: "doubtful"})
		}
		if t := in.Throughput; t != nil {
			add(htmlCard{Label: c.word("Throughput"), Value: c.sayf("%v → %v", verdict.Rate(t.Before), verdict.Rate(t.During)), Note: c.recovery(t)})
		}
	}
	if l := c.r.Load; l != nil && l.Achieved > 0 {
		work := htmlCard{Label: c.word("Work done"), Value: c.volume(l.Achieved), Tone: toneName(c.reached(l))}
		if l.Target > 0 {
			work.Value = c.say(verdict.Say("%v", verdict.Share(l.Achieved/l.Target)))
			work.Note, work.Part = c.sayf("%v of %v", c.volume(l.Achieved), c.volume(l.Target)), percent(l.Achieved/l.Target)
		}
		add(work)
	}
	return all
}

// took says how much an aggressor grew, and how much of all growth that was.
func (c composer) took(a verdict.Aggressor) string {
	var all []string
	switch {
	case a.Growth > 0:
		all = append(all, c.say(verdict.Say("+%v", verdict.Bytes(a.Growth))))
	case a.Bytes > 0 && a.Share == 0:
		all = append(all, c.sayf("held %v", verdict.Bytes(a.Bytes)))
	}
	if a.Share > 0 {
		all = append(all, c.sayf("%v of all growth", verdict.Share(a.Share)))
	}
	return strings.Join(all, c.word(", "))
}

// percent gives 0..100 for the length of a bar.
func percent(share float64) string {
	return strconv.Itoa(int(100*min(max(share, 0), 1) + 0.5))
}

// recovery says whether the throughput came back.
func (c composer) recovery(t *verdict.Throughput) string {
	switch {
	case !t.Recovered:
		return c.word("it never recovered")
	case !t.RecoveredAt.IsZero() && !t.Onset.IsZero():
		return c.sayf("recovered at %v, after %v", c.clock(t.RecoveredAt), verdict.Span(t.RecoveredAt.Sub(t.Onset)))
	}
	return c.word("it recovered")
}

// svgOf gives the chart for a page that has no scripts, and for paper.
func (c composer) svgOf(d drawing) template.HTML {
	g := d.lay(c.voice, 0)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg class="figure" viewBox="0 0 %s %s" role="img" aria-labelledby="figure-said"><title id="figure-said">%s</title>`+"\n",
		px(g.width), px(g.height), inHTML(d.saidOf(c.voice)))
	g.write(&b)
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// iso gives a moment for a datetime attribute.
func iso(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }
