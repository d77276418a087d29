package parser

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/iotest"
	"time"
)

// seeds gives the beginning of each log fixture.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	files, err := filepath.Glob("../fixtures/logs/*/*/*")
	if err != nil || len(files) < 30 {
		f.Fatalf("%d fixtures: %v", len(files), err)
	}
	var all [][]byte
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, data[:min(len(data), 2<<10)])
	}
	return all
}

// FuzzDocuments reads anything as a document of JSON: the same lines however the bytes come, none of the input's line ends
// lost, so that numbers of lines stay true, and recognition sees what the reader gives.
func FuzzDocuments(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
		f.Add(append([]byte("{\"hits\": {\n\"hits\": [\n"), bytes.ReplaceAll(data, []byte("}\n{"), []byte("},\n{"))...))
		f.Add(append([]byte("[\n"), bytes.ReplaceAll(data, []byte("}\n{"), []byte("},\n{"))...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := &documents{before: answerList(data)}
		whole.answer = whole.before > 0
		want := whole.take(nil, data)
		if got, need := bytes.Count(want, []byte{'\n'})+whole.ends, bytes.Count(data, []byte{'\n'}); got < need {
			t.Fatalf("%d line ends of %d", got, need)
		}
		got, err := io.ReadAll(&documents{from: bufio.NewReader(iotest.OneByteReader(bytes.NewReader(data)))})
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("byte by byte: %v, %q, want %q", err, got, want)
		}
		if seen := offDocument(data); !bytes.HasPrefix(want, seen) {
			t.Fatalf("recognition sees %q of %q", seen, want)
		}
	})
}

// FuzzFrames reads anything as counted messages: the same lines however the bytes come, no more than a line end added for
// each message, and recognition sees what the reader gives.
func FuzzFrames(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
		f.Add(counted(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		want, err := io.ReadAll(&frames{from: bufio.NewReader(bytes.NewReader(data))})
		if err != nil || len(want) > len(data) {
			t.Fatalf("%v: %d bytes of %d", err, len(want), len(data))
		}
		got, err := io.ReadAll(iotest.OneByteReader(&frames{from: bufio.NewReaderSize(iotest.OneByteReader(bytes.NewReader(data)), 16)}))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("byte by byte: %v, %q, want %q", err, got, want)
		}
		if seen := bytes.TrimSuffix(offFrames(data), []byte{'\n'}); !bytes.HasPrefix(want, seen) {
			t.Fatalf("recognition sees %q of %q", seen, want)
		}
	})
}

// counted makes counted messages of lines (RFC 6587, 3.4.1).
func counted(lines []byte) (out []byte) {
	for line := range bytes.Lines(lines) {
		line = append([]byte("<4>1 "), bytes.TrimRight(line, "\r\n")...)
		out = append(append(out, []byte(strconv.Itoa(len(line))+" ")...), line...)
	}
	return out
}

// FuzzBeginning looks at the beginning of anything, behind a hole and with a first line of any length: what is read is the
// input from behind the hole on, whole.
func FuzzBeginning(f *testing.F) {
	for i, data := range seeds(f) {
		f.Add(data, uint16(0), uint16(0))
		f.Add(data, uint16(fewestNULs*i%5000), uint16(i*7))
	}
	f.Fuzz(func(t *testing.T, data []byte, nuls, kilobytes uint16) {
		long := bytes.Repeat([]byte("long "), int(kilobytes%200)*205)
		all := append(append(make([]byte, int(nuls)), long...), data...)
		in := NewInput("in", bytes.NewReader(all), time.Time{})
		skipped := in.skipNULs()
		if hole := len(all) - len(bytes.TrimLeft(all, "\x00")); skipped != hole && (skipped != 0 || hole >= fewestNULs) {
			t.Fatalf("%d bytes of a hole of %d skipped", skipped, hole)
		}
		head, _ := in.r.Peek(headSize)
		shown, ok := in.behindLongLine(head)
		shown = bytes.Clone(shown) // it lies in the buffer
		rest, err := io.ReadAll(in.r)
		if err != nil || !bytes.Equal(rest, all[skipped:]) {
			t.Fatalf("%v: %d bytes of %d are read", err, len(rest), len(all)-skipped)
		}
		if _, behind, cut := bytes.Cut(rest, []byte{'\n'}); ok && (!cut || !bytes.HasPrefix(behind, shown)) {
			t.Fatalf("not behind the first line: %.60q", shown)
		} else if !ok && !bytes.HasPrefix(rest, shown) {
			t.Fatalf("not the beginning: %.60q", shown)
		}
	})
}
