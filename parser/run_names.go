package parser

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// partFolders are names of folders that hold a part of a run, never a run: as tools, collectors and people call them.
var partFolders = []string{
	"var", "log", "logs", "messages", "journal", "libvirt", "qemu", "audit", "proc", "sos_commands", "sa", "sysstat", "sar",
	"jmeter", "k6", "gatling", "locust", "vegeta", "load", "result", "results", "metrics", "metric", "monitoring",
	"prometheus", "grafana", "influx", "memory", "host", "hosts", "guest", "guests", "vms", "facts", "kubectl", "virsh",
}

// notes are files about a run, which may quote its logs.
var notes = []string{"ORIGIN", "WANT", "README", ".ORIGIN", ".WANT", ".md", ".MD", ".rst", ".html"}

// isFile tells a regular file, or a link to one.
func (s *search) isFile(p string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := s.Tree.Stat(p)
	return err == nil && info.Mode().IsRegular()
}

func isNote(name string) bool {
	return slices.Contains(notes, name) || slices.Contains(notes, filepath.Ext(name))
}

// archiveName tells names under which archives go.
func archiveName(name string) bool {
	name = strings.ToLower(name)
	for _, packed := range []string{".gz", ".xz", ".zst", ".bz2", ".lz4"} {
		name = strings.TrimSuffix(name, packed)
	}
	switch filepath.Ext(name) {
	case ".tar", ".tgz", ".txz", ".tbz", ".tbz2", ".tzst", ".zip":
		return true
	}
	return false
}
