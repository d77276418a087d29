package correlate

import (
	"cmp"
	"math"
	"slices"

	"oomortem/correlate/cause"
	"oomortem/correlate/verdict"
)

// highest is the most that any conclusion drawn from logs may claim.
const highest = .97

// mostUnexplained is the most that "unexplained" may claim: a cause that nobody has thought of is always possible, and so
// is one that the reader sees.
const mostUnexplained = .90

// rank tests all hypotheses on a case and orders their findings, best first. Confidence is the softmax of the summed
// decibans over the hypotheses that could be tested, cut at each finding's cap; what a cap cuts off goes to
// "unexplained", because that is what it means. Ties go by name, so that the order never depends on chance.
func rank(hypotheses []cause.Hypothesis, c *cause.Case) []cause.Finding {
	var findings []cause.Finding
	for _, h := range hypotheses {
		findings = append(findings, h.Judge(c))
	}
	total := 0.0
	for _, f := range findings {
		if f.Testable && !f.Excluded {
			total += math.Pow(10, f.Weight()/10)
		}
	}
	spare := 0.0
	for i := range findings {
		f := &findings[i]
		if !f.Testable || f.Excluded || total == 0 {
			continue
		}
		p := math.Pow(10, f.Weight()/10) / total
		f.Confidence = p
		if f.Cause == verdict.Unexplained {
			continue
		}
		if most := cmp.Or(f.Cap, highest); p > most {
			f.Confidence = most
			spare += p - most
		}
	}
	for i := range findings {
		if f := &findings[i]; f.Cause == verdict.Unexplained && f.Testable && !f.Excluded {
			f.Confidence = min(cmp.Or(f.Cap, mostUnexplained), f.Confidence+spare)
		}
	}
	slices.SortStableFunc(findings, func(a, b cause.Finding) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Cause, b.Cause))
	})
	return findings
}
