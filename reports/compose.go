package reports

import (
	"path/filepath"
	"slices"
	"strings"

	"oomortem/correlate/verdict"
)

// composer turns a report into a page; each of its methods that gives a section may give an empty one, which is
// left out.
type composer struct {
	voice
	clockface
	r     *verdict.Report
	worst *verdict.Incident // the incident the verdict is about, nil when there is none
	brief bool
}

// nothing is all that an empty report says.
const nothing = "Nothing to report: no input was analysed."

// compose decides what a report says, in which order.
func compose(r *verdict.Report, o Options) (page, error) {
	c, err := newComposer(r, o)
	if err != nil {
		return page{}, err
	}
	return c.page(), nil
}

func newComposer(r *verdict.Report, o Options) (composer, error) {
	v, err := speak(o.Lang)
	if err != nil {
		return composer{}, err
	}
	if r == nil {
		r = &verdict.Report{}
	}
	f := facing(r.Clock)
	f.to, f.noted = v.word("to"), v.word("Jan 2")
	return composer{v, f, r, r.Worst(), o.Brief}, nil
}

// silent tells that nothing was analysed.
func (c composer) silent() bool {
	return c.r.Verdict.Cause == "" && len(c.r.Run.Inputs) == 0 && len(c.r.Incidents) == 0
}

func (c composer) page() page {
	if c.silent() {
		return page{headline: c.word(nothing)}
	}
	p := page{
		colon:    strings.TrimSpace(c.word(": ")),
		title:    c.title(),
		span:     c.around(c.r.Run.Start, c.r.Run.End),
		headline: c.headline(),
		tone:     c.mood(),
		foot:     c.foot(),
	}
	for _, s := range c.sections() {
		if len(s.blocks) > 0 && (s.brief > 0 || !c.brief) {
			p.sections = append(p.sections, s)
		}
	}
	return p
}

func (c composer) sections() []section {
	all := []section{c.summary(), c.chart()}
	all = append(all, c.incidents()...)
	all = append(all, c.capacity())
	all = append(all, c.allEvidence()...)
	return append(all,
		c.alternatives(),
		c.missing(),
		c.recommendations(),
		c.mentions(),
		c.clocks(),
		c.inputs(),
	)
}

// title names the run: as the user did, or by the host, or by what was read and is no other run.
func (c composer) title() string {
	switch {
	case c.r.Title != "":
		return c.name(c.r.Title)
	case len(c.r.Run.Hosts) > 0:
		return c.name(strings.Join(c.r.Run.Hosts, ", "))
	}
	for _, in := range c.r.Run.Inputs {
		if c.r.Load == nil || !slices.Contains(c.r.Load.OtherRuns, in.Path) {
			return c.name(filepath.Base(in.Path))
		}
	}
	return c.word("Load run")
}

func (c composer) headline() string {
	if !c.r.Verdict.Headline.IsZero() {
		return c.say(c.r.Verdict.Headline)
	}
	return c.sayf("The cause is %v.", c.causeName(c.r.Verdict.Cause))
}

func (c composer) mood() tone {
	switch c.r.Verdict.Cause {
	case verdict.Healthy:
		return good
	case verdict.Unexplained:
		return doubtful
	}
	return bad
}

func (c composer) foot() string {
	if c.r.Tool.Name == "" {
		return ""
	}
	return strings.TrimSpace(c.name(c.r.Tool.Name) + " " + c.name(c.r.Tool.Version))
}
