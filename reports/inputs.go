package reports

import (
	"path/filepath"
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// clocks tells how the times of the inputs came onto one axis.
func (c composer) clocks() section {
	s := section{title: c.word("Clocks")}
	k := c.r.Clock
	var f facts
	f.add(c.word("Method"), c.say(k.Method), neutral)
	for _, n := range k.Notes {
		f.add(c.word("Note"), c.say(n), neutral)
	}
	if len(f) > 0 {
		s.blocks = append(s.blocks, f)
	}
	t := table{columns: []column{{name: c.word("input")}, {name: c.word("written as"), firm: true}, {name: c.word("skew"), right: true, firm: true}, {name: "±", right: true, firm: true}, {name: c.word("known by")}}}
	for _, x := range k.Sources {
		t.rows = append(t.rows, cells(c.name(x.Path), c.offset(x.Offset), c.skew(x.Skew), c.blur(x.Uncertainty), c.say(x.Rule)))
	}
	for i := len(t.columns) - 1; i > 0; i-- {
		if t.empty(i) {
			t.drop(i)
		}
	}
	if len(t.rows) > 0 {
		s.blocks = append(s.blocks, c.limited(t)...)
	}
	return s
}

// offset gives "UTC+08:00" for what was taken off the written time.
func (c composer) offset(s verdict.Seconds) string {
	d := time.Duration(s)
	if d == 0 {
		return "UTC"
	}
	if d%time.Minute != 0 || d > 18*time.Hour || d < -18*time.Hour {
		return "UTC" + c.signed(s)
	}
	return "UTC" + time.Unix(0, 0).In(time.FixedZone("", int(d.Seconds()))).Format("-07:00")
}

func (c composer) signed(s verdict.Seconds) string {
	if s > 0 {
		return "+" + c.amount(verdict.Span(s))
	}
	return c.amount(verdict.Span(s))
}

func (c composer) skew(s verdict.Seconds) string {
	if s == 0 {
		return ""
	}
	return c.signed(s)
}

// How many problems of one input are shown.
const maxProblems = 10

// inputs lists what was read and what could not be.
func (c composer) inputs() section {
	s := section{title: c.word("Inputs"), fold: true}
	t := table{columns: []column{
		{name: c.word("file")}, {name: c.word("read as")}, {name: c.word("size"), right: true, firm: true}, {name: c.word("found")}, {name: c.word("from, to"), firm: true, wide: 110},
	}}
	var l list
	for _, in := range c.r.Run.Inputs {
		t.rows = append(t.rows, cells(c.name(in.Path), c.readAs(in), verdict.Bytes(in.Bytes).String(), c.found(in), c.covers(in.First, in.Last)))
		for i, p := range in.Problems {
			if i == maxProblems {
				l.items = append(l.items, item{text: c.sayf("%v: and %v more", verdict.Name(in.Path), c.counted(len(in.Problems)-i, "problem", "problems"))})
				break
			}
			where := verdict.Source{File: filepath.ToSlash(in.Path), Line: p.Line}
			l.items = append(l.items, item{text: c.sayf("%v: %v", where, verdict.Name(c.problem(p.Message)))})
		}
	}
	if len(t.rows) == 0 {
		return s
	}
	s.title = c.sayf("Inputs (%v)", len(t.rows))
	s.blocks = c.limited(t)
	if len(l.items) > 0 {
		if len(l.items) > maxRows {
			l.items = append(l.items[:maxRows], item{text: "…"})
		}
		s.blocks = append(s.blocks, prose{text: c.word("Could not be used:")}, l)
	}
	return s
}

func (c composer) readAs(in verdict.Input) string {
	format := c.name(in.Format)
	if format == "" {
		format = c.word("not recognized")
	}
	if in.Encoding != "" && in.Encoding != "utf-8" {
		format += c.word(", ") + c.name(in.Encoding)
	}
	return format
}

// found gives "3,512 lines, 8 events".
func (c composer) found(in verdict.Input) string {
	var parts []string
	if in.Lines > 0 {
		parts = append(parts, c.counted(in.Lines, "line", "lines"))
	}
	if in.Events > 0 {
		parts = append(parts, c.counted(in.Events, "event", "events"))
	}
	if in.Samples > 0 {
		parts = append(parts, c.counted(in.Samples, "sample", "samples"))
	}
	return strings.Join(parts, c.word(", "))
}

// covers gives "02-19 20:52 to 02-20 05:01".
func (c composer) covers(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	const short = "01-02 15:04"
	return from.In(c.zone).Format(short) + " – " + to.In(c.zone).Format(short)
}
