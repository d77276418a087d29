package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// task is one of an array, as Slurm tells of it.
type task struct{ state, reason, node string }

// final tells that the task is over. What else there is comes to one of these.
func (t task) final() bool {
	switch t.state {
	case "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE", "PREEMPTED", "REVOKED", "":
		return true
	}
	return false
}

func (t task) String() string {
	s := t.state
	if t.reason != "" && t.reason != "None" {
		s += " (" + t.reason + ")"
	}
	return s
}

// see asks how the tasks are, and the job that merges them. squeue tells of all that live and of what has ended in the
// last minutes (MinJobAge); sacct, where there is one, of the rest.
func (q *slurm) see(ctx context.Context) (merge task, err error) {
	jobs := strings.TrimSuffix(q.array+","+q.merger, ",")
	out, err := ask(ctx, nil, "squeue", "--job="+jobs, "--array", "--states=all", "--noheader", "--format=%F|%K|%T|%r|%N")
	if err != nil && !strings.Contains(err.Error(), "Invalid job id") { // that is: all of them have long ended
		return merge, err
	}
	here := map[int]bool{}
	for line := range strings.Lines(out) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) != 5 {
			continue
		}
		t := task{f[2], f[3], f[4]}
		i, notOne := strconv.Atoi(f[1])
		if f[0] == q.merger {
			merge = t
		} else if notOne == nil {
			q.tasks[i], here[i] = t, true
		}
	}
	var gone []int
	for i := range q.Shards {
		if !here[i] && (q.tasks[i].state == "" || !q.tasks[i].final()) {
			delete(q.tasks, i)
			gone = append(gone, i)
		}
	}
	if len(gone) > 0 || q.merger != "" && merge.state == "" {
		q.recall(ctx, jobs, gone, &merge)
	}
	return merge, nil
}

// recall asks the accounting for what squeue has forgotten. Where there is none, it stays unknown.
func (q *slurm) recall(ctx context.Context, jobs string, gone []int, merge *task) {
	out, err := ask(ctx, nil, "sacct", "--jobs="+jobs, "--allocations", "--noheader", "--parsable2", "--format=JobID,State,NodeList")
	if err != nil {
		return
	}
	wanted := map[string]int{}
	for _, i := range gone {
		wanted[fmt.Sprintf("%s_%d", q.array, i)] = i
	}
	for line := range strings.Lines(out) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) != 3 {
			continue
		}
		state, by, _ := strings.Cut(f[1], " ") // CANCELLED by 0
		t := task{state, by, f[2]}
		if i, ok := wanted[f[0]]; ok {
			q.tasks[i] = t
		} else if f[0] == q.merger && merge.state == "" {
			*merge = t
		}
	}
}

// log gives the file that holds what a task printed.
func (q *slurm) log(ctx context.Context, i int) string {
	out, err := ask(ctx, nil, "scontrol", "show", "job", "--oneliner", fmt.Sprintf("%s_%d", q.array, i))
	if err == nil {
		for word := range strings.FieldsSeq(out) {
			if file, ok := strings.CutPrefix(word, "StdOut="); ok {
				return file
			}
		}
	}
	return fmt.Sprintf("%s-%s_%d.log", q.Name, q.array, i) // in the folder that it was submitted from
}
