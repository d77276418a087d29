//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe that a report is written to is still one afterwards: a file was not put in its place.
func TestOutputToPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "r.txt")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	got := make(chan string)
	go func() {
		data, _ := os.ReadFile(pipe)
		got <- string(data)
	}()
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(kill), &out, &errs, []string{"analyze", "-q", "-o", pipe, "-"}); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	if info, err := os.Lstat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Fatalf("%v: the pipe is gone", err)
	}
	if report := <-got; !strings.Contains(report, "7569") {
		t.Errorf("the reader got %q", report)
	}
}
