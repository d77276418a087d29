package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"oomortem/correlate/pattern"
	"oomortem/correlate/verdict"
)

// gathered holds the results of runs, however many, in a file of the folder for temporary things: memory holds where
// each stands in it.
type gathered struct {
	file     *os.File
	buffer   *bufio.Writer
	size     int64
	standing []standing
	at       map[string]int // a run's place in standing
	sorted   bool
}

// standing is a result's place in the file, and what orders it.
type standing struct {
	path, run string
	from      int64
	length    int
}

func newGathered() (*gathered, error) {
	f, err := os.CreateTemp("", "oomortem-*.jsonl")
	if err != nil {
		return nil, fmt.Errorf("making room for results: %w; name another folder with TMPDIR", err)
	}
	os.Remove(f.Name()) // it lives on until it is closed
	return &gathered{file: f, buffer: bufio.NewWriterSize(f, 256<<10), at: map[string]int{}}, nil
}

func (g *gathered) close() { g.file.Close() }

// add takes a result, in place of an older one of the same run.
func (g *gathered) add(r result) error {
	line, err := json.Marshal(r)
	if err == nil {
		_, err = g.buffer.Write(append(line, '\n'))
	}
	if err != nil {
		return fmt.Errorf("keeping the results together: %w", err)
	}
	s := standing{r.Outcome.Path, r.Outcome.Run, g.size, len(line) + 1}
	g.size += int64(s.length)
	g.sorted = false
	if i, ok := g.at[s.run]; ok {
		g.standing[i] = s
		return nil
	}
	g.at[s.run] = len(g.standing)
	g.standing = append(g.standing, s)
	return nil
}

// count is how many runs there are.
func (g *gathered) count() int { return len(g.standing) }

// lines gives each result as its line of JSON, in the order of the runs' paths. A line is good until the next one.
func (g *gathered) lines() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if err := g.buffer.Flush(); err != nil {
			yield(nil, fmt.Errorf("keeping the results together: %w", err))
			return
		}
		if !g.sorted {
			slices.SortFunc(g.standing, func(a, b standing) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.run, b.run)) })
			for i, s := range g.standing {
				g.at[s.run] = i
			}
			g.sorted = true
		}
		var line []byte
		for _, s := range g.standing {
			line = slices.Grow(line[:0], s.length)[:s.length]
			_, err := g.file.ReadAt(line, s.from)
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

// all gives the results in the order of the runs' paths.
func (g *gathered) all() iter.Seq2[result, error] {
	return func(yield func(result, error) bool) {
		for line, err := range g.lines() {
			var r result
			if err == nil {
				err = json.Unmarshal(line, &r)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// outcomes gives what is told of each run.
func (g *gathered) outcomes() iter.Seq2[verdict.Outcome, error] {
	return func(yield func(verdict.Outcome, error) bool) {
		for r, err := range g.all() {
			if !yield(r.Outcome, err) {
				return
			}
		}
	}
}

// digests gives what the patterns across runs are found in: all at once, as they compare each run with others.
func (g *gathered) digests() ([]pattern.Run, error) {
	var all []pattern.Run
	known := map[string][]pattern.Size{} // the runs of one host have the same VMs
	for r, err := range g.all() {
		if err != nil {
			return nil, err
		}
		if r.Digest == nil {
			continue
		}
		key := fmt.Sprint(r.Digest.Sizes)
		if known[key] == nil {
			known[key] = r.Digest.Sizes
		}
		r.Digest.Sizes = known[key]
		all = append(all, *r.Digest)
	}
	return all, nil
}
