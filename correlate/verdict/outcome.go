package verdict

import (
	"math"
	"time"
)

// The ways in which a run of a batch ends.
const (
	StatusOK      = "ok"      // analysed, whatever was found
	StatusFailed  = "failed"  // could not be analysed: Error says why
	StatusSkipped = "skipped" // nothing in it tells of a run
)

// Outcome is one run of a batch on one line: what runs.jsonl holds (contract). What is not known is absent.
type Outcome struct {
	Run        string    `json:"run"`
	Path       string    `json:"path"`
	Status     string    `json:"status"`
	Error      string    `json:"error,omitempty"`
	Cause      Cause     `json:"cause,omitempty"`
	Confidence *float64  `json:"confidence,omitempty"`
	Headline   string    `json:"headline,omitempty"`
	Start      time.Time `json:"start,omitzero"`
	End        time.Time `json:"end,omitzero"`
	Hosts      []string  `json:"hosts"`
	Victims    []string  `json:"victims"`
	Aggressors []string  `json:"aggressors"`
	Steady     *float64  `json:"steady,omitempty"`
	Achieved   *float64  `json:"achieved,omitempty"`
	TargetMet  *bool     `json:"target_met,omitempty"`
	Lost       *float64  `json:"lost,omitempty"`
	Report     string    `json:"report,omitempty"`     // the page of this run, below the batch's folder
	Throughput string    `json:"throughput,omitempty"` // a curve of block characters over the run's time; a blank where nothing is known
}

// Concluded makes the outcome of a run from its report.
func Concluded(run, path string, r *Report) Outcome {
	o := Outcome{Run: run, Path: path, Status: StatusOK, Cause: r.Verdict.Cause, Confidence: finite(r.Verdict.Confidence),
		Headline: r.Verdict.Headline.String(), Hosts: r.Run.Hosts}
	if !r.Clock.Assumed {
		o.Start, o.End = r.Clock.Local(r.Run.Start), r.Clock.Local(r.Run.End)
	}
	for _, in := range r.Incidents {
		if in.Victim != nil {
			o.Victims = once(o.Victims, in.Victim.Name)
		}
		for _, a := range in.Aggressors {
			o.Aggressors = once(o.Aggressors, a.Name)
		}
		if t := in.Throughput; t != nil && t.Lost != nil {
			lost := *t.Lost
			if o.Lost != nil {
				lost += *o.Lost
			}
			o.Lost = finite(lost)
		}
	}
	if l := r.Load; l != nil {
		o.Achieved, o.TargetMet = finite(l.Achieved), l.TargetMet
		if l.Steady > 0 {
			o.Steady = finite(l.Steady)
		}
	}
	o.Throughput = r.skyline()
	return o
}

// Local gives t as the host's clock told it, or in UTC when its zone is not known.
func (c Clock) Local(t time.Time) time.Time {
	at, err := time.Parse("-07:00", c.Zone)
	if err != nil || t.IsZero() {
		return t.UTC()
	}
	_, offset := at.Zone()
	return t.In(time.FixedZone(c.Zone, offset))
}

// finite gives a number, nil for what is none.
func finite(f float64) *float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

func once(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// skylineWidth is how many characters a run's curve takes in a table.
const skylineWidth = 32

// skyline draws the throughput from the load's start to its end: the mean of each stretch in eight heights.
func (r *Report) skyline() string {
	steps := r.Throughput().Steps(time.Time{}, time.Time{}, skylineWidth)
	top := 0.0
	for _, s := range steps {
		top = max(top, s.Mean)
	}
	if top == 0 {
		return ""
	}
	out := make([]rune, 0, skylineWidth)
	for _, s := range steps {
		if s.N == 0 {
			out = append(out, ' ')
			continue
		}
		out = append(out, '▁'+rune(min(7, int(8*s.Mean/top))))
	}
	return string(out)
}
