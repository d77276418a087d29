package reports

import (
	"bytes"
	"encoding/json"
	"html/template"
	"time"

	"oomortem/correlate/verdict"
)

// indexJSON is a row for the script.
type indexJSON struct {
	Run        string   `json:"run"`
	Href       string   `json:"href,omitempty"`
	Status     string   `json:"status"`
	Start      string   `json:"start,omitempty"`
	Hosts      []string `json:"hosts"`
	Cause      string   `json:"cause"`
	Tone       string   `json:"tone"`
	Sure       *float64 `json:"sure,omitempty"`
	Says       string   `json:"says"`
	Victims    []string `json:"victims"`
	Aggressors []string `json:"aggressors"`
	Steady     *float64 `json:"steady,omitempty"`
	Achieved   *float64 `json:"achieved,omitempty"`
	Target     *bool    `json:"target,omitempty"`
	Lost       *float64 `json:"lost,omitempty"`
	Curve      string   `json:"curve,omitempty"`
}

func (v voice) indexData(runs []verdict.Outcome, patterns []verdict.Pattern, words map[string]string) (template.JS, error) {
	rows := make([]indexJSON, len(runs))
	at := map[string]int{}
	for i, o := range runs {
		at[o.Run] = i
		rows[i] = indexJSON{
			Run: clean(o.Run, maxName), Href: href(o.Report), Status: v.word(o.Status), Hosts: cleaned(o.Hosts), Cause: v.word(ending(o)), Tone: endingTone(ending(o)), Sure: o.Confidence,
			Says: v.indexSays(o), Victims: cleaned(o.Victims), Aggressors: cleaned(o.Aggressors),
			Steady: o.Steady, Achieved: o.Achieved, Target: o.TargetMet, Lost: o.Lost, Curve: o.Throughput,
		}
		if !o.Start.IsZero() {
			rows[i].Start = o.Start.Format(time.RFC3339)
		}
	}
	members := make([][]int, len(patterns))
	for i, p := range patterns {
		for _, r := range p.Runs {
			if k, ok := at[r]; ok {
				members[i] = append(members[i], k)
			}
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b) // escapes < > &, so that nothing in it can end the script
	err := enc.Encode(map[string]any{"rows": rows, "patterns": members, "words": words})
	return template.JS(bytes.TrimSpace(b.Bytes())), err
}

func cleaned(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = clean(s, maxName)
	}
	return out
}
