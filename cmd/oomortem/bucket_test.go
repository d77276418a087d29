package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"

	"oomortem/correlate/verdict"
)

// bucketServer starts a real object store on loopback, with an empty bucket named runs, and points the environment at
// it. Its files are those of the folder that it gives.
func bucketServer(t *testing.T) (files string) {
	t.Helper()
	program := versitygw(t)
	data := t.TempDir()
	files = filepath.Join(data, "runs")
	if err := os.Mkdir(files, 0o755); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := free.Addr().String()
	free.Close()
	c := exec.Command(program, "--quiet", "--port", host, "posix", data)
	c.Env = append(os.Environ(), "ROOT_ACCESS_KEY=reader", "ROOT_SECRET_KEY=only-for-this-test")
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
		if t.Failed() {
			t.Logf("the object store said: %s", &said)
		}
	})
	for limit := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", host); err == nil {
			conn.Close()
			break
		}
		if time.Now().After(limit) {
			t.Fatalf("the object store does not listen: %s", &said)
		}
	}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "only-for-this-test", "AWS_SESSION_TOKEN": "", "AWS_REGION": "us-east-1",
		"AWS_ENDPOINT_URL": "http://" + host, "AWS_ENDPOINT_URL_S3": "", "AWS_EC2_METADATA_DISABLED": "true", "HOME": t.TempDir(),
	} {
		t.Setenv(name, value)
	}
	return files
}

var buildServer = sync.OnceValues(func() (string, error) {
	if program := os.Getenv("OOMORTEM_VERSITYGW"); program != "" {
		return program, nil
	}
	pinned, err := os.ReadFile("../../fixtures/objectstore/go.mod")
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	program := filepath.Join(cache, "oomortem", fmt.Sprintf("versitygw-%016x", xxhash.Sum64(pinned)))
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	ctx, stop := context.WithTimeout(context.Background(), 6*time.Minute)
	defer stop()
	half := fmt.Sprintf("%s.%d", program, os.Getpid())
	c := exec.CommandContext(ctx, "go", "build", "-o", half, "github.com/versity/versitygw/cmd/versitygw")
	c.Dir = "../../fixtures/objectstore"
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, os.Rename(half, program)
})

// versitygw gives the server's program, built from its Go module where it is not yet.
func versitygw(t *testing.T) string {
	t.Helper()
	if testing.Short() && os.Getenv("OOMORTEM_VERSITYGW") == "" {
		t.Skip("the object store takes a minute to build; OOMORTEM_VERSITYGW names one that is built")
	}
	program, err := buildServer()
	if err != nil {
		t.Skipf("the object store of these tests cannot be built (fixtures/objectstore): %v", err)
	}
	return program
}

// upload lays the files of a folder into the bucket.
func upload(t *testing.T, files, prefix, from string) {
	t.Helper()
	if err := os.CopyFS(filepath.Join(files, prefix), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// zipRun packs the files of a folder.
func zipRun(t *testing.T, file, from string) {
	t.Helper()
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	if err := errors.Join(z.AddFS(os.DirFS(from)), z.Close(), os.WriteFile(file, packed.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// published gives what is the same wherever the runs lay: their reports, the patterns, the table without its paths.
func published(t *testing.T, dir, root string) map[string]string {
	t.Helper()
	files := tree(t, dir)
	for name := range files {
		if strings.HasPrefix(name, shardsDir) || strings.HasPrefix(name, attemptsDir) || filepath.Base(name) == resultFile {
			delete(files, name)
		}
	}
	for _, name := range []string{"runs.jsonl", "index.html"} {
		files[name] = strings.ReplaceAll(files[name], filepath.ToSlash(root)+"/", "")
	}
	return files
}

func samePublished(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, content := range want {
		if other, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		} else if other != content {
			t.Errorf("%s differs", name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

// TestBucket wants the same bytes whether runs and results lie in folders or in a bucket.
func TestBucket(t *testing.T) {
	files := bucketServer(t)
	root, dir := archive(t, 1), t.TempDir()
	inZip := filepath.Join(root, "zipped.zip")
	zipRun(t, inZip, filepath.Join(runs, "hp-server-2"))
	upload(t, files, "archive", root)
	local := filepath.Join(dir, "local")
	batchOf(t, exitDone, "--out", local, root)
	want := published(t, local, root)

	const from, to = "s3://runs/archive", "s3://runs/reports/2021"
	batchOf(t, exitDone, "--out", filepath.Join(dir, "fetched"), from)
	samePublished(t, published(t, filepath.Join(dir, "fetched"), from), want)
	batchOf(t, exitDone, "--out", to, from)
	samePublished(t, published(t, filepath.Join(files, "reports/2021"), from), want)
	if said := batchOf(t, exitDone, "--out", to, from); !strings.Contains(said, "0 analysed, 5 unchanged") {
		t.Errorf("the second time: %s", said)
	}
	if err := os.WriteFile(filepath.Join(files, "archive/batch-00/hp-server-1/messages"), []byte("Feb 20 04:20:41 h kernel: nothing\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if said := batchOf(t, exitDone, "--out", to, from); !strings.Contains(said, "1 analysed, 4 unchanged") {
		t.Errorf("another file: %s", said)
	}
	list := filepath.Join(dir, "list")
	if err := os.WriteFile(list, []byte("s3://runs/archive/batch-00/hp-server-2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	batchOf(t, exitDone, "--out", filepath.Join(dir, "listed"), "--runs-from", list)
	if o := outcomes(t, filepath.Join(dir, "listed")); len(o) != 1 || o[0].Run != "runs/archive/batch-00/hp-server-2" || o[0].Status != verdict.StatusOK {
		t.Errorf("%+v", o)
	}
	if r := report(t, from+"/zipped.zip"); len(r.Incidents) == 0 {
		t.Errorf("analyze of a zip in the bucket: %+v", r.Verdict)
	}
}

// TestBucketShards has workers side by side, and two for the same shard, which must not disturb each other.
func TestBucketShards(t *testing.T) {
	files := bucketServer(t)
	root, dir := archive(t, 3), t.TempDir()
	upload(t, files, "archive", root)
	local := filepath.Join(dir, "local")
	batchOf(t, exitDone, "--out", local, root)
	const from, to = "s3://runs/archive", "s3://runs/reports"
	var all sync.WaitGroup
	for _, part := range []string{"0/3", "1/3", "1/3", "2/3"} {
		all.Go(func() {
			var errs bytes.Buffer
			if status := run(nil, io.Discard, &errs, []string{"batch", "--out", to, "--shard", part, from}); status != exitDone {
				t.Errorf("shard %s: status %d, %s", part, status, &errs)
			}
		})
	}
	all.Wait()
	merge := func(args ...string) {
		t.Helper()
		var errs bytes.Buffer
		if status := run(nil, io.Discard, &errs, append([]string{"merge"}, args...)); status != exitDone {
			t.Fatalf("merge %q: status %d: %s", args, status, &errs)
		}
	}
	merge(to)
	want := published(t, local, root)
	samePublished(t, published(t, filepath.Join(files, "reports"), from), want)
	merge(to)
	samePublished(t, published(t, filepath.Join(files, "reports"), from), want)
	merge("--out", filepath.Join(dir, "home"), to)
	samePublished(t, published(t, filepath.Join(dir, "home"), from), want)
	merge("--out", "s3://runs/copy", filepath.Join(dir, "home"))
	samePublished(t, published(t, filepath.Join(files, "copy"), from), want)
}

// TestBucketOneResult has many try to write one file at once.
func TestBucketOneResult(t *testing.T) {
	bucketServer(t)
	for _, place := range []string{"s3://runs/race", t.TempDir()} {
		out := placeOf(t, place)
		var all sync.WaitGroup
		var first, late atomic.Int32
		for i := range 8 {
			all.Go(func() {
				switch err := out.Create("run/.result.json", fmt.Appendf(nil, "%d", i)); {
				case err == nil:
					first.Add(1)
				case errors.Is(err, fs.ErrExist):
					late.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if first.Load() != 1 || late.Load() != 7 {
			t.Errorf("%s: %d wrote it, %d came late", place, first.Load(), late.Load())
		}
	}
}

// TestBucketStopped kills a batch in the middle, goes on, and wants what an undisturbed one wrote.
func TestBucketStopped(t *testing.T) {
	files := bucketServer(t)
	upload(t, files, "archive", archive(t, 3))
	const from = "s3://runs/archive"
	batchOf(t, exitDone, "--out", "s3://runs/whole", from)
	stopped(t, "s3://runs/reports", filepath.Join(files, "reports"), from, os.Kill)
	batchOf(t, exitDone, "--out", "s3://runs/reports", from)
	sameTree(t, filepath.Join(files, "reports"), filepath.Join(files, "whole"))
}

// TestBucketBreaksOff has the network break off every first download in its middle: it is gone on with. Where it
// breaks off every time, the run is not taken for done.
func TestBucketBreaksOff(t *testing.T) {
	files := bucketServer(t)
	root, dir := archive(t, 1), t.TempDir()
	upload(t, files, "archive", root)
	local := filepath.Join(dir, "local")
	batchOf(t, exitDone, "--out", local, root)
	server, err := url.Parse(os.Getenv("AWS_ENDPOINT_URL"))
	if err != nil {
		t.Fatal(err)
	}
	var always atomic.Bool
	proxy := httptest.NewServer(&breaking{to: httputil.NewSingleHostReverseProxy(server), always: &always, broken: map[string]bool{}})
	defer proxy.Close()
	t.Setenv("AWS_ENDPOINT_URL", proxy.URL)
	const from = "s3://runs/archive"
	out := filepath.Join(dir, "out")
	batchOf(t, exitDone, "--out", out, from)
	samePublished(t, published(t, out, from), published(t, local, root))

	always.Store(true)
	out = filepath.Join(dir, "torn")
	batchOf(t, exitDone, "--out", out, from)
	if o := outcomes(t, out)[0]; o.Status != verdict.StatusFailed || !strings.Contains(o.Error, "read to its end") {
		t.Errorf("%+v", o)
	}
	always.Store(false)
	batchOf(t, exitDone, "--out", out, from)
	samePublished(t, published(t, out, from), published(t, local, root))
}

// breaking is a network that breaks off the first download of each big file, or every download of hp-server-1's log.
type breaking struct {
	to     http.Handler
	always *atomic.Bool
	mu     sync.Mutex
	broken map[string]bool
}

func (b *breaking) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	every := b.always.Load() && strings.HasSuffix(r.URL.Path, "hp-server-1/messages") && r.Header.Get("Range") != "bytes=0-131071"
	cut := r.Method == http.MethodGet && (!b.broken[r.URL.Path] || every)
	b.broken[r.URL.Path] = true
	b.mu.Unlock()
	if !cut {
		b.to.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	b.to.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	body := answer.Body.Bytes()
	if len(body) < 1000 {
		w.Write(body)
		return
	}
	if every {
		body = nil
	}
	w.Write(body[:len(body)/2])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// TestBucketRefuses wants a word on what to do for each way that a store can refuse.
func TestBucketRefuses(t *testing.T) {
	files := bucketServer(t)
	upload(t, files, "archive", archive(t, 1))
	out := filepath.Join(t.TempDir(), "out")
	says := func(want string, args ...string) {
		t.Helper()
		var errs bytes.Buffer
		if status := run(nil, io.Discard, &errs, args); status != exitUnusable || !strings.Contains(errs.String(), want) {
			t.Errorf("%q: status %d, %s; want %q", args, status, &errs, want)
		}
		if strings.Contains(errs.String(), "only-for-this-test") {
			t.Errorf("%q tells the secret: %s", args, &errs)
		}
	}
	const from = "s3://runs/archive"
	says("there is no bucket nowhere", "batch", "--out", out, "s3://nowhere/archive")
	says("there is no bucket nowhere", "batch", "--out", "s3://nowhere/out", from)
	says("there is no such object", "batch", "--out", out, "s3://runs/none")
	says("holds no shard", "merge", "s3://runs/none")
	says("names no bucket", "batch", "--out", out, "s3:///x")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	says("does not know these credentials", "batch", "--out", out, from)
	says("does not know these credentials", "analyze", from)
	says("does not know these credentials", "merge", "s3://runs/out")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	says("no credentials were found", "events", from)
	says("answers without TLS", "analyze", "--s3-endpoint", strings.Replace(os.Getenv("AWS_ENDPOINT_URL"), "http:", "https:", 1), from)
}

// TestBucketProfile finds the credentials in the shared file, under the profile's name.
func TestBucketProfile(t *testing.T) {
	files := bucketServer(t)
	upload(t, files, "archive", archive(t, 1))
	shared := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(shared, []byte("[lab]\naws_access_key_id = reader\naws_secret_access_key = only-for-this-test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": shared, "AWS_PROFILE": "lab"} {
		t.Setenv(name, value)
	}
	if r := report(t, "s3://runs/archive/batch-00/hp-server-1"); r.Verdict.Cause != verdict.HostOvercommit {
		t.Errorf("%+v", r.Verdict)
	}
}
