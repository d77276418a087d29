package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// shardsDir holds what each worker found, below the batch's folder.
const shardsDir = ".shards"

// part is the partial merge that one worker leaves: which shard it did, and the results of its runs.
type part struct {
	shard
	results []result
}

// file gives the part's name.
func (s shard) file() string { return fmt.Sprintf("%d-of-%d.jsonl", s.index, s.count) }

// write stores the part. Parts of another spread are void from then on, but for the whole one, which goes on standing
// for the shards that are still at work.
func (p part) write(out string) error {
	dir := filepath.Join(out, shardsDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("writing the results of the shard: %w", err)
	}
	for _, s := range partsIn(out) {
		if s.count != p.count && !s.of1() || p.of1() && !s.of1() {
			os.Remove(filepath.Join(dir, s.file()))
		}
	}
	return atomically(filepath.Join(dir, p.file()), func(w io.Writer) error {
		for _, r := range p.results {
			data, err := json.Marshal(r)
			if err != nil {
				return err
			}
			if _, err := w.Write(append(data, '\n')); err != nil {
				return err
			}
		}
		return nil
	})
}

// partsIn lists the parts in a batch's folder.
func partsIn(out string) []shard {
	entries, err := os.ReadDir(filepath.Join(out, shardsDir))
	if err != nil {
		return nil
	}
	var parts []shard
	for _, e := range entries {
		var s shard
		if n, err := fmt.Sscanf(e.Name(), "%d-of-%d.jsonl", &s.index, &s.count); err == nil && n == 2 && s.file() == e.Name() {
			parts = append(parts, s)
		}
	}
	slices.SortFunc(parts, func(a, b shard) int { return cmp.Or(cmp.Compare(a.count, b.count), cmp.Compare(a.index, b.index)) })
	return parts
}

func readPart(out string, s shard) (part, error) {
	p := part{shard: s}
	f, err := os.Open(filepath.Join(out, shardsDir, s.file()))
	if err != nil {
		return p, err
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return p, nil
		}
		var r result
		if err != nil && err != io.EOF || json.Unmarshal(line, &r) != nil {
			return p, fmt.Errorf("reading %s: line %d is no result: run shard %d/%d again", f.Name(), len(p.results)+1, s.index, s.count)
		}
		p.results = append(p.results, r)
	}
}
