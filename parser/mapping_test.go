//go:build linux || darwin || freebsd

package parser

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestMappedFileIsCut: logrotate's copytruncate may empty a file while it is read; that must not end the program.
func TestMappedFileIsCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, bytes.Repeat([]byte("line\n"), 100_000), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, giveBack, ok := (&plainFile{f: f, size: 500_000}).mapped(4999, 400_000)
	if !ok || len(data) != 400_000 || string(data[:6]) != "\nline\n" {
		t.Fatalf("%v, %d bytes, %q", ok, len(data), data[:min(len(data), 6)])
	}
	defer giveBack()
	count := func() { bytes.Count(data, []byte{'\n'}) }
	if !survive(count) {
		t.Error("a whole file was lost")
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if survive(count) {
		t.Error("bytes that are gone were read")
	}
}
