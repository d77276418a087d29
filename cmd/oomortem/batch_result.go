package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"

	"oomortem/cmd/oomortem/store"
	"oomortem/correlate/pattern"
	"oomortem/correlate/verdict"
)

// resultFile is the batch's own file in a run's folder.
const resultFile = ".result.json"

// result is what a batch keeps of a run. It is written last, so its presence says that the reports are whole.
type result struct {
	Key     string          `json:"key"` // of the inputs' content, the tool and its options
	Outcome verdict.Outcome `json:"outcome"`
	Digest  *pattern.Run    `json:"digest,omitempty"`
	Mishaps []mishap        `json:"incidents,omitempty"` // for the catalogue
	Limit   *limit          `json:"limit,omitempty"`     // what a failed run ran into
}

// limit is what a run was allowed.
type limit struct {
	Seconds float64 `json:"seconds,omitempty"`
	Bytes   int64   `json:"bytes,omitempty"`
}

// wider tells that a limit allows what the other did not.
func (l limit) wider(than *limit) bool {
	return than != nil && (than.Seconds > 0 && l.Seconds > than.Seconds || than.Bytes > 0 && (l.Bytes > than.Bytes || l.Bytes == 0))
}

// readResult gives a run's result; false when there is none, or none that is whole.
func readResult(out store.Store, dir string) (r result, ok bool, err error) {
	data, err := store.Read(out, dir+"/"+resultFile)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return r, false, err
	}
	return r, json.Unmarshal(data, &r) == nil, nil
}

// settle writes a run's result. Where another worker was first with the same run, what it wrote stands: from the same
// inputs it made the same.
func (r result) settle(out store.Store, dir string) (result, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return r, err
	}
	name := dir + "/" + resultFile
	data = append(data, '\n')
	err = out.Create(name, data)
	if !errors.Is(err, fs.ErrExist) {
		return r, err
	}
	if first, ok, err := readResult(out, dir); err != nil || ok && first.Key == r.Key {
		return first, err
	}
	return r, out.Write(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
