package parser

import (
	"cmp"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"oomortem/parser/record"
)

// Run is what belongs to one load run.
type Run struct {
	Name  string   // its folder or archive below the root, with slashes; the root's own name when that is the run
	Path  string   // the folder or file as it is opened
	Paths []string // what Walk is to read: Path alone, or what is left of it when some folders below are runs of their own
}

// Parts are the sides of a run that a format tells of.
type Parts uint8

// The parts. Only they make a run; a listing or a note alone does not.
const (
	PartLog   Parts = 1 << iota // a log of a host, guest or VM
	PartLoad                    // what the load tool or a dashboard saw of the throughput
	PartCurve                   // other curves: sar, vmstat, top
)

// Discovery knows what makes a folder a run.
type Discovery struct {
	Tree    Tree // nil: the disk
	Width   int  // folders looked into at the same time; 0: as many as there are cores
	Formats []Format
	Part    func(Format) Parts     // 0: the format alone makes no run
	Skip    func(path string) bool // folders that are not looked into, such as the one for the results; may be nil
}

// sureEnough is the score from which an unknown file's guess counts as known: kernel words in loose prose stay below.
const sureEnough = 30

// Discover lists the runs below the root in the order of their names. The rules:
//
//   - A folder that directly holds a known log or series is a run, and so is an archive that holds one.
//   - What lies below a run's folder belongs to it, unless it is whole by itself (a log and a load tool's side): then it is
//     a run of its own. Folders named for a part (logs, jmeter, var ...) belong to the folder above.
//   - The root is a collection: loose files in it are one run, each folder and archive in it is looked at by itself.
//   - Archives that cannot be opened count as runs, so that they are reported and not lost.
//   - Hidden folders and links to folders are left out.
//
// What could not be listed is given as problems.
func (d Discovery) Discover(root string) ([]Run, []record.Problem) {
	d.Tree, d.Width = cmp.Or(d.Tree, Disk), cmp.Or(d.Width, runtime.GOMAXPROCS(0))
	s := search{Discovery: d, root: root, free: make(chan struct{}, d.Width-1), unpacking: make(chan struct{}, runtime.GOMAXPROCS(0))}
	info, err := d.Tree.Stat(root)
	switch {
	case err != nil:
		s.problem(root, "cannot be opened: "+reason(err))
	case !info.IsDir():
		s.runs = []Run{{path.Base(filepath.ToSlash(s.root)), s.root, []string{s.root}}}
	default:
		s.folder(s.root, false)
	}
	slices.SortFunc(s.runs, func(a, b Run) int { return strings.Compare(a.Name, b.Name) })
	return s.runs, s.problems
}

type search struct {
	Discovery
	root     string
	runs     []Run
	problems []record.Problem
	free     chan struct{} // a place for each that looks beside this one
	// A place for each that unpacks: that takes memory, and a core, where looking into a store elsewhere is mostly waiting.
	unpacking chan struct{}
}

func (s *search) problem(path, msg string) {
	s.problems = append(s.problems, record.Problem{From: record.Origin{File: path}, Msg: msg})
}

// held is what a folder holds without the folders below that may be runs.
type held struct {
	parts    Parts
	broken   bool     // a file that may be evidence cannot be read
	loose    []string // files and part folders
	archives []string
	folders  []string // others
}

// folder looks for runs in one folder. Inside a run only what is whole becomes one; taken tells that it did.
func (s *search) folder(dir string, inside bool) (taken bool) {
	h := s.hold(dir, inside)
	isRun := h.parts != 0 || h.broken
	switch {
	case inside && !h.parts.whole():
		return false
	case dir == s.root || !isRun:
		before := len(s.runs)
		s.each(h.folders, false)
		s.ownRuns(h.archives)
		if isRun {
			s.add(dir, h, len(s.runs) == before)
		}
		return false
	}
	left := s.each(h.folders, true)
	everything := len(left) == len(h.folders)
	h.loose = slices.Concat(h.loose, h.archives, left)
	s.add(dir, h, everything)
	return true
}

// each looks at folders, on all cores, and gives those that did not become runs of their own.
func (s *search) each(folders []string, inside bool) (left []string) {
	parts, taken := make([]search, len(folders)), make([]bool, len(folders))
	var all sync.WaitGroup
	look := func(i int) {
		parts[i] = search{Discovery: s.Discovery, root: s.root, free: s.free, unpacking: s.unpacking}
		taken[i] = parts[i].folder(folders[i], inside)
	}
	for i := range folders {
		select {
		case s.free <- struct{}{}:
			all.Go(func() {
				look(i)
				<-s.free
			})
		default: // all are busy
			look(i)
		}
	}
	all.Wait()
	for i, f := range folders {
		s.runs, s.problems = append(s.runs, parts[i].runs...), append(s.problems, parts[i].problems...)
		if !taken[i] {
			left = append(left, f)
		}
	}
	return left
}

// ownRuns makes a run of each archive that holds evidence or is broken.
func (s *search) ownRuns(archives []string) {
	for _, a := range archives {
		if found := s.sniff(a); found.parts != 0 || found.broken {
			s.runs = append(s.runs, Run{s.name(a), a, []string{a}})
		}
	}
}

func (s *search) add(dir string, h held, everything bool) {
	r := Run{s.name(dir), dir, []string{dir}}
	if !everything {
		slices.Sort(h.loose)
		r.Paths = h.loose
	}
	s.runs = append(s.runs, r)
}

// name gives the path below the root; the root's own is its last element.
func (s *search) name(p string) string {
	if p != s.root {
		return strings.TrimPrefix(p, strings.TrimSuffix(join(s.root, "x"), "x"))
	}
	name := path.Base(filepath.ToSlash(s.root))
	if abs, err := filepath.Abs(s.root); err == nil && (name == "." || name == "..") {
		return path.Base(filepath.ToSlash(abs))
	}
	return name
}

// hold lists a folder and what its part folders hold. It stops looking into files as soon as enough is known.
func (s *search) hold(dir string, untilWhole bool) held {
	var h held
	entries, err := s.Tree.ReadDir(dir)
	if err != nil {
		s.problem(dir, "cannot be listed: "+reason(err))
	}
	for _, e := range entries {
		p := join(dir, e.Name())
		switch {
		case e.IsDir():
			s.holdFolder(&h, p, e.Name(), untilWhole)
		case !s.isFile(p, e) || isNote(e.Name()):
		case archiveName(e.Name()):
			h.archives = append(h.archives, p)
		default:
			h.loose = append(h.loose, p)
			if h.parts == 0 || untilWhole && !h.parts.whole() {
				s.holdFile(&h, p)
			}
		}
	}
	return h
}

// holdFile looks into a file. An archive under a name that does not tell is put with the others.
func (s *search) holdFile(h *held, p string) {
	found := s.sniff(p)
	if found.archive {
		h.loose = h.loose[:len(h.loose)-1]
		h.archives = append(h.archives, p)
		return
	}
	h.parts |= found.parts
	h.broken = h.broken || found.broken
}

func (s *search) holdFolder(h *held, p, name string, untilWhole bool) {
	if strings.HasPrefix(name, ".") || s.Skip != nil && s.Skip(p) {
		return
	}
	if !slices.Contains(partFolders, strings.ToLower(name)) {
		h.folders = append(h.folders, p)
		return
	}
	part := s.hold(p, untilWhole)
	h.parts |= part.parts
	h.broken = h.broken || part.broken
	h.loose = append(h.loose, part.loose...)
	h.archives = append(h.archives, part.archives...)
	h.folders = append(h.folders, part.folders...)
}

func (p Parts) whole() bool { return p&PartLog != 0 && p&PartLoad != 0 }
