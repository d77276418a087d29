package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
)

const runs = "../../fixtures/runs"

// report runs the program on the paths and gives its JSON report.
func report(t *testing.T, args ...string) verdict.Report {
	t.Helper()
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(""), &out, &errs, append([]string{"analyze", "-f", "json"}, args...)); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	var r verdict.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v in %s", err, &out)
	}
	return r
}

// wanted reads the truth beside a run.
func wanted(t *testing.T, file string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			want[key] = value
		}
	}
	return want
}

// TestRuns holds the verdict on every archived run against the truth that its generator wrote down.
func TestRuns(t *testing.T) {
	files, err := filepath.Glob(runs + "/*.WANT")
	if err != nil || len(files) == 0 {
		t.Fatalf("no runs: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".WANT")
		t.Run(name, func(t *testing.T) {
			w := wanted(t, file)
			checkRun(t, report(t, "--target", w["target"], filepath.Join(runs, name)), w)
		})
	}
}

func checkRun(t *testing.T, r verdict.Report, w map[string]string) {
	same := func(what string, got any, want string) {
		t.Helper()
		if want != "none" && fmt.Sprint(got) != want {
			t.Errorf("%s is %v, want %s", what, got, want)
		}
	}
	same("cause", r.Verdict.Cause, w["cause"])
	same("zone", r.Clock.Zone, w["zone"])
	same("year", r.Clock.Year, w["year"])
	same("promised", r.Capacity.Promised, w["promised-bytes"])
	same("RAM", r.Capacity.RAM, w["ram-bytes"])
	same("target met", *r.Load.TargetMet, w["target-met"])
	if got, seen, lost := r.Load.Achieved, number(t, w["achieved"]), number(t, w["achieved-in-lost-rows"]); got < seen || math.Abs(got-seen-lost) > .1*lost+1 {
		t.Errorf("achieved %v, want %v and about %v in rows that were lost", got, seen, lost)
	}
	if w["kill"] == "none" {
		if len(r.Incidents) != 0 {
			t.Errorf("%d incidents on a run without any", len(r.Incidents))
		}
		checkDips(t, r, w)
		return
	}
	if len(r.Incidents) != 1 {
		t.Fatalf("%d incidents, want one", len(r.Incidents))
	}
	in := r.Incidents[0]
	same("victim", in.Victim.Name, w["victim"])
	same("pid", in.Victim.PID, w["pid"])
	same("badness", in.Victim.Badness, w["badness"])
	same("rss", in.Victim.RSS, w["rss-bytes"])
	if len(in.Aggressors) == 0 || in.Aggressors[0].Name != w["aggressor"] {
		t.Errorf("aggressors %v, want %s first", in.Aggressors, w["aggressor"])
	}
	if at := moment(t, w["kill"]); !in.At.Equal(at) {
		t.Errorf("kill at %v, want %v", in.At, at)
	}
	// A row stands for the step that begins at its time, so the onset may lie anywhere in the row.
	step := time.Duration(number(t, w["step-seconds"])) * time.Second
	if d := moment(t, w["onset"]).Sub(in.Throughput.Onset); d < -step || d > step {
		t.Errorf("onset at %v, want %s within %v", in.Throughput.Onset, w["onset"], step)
	}
}

// checkDips wants every dip that is long enough to show in the rows mentioned, and nothing made of it.
func checkDips(t *testing.T, r verdict.Report, w map[string]string) {
	dips := 0
	for _, m := range r.Mentions {
		if m.Kind == "dip" {
			dips++
		}
	}
	if dips == 0 {
		t.Errorf("no dip is mentioned; WANT has %s and others", w["dip"])
	}
}

// TestWithout takes each file of run 1 away in turn: the answer stays as far as the rest allows, never surer than with
// everything, and what the lost file would have told is listed as missing.
func TestWithout(t *testing.T) {
	whole := report(t, filepath.Join(runs, "hp-server-1"))
	for _, c := range []struct {
		file, cause, aggressor, missing string
	}{
		{"messages", "unexplained", "", "the host's log of that time"},
		{"grafana-tps.csv", "host-overcommit", "vm-k8s-worker-2", "the load tool's results"},
		{"vm-memory.json", "host-overcommit", "", "the VMs' resident memory over time"},
		{"host-memory.json", "host-overcommit", "vm-k8s-worker-2", "the host's available memory over time"},
		{"meminfo", "host-overcommit", "vm-k8s-worker-2", "/proc/meminfo of the host"},
		{"virsh-dominfo.txt", "host-overcommit", "vm-k8s-worker-2", "the VMs' sizes"},
		{"sysctl.txt", "host-overcommit", "vm-k8s-worker-2", "sysctl vm.overcommit_memory"},
		{"kubectl-get-pods.txt", "host-overcommit", "vm-k8s-worker-2", "kubectl get pods"},
		{"top-worker-1.txt", "host-overcommit", "vm-k8s-worker-2", "top or ps from inside"},
		{"virsh-list-all.txt", "host-overcommit", "vm-k8s-worker-2", ""}, // dominfo tells the same
	} {
		t.Run(c.file, func(t *testing.T) {
			dir := t.TempDir()
			copyRun(t, dir, filepath.Join(runs, "hp-server-1"), c.file)
			r := report(t, dir)
			if string(r.Verdict.Cause) != c.cause {
				t.Errorf("cause %s, want %s", r.Verdict.Cause, c.cause)
			}
			if r.Verdict.Confidence > whole.Verdict.Confidence {
				t.Errorf("confidence %v without the file, %v with it", r.Verdict.Confidence, whole.Verdict.Confidence)
			}
			if got := firstAggressor(r); got != c.aggressor {
				t.Errorf("aggressor %q, want %q", got, c.aggressor)
			}
			if c.missing != "" && !misses(r, c.missing) {
				t.Errorf("%q is not among the missing: %v", c.missing, r.Missing)
			}
		})
	}
}

// TestOnlyLog is the commonest use: nothing but /var/log/messages.
func TestOnlyLog(t *testing.T) {
	r := report(t, filepath.Join(runs, "hp-server-1", "messages"))
	if r.Verdict.Cause != verdict.HostOvercommit || r.Verdict.Confidence > .6 {
		t.Errorf("%s with %v: want host-overcommit, and not surer than .6 on a log alone", r.Verdict.Cause, r.Verdict.Confidence)
	}
	in := r.Incidents[0]
	if in.Victim.Name != "vm-k8s-worker-1" || r.Clock.Zone != "+08:00" || r.Clock.Year != 2021 {
		t.Errorf("victim %s, zone %s, year %d", in.Victim.Name, r.Clock.Zone, r.Clock.Year)
	}
	// score 256 of 1000 is cut, not rounded: RAM lies between points/0.257 and points/0.256
	const truth = 65675952 << 10
	ram, slack := r.Capacity.RAM.Or(0), r.Capacity.RAMSlack.Or(0)
	if slack == 0 || math.Abs(float64(ram-truth)) > float64(slack) {
		t.Errorf("RAM %d ± %d worked out from the score, want %d within", ram, slack, int64(truth))
	}
}

// TestExcerpt is what gets pasted into tickets: the eight lines of run 1's end. They name the victim alone, and what one VM
// held says nothing of what the others did.
func TestExcerpt(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join(runs, "hp-server-1", "messages"))
	if err != nil {
		t.Fatal(err)
	}
	var excerpt []byte
	for line := range bytes.Lines(whole) {
		if bytes.HasPrefix(line, []byte("Feb 20 04:20:4")) {
			excerpt = append(excerpt, line...)
		}
	}
	path := filepath.Join(t.TempDir(), "excerpt.log")
	if err := os.WriteFile(path, excerpt, 0o600); err != nil {
		t.Fatal(err)
	}
	r := report(t, path)
	if r.Verdict.Cause != verdict.HostOvercommit || r.Verdict.Confidence > .6 || r.Incidents[0].Victim.Name != "vm-k8s-worker-1" {
		t.Errorf("%s with %v, victim %+v", r.Verdict.Cause, r.Verdict.Confidence, r.Incidents[0].Victim)
	}
}

// TestLogWithoutYear is run 2's log alone: nothing in it gives away year or zone, so neither is claimed.
func TestLogWithoutYear(t *testing.T) {
	dir := t.TempDir()
	copyFile(t, filepath.Join(runs, "hp-server-2", "messages"), filepath.Join(dir, "messages"))
	old := time.Date(2024, 1, 1, 0, 7, 11, 0, time.UTC) // a copy's time says nothing
	if err := os.Chtimes(filepath.Join(dir, "messages"), old, old); err != nil {
		t.Fatal(err)
	}
	r := report(t, dir)
	if r.Clock.Zone != "" || r.Clock.Year != 0 {
		t.Errorf("zone %q and year %d are claimed; the log tells neither", r.Clock.Zone, r.Clock.Year)
	}
	if v := r.Incidents[0].Victim; v.Name != "vm-k8s-worker-2" {
		t.Errorf("victim %s", v.Name)
	}
}

// TestOrder reads the files of a run in both orders.
func TestOrder(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(runs, "hp-server-1", "*"))
	var back []string
	for i := len(files) - 1; i >= 0; i-- {
		back = append(back, files[i])
	}
	for _, format := range []string{"json", "text"} {
		if a, b := printed(t, format, files), printed(t, format, back); a != b {
			t.Errorf("%s depends on the order of the inputs:\n%s\n---\n%s", format, a, b)
		}
	}
}

func printed(t *testing.T, format string, files []string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(""), &out, &errs, append([]string{"-f", format}, files...)); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	return out.String()
}

func firstAggressor(r verdict.Report) string {
	if len(r.Incidents) == 0 || len(r.Incidents[0].Aggressors) == 0 {
		return ""
	}
	return r.Incidents[0].Aggressors[0].Name
}

func misses(r verdict.Report, what string) bool {
	for _, m := range r.Missing {
		if strings.Contains(m.What.String(), what) {
			return true
		}
	}
	return false
}

func copyRun(t *testing.T, to, from, without string) {
	t.Helper()
	files, err := filepath.Glob(from + "/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", from, err)
	}
	for _, f := range files {
		if filepath.Base(f) != without {
			copyFile(t, f, filepath.Join(to, filepath.Base(f)))
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
