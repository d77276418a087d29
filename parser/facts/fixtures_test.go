package facts

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oomortem/parser"
	"oomortem/parser/record"
)

var update = flag.Bool("update", false, "write the facts of the fixtures into their want.golden; read the diff afterwards")

const fixtures = "../../fixtures"

// told keeps what a listing gives.
type told struct {
	record.Discard
	facts    []record.Fact
	problems []record.Problem
}

func (s *told) Fact(f record.Fact)       { s.facts = append(s.facts, f) }
func (s *told) Problem(p record.Problem) { s.problems = append(s.problems, p) }

func (s *told) String() string {
	var b strings.Builder
	for _, f := range s.facts {
		fmt.Fprintf(&b, "%d\t%s\t%s\t%s", f.From.Line, f.Subject, f.Key, f.Value)
		if !f.At.IsZero() {
			fmt.Fprintf(&b, "\tat %s", f.At.Wall.Format("2006-01-02 15:04:05"))
		}
		b.WriteByte('\n')
	}
	for _, p := range s.problems {
		fmt.Fprintf(&b, "%d\tproblem\t%s\n", p.From.Line, p.Msg)
	}
	return b.String()
}

// inputs gives the input files of the fixtures of this package, by the format's name.
func inputs(t testing.TB) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	files, err := filepath.Glob(fixtures + "/facts/*/*/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, f := range files {
		if base := filepath.Base(f); base != "ORIGIN" && base != "want.golden" {
			format := filepath.Base(filepath.Dir(filepath.Dir(f)))
			found[format] = append(found[format], f)
		}
	}
	return found
}

func parse(f parser.Format, path string, data []byte) *told {
	got := &told{}
	if err := f.Parse(parser.NewLines(path, bytes.NewReader(data), got), got); err != nil {
		got.problems = append(got.problems, record.Problem{Msg: err.Error()})
	}
	return got
}

func named(t testing.TB, name string) parser.Format {
	t.Helper()
	for _, f := range Formats() {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no format %q", name)
	return parser.Format{}
}

func TestFixtures(t *testing.T) {
	for format, files := range inputs(t) {
		for _, file := range files {
			t.Run(strings.TrimPrefix(file, fixtures+"/facts/"), func(t *testing.T) {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				head := parser.Head{Name: filepath.Base(file), Data: data, Whole: true}
				if best, score, ok := parser.Detect(head, Formats()); !ok || best.Name != format {
					t.Errorf("detected as %q with %d", best.Name, score)
				}
				if _, err := os.Stat(filepath.Join(filepath.Dir(file), "ORIGIN")); err != nil {
					t.Error(err)
				}
				got := parse(named(t, format), filepath.Base(file), data).String()
				golden := filepath.Join(filepath.Dir(file), "want.golden")
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("facts differ.\ngot:\n%swant:\n%s", got, want)
				}
			})
		}
	}
}

// What stood before a cut is told as before: the facts of the cut input are those of the whole one up to the
// cut line. Tables that rank their rows at the end are compared as sets.
func TestCut(t *testing.T) {
	for format, files := range inputs(t) {
		f := named(t, format)
		for _, file := range files {
			data, _ := os.ReadFile(file)
			all := parse(f, "x", data)
			step := max(1, len(data)/150)
			for cut := 0; cut < len(data); cut += step {
				lines := bytes.Count(data[:cut], []byte{'\n'})
				whole := upTo(all, lines)
				got := upTo(parse(f, "x", data[:cut]), lines)
				for fact := range whole {
					if !got[fact] {
						t.Fatalf("%s cut at byte %d loses %s", file, cut, fact)
					}
				}
			}
		}
	}
}

func upTo(s *told, line int) map[string]bool {
	set := map[string]bool{}
	for _, f := range s.facts {
		if f.From.Line <= line {
			set[fmt.Sprint(f.From.Line, f.Subject, f.Key, f.Value)] = true
		}
	}
	return set
}

// loops are the curves of tools whose single run is a listing here, with the score that the curve's format gives them:
// a listing may know such a file too, with less. A snapshot of domstats or dommemstat is a listing.
var loops = map[string]parser.Score{"top-series": 92, "free": 88, "domstats/loop": 88, "memory-loop": 60}

// No listing claims the fixtures of other rooms.
func TestOthersAreNotClaimed(t *testing.T) {
	for _, room := range []string{"load", "metrics", "messages", "logs"} {
		filepath.Walk(filepath.Join(fixtures, room), func(path string, info os.FileInfo, err error) error {
			if err != nil || info.IsDir() {
				return nil
			}
			switch filepath.Base(path) {
			case "ORIGIN", "want.golden", "WANT":
				return nil
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return nil
			}
			head := parser.Head{Name: filepath.Base(path), Data: data[:min(len(data), 1<<16)], Whole: len(data) < 1<<16}
			f, score, ok := parser.Detect(head, Formats())
			for loop, higher := range loops {
				if strings.Contains(path, "/metrics/"+loop+"/") && score < higher {
					ok = false
				}
			}
			if ok && f.Name != "virsh-domstats" && f.Name != "virsh-dommemstat" {
				t.Errorf("%s claimed by %s with %d", path, f.Name, score)
			}
			return nil
		})
	}
}

func FuzzListings(f *testing.F) {
	for _, files := range inputs(f) {
		for _, file := range files {
			data, _ := os.ReadFile(file)
			f.Add(data)
		}
	}
	formats := Formats()
	f.Fuzz(func(t *testing.T, data []byte) {
		head := parser.Head{Data: data, Whole: true}
		format, score, ok := parser.Detect(head, formats)
		if score < 0 || score > 100 {
			t.Fatalf("%s: score %d", format.Name, score)
		}
		if !ok {
			format = formats[len(data)%len(formats)]
		}
		for _, fact := range parse(format, "x", data).facts {
			if fact.Key == "" || fact.Value == "" || fact.From.Line == 0 {
				t.Fatalf("%s: %+v", format.Name, fact)
			}
		}
	})
}
