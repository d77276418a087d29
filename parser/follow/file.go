package follow

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// glance is how often the path is looked at for a rotation.
const glance = 20 * time.Millisecond

// File follows the log under a path.
type File struct {
	Path string
	// Begin takes each generation as it begins, and must return at once. Whoever takes it reads it to its end, or
	// gives it up with Close.
	Begin func(*Generation)
	// Mark makes the generation that is there at first tell where what its file held then ends.
	Mark bool
	// Notice takes what the user should know: that the file is awaited, that lines may be missing.
	Notice func(Notice)

	end    chan struct{} // closed: generations end with what they have
	looked bool          // once
	alone  bool          // without the library, as where it cannot be used
	latest os.FileInfo
	said   string // the latest state that was told
}

// Notice is news of a followed file.
type Notice struct {
	Text string
	Loss *Generation // of which lines may be missing; nil: of none
}

// Check tells what makes it useless to follow the path; a file that is not there yet may come.
func Check(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("following %s: %w", path, reason(err))
	case info.IsDir():
		return fmt.Errorf("following %s: it is a folder; name the log files in it", path)
	case !info.Mode().IsRegular(): // to open a pipe might wait for its writer
		return nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("following %s: %w; run as a user who may read it (root, or the group adm or systemd-journal)", path, reason(err))
	}
	if err != nil {
		return fmt.Errorf("following %s: %w", path, reason(err))
	}
	return f.Close()
}

func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// Run follows until the context is done. Generations that were begun then end with what their file holds.
func (f *File) Run(ctx context.Context) {
	f.end = make(chan struct{})
	tick := time.NewTicker(glance)
	defer tick.Stop()
	var current *Generation
	for {
		current = f.look(current)
		f.looked = true
		select {
		case <-ctx.Done():
			f.look(current) // what began a moment ago belongs to it
			close(f.end)
			return
		case <-tick.C:
		}
	}
}

// look compares what the path names with the generation at hand and gives the one that is current now.
func (f *File) look(current *Generation) *Generation {
	info, err := os.Stat(f.Path)
	switch {
	case err != nil: // moved away: what its writer still writes is read on
		f.away(current, err)
		return current
	case current == nil || !os.SameFile(info, current.info):
		next := f.open(current)
		if next != nil && current != nil {
			close(current.rotated)
		}
		return f.begin(current, next)
	case f.changed(info) && current.isCut() || current.cutSeen.Load():
		next := f.open(current)
		if next == nil {
			f.latest = nil
			return current
		}
		close(current.cut)
		return f.begin(current, next)
	}
	f.said = ""
	return current
}

// changed tells that the file is not as it was at the latest look: an idle log costs no more than that.
func (f *File) changed(info os.FileInfo) bool {
	before := f.latest
	f.latest = info
	return before == nil || before.Size() != info.Size() || !before.ModTime().Equal(info.ModTime())
}

func (f *File) begin(current, next *Generation) *Generation {
	if next == nil {
		return current
	}
	f.said = ""
	f.Begin(next)
	return next
}

func (f *File) away(current *Generation, err error) {
	if current == nil {
		f.tell(Notice{Text: fmt.Sprintf("%s: %v; waiting for it to appear", f.Path, reason(err))})
	}
}

// tell gives a notice once.
func (f *File) tell(n Notice) {
	if n.Text != f.said {
		f.said = n.Text
		f.Notice(n)
	}
}

// open begins the generation that the path names now; nil when it cannot be opened yet.
func (f *File) open(before *Generation) *Generation {
	file, err := os.Open(f.Path)
	if err != nil {
		f.tell(Notice{Text: fmt.Sprintf("%s: %v; trying on", f.Path, reason(err))})
		return nil
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		file.Close()
		f.tell(Notice{Text: f.Path + " is no file any more; waiting for one to appear"})
		return nil
	}
	place, err := filepath.EvalSymlinks(f.Path)
	if err != nil {
		place = f.Path
	}
	g := &Generation{path: f.Path, place: place, alone: f.alone, file: file, info: info, notice: f.Notice, end: f.end,
		rotated: make(chan struct{}), cut: make(chan struct{}), given: make(chan struct{})}
	if f.Mark && !f.looked {
		g.past, g.marks = info.Size(), info.Size() > 0
		g.Past = g.marks
	}
	if before != nil {
		g.Number = before.Number + 1
	}
	return g
}
