package main

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"oomortem/cmd/oomortem/store"
)

// bring copies what another place holds into out, a folder at a time. Two results of one run are the same bytes, or that
// with the smaller key is taken, so that the order of merging does not matter.
func bring(out, from store.Store) error {
	if out.Is(from.String()) {
		return nil
	}
	var open []*brought // the folder that is being listed, and those around it
	finish := func(within string) error {
		for n := len(open) - 1; n >= 0 && within != open[n].dir && !strings.HasPrefix(within, open[n].dir+"/"); n-- {
			if err := open[n].copy(out, from); err != nil {
				return err
			}
			open = open[:n]
		}
		return nil
	}
	for name, err := range from.Files(".") {
		if err != nil {
			return fmt.Errorf("merging %s: %w", from, err)
		}
		if spansRuns(name) || strings.HasPrefix(name, attemptsDir+"/") || store.HalfWritten(name) {
			continue
		}
		dir := path.Dir(name)
		if err := finish(dir); err != nil {
			return err
		}
		if n := len(open); n == 0 || open[n-1].dir != dir {
			open = append(open, &brought{dir: dir})
		}
		open[len(open)-1].files = append(open[len(open)-1].files, name)
	}
	return finish("")
}

// brought is what is to be copied of a folder.
type brought struct {
	dir   string
	files []string
}

// copy copies the files, the result last: it says that the others are there.
func (b *brought) copy(out, from store.Store) error {
	files, result := b.files, b.dir+"/"+resultFile
	if slices.Contains(files, result) {
		take, err := better(out, from, b.dir)
		if err != nil || !take {
			return err
		}
		files = append(slices.DeleteFunc(files, func(f string) bool { return f == result }), result)
		if err := out.Remove(result); err != nil {
			return err
		}
	}
	for _, name := range files {
		if err := carry(out, from, name); err != nil {
			return err
		}
	}
	return nil
}

// better tells that the other place's result of a run is to be taken.
func better(out, from store.Store, dir string) (bool, error) {
	other, ok, err := readResult(from, dir)
	if err != nil || !ok {
		return false, err
	}
	old, there, err := readResult(out, dir)
	return err == nil && (!there || other.Key < old.Key), err
}

// spansRuns tells the files that are written anew from all runs.
func spansRuns(name string) bool {
	return name == "runs.jsonl" || name == "patterns.json" || name == "index.html"
}

func carry(out, from store.Store, name string) error {
	in, err := from.Open(name)
	if err != nil {
		return fmt.Errorf("merging %s: %w", from, err)
	}
	defer in.Close()
	return out.Write(name, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}
