package reports

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// timeline lists what happened in its order.
func (c composer) timeline(in *verdict.Incident) section {
	s := section{title: c.word("Timeline"), brief: 3}
	if len(in.Timeline) > 0 {
		s.title = c.sayf("Timeline, %v", c.dated(in.At))
		s.blocks = c.limited(c.entries(c.nearest(in), c.day(in.At)))
	}
	return s
}

// nearest gives the timeline; of a long one the ticket form takes what is nearest to the incident, with the excerpts of
// kills alone.
func (c composer) nearest(in *verdict.Incident) []verdict.Entry {
	if !c.brief {
		return in.Timeline
	}
	rows := slices.Clone(in.Timeline)
	slices.SortStableFunc(rows, func(a, b verdict.Entry) int { return cmp.Compare(a.At.Sub(in.At).Abs(), b.At.Sub(in.At).Abs()) })
	rows = rows[:min(len(rows), briefRows)]
	slices.SortStableFunc(rows, func(a, b verdict.Entry) int { return a.At.Compare(b.At) })
	for i := range rows {
		if rows[i].Kind != string(record.OOMKill) {
			rows[i].Excerpt = ""
		}
	}
	return rows
}

// dated gives "2021-02-20, local time +08:00".
func (c composer) dated(t time.Time) string {
	switch {
	case c.local():
		return c.sayf("%v, local time %v", c.day(t), c.label)
	case c.label == "":
		return c.sayf("%v, time as written", c.day(t))
	}
	return c.sayf("%v, UTC", c.day(t))
}

// entries makes the table of a timeline; rows of another day than the one named above carry their date.
func (c composer) entries(entries []verdict.Entry, day string) table {
	t := table{columns: []column{
		{name: c.word("time"), firm: true}, {name: "UTC", firm: true, wide: 120}, {name: "±", right: true, firm: true}, {name: c.word("what")}, {name: c.word("source"), wide: 110, below: c.brackets()},
	}}
	for _, e := range entries {
		at, utc := c.clock(e.At), e.At.UTC().Format("15:04:05")
		switch {
		case e.At.IsZero():
			at, utc = "?", "?"
		case c.day(e.At) != day:
			at = c.shortDay(e.At) + " " + at
		}
		said := c.say(e.Text)
		if said == "" {
			said = c.name(e.Kind)
		}
		t.rows = append(t.rows, []cell{
			{text: at, at: momentOf(e.At)}, {text: utc}, {text: c.blur(e.Uncertainty)}, {text: said, code: c.excerpt(e.Excerpt)}, {text: c.source(e.Source)},
		})
	}
	if !c.local() {
		t.drop(1)
	}
	return t
}

// momentOf gives Unix milliseconds, 0 when the time is not known.
func momentOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func (c composer) excerpt(s string) string { return clean(strings.TrimSpace(s), maxExcerpt) }

// source gives "messages:123".
func (c composer) source(s verdict.Source) string { return clean(s.String(), maxName) }

// moment gives "2021-02-20 04:20:41".
func (c composer) moment(t time.Time) string {
	if t.IsZero() {
		return c.word("time not known")
	}
	return c.day(t) + " " + c.clock(t)
}

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
	if in.Cause != verdict.Unexplained {
		s.title = c.sayf("Evidence for and against %v", c.causeName(in.Cause))
	}
	t := table{columns: []column{{name: c.word("weight"), right: true, firm: true}, {name: c.word("observation")}, {name: c.word("source"), wide: 110, below: c.brackets()}}}
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
