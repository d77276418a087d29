package parser

import (
	"io/fs"
	"os"
	"strings"
)

// Tree is where files lie: the machine's disk, or a store elsewhere that can list and open. A path is what the tree's
// user calls it; what lies in a folder has the folder's path, a slash and its name.
type Tree interface {
	Stat(path string) (fs.FileInfo, error)
	// ReadDir lists a folder in the order of the names. With an error it gives what it could list.
	ReadDir(path string) ([]fs.DirEntry, error)
	// Open opens a file. One that also is an io.ReaderAt, as those of the disk are, is read anywhere without a copy.
	Open(path string) (fs.File, error)
}

// Disk is the tree of the machine's own files.
var Disk Tree = disk{}

type disk struct{}

func (disk) Stat(path string) (fs.FileInfo, error)      { return os.Stat(path) }
func (disk) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

func (disk) Open(path string) (fs.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err // a nil *os.File in the interface would not be nil
	}
	return f, nil
}

// join gives the path of what lies in a folder; in ".", as on the command line, things have their bare names.
func join(dir, name string) string {
	if dir == "." {
		return name
	}
	return strings.TrimSuffix(dir, "/") + "/" + name
}

// base gives a path's last name.
func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
