package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"oomortem/correlate/verdict"
)

// written is what a running program has written.
type written struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// watched is a watch that runs.
type watched struct {
	t         *testing.T
	out, errs written
	stop      func()
	ended     chan struct{}
	status    int
}

func startWatch(t *testing.T, stdin io.Reader, args ...string) *watched {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	w := &watched{t: t, stop: stop, ended: make(chan struct{})}
	root := rootCommand(stdin, &w.out, &w.errs)
	root.SetArgs(append([]string{"watch"}, args...))
	go func() {
		defer close(w.ended)
		var f failure
		if err := root.ExecuteContext(ctx); errors.As(err, &f) {
			w.status = f.status
			w.errs.Write([]byte(err.Error()))
		}
	}()
	return w
}

// until waits for a condition.
func (w *watched) until(what string, holds func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for %s\nstdout: %.2000s\nstderr: %.2000s", what, w.out.String(), w.errs.String())
		}
	}
}

func (w *watched) says(part string) {
	w.t.Helper()
	w.until(part, func() bool { return strings.Contains(w.out.String(), part) })
}

func (w *watched) notes(part string) {
	w.t.Helper()
	w.until(part, func() bool { return strings.Contains(w.errs.String(), part) })
}

// finish ends the watch and gives its exit status.
func (w *watched) finish() int {
	w.stop()
	<-w.ended
	return w.status
}

// appendTo writes to the end of a file.
func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestWatchIsAnalyze writes the archived runs at full speed, into files that are followed and to standard input, and
// wants the very report that analyze makes.
func TestWatchIsAnalyze(t *testing.T) {
	for _, name := range []string{"hp-server-1", "hp-server-2", "hp-server-3"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, err := os.ReadFile(filepath.Join(runs, name, "messages"))
			if err != nil {
				t.Fatal(err)
			}
			var alone, errs bytes.Buffer
			if status := run(bytes.NewReader(log), &alone, &errs, []string{"analyze", "-q", "-f", "json", "-"}); status != exitDone {
				t.Fatal(&errs)
			}
			w := startWatch(t, bytes.NewReader(log), "-q", "-f", "json", "--settle", "1h", "-")
			<-w.ended
			if w.out.String() != alone.String() {
				t.Errorf("from standard input watch differs from analyze: %.500s", w.out.String())
			}

			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(filepath.Join(runs, name))); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, "messages")
			if err := os.Truncate(file, 0); err != nil {
				t.Fatal(err)
			}
			files, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil {
				t.Fatal(err)
			}
			w = startWatch(t, strings.NewReader(""), append(files, "-q", "-f", "json", "--settle", "1h", "--from-start", "--target", "50M")...)
			for piece := range bytes.Lines(log) {
				appendTo(t, file, string(piece))
			}
			w.finish()
			var whole bytes.Buffer
			if status := run(strings.NewReader(""), &whole, &errs, append([]string{"analyze", "-q", "-f", "json", "--target", "50M"}, files...)); status != exitDone {
				t.Fatal(&errs)
			}
			if w.out.String() != whole.String() {
				t.Errorf("from growing files watch differs from analyze: %.500s", w.out.String())
			}
		})
	}
}

// TestWatchTellsAtOnce: the event is printed before the next line is written.
func TestWatchTellsAtOnce(t *testing.T) {
	in, writer := io.Pipe()
	w := startWatch(t, in, "-", "--settle", "1h")
	lines := strings.SplitAfter(kill, "\n")
	io.WriteString(writer, lines[0]+lines[1])
	w.says("oom-kill  hp-server  The kernel killed qemu-kvm (pid 7569")
	io.WriteString(writer, "Feb 20 04:20:44 hp-server kernel: br0: port 3(vnet2) entered disabled state\n")
	w.says("link-down")
	writer.Close()
	<-w.ended
	if w.status != exitDone || !strings.Contains(w.out.String(), "host-overcommit") {
		t.Errorf("status %d, no last report in %s%s", w.status, w.out.String(), w.errs.String())
	}
}

const invoked = "Feb 20 04:20:41 hp-server kernel: java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"

// TestWatchTellsOpenMessages: a dump that nothing follows is told when the log has fallen silent; when the rest comes
// after all the kill is told, and nothing twice.
func TestWatchTellsOpenMessages(t *testing.T) {
	in, writer := io.Pipe()
	w := startWatch(t, in, "-", "--settle", "200ms", "-f", "jsonl")
	io.WriteString(writer, invoked)
	w.says(`"kind":"oom-invoked"`)
	io.WriteString(writer, kill)
	w.says(`"kind":"oom-kill"`)
	w.says(`"schema":"oomortem/report/1"`)
	writer.Close()
	<-w.ended
	told := map[string]int{}
	for line := range strings.Lines(w.out.String()) {
		var e struct{ Kind string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Errorf("%v in %s", err, line)
		}
		told[e.Kind]++
	}
	if told["oom-invoked"] != 1 || told["oom-kill"] != 1 {
		t.Errorf("told %v times: %s", told, w.out.String())
	}
}

// TestWatchTakesThePastForNoNews: what stood in the log when the watch began is context.
func TestWatchTakesThePastForNoNews(t *testing.T) {
	file := filepath.Join(t.TempDir(), "messages")
	appendTo(t, file, chatter+kill)
	w := startWatch(t, nil, file, "--settle", "100ms", "-f", "jsonl")
	w.notes("1 incident(s) stood there already")
	second := strings.NewReplacer("04:20:4", "05:30:1", "7569", "8123").Replace(kill)
	appendTo(t, file, second)
	w.says(`"schema"`)
	if out := w.out.String(); strings.Contains(out, `"pid":7569,"comm":"qemu-kvm","uid":107`) && strings.Contains(strings.SplitN(out, "\n", 2)[0], "7569") ||
		!strings.Contains(strings.SplitN(out, "\n", 2)[0], "8123") {
		t.Errorf("the first line told is not the new kill: %s", out)
	}
	if status := w.finish(); status != exitDone {
		t.Errorf("status %d", status)
	}
}

// TestWatchThroughRotation: the report finds the lines under the name that the log has now.
func TestWatchThroughRotation(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "messages")
	appendTo(t, file, chatter)
	w := startWatch(t, nil, file, "--settle", "1h", "-f", "json")
	w.notes("following")
	appendTo(t, file, kill)
	w.notes("oom-kill")
	if err := os.Rename(file, filepath.Join(dir, "messages.1")); err != nil {
		t.Fatal(err)
	}
	appendTo(t, file, "Feb 20 04:20:44 hp-server kernel: br0: port 3(vnet2) entered disabled state\n")
	w.notes("link-down")
	w.finish()
	out := w.out.String()
	for _, want := range []string{`"messages.1:3"`, `"path": "messages.1"`, `"path": "messages"`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not in the report: %s", want, out)
		}
	}
}

// TestWatchListsLosses: a log that was cut short is read on in its copy, and the report says what that may cost.
func TestWatchListsLosses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "messages")
	appendTo(t, file, chatter)
	w := startWatch(t, nil, file, "--settle", "1h", "-f", "json")
	w.notes("following messages (syslog, line 1)")
	appendTo(t, file, kill)
	w.notes("oom-kill")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	appendTo(t, file+".1", string(data))
	if err := os.Truncate(file, 0); err != nil {
		t.Fatal(err)
	}
	w.notes("cut short")
	w.finish()
	var r verdict.Report
	if err := json.Unmarshal([]byte(w.out.String()), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Run.Inputs) != 1 || r.Run.Inputs[0].Path != "messages.1" || len(r.Run.Inputs[0].Problems) != 1 ||
		!strings.Contains(r.Run.Inputs[0].Problems[0].Message, "let logrotate use create") {
		t.Errorf("inputs: %+v", r.Run.Inputs)
	}
}

// TestWatchTables: a load tool's results grow, throughput falls, no log says a word.
func TestWatchTables(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jtl")
	rows := func(from, to, perSecond int) string {
		var b strings.Builder
		for s := from; s < to; s++ {
			for i := range perSecond {
				at := 1613750000000 + int64(s)*1000 + int64(i)*1000/int64(perSecond)
				b.WriteString(strings.Join([]string{strconv.FormatInt(at, 10), "20", "pay", "200", "OK", "true", "64"}, ",") + "\n")
			}
		}
		return b.String()
	}
	appendTo(t, file, "timeStamp,elapsed,label,responseCode,responseMessage,success,allThreads\n"+rows(0, 600, 40))
	w := startWatch(t, nil, file, "--settle", "300ms", "-f", "jsonl")
	w.notes("following results.jtl (jmeter-csv)")
	appendTo(t, file, rows(600, 1200, 2))
	w.says(`"cause":"slowdown"`)
	if status := w.finish(); status != exitDone {
		t.Errorf("status %d", status)
	}
}

// TestWatchErrors: each says what to do.
func TestWatchErrors(t *testing.T) {
	dir := t.TempDir()
	picture, packed := filepath.Join(dir, "picture.png"), filepath.Join(dir, "messages.1.gz")
	appendTo(t, picture, "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
	appendTo(t, packed, "\x1f\x8b\x08\x00\x00\x00\x00\x00")
	log := filepath.Join(dir, "messages")
	appendTo(t, log, kill)
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{dir}, exitUnusable, "name the log files in it"},
		{[]string{picture}, exitUnusable, "it is a binary file; `oomortem formats`"},
		{[]string{packed}, exitUnusable, "is packed (gzip): `oomortem analyze` reads it"},
		{[]string{}, exitUsage, "nothing to read: name files"},
		{[]string{log, "--", "x"}, exitUsage, "arguments of --exec"},
		{[]string{log, "--exec", filepath.Join(dir, "gone")}, exitUsage, "name a program that exists"},
		{[]string{log, "--webhook", "chat"}, exitUsage, "https://"},
		{[]string{log, "--settle", "0s"}, exitUsage, "--settle"},
		{[]string{log, "--keep", "1s"}, exitUsage, "--keep"},
		{[]string{log, "-f", "docx"}, exitUsage, "want one of"},
		{[]string{log, "-o", filepath.Join(dir, "no", "r.md"), "--from-start", "--settle", "10ms"}, exitUnusable, "name a folder"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			w := startWatch(t, nil, c.args...)
			<-w.ended
			if w.status != c.status || !strings.Contains(w.errs.String(), c.says) {
				t.Errorf("status %d, want %d; %q is not in: %s", w.status, c.status, c.says, w.errs.String())
			}
		})
	}
}

// TestWatchOfNothing: a file that never appears is waited for, and missed at the end.
func TestWatchOfNothing(t *testing.T) {
	w := startWatch(t, nil, filepath.Join(t.TempDir(), "messages"))
	w.notes("waiting for it to appear")
	if status := w.finish(); status != exitUnusable || !strings.Contains(w.errs.String(), "no file appeared") {
		t.Errorf("status %d: %s", status, w.errs.String())
	}
}

// TestWatchAppearsLater: the whole file is news then.
func TestWatchAppearsLater(t *testing.T) {
	file := filepath.Join(t.TempDir(), "messages")
	w := startWatch(t, nil, file, "--settle", "50ms")
	w.notes("waiting for it to appear")
	appendTo(t, file, kill)
	w.says("pid 7569")
	w.says("Cause ")
	w.finish()
}

// TestWatchPipe: a named pipe is read as a stream, and its end is the end.
func TestWatchPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := exec.Command("mkfifo", pipe).Run(); err != nil {
		t.Skip("no mkfifo here: ", err)
	}
	w := startWatch(t, nil, pipe, "--settle", "1h")
	appendTo(t, pipe, kill) // waits until somebody reads
	<-w.ended
	if w.status != exitDone || !strings.Contains(w.out.String(), "host-overcommit") {
		t.Errorf("status %d: %s%s", w.status, w.out.String(), w.errs.String())
	}
}

// TestWatchTableFromStdin: what is no log is kept and read as a whole.
func TestWatchTableFromStdin(t *testing.T) {
	jtl, err := os.Open("../../fixtures/load/jmeter-csv/hp-server-sample/input.jtl")
	if err != nil {
		t.Fatal(err)
	}
	defer jtl.Close()
	w := startWatch(t, jtl, "-", "-q", "-f", "json")
	<-w.ended
	var r verdict.Report
	if err := json.Unmarshal([]byte(w.out.String()), &r); err != nil {
		t.Fatal(err)
	}
	want := analysed(t, "../../fixtures/load/jmeter-csv/hp-server-sample/input.jtl")
	if r.Load == nil || r.Load.Samples != want.Load.Samples || r.Verdict.Cause != want.Verdict.Cause {
		t.Errorf("%+v and %s, want %+v and %s", r.Load, r.Verdict.Cause, want.Load, want.Verdict.Cause)
	}
}

// TestWatchRedact: names that reports hide are not in the events either.
func TestWatchRedact(t *testing.T) {
	w := startWatch(t, strings.NewReader(kill), "-", "--redact", "-q")
	<-w.ended
	if out := w.out.String(); strings.Contains(out, "hp-server") || !strings.Contains(out, "oom-kill") || !strings.Contains(out, "host-overcommit") {
		t.Errorf("it prints %s", out)
	}
}

// TestWatchKeepsSecrets: nothing that watch says tells whose host, VM or file it is, in either language.
func TestWatchKeepsSecrets(t *testing.T) {
	for _, args := range [][]string{{}, {"-f", "jsonl"}, {"-f", "json", "--lang", "zh"}, {"--lang", "zh", "-v"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "acme.log")
			appendTo(t, file, strings.ReplaceAll(chatter, "hp-server", "acme-kvm"))
			w := startWatch(t, nil, append(args, file, file+"2", "--redact", "--settle", "1h")...)
			w.notes("following")
			appendTo(t, file, "Feb 20 04:20:40 acme-kvm systemd-machined[900]: New machine qemu-1-acme-web.\n"+strings.ReplaceAll(kill, "hp-server", "acme-kvm"))
			w.until("the kill", func() bool { return strings.Contains(w.out.String()+w.errs.String(), "qemu-kvm") })
			w.finish()
			said := w.out.String() + w.errs.String()
			if strings.Contains(said, "acme") || !strings.Contains(said, "host-1") {
				t.Errorf("it says %s", said)
			}
			if slices.Contains(args, "zh") && !strings.Contains(said, "内核杀死了 qemu-kvm") {
				t.Errorf("the event is not told in Chinese: %s", said)
			}
		})
	}
}

// TestWatchJournal: journalctl's JSON is told at once.
func TestWatchJournal(t *testing.T) {
	in, writer := io.Pipe()
	w := startWatch(t, in, "-", "--settle", "1h")
	io.WriteString(writer, `{"_TRANSPORT":"kernel","MESSAGE":"Out of memory: Killed process 7569 (qemu-kvm) total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB, `+
		`shmem-rss:16kB, UID:107 pgtables:33468kB oom_score_adj:0","__REALTIME_TIMESTAMP":"1613766041000000","SYSLOG_IDENTIFIER":"kernel","_HOSTNAME":"hp-server"}`+"\n")
	w.says("pid 7569")
	writer.Close()
	<-w.ended
}

// BenchmarkWatch reads a stream as it comes: lines that no reader wants, and a kill in 10,000 of them.
func BenchmarkWatch(b *testing.B) {
	var log strings.Builder
	for range 20 {
		log.WriteString(strings.Repeat(chatter, 10_000) + kill)
	}
	b.SetBytes(int64(log.Len()))
	b.ReportAllocs()
	for b.Loop() {
		var out, errs bytes.Buffer
		if status := run(strings.NewReader(log.String()), &out, &errs, []string{"watch", "-", "-q", "--settle", "1h"}); status != exitDone {
			b.Fatal(&errs)
		}
	}
}
