package main

import (
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/reports"
)

func compared(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(""), &out, &errs, append([]string{"compare"}, args...)); status != want {
		t.Fatalf("status %d, want %d: %s", status, want, &errs)
	}
	return out.String()
}

// TestCompare sets run 2 (80 GiB promised, killed) beside run 3 (60 GiB, held); the figures are those of their WANT files.
func TestCompare(t *testing.T) {
	two, three := filepath.Join(runs, "hp-server-2"), filepath.Join(runs, "hp-server-3")
	text := compared(t, exitDone, two, three)
	for _, want := range []string{"host-overcommit", "healthy", "80.0 GiB", "60.0 GiB", "-25.0 %", "fixed-by-change", "not like with like: the VM sizes differ"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
	var got struct {
		Schema     string
		Runs       []struct{ Run, Cause string }
		Throughput struct {
			Before, After, P float64
			Like             bool `json:"like_with_like"`
		}
		Differences []struct {
			What          string
			Before, After any
		}
	}
	if err := json.Unmarshal([]byte(compared(t, exitDone, "-f", "json", two, three)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != verdict.ComparisonSchema || len(got.Runs) != 2 || got.Runs[0].Cause != "host-overcommit" || got.Runs[1].Run != "hp-server-3" {
		t.Errorf("%+v", got)
	}
	if got.Throughput.Like || got.Throughput.P > .01 {
		t.Errorf("throughput %+v", got.Throughput)
	}
	want := wanted(t, runs+"/hp-server-2.WANT")
	for _, d := range got.Differences {
		if d.What == "promised to the VMs" && d.Before != number(t, want["promised-bytes"]) {
			t.Errorf("promised %v, want %s", d.Before, want["promised-bytes"])
		}
	}
}

func TestCompareWithItself(t *testing.T) {
	one := filepath.Join(runs, "hp-server-1")
	text := compared(t, exitDone, one, one)
	if !strings.Contains(text, "no difference beyond chance") || strings.Contains(text, "%  ") {
		t.Errorf("a run differs from itself:\n%s", text)
	}
}

func TestCompareUsage(t *testing.T) {
	compared(t, exitUsage, runs)
	compared(t, exitUsage, "-f", "jira", runs, runs)
	compared(t, exitUnusable, runs+"/none", runs+"/none")
}

// TestCompareOddNumbers has figures that are no numbers, as a run without any throughput gives: null, not an error.
func TestCompareOddNumbers(t *testing.T) {
	var out bytes.Buffer
	nan := math.NaN()
	c := verdict.Comparison{Throughput: &verdict.Plateaus{Before: 0, After: 5, Change: math.Inf(1), P: nan}, Differences: []verdict.Difference{{What: verdict.Say("x"), Before: nan}}}
	if err := reports.ComparisonJSON(&out, c); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || got["throughput"].(map[string]any)["p"] != nil || got["patterns"] == nil {
		t.Errorf("%v: %s", err, &out)
	}
}
