// Package store knows the places where runs lie and results go: folders of this machine, and buckets of object stores
// that speak S3's protocol. Nobody above it asks which of the two a place is.
package store

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Store is a place for results. Names are paths with slashes below it.
type Store interface {
	// String gives the place as its user calls it.
	String() string
	// Ready makes the place, or tells why nothing can be written to it.
	Ready() error
	// Is tells that a path is this very place.
	Is(path string) bool
	// List gives the names of the files that lie directly in a folder, none when there is no such folder.
	List(dir string) ([]string, error)
	// Files gives all files below a folder, each with its name below the place.
	Files(dir string) iter.Seq2[string, error]
	// Open opens a file; the error is fs.ErrNotExist when there is none.
	Open(name string) (io.ReadCloser, error)
	// Write writes a file whole or not at all, in place of an older one.
	Write(name string, write func(io.Writer) error) error
	// Create is Write for a file that must not be there yet: of several who try, one succeeds and the others get
	// fs.ErrExist.
	Create(name string, data []byte) error
	// Remove takes files away, and what a writer that was killed left of them; one that is not there is no error.
	Remove(names ...string) error
	// Sweep takes away what writers that were killed left half written in a folder.
	Sweep(dir string)
	// SweepAll does so in all folders.
	SweepAll() error
}

// Read gives a small file's content; the error is fs.ErrNotExist when there is none.
func Read(s Store, name string) ([]byte, error) {
	f, err := s.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// Access opens places. The zero Access is ready for use; it asks for credentials when the first bucket is opened.
type Access struct {
	// Endpoint is the address of the object store, "" for that of the environment, else Amazon's.
	Endpoint string

	patience time.Duration // without a byte, until a download is begun anew; 0 is a minute
	pause    time.Duration // before the first new attempt; 0 is a tenth of a second
	once     sync.Once
	link     *link
	err      error
	lost     lost
}

// Store opens a place for results: a folder, or s3://BUCKET/PREFIX.
func (a *Access) Store(place string) (Store, error) {
	at, isBucket := bucketPath(place)
	if !isBucket {
		return folder(place), nil
	}
	if err := at.check(); err != nil {
		return nil, err
	}
	l, err := a.connected()
	if err != nil {
		return nil, err
	}
	return &bucket{link: l, name: at.bucket, prefix: at.key}, nil
}

// Clean gives a path in its shortest form.
func Clean(path string) string {
	if at, ok := bucketPath(path); ok {
		return at.String()
	}
	return filepath.Clean(path)
}

// Width is how many folders of a place are best listed at the same time; 0: as many as there are cores.
func Width(path string) int {
	if _, ok := bucketPath(path); ok {
		return 32 // it is waiting that takes the time
	}
	return 0
}

// Plain gives a path without what says where it lies: the scheme of a bucket, the volume of a disk.
func Plain(path string) string {
	if at, ok := bucketPath(path); ok {
		return strings.TrimSuffix(at.bucket+"/"+at.key, "/")
	}
	return filepath.ToSlash(path[len(filepath.VolumeName(path)):])
}

// NoFile tells a path that can be no file of this machine.
func NoFile(path string) bool {
	_, ok := bucketPath(path)
	return ok
}

// lost remembers the first reading that failed for reasons that may be others next time.
type lost struct {
	mu    sync.Mutex
	first error
}

func (l *lost) note(err error) {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first = cmp.Or(l.first, err)
}

// Lost gives the first failure since it was asked last that says nothing about what was read: the network was down, the
// server overloaded. What was made of a reading with such a failure is worth another try.
func (a *Access) Lost() error {
	a.lost.mu.Lock()
	defer a.lost.mu.Unlock()
	err := a.lost.first
	a.lost.first = nil
	return err
}

// removed makes the removal of what is not there no error.
func removed(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
