package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"oomortem/correlate/verdict"
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
