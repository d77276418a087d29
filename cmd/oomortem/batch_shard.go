package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// shard is one of n parts of a batch. A run belongs to the part that its name hashes to.
type shard struct{ index, count int }

// arrays are the engines that start a program many times and tell it which one it is.
var arrays = []struct{ engine, index, first, count string }{
	{"Kubernetes", "JOB_COMPLETION_INDEX", "", ""},
	{"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT"},
	{"AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "", "AWS_BATCH_JOB_ARRAY_SIZE"},
	{"Nomad", "NOMAD_ALLOC_INDEX", "", ""},
}

// whichShard works out the part from --shard I/N, or from an array job's environment with its count or --shards N.
func whichShard(flag string, shards int, getenv func(string) string) (shard, error) {
	if shards < 0 {
		return shard{}, fmt.Errorf("--shards %d: want at least 1", shards)
	}
	if flag != "" {
		i, n, ok := strings.Cut(flag, "/")
		index, err := strconv.Atoi(i)
		count, err2 := strconv.Atoi(n)
		if !ok || err != nil || err2 != nil || count < 1 || index < 0 || index >= count {
			return shard{}, fmt.Errorf("--shard %s: want I/N with I from 0 to N-1, as 0/10 for the first of ten", flag)
		}
		return shard{index, count}, nil
	}
	for _, a := range arrays {
		value := getenv(a.index)
		if value == "" {
			continue
		}
		index, err := strconv.Atoi(value)
		if err != nil {
			return shard{}, fmt.Errorf("%s=%s: want a number, as %s gives it", a.index, value, a.engine)
		}
		if first, err := strconv.Atoi(getenv(a.first)); err == nil && a.first != "" {
			index -= first
		}
		count := shards
		if count == 0 {
			count, _ = strconv.Atoi(getenv(a.count))
		}
		switch {
		case count < 1:
			return shard{}, fmt.Errorf("%s=%s says which part this is, but not of how many: add --shards N (1: this one does all)", a.index, value)
		case count == 1:
			return shard{0, 1}, nil
		case index < 0 || index >= count:
			return shard{}, fmt.Errorf("%s=%s: there are %d parts, counted from 0", a.index, value, count)
		}
		return shard{index, count}, nil
	}
	if shards > 1 {
		return shard{}, fmt.Errorf("--shards %d: which of them is this? Add --shard I/%d, or run it as an array job", shards, shards)
	}
	return shard{0, 1}, nil
}

func (s shard) of1() bool { return s.count == 1 }

// of gives the runs that belong to the part.
func (s shard) of(runs []archived) []archived {
	if s.of1() {
		return runs
	}
	var out []archived
	for _, r := range runs {
		if xxhash.Sum64String(r.Name)%uint64(s.count) == uint64(s.index) {
			out = append(out, r)
		}
	}
	return out
}
