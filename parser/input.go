package parser

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/klauspost/compress/gzip"

	"oomortem/parser/record"
)

// headSize is how much of an input the formats see to recognize it.
const headSize = 64 << 10

// Input is one file, archive member or standard input, ready to be read once.
type Input struct {
	Path     string // as the user gave it; members of folders and archives joined with "/"
	Modified time.Time
	// Block is the size of the blocks that a log is sifted in, 0 for the usual one. It must not change any record.
	Block int
	r     *bufio.Reader
	file  io.Reader // what r reads, when that is the input itself
}

// NewInput gives an input that reads r under the path's name.
func NewInput(path string, r io.Reader, modified time.Time) *Input {
	return &Input{Path: path, Modified: modified, file: r, r: bufio.NewReaderSize(r, headSize)}
}

// Walk opens everything that the paths name, in sorted order, and hands each input to visit: files, folders
// (all files below them), "-" for stdin, compressed files unpacked. What cannot be opened becomes a Problem.
func Walk(paths []string, stdin io.Reader, sink record.Sink, visit func(*Input)) {
	for _, path := range paths {
		if path == "-" {
			visitStream(NewInput("stdin", stdin, time.Time{}), sink, visit)
			continue
		}
		for _, file := range filesBelow(path, sink) {
			visitFile(file, sink, visit)
		}
	}
}

// filesBelow lists the regular files at or below the path, sorted.
func filesBelow(path string, sink record.Sink) []string {
	var files []string
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			sink.Problem(record.Problem{From: record.Origin{File: p}, Msg: "cannot be opened: " + reason(err)})
			return nil
		}
		if !d.IsDir() {
			files = append(files, p)
		}
		return nil
	})
	if err != nil {
		sink.Problem(record.Problem{From: record.Origin{File: path}, Msg: "cannot be listed: " + reason(err)})
	}
	slices.Sort(files)
	return files
}

func visitFile(path string, sink record.Sink, visit func(*Input)) {
	f, err := os.Open(path)
	if err != nil {
		sink.Problem(record.Problem{From: record.Origin{File: path}, Msg: "cannot be opened: " + reason(err)})
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		sink.Problem(record.Problem{From: record.Origin{File: path}, Msg: "is not a regular file: left out"})
		return
	}
	visitStream(NewInput(path, f, info.ModTime()), sink, visit)
}

// visitStream takes compression off, as many layers as there are, and visits what is inside.
func visitStream(in *Input, sink record.Sink, visit func(*Input)) {
	for range maxLayers {
		magic, _ := in.r.Peek(8)
		if !bytes.HasPrefix(magic, []byte{0x1f, 0x8b}) {
			visit(in)
			return
		}
		z, err := gzip.NewReader(in.r)
		if err != nil {
			sink.Problem(record.Problem{From: record.Origin{File: in.Path}, Msg: fmt.Sprintf("gzip header is damaged (%v): left out", err)})
			return
		}
		if !z.ModTime.IsZero() {
			in.Modified = z.ModTime
		}
		in.r, in.file = bufio.NewReaderSize(z, headSize), nil
	}
	sink.Problem(record.Problem{From: record.Origin{File: in.Path}, Msg: fmt.Sprintf("is packed more than %d times over: left out", maxLayers)})
}

const maxLayers = 4

// reason gives an error's cause without the path that the problem names already.
func reason(err error) string {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
