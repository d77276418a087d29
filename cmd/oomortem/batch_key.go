package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// inputKey hashes the names and contents of all that a run is made of, together with the tool's key. A file's time is
// no part of it: a copy is the same run.
func inputKey(paths []string, tool string) string {
	h := xxhash.New()
	io.WriteString(h, tool)
	root := runRoot(paths)
	for _, p := range paths {
		for _, file := range regularBelow(p) {
			hashFile(h, file, strings.TrimPrefix(filepath.ToSlash(file), root))
		}
	}
	return strconv.FormatUint(h.Sum64(), 16)
}

// regularBelow lists the files below a path, in order; a link counts as what it leads to.
func regularBelow(p string) []string {
	var files []string
	filepath.WalkDir(p, func(p string, d fs.DirEntry, err error) error {
		if err == nil && (d.Type().IsRegular() || d.Type()&fs.ModeSymlink != 0) {
			files = append(files, p)
		}
		return nil
	})
	slices.Sort(files)
	return files
}

// hashFile adds a file; one that cannot be read adds the reason.
func hashFile(h *xxhash.Digest, file, name string) {
	fmt.Fprintf(h, "\x00%s\x00", name)
	f, err := os.Open(file)
	if err != nil {
		io.WriteString(h, "unreadable")
		return
	}
	defer f.Close()
	n, err := io.Copy(h, f)
	fmt.Fprintf(h, "\x00%d %t", n, err == nil)
}

// toolKey names the program and the options that results depend on. A build without a version is known by its bytes.
func (f *shared) toolKey(formats string) string {
	v := version()
	if v == "devel" {
		if self, err := os.Executable(); err == nil {
			h := xxhash.New()
			hashFile(h, self, "")
			v += " " + strconv.FormatUint(h.Sum64(), 16)
		}
	}
	return fmt.Sprintf("%s|%s|%d|%s|%s|%s|%s|%s|%s|%s", v, f.zone, f.year, f.since, f.until, f.target, f.title, f.lang, formats, f.keyMark())
}
