package reports

import (
	"cmp"
	"iter"
	"slices"
	"strconv"

	"oomortem/correlate/verdict"
)

// survey is what a first pass over the runs tells that the page needs before their rows.
type survey struct {
	runs    int
	endings map[string]int
	first   []indexRow        // the rows that stand in the page itself
	links   map[string]string // to the reports of the runs that a pattern shows
	members [][]int           // the rows of each pattern's runs
}

func (v voice) surveyed(runs iter.Seq2[verdict.Outcome, error], patterns []verdict.Pattern) (*survey, error) {
	s := &survey{endings: map[string]int{}, links: map[string]string{}, members: make([][]int, len(patterns))}
	of := map[string][]int{} // the patterns of a run
	shown := map[string]bool{}
	for i, p := range patterns {
		s.members[i] = []int{}
		for k, run := range p.Runs {
			of[run] = append(of[run], i)
			shown[run] = shown[run] || k < runsInPattern
		}
	}
	for o, err := range runs {
		if err != nil {
			return nil, err
		}
		s.endings[ending(o)]++
		if len(s.first) < plainRows {
			s.first = append(s.first, v.indexRow(o))
		}
		for _, i := range of[o.Run] {
			s.members[i] = append(s.members[i], s.runs)
		}
		if shown[o.Run] {
			s.links[o.Run] = href(o.Report)
		}
		s.runs++
	}
	return s, nil
}

// counts gives how many runs ended how, the commonest first.
func (v voice) counts(s *survey) []indexCount {
	var keys []string
	for k := range s.endings {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(s.endings[b], s.endings[a]), cmp.Compare(a, b)) })
	out := []indexCount{{Count: strconv.Itoa(s.runs), Label: v.word("runs")}}
	for _, k := range keys {
		out = append(out, indexCount{strconv.Itoa(s.endings[k]), v.word(k), endingTone(k)})
	}
	return out
}
