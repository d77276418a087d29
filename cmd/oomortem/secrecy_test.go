package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oomortem/reports"
)

// The words of secretRun that no output may hold, in lower case.
var planted = []string{"zurich", "acme", "billing", "hmuster", "10.23.45.67", "fd12:3456", "52:54:00:ab", "3f1c9a52", "qcow2", "ledger", "tenant7"}

// secretRun makes the first archived run into somebody's: host, VMs, pods, users, addresses, ids, paths and files have
// names that are to be hidden, and some of its files are broken.
func secretRun(t *testing.T, root, name string) string {
	t.Helper()
	dir := filepath.Join(root, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	from := filepath.Join(runs, "hp-server-1")
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	swap := strings.NewReplacer("hp-server", "zurich-kvm07", "vm-k8s-worker", "acme-billing-db", `vm\x2dk8s\x2dworker`, `acme\x2dbilling\x2ddb`,
		"vm-k8s-master", "acme-ctl", `vm\x2dk8s\x2dmaster`, `acme\x2dctl`, "mysql-min", "ledger-db", "monitoring/", "acme-prod/", `"job":"libvirt"`, `"job":"tenant7"`)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		said := swap.Replace(string(data))
		if e.Name() == "messages" {
			said += "Feb 20 04:20:46 zurich-kvm07 sudo[811]: hmuster : TTY=pts/0 ; PWD=/srv/acme ; USER=root ; COMMAND=/usr/bin/virsh destroy acme-billing-db-1\n" +
				"Feb 20 04:20:47 zurich-kvm07 sshd[812]: Accepted publickey for hmuster from 10.23.45.67 port 22 ssh2\n" +
				"Feb 20 04:20:48 zurich-kvm07 libvirtd[1397]: 2021-02-19 20:20:48.000+0000: 1397: error : qemuMonitorIO:718 : 3f1c9a52-7d0e-4c61-9b55-0a1b2c3d4e5f fd12:3456:789a::17 52:54:00:ab:cd:ef /srv/acme/billing.qcow2 for acme-billing-db-3\n"
		}
		write(t, filepath.Join(dir, e.Name()), said)
	}
	write(t, filepath.Join(dir, "acme-notes.bin"), "\x00\x01\x02\xff acme\n")
	write(t, filepath.Join(dir, "zurich-broken.json"), `{"status":"error","errorType":"bad_data","error":"no tenant acme on zurich-kvm07"}`)
	write(t, filepath.Join(dir, "zurich-meminfo.txt"), "MemTotal: acme kB\nMemFree: 1 kB\nBuffers: 1 kB\nCached: 1 kB\nSwapTotal: 0 kB\n")
	return dir
}

func write(t *testing.T, file, said string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(said), 0o644); err != nil {
		t.Fatal(err)
	}
}

// told fails for every planted word in a text.
func told(t *testing.T, where, said string) {
	t.Helper()
	said = strings.ToLower(strings.ReplaceAll(said, `\\`, `\`))
	for _, word := range planted {
		if i := strings.Index(said, word); i >= 0 {
			t.Errorf("%s tells %q: …%s…", where, word, strings.ReplaceAll(said[max(0, i-80):min(len(said), i+60)], "\n", " "))
		}
	}
}

// No command tells a planted name, in any format or language, on stdout, on stderr or in a file; and each does without
// --redact, or the test would look for what was never there.
func TestSecretsStayInTheHouse(t *testing.T) {
	root := t.TempDir()
	one, two := secretRun(t, root, "acme-run-1"), secretRun(t, root, "acme-run-2")
	missing := filepath.Join(root, "acme-none")
	commands := [][]string{
		{"events", one}, {"events", "-f", "jsonl", one}, {"events", "--lang", "zh", "-v", one},
		{"changes", one}, {"changes", "-f", "jsonl", one},
		{"suspects", "--at", "2021-02-20T04:20:35+08:00", one}, {"suspects", "-f", "jsonl", "--at", "2021-02-20T04:20:35+08:00", one},
		{"compare", one, two}, {"compare", "-f", "json", one, two}, {"compare", "--lang", "zh", "-v", one, two},
		{"plan", "--volume", "50M", one}, {"plan", "--ram", "64G", "--vm", "acme-db=60G", "--vm", "zurich=9G"},
		{"analyze", "--title", "acme-billing-db-1", "--anchor", "acme=2021-02-20", one}, {"events", "-q", "-o", "acme/none.txt", one}, {"events", missing},
		{"batch", "--out", filepath.Join(root, "out"), missing}, {"batch", "--out", filepath.Join(one, "messages"), one},
	}
	for _, f := range reports.All() {
		if f.Name != "png" {
			commands = append(commands, []string{"analyze", "-v", "-f", f.Name, one})
		}
	}
	for _, args := range commands {
		var out, errs bytes.Buffer
		run(strings.NewReader(""), &out, &errs, append([]string{args[0]}, args[1:]...))
		if all := strings.ToLower(out.String() + errs.String()); !strings.Contains(all, "acme") {
			t.Errorf("%v tells nothing to hide even without --redact", args)
		}
		out.Reset()
		errs.Reset()
		run(strings.NewReader(""), &out, &errs, append([]string{args[0], "--redact"}, args[1:]...))
		if out.Len()+errs.Len() == 0 {
			t.Errorf("%v says nothing", args)
		}
		told(t, strings.Join(args[:2], " "), out.String())
		told(t, strings.Join(args[:2], " ")+" on stderr", errs.String())
	}
}

// A redacted batch tells none in any file or file name, and what it calls a name is the same in all runs, each time that
// it is run with the same mapping, and as the parts of a spread.
func TestSecretsStayInTheBatch(t *testing.T) {
	root := t.TempDir()
	archive := filepath.Join(root, "archive")
	secretRun(t, archive, "acme-run-1")
	secretRun(t, archive, "acme-run-2")
	if err := os.MkdirAll(filepath.Join(archive, "zurich-empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(archive, "zurich-empty", "acme.tar.gz"), "\x1f\x8b\x08acme is no archive")
	out, mapping := filepath.Join(root, "out"), filepath.Join(root, "names.json")
	batch := func(status int, args ...string) {
		t.Helper()
		var said, errs bytes.Buffer
		if got := run(strings.NewReader(""), &said, &errs, append([]string{"batch", "-f", "html,markdown,json,csv,svg", "--redact-map", mapping}, args...)); got != status {
			t.Fatalf("%v: status %d: %s", args, got, &errs)
		}
		told(t, "stderr", said.String()+errs.String())
	}
	batch(exitDone, "--catalog", filepath.Join(out, "runs.db"), "--out", out, archive)
	files := 0
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(out, path)
		told(t, "the name "+rel, rel)
		if d.IsDir() {
			return nil
		}
		files++
		data, err := os.ReadFile(path)
		told(t, rel, string(data))
		return err
	})
	if err != nil || files < 12 {
		t.Fatalf("%d files: %v", files, err)
	}
	first, err := os.ReadFile(filepath.Join(out, "runs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var names []reports.Pseudonym
	kept, _ := os.ReadFile(mapping)
	if err := json.Unmarshal(kept, &names); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"zurich-kvm07", "acme-billing-db-1", "hmuster"} {
		if !slices.ContainsFunc(names, func(p reports.Pseudonym) bool { return p.Name == want }) {
			t.Errorf("the mapping lacks %s", want)
		}
	}
	if info, err := os.Stat(mapping); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mapping may be read by others: %v", info.Mode())
	}
	parts := filepath.Join(root, "parts")
	batch(exitDone, "--out", parts, "--shard", "0/2", archive)
	batch(exitDone, "--out", parts, "--shard", "1/2", archive)
	var said, errs bytes.Buffer
	if status := run(strings.NewReader(""), &said, &errs, []string{"merge", parts}); status != exitDone {
		t.Fatalf("merge: status %d: %s", status, &errs)
	}
	again, err := os.ReadFile(filepath.Join(parts, "runs.jsonl"))
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("spread over two workers runs.jsonl differs (%v):\n%s\n%s", err, first, again)
	}
	plain := filepath.Join(root, "plain")
	if status := run(strings.NewReader(""), &said, &errs, []string{"batch", "-q", "-f", "json", "--out", plain, archive}); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	batch(exitUsage, "--out", plain, archive)
	if status := run(strings.NewReader(""), &said, &errs, []string{"batch", "-q", "--redact", "--shard", "0/2", "--out", parts, archive}); status != exitUsage {
		t.Errorf("a part without a mapping: status %d", status)
	}
}
