package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"oomortem/cmd/oomortem/store"
)

// attemptsDir holds a mark for each run that a worker began with and did not come to an end. They lie together, so that
// one look tells them all, however many runs there are.
const attemptsDir = ".attempts"

// attemptFile gives the name of a run's mark: a hash, for a name may be of any length and hold slashes.
func attemptFile(dir string) string {
	return fmt.Sprintf("%s/%016x", attemptsDir, xxhash.Sum64String(dir))
}

// begun gives the marks that workers left, by their names.
func begun(out store.Store) (map[string]bool, error) {
	names, err := out.List(attemptsDir)
	if err != nil {
		return nil, fmt.Errorf("looking for runs that were begun in %s: %w", out, err)
	}
	marks := map[string]bool{}
	for _, name := range names {
		if store.HalfWritten(name) { // the run may not have begun
			continue
		}
		marks[attemptsDir+"/"+name] = true
	}
	return marks, nil
}

// attempts tells how many workers began with a run and did not come to an end.
func attempts(out store.Store, dir string) int {
	data, err := store.Read(out, attemptFile(dir))
	if err != nil {
		return 0
	}
	number, _, _ := strings.Cut(string(data), " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 1 // the mark is there, its content is torn
	}
	return n
}

func markAttempt(out store.Store, dir string, n int) error {
	return out.Write(attemptFile(dir), func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%d %s\n", n, dir)
		return err
	})
}

func clearAttempt(out store.Store, dir string) error { return out.Remove(attemptFile(dir)) }
