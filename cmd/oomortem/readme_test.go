package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadme runs every command of the README's console blocks that calls oomortem, from the module's root, and compares
// what it prints. A line "..." in a block stands for any lines.
func TestReadme(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	blocks := consoleBlocks(string(data))
	if len(blocks) < 4 {
		t.Fatalf("%d commands found in README.md: the reader of this test is broken", len(blocks))
	}
	for _, b := range blocks {
		args, input, ours := ourArgs(b.command)
		if !ours {
			continue
		}
		t.Run(b.command, func(t *testing.T) {
			stdin, err := os.ReadFile(input)
			if err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			if status := run(bytes.NewReader(stdin), &out, &errs, args); status != exitDone {
				t.Fatalf("status %d: %s", status, &errs)
			}
			if miss := firstMiss(b.want, strings.Split(strings.TrimRight(out.String(), "\n"), "\n")); miss != "" {
				t.Errorf("%s\n--- the command prints:\n%s", miss, &out)
			}
		})
	}
}

// TestReadmeNamesBothCommands wants the two commands that a fresh machine needs, and that the CI calls the second.
func TestReadmeNamesBothCommands(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	ci, err := os.ReadFile(filepath.Join("../..", ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []string{"$ go run ./cmd/oomortem ", "$ go test ./..."} {
		if !bytes.Contains(readme, []byte(c)) {
			t.Errorf("README.md does not show %q", c)
		}
	}
	if !bytes.Contains(ci, []byte("\ngo test ./...")) {
		t.Error(".ci/run does not call the README's test command")
	}
}

type consoleBlock struct {
	command string
	want    []string
}

func consoleBlocks(text string) []consoleBlock {
	var out []consoleBlock
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "```console":
			inside = true
		case strings.HasPrefix(line, "```"):
			inside = false
		case inside && strings.HasPrefix(line, "$ "):
			out = append(out, consoleBlock{command: line[2:]})
		case inside && len(out) > 0:
			b := &out[len(out)-1]
			b.want = append(b.want, line)
		}
	}
	return out
}

// ourArgs gives the arguments of a command that calls oomortem and the file that it reads as standard input, which is
// what `cat` hands it.
func ourArgs(command string) (args []string, input string, ours bool) {
	input = os.DevNull
	if file, rest, found := strings.Cut(strings.TrimPrefix(command, "cat "), " | "); found && strings.HasPrefix(command, "cat ") {
		input, command = file, rest
	}
	for _, call := range []string{"go run ./cmd/oomortem ", "oomortem "} {
		if rest, ok := strings.CutPrefix(command, call); ok {
			return strings.Fields(rest), input, !strings.ContainsAny(rest, "|>;") && !strings.Contains(rest, "/var/log")
		}
	}
	return nil, "", false
}

// firstMiss gives what is wanted and not printed.
func firstMiss(want, got []string) string {
	skip := false
	for _, w := range want {
		if w == "..." {
			skip = true
			continue
		}
		for skip && len(got) > 0 && strings.TrimRight(got[0], " ") != w {
			got = got[1:]
		}
		if len(got) == 0 {
			return "not printed: " + w
		}
		if strings.TrimRight(got[0], " ") != w {
			return "want: " + w + "\ngot:  " + got[0]
		}
		got, skip = got[1:], false
	}
	return ""
}
