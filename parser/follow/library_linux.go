package follow

import (
	"bytes"
	"fmt"
	"log"
	"os"

	"github.com/hpcloud/tail"
	"golang.org/x/sys/unix"
)

// library is github.com/hpcloud/tail reading one file from an offset on. It is given the open file, not its path, and must
// not open anything else, for on a rotation it drops the unread rest of the file; and when it stops whatever it had read
// ahead is read again by whoever started it.
//
// Note: without inotify it ends the whole program, so it is not used then; nor on systems without /proc.
type library struct {
	tail  *tail.Tail
	lines chan *line    // without their ends; closed when it gave up
	cut   chan struct{} // it saw that the file was cut; no line of the new content comes before this
	done  chan struct{}
}

type line = tail.Line

// startLibrary gives nil where the library cannot be used.
func startLibrary(f *os.File, offset int64) *library {
	if !notifies() {
		return nil
	}
	l := &library{cut: make(chan struct{}), done: make(chan struct{})}
	t, err := tail.TailFile(fmt.Sprintf("/proc/self/fd/%d", f.Fd()), tail.Config{
		Location: &tail.SeekInfo{Offset: offset}, MustExist: true, Follow: true, Logger: log.New(l, "", 0),
	})
	if err != nil {
		return nil
	}
	l.tail, l.lines = t, t.Lines
	return l
}

// notifies tells whether inotify can be had: the number of its users is limited.
func notifies() bool {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		return false
	}
	return unix.Close(fd) == nil
}

// Write takes what the library logs. It logs a cut from the goroutine that sends its lines, before it reads on, which is
// the one way to know which lines stood before the cut.
func (l *library) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("Re-opening truncated")) {
		select {
		case l.cut <- struct{}{}:
		case <-l.done:
		}
	}
	return len(p), nil
}

// stop ends it; what it had read ahead is dropped.
func (l *library) stop() {
	close(l.done)
	l.tail.Kill(nil)
	for range l.lines {
	}
	l.tail.Wait()
}
