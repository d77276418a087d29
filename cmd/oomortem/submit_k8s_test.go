package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// jobStatus is `kubectl get job -o json`, as far as it is read.
func jobStatus(status string) string {
	return `{"apiVersion": "batch/v1", "kind": "Job", "spec": {"backoffLimitPerIndex": 3, "completionMode": "Indexed", "completions": 3, "parallelism": 2}, "status": {"startTime": "2026-11-26T02:00:00Z"` + status + `}}`
}

const (
	jobPending = `, "active": 2, "ready": 0, "terminating": 0`
	jobHalf    = `, "active": 2, "ready": 2, "failed": 1, "succeeded": 1, "completedIndexes": "0"`
	jobMet     = `, "ready": 0, "succeeded": 3, "completedIndexes": "0-2", "conditions": [{"type": "SuccessCriteriaMet", "status": "True", "reason": "CompletionsReached", "message": "Reached expected number of succeeded pods"}]`
	jobFailed  = `, "ready": 0, "failed": 4, "succeeded": 2, "completedIndexes": "0,2", "failedIndexes": "1", "conditions": [{"type": "FailureTarget", "status": "True", "reason": "FailedIndexes", "message": "Job has failed indexes"}]`

	podsPending = `{"items": [
 {"metadata": {"name": "oomortem-0-aaaaa"}, "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "True"}], "containerStatuses": [{"state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image \u001b[31m\"oomortem:latest\""}}}]}},
 {"metadata": {"name": "oomortem-1-bbbbb"}, "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/2 nodes are available: 2 Insufficient memory."}]}}]}`
	podsFailed = `{"items": [
 {"metadata": {"name": "oomortem-1-later", "annotations": {"batch.kubernetes.io/job-completion-index": "1"}}, "spec": {"nodeName": "two"}, "status": {"phase": "Failed", "containerStatuses": [{"state": {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-26T02:10:00Z"}}}]}},
 {"metadata": {"name": "oomortem-1-first", "annotations": {"batch.kubernetes.io/job-completion-index": "1"}}, "spec": {"nodeName": "one"}, "status": {"phase": "Failed", "containerStatuses": [{"state": {"terminated": {"exitCode": 3, "reason": "Error", "finishedAt": "2026-11-26T02:05:00Z"}}}]}}]}`
)

// kubectl makes one that answers each kind of question by itself, and writes down what it was asked.
func kubectl(t *testing.T, job, merge, pods string) (seen string) {
	t.Helper()
	seen = filepath.Join(t.TempDir(), "seen")
	t.Setenv("SEEN", seen)
	withTools(t, map[string]string{"job": job, "merge": merge, "pods": pods})
	withTools(t, map[string]string{"kubectl": `echo "$*" >> $SEEN
case "$*" in *"get job oomortem "*) job;; *"get job oomortem-merge "*) merge;; *"get pods"*) pods;; *create*) cat >> $SEEN;; *logs*) echo "oomortem: merged 3 runs";; esac`})
	return seen
}

func TestWaitK8s(t *testing.T) {
	out := parts(t, 3, 0, 1, 2)
	kubectl(t, answers(t, "!Unable to connect to the server: net/http: TLS handshake timeout\n", jobStatus(jobPending), jobStatus(jobHalf), jobStatus(jobMet)), "false", answers(t, podsPending))
	said := waited(t, exitDone, "k8s", "--wait", "--out", "/data/out", "--local", out)
	wants(t, said, "TLS handshake timeout", "0 of 3 shards done, 0 at work (ImagePullBackOff: Back-off pulling image \uFFFD[31m\"oomortem:latest\"; Unschedulable: 0/2 nodes are available: 2 Insufficient memory.)",
		"1 of 3 shards done, 2 at work\n", "3 of 3 shards done, 0 at work\n", "merged 4 runs", "the results are in "+filepath.Join(out, "index.html"))
}

func TestWaitK8sFailed(t *testing.T) {
	out := parts(t, 3, 0, 2)
	kubectl(t, answers(t, jobStatus(jobFailed)), "false", answers(t, podsFailed))
	said := waited(t, exitUnusable, "k8s", "--wait", "--out", out)
	wants(t, said, "2 of 3 shards done, 0 at work, 1 failed (Job has failed indexes)",
		"shard 1 failed: pod oomortem-1-later on two ended with status 137 (OOMKilled: give it more --memory); its log: kubectl logs oomortem-1-later", "shards are missing: 1/3")
}

// TestWaitK8sElsewhere merges by a Job where the volume is mounted.
func TestWaitK8sElsewhere(t *testing.T) {
	seen := kubectl(t, answers(t, jobStatus(jobMet)), answers(t, `{"spec": {"completions": 1}, "status": {"active": 1, "ready": 1}}`, `{"spec": {"completions": 1}, "status": {"succeeded": 1}}`), "false")
	said := waited(t, exitDone, "k8s", "--wait", "-n", "load", "--claim", "vol", "--out", "/data/out of it")
	wants(t, said, "merging in the cluster: job oomortem-merge", "oomortem-merge: oomortem: merged 3 runs", "the results are in /data/out of it, as the workers see it")
	got, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, string(got), "--namespace=load delete job oomortem-merge --ignore-not-found", "--namespace=load create -f -", `name: "oomortem-merge"`, "backoffLimit: 1", `command: ["oomortem", "merge", "/data/out of it"]`, `claimName: "vol"`)
}

// TestWaitK8sGone wants no waiting for what is not there.
func TestWaitK8sGone(t *testing.T) {
	kubectl(t, answers(t, "!Error from server (NotFound): jobs.batch \"oomortem\" not found\n"), "false", "false")
	wants(t, waited(t, exitUnusable, "k8s", "--wait", "--out", "/data/out"), "there is no such job", "NotFound", "--namespace")

	withTools(t, map[string]string{"kubectl": `echo 'Error from server (AlreadyExists): jobs.batch "oomortem" already exists' >&2; exit 1`})
	wants(t, waited(t, exitUnusable, "k8s", "--apply", "--wait", "--out", "/data/out", "/r"), "AlreadyExists", "wait for that job with: oomortem submit k8s --wait", "kubectl delete job oomortem")
}

// TestSeen takes an older job's parts for what they are.
func TestSeen(t *testing.T) {
	out := parts(t, 3, 0, 1, 2)
	kubectl(t, answers(t, strings.Replace(jobStatus(jobMet), "2026", "2999", 1)), answers(t, `{"spec": {"completions": 1}, "status": {"succeeded": 1}}`), "false")
	wants(t, waited(t, exitDone, "k8s", "--wait", "--out", out), "merging in the cluster")
}

func TestIndexes(t *testing.T) {
	for list, want := range map[string]int{"": 0, "3": 1, "1,3-5,7": 5, "0-": 0, "5-3": 0, "0-99999999999": 100_000, "x,2": 1} {
		if got := indexes(list); len(got) != want {
			t.Errorf("%q: %d indexes, want %d", list, len(got), want)
		}
	}
}
