package scan

import (
	"bytes"
	"strings"
	"testing"
)

var oomWords = []string{"Killed process ", "invoked oom-killer", "oom-kill:constraint", "Kernel panic", " blocked for more than ", "lockup", "segfault at ",
	"traps: ", "entered ", " left ", "Linux version ", "audit(1", "page allocation failure"}

func TestWordsFindsWhatContainsFinds(t *testing.T) {
	w := NewWords(oomWords)
	for _, s := range []string{"", "a", "left", " left ", "x left y", "lockup", "soft lockup on", "LOCKUP", "traps:", "traps: ", "Killed process", "Killed process 1",
		"aud audit(1", "audit(2", strings.Repeat("lock", 50) + "up", "blocked for more than 120", " blocked for more than 120"} {
		want := false
		for _, o := range oomWords {
			want = want || strings.Contains(s, o)
		}
		if got := w.In([]byte(s)); got != want {
			t.Errorf("In(%q) = %v, want %v", s, got, want)
		}
	}
	if NewWords(nil).In([]byte("x")) {
		t.Error("no words are in no text")
	}
	if !NewWords([]string{"abc", "a"}).In([]byte("x")) {
		t.Error("a word that is too short for the method must not hide a line")
	}
}

func FuzzWords(f *testing.F) {
	f.Add([]byte("x left y"), "left", "ab")
	f.Fuzz(func(t *testing.T, text []byte, a, b string) {
		if len(a) < 2 || len(b) < 2 {
			return
		}
		want := bytes.Contains(text, []byte(a)) || bytes.Contains(text, []byte(b))
		if len(a) < 255 && len(b) < 255 && NewWords([]string{a, b}).In(text) != want {
			t.Errorf("In(%q) of %q %q: want %v", text, a, b, want)
		}
	})
}

func BenchmarkWords(b *testing.B) {
	text := []byte("[UFW BLOCK] IN=eth0 OUT= MAC=52:54:00 SRC=10.0.17.23 DST=10.0.0.5 LEN=60 PROTO=TCP DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0")
	w := NewWords(oomWords)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if w.In(text) {
			b.Fatal("found")
		}
	}
}
