package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// kubernetes runs the array as an Indexed Job, through kubectl alone.
type kubernetes struct {
	*spread
	failed []int // shards that were given up
}

func (k *kubernetes) again() string { return k.spread.again }

// kubectl asks the cluster, in the job's namespace.
func (k *kubernetes) kubectl(ctx context.Context, in []byte, args ...string) (string, error) {
	if k.Namespace != "" {
		args = append([]string{"--namespace=" + k.Namespace}, args...)
	}
	return ask(ctx, in, "kubectl", args...)
}

// submit creates the job. `apply` would leave one that has failed before as it is, and say that all is well.
func (k *kubernetes) submit(ctx context.Context, job []byte) (string, error) {
	said, err := k.kubectl(ctx, job, "create", "-f", "-")
	if err != nil && strings.Contains(err.Error(), "AlreadyExists") {
		return "", fmt.Errorf("%w; wait for that job with: %s; or delete it (kubectl delete job %s) and submit again: what is finished is kept", err, k.again(), k.Name)
	} else if err != nil {
		return "", fmt.Errorf("%w; without --apply the job is printed", err)
	}
	return said, nil
}

// indexedJob is what we read of a Job.
type indexedJob struct {
	Spec   struct{ Completions int }
	Status struct {
		StartTime                time.Time
		Active, Ready, Succeeded int
		FailedIndexes            string
		Conditions               []condition
	}
}

type condition struct{ Type, Status, Reason, Message string }

// ended tells whether a Job is over: not by Complete or Failed alone, which come only once the pods of dead nodes are
// gone as well.
func (j indexedJob) ended() (over bool, why string) {
	for _, c := range j.Status.Conditions {
		switch c.Type {
		case "SuccessCriteriaMet", "Complete":
			over = over || c.Status == "True"
		case "FailureTarget", "Failed":
			if c.Status == "True" {
				return true, c.Message
			}
		}
	}
	return over || j.Spec.Completions > 0 && j.Status.Succeeded >= j.Spec.Completions, ""
}

func (k *kubernetes) job(ctx context.Context, name string) (j indexedJob, err error) {
	out, err := k.kubectl(ctx, nil, "get", "job", name, "-o", "json")
	switch {
	case err != nil && strings.Contains(err.Error(), "NotFound"):
		return j, fmt.Errorf("%w: %w; it was deleted, or lies in another --namespace or context", errNoJob, err)
	case err != nil:
		return j, err
	}
	if err := json.Unmarshal([]byte(out), &j); err != nil {
		return j, fmt.Errorf("reading what kubectl tells of job %s: %w", name, err)
	}
	return j, nil
}

func (k *kubernetes) look(ctx context.Context) (headway, error) {
	j, err := k.job(ctx, k.Name)
	if err != nil {
		return headway{}, err
	}
	k.Shards, k.failed = j.Spec.Completions, indexes(j.Status.FailedIndexes)
	st := headway{shards: k.Shards, done: j.Status.Succeeded, working: j.Status.Active, failed: len(k.failed), began: j.Status.StartTime}
	st.ended, st.why = j.ended()
	if !st.ended && j.Status.Active > 0 && j.Status.Ready == 0 {
		if st.why = k.held(ctx); st.why != "" {
			st.working = 0 // an active pod is one that is not over
		}
	}
	return st, nil
}

// join merges by a Job of its own, where the volume is.
func (k *kubernetes) join(ctx context.Context, say func(string)) error {
	name := k.Name + "-merge"
	m := *k.spread
	m.Command = m.Merge
	job, err := m.manifest("k8s_merge.yaml")
	if err != nil {
		return err
	}
	if _, err := k.kubectl(ctx, nil, "delete", "job", name, "--ignore-not-found"); err != nil { // of an earlier batch
		return err
	}
	if _, err := k.kubectl(ctx, job, "create", "-f", "-"); err != nil {
		return fmt.Errorf("merging in the cluster: %w", err)
	}
	say("merging in the cluster: job " + name)
	st, err := k.await(ctx, func(string) {}, func(ctx context.Context) (headway, error) {
		j, err := k.job(ctx, name)
		over, why := j.ended()
		return headway{shards: 1, done: j.Status.Succeeded, ended: over, why: why}, err
	})
	if err != nil {
		return err
	}
	log, err := k.kubectl(ctx, nil, "logs", "job/"+name, "--tail=20")
	if err != nil {
		say(err.Error())
	}
	for line := range strings.Lines(log) {
		say(name + ": " + printable(strings.TrimRight(line, "\n")))
	}
	if st.done == 0 {
		return fmt.Errorf("the merge has failed (%s); where the volume is mounted: oomortem merge %s", printable(st.why), shellQuote(k.Out))
	}
	return nil
}
