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
		if len(a) < 3 || len(b) < 3 {
			return
		}
		want := bytes.Contains(text, []byte(a)) || bytes.Contains(text, []byte(b))
		if len(a) < 255 && len(b) < 255 && NewWords([]string{a, b}).In(text) != want {
			t.Errorf("In(%q) of %q %q: want %v", text, a, b, want)
		}
	})
}

func BenchmarkWords(b *testing.B) {
	for name, text := range map[string]string{
		"systemd": "Started Cleanup of Temporary Directories and of everything else that is not needed any more.",
		"kubelet": `I1012 19:34:44.999261    2480 kuberuntime_container.go:709] "Killing container with a grace period" pod="default/nginx-1"`,
	} {
		b.Run(name, func(b *testing.B) {
			w := NewWords([]string{"killed by the OOM killer", "oom-kill", "TaskOOM", "Reason:OOMKilling", "System OOM encountered", "dumped core", "ain process exited, code=",
				"Startup finished in ", "System is ", "Reached target ", "machine-qemu", ".scope: ", " due to memory ", "systemd-oomd killed ", "viction manager: ", "OOMKilled"})
			line := []byte(text)
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				if w.In(line) {
					b.Fatal("found")
				}
			}
		})
	}
}
