package reports

import (
	"strconv"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// holding is one row of the ledger: a holder, an aggressor, or one who is both.
type holding struct {
	kind, name                       string
	bytes, growth, promised, badness record.Maybe
	share                            float64
	role                             string
}

// holdings joins holders and aggressors by name, holders first.
func holdings(in *verdict.Incident) []holding {
	var all []holding
	at := map[[2]string]int{}
	for _, h := range in.Holders {
		at[[2]string{h.Kind, h.Name}] = len(all)
		all = append(all, holding{kind: h.Kind, name: h.Name, bytes: h.Bytes, growth: h.Growth, promised: h.Promised, badness: h.Badness})
	}
	for _, a := range in.Aggressors {
		key := [2]string{a.Kind, a.Name}
		i, ok := at[key]
		if !ok {
			i = len(all)
			all = append(all, holding{kind: a.Kind, name: a.Name, bytes: positive(a.Bytes)})
		}
		all[i].share, all[i].role = a.Share, "aggressor"
		if !all[i].growth.Known() {
			all[i].growth = positive(a.Growth)
		}
	}
	for i := range all {
		if v := in.Victim; v != nil && all[i].kind == v.Kind && all[i].name == v.Name {
			if all[i].role != "" {
				all[i].role = "victim and aggressor"
			} else {
				all[i].role = "victim"
			}
		}
	}
	return all
}

// positive gives a size that is told only when it is more than nothing.
func positive(n int64) record.Maybe {
	if n <= 0 {
		return record.Maybe{}
	}
	return record.Known(n)
}

// ledger tells who held the memory, who was promised it and who grew.
func (c composer) ledger(in *verdict.Incident) section {
	s := section{title: c.word("Memory at the incident"), brief: 4}
	all := holdings(in)
	if len(all) > 0 {
		s.blocks = c.limited(c.ledgerTable(in, all))
	}
	if !in.Badness.IsZero() {
		s.blocks = append(s.blocks, facts{{c.word("Badness check"), c.say(in.Badness), neutral}})
	}
	return s
}

func (c composer) ledgerTable(in *verdict.Incident, all []holding) table {
	t := table{columns: []column{
		{name: c.word("who")}, {name: c.word("held"), right: true, firm: true}, {name: c.word("promised"), right: true, firm: true},
		{name: c.word("grew"), right: true, firm: true}, {name: c.word("of growth"), right: true, firm: true},
		{name: c.word("badness"), right: true, firm: true}, {name: c.word("role")},
	}}
	var held, promised record.Maybe
	for _, h := range all {
		held, promised = held.Plus(h.bytes), promised.Plus(h.promised)
		share := ""
		if h.share > 0 {
			share = c.amount(verdict.Share(h.share))
		}
		t.rows = append(t.rows, cells(c.party(h.kind, h.name, ""), size(h.bytes), size(h.promised), c.growth(h), share, digitsOf(h.badness), c.word(h.role)))
	}
	if len(all) > 1 {
		t.totals = append(t.totals, cells(c.word("together"), size(held), size(promised), "", "", "", ""))
	}
	t.totals = append(t.totals, c.against(in, held)...)
	for i := len(t.columns) - 1; i > 0; i-- {
		if t.empty(i) {
			t.drop(i)
		}
	}
	return t
}

// against sets what is held against the host's memory, unless a cgroup's own limit was what ran out.
func (c composer) against(in *verdict.Incident, held record.Maybe) [][]cell {
	if c.r.Capacity == nil || in.Constraint == "memcg" {
		return nil
	}
	ram, ok := c.r.Capacity.RAM.Get()
	if !ok {
		return nil
	}
	rows := [][]cell{cells(c.word("RAM of the host"), verdict.Bytes(ram).String(), "", "", "", "", "")}
	if sum, ok := held.Get(); ok && ram > sum && len(in.Holders) > 1 {
		rows = append(rows, cells(c.word("all others, and free"), verdict.Bytes(ram-sum).String(), "", "", "", "", ""))
	}
	return rows
}

// empty tells that a column has nothing in any row.
func (t *table) empty(i int) bool {
	for _, row := range t.rows {
		if row[i] != (cell{}) {
			return false
		}
	}
	return true
}

// size gives "16.0 GiB", "" when not known.
func size(m record.Maybe) string {
	if n, ok := m.Get(); ok {
		return verdict.Bytes(n).String()
	}
	return ""
}

// growth gives "+6.6 GiB"; less than a hundredth of what is held is flat.
func (c composer) growth(h holding) string {
	n, ok := h.growth.Get()
	still := max(h.bytes.Or(0)/100, 1<<20)
	switch {
	case !ok:
		return ""
	case n > still:
		return "+" + verdict.Bytes(n).String()
	case n < -still:
		return verdict.Bytes(n).String()
	}
	return c.word("flat")
}

func digitsOf(m record.Maybe) string {
	if n, ok := m.Get(); ok {
		return strconv.FormatInt(n, 10)
	}
	return ""
}
