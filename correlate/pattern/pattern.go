package pattern

import (
	"cmp"
	"math"
	"slices"

	"oomortem/correlate/verdict"
)

// Rule is one kind of pattern.
type Rule struct {
	Kind  verdict.PatternKind
	Title string // one line
	Doc   string // what must be there, and why it means what it says
	Find  func([]Run) []verdict.Pattern
}

// All gives the rules.
func All() []Rule {
	return []Rule{victimVaries, sameVictim, sameProcess, timeToFailure, fixedByChange, recurrence, throughputRegression}
}

// Find gives all patterns of the runs, the surest first. The order of the runs does not matter.
func Find(runs []Run) []verdict.Pattern {
	sorted := slices.Clone(runs)
	slices.SortFunc(sorted, func(a, b Run) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Name, b.Name))
	})
	var all []verdict.Pattern
	for _, rule := range All() {
		for _, p := range rule.Find(sorted) {
			p.Kind = rule.Kind
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b verdict.Pattern) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Host, b.Host), cmp.Compare(a.Subject, b.Subject))
	})
	return all
}

// highest is as sure as a pattern gets: runs are few, and what else changed between them nobody wrote down.
const highest = .97

// sure turns decibans into a confidence, which is never higher than that of the verdicts that it is built on.
func sure(evidence []verdict.RunsEvidence, runs []Run) float64 {
	db := 0.0
	for _, e := range evidence {
		db += e.Weight
	}
	sum := 0.0
	for _, r := range runs {
		sum += r.Confidence
	}
	p := 1 / (1 + math.Pow(10, -db/10))
	return math.Round(1000*min(p*sum/float64(len(runs)), highest)) / 1000
}

// names lists the runs.
func names(runs []Run) []string {
	out := make([]string, len(runs))
	for i, r := range runs {
		out[i] = r.Name
	}
	return out
}

// byKey groups the runs, keys in order; runs with the key "" are left out.
func byKey(runs []Run, key func(Run) string) (keys []string, groups map[string][]Run) {
	groups = map[string][]Run{}
	for _, r := range runs {
		if k := key(r); k != "" {
			if groups[k] == nil {
				keys = append(keys, k)
			}
			groups[k] = append(groups[k], r)
		}
	}
	slices.Sort(keys)
	return keys, groups
}

// commonest gives the key that most runs have, the first of equals, and how many have it.
func commonest(runs []Run, key func(Run) string) (string, int) {
	keys, groups := byKey(runs, key)
	best := ""
	for _, k := range keys {
		if len(groups[k]) > len(groups[best]) {
			best = k
		}
	}
	return best, len(groups[best])
}

// few is how many names a sentence lists.
const few = 4

// list joins names for a sentence.
func list(names []string) string {
	s := ""
	for i, n := range names {
		switch {
		case i == few:
			return s + " …"
		case i > 0:
			s += ", "
		}
		s += n
	}
	return s
}
