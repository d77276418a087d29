package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// bring copies what another folder holds into out. Two results of one run are the same bytes, or that with the smaller
// key is taken, so that the order of merging does not matter.
func bring(out, from string) error {
	if same(out, from) {
		return nil
	}
	return filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("merging %s: %w", from, err)
		}
		rel, _ := filepath.Rel(from, p)
		name := d.Name()
		switch {
		case d.IsDir():
			if res, ok := readResult(p); ok && !better(res, filepath.Join(out, rel)) {
				return keepBelow(p, out, rel)
			}
			return os.MkdirAll(filepath.Join(out, rel), 0o755)
		case !d.Type().IsRegular() || strings.Contains(name, tempMark) || name == attemptFile || spansRuns(rel):
			return nil
		}
		return copyWhole(filepath.Join(out, rel), p)
	})
}

// keepBelow goes on below a folder whose own result is there already.
func keepBelow(dir, out, rel string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := bring(filepath.Join(out, rel, e.Name()), filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return fs.SkipDir
}

func better(res result, there string) bool {
	old, ok := readResult(there)
	return !ok || res.Key < old.Key
}

// spansRuns tells the files that are written anew from all runs.
func spansRuns(rel string) bool {
	return rel == "runs.jsonl" || rel == "patterns.json" || rel == "index.html"
}

func same(a, b string) bool {
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(x, y)
}

func copyWhole(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("merging: %w", err)
	}
	defer in.Close()
	return atomically(to, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}
