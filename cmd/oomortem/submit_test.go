package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func submitted(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := run(nil, &out, &errs, append([]string{"submit"}, args...)); status != want {
		t.Fatalf("submit %q: status %d, want %d: %s", args, status, want, &errs)
	}
	return out.String()
}

func TestSubmitK8s(t *testing.T) {
	job := submitted(t, exitDone, "k8s", "--out", "/data/out", "--workers", "5", "/data/it's: here", "--", "--target", "50M")
	for _, want := range []string{
		"completionMode: Indexed", "completions: 40\n", "parallelism: 5\n", "backoffLimitPerIndex: 3", "maxFailedIndexes: 4\n",
		"tolerationSeconds: 30", "restartPolicy: Never",
		`command: ["oomortem", "batch", "--out", "/data/out", "--jobs", "1", "--target", "50M", "--shards", "40", "/data/it's: here"]`,
	} {
		if !strings.Contains(job, want) {
			t.Errorf("%q is not in:\n%s", want, job)
		}
	}
	for line := range strings.Lines(job) {
		if strings.HasPrefix(strings.TrimSpace(line), "podFailurePolicy") {
			t.Error("a podFailurePolicy keeps a dead node's shards from being started elsewhere")
		}
	}
}

// TestSubmitSlurm runs the printed script in a shell with oomortem and scontrol replaced by ones that tell what they got.
func TestSubmitSlurm(t *testing.T) {
	script := submitted(t, exitDone, "slurm", "--out", "/nfs/it's out", "--shards", "10", "--workers", "2", "/nfs/a b", "--", "--timeout", "1m")
	for _, want := range []string{"#SBATCH --array=0-9%2\n", "#SBATCH --mem=2G\n", "#SBATCH --requeue\n"} {
		if !strings.Contains(script, want) {
			t.Errorf("%q is not in:\n%s", want, script)
		}
	}
	bin := fake(t, map[string]string{"oomortem": `for a; do printf '<%s>' "$a"; done; exit $STATUS`, "scontrol": `printf ' [%s]' "$*"`})
	for _, c := range []struct{ status, restarts, want string }{
		{"0", "0", ""},
		{"137", "0", " [requeue 77]"},
		{"137", "3", ""},
		{"3", "0", ""},
	} {
		cmd := exec.Command("bash", "-s")
		cmd.Stdin = strings.NewReader(script)
		cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "SLURM_ARRAY_TASK_ID=3", "SLURM_JOB_ID=77", "STATUS="+c.status, "SLURM_RESTART_COUNT="+c.restarts)
		out, _ := cmd.Output()
		want := "<batch><--out></nfs/it's out><--jobs><1><--timeout><1m></nfs/a b><--shard><3/10>" + c.want
		if string(out) != want || fmt.Sprint(cmd.ProcessState.ExitCode()) != c.status {
			t.Errorf("status %s: %q with status %d, want %q", c.status, out, cmd.ProcessState.ExitCode(), want)
		}
	}
}

// fake makes a folder of shell scripts.
func fake(t *testing.T, tools map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash")
	}
	dir := t.TempDir()
	for name, body := range tools {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/bash\n"+body+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSubmitApply(t *testing.T) {
	seen := filepath.Join(t.TempDir(), "seen")
	t.Setenv("SEEN", seen)
	t.Setenv("PATH", fake(t, map[string]string{
		"kubectl": `echo "kubectl $*" >> $SEEN; grep -c 'kind: Job' >> $SEEN`,
		"sbatch":  `echo "sbatch $*" >> $SEEN; grep -c '^#SBATCH --array' >> $SEEN && echo '42;cluster' || echo 43`,
	})+":"+os.Getenv("PATH"))
	again := "wait for it with: oomortem submit k8s --wait --name=it --namespace=load --out=/o\n"
	if said := submitted(t, exitDone, "k8s", "--apply", "-n", "load", "--name", "it", "--out", "/o", "/r"); said != again {
		t.Errorf("%q, want %q", said, again)
	}
	again = "job 42: 32 shards; job 43 merges them\nwait for it with: oomortem submit slurm --wait '--out=/o o' --job=42,43\n"
	if said := submitted(t, exitDone, "slurm", "--apply", "--out", "/o o", "/r"); said != again {
		t.Errorf("%q, want %q", said, again)
	}
	got, err := os.ReadFile(seen)
	want := "kubectl --namespace=load create -f -\n1\n" +
		"sbatch --parsable\n1\nsbatch --parsable --dependency=afterany:42 --job-name=oomortem-merge --output=oomortem-merge-%j.log --wrap oomortem merge '/o o'\n0\n"
	if err != nil || string(got) != want {
		t.Errorf("%v: %s, want %s", err, got, want)
	}
	t.Setenv("PATH", t.TempDir())
	submitted(t, exitUnusable, "k8s", "--apply", "--out", "/o", "/r")
}

func TestSubmitUsage(t *testing.T) {
	for _, args := range [][]string{
		{}, {"beam"}, {"k8s", "--out", "/o\nx: y", "/r"}, {"k8s", "/r"}, {"k8s", "--out", "/o"}, {"k8s", "--out", "o", "/r"}, {"slurm", "--out", "/o", "--name", "a\nb", "/r"},
		{"slurm", "--out", "/o", "--memory", "2G\n#SBATCH --uid=0", "/r"}, {"k8s", "--out", "/o", "--workers", "0", "/r"}, {"slurm", "--out", "/o", "--cpus", "x", "/r"},
		{"slurm", "--wait", "--out", "/o"}, {"slurm", "--wait", "--job", "1 2", "--out", "/o"}, {"k8s", "--wait", "--every", "0s", "--out", "/o"}, {"k8s", "--namespace", "A", "--out", "/o", "/r"},
	} {
		submitted(t, exitUsage, args...)
	}
}

// TestSubmitBuckets wants no volume where everything lies in buckets, and the way to them for the job and for merge.
func TestSubmitBuckets(t *testing.T) {
	job := submitted(t, exitDone, "k8s", "--out", "s3://reports/2021", "--s3-endpoint", "http://minio:9000", "--secret", "s3-credentials", "s3://archive/2021")
	for _, want := range []string{
		`"--out", "s3://reports/2021", "--jobs", "1", "--s3-endpoint", "http://minio:9000", "--shards", "32", "s3://archive/2021"]`,
		`secretRef: {name: "s3-credentials"}`, "oomortem merge s3://reports/2021 --s3-endpoint http://minio:9000\n",
	} {
		if !strings.Contains(job, want) {
			t.Errorf("%q is not in:\n%s", want, job)
		}
	}
	if strings.Contains(job, "persistentVolumeClaim") || strings.Contains(job, "name: data") {
		t.Errorf("a volume that nothing needs:\n%s", job)
	}
	if job := submitted(t, exitDone, "k8s", "--out", "s3://reports/2021", "/data/runs"); !strings.Contains(job, "persistentVolumeClaim") {
		t.Errorf("no volume for runs in a folder:\n%s", job)
	}
}
