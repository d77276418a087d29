package reports

import (
	"strconv"
	"strings"

	"oomortem/correlate/verdict"
)

// How much of a report is shown to the eye; the JSON has all of it.
const (
	maxIncidents = 8   // told in full
	maxRows      = 500 // of one table
	briefRows    = 12  // of one table in the ticket form
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
	if in.At.IsZero() {
		return c.word("time not known") + " · " + title
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
		t.rows = append(t.rows, cells(c.moment(in.At), c.causeName(in.Cause), chance(in.Confidence), said))
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
			f.add(c.word("Requests"), c.requests(in.Throughput), neutral)
		}
	}
	f.add(c.word("Condition"), c.say(in.Condition), neutral)
	f.add(c.word("Trigger"), c.say(in.Set), neutral)
	f.add(c.word("Mechanism"), c.say(in.Mechanism), neutral)
	f.add(c.word("Effect"), c.say(in.Effect), neutral)
	f.add(c.word("Invoked by"), c.trigger(in.Trigger), neutral)
	if p := in.Victim; p != nil {
		f.add(c.word("Named by"), c.say(p.Named), neutral)
		f.add(c.word("One of"), c.perhaps(p), neutral)
		f.add(c.word("Died with it"), c.diedWith(p), neutral)
		f.add(c.word("Pods lost"), c.pods(p), neutral)
	}
	if in.Constraint != "" && in.Constraint != "none" {
		f.add(c.word("Constraint"), c.name(in.Constraint), neutral)
	}
	s := section{title: c.word("How it came about"), brief: 2}
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
		said = strings.TrimSpace(c.bracketed(said, "pid "+strconv.FormatInt(pid, 10)))
	}
	if order, ok := t.Order.Get(); ok {
		said += c.word(", ") + "order " + strconv.FormatInt(order, 10)
	}
	if t.GFP != "" {
		said += c.word(", ") + "gfp " + c.name(t.GFP)
	}
	return said
}

// perhaps names the VMs of which the victim was one.
func (c composer) perhaps(p *verdict.Party) string {
	if len(p.Perhaps) == 0 {
		return ""
	}
	var all []string
	for _, vm := range p.Perhaps {
		all = append(all, c.name(vm))
	}
	return c.sayf("%v: the victim's cgroup bears the name that systemd-machined makes of each", strings.Join(all, c.word(", ")))
}

func (c composer) diedWith(p *verdict.Party) string {
	var all []string
	for i, x := range p.Processes {
		if i == 3 {
			all = append(all, c.sayf("and %v smaller", c.counted(len(p.Processes)-i, "process", "processes")))
			break
		}
		said := c.name(x.Name)
		if rss, ok := x.RSS.Get(); ok {
			said += " " + verdict.Bytes(rss).String()
		}
		if x.Share > 0 {
			said = c.bracketed(said, c.sayf("%v of its memory", verdict.Share(x.Share)))
		}
		all = append(all, said)
	}
	return strings.Join(all, c.word(", "))
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
	return strings.Join(all, c.word(", "))
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
	return []block{t, prose{c.sayf("… and %v more", c.counted(more, "row", "rows")), dim}}
}

// drop removes a column.
func (t *table) drop(i int) { *t = t.without(i) }
