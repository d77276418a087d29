package parser

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

func TestHolesAtTheBeginning(t *testing.T) {
	for _, c := range []struct{ nuls, skipped int }{{0, 0}, {1, 0}, {fewestNULs - 1, 0}, {fewestNULs, fewestNULs}, {headSize, headSize}, {3*headSize + 7, 3*headSize + 7}} {
		for _, rest := range []string{"", "a log\n", "\n"} {
			in := NewInput("in", strings.NewReader(strings.Repeat("\x00", c.nuls)+rest), time.Time{})
			n := in.skipNULs()
			left, err := io.ReadAll(in.r)
			if n != c.skipped || string(left) != strings.Repeat("\x00", c.nuls-c.skipped)+rest || err != nil {
				t.Errorf("%d NULs before %q: %d skipped, want %d; %d bytes left; %v", c.nuls, rest, n, c.skipped, len(left), err)
			}
		}
	}
}

// TestWhatIsBehindALongLine: a first line of up to MaxLine bytes hides nothing, and nothing is lost by the look behind it.
func TestWhatIsBehindALongLine(t *testing.T) {
	for _, c := range []struct {
		long   int
		rest   string
		behind string
		ok     bool
	}{
		{10, "\nb\n", "", false},
		{headSize, "\nb\n", "b\n", true},
		{MaxLine, "\nb\n", "b\n", true},
		{headSize, "", "", false},
		{headSize, "\n", "", false},
		{2*headSize + MaxLine, "\nb\n", "", false},
	} {
		text := strings.Repeat("x", c.long) + c.rest
		in := NewInput("in", strings.NewReader(text), time.Time{})
		head, _ := in.r.Peek(headSize)
		before := bytes.Clone(head)
		behind, ok := in.behindLongLine(head)
		if ok != c.ok || ok && string(behind) != c.behind || !ok && !bytes.Equal(behind, before) {
			t.Errorf("%d bytes and %q: %v, %d bytes", c.long, c.rest, ok, len(behind))
		}
		if left, err := io.ReadAll(in.r); string(left) != text || err != nil {
			t.Errorf("%d bytes and %q: %d bytes left, want %d; %v", c.long, c.rest, len(left), len(text), err)
		}
	}
}
