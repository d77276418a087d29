package reports

import (
	"io"
	"time"

	"oomortem/correlate/verdict"
)

// SuspectsJSONL writes one JSON object a line for each series, the strongest suspect first (contract: `suspects --format
// jsonl`). The moment of a change that did not happen, and the level of a series that ended, are null.
func SuspectsJSONL(w io.Writer, all []verdict.Suspect) error {
	for _, s := range all {
		j := jsonWriter{zone: time.UTC, oneLine: true}
		j.WriteString(`{"rank":`)
		j.number(float64(s.Rank))
		j.text("series", s.Name)
		j.labels(s.Labels)
		if s.Unit != "" {
			j.text("unit", string(s.Unit))
		}
		if s.Entity != "" {
			j.text("entity", s.Entity)
		}
		j.figure("score", s.Score)
		if s.ChangeAt.IsZero() {
			j.WriteString(`,"change_at":null`)
		} else {
			j.text("change_at", s.ChangeAt.Format(jsonTime))
		}
		j.figure("before", s.Before)
		j.figure("after", s.After)
		if s.Note.Format != "" {
			j.text("note", sentenceOf(s.Note))
		}
		j.text("source", s.Source.String())
		j.WriteString("}\n")
		if _, err := w.Write(j.Bytes()); err != nil {
			return err
		}
	}
	return nil
}
