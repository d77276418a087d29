package store

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// folder is a place on this machine's disk.
type folder string

// halfMark stands in the names of files that are being written.
const halfMark = ".part-"

func (f folder) String() string          { return string(f) }
func (f folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }
func (f folder) SweepAll() error         { return f.each(".", func(dir string) { sweep(dir, ".") }) }
func (f folder) Sweep(dir string)        { sweep(f.path(dir), ".") }
func (f folder) each(dir string, do func(string)) error {
	return filepath.WalkDir(f.path(dir), func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			do(p)
		}
		return nil
	})
}

func (f folder) Ready() error {
	if err := os.MkdirAll(string(f), 0o755); err != nil {
		return fmt.Errorf("%w; name a folder that can be written to", err)
	}
	return nil
}

func (f folder) Is(path string) bool {
	if NoFile(path) {
		return false
	}
	mine, err := os.Stat(string(f))
	other, err2 := os.Stat(path)
	return err == nil && err2 == nil && os.SameFile(mine, other)
}

func (f folder) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(f.path(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

func (f folder) Files(dir string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		filepath.WalkDir(f.path(dir), func(p string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err == nil && !d.Type().IsRegular():
				return nil
			}
			name, relErr := filepath.Rel(string(f), p)
			if !yield(filepath.ToSlash(name), errors.Join(err, relErr)) {
				return fs.SkipAll
			}
			return nil
		})
	}
}

func (f folder) Open(name string) (io.ReadCloser, error) { return os.Open(f.path(name)) }

func (f folder) Write(name string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o755); err != nil {
		return fmt.Errorf("writing %s: %w", f.path(name), err)
	}
	return WriteFile(f.path(name), write)
}

// Create gives the finished file its name by a link, which fails where there is one already. A disk that has no links
// gets what Write does.
func (f folder) Create(name string, data []byte) error {
	file := f.path(name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return writeFile(file, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}, func(half, file string) error {
		err := os.Link(half, file)
		switch {
		case err == nil || errors.Is(err, fs.ErrExist):
			return errors.Join(err, os.Remove(half))
		default:
			return os.Rename(half, file)
		}
	})
}

func (f folder) Remove(names ...string) error {
	var all error
	for _, name := range names {
		file := f.path(name)
		all = errors.Join(all, removed(os.Remove(file)))
		sweep(filepath.Dir(file), "."+filepath.Base(file)+halfMark)
	}
	return all
}

// WriteFile writes a file whole or not at all: beside it, then renamed. Two who write the same one do not meet. What is
// no regular file, as a device or a pipe, is written to as it is: to rename a file onto it would take it away.
func WriteFile(file string, write func(io.Writer) error) error {
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return writeInto(file, write)
	}
	return writeFile(file, write, os.Rename)
}

func writeFile(file string, write func(io.Writer) error, place func(half, file string) error) error {
	name := fmt.Sprintf(".%s%s%016x", filepath.Base(file), halfMark, rand.Uint64())
	half, err := os.OpenFile(filepath.Join(filepath.Dir(file), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // less the umask
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, reason(err))
	}
	err = fill(half, write)
	if err == nil {
		err = place(half.Name(), file)
	}
	if err != nil {
		os.Remove(half.Name())
		return fmt.Errorf("writing %s: %w", file, reason(err))
	}
	return nil
}

func writeInto(file string, write func(io.Writer) error) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err == nil {
		err = fill(f, write)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, reason(err))
	}
	return nil
}

// reason leaves out what file an error names: it may be the half written one.
func reason(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// fill writes through a buffer and closes the file.
func fill(f *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(f, 64<<10)
	err := write(w)
	if err == nil {
		err = w.Flush()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// HalfWritten tells the name of a file that its writer did not finish.
func HalfWritten(name string) bool {
	name = path.Base(name)
	return strings.HasPrefix(name, ".") && strings.Contains(name, halfMark)
}

// sweep takes away half written files whose names begin so.
func sweep(dir, begin string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Type().IsRegular() && HalfWritten(e.Name()) && strings.HasPrefix(e.Name(), begin) {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
