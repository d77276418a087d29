package reports

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
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

// indexData writes the rows, for each pattern the rows of its runs, and the script's words.
func (v voice) indexData(w io.Writer, runs iter.Seq2[verdict.Outcome, error], members [][]int, words map[string]string) error {
	lead := `{"rows":[`
	for o, err := range runs {
		if err != nil {
			return err
		}
		row, err := json.Marshal(v.indexJSON(o)) // escapes < > &, so that nothing in it can end the script
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, lead); err != nil {
			return err
		}
		if _, err := w.Write(row); err != nil {
			return err
		}
		lead = ","
	}
	if lead != "," {
		if _, err := io.WriteString(w, lead); err != nil {
			return err
		}
	}
	lists, err := json.Marshal(members)
	if err != nil {
		return err
	}
	spoken, err := json.Marshal(words)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, `],"patterns":%s,"words":%s}`, lists, spoken)
	return err
}

func (v voice) indexJSON(o verdict.Outcome) indexJSON {
	row := indexJSON{
		Run: clean(o.Run, maxName), Href: href(o.Report), Status: v.word(o.Status), Hosts: cleaned(o.Hosts), Cause: v.word(ending(o)), Tone: endingTone(ending(o)), Sure: o.Confidence,
		Says: v.indexSays(o), Victims: cleaned(o.Victims), Aggressors: cleaned(o.Aggressors),
		Steady: o.Steady, Achieved: o.Achieved, Target: o.TargetMet, Lost: o.Lost, Curve: o.Throughput,
	}
	if !o.Start.IsZero() {
		row.Start = o.Start.Format(time.RFC3339)
	}
	return row
}

func cleaned(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = clean(s, maxName)
	}
	return out
}
