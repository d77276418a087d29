package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func planned(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(""), &out, &errs, append([]string{"plan"}, args...)); status != want {
		t.Fatalf("plan %q: status %d, want %d: %s", args, status, want, &errs)
	}
	return out.String()
}

// TestPlanLength works out volume over throughput: 1e8/1000 s = 27.78 h, 3e7/1000 s = 8.33 h, 5e7/1700 s = 8.17 h.
func TestPlanLength(t *testing.T) {
	for _, c := range []struct {
		want string
		args []string
	}{
		{"Length: 27 h 47 min", []string{"--volume", "100M", "--tps", "1000"}},
		{"Length: 8 h 20 min", []string{"--monthly", "10M", "--months", "3", "--tps", "1000"}},
		{"Length: 8 h 10 min", []string{"--volume", "50000000", "--tps", "1700"}},
	} {
		if got := planned(t, exitDone, c.args...); !strings.Contains(got, c.want) {
			t.Errorf("%q: %s, want %s", c.args, got, c.want)
		}
	}
}

// TestPlanRun asks about the archived runs; their achieved volumes stand in WANT: 32.6 and 72.5 million.
func TestPlanRun(t *testing.T) {
	failed := planned(t, exitDone, "--volume", "50M", filepath.Join(runs, "hp-server-2"))
	for _, want := range []string{"65 % of the volume, not long enough", "It failed for memory", "11.5 GiB"} { // 16 × (62.6-4)/80 = 11.7, cut to halves
		if !strings.Contains(failed, want) {
			t.Errorf("%q is not in:\n%s", want, failed)
		}
	}
	held := planned(t, exitDone, "--volume", "50M", "--capacity", filepath.Join(runs, "hp-server-1/grafana-tps.csv"), filepath.Join(runs, "hp-server-3"))
	for _, want := range []string{"145 % of the volume, long enough", "of the maximum", "Capacity: 1,8", "it fits only just"} {
		if !strings.Contains(held, want) {
			t.Errorf("%q is not in:\n%s", want, held)
		}
	}
}

func TestPlanSizes(t *testing.T) {
	got := planned(t, exitDone, "--ram", "64G", "--vm", "db=60G", "--vm", "web=20G") // room 60 of 80: three quarters
	if !strings.Contains(got, "45.0 GiB") || !strings.Contains(got, "15.0 GiB") {
		t.Error(got)
	}
	if got := planned(t, exitDone, "--ram", "64G", "--vm", "db=60G"); !strings.Contains(got, "it fits") {
		t.Error(got)
	}
}

func TestPlanRules(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rules.yaml")
	planned(t, exitDone, "--rules", file)
	data, err := os.ReadFile(file)
	if err != nil || planned(t, exitDone, "--rules", "-") != string(data) || !strings.Contains(string(data), "node_vmstat_oom_kill") {
		t.Errorf("%v: %s", err, data)
	}
}

func TestPlanUsage(t *testing.T) {
	for _, args := range [][]string{
		{}, {"--volume", "50M"}, {"--volume", "x", "--tps", "1"}, {"--monthly", "10M", "--tps", "1"}, {"--volume", "1M", "--monthly", "1M", "--months", "1", "--tps", "1"},
		{"--ram", "64G"}, {"--ram", "x", "--vm", "a=1G"}, {"--ram", "64G", "--vm", "a"}, {"--volume", "1M", "--tps", "-1"}, {"--ram", "2G", "--vm", "a=1G"},
	} {
		planned(t, exitUsage, args...)
	}
	planned(t, exitUnusable, "--volume", "1M", "--capacity", filepath.Join(runs, "none"))
}
