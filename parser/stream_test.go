package parser

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"oomortem/parser/record"
)

func TestStreamGivesTheRestAfterTheLinesRead(t *testing.T) {
	text := "first\nsecond\n" + strings.Repeat("x", 3*blockSize) + "\nlast"
	l := NewLines("f", iotest.OneByteReader(strings.NewReader(text)), record.Discard{})
	if !l.Next() || string(l.Bytes()) != "first" {
		t.Fatalf("first line %q", l.Bytes())
	}
	rest, err := io.ReadAll(l.Stream())
	if err != nil || string(rest) != text[len("first\n"):] {
		t.Fatalf("the stream gave %d bytes, %v; want %d", len(rest), err, len(text)-len("first\n"))
	}
	if l.Number() != 3 {
		t.Errorf("%d line ends counted, want 3", l.Number())
	}
}

func TestStreamKeepsTheReadError(t *testing.T) {
	l := NewLines("f", io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(io.ErrUnexpectedEOF)), record.Discard{})
	rest, err := io.ReadAll(l.Stream())
	if err != nil || string(rest) != "abc" || l.Err() != io.ErrUnexpectedEOF {
		t.Fatalf("%q, %v, Err %v", rest, err, l.Err())
	}
}
