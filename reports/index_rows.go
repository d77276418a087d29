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

func (v voice) indexPattern(i int, p verdict.Pattern, links map[string]string) indexPattern {
	out := indexPattern{
		Index: i, Kind: v.word(string(p.Kind)), Statement: v.say(p.Statement),
		Sure:  v.sayf("%v (%v)", v.word(verdict.Likelihood(p.Confidence)), verdict.Share(p.Confidence)),
		Count: v.sayf("%v runs, evidence", len(p.Runs)), Only: v.word("Show only these runs"),
	}
	for _, e := range p.Evidence {
		text := v.say(e.Text)
		if e.Run != "" {
			text = v.bracketed(text, clean(e.Run, maxName))
		}
		out.Evidence = append(out.Evidence, text)
	}
	for _, r := range p.Runs[:min(len(p.Runs), runsInPattern)] {
		out.Runs = append(out.Runs, indexLink{clean(r, maxName), links[r]})
	}
	if more := len(p.Runs) - runsInPattern; more > 0 {
		out.Others = v.sayf("and %v more", more)
	}
	return out
}

func (v voice) indexRow(o verdict.Outcome) indexRow {
	r := indexRow{
		Run: clean(o.Run, maxName), Href: href(o.Report), Hosts: joinNames(o.Hosts), Cause: v.word(ending(o)), Tone: endingTone(ending(o)),
		Says: v.indexSays(o), Victims: joinNames(o.Victims), Aggressors: joinNames(o.Aggressors), Curve: o.Throughput,
		Steady: wholeNumber(o.Steady), Achieved: wholeNumber(o.Achieved), Lost: wholeNumber(o.Lost),
	}
	if !o.Start.IsZero() {
		r.Start = o.Start.Format("2006-01-02 15:04")
	}
	if o.Confidence != nil {
		r.Sure = v.wholePercent(*o.Confidence)
	}
	if o.TargetMet != nil {
		r.Target = map[bool]string{true: v.word("met"), false: v.word("missed")}[*o.TargetMet]
	}
	return r
}

func joinNames(list []string) string { return clean(strings.Join(list, ", "), maxSentence) }

// indexSays is what happened: the headline, or why there is none.
func (v voice) indexSays(o verdict.Outcome) string {
	if o.Headline == "" {
		return clean(v.problem(o.Error), maxSentence)
	}
	return clean(o.Headline, maxSentence)
}

// wholePercent gives a share without decimals: "97 %".
func (v voice) wholePercent(share float64) string {
	said := fmt.Sprintf("%.0f %%", 100*share)
	if v.unit == nil {
		return said
	}
	return v.unit(said)
}

// wholeNumber gives a number without decimals, "" for none.
func wholeNumber(f *float64) string {
	if f == nil {
		return ""
	}
	return strings.TrimSuffix(verdict.Rate(math.Round(*f)).String(), "/s")
}
