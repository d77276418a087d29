package reports

import (
	"strings"
)

// alternatives lists the other causes that were weighed and what speaks against them.
func (c composer) alternatives() section {
	s := section{title: c.word("Other causes considered")}
	t := table{columns: []column{{name: c.word("cause"), firm: true}, {name: c.word("chance"), right: true, firm: true}, {name: c.word("what speaks against it")}}}
	for _, a := range c.r.Verdict.Alternatives {
		var against []string
		for _, x := range a.Against {
			against = append(against, c.say(x))
		}
		t.rows = append(t.rows, cells(c.causeName(a.Cause), chance(a.Confidence), strings.Join(against, c.word("; "))))
	}
	if len(t.rows) > 0 {
		s.blocks = c.limited(t)
	}
	return s
}

// missing lists the evidence that was not there and what it would have settled.
func (c composer) missing() section {
	s := section{title: c.word("What was not there, and would tell")}
	var l list
	for _, m := range c.r.Missing {
		l.items = append(l.items, item{text: c.say(m.What), note: c.sentence(m.WouldTell)})
	}
	if len(l.items) > 0 {
		s.blocks = []block{l}
	}
	return s
}

// recommendations lists what to do, best first.
func (c composer) recommendations() section {
	s := section{title: c.word("What to do"), brief: 5}
	l := list{numbered: true}
	for _, r := range c.r.Recommendations {
		x := item{text: c.sentence(r.Action)}
		if !c.brief {
			x.note, x.command = c.sentence(r.Why), clean(r.Command, maxSentence)
		}
		l.items = append(l.items, x)
	}
	if len(l.items) > 0 {
		s.blocks = []block{l}
	}
	return s
}

// mentions lists what was seen and did no harm.
func (c composer) mentions() section {
	s := section{title: c.word("Seen, without harm")}
	if len(c.r.Mentions) == 0 {
		return s
	}
	first, last := c.r.Mentions[0].At, c.r.Mentions[len(c.r.Mentions)-1].At // what has no time comes last
	day := c.day(first)
	if last.IsZero() {
		s.title = c.word("Seen, not blamed")
	} else {
		s.title = c.sayf("Seen, without harm, on %v", c.dated(first))
	}
	s.blocks = c.limited(c.entries(c.r.Mentions, day))
	return s
}
