package follow

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// collector counts the numbered lines of all generations.
type collector struct {
	mu      sync.Mutex
	seen    map[int]int
	strange []string
	torn    string
	all     sync.WaitGroup
	notices []Notice
}

func (c *collector) begin(g *Generation) {
	c.all.Go(func() {
		r := bufio.NewReader(g)
		for {
			text, err := r.ReadString('\n')
			c.line(text, err)
			if err != nil {
				return
			}
		}
	})
}

func (c *collector) line(text string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.torn += text
		return
	}
	var n int
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || len(text) != lineLength {
		c.strange = append(c.strange, text)
	}
	c.seen[n]++
}

func (c *collector) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seen)
}

func (c *collector) notice(n Notice) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.notices = append(c.notices, n)
}

const lineLength = 64

func numbered(n int) string {
	return fmt.Sprintf("%010d %s\n", n, strings.Repeat("x", lineLength-12))
}

// follow starts to follow a path; the function that it gives waits for so many lines, ends, and gives what came.
func follow(t *testing.T, path string) (c *collector, finish func(lines int)) {
	t.Helper()
	return followBy(t, &File{Path: path})
}

func followBy(t *testing.T, f *File) (c *collector, finish func(lines int)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	c = &collector{seen: map[int]int{}}
	f.Begin, f.Notice = c.begin, c.notice
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.Run(ctx)
	}()
	return c, func(lines int) {
		t.Helper()
		deadline := time.Now().Add(time.Minute)
		for c.count() < lines && time.Now().Before(deadline) {
			time.Sleep(glance)
		}
		stop()
		<-ended
		c.all.Wait()
		c.check(t, lines)
	}
}

func (c *collector) check(t *testing.T, lines int) {
	t.Helper()
	lost, doubled := 0, 0
	for n := range lines {
		if c.seen[n] == 0 {
			lost++
		}
		if c.seen[n] > 1 {
			doubled++
		}
	}
	if lost > 0 || doubled > 0 || len(c.seen) > lines || len(c.strange) > 0 {
		t.Errorf("of %d lines %d were lost and %d doubled; %d strange ones as %q", lines, lost, doubled, len(c.strange), c.strange[:min(len(c.strange), 2)])
	}
}

// writer writes numbered lines to the file under a path.
type writer struct {
	t    *testing.T
	path string
	file *os.File
	next int
}

func (w *writer) open() {
	f, err := os.OpenFile(w.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		w.t.Error(err)
	}
	w.file = f
}

// burst writes as a busy daemon does: several lines at a time, the last one in two pieces.
func (w *writer) burst(lines int) {
	var b strings.Builder
	for range lines {
		b.WriteString(numbered(w.next))
		w.next++
	}
	text := b.String()
	half := len(text) - lineLength/2
	for _, part := range []string{text[:half], text[half:]} {
		if _, err := w.file.WriteString(part); err != nil {
			w.t.Error(err)
		}
	}
}

// TestRotationsAtSpeed writes 100,000 lines a second, rotates several times, and counts what comes.
func TestRotationsAtSpeed(t *testing.T) {
	for _, way := range []struct {
		name   string
		rotate func(w *writer, n int)
		loss   bool // that lines may be missing is to be told
		alone  bool
	}{
		{"rename and create", renamed, false, false},
		{"rename, the writer stays for a while", renamedLate, false, false},
		{"copy and truncate", copied, true, false},
		{"rename, pack, remove", packed, false, false},
		{"rename and create, without the library", renamed, false, true},
		{"copy and truncate, without the library", copied, true, true},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			const bursts, size, rotations = 300, 500, 6
			w := &writer{t: t, path: filepath.Join(t.TempDir(), "messages")}
			w.open()
			c, finish := followBy(t, &File{Path: w.path, alone: way.alone})
			pace := time.NewTicker(5 * time.Millisecond)
			defer pace.Stop()
			for i := range bursts {
				w.burst(size)
				if i%(bursts/rotations) == bursts/rotations-1 {
					way.rotate(w, i)
				}
				<-pace.C
			}
			w.file.WriteString("torn")
			finish(w.next)
			if c.torn != "torn" {
				t.Errorf("the last line, which has no end, came as %q", c.torn)
			}
			if told := len(c.notices) > 0 && c.notices[0].Loss != nil; told != way.loss {
				t.Errorf("notices: %+v", c.notices)
			}
		})
	}
}

func renamed(w *writer, n int) {
	os.Rename(w.path, fmt.Sprintf("%s.%d", w.path, n))
	w.file.Close()
	w.open()
}

// renamedLate goes on in the old file, as a daemon does until it is told of the rotation.
func renamedLate(w *writer, n int) {
	os.Rename(w.path, fmt.Sprintf("%s.%d", w.path, n))
	old := w.file
	w.open()
	fresh := w.file
	w.file = old
	for range 20 {
		w.burst(500)
		time.Sleep(5 * time.Millisecond)
	}
	old.Close()
	w.file = fresh
}

// copied copies and cuts without a write between the two: what falls there nobody could save.
func copied(w *writer, n int) {
	data, err := os.ReadFile(w.path)
	if err == nil {
		err = os.WriteFile(fmt.Sprintf("%s.%d", w.path, n), data, 0o644)
	}
	if err == nil {
		err = os.Truncate(w.path, 0)
	}
	if err != nil {
		w.t.Error(err)
	}
}

func packed(w *writer, n int) {
	renamed(w, n)
	pack(w.t, fmt.Sprintf("%s.%d", w.path, n))
}

// pack puts a file's content into another one, .gz, and removes it.
func pack(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Error(err)
	}
	z.Close()
	if err := os.WriteFile(path+".gz", b.Bytes(), 0o644); err != nil {
		t.Error(err)
	}
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}
