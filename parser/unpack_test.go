package parser

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"

	"oomortem/parser/record"
)

// found is what a walk came by: contents by path, in order, and problems.
type found struct {
	record.Discard
	paths    []string
	contents map[string]string
	ends     map[string]error
	modified map[string]time.Time
	problems []string
}

func (f *found) Problem(p record.Problem) { f.problems = append(f.problems, p.From.File+": "+p.Msg) }

func walked(t *testing.T, lim limits, paths ...string) *found {
	t.Helper()
	f := &found{contents: map[string]string{}, ends: map[string]error{}, modified: map[string]time.Time{}}
	walk{Disk, f, func(in *Input) {
		b, err := io.ReadAll(in.r)
		f.paths = append(f.paths, in.Path)
		f.contents[in.Path], f.ends[in.Path], f.modified[in.Path] = string(b), err, in.Modified
	}, lim}.paths(paths, nil)
	return f
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const twoLines = "Feb 20 04:20:41 host kernel: one\nFeb 20 04:20:42 host kernel: two\n"

// bzip2ed is twoLines as bzip2 1.0.8 packs it.
const bzip2ed = "425a6839314159265359efb4c68d0000115d800010400074100100124d9c8020005425419001a681554c9ea34da86418984b7b7a9557512ab52cc21572967b5195c861874f0a28e237c5dc914e14243bed31a340"

func packed(t testing.TB, how, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch how {
	case "gz":
		w = gzip.NewWriter(&b)
	case "zst":
		w, err = zstd.NewWriter(&b)
	case "xz":
		w, err = xz.NewWriter(&b)
	case "lz4":
		z := lz4.NewWriter(&b)
		err = z.Apply(lz4.BlockSizeOption(lz4.Block64Kb))
		w = z
	case "bz2":
		raw, _ := hex.DecodeString(bzip2ed)
		return raw
	}
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, text)
	w.Close()
	return b.Bytes()
}

type entry struct {
	name string
	data []byte
}

func tarred(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		if err := w.WriteHeader(&tar.Header{Name: e.name, Size: int64(len(e.data)), Mode: 0o644, ModTime: time.Unix(1613794841, 0)}); err != nil {
			t.Fatal(err)
		}
		w.Write(e.data)
	}
	w.Close()
	return b.Bytes()
}

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write(e.data)
	}
	w.Close()
	return b.Bytes()
}

func TestEveryCompressionIsTakenOff(t *testing.T) {
	for _, how := range []string{"gz", "zst", "xz", "lz4", "bz2"} {
		data := packed(t, how, twoLines)
		dir := t.TempDir()
		path := write(t, dir, "messages."+how, data)
		f := walked(t, usualLimits, path)
		if f.contents[path] != twoLines || len(f.problems) > 0 || f.ends[path] != nil {
			t.Errorf("%s: read %q, %v, %v", how, f.contents[path], f.problems, f.ends[path])
		}
		// Members one behind the other are one stream; blocks of NUL bytes behind it are no part of it.
		path = write(t, dir, "twice."+how, append(append(append([]byte{}, data...), data...), make([]byte, 512)...))
		f = walked(t, usualLimits, path)
		if f.contents[path] != twoLines+twoLines || f.ends[path] != nil {
			t.Errorf("%s twice and 512 NUL bytes: read %q, %v, %v", how, f.contents[path], f.problems, f.ends[path])
		}
	}
}

func TestWhatStoodBeforeACutIsRead(t *testing.T) {
	var text strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&text, "Feb 20 04:20:41 host kernel: line %d of %x\n", i, i*i*7919)
	}
	for _, how := range []string{"gz", "zst", "xz", "lz4"} {
		data := packed(t, how, text.String())
		path := write(t, t.TempDir(), "messages."+how, data[:len(data)*3/4])
		f := walked(t, usualLimits, path)
		got := f.contents[path]
		if len(got) < text.Len()/4 || !strings.HasPrefix(text.String(), got) || f.ends[path] == nil {
			t.Errorf("%s cut at 3/4: read %d of %d bytes, ended with %v", how, len(got), text.Len(), f.ends[path])
		}
	}
}

func TestArchivesAsDeepAsTheyArePacked(t *testing.T) {
	dir := t.TempDir()
	sos := tarred(t,
		entry{"sos/var/log/messages-20210214.gz", packed(t, "gz", "old\n")},
		entry{"sos/var/log/messages", []byte("new\n")},
		entry{"sos/nested.zip", zipped(t, entry{"a.log.1", []byte("a1\n")}, entry{"a.log", []byte("a\n")}, entry{"a.log.2", []byte("a2\n")})},
		entry{`..\..\../etc/passwd`, []byte("x\n")},
		entry{"/abs/olute", []byte("y\n")},
	)
	path := write(t, dir, "sos.tar.xz", packed(t, "xz", string(sos)))
	f := walked(t, usualLimits, path)
	want := []string{
		path + "/sos/var/log/messages-20210214.gz", path + "/sos/var/log/messages",
		path + "/sos/nested.zip/a.log.2", path + "/sos/nested.zip/a.log.1", path + "/sos/nested.zip/a.log",
		path + "/etc/passwd", path + "/abs/olute",
	}
	if !reflect.DeepEqual(f.paths, want) {
		t.Errorf("visited %q\nwant %q", f.paths, want)
	}
	if f.contents[want[0]] != "old\n" || f.contents[want[3]] != "a1\n" {
		t.Errorf("contents %q", f.contents)
	}
	if got := f.modified[want[1]]; !got.Equal(time.Unix(1613794841, 0)) {
		t.Errorf("member's time %v, want that of its header", got)
	}
	if len(f.problems) != 1 || !strings.Contains(f.problems[0], "leads out of the archive") {
		t.Errorf("problems %q", f.problems)
	}
}

func TestACutArchiveGivesItsFirstMembers(t *testing.T) {
	data := tarred(t, entry{"a", []byte("a\n")}, entry{"b", bytes.Repeat([]byte("b\n"), 5000)})
	path := write(t, t.TempDir(), "cut.tar", data[:4000])
	f := walked(t, usualLimits, path)
	if f.contents[path+"/a"] != "a\n" || len(f.contents[path+"/b"]) != 4000-3*512 || f.ends[path+"/b"] != io.ErrUnexpectedEOF {
		t.Errorf("a %q, b %d bytes, %v", f.contents[path+"/a"], len(f.contents[path+"/b"]), f.ends[path+"/b"])
	}
	if len(f.problems) != 1 || !strings.Contains(f.problems[0], "ends too early") {
		t.Errorf("problems %q", f.problems)
	}
}

func TestBombsEndAtTheLimit(t *testing.T) {
	dir := t.TempDir()
	zeros := strings.Repeat("\x00", 4<<20)
	twice := packed(t, "gz", string(packed(t, "gz", strings.Repeat(zeros, 8))))
	many := make([]entry, 50)
	for i := range many {
		many[i] = entry{fmt.Sprint(i), []byte("x")}
	}
	deep := []byte("x\n")
	for range 12 {
		deep = packed(t, "gz", string(deep))
	}
	lim := limits{depth: 8, ratio: 2000, free: 1 << 20, total: 16 << 20, members: 20}
	for _, c := range []struct{ name, want string }{
		{write(t, dir, "twice.gz", twice), "more than 2000 times its size"},
		{write(t, dir, "big.zip", zipped(t, entry{"a", []byte(zeros)}, entry{"b", []byte(strings.Repeat("x\n", 8<<20))})), "more than 16777216 bytes"},
		{write(t, dir, "many.tar", tarred(t, many...)), "more than 20 members"},
		{write(t, dir, "deep.gz", deep), "packed more than 8 times over"},
	} {
		f := walked(t, lim, c.name)
		said := strings.Join(f.problems, " ")
		for _, err := range f.ends {
			said += fmt.Sprint(err)
		}
		if !strings.Contains(said, c.want) {
			t.Errorf("%s: said %q, want %q", filepath.Base(c.name), said, c.want)
		}
		for p, text := range f.contents {
			if len(text) > 17<<20 {
				t.Errorf("%s: %d bytes came out", p, len(text))
			}
		}
	}
}

func TestRotatedLogsOldestFirst(t *testing.T) {
	files := []string{
		"/l/messages", "/l/messages.1", "/l/messages.10.gz", "/l/messages.2.gz", "/l/messages-20210221", "/l/messages-20210214.gz",
		"/l/app-2021-02-14.log", "/l/app-2021-02-13.log", "/l/app.log", "/l/vm.log", "/l/vm.log.0", "/l/vm.log.1", "/a/x",
	}
	want := []string{
		"/a/x", "/l/app-2021-02-13.log", "/l/app-2021-02-14.log", "/l/app.log",
		"/l/messages-20210214.gz", "/l/messages-20210221", "/l/messages.10.gz", "/l/messages.2.gz", "/l/messages.1", "/l/messages",
		"/l/vm.log.1", "/l/vm.log.0", "/l/vm.log",
	}
	sortRotated(files)
	if !reflect.DeepEqual(files, want) {
		t.Errorf("order\n%q\nwant\n%q", files, want)
	}
}

func TestPlaceAmongRotatedFiles(t *testing.T) {
	for name, want := range map[string]record.Rotation{
		"messages": {Log: "messages", Age: -1}, "/l/messages.1": {Log: "/l/messages", Age: 1}, "x.zip/messages.10.gz": {Log: "x.zip/messages", Age: 10},
		"vm.log": {Log: "vm.log", Age: -1}, "vm.log.0": {Log: "vm.log", Age: 0}, "a/messages-20210214.gz": {Log: "a/messages", Age: -1, Day: time.Date(2021, 2, 14, 0, 0, 0, 0, time.UTC)},
	} {
		if got := RotationOf(name); got != want {
			t.Errorf("RotationOf(%q) = %+v, want %+v", name, got, want)
		}
	}
}

func TestTheDayThatARotationIsNamedBy(t *testing.T) {
	for name, want := range map[string]string{
		"messages-20210214": "2021-02-15", "a/messages-20210214.gz": "2021-02-15", "secure-20201231.xz": "2021-01-01",
		"messages-2021021403.gz": "", "messages-20210214-1613260800": "2021-02-15",
		"messages": "", "messages.1": "", "app-20210214.log": "", "x-20211345": "", "messages-12345678": "",
	} {
		got := ""
		if at := notAfter(name); !at.IsZero() {
			got = at.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("notAfter(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestFoldersGiveRegularFilesOnce(t *testing.T) {
	dir := t.TempDir()
	real := write(t, dir, "log/messages", []byte("x\n"))
	os.Symlink(real, filepath.Join(dir, "log", "current"))
	f := walked(t, usualLimits, dir)
	if !reflect.DeepEqual(f.paths, []string{real}) || len(f.problems) > 0 {
		t.Errorf("visited %q, %q", f.paths, f.problems)
	}
	f = walked(t, usualLimits, filepath.Join(dir, "nothing"))
	if len(f.paths) > 0 || len(f.problems) != 1 {
		t.Errorf("a path that is not there: visited %q, %q", f.paths, f.problems)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(packed(f, "gz", twoLines))
	f.Add(packed(f, "zst", twoLines))
	f.Add(packed(f, "xz", twoLines))
	f.Add(packed(f, "lz4", twoLines))
	f.Add(packed(f, "bz2", twoLines))
	f.Add(tarred(f, entry{"a", []byte("a\n")}, entry{"b.gz", packed(f, "gz", "b\n")}))
	f.Add(zipped(f, entry{"a", []byte("a\n")}))
	without := zipped(f, entry{"a", []byte("a\n")}, entry{"b", []byte("b\n")})
	f.Add(without[:len(without)-10])
	f.Fuzz(func(t *testing.T, data []byte) {
		lim := limits{depth: 4, ratio: 2000, free: 1 << 20, total: 4 << 20, members: 10}
		n := 0
		walk{Disk, record.Discard{}, func(in *Input) {
			k, _ := io.Copy(io.Discard, in.r)
			n += int(k)
		}, lim}.unpack(NewInput("in", bytes.NewReader(data), time.Time{}), lim.budget(), 0)
		if n > 8<<20+len(data) {
			t.Fatalf("%d bytes came out", n)
		}
	})
}

func TestLargeStreamsReadTheSameWithAndWithoutXZ(t *testing.T) {
	var b strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&b, "Feb 20 04:20:41 host kernel: line %d of %x\n", i, i*i*7919)
	}
	text := b.String()
	programs := os.Getenv("PATH")
	for _, how := range []string{"xz", "zst"} {
		data := packed(t, how, text)
		if len(data) < 2*headSize {
			t.Fatalf("%d bytes are not large", len(data))
		}
		whole := write(t, t.TempDir(), "messages."+how, data)
		cut := write(t, t.TempDir(), "cut."+how, data[:len(data)*3/4])
		padded := write(t, t.TempDir(), "padded."+how, append(append([]byte{}, data...), make([]byte, 512)...))
		for _, path := range []string{programs, ""} {
			t.Setenv("PATH", path)
			f := walked(t, usualLimits, whole, cut, padded)
			if f.contents[whole] != text || f.ends[whole] != nil {
				t.Errorf("%s, PATH %q: %d of %d bytes, %v", how, path, len(f.contents[whole]), len(text), f.ends[whole])
			}
			if f.contents[padded] != text || f.ends[padded] != nil {
				t.Errorf("%s padded, PATH %q: %d of %d bytes, %v", how, path, len(f.contents[padded]), len(text), f.ends[padded])
			}
			if got := f.contents[cut]; len(got) < len(text)/4 || !strings.HasPrefix(text, got) || f.ends[cut] != io.ErrUnexpectedEOF {
				t.Errorf("%s cut, PATH %q: %d bytes, %v", how, path, len(got), f.ends[cut])
			}
		}
	}
}

// TestASmallCutXZ: the program gives what stood before a cut, also of a stream that the reader in Go would unpack when whole.
func TestASmallCutXZ(t *testing.T) {
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("no xz here")
	}
	var text strings.Builder
	for i := range 5_000 {
		fmt.Fprintf(&text, "Feb 20 04:20:41 host kernel: line %d of %x\n", i, i*i*7919)
	}
	data := packed(t, "xz", text.String())
	if len(data) >= headSize || !wholeXZ(data) || !wholeXZ(append(data[:len(data):len(data)], 0, 0, 0, 0)) {
		t.Fatalf("%d bytes that end in %q", len(data), data[len(data)-2:])
	}
	path := write(t, t.TempDir(), "messages.xz", data[:len(data)*3/4])
	f := walked(t, usualLimits, path)
	if got := f.contents[path]; got == "" || !strings.HasPrefix(text.String(), got) || f.ends[path] != io.ErrUnexpectedEOF {
		t.Errorf("%d of %d bytes, %v", len(got), text.Len(), f.ends[path])
	}
}
