package parser

import (
	"bufio"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"oomortem/parser/record"
)

// headSize is how much of an input the formats see to recognize it.
const headSize = 64 << 10

// Input is one file, archive member or standard input, ready to be read once.
type Input struct {
	Path     string // as the user gave it; members of folders and archives joined with "/"
	Modified time.Time
	// ModifiedLocal is the same on the wall clock of the machine that packed the archive, as if in UTC, where only that is told.
	ModifiedLocal time.Time
	// Block is the size of the blocks that a log is sifted in, 0 for the usual one. It must not change any record.
	Block int
	r     *bufio.Reader
	file  io.Reader // what r reads, when that is the input itself
}

// NewInput gives an input that reads r under the path's name.
func NewInput(path string, r io.Reader, modified time.Time) *Input {
	return &Input{Path: path, Modified: modified, file: r, r: bufio.NewReaderSize(r, headSize)}
}

// regular gives the file on disk that the input is, nil when it is none. Standard input may have been read from before.
func (in *Input) regular() *os.File {
	f, ok := in.file.(*os.File)
	if !ok || f == os.Stdin {
		return nil
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return f
}

// Walk opens everything that the paths name and hands each input to visit: files, folders (all regular files below
// them), "-" for stdin; compression is taken off and the members of archives are visited, as deep as they are packed.
// Files of one folder come sorted, those of one rotated log oldest first. What cannot be opened becomes a Problem.
func Walk(paths []string, stdin io.Reader, sink record.Sink, visit func(*Input)) {
	WalkTree(Disk, paths, stdin, sink, visit)
}

// WalkTree is Walk for paths in a tree of another kind.
func WalkTree(tree Tree, paths []string, stdin io.Reader, sink record.Sink, visit func(*Input)) {
	walk{tree, sink, visit, usualLimits}.paths(paths, stdin)
}

type walk struct {
	tree   Tree
	sink   record.Sink
	visit  func(*Input)
	limits limits
}

func (w walk) paths(paths []string, stdin io.Reader) {
	for _, path := range paths {
		if path == "-" {
			w.unpack(NewInput("stdin", stdin, time.Time{}), w.limits.budget(), 0)
			continue
		}
		info, err := w.tree.Stat(path)
		if err == nil && info.IsDir() {
			for _, file := range w.filesBelow(path) {
				w.file(file)
			}
			continue
		}
		w.file(path)
	}
}

// filesBelow lists the regular files below the folder, in the order in which they are to be read. A link is followed
// when it leads to a file outside the folder; one inside comes by its own name.
func (w walk) filesBelow(folder string) []string {
	root, err := filepath.EvalSymlinks(folder)
	if err != nil {
		root = folder
	}
	files := w.below(folder, root, nil)
	sortRotated(files)
	return files
}

func (w walk) below(folder, root string, files []string) []string {
	entries, err := w.tree.ReadDir(folder)
	if err != nil {
		problem(w.sink, folder, "cannot be opened: "+reason(err))
	}
	for _, e := range entries {
		switch p := join(folder, e.Name()); {
		case e.IsDir():
			files = w.below(p, root, files)
		case e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0 && leadsOut(p, root):
			files = append(files, p)
		}
	}
	return files
}

// leadsOut tells a link to a regular file that does not lie below root.
func leadsOut(link, root string) bool {
	target, err := filepath.EvalSymlinks(link)
	if err != nil {
		return true // opening it will say what is wrong
	}
	info, err := os.Stat(target)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	rel, err := filepath.Rel(root, target)
	return err != nil || rel == ".." || len(rel) > 2 && rel[:3] == ".."+string(filepath.Separator)
}

func (w walk) file(path string) {
	f, err := w.tree.Open(path)
	if err != nil {
		problem(w.sink, path, "cannot be opened: "+reason(err))
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		problem(w.sink, path, "is not a file: left out")
		return
	}
	in := NewInput(path, f, info.ModTime())
	if !info.Mode().IsRegular() { // a pipe, <(command)
		in.Modified = time.Time{}
	}
	w.unpack(in, w.limits.budget(), 0)
}

// reason gives an error's cause without the path that the problem names already.
func reason(err error) string {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
