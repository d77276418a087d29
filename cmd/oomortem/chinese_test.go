package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"oomortem/correlate/verdict"
	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/reports"
)

// english finds a sentence's worth of English: four words in a row. What stands in code spans and blocks is evidence.
var (
	english       = regexp.MustCompile(`\b[A-Za-z]?[a-z]+(?:'s)?(?: [a-z]+(?:'s)?){3,}`)
	evidenceSpans = regexp.MustCompile("(?s)```.*?```|`[^`]*`")
)

// A Chinese report on every archived run has no English sentence left in it but for what it quotes.
func TestChineseReportsAreChinese(t *testing.T) {
	dirs, err := filepath.Glob(runs + "/*.WANT")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no runs: %v", err)
	}
	for _, d := range dirs {
		dir := strings.TrimSuffix(d, ".WANT")
		var out, errs bytes.Buffer
		if status := run(strings.NewReader(""), &out, &errs, []string{"analyze", "-q", "-f", "markdown", "--lang", "zh", "--target", "50M", dir}); status != exitDone {
			t.Fatalf("%s: status %d: %s", dir, status, &errs)
		}
		for _, l := range strings.Split(evidenceSpans.ReplaceAllString(out.String(), ""), "\n") {
			if found := english.FindString(l); found != "" {
				t.Errorf("%s: %q in %s", filepath.Base(dir), found, l)
			}
		}
	}
}

// What every command shows to people is Chinese: of the lists, the comparison, the plan, and the page of a batch.
func TestChineseEverywhere(t *testing.T) {
	one, three := filepath.Join(runs, "hp-server-1"), filepath.Join(runs, "hp-server-3")
	dir := t.TempDir()
	page := regexp.MustCompile(`(?s)<(style|script)[^>]*>.*?</(?:style|script)>|<[^>]*>`)
	for _, args := range [][]string{
		{"events", one}, {"changes", one}, {"suspects", "--at", "2021-02-20T04:20:35+08:00", one}, {"compare", one, three}, {"compare", one, one},
		{"plan", "--monthly", "10M", "--months", "5", "--tps", "1800", one}, {"plan", "--volume", "50M", "--capacity", filepath.Join(one, "grafana-tps.csv"), three},
		{"plan", "--ram", "64G", "--vm", "a=9G", "--vm", "b=90G"}, {"plan", "--ram", "64G", "--vm", "a=9G"}, {"changes", filepath.Join(one, "messages")},
		{"batch", "--out", dir, runs}, {"events", "-v", "../../fixtures/metrics"},
	} {
		var out, errs bytes.Buffer
		if status := run(strings.NewReader(""), &out, &errs, append([]string{args[0], "--lang", "zh"}, args[1:]...)); status != exitDone {
			t.Fatalf("%v: status %d: %s", args, status, &errs)
		}
		said := out.String()
		if args[0] == "batch" {
			data, err := os.ReadFile(filepath.Join(dir, "index.html"))
			if err != nil {
				t.Fatal(err)
			}
			said = page.ReplaceAllString(string(data), "\n")
		}
		if args[1] == "-v" {
			said = inProblems.ReplaceAllString(errs.String(), "")
		}
		if !strings.ContainsFunc(said, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%v says nothing in Chinese: %s", args, said)
		}
		for _, l := range strings.Split(said, "\n") {
			if found := english.FindString(l); found != "" {
				t.Errorf("%v: %q in %s", args, found, l)
			}
		}
	}
}

// Every event that the fixtures' logs give has its sentence in Chinese.
func TestChineseHasEveryEvent(t *testing.T) {
	texts := map[string]bool{}
	for _, root := range []string{"logs", "messages", "runs"} {
		var out, errs bytes.Buffer
		if status := run(strings.NewReader(""), &out, &errs, []string{"events", "-q", "-f", "jsonl", filepath.Join("../../fixtures", root)}); status != exitDone {
			t.Fatalf("%s: status %d: %s", root, status, &errs)
		}
		for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
			var row struct{ Text string }
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			texts[row.Text] = true
		}
	}
	if len(texts) < 40 {
		t.Fatalf("only %d different events in the fixtures", len(texts))
	}
	markdown, _ := reports.ByName("markdown")
	for text := range texts {
		r := &verdict.Report{Missing: []verdict.Missing{{What: verdict.Say("%v", text), WouldTell: verdict.Say("%v", "x")}}, Verdict: verdict.Verdict{Cause: verdict.Unexplained}}
		var out bytes.Buffer
		if err := markdown.Write(&out, r, reports.Options{Lang: "zh"}); err != nil {
			t.Fatal(err)
		}
		_, said, _ := strings.Cut(out.String(), "\n- **")
		said, _, _ = strings.Cut(said, "\n")
		if !strings.ContainsFunc(said, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%q stays %q", text, said)
		}
	}
}

// complaints collects what the parsers cannot use.
type complaints struct {
	record.Discard
	said map[string]bool
}

func (c complaints) Problem(p record.Problem) { c.said[p.Msg] = true }

// spoiled gives an input as disks, editors and crashes leave them.
func spoiled(data []byte) [][]byte {
	middle, lines := len(data)/2, bytes.SplitAfter(data, []byte{'\n'})
	some := len(lines) / 2
	shifted := slices.Concat(slices.Concat(lines[:some]...), []byte("x,"), slices.Concat(lines[some:]...))
	short := slices.Concat(slices.Concat(lines[:some]...), lines[some][:len(lines[some])/3], []byte("\n"), slices.Concat(lines[some:]...))
	digits := bytes.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return 'x'
		}
		return r
	}, data[middle:])
	return [][]byte{data, data[:middle], data[:len(data)-len(data)/10-1], shifted, short, slices.Concat(data[:middle], digits),
		slices.Concat(data[:middle], []byte("\x00\x00\x00\n"), data[middle:])}
}

// What the parsers say of spoiled inputs is said in Chinese, whatever it is.
func TestChineseHasEveryProblem(t *testing.T) {
	c := complaints{said: map[string]bool{}}
	all, interest := formats(), &parser.Interest{}
	for _, room := range []string{"facts", "load", "logs", "messages", "metrics"} {
		err := filepath.WalkDir(filepath.Join("../../fixtures", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() == "ORIGIN" || strings.Contains(d.Name(), "golden") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil || len(data) == 0 || len(data) > 64<<10 {
				return err
			}
			for _, bad := range spoiled(data) {
				parser.Read(parser.NewInput(path, bytes.NewReader(bad), time.Time{}), all, interest, c)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(c.said) < 200 {
		t.Fatalf("only %d different problems", len(c.said))
	}
	for msg := range c.said {
		said := reports.Problem("zh", msg)
		if !strings.ContainsFunc(said, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%q stays as it is", msg)
		}
		if found := english.FindString(inProblems.ReplaceAllString(said, "")); found != "" {
			t.Errorf("%q in %q", found, said)
		}
	}
}

// inProblems is what a problem quotes: values, commands, columns that were expected, a server's words.
var inProblems = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|应为 .*|数据：bad_data: (?s:.*)|kubectl get pods")

// --redact tells no name of the run, and the mapping goes to its own file, for its owner's eyes.
func TestRedactFlags(t *testing.T) {
	dir := t.TempDir()
	page, mapping := filepath.Join(dir, "out.html"), filepath.Join(dir, "names.json")
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(""), &out, &errs, []string{"analyze", "-q", "--redact-map", mapping, "-o", page, "-o", "-", "-f", "", filepath.Join(runs, "hp-server-1")}); status != exitUsage {
		t.Fatalf("-o - without a format gives status %d", status)
	}
	if status := run(strings.NewReader(""), &out, &errs, []string{"analyze", "-q", "--redact-map", mapping, "-o", page, filepath.Join(runs, "hp-server-1")}); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	told, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hp-server", "vm-k8s", "mysql-min"} {
		if bytes.Contains(told, []byte(name)) {
			t.Errorf("%s is told", name)
		}
	}
	var names []reports.Pseudonym
	kept, err := os.ReadFile(mapping)
	if err == nil {
		err = json.Unmarshal(kept, &names)
	}
	if err != nil || len(names) < 8 {
		t.Errorf("the mapping has %d names: %v", len(names), err)
	}
	if info, err := os.Stat(mapping); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mapping may be read by others: %v", info.Mode())
	}
}
