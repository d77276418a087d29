package follow

import (
	"bytes"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// settled is how long the file that was rotated away must be idle to be over: daemons are told of a rotation a
	// moment after it.
	settled = 2 * time.Second
	// asleep is how long the library may leave whole lines unread before it is taken to have missed their coming.
	asleep = 200 * time.Millisecond
	// longPiece is how much may come without a line's end before it is read by pieces: the library would keep it all.
	longPiece = 64 << 10
	// headLength is how much of a file's beginning it is known by.
	headLength = 1 << 10
)

// Generation is one life of a followed log: its Read gives the file's bytes from the beginning, waits for more, and ends
// with io.EOF when the file was rotated away and its writer has left it, or when following ends.
type Generation struct {
	Number int  // generations of the path before it
	Past   bool // its file held something when following began: a Read of no bytes marks where that ends

	path    string
	place   string // the path without links
	alone   bool   // without the library
	file    *os.File
	info    os.FileInfo
	notice  func(Notice)
	end     chan struct{}
	rotated chan struct{} // closed: the path names another file
	cut     chan struct{} // closed: the file was cut short and begun anew
	given   chan struct{} // closed: nobody reads it any more
	giving  sync.Once

	offset  atomic.Int64 // bytes of the file that were read
	cutSeen atomic.Bool  // the library saw the cut first
	mu      sync.Mutex
	head    []byte      // the first bytes as they were read
	keptAs  os.FileInfo // the copy of what was cut, once it was found

	// The rest belongs to the goroutine that reads.
	lib      *library
	pending  []byte // of the line that the library gave
	copied   io.Reader
	searched bool // for the copy
	copyFile *os.File
	limit    int64 // when following has ended: the size that is read up to
	ended    bool
	past     int64     // what the file held at first
	marks    bool      // its end is to be marked
	grew     time.Time // when bytes came last
	left     time.Time // when it was seen to be rotated away
}

// Read gives the next bytes, waiting for them.
func (g *Generation) Read(p []byte) (int, error) {
	for {
		if len(g.pending) > 0 {
			n := copy(p, g.pending)
			g.pending = g.pending[n:]
			return n, nil
		}
		if g.copied != nil {
			return g.readCopy(p)
		}
		if g.marks && g.offset.Load() >= g.past {
			g.marks = false
			return 0, nil
		}
		if g.lib == nil && !g.cutSeen.Load() {
			n, err := g.readFile(p)
			if n > 0 || err != nil {
				return n, err
			}
		}
		if err := g.wait(); err != nil {
			g.close()
			return 0, err
		}
	}
}

// Close gives the generation up: Read ends. The file itself stays open, for those who read it as a whole.
func (g *Generation) Close() { g.giving.Do(func() { close(g.given) }) }

// readFile reads on in the file itself; 0 at its present end.
func (g *Generation) readFile(p []byte) (int, error) {
	offset := g.offset.Load()
	if g.marks && offset < g.past {
		p = p[:min(int64(len(p)), g.past-offset)]
	}
	if g.ended {
		p = p[:min(int64(len(p)), max(g.limit-offset, 0))]
		if len(p) == 0 {
			return 0, nil
		}
	}
	n, err := g.file.ReadAt(p, offset)
	if n > 0 {
		g.passed(p[:n])
		return n, nil
	}
	if err != io.EOF {
		return 0, err
	}
	return 0, nil
}

// passed notes bytes of the file that are on their way to the reader.
func (g *Generation) passed(b []byte) {
	if offset := g.offset.Load(); offset < headLength {
		g.mu.Lock()
		g.head = append(g.head, b[:min(int64(len(b)), headLength-offset)]...)
		g.mu.Unlock()
	}
	g.offset.Add(int64(len(b)))
	g.grew = time.Now()
}

// wait waits until there may be more to read; io.EOF when there never will be.
func (g *Generation) wait() error {
	if g.over() {
		return io.EOF
	}
	switch {
	case g.isRotated() && g.left.IsZero():
		g.left = time.Now()
		g.stopLibrary()
		return nil
	case g.isRotated() || g.cutSeen.Load():
		g.pause(nil)
		return nil
	case g.lib == nil && !g.alone:
		g.lib = startLibrary(g.file, g.offset.Load())
	}
	g.pause(g.lib)
	return nil
}

// over tells that the file, read to its present end, will bring no more.
func (g *Generation) over() bool {
	switch {
	case isClosed(g.given):
		return true
	case isClosed(g.cut):
		g.stopLibrary()
		g.goOnInCopy()
		return g.copied == nil
	}
	return g.lib == nil && (g.ended || !g.left.IsZero() && time.Since(g.left) > settled && time.Since(g.grew) > settled)
}

func (g *Generation) isRotated() bool { return isClosed(g.rotated) }

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// pause waits for a line of the library, if there is one, or for news of the file.
func (g *Generation) pause(lib *library) {
	var lines <-chan *line
	var cut <-chan struct{}
	var rotated <-chan struct{}
	look := glance
	if lib != nil {
		lines, cut, rotated, look = lib.lines, lib.cut, g.rotated, asleep/2
	}
	timer := time.NewTimer(look)
	defer timer.Stop()
	select {
	case l, ok := <-lines:
		if !ok { // it gave up: the file is read without it
			g.stopLibrary()
			return
		}
		g.pending = append(append(g.pending[:0], l.Text...), '\n')
		g.passed(g.pending)
	case <-cut:
		g.cutSeen.Store(true)
		g.stopLibrary()
	case <-rotated:
	case <-g.cut:
	case <-g.given:
		g.stopLibrary()
	case <-g.end:
		g.finish()
	case <-timer.C:
		if lib != nil && g.leftUnread() {
			g.stopLibrary()
		}
	}
}

// finish makes the file's present size its end.
func (g *Generation) finish() {
	g.stopLibrary()
	if !g.ended {
		g.ended = true
		if info, err := g.file.Stat(); err == nil {
			g.limit = info.Size()
		}
	}
}

// leftUnread tells that whole lines, or a very long piece of one, came a while ago and the library has not given them: it
// misses what comes between its look at the file's end and its first notification.
func (g *Generation) leftUnread() bool {
	info, err := g.file.Stat()
	offset := g.offset.Load()
	if err != nil || info.Size() <= offset || time.Since(g.grew) < asleep {
		return false
	}
	if info.Size()-offset > longPiece {
		return true
	}
	b := make([]byte, info.Size()-offset)
	n, _ := g.file.ReadAt(b, offset)
	return bytes.IndexByte(b[:n], '\n') >= 0
}

func (g *Generation) stopLibrary() {
	if g.lib != nil {
		g.lib.stop()
		g.lib = nil
	}
}

func (g *Generation) close() {
	g.stopLibrary()
	if g.isRotated() && !isClosed(g.given) { // the path's own file stays open, so that its number is not given to the next one
		g.file.Close()
	}
	if g.copyFile != nil {
		g.copyFile.Close()
	}
}
