package reports

import (
	"path/filepath"
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
	v, err := speak(o.Lang)
	if err != nil {
		return page{}, err
	}
	if r == nil || r.Verdict.Cause == "" && len(r.Run.Inputs) == 0 && len(r.Incidents) == 0 {
		return page{headline: v.word(nothing)}, nil
	}
	c := composer{v, facing(r.Clock), r, r.Worst(), o.Brief}
	p := page{
		title:    c.title(),
		span:     c.around(r.Run.Start, r.Run.End),
		headline: c.headline(),
		tone:     c.mood(),
		foot:     c.foot(),
	}
	for _, s := range c.sections() {
		if len(s.blocks) > 0 && (s.brief > 0 || !o.Brief) {
			p.sections = append(p.sections, s)
		}
	}
	return p, nil
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

// title names the run: as the user did, or by the host, or by what was read.
func (c composer) title() string {
	switch {
	case c.r.Title != "":
		return c.name(c.r.Title)
	case len(c.r.Run.Hosts) > 0:
		return c.name(strings.Join(c.r.Run.Hosts, ", "))
	case len(c.r.Run.Inputs) > 0:
		return c.name(filepath.Base(c.r.Run.Inputs[0].Path))
	}
	return c.word("Load run")
}

func (c composer) headline() string {
	if !c.r.Verdict.Headline.IsZero() {
		return c.say(c.r.Verdict.Headline)
	}
	return c.sayf("The cause is %v.", verdict.Name(c.r.Verdict.Cause))
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
