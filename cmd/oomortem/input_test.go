package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oomortem/correlate/verdict"
)

// The two lines of run 1 that name the kill, as the kernel wrote them.
const kill = "Feb 20 04:20:41 hp-server kernel: Out of memory: Kill process 7569 (qemu-kvm) score 256 or sacrifice child\n" +
	"Feb 20 04:20:41 hp-server kernel: Killed process 7569 (qemu-kvm), UID 107, total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB, shmem-rss:16kB\n"

const chatter = "Feb 20 04:20:40 hp-server systemd: Started Session 12 of user root.\n"

// TestDamagedLogs reads logs as crashes, full disks and other tools leave them: the kill is found each time, and what was
// wrong is listed with its line.
func TestDamagedLogs(t *testing.T) {
	for _, c := range []struct {
		name, log string
		line      int    // of the problem; 0: none is wanted
		problem   string // part of its message
	}{
		{"torn last line", kill + "Feb 20 04:20:4", 3, "no line end"},
		{"NUL bytes", chatter + strings.Repeat("\x00", 512) + kill, 2, "NUL"},
		{"a line of 10 MB", chatter + "Feb 20 04:20:40 hp-server app: " + strings.Repeat("x", 10<<20) + "\n" + kill, 2, "longer than"},
		{"CRLF", strings.ReplaceAll(chatter+kill, "\n", "\r\n"), 0, ""},
		{"Latin-1", "Feb 20 04:20:39 hp-server app: Gr\xfc\xdfe\n" + kill, 0, ""},
		{"GBK", "Feb 20 04:20:44 hp-server libvirtd: 2021-02-19 20:20:44.706+0000: 1397: error : qemuMonitorIO:718 : \xc4\xda\xb2\xbf\xb4\xed\xce\xf3\n" + kill, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "messages")
			if err := os.WriteFile(file, []byte(c.log), 0o644); err != nil {
				t.Fatal(err)
			}
			r := report(t, file)
			if len(r.Incidents) != 1 || r.Incidents[0].Victim.PID.Or(0) != 7569 {
				t.Fatalf("the kill of pid 7569 is not the one incident: %+v", r.Incidents)
			}
			checkProblem(t, r.Run.Inputs, c.line, c.problem)
		})
	}
}

func checkProblem(t *testing.T, inputs []verdict.Input, line int, part string) {
	t.Helper()
	for _, in := range inputs {
		for _, p := range in.Problems {
			if part != "" && p.Line == line && strings.Contains(p.Message, part) {
				return
			}
			if part == "" {
				t.Errorf("%s:%d: %s; nothing is wrong with it", in.Path, p.Line, p.Message)
			}
		}
	}
	if part != "" {
		t.Errorf("no problem at line %d says %q: %+v", line, part, inputs)
	}
}

// TestCutResults cuts a JTL in the middle of a row, and one that is packed in the middle of its bytes: what stands before
// the cut counts, the cut is listed.
func TestCutResults(t *testing.T) {
	jtl, err := os.ReadFile("../../fixtures/load/jmeter-csv/hp-server-sample/input.jtl")
	if err != nil {
		t.Fatal(err)
	}
	cut := jtl[:len(jtl)/2-7]
	rows := int64(bytes.Count(cut, []byte("\n"))) - 1 // the heading is no sample; the cut row is not counted
	if cut[len(cut)-1] == '\n' {
		t.Fatal("the cut fell on a row's end")
	}
	dir := t.TempDir()
	plain := filepath.Join(dir, "cut.jtl")
	if err := os.WriteFile(plain, cut, 0o644); err != nil {
		t.Fatal(err)
	}
	r := report(t, plain)
	if r.Load.Samples != rows {
		t.Errorf("%d samples, want the %d whole rows before the cut", r.Load.Samples, rows)
	}
	if len(r.Run.Inputs[0].Problems) == 0 {
		t.Error("the cut is not listed")
	}

	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(jtl); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	gz := filepath.Join(dir, "cut.jtl.gz")
	if err := os.WriteFile(gz, packed.Bytes()[:packed.Len()/2], 0o644); err != nil {
		t.Fatal(err)
	}
	r = report(t, gz)
	if r.Load == nil || r.Load.Samples == 0 || len(r.Run.Inputs[0].Problems) == 0 {
		t.Errorf("half a gzip: load %+v, problems %+v; want samples before the cut and the cut listed", r.Load, r.Run.Inputs[0].Problems)
	}
}

// TestStatus checks the exit statuses of the contract, and that an error says what to do.
func TestStatus(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	unknown := filepath.Join(dir, "unknown")
	if err := os.MkdirAll(unknown, 0o755); err != nil {
		t.Fatal(err)
	}
	file("unknown/picture.bin", "\x89PNG\r\n\x1a\n\x00\x00\x00")
	log := file("messages", kill)
	run1 := filepath.Join(runs, "hp-server-1")
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{log}, exitDone, ""},
		{[]string{"analyze", log, filepath.Join(dir, "gone")}, exitDone, "gone: cannot be opened"},
		{[]string{"analyze", filepath.Join(dir, "gone")}, exitUnusable, "nothing in"},
		{[]string{"analyze", file("empty", "")}, exitUnusable, "is empty"},
		{[]string{"analyze", unknown}, exitUnusable, "oomortem formats"},
		{[]string{"analyze"}, exitUsage, "name files"},
		{[]string{"analyze", "--no-such-flag", log}, exitUsage, "--help"},
		{[]string{"analyze", "-f", "docx", log}, exitUsage, "want one of"},
		{[]string{"analyze", "-o", filepath.Join(dir, "report.docx"), log}, exitUsage, "add -f"},
		{[]string{"analyze", "-o", filepath.Join(dir, "no", "folder", "r.md"), log}, exitUnusable, "name a folder"},
		{[]string{"analyze", "--tz", "Nowhere/City", log}, exitUsage, "Asia/Shanghai"},
		{[]string{"analyze", "--target", "many", log}, exitUsage, "50M"},
		{[]string{"analyze", "--target", "nan", log}, exitUsage, "50M"},
		{[]string{"plan", "--ram", "64G", "--vm", "db=16Q"}, exitUsage, "NAME=SIZE"},
		{[]string{"plan", "--ram", "64 GiB", "--vm", "db=16G"}, exitDone, ""},
		{[]string{"analyze", "--since", "04:20:41", log}, exitUsage, "full date"},
		{[]string{"analyze", "--fail-on", "incident", "-q", run1}, exitFound, ""},
		{[]string{"analyze", "--fail-on", "missed-target", "--target", "50M", "-q", run1}, exitFound, ""},
		{[]string{"analyze", "--fail-on", "missed-target", "--target", "1M", "-q", run1}, exitDone, ""},
		{[]string{"analyze", "--fail-on", "rain", run1}, exitUsage, "missed-target"},
		{[]string{"-q", "analyze", log}, exitDone, ""},
		{[]string{"-q", "-f", "json", "analyze", log}, exitDone, ""},
		{[]string{"--format", "json", "-q", log}, exitDone, ""},
		{[]string{"events", "-o", filepath.Join(dir, "events.docx"), log}, exitUsage, "-f jsonl"},
		{[]string{"causes", "bad-luck"}, exitUsage, "host-overcommit"},
	} {
		t.Run(fmt.Sprint(c.args), func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(strings.NewReader(""), &out, &errs, c.args); status != c.status {
				t.Errorf("status %d, want %d: %s", status, c.status, &errs)
			}
			if !strings.Contains(errs.String(), c.says) {
				t.Errorf("stderr does not say %q: %s", c.says, &errs)
			}
		})
	}
}

// TestSeveralOutputs writes two reports in one pass, from standard input.
func TestSeveralOutputs(t *testing.T) {
	dir := t.TempDir()
	md, js := filepath.Join(dir, "r.md"), filepath.Join(dir, "r.json")
	var out, errs bytes.Buffer
	if status := run(strings.NewReader(kill), &out, &errs, []string{"-", "-o", md, "-o", js}); status != exitDone {
		t.Fatalf("status %d: %s", status, &errs)
	}
	if out.Len() != 0 {
		t.Errorf("stdout got %q beside the files", &out)
	}
	for file, want := range map[string]string{md: "7569", js: `"schema": "oomortem/report/1"`} {
		if data, err := os.ReadFile(file); err != nil || !bytes.Contains(data, []byte(want)) {
			t.Errorf("%s: %v, want %q in it", file, err, want)
		}
	}
	if parts, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(parts) != 0 {
		t.Errorf("left behind: %v", parts)
	}
}

// FuzzRun gives the whole program any bytes as a log, a table, a listing: it never panics.
func FuzzRun(f *testing.F) {
	f.Add([]byte(kill))
	f.Add([]byte("\"Time\",\"TPS\"\n1613749445000,18\n"))
	f.Add([]byte("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"domain\":\"a\"},\"values\":[[1,\"2\"]]}]}}"))
	f.Add([]byte(" Id    名称                         状态\n----\n 1     a      running\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out, errs bytes.Buffer
		if status := run(bytes.NewReader(data), &out, &errs, []string{"-", "-q"}); status != exitDone && status != exitUnusable {
			t.Errorf("status %d: %s", status, &errs)
		}
		if bytes.Contains(errs.Bytes(), []byte("defect of oomortem")) || bytes.Contains(out.Bytes(), []byte("defect of oomortem")) {
			t.Errorf("a parser broke off: %s", &out)
		}
	})
}

// BenchmarkRun analyses a whole archived run.
func BenchmarkRun(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var out, errs bytes.Buffer
		if status := run(strings.NewReader(""), &out, &errs, []string{"-q", filepath.Join(runs, "hp-server-1")}); status != exitDone {
			b.Fatal(&errs)
		}
	}
}
