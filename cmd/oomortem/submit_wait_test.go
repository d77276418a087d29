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

// answers makes a tool that gives one answer after the other, and the last one for ever; answers that begin with "!" are
// complaints.
func answers(t *testing.T, all ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i, a := range all {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), []byte(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf(`cd %s; n=$(cat next 2>/dev/null || echo 0); [ -e $((n+1)) ] && echo $((n+1)) > next
if [ "$(head -c1 $n)" = '!' ]; then tail -c+2 $n >&2; exit 1; fi; cat $n`, dir)
}

// withTools puts scripts before all other programs.
func withTools(t *testing.T, tools map[string]string) {
	t.Helper()
	t.Setenv("PATH", fake(t, tools)+":"+os.Getenv("PATH"))
}

// waited runs submit and gives what it said while it waited.
func waited(t *testing.T, want int, args ...string) string {
	t.Helper()
	var errs bytes.Buffer
	if status := run(nil, &bytes.Buffer{}, &errs, append([]string{"submit"}, append(args, "--every", "1ms")...)); status != want {
		t.Fatalf("submit %q: status %d, want %d: %s", args, status, want, &errs)
	}
	return errs.String()
}

// wants looks for lines in this order.
func wants(t *testing.T, said string, lines ...string) {
	t.Helper()
	rest := said
	for _, line := range lines {
		_, after, found := strings.Cut(rest, line)
		if !found {
			t.Errorf("%q is not said, or too early, in:\n%s", line, said)
			return
		}
		rest = after
	}
}

// parts does shards of a small batch and gives the folder.
func parts(t *testing.T, count int, which ...int) string {
	t.Helper()
	root, out := archive(t, 1), filepath.Join(t.TempDir(), "out")
	for _, i := range which {
		batchOf(t, exitDone, "--out", out, "--shard", fmt.Sprintf("%d/%d", i, count), root)
	}
	return out
}

// What squeue 22.05 printed of an array of three and the job that merges it; the second task failed.
const (
	squeueBegin  = "1|0|PENDING|None|\n1|1|PENDING|None|\n1|2|PENDING|None|\n2|N/A|PENDING|Dependency|\n"
	squeueHalf   = "1|1|FAILED|NonZeroExitCode|one\n1|2|PENDING|JobArrayTaskLimit|\n2|N/A|PENDING|Dependency|\n1|0|RUNNING|None|one\n"
	squeueMerge  = "1|2|COMPLETED|None|one\n1|0|COMPLETED|None|one\n2|N/A|PENDING|None|\n1|1|FAILED|NonZeroExitCode|one\n"
	squeueEnd    = "1|2|COMPLETED|None|one\n1|0|COMPLETED|None|one\n2|N/A|FAILED|NonZeroExitCode|one\n1|1|FAILED|NonZeroExitCode|one\n"
	squeueNone   = "!slurm_load_jobs error: Invalid job id specified\n"
	noAccounting = "!Slurm accounting storage is disabled\n"
	scontrolJob  = "JobId=4 ArrayJobId=1 ArrayTaskId=1 JobState=FAILED Reason=NonZeroExitCode ExitCode=3:0 StdErr=/w/oomortem-1_1.log StdIn=/dev/null StdOut=/w/oomortem-1_1.log Power= \n"
)

func TestWaitSlurm(t *testing.T) {
	out := parts(t, 3, 0, 2)
	withTools(t, map[string]string{
		"squeue": answers(t, "!slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n", squeueBegin, squeueHalf, squeueMerge, squeueEnd),
		"sacct":  answers(t, noAccounting), "scontrol": answers(t, scontrolJob),
	})
	said := waited(t, exitUnusable, "slurm", "--wait", "--job", "1,2", "--shards", "3", "--out", out)
	wants(t, said, "Unable to contact slurm controller", "0 of 3 shards done, 0 at work\n", "0 of 3 shards done, 1 at work, 1 failed\n",
		"2 of 3 shards done, 0 at work, 1 failed (the merge is pending)", "shard 1 failed: FAILED (NonZeroExitCode) on one; its log: /w/oomortem-1_1.log",
		"shards are missing: 1/3")
	if n := len(outcomes(t, out)); n < 1 {
		t.Errorf("%d runs are merged, want those of the shards that are done", n)
	}
}

// TestWaitSlurmForgotten waits for what ended so long ago that only the accounting knows, or nobody.
func TestWaitSlurmForgotten(t *testing.T) {
	out := parts(t, 2, 0, 1)
	withTools(t, map[string]string{
		"squeue": answers(t, squeueNone), "scontrol": answers(t, squeueNone),
		"sacct": answers(t, "1_0|COMPLETED|one\n1_1|CANCELLED by 0|two\n2|CANCELLED by 0|None assigned\n"),
	})
	wants(t, waited(t, exitUnusable, "slurm", "--wait", "--job", "1,2", "--shards", "2", "--out", out),
		"1 of 2 shards done, 0 at work, 1 failed\n", "shard 1 failed: CANCELLED (by 0) on two; its log: oomortem-1_1.log", "merged 4 runs", "1 of 2 shards are not known to be done")

	withTools(t, map[string]string{"sacct": answers(t, noAccounting)})
	wants(t, waited(t, exitUnusable, "slurm", "--wait", "--job", "1,2", "--shards", "2", "--out", out),
		"0 of 2 shards done, 0 at work, 2 ended unseen\n", "merged 4 runs")
}

// TestWaitSlurmElsewhere merges in the cluster what is not seen from here.
func TestWaitSlurmElsewhere(t *testing.T) {
	seen := filepath.Join(t.TempDir(), "seen")
	t.Setenv("SEEN", seen)
	withTools(t, map[string]string{
		"squeue": answers(t, "1|0|RUNNING|None|one\n", "1|0|COMPLETED|None|one\n", "1|0|COMPLETED|None|one\n7|N/A|PENDING|None|\n", "1|0|COMPLETED|None|one\n7|N/A|COMPLETED|None|one\n"),
		"sacct":  answers(t, noAccounting), "scontrol": answers(t, scontrolJob),
		"sbatch": `echo "$*" >> $SEEN; echo 7`,
	})
	wants(t, waited(t, exitDone, "slurm", "--wait", "--job", "1", "--shards", "1", "--out", "/nowhere/out"), "1 of 1 shards done", "merging in the cluster: job 7", "the results are in /nowhere/out, as the workers see it")
	if got, _ := os.ReadFile(seen); !strings.Contains(string(got), "--wrap oomortem merge /nowhere/out") {
		t.Errorf("no merge was queued: %s", got)
	}
}

// TestWaitStopped ends the waiting, by Ctrl-C and by --timeout: the job goes on, and the way back is told.
func TestWaitStopped(t *testing.T) {
	dir := fake(t, map[string]string{"squeue": answers(t, "1|0|RUNNING|None|one\n"), "sacct": answers(t, noAccounting)})
	waiting := func(args ...string) (*exec.Cmd, *bytes.Buffer) {
		cmd := exec.Command(os.Args[0], append([]string{"submit", "slurm", "--wait", "--job", "1,2", "--shards", "1", "--out", "/nowhere", "--every", "10ms"}, args...)...)
		cmd.Env = append(os.Environ(), "OOMORTEM_TEST_RUN=1", "PATH="+dir+":"+os.Getenv("PATH"))
		said := new(bytes.Buffer)
		cmd.Stderr = said
		return cmd, said
	}
	again := "wait for it again with: oomortem submit slurm --wait --every=10ms --out=/nowhere --shards=1"

	cmd, said := waiting("--timeout", "50ms")
	cmd.Run()
	if cmd.ProcessState.ExitCode() != exitUnusable {
		t.Errorf("timeout: status %d, want %d", cmd.ProcessState.ExitCode(), exitUnusable)
	}
	wants(t, said.String(), "--timeout is over: the job goes on", again)

	cmd, said = waiting()
	progress, err := cmd.StdoutPipe() // in place of stderr, to see when it is at it
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 1)
	for !strings.Contains(said.String(), "1 at work") {
		if _, err := progress.Read(line); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		said.Write(line)
	}
	cmd.Process.Signal(os.Interrupt)
	said.ReadFrom(progress)
	cmd.Wait()
	if cmd.ProcessState.ExitCode() != exitStopped {
		t.Errorf("interrupted: status %d, want %d", cmd.ProcessState.ExitCode(), exitStopped)
	}
	wants(t, said.String(), "stopped waiting: the job goes on", again, "--job=1,2")
}
