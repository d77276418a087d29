package metrics

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oomortem/parser"
)

func readBytes(path string, data []byte) *seen {
	s := &seen{}
	parser.Read(parser.NewInput(path, bytes.NewReader(data), time.Time{}), Formats(), nil, s)
	return s
}

// readAs reads data as the format, whatever it looks like.
func readAs(f parser.Format, path string, data []byte) *seen {
	f.Sniff = func(parser.Head) parser.Score { return 100 }
	s := &seen{}
	parser.Read(parser.NewInput(path, bytes.NewReader(data), time.Time{}), []parser.Format{f}, nil, s)
	return s
}

func formatNamed(t testing.TB, name string) parser.Format {
	t.Helper()
	for _, f := range Formats() {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no format %q", name)
	return parser.Format{}
}

func TestEveryFixtureIsRecognizedAmongAllFormats(t *testing.T) {
	owners := map[string]bool{}
	eachFixture(t, func(format, path string, data []byte) {
		owners[format] = true
		if s := readBytes(path, data); s.input.Format != format {
			t.Errorf("%s is taken for %q", path, s.input.Format)
		}
	})
	for _, f := range Formats() {
		if !owners[f.Name] {
			t.Errorf("format %s has no fixture", f.Name)
		}
	}
}

// faults are the words of a parser that broke off.
func faults(t *testing.T, path string, s *seen) {
	t.Helper()
	for _, p := range s.problems {
		if strings.Contains(p.Msg, "a defect of oomortem") {
			t.Errorf("%s: %s", path, p.Msg)
		}
	}
}

// keys tells samples apart and counts them.
func (s *seen) keys() map[string]int {
	out := map[string]int{}
	for _, x := range s.samples {
		out[fmt.Sprintf("%d %v %v %v %s", x.Line, x.At.Wall, x.At.Mono, x.Value, x.Series)]++
	}
	return out
}

// cuts is how often a fixture is cut: big ones cost more.
func cuts(data []byte) int { return 20 + 100_000/(len(data)+1000) }

// TestWhatStoodBeforeACutParsesAsBefore is the cut law: a file that ends anywhere gives the samples of its whole lines,
// and no others. Grafana writes no line end behind the last row, so that its last cell counts when it looks like one.
func TestWhatStoodBeforeACutParsesAsBefore(t *testing.T) {
	dice := rand.New(rand.NewPCG(4, 2))
	eachFixture(t, func(format, path string, data []byte) {
		f := formatNamed(t, format)
		whole := readAs(f, path, data).keys()
		for range cuts(data) {
			cut := dice.IntN(len(data))
			part := readAs(f, path, data[:cut])
			faults(t, path, part)
			if strings.Contains(path, "columns-at-end") {
				continue // its last line says which columns count and in what unit
			}
			last := lineCount(data[:cut]) + 1
			got := part.keys()
			for k, n := range got {
				line := 0
				fmt.Sscan(k, &line)
				if whole[k] < n && (format != "grafana-csv" || line < last) {
					t.Errorf("%s cut at byte %d, line %d: the sample %q is not in the whole file", path, cut, last, k)
					return
				}
			}
			for k, n := range whole {
				line := 0
				fmt.Sscan(k, &line)
				if line < last && got[k] < n {
					t.Errorf("%s cut at byte %d, line %d: the sample %q is lost", path, cut, last, k)
					return
				}
			}
		}
	})
}

// TestDamageIsAProblemNotAFault overwrites bytes: no reader may break off, and later lines still count.
func TestDamageIsAProblemNotAFault(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 9))
	eachFixture(t, func(format, path string, data []byte) {
		f := formatNamed(t, format)
		for range cuts(data) / 3 {
			broken := bytes.Clone(data)
			for range 1 + dice.IntN(20) {
				broken[dice.IntN(len(broken))] = byte(dice.IntN(256))
			}
			faults(t, path, readAs(f, path, broken))
		}
	})
}

// TestFormatsAreNotTakenForOneAnother reads every fixture as every other format: none may break off.
func TestFormatsAreNotTakenForOneAnother(t *testing.T) {
	eachFixture(t, func(format, path string, data []byte) {
		data = data[:min(len(data), 6000)]
		for _, f := range Formats() {
			faults(t, filepath.Join(f.Name, path), readAs(f, path, data))
		}
	})
}
