package metrics

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// seen collects what one input gave.
type seen struct {
	record.Discard
	samples  []record.Sample
	series   []*record.Series
	points   map[*record.Series]int
	problems []record.Problem
	input    record.Input
}

func (s *seen) Sample(x record.Sample) {
	if s.points == nil {
		s.points = map[*record.Series]int{}
	}
	if s.points[x.Series] == 0 {
		s.series = append(s.series, x.Series)
	}
	s.points[x.Series]++
	s.samples = append(s.samples, x)
}
func (s *seen) Problem(p record.Problem) { s.problems = append(s.problems, p) }
func (s *seen) Input(in record.Input)    { s.input = in }

// times counts the distinct stamps.
func (s *seen) times() int {
	set := map[time.Time]bool{}
	for _, x := range s.samples {
		set[x.At.Wall.Add(x.At.Mono)] = true
	}
	return len(set)
}

// find gives the one series with the name, and the label values if any, in the order key, value, key, value.
func (s *seen) find(t *testing.T, name string, labels ...string) *record.Series {
	t.Helper()
	var found *record.Series
next:
	for _, x := range s.series {
		if x.Name != name {
			continue
		}
		for i := 0; i+1 < len(labels); i += 2 {
			if x.Label(labels[i]) != labels[i+1] {
				continue next
			}
		}
		if found != nil {
			t.Fatalf("two series %s: %v and %v", name, found, x)
		}
		found = x
	}
	if found == nil {
		t.Fatalf("no series %s %v among %d", name, labels, len(s.series))
	}
	return found
}

// values gives a series' values in the order read.
func (s *seen) values(x *record.Series) []float64 {
	var out []float64
	for _, y := range s.samples {
		if y.Series == x {
			out = append(out, y.Value)
		}
	}
	return out
}

func (s *seen) said(part string) bool {
	for _, p := range s.problems {
		if strings.Contains(p.Msg, part) {
			return true
		}
	}
	return false
}

// read reads a text as one of our formats under the name.
func read(t *testing.T, name, text string) *seen {
	t.Helper()
	s := &seen{}
	parser.Read(parser.NewInput(name, strings.NewReader(text), time.Time{}), Formats(), nil, s)
	return s
}

func readFile(t *testing.T, path string) *seen {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	s := &seen{}
	parser.Walk([]string{path}, nil, s, func(in *parser.Input) { parser.Read(in, Formats(), nil, s) })
	return s
}

const fixtures = "../../fixtures/metrics"

// eachFixture calls visit for every input of the fixtures with the format that its folder is named after.
func eachFixture(t testing.TB, visit func(format, path string, data []byte)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(fixtures, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "ORIGIN" {
			return err
		}
		rel, _ := filepath.Rel(fixtures, path)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		visit(strings.Split(rel, string(filepath.Separator))[0], path, data)
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d fixtures, %v", n, err)
	}
}

func lineCount(data []byte) int { return bytes.Count(data, []byte("\n")) }
