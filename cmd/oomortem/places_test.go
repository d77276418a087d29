package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// Output that cannot be written is no wrong usage, however little it is and so however late it is written.
func TestFullDisk(t *testing.T) {
	log := filepath.Join(t.TempDir(), "messages")
	if err := os.WriteFile(log, []byte(kill), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"analyze", log}, {"events", log}, {"events", "-f", "jsonl", log}, {"compare", log, log},
		{"changes", filepath.Join(runs, "hp-server-1")}, {"suspects", "--at", "2021-02-20T04:20:41+08:00", "-f", "jsonl", filepath.Join(runs, "hp-server-1")},
		{"plan", "--volume", "1M", "--tps", "10"}, {"submit", "k8s", "--out", "/o", "/r"},
		{"formats"}, {"causes"}, {"causes", "healthy"}, {"version"},
	} {
		var errs bytes.Buffer
		if status := run(strings.NewReader(""), full{}, &errs, args); status != exitUnusable || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%v: status %d, want %d: %s", args, status, exitUnusable, &errs)
		}
	}
}

// -o is for every command: each file in the format of its ending, and nothing on stdout.
func TestOutputOfRows(t *testing.T) {
	dir := t.TempDir()
	rows, text := filepath.Join(dir, "e.jsonl"), filepath.Join(dir, "e.txt")
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(kill), &out, &errs, []string{"events", "-q", "-o", rows, "-o", text, "-"}); status != exitDone || out.Len() > 0 {
		t.Fatalf("status %d, on stdout %q: %s", status, &out, &errs)
	}
	data, err := os.ReadFile(rows)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Kind   string
		Victim struct{ PID int }
	}
	if err := json.Unmarshal(data, &got); err != nil || got.Kind != "oom-kill" || got.Victim.PID != 7569 {
		t.Errorf("%v in %s", err, data)
	}
	if data, err := os.ReadFile(text); err != nil || !strings.Contains(string(data), "oom-kill") || strings.HasPrefix(string(data), "{") {
		t.Errorf("%v in %s", err, data)
	}
}
