package reports

import (
	"io"

	"oomortem/correlate/verdict"
)

// ComparisonJSON writes two runs side by side as one object (contract: `compare --format json`).
func ComparisonJSON(w io.Writer, c verdict.Comparison) error {
	type throughput struct {
		Before float64        `json:"before"`
		After  float64        `json:"after"`
		Change float64        `json:"change"` // share of before
		P      float64        `json:"p"`      // of the rank test
		Like   bool           `json:"like_with_like"`
		Unlike []verdict.Text `json:"unlike"`
	}
	out := struct {
		Schema      string               `json:"schema"`
		Runs        []verdict.Outcome    `json:"runs"`
		Throughput  *throughput          `json:"throughput,omitempty"`
		Differences []verdict.Difference `json:"differences"`
		Patterns    []verdict.Pattern    `json:"patterns"`
	}{Schema: verdict.ComparisonSchema, Runs: c.Runs[:], Differences: c.Differences, Patterns: c.Patterns}
	if t := c.Throughput; t != nil {
		out.Throughput = &throughput{t.Before, t.After, t.Change, t.P, len(c.Unlike) == 0, c.Unlike}
	}
	return JSON(w, out)
}
