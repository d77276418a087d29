package main

import (
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"oomortem/cmd/oomortem/store"
)

// inputKey hashes the names and contents of all that a run is made of, together with the tool's key. What stands for the
// content is the tree's affair.
func inputKey(tree store.Tree, paths []string, tool string) string {
	h := xxhash.New()
	io.WriteString(h, tool)
	root := runRoot(tree, paths)
	for _, p := range paths {
		tree.Digest(h, p, root)
	}
	return strconv.FormatUint(h.Sum64(), 16)
}

// toolKey names the program and the options that results depend on. A build without a version is known by its bytes.
func (f *shared) toolKey(formats string) string {
	v := version()
	if v == "devel" {
		if self, err := os.Executable(); err == nil {
			h := xxhash.New()
			f.access.Tree().Digest(h, self, self)
			v += " " + strconv.FormatUint(h.Sum64(), 16)
		}
	}
	return fmt.Sprintf("%s|%s|%d|%s|%s|%s|%s|%s|%s|%s", v, f.zone, f.year, f.since, f.until, f.target, f.title, f.lang, formats, f.keyMark())
}
