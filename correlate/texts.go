package correlate

import (
	"time"

	"oomortem/correlate/verdict"
)

// eachText turns every moment in the report's sentences into the zone it is told in.
func eachText(r *verdict.Report, local func(time.Time) time.Time) {
	tell := func(t *verdict.Text) {
		for i, a := range t.Args {
			if m, ok := a.(verdict.Moment); ok {
				t.Args[i] = verdict.Moment(local(time.Time(m)))
			}
		}
	}
	all := func(ts []verdict.Text) {
		for i := range ts {
			tell(&ts[i])
		}
	}
	tell(&r.Verdict.Headline)
	all(r.Verdict.Explanation)
	for i := range r.Verdict.Alternatives {
		all(r.Verdict.Alternatives[i].Against)
	}
	for i := range r.Incidents {
		in := &r.Incidents[i]
		all([]verdict.Text{in.Headline, in.Condition, in.Set, in.Mechanism, in.Effect, in.Badness})
		for j := range in.Evidence {
			tell(&in.Evidence[j].Text)
		}
		for j := range in.Timeline {
			tell(&in.Timeline[j].Text)
		}
	}
	for i := range r.Mentions {
		tell(&r.Mentions[i].Text)
	}
	for i := range r.Recommendations {
		tell(&r.Recommendations[i].Action)
		tell(&r.Recommendations[i].Why)
	}
}
