package reports

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// How much of a report is shown to the eye; the JSON has all of it.
const (
	maxIncidents = 8   // told in full
	maxRows      = 500 // of one table
	briefRows    = 8   // of one table in the ticket form
)

// incidents gives, for each incident, its cause, timeline and memory; and first an overview when there are several.
func (c composer) incidents() []section {
	all := []section{c.overview()}
	for _, in := range c.shown() {
		all = append(all, c.cause(in), c.timeline(in), c.ledger(in))
		for i := len(all) - 3; i < len(all); i++ {
			all[i].title = c.of(in, all[i].title)
			if in != c.worst {
				all[i].brief = 0
			}
		}
	}
	return all
}

// of says which incident a heading belongs to, when there are several.
func (c composer) of(in *verdict.Incident, title string) string {
	if len(c.r.Incidents) < 2 {
		return title
	}
	return c.clock(in.At) + " · " + title
}

// shown picks the incidents told in full: the first ones in time, and the worst in any case.
func (c composer) shown() []*verdict.Incident {
	var out []*verdict.Incident
	for i := range c.r.Incidents {
		in := &c.r.Incidents[i]
		if len(out) < maxIncidents || in == c.worst {
			out = append(out, in)
		}
	}
	return out
}

func (c composer) overview() section {
	if len(c.r.Incidents) < 2 {
		return section{}
	}
	t := table{columns: []column{
		{name: c.word("when"), firm: true}, {name: c.word("cause"), firm: true}, {name: c.word("sure"), right: true, firm: true}, {name: c.word("what happened")},
	}}
	for _, in := range c.r.Incidents {
		said := c.say(in.Headline)
		if said == "" {
			said = c.victim(&in)
		}
		t.rows = append(t.rows, cells(c.moment(in.At), c.name(string(in.Cause)), strconv.FormatFloat(in.Confidence, 'f', 2, 64), said))
	}
	s := section{title: c.word("Incidents"), brief: 6}
	s.blocks = c.limited(t)
	return s
}

// cause tells how it came about: the standing condition, what set it off, how one led to the other, what was felt.
func (c composer) cause(in *verdict.Incident) section {
	var f facts
	if in != c.worst {
		f.add(c.word("What"), c.say(in.Headline), neutral)
		f.add(c.word("Cause"), c.likelihood(in.Cause, in.Confidence), neutral)
		f.add(c.word("Victim"), c.victim(in), bad)
		f.add(c.word("Aggressor"), c.aggressors(in), doubtful)
		if in.Throughput != nil {
			f.add(c.word("Throughput"), c.felt(in.Throughput), neutral)
		}
	}
	f.add(c.word("Condition"), c.say(in.Condition), neutral)
	f.add(c.word("Trigger"), c.say(in.Set), neutral)
	f.add(c.word("Mechanism"), c.say(in.Mechanism), neutral)
	f.add(c.word("Effect"), c.say(in.Effect), neutral)
	f.add(c.word("Invoked by"), c.trigger(in.Trigger), neutral)
	if p := in.Victim; p != nil {
		f.add(c.word("Named by"), c.say(p.Named), neutral)
		f.add(c.word("Died with it"), c.diedWith(p), neutral)
		f.add(c.word("Pods lost"), c.pods(p), neutral)
	}
	if in.Constraint != "" && in.Constraint != "none" {
		f.add(c.word("Constraint"), c.name(in.Constraint), neutral)
	}
	s := section{title: c.word("How it came about"), brief: 3}
	if len(f) > 0 {
		s.blocks = []block{f}
	}
	return s
}

// trigger tells who asked for the page that could not be had.
func (c composer) trigger(t *verdict.Trigger) string {
	if t == nil || t.Comm == "" && !t.PID.Known() {
		return ""
	}
	said := c.name(t.Comm)
	if pid, ok := t.PID.Get(); ok {
		said = strings.TrimSpace(said + " (pid " + strconv.FormatInt(pid, 10) + ")")
	}
	if order, ok := t.Order.Get(); ok {
		said += ", order " + strconv.FormatInt(order, 10)
	}
	if t.GFP != "" {
		said += ", gfp " + c.name(t.GFP)
	}
	return said
}

func (c composer) diedWith(p *verdict.Party) string {
	var all []string
	for i, x := range p.Processes {
		if i == 3 {
			all = append(all, c.sayf("and %v smaller", counted(len(p.Processes)-i, "process", "processes")))
			break
		}
		said := c.name(x.Name)
		if rss, ok := x.RSS.Get(); ok {
			said += " " + verdict.Bytes(rss).String()
		}
		if x.Share > 0 {
			said += " " + c.sayf("(%v of its memory)", verdict.Share(x.Share))
		}
		all = append(all, said)
	}
	return strings.Join(all, ", ")
}

func (c composer) pods(p *verdict.Party) string {
	var all []string
	for i, pod := range p.Pods {
		if i == 10 {
			all = append(all, c.sayf("and %v more", len(p.Pods)-i))
			break
		}
		all = append(all, c.name(pod))
	}
	return strings.Join(all, ", ")
}

// timeline lists what happened in its order.
func (c composer) timeline(in *verdict.Incident) section {
	s := section{title: c.word("Timeline"), brief: 5}
	if len(in.Timeline) > 0 {
		s.title = c.sayf("Timeline, %v", c.dated(in.At))
		s.blocks = c.limited(c.entries(in.Timeline, c.day(in.At)))
	}
	return s
}

// dated gives "2021-02-20, local time +08:00".
func (c composer) dated(t time.Time) string {
	switch {
	case c.local():
		return c.sayf("%v, local time %v", c.day(t), c.label)
	case c.label == "":
		return c.sayf("%v, time as written", c.day(t))
	}
	return c.day(t) + ", UTC"
}

// entries makes the table of a timeline; rows of another day than the one named above carry their date.
func (c composer) entries(entries []verdict.Entry, day string) table {
	t := table{columns: []column{
		{name: c.word("time"), firm: true}, {name: "UTC", firm: true, wide: 120}, {name: "±", right: true, firm: true}, {name: c.word("what")}, {name: c.word("source"), wide: 110, below: true},
	}}
	for _, e := range entries {
		at := c.clock(e.At)
		if c.day(e.At) != day {
			at = c.shortDay(e.At) + " " + at
		}
		said := c.say(e.Text)
		if said == "" {
			said = c.name(e.Kind)
		}
		t.rows = append(t.rows, []cell{
			{text: at}, {text: e.At.UTC().Format("15:04:05")}, {text: blur(e.Uncertainty)}, {text: said, code: c.excerpt(e.Excerpt)}, {text: c.source(e.Source)},
		})
	}
	if !c.local() {
		t.drop(1)
	}
	return t
}

func (c composer) excerpt(s string) string { return clean(strings.TrimSpace(s), maxExcerpt) }

// source gives "messages:123".
func (c composer) source(s verdict.Source) string { return clean(s.String(), maxName) }

// moment gives "2021-02-20 04:20:41".
func (c composer) moment(t time.Time) string { return c.day(t) + " " + c.clock(t) }

// allEvidence gives the evidence of each incident.
func (c composer) allEvidence() []section {
	var all []section
	for _, in := range c.shown() {
		s := c.evidence(in)
		s.title = c.of(in, s.title)
		all = append(all, s)
	}
	return all
}

// evidence lists what speaks for the cause and what against it, the weightiest first.
func (c composer) evidence(in *verdict.Incident) section {
	s := section{title: c.word("Evidence")}
	if len(in.Evidence) == 0 {
		return s
	}
	s.title = c.sayf("Evidence for and against %v", verdict.Name(in.Cause))
	t := table{columns: []column{{name: c.word("weight"), right: true, firm: true}, {name: c.word("observation")}, {name: c.word("source")}}}
	sum := 0.0
	sorted := slices.Clone(in.Evidence)
	slices.SortStableFunc(sorted, func(a, b verdict.Evidence) int { return cmp.Compare(b.Weight, a.Weight) })
	for _, e := range sorted {
		t.rows = append(t.rows, cells(decibans(e.Weight), c.say(e.Text), c.source(e.Source)))
		sum += e.Weight
	}
	t.totals = [][]cell{cells(decibans(sum), c.word("in all; 10 dB make the cause ten times as likely as before, -10 dB a tenth"), "")}
	s.blocks = c.limited(t)
	return s
}

// limited gives the table with as many rows as the form takes, and says what was left out.
func (c composer) limited(t table) []block {
	limit := maxRows
	if c.brief {
		limit = briefRows
	}
	if len(t.rows) <= limit {
		return []block{t}
	}
	more := len(t.rows) - limit
	t.rows = t.rows[:limit]
	return []block{t, prose{c.sayf("… and %v more", counted(more, "row", "rows")), dim}}
}

// drop removes a column.
func (t *table) drop(i int) { *t = t.without(i) }
