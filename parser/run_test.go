package parser

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mark is a format that knows its files by their first word.
func mark(name string, sure Score) Format {
	return Format{Name: name, Sniff: func(h Head) Score {
		if bytes.HasPrefix(h.Data, []byte(name)) {
			return sure
		}
		return 0
	}}
}

var marked = Discovery{
	Formats: []Format{mark("log", 90), mark("load", 90), mark("curve", 90), mark("fact", 90), mark("guess", 15)},
	Part: func(f Format) Parts {
		return map[string]Parts{"log": PartLog, "load": PartLoad, "curve": PartCurve, "guess": PartLog}[f.Name]
	},
}

// lay writes files given as "path: content"; what ends in ":tgz" or ":zip" is an archive of one member.
func lay(t *testing.T, root string, files ...string) {
	t.Helper()
	for _, f := range files {
		name, content, _ := strings.Cut(f, ": ")
		data := []byte(content)
		if inner, ok := strings.CutPrefix(content, "tgz "); ok {
			data = tgzOf(t, inner)
		} else if inner, ok := strings.CutPrefix(content, "zip "); ok {
			data = zipOf(t, inner)
		}
		p := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func tgzOf(t *testing.T, member string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	err := w.WriteHeader(&tar.Header{Name: "run/file", Mode: 0o644, Size: int64(len(member)), Typeflag: tar.TypeReg})
	if err == nil {
		_, err = io.WriteString(w, member)
	}
	if err != nil || w.Close() != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipOf(t *testing.T, member string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("run/file")
	if err == nil {
		_, err = io.WriteString(w, member)
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// listed gives the runs as "name" or, when a run is not all that lies below its folder, "name = paths".
func listed(root string, runs []Run) []string {
	var out []string
	for _, r := range runs {
		s := r.Name
		if len(r.Paths) != 1 || r.Paths[0] != r.Path {
			var rel []string
			for _, p := range r.Paths {
				q, _ := filepath.Rel(root, p)
				rel = append(rel, filepath.ToSlash(q))
			}
			s += " = " + strings.Join(rel, " ")
		}
		out = append(out, s)
	}
	return out
}

func TestDiscover(t *testing.T) {
	cut := string(tgzOf(t, "log "+strings.Repeat("x", 600)))[:30]
	for _, c := range []struct {
		name  string
		files []string
		want  []string
	}{
		{"one folder a run, whatever it is called", []string{"a/m: log", "b/m: load", "c/m: curve"}, []string{"a", "b", "c"}},
		{"nested", []string{"2021/02/a/m: log", "2021/03/b/m: log", "2021/notes.txt: hello"}, []string{"2021/02/a", "2021/03/b"}},
		{"notes, listings, guesses and the unknown make no run", []string{"a.WANT: log", "a.ORIGIN: log", "README.md: log", "b/x: what", "c/x: fact", "d/x: guess", "e/m: log"}, []string{"e"}},
		{"what lies below a run belongs to it", []string{"a/r: load", "a/node-1/m: log", "a/node-2/m: log", "a/state/x: fact"}, []string{"a"}},
		{"but not what is whole by itself", []string{"y/stray: load", "y/a/m: log", "y/a/r: load", "y/b/m: log", "y/b/r: load", "y/c/m: log"}, []string{"y = y/c y/stray", "y/a", "y/b"}},
		{"folders named for a part", []string{"a/var/log/messages: log", "a/jmeter/r: load", "a/proc/meminfo: fact", "b/logs/m: log"}, []string{"a", "b"}},
		{"a part folder that is a collection", []string{"results/a/m: log", "results/b/m: log"}, []string{"results/a", "results/b"}},
		{"loose files in the root are one run, beside the folders", []string{"m: log", "r: load", "a/m: log"}, []string{"a", "root = m r"}},
		{"the root is a run", []string{"m: log", "state/x: fact"}, []string{"root"}},
		{"archives", []string{"a.tar.gz: tgz log", "b.zip: zip load", "c.tgz: tgz what", "d.bin: tgz log", "x/e.tar.gz: tgz log"}, []string{"a.tar.gz", "b.zip", "d.bin", "x/e.tar.gz"}},
		{"an archive beside logs belongs to their run", []string{"a/m: log", "a/sos.tar.gz: tgz log"}, []string{"a"}},
		{"broken archives are runs that will fail", []string{"a.tar.gz: " + cut, "b.tar.gz: ", "c/m: log"}, []string{"a.tar.gz", "b.tar.gz", "c"}},
		{"hidden folders", []string{".git/m: log", "a/m: log"}, []string{"a"}},
		{"nothing", []string{"x: what"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "root")
			lay(t, root, c.files...)
			runs, problems := marked.Discover(root)
			if got := listed(root, runs); !slices.Equal(got, c.want) || len(problems) > 0 {
				t.Errorf("runs %q, problems %v; want %q", got, problems, c.want)
			}
		})
	}
}

func TestDiscoverAFile(t *testing.T) {
	root := t.TempDir()
	lay(t, root, "a.tar.gz: tgz log")
	runs, problems := marked.Discover(filepath.Join(root, "a.tar.gz"))
	if len(runs) != 1 || runs[0].Name != "a.tar.gz" || len(problems) > 0 {
		t.Errorf("%v, %v", runs, problems)
	}
	if runs, problems := marked.Discover(filepath.Join(root, "none")); len(runs) != 0 || len(problems) != 1 {
		t.Errorf("a root that is not there: %v, %v", runs, problems)
	}
}

func TestDiscoverSkipsAndEndsOnLoops(t *testing.T) {
	root := t.TempDir()
	lay(t, root, "a/m: log", "out/m: log")
	if err := os.Symlink(root, filepath.Join(root, "loop")); err != nil {
		t.Skip(err)
	}
	d := marked
	d.Skip = func(p string) bool { return p == filepath.Join(root, "out") }
	runs, _ := d.Discover(root)
	if got := listed(root, runs); fmt.Sprint(got) != "[a]" {
		t.Errorf("%q", got)
	}
}

// TestDamagedBehindEvidence cuts an archive behind a member that is known: what was seen is enough.
func TestDamagedBehindEvidence(t *testing.T) {
	root := t.TempDir()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, member := range []string{"log", "behind"} {
		if err := w.WriteHeader(&tar.Header{Name: member, Mode: 0o644, Size: 5000, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		data := make([]byte, 5000)
		copy(data, member)
		w.Write(data)
	}
	w.Flush()
	lay(t, root, "a.tar: "+b.String()[:7000])
	runs, _ := marked.Discover(root)
	if got := listed(root, runs); fmt.Sprint(got) != "[a.tar]" {
		t.Errorf("%q", got)
	}
	d := marked
	d.Tree = Disk
	s := search{Discovery: d, unpacking: make(chan struct{}, 1)}
	if got := s.sniff(filepath.Join(root, "a.tar")); got.parts != PartLog || !got.archive || got.broken {
		t.Errorf("%+v", got)
	}
}
