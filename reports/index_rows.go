package reports

import (
	"fmt"
	"math"
	"strings"

	"oomortem/correlate/verdict"
)

// ending is a run's cause, or its status where it has none.
func ending(o verdict.Outcome) string {
	if o.Cause != "" {
		return string(o.Cause)
	}
	return o.Status
}

func endingTone(cause string) string {
	switch cause {
	case string(verdict.Healthy):
		return "good"
	case string(verdict.Unexplained), verdict.StatusFailed, verdict.StatusSkipped:
		return "doubtful"
	}
	return "bad"
}

// runsInPattern is how many of a pattern's runs are linked; the table shows all of them.
const runsInPattern = 12

func newIndexPattern(i int, p verdict.Pattern, links map[string]string) indexPattern {
	out := indexPattern{
		Index: i, Kind: string(p.Kind), Statement: clean(p.Statement.String(), maxSentence),
		Sure:  fmt.Sprintf("%s (%.0f %%)", verdict.Likelihood(p.Confidence), 100*p.Confidence),
		Count: fmt.Sprintf("%d runs, evidence", len(p.Runs)),
	}
	for _, e := range p.Evidence {
		text := clean(e.Text.String(), maxSentence)
		if e.Run != "" {
			text += " (" + clean(e.Run, maxName) + ")"
		}
		out.Evidence = append(out.Evidence, text)
	}
	for _, r := range p.Runs[:min(len(p.Runs), runsInPattern)] {
		out.Runs = append(out.Runs, indexLink{clean(r, maxName), links[r]})
	}
	if more := len(p.Runs) - runsInPattern; more > 0 {
		out.Others = fmt.Sprintf("and %d more", more)
	}
	return out
}

func newIndexRow(o verdict.Outcome) indexRow {
	r := indexRow{
		Run: clean(o.Run, maxName), Href: href(o.Report), Hosts: joinNames(o.Hosts), Cause: ending(o), Tone: endingTone(ending(o)),
		Says: indexSays(o), Victims: joinNames(o.Victims), Aggressors: joinNames(o.Aggressors), Curve: o.Throughput,
		Steady: wholeNumber(o.Steady), Achieved: wholeNumber(o.Achieved), Lost: wholeNumber(o.Lost),
	}
	if !o.Start.IsZero() {
		r.Start = o.Start.Format("2006-01-02 15:04")
	}
	if o.Confidence != nil {
		r.Sure = fmt.Sprintf("%.0f %%", 100**o.Confidence)
	}
	if o.TargetMet != nil {
		r.Target = map[bool]string{true: "met", false: "missed"}[*o.TargetMet]
	}
	return r
}

func joinNames(list []string) string { return clean(strings.Join(list, ", "), maxSentence) }

// indexSays is what happened: the headline, or why there is none.
func indexSays(o verdict.Outcome) string {
	if o.Headline == "" {
		return clean(o.Error, maxSentence)
	}
	return clean(o.Headline, maxSentence)
}

// wholeNumber gives a number without decimals, "" for none.
func wholeNumber(f *float64) string {
	if f == nil {
		return ""
	}
	return strings.TrimSuffix(verdict.Rate(math.Round(*f)).String(), "/s")
}
