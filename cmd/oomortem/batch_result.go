package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"oomortem/correlate/pattern"
	"oomortem/correlate/verdict"
)

// Names of the batch's own files in a run's folder.
const (
	resultFile  = ".result.json"
	attemptFile = ".attempt"
	tempMark    = ".part-"
)

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

func readResult(dir string) (result, bool) {
	var r result
	data, err := os.ReadFile(filepath.Join(dir, resultFile))
	return r, err == nil && json.Unmarshal(data, &r) == nil
}

// writeJSON writes a value to a file at once.
func writeJSON(file string, v any) error {
	return atomically(file, func(w io.Writer) error {
		data, err := json.Marshal(v)
		if err == nil {
			_, err = w.Write(append(data, '\n'))
		}
		return err
	})
}

// atomically writes a file whole or not at all: beside it, then renamed. Two who write the same one do not meet.
func atomically(file string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+tempMark)
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	w := bufio.NewWriterSize(f, 64<<10)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}

// sweep takes away what a killed worker left half written in a folder.
func sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if name := e.Name(); e.Type().IsRegular() && strings.HasPrefix(name, ".") && strings.Contains(name, tempMark) {
			os.Remove(filepath.Join(dir, name))
		}
	}
}

// attempts tells how many workers began with a run and did not come to an end.
func attempts(dir string) int {
	data, err := os.ReadFile(filepath.Join(dir, attemptFile))
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		return 1 // the marker is there, its content is torn
	}
	return n
}

func markAttempt(dir string, n int) error {
	return os.WriteFile(filepath.Join(dir, attemptFile), []byte(strconv.Itoa(n)+"\n"), 0o644)
}

func clearAttempt(dir string) { os.Remove(filepath.Join(dir, attemptFile)) }
