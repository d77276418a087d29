package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestShards(t *testing.T) {
	root, dir := archive(t, 3), t.TempDir()
	whole, shared := filepath.Join(dir, "whole"), filepath.Join(dir, "shared")
	batchOf(t, exitDone, "--out", whole, root)

	var apart []string
	for i := range 3 {
		part := filepath.Join(dir, fmt.Sprint("part", i))
		apart = append(apart, part)
		for _, out := range []string{part, shared} {
			batchOf(t, exitDone, "--out", out, "--shard", fmt.Sprintf("%d/3", i), root)
			if _, err := os.Stat(filepath.Join(out, "runs.jsonl")); err == nil {
				t.Fatal("a shard wrote runs.jsonl")
			}
		}
		if i < 2 { // not all are there yet
			var errs bytes.Buffer
			if status := run(nil, &bytes.Buffer{}, &errs, []string{"merge", part, "--out", filepath.Join(dir, "early")}); status != exitUnusable || !strings.Contains(errs.String(), "2/3") {
				t.Errorf("merge of shard %d alone: status %d, %s", i, status, &errs)
			}
			os.RemoveAll(filepath.Join(dir, "early"))
		}
	}
	merged := func(out string, from ...string) {
		t.Helper()
		var errs bytes.Buffer
		status := run(nil, &bytes.Buffer{}, &errs, append([]string{"merge", "--out", out}, from...))
		if len(from) == 3 && status != exitDone {
			t.Fatalf("merging %v: status %d: %s", from, status, &errs)
		}
	}
	merged(shared, shared, shared, shared)
	sameTree(t, shared, whole)
	merged(shared, shared, shared, shared)
	sameTree(t, shared, whole)

	first, second, right := filepath.Join(dir, "m1"), filepath.Join(dir, "m2"), filepath.Join(dir, "m3")
	merged(first, apart...)
	sameTree(t, first, whole)
	merged(second, apart[2], apart[0])      // (2 + 0)
	merged(right, second, apart[1], second) // ... + 1
	sameTree(t, right, whole)
	if files, _ := filepath.Glob(filepath.Join(apart[0], shardsDir, "*")); len(files) != 1 {
		t.Errorf("merging changed what it read: %v", files)
	}

	batchOf(t, exitDone, "--out", shared, "--shard", "1/3", "--force", root) // one shard anew after the merge
	merged(shared, shared, shared, shared)
	sameTree(t, shared, whole)
}

func TestWhichShard(t *testing.T) {
	for _, c := range []struct {
		flag   string
		shards int
		env    string
		want   string
	}{
		{"", 0, "", "0/1"},
		{"3/10", 0, "JOB_COMPLETION_INDEX=5", "3/10"}, // the flag wins
		{"", 10, "JOB_COMPLETION_INDEX=5", "5/10"},
		{"", 0, "JOB_COMPLETION_INDEX=5", "error"},
		{"", 0, "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_COUNT=4", "2/4"},
		{"", 0, "AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=2", "1/2"},
		{"", 4, "NOMAD_ALLOC_INDEX=3", "3/4"},
		{"", 2, "NOMAD_ALLOC_INDEX=3", "error"},
		{"", 1, "NOMAD_ALLOC_INDEX=0", "0/1"},
		{"10/10", 0, "", "error"}, {"-1/10", 0, "", "error"}, {"1", 0, "", "error"}, {"", 5, "", "error"}, {"", -1, "", "error"},
	} {
		env := map[string]string{}
		for pair := range strings.FieldsSeq(c.env) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
		got := "error"
		if s, err := whichShard(c.flag, c.shards, func(name string) string { return env[name] }); err == nil {
			got = fmt.Sprintf("%d/%d", s.index, s.count)
		}
		if got != c.want {
			t.Errorf("--shard %q --shards %d %s: %s, want %s", c.flag, c.shards, c.env, got, c.want)
		}
	}
}
