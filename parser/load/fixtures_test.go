package load

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oomortem/parser"
)

// fixtureCase is one folder below fixtures/load: <format>/<case>/{input, ORIGIN}.
type fixtureCase struct {
	format, path, origin string
	data                 []byte
}

// owned lists the fixtures of the load formats; a folder of another owner lies beside them.
func owned(t testing.TB) []fixtureCase {
	origins, err := filepath.Glob("../../fixtures/load/*/*/ORIGIN")
	if err != nil || len(origins) == 0 {
		t.Fatal("no fixtures")
	}
	known := map[string]bool{}
	for _, f := range Formats() {
		known[f.Name] = true
	}
	var all []fixtureCase
	for _, o := range origins {
		format := filepath.Base(filepath.Dir(filepath.Dir(o)))
		if !known[format] {
			continue
		}
		origin, _ := os.ReadFile(o)
		files, _ := filepath.Glob(filepath.Join(filepath.Dir(o), "*"))
		for _, file := range files {
			if base := filepath.Base(file); base == "ORIGIN" || strings.HasPrefix(base, "WANT") || strings.HasSuffix(base, ".golden") {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, fixtureCase{format, file, string(origin), data})
		}
	}
	return all
}

// TestFixtures: every fixture is recognized as the format of its folder, gives something, and gives what its ORIGIN
// says where that is written in a regular form. Every format has a fixture.
func TestFixtures(t *testing.T) {
	seenFormats := map[string]bool{}
	for _, f := range owned(t) {
		seenFormats[f.format] = true
		t.Run(strings.TrimPrefix(f.path, "../../fixtures/load/"), func(t *testing.T) {
			s := readFile(f.path, f.data)
			if s.input.Format != f.format {
				t.Fatalf("recognized as %q: %v", s.input.Format, s.problems)
			}
			if len(s.loads)+len(s.samples)+len(s.events) == 0 {
				t.Fatalf("nothing read: %v", s.problems)
			}
			for _, e := range expectations {
				if m := e.form.FindStringSubmatch(f.origin); m != nil && strings.HasPrefix(f.format, strings.TrimSuffix(e.folder, "-")) {
					e.check(t, s, m)
				}
			}
		})
	}
	for _, f := range Formats() {
		if !seenFormats[f.Name] {
			t.Errorf("format %s has no fixture", f.Name)
		}
	}
}

// TestCut: a file cut at any byte does not panic and gives no more requests than the whole one; what is read
// without a problem of the last line is the same as that of the lines before the cut.
func TestCut(t *testing.T) {
	for _, f := range owned(t) {
		whole, _, _ := readFile(f.path, f.data).total()
		step := max(1, len(f.data)/25)
		for cut := 1; cut < len(f.data); cut += step {
			s := readFile(f.path, f.data[:cut])
			if n, _, _ := s.total(); n > whole && f.format != "load-summary" {
				t.Errorf("%s cut at %d: %d requests, the whole file has %d", f.path, cut, n, whole)
			}
			for _, p := range s.problems {
				if strings.Contains(p.Msg, "a defect of oomortem") {
					t.Errorf("%s cut at %d: %v", f.path, cut, p)
				}
			}
		}
	}
}

// parseBySize reads a file of a splittable format with a given block size.
func parseBySize(format string, data []byte, size int) (string, bool) {
	var s seen
	l := parser.NewLines("x", bytes.NewReader(data), &s)
	switch format {
	case "jmeter-csv":
		parseJTL(l, &s, Options{}, size)
	case "k6-csv":
		parseK6CSV(l, &s, Options{}, size)
	case "k6-json":
		parseK6JSON(l, &s, Options{}, size)
	case "gatling":
		parseGatling(l, &s, Options{}, size)
	default:
		return "", false
	}
	return s.dump(), true
}

// TestBlockSizes: a file read in blocks of any size gives the same records.
func TestBlockSizes(t *testing.T) {
	tried := 0
	for _, f := range owned(t) {
		want, ok := parseBySize(f.format, f.data, 1<<20)
		if !ok {
			continue
		}
		tried++
		for _, size := range []int{64, 65, 100, 127, 256, 1000, 4096, 30000} {
			if got, _ := parseBySize(f.format, f.data, size); got != want {
				t.Errorf("%s in blocks of %d bytes:\n%s\nwant\n%s", f.path, size, got, want)
				break
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d files tried", tried)
	}
}
