package reports

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// phrasesOf reads all Go sources below the folders and gives the phrases that they say, with the place of each: the
// formats of Say and sayf, the words of word, the plurals of counted. A format that is no literal is an error: nothing
// could tell whether it has a translation.
func phrasesOf(t *testing.T, roots ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	files := token.NewFileSet()
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) == 0 {
					return true
				}
				at := files.Position(call.Pos()).String()
				switch nameOf(call.Fun) {
				case "Say", "sayf":
					if s, ok := literal(call.Args[0]); ok {
						out[s] = at
					} else if !strings.HasPrefix(at, "say.go:") && !passesOn(call) {
						t.Errorf("%s: says a format that is no literal", at)
					}
				case "word":
					if s, ok := literal(call.Args[0]); ok {
						out[s] = at
					}
				case "counted":
					if s, ok := literal(call.Args[2]); ok {
						out["%v "+s] = at
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// passesOn tells Say(format, args...) in a function that was given both.
func passesOn(call *ast.CallExpr) bool { return call.Ellipsis.IsValid() }

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// TestNothingIsLeftUntranslated fails for each phrase of the sources that a catalogue lacks, and for each translation
// that does not take the same values.
func TestNothingIsLeftUntranslated(t *testing.T) {
	phrases := phrasesOf(t, "../correlate", ".", "../cmd/oomortem")
	for _, s := range spokenByValue() {
		phrases[s] = "a value of the verdict"
	}
	if len(phrases) < 300 {
		t.Fatalf("only %d phrases found: the reading of the sources is broken", len(phrases))
	}
	for lang, dictionary := range languages {
		l := dictionary()
		if l.phrases == nil {
			continue
		}
		var missing []string
		for s, at := range phrases {
			if !sayable(s) {
				continue
			}
			if _, ok := l.phrases[s]; !ok {
				missing = append(missing, at+": "+strconv.Quote(s))
			}
		}
		sort.Strings(missing)
		for _, m := range missing {
			t.Errorf("%s lacks %s", lang, m)
		}
		for from, said := range l.phrases {
			if a, b := strings.Count(from, "%"), strings.Count(said, "%"); a != b {
				t.Errorf("%s: %q takes other values than %q", lang, said, from)
			}
			if _, ok := phrases[from]; !ok {
				t.Errorf("%s translates %q, which nothing says", lang, from)
			}
		}
		for _, p := range l.patterns {
			if strings.Count(p.said, "%") != len(p.parts)-1 {
				t.Errorf("%s: %q takes other values than %q", lang, p.said, strings.Join(p.parts, "%v"))
			}
		}
	}
}

// sayable tells phrases that have words: "%v (%v)" is the same in every language.
func sayable(s string) bool {
	return strings.ContainsFunc(strings.ReplaceAll(s, "%v", ""), func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
}

// spokenByValue gives the words that stand in values and not in the sources' calls of word.
func spokenByValue() []string {
	all := []string{"strong", "partial", "thin", "aggressor", "victim", "victim and aggressor", "container", "pod", "process", "host",
		"throughput", "errors", "latency", "host available", "host used", "vm", nothing,
		"drop", "surge", "shift", "leak", "gap", "recovery", "death", "slow", "outage", verdict.StatusOK, verdict.StatusFailed, verdict.StatusSkipped,
		string(verdict.VictimVaries), string(verdict.SameVictim), string(verdict.SameProcess), string(verdict.TimeToFailure), string(verdict.FixedByChange),
		string(verdict.Recurrence), string(verdict.ThroughputRegression)}
	for _, k := range kindsOfEvents {
		all = append(all, string(k))
	}
	for _, p := range []float64{0.96, 0.9, 0.6, 0.5, 0.3, 0.1} {
		all = append(all, verdict.Likelihood(p))
	}
	for _, c := range causes() {
		all = append(all, string(c))
	}
	return all
}

func causes() []verdict.Cause {
	return []verdict.Cause{verdict.HostOvercommit, verdict.HostConsumer, verdict.CgroupLimit, verdict.GuestOOM, verdict.VMCrash, verdict.VMStopped,
		verdict.HostReboot, verdict.LoadGenerator, verdict.Slowdown, verdict.Healthy, verdict.Unexplained}
}

var kindsOfEvents = []record.Kind{record.OOMInvoked, record.OOMKill, record.OOMReaped, record.OOMNoVictim, record.OOMPanic, record.VMStarted, record.VMStopped,
	record.VMKilled, record.VMCrashed, record.HypervisorError, record.LinkDown, record.HostBoot, record.HostShutdown, record.KernelPanic, record.ProcessCrash,
	record.MemPressure, record.GeneratorStopped, record.LogGap}
