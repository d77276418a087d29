package parser

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPartlyRead: somebody has read the first line of a standard input that is a file; (read line; oomortem events -) < log
// begins behind it.
func TestPartlyRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("first\nsecond\n"+strings.Repeat("more\n", 1000)), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.ReadFull(f, make([]byte, len("first\n"))); err != nil {
		t.Fatal(err)
	}
	in := NewInput("stdin", f, time.Time{})
	in.Block = 64
	if _, err := in.r.Peek(100); err != nil {
		t.Fatal(err)
	}
	plain := in.plain(charset{})
	if plain == nil {
		t.Fatal("a file is not read as one")
	}
	rest, err := io.ReadAll(io.NewSectionReader(plain.f, plain.from, plain.size-plain.from))
	if err != nil || !bytes.HasPrefix(rest, []byte("second\nmore\n")) {
		t.Errorf("it begins with %.20q, %v", rest, err)
	}
}
