package follow

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// waitFor waits until so many lines came.
func (c *collector) waitFor(t *testing.T, lines int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); c.count() < lines; time.Sleep(glance) {
		if time.Now().After(deadline) {
			t.Fatalf("%d lines came, want %d", c.count(), lines)
		}
	}
}

func TestFileThatAppearsLater(t *testing.T) {
	w := &writer{t: t, path: filepath.Join(t.TempDir(), "messages")}
	c, finish := follow(t, w.path)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(glance) {
		c.mu.Lock()
		told := len(c.notices) > 0 && strings.Contains(c.notices[0].Text, "waiting for it to appear")
		c.mu.Unlock()
		if told {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody is told that the file is awaited")
		}
	}
	w.open()
	w.burst(3)
	finish(3)
}

// TestLineComesAtOnce: each line is there before the next one is written, one written in two halves included.
func TestLineComesAtOnce(t *testing.T) {
	w := &writer{t: t, path: filepath.Join(t.TempDir(), "messages")}
	w.open()
	c, finish := follow(t, w.path)
	for i := range 20 {
		w.burst(1)
		c.waitFor(t, i+1)
	}
	line := numbered(20)
	w.file.WriteString(line[:20])
	time.Sleep(2 * asleep) // whatever happens to the half, the line is one
	w.file.WriteString(line[20:])
	finish(21)
}

// TestLongLine: a piece without an end is not waited for in the library's memory.
func TestLongLine(t *testing.T) {
	w := &writer{t: t, path: filepath.Join(t.TempDir(), "messages")}
	w.open()
	w.burst(2)
	c, finish := follow(t, w.path)
	c.waitFor(t, 2)
	long := strings.Repeat("y", 3*longPiece)
	w.file.WriteString(long)
	finish(2)
	if c.torn != long {
		t.Errorf("%d bytes of the long line came, want %d", len(c.torn), len(long))
	}
}

// TestCutWithoutCopy: the loss is told, and the file is read on.
func TestCutWithoutCopy(t *testing.T) {
	w := &writer{t: t, path: filepath.Join(t.TempDir(), "messages")}
	w.open()
	w.burst(10)
	c, finish := follow(t, w.path)
	c.waitFor(t, 10)
	if err := os.Truncate(w.path, 0); err != nil {
		t.Fatal(err)
	}
	w.burst(5)
	finish(15)
	if len(c.notices) != 1 || c.notices[0].Loss == nil || !strings.Contains(c.notices[0].Text, "no copy") {
		t.Errorf("notices: %+v", c.notices)
	}
}

// TestNameAfterRotation: a generation tells where its lines lie now.
func TestNameAfterRotation(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	if err := os.WriteFile(path, []byte(numbered(0)), 0o644); err != nil {
		t.Fatal(err)
	}
	f := &File{Path: path, Begin: func(*Generation) {}, Notice: func(Notice) {}}
	first := f.look(nil)
	if first.Name() != path {
		t.Errorf("at first it is %s", first.Name())
	}
	old := filepath.Join(dir, "app-20210220.log")
	if err := os.Rename(path, old); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(numbered(1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if second := f.look(first); second == first || second.Name() != path || second.Number != 1 || first.Name() != old {
		t.Errorf("the first is now %s, the second %s", first.Name(), second.Name())
	}
	first.passed([]byte(numbered(0)))
	pack(t, old)
	if name := first.Name(); name != old+".gz" {
		t.Errorf("packed it is %s", name)
	}
	if err := os.Remove(old + ".gz"); err != nil {
		t.Fatal(err)
	}
	if name := first.Name(); !strings.Contains(name, "rotated away, 1") {
		t.Errorf("when its file is gone it is %s", name)
	}
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, nil, 0); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		filepath.Join(dir, "later"): "",
		dir:                         "name the log files in it",
		secret:                      "run as a user who may read it",
	} {
		if path == secret && os.Geteuid() == 0 {
			continue // root may read anything
		}
		err := Check(path)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", path, err, says)
		}
	}
}
