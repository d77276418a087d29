package reports

import (
	"fmt"
	"io"
	"iter"
	"reflect"

	"oomortem/correlate/verdict"
)

// RunsJSONL writes one line of JSON for each run of a batch: runs.jsonl (contract).
func RunsJSONL(w io.Writer, runs iter.Seq2[verdict.Outcome, error]) error {
	for o, err := range runs {
		if err != nil {
			return err
		}
		j := jsonWriter{zone: o.Start.Location(), oneLine: true}
		if err := j.value(reflect.ValueOf(o), 0); err != nil {
			return fmt.Errorf("writing the run %s as JSON: %w", o.Run, err)
		}
		j.WriteByte('\n')
		if _, err := w.Write(j.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// PatternsJSON writes the patterns across runs as one object: patterns.json (contract).
func PatternsJSON(w io.Writer, patterns []verdict.Pattern) error {
	return JSON(w, struct {
		Schema   string            `json:"schema"`
		Patterns []verdict.Pattern `json:"patterns"`
	}{verdict.PatternsSchema, patterns})
}
