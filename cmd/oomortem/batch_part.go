package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"oomortem/cmd/oomortem/store"
)

// shardsDir holds what each worker found, in the place for results.
const shardsDir = ".shards"

// part is the partial merge that one worker leaves: which shard it did, and the results of its runs.
type part struct {
	shard
	results *gathered
}

// file gives the part's name in the place for results.
func (s shard) file() string { return fmt.Sprintf("%s/%d-of-%d.jsonl", shardsDir, s.index, s.count) }

// write stores the part. Parts of another spread are void from then on, but for the whole one, which goes on standing
// for the shards that are still at work.
func (p part) write(out store.Store) error {
	parts, err := partsIn(out)
	if err != nil {
		return err
	}
	for _, s := range parts {
		if s.count != p.count && !s.of1() || p.of1() && !s.of1() {
			if err := out.Remove(s.file()); err != nil {
				return err
			}
		}
	}
	return out.Write(p.file(), func(w io.Writer) error {
		for line, err := range p.results.lines() {
			if err != nil {
				return err
			}
			if _, err := w.Write(line); err != nil {
				return err
			}
		}
		return nil
	})
}

// partsIn lists the parts that workers left.
func partsIn(out store.Store) ([]shard, error) {
	names, err := out.List(shardsDir)
	if err != nil {
		return nil, fmt.Errorf("looking for shards in %s: %w", out, err)
	}
	var parts []shard
	for _, name := range names {
		var s shard
		if n, err := fmt.Sscanf(name, "%d-of-%d.jsonl", &s.index, &s.count); err == nil && n == 2 && s.file() == shardsDir+"/"+name {
			parts = append(parts, s)
		}
	}
	slices.SortFunc(parts, func(a, b shard) int { return cmp.Or(cmp.Compare(a.count, b.count), cmp.Compare(a.index, b.index)) })
	return parts, nil
}

// read adds a part's results to others.
func (s shard) read(out store.Store, to *gathered) error {
	f, err := out.Open(s.file())
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, 64<<10)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		var r result
		if err != nil && err != io.EOF || json.Unmarshal(line, &r) != nil {
			return fmt.Errorf("reading %s in %s: line %d is no result: run shard %d/%d again", s.file(), out, n, s.index, s.count)
		}
		if err := to.add(r); err != nil {
			return err
		}
	}
}
