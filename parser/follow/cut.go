package follow

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// isCut tells that the file does not hold any more what was read of it: it was cut short, as logrotate's copytruncate does.
// What was read is asked for first: the file may grow and be read on at any moment.
func (g *Generation) isCut() bool {
	read := g.offset.Load()
	info, err := g.file.Stat()
	if err != nil {
		return false
	}
	return info.Size() < read || !g.beginsAlike(g.file)
}

// beginsAlike tells that the file begins as what was read.
func (g *Generation) beginsAlike(f io.ReaderAt) bool {
	g.mu.Lock()
	head := bytes.Clone(g.head)
	g.mu.Unlock()
	b := make([]byte, len(head))
	n, _ := f.ReadAt(b, 0)
	return n == len(head) && bytes.Equal(b, head)
}

// goOnInCopy looks for the copy that was made before the file was cut, and reads what is still unread from there.
func (g *Generation) goOnInCopy() {
	if g.searched {
		return
	}
	g.searched = true
	offset := g.offset.Load()
	file, info := g.findCopy(offset)
	if file == nil {
		g.notice(Notice{Loss: g, Text: fmt.Sprintf("%s was cut short at byte %d and no copy of it was found beside it: lines may be missing", g.path, offset)})
		return
	}
	g.copyFile = file
	g.copied = io.NewSectionReader(file, offset, info.Size()-offset)
	g.mu.Lock()
	g.keptAs = info
	g.mu.Unlock()
	g.notice(Notice{Loss: g, Text: fmt.Sprintf("%s was copied to %s and cut short: read on there, but lines written between the copy and the cut are lost by that way of rotating (copytruncate); let logrotate use create", g.path, filepath.Base(file.Name()))})
}

func (g *Generation) readCopy(p []byte) (int, error) {
	n, err := g.copied.Read(p)
	g.offset.Add(int64(n))
	if err != nil {
		g.close()
	}
	return n, err
}

// findCopy gives the youngest file beside it that begins as it and is at least as long as what was read.
func (g *Generation) findCopy(atLeast int64) (best *os.File, bestInfo os.FileInfo) {
	for _, name := range g.siblings() {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() || info.Size() < atLeast || os.SameFile(info, g.info) ||
			best != nil && !info.ModTime().After(bestInfo.ModTime()) {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		if !g.beginsAlike(f) {
			f.Close()
			continue
		}
		if best != nil {
			best.Close()
		}
		best, bestInfo = f, info
	}
	return best, bestInfo
}

// siblings lists the files in the same folder whose names begin as the log's.
func (g *Generation) siblings() []string {
	dir, base := filepath.Split(g.place)
	if dir == "" {
		dir = "."
	}
	entries, _ := os.ReadDir(dir)
	stem := strings.TrimSuffix(base, filepath.Ext(base)) // app-20210214.log is app.log's
	var out []string
	for _, e := range entries {
		if name := e.Name(); name != base && strings.HasPrefix(name, stem) {
			out = append(out, filepath.Join(dir, name))
		}
	}
	return out
}

// Name tells under which path the generation's lines can be found now.
func (g *Generation) Name() string {
	where, read := g.info, g.offset.Load()
	switch {
	case isClosed(g.cut):
		g.mu.Lock()
		where = g.keptAs
		g.mu.Unlock()
	case !g.isRotated():
		return g.path
	}
	for _, name := range g.siblings() {
		info, err := os.Stat(name)
		// The number of a file that is gone may have been given to another one.
		if err == nil && where != nil && os.SameFile(info, where) && info.Size() >= read {
			return name
		}
	}
	if name := g.packed(); name != "" {
		return name
	}
	return fmt.Sprintf("%s (rotated away, %d)", g.path, g.Number+1)
}

// packed finds the file that logrotate packed the generation into, by its beginning; "" when there is none.
func (g *Generation) packed() string {
	for _, name := range g.siblings() {
		if filepath.Ext(name) == ".gz" && g.isIn(name) {
			return name
		}
	}
	return ""
}

func (g *Generation) isIn(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return false
	}
	b, _ := io.ReadAll(io.LimitReader(z, headLength))
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.head) > 0 && bytes.HasPrefix(b, g.head)
}

// File gives the file itself, for those who read it as a whole.
func (g *Generation) File() *os.File { return g.file }
