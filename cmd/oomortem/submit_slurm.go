package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// slurm runs the shards as an array, and a job that merges once all its tasks have ended, however they did.
type slurm struct {
	*spread
	array, merger string
	tasks         map[int]task // as last seen: Slurm forgets what has ended
	submitted     time.Time    // zero when it was before
}

func newSlurm(s *spread) *slurm {
	q := &slurm{spread: s, tasks: map[int]task{}}
	q.array, q.merger, _ = strings.Cut(s.job, ",")
	return q
}

func (q *slurm) again() string {
	return q.spread.again + " --job=" + strings.TrimSuffix(q.array+","+q.merger, ",")
}

// submit queues both jobs, so that the parts get merged even if nobody waits.
func (q *slurm) submit(ctx context.Context, job []byte) (said string, err error) {
	q.submitted = time.Now()
	if q.array, err = q.queue(ctx, job); err != nil {
		return "", err
	}
	if err := q.queueMerge(ctx); err != nil {
		return "", fmt.Errorf("%w; array %s is at work: %s", err, q.array, q.again())
	}
	return fmt.Sprintf("job %s: %d shards; job %s merges them\n", q.array, q.Shards, q.merger), nil
}

func (q *slurm) queueMerge(ctx context.Context) (err error) {
	args := []string{"--job-name=" + q.Name + "-merge", "--output=" + q.Name + "-merge-%j.log", "--wrap", shellWords(q.Merge)}
	if q.array != "" {
		args = append([]string{"--dependency=afterany:" + q.array}, args...)
	}
	q.merger, err = q.queue(ctx, nil, args...)
	return err
}

// queue hands a job to Slurm and gives its number.
func (q *slurm) queue(ctx context.Context, job []byte, args ...string) (string, error) {
	out, err := ask(ctx, job, "sbatch", append([]string{"--parsable"}, args...)...)
	if err != nil {
		return "", fmt.Errorf("%w; without --apply the job is printed", err)
	}
	number, _, _ := strings.Cut(strings.TrimSpace(out), ";") // "ID;CLUSTER"
	if _, err := strconv.Atoi(number); err != nil {
		return "", fmt.Errorf("sbatch answered %q, want the job's number", out)
	}
	return number, nil
}

// look holds the array for ended once the job that merges it has ended too: that one waits for what Slurm still has in
// mind for the tasks, as to start them again.
func (q *slurm) look(ctx context.Context) (headway, error) {
	merge, err := q.see(ctx)
	if err != nil {
		return headway{}, err
	}
	st := headway{shards: q.Shards, began: q.submitted, ended: true, merged: merge.state == "COMPLETED"}
	reason := ""
	for i := range q.Shards {
		t, known := q.tasks[i]
		switch {
		case !known:
			st.unknown++
		case t.state == "COMPLETED":
			st.done++
		case t.final():
			st.failed++
		case t.state == "PENDING":
			st.ended, reason = false, t.reason
		default:
			st.working++
			st.ended = false
		}
	}
	if st.working == 0 && !st.ended && reason != "None" {
		st.why = reason
	}
	if st.ended && q.merger != "" && !merge.final() {
		st.ended, st.why = false, "the merge is "+strings.ToLower(merge.state)
	}
	return st, nil
}

func (q *slurm) failures(ctx context.Context) []string {
	var lines []string
	failed := 0
	for i := range q.Shards {
		t, known := q.tasks[i]
		if !known || t.state == "COMPLETED" {
			continue
		}
		if failed++; failed <= few {
			lines = append(lines, printable(fmt.Sprintf("shard %d failed: %s on %s; its log: %s", i, t, t.node, q.log(ctx, i))))
		}
	}
	if failed > few {
		lines = append(lines, fmt.Sprintf("... and %d more: squeue --job=%s --array --states=all", failed-few, q.array))
	}
	return lines
}

// join queues a merge where --out lies.
func (q *slurm) join(ctx context.Context, say func(string)) error {
	if q.merger == "" {
		if err := q.queueMerge(ctx); err != nil {
			return err
		}
		say("merging in the cluster: job " + q.merger)
		if _, err := q.await(ctx, func(string) {}, q.look); err != nil {
			return err
		}
	}
	merge, err := q.see(ctx)
	if err != nil {
		return err
	}
	if merge.state != "COMPLETED" {
		return fmt.Errorf("the merge has failed (%s); its log is %s-merge-%s.log; once more: oomortem merge %s where that folder lies", merge, q.Name, q.merger, shellQuote(q.Out))
	}
	return nil
}
