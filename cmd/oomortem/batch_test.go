package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/cmd/oomortem/store"
	"oomortem/correlate/verdict"
)

// TestMain lets the test program be the program itself: a batch starts itself again as its workers.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == workerCommand && os.Getenv("OOMORTEM_TEST_DIES") != "" {
		os.Exit(9)
	}
	if len(os.Args) > 1 && (os.Args[1] == workerCommand || os.Getenv("OOMORTEM_TEST_RUN") != "") {
		os.Exit(run(os.Stdin, os.Stdout, os.Stderr, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// archive lays out copies of the three runs of one host, and runs that cannot be analysed.
func archive(t *testing.T, copies int) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "archive")
	for i := range copies {
		for _, name := range []string{"hp-server-1", "hp-server-2", "hp-server-3"} {
			dir := filepath.Join(root, fmt.Sprintf("batch-%02d", i), name)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			copyRun(t, dir, filepath.Join(runs, name), "")
		}
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "broken.tar.gz"), []byte("\x1f\x8b\x08\x00torn"), 0o644); err != nil {
		t.Fatal(err)
	}
	return root
}

func placeOf(t *testing.T, name string) store.Store {
	t.Helper()
	s, err := new(store.Access).Store(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func batchOf(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(""), &out, &errs, append([]string{"batch"}, args...)); status != want {
		t.Fatalf("batch %q: status %d, want %d: %s", args, status, want, &errs)
	}
	return errs.String()
}

func outcomes(t *testing.T, dir string) []verdict.Outcome {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var all []verdict.Outcome
	for line := range bytes.Lines(data) {
		var o verdict.Outcome
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

// tree gives every file below a folder with its content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		files[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sameTree(t *testing.T, got, want string) {
	t.Helper()
	a, b := tree(t, got), tree(t, want)
	for name, content := range b {
		if other, ok := a[name]; !ok {
			t.Errorf("%s is missing", name)
		} else if other != content {
			t.Errorf("%s differs", name)
		}
	}
	for name := range a {
		if _, ok := b[name]; !ok {
			t.Errorf("%s is too much", name)
		}
	}
}

func TestBatch(t *testing.T) {
	root, out := archive(t, 1), filepath.Join(t.TempDir(), "out")
	batchOf(t, exitDone, "--out", out, "--target", "50M", root)
	all := outcomes(t, out)
	var names []string
	for _, o := range all {
		names = append(names, o.Run+" "+o.Status+" "+string(o.Cause))
	}
	want := []string{"batch-00/hp-server-1 ok host-overcommit", "batch-00/hp-server-2 ok host-overcommit", "batch-00/hp-server-3 ok healthy", "broken.tar.gz failed "}
	if !slices.Equal(names, want) {
		t.Fatalf("%q, want %q", names, want)
	}
	if o := all[0]; !slices.Equal(o.Victims, []string{"vm-k8s-worker-1"}) || o.TargetMet == nil || *o.TargetMet || o.Path != filepath.ToSlash(filepath.Join(root, o.Run)) {
		t.Errorf("%+v", o)
	}
	for _, o := range all[:3] {
		if _, err := os.Stat(filepath.Join(out, filepath.FromSlash(o.Report))); err != nil {
			t.Error(err)
		}
		if whole := report(t, "--target", "50M", filepath.Join(root, filepath.FromSlash(o.Run))); whole.Verdict.Headline.String() != o.Headline {
			t.Errorf("%s: %q, analyze says %q", o.Run, o.Headline, whole.Verdict.Headline)
		}
	}
	if all[3].Error == "" || all[3].Confidence != nil {
		t.Errorf("the broken run: %+v", all[3])
	}
	checkLesson(t, out)
}

// checkLesson wants the lesson of the three runs: the host is too small, and smaller VMs ended it.
func checkLesson(t *testing.T, out string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(out, "patterns.json"))
	if err != nil {
		t.Fatal(err)
	}
	var found struct {
		Schema   string
		Patterns []verdict.Pattern
	}
	if err := json.Unmarshal(data, &found); err != nil || found.Schema != verdict.PatternsSchema {
		t.Fatalf("%v, schema %q", err, found.Schema)
	}
	says := map[verdict.PatternKind]verdict.Pattern{}
	for _, p := range found.Patterns {
		says[p.Kind] = p
	}
	if p := says[verdict.VictimVaries]; p.Host != "hp-server" || len(p.Runs) != 2 || !strings.Contains(p.Statement.String(), "the host is too small") {
		t.Errorf("victim-varies: %+v", p)
	}
	if p := says[verdict.FixedByChange]; len(p.Runs) != 3 || !strings.Contains(p.Statement.String(), "from 80.0 GiB to 60.0 GiB") {
		t.Errorf("fixed-by-change: %+v", p)
	}
	if p, ok := says[verdict.SameVictim]; ok {
		t.Errorf("the same victim in two runs that had two: %+v", p)
	}
}

func TestBatchKeepsWhatHasNotChanged(t *testing.T) {
	root, out := archive(t, 1), filepath.Join(t.TempDir(), "out")
	batchOf(t, exitDone, "--out", out, root)
	before := tree(t, out)
	if said := batchOf(t, exitDone, "--out", out, root); !strings.Contains(said, "0 analysed, 4 unchanged") {
		t.Errorf("the second time: %s", said)
	}
	now := time.Now()
	if err := os.Chtimes(filepath.Join(root, "batch-00/hp-server-1/messages"), now, now); err != nil {
		t.Fatal(err)
	}
	if said := batchOf(t, exitDone, "--out", out, root); !strings.Contains(said, "0 analysed, 4 unchanged") {
		t.Errorf("a touched file: %s", said)
	}
	if after := tree(t, out); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Error("the results changed")
	}
	for what, change := range map[string]func() error{
		"another file": func() error {
			return os.WriteFile(filepath.Join(root, "batch-00/hp-server-1/new.txt"), []byte("x"), 0o644)
		},
		"a lost report": func() error { return os.Remove(filepath.Join(out, "batch-00/hp-server-2/report.md")) },
		"a torn result": func() error {
			return os.WriteFile(filepath.Join(out, "batch-00/hp-server-2", resultFile), []byte("{"), 0o644)
		},
		"a result removed": func() error { return os.Remove(filepath.Join(out, "batch-00/hp-server-2", resultFile)) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if said := batchOf(t, exitDone, "--out", out, root); !strings.Contains(said, "1 analysed, 3 unchanged") {
			t.Errorf("%s: %s", what, said)
		}
	}
	if said := batchOf(t, exitDone, "--out", out, "--target", "1M", root); !strings.Contains(said, "4 analysed, 0 unchanged") {
		t.Errorf("another target: %s", said)
	}
	if said := batchOf(t, exitDone, "--out", out, "--target", "1M", "--force", root); !strings.Contains(said, "4 analysed, 0 unchanged") {
		t.Errorf("forced: %s", said)
	}
}

// TestBatchStopped ends a batch in the middle, goes on, and wants what an undisturbed one wrote.
func TestBatchStopped(t *testing.T) {
	root, dir := archive(t, 4), t.TempDir()
	whole := filepath.Join(dir, "whole")
	batchOf(t, exitDone, "--out", whole, root)
	for name, stop := range map[string]os.Signal{"killed": os.Kill, "interrupted": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(dir, name)
			cmd, early := stopped(t, out, out, root, stop)
			left, _ := filepath.Glob(filepath.Join(out, attemptsDir, "*"))
			if early && stop == os.Interrupt && (cmd.ProcessState.ExitCode() != exitStopped || len(left) > 0) {
				t.Errorf("status %d, want %d; marks left: %v", cmd.ProcessState.ExitCode(), exitStopped, left)
			}
			half := filepath.Join(out, "batch-03", "hp-server-3", ".report.md.part-123") // as a kill can leave it
			if err := os.MkdirAll(filepath.Dir(half), 0o755); err != nil {
				t.Fatal(err)
			}
			mark := filepath.Join(out, attemptsDir, "."+filepath.Base(attemptFile("batch-02/hp-server-1"))+".part-123")
			if err := errors.Join(os.WriteFile(half, []byte("half"), 0o644), markAttempt(placeOf(t, out), "batch-03/hp-server-3", 1), os.WriteFile(mark, []byte("1"), 0o644)); err != nil {
				t.Fatal(err)
			}
			batchOf(t, exitDone, "--out", out, root)
			sameTree(t, out, whole)
		})
	}
}

// stopped starts a batch as a process and ends it once three runs are done; early is false when it was done before. Files
// is the folder in which the place for results keeps its files.
func stopped(t *testing.T, out, files, root string, stop os.Signal) (cmd *exec.Cmd, early bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(self, "batch", "--out", out, "--jobs", "1", root)
	cmd.Env = append(os.Environ(), "OOMORTEM_TEST_RUN=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case <-ended:
			return cmd, false
		default:
		}
		if done, _ := filepath.Glob(filepath.Join(files, "*", "*", resultFile)); len(done) >= 3 {
			cmd.Process.Signal(stop)
			<-ended
			_, err := os.Stat(filepath.Join(files, "runs.jsonl"))
			return cmd, err != nil
		}
	}
}

func TestBatchTwiceCrashed(t *testing.T) {
	root, out := archive(t, 1), filepath.Join(t.TempDir(), "out")
	if err := markAttempt(placeOf(t, out), "batch-00/hp-server-1", twice); err != nil {
		t.Fatal(err)
	}
	batchOf(t, exitDone, "--out", out, root)
	if o := outcomes(t, out)[0]; o.Status != verdict.StatusFailed || !strings.Contains(o.Error, "twice") {
		t.Errorf("%+v", o)
	}
	if said := batchOf(t, exitDone, "--out", out, "--force", root); !strings.Contains(said, "1 failed") {
		t.Errorf("forced: %s", said)
	}
	if o := outcomes(t, out)[0]; o.Status != verdict.StatusOK {
		t.Errorf("forced: %+v", o)
	}
}

// TestBatchWorkersDie has workers that end before they leave a mark of what they began: the batch comes to an end.
func TestBatchWorkersDie(t *testing.T) {
	root, out := archive(t, 1), filepath.Join(t.TempDir(), "out")
	t.Setenv("OOMORTEM_TEST_DIES", "1")
	if said := batchOf(t, exitDone, "--out", out, root); !strings.Contains(said, "4 failed") {
		t.Error(said)
	}
	os.Unsetenv("OOMORTEM_TEST_DIES")
	if said := batchOf(t, exitDone, "--out", out, "--force", root); !strings.Contains(said, "1 failed") { // the broken archive
		t.Error(said)
	}
}

func TestBatchLimits(t *testing.T) {
	root, out := archive(t, 1), filepath.Join(t.TempDir(), "out")
	batchOf(t, exitDone, "--out", out, "--timeout", "1ns", root)
	for _, o := range outcomes(t, out) {
		if o.Status != verdict.StatusFailed || !strings.Contains(o.Error, "--timeout") {
			t.Errorf("no time: %+v", o)
		}
	}
	if said := batchOf(t, exitDone, "--out", out, "--timeout", "10m", root); !strings.Contains(said, "4 analysed") {
		t.Errorf("more time: %s", said)
	}
	if o := outcomes(t, out)[0]; o.Status != verdict.StatusOK {
		t.Errorf("more time: %+v", o)
	}
}

func TestBatchUsage(t *testing.T) {
	root := archive(t, 0)
	out := filepath.Join(t.TempDir(), "out")
	for _, args := range [][]string{
		{root}, {"--out", out}, {"--out", out, "--shard", "2/2", root}, {"--out", out, "--shard", "x", root}, {"--out", out, "--jobs", "0", root},
		{"--out", out, "--max-memory", "much", root}, {"--out", out, "-f", "nope", root}, {"--out", out, "-o", "x.md", root}, {"--out", out, "--shards", "3", root},
	} {
		batchOf(t, exitUsage, args...)
	}
	batchOf(t, exitUnusable, "--out", out, filepath.Join(root, "none"))
	batchOf(t, exitUnusable, "--out", filepath.Join(root, "broken.tar.gz"), root)
}

func TestBatchListed(t *testing.T) {
	root, out := archive(t, 1), filepath.Join(t.TempDir(), "out")
	var errs bytes.Buffer
	list := filepath.Join(root, "batch-00/hp-server-3") + "\n# a remark\n" + filepath.Join(root, "gone") + "\n"
	if status := run(strings.NewReader(list), &bytes.Buffer{}, &errs, []string{"batch", "--out", out, "--runs-from", "-"}); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	all := outcomes(t, out)
	if len(all) != 2 || all[0].Status != verdict.StatusOK || all[1].Status != verdict.StatusFailed {
		t.Errorf("%+v", all)
	}
}
