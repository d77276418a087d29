package store

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// TestHostileKeys reads whatever keys there are, and shows none as a path that leads out of where it lies.
func TestHostileKeys(t *testing.T) {
	f := &fake{objects: map[string]string{}}
	for _, key := range []string{
		"in/a", "in/b/../../../etc/passwd", "in//double", "in/./here", "in/../out", "in/mark/", "in/full/", "in/a-b", "in/b/c", "in/\x1b[2J", "in/%2E%2E",
		"in/../../x", "in/b", "in/d//", "/lead", "in/long" + strings.Repeat("x", 300), "in/名/日志",
	} {
		f.objects[key] = key
	}
	f.objects["in/mark/"] = ""
	tree := f.access(t).Tree()
	seen := map[string]bool{}
	var problems []string
	sink := &problemsOnly{to: &problems}
	parser.WalkTree(tree, []string{"s3://runs/in"}, nil, sink, func(in *parser.Input) {
		content := readInput(t, in)
		seen[content] = true
		for part := range strings.SplitSeq(strings.TrimPrefix(in.Path, "s3://runs/in/"), "/") {
			if part == "" || part == "." || part == ".." {
				t.Errorf("%q is shown as %q", content, in.Path)
			}
		}
	})
	for key := range f.objects {
		if strings.HasPrefix(key, "in/") && key != "in/mark/" && !seen[key] && key != "in/%2E%2E" {
			t.Errorf("%q was not read", key)
		}
	}
	// A name that is spelled as ".." is shown stands for "..", of which there is none: told, not lost.
	if len(problems) != 1 || !strings.Contains(problems[0], "%2E%2E") {
		t.Errorf("problems: %q", problems)
	}
}

type problemsOnly struct {
	record.Discard
	to *[]string
}

func (p *problemsOnly) Problem(x record.Problem) { *p.to = append(*p.to, x.From.File+" "+x.Msg) }

// readInput gives all that a format would be given.
func readInput(t *testing.T, in *parser.Input) string {
	t.Helper()
	var all bytes.Buffer
	parser.Read(in, []parser.Format{{Name: "whole", Sniff: func(parser.Head) parser.Score { return 100 }, Binary: true,
		Parse: func(l *parser.Lines, _ record.Sink) error {
			_, err := io.Copy(&all, l.Stream())
			return err
		}}}, nil, record.Discard{})
	return all.String()
}

// TestTreeLikeADisk lists a bucket in the order of a disk, however many pages there are.
func TestTreeLikeADisk(t *testing.T) {
	f := &fake{objects: map[string]string{}}
	for _, key := range []string{"a/x", "a-b", "a.c", "b", "c/d/e", "c/d/f", "g", "h", "i", "j/", "other"} {
		f.objects["in/"+key] = "x"
	}
	f.objects["in/empty"] = ""
	tree := f.access(t).Tree()
	entries, err := tree.ReadDir("s3://runs/in")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			name += "/"
		}
		got = append(got, name)
	}
	want := []string{"a/", "a-b", "a.c", "b", "c/", "empty", "g", "h", "i", "j/", "other"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for path, isDir := range map[string]bool{"s3://runs/in": true, "s3://runs": true, "s3://runs/in/c/d": true, "s3://runs/in/b": false, "s3://runs/in/empty": false} {
		if info, err := tree.Stat(path); err != nil || info.IsDir() != isDir {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if _, err := tree.Stat("s3://runs/in/a-"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a path that is but the beginning of a key: %v", err)
	}
}

// TestObject reads an object through and anywhere, with few requests.
func TestObject(t *testing.T) {
	content := strings.Repeat("0123456789abcdef", 200_000) // 3.2 MB
	f := &fake{objects: map[string]string{"big": content, "small": "x"}}
	tree := f.access(t).Tree()
	o, err := tree.Open("s3://runs/big")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || string(got) != content {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if len(f.asked) != 2 {
		t.Errorf("reading it took %q", f.asked)
	}
	f.asked = nil
	p := make([]byte, 5000)
	for off := int64(1<<20 - 20_000); off < 1<<20+20_000; off += 5000 {
		n, err := o.(io.ReaderAt).ReadAt(p, off)
		if err != nil || string(p[:n]) != content[off:off+5000] {
			t.Fatalf("at %d: %d bytes, %v", off, n, err)
		}
	}
	if n, err := o.(io.ReaderAt).ReadAt(p, int64(len(content))-10); n != 10 || err != io.EOF {
		t.Errorf("at the end: %d bytes, %v", n, err)
	}
	if len(f.asked) != 3 {
		t.Errorf("reading here and there took %q", f.asked)
	}
}

// TestObjectReplaced is given another object in the middle of one.
func TestObjectReplaced(t *testing.T) {
	f := &fake{objects: map[string]string{"big": strings.Repeat("old ", 100_000)}}
	a := f.access(t)
	o, err := a.Tree().Open("s3://runs/big")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	f.objects["big"] = strings.Repeat("new ", 100_000)
	got, err := io.ReadAll(o)
	if err == nil || !strings.Contains(err.Error(), "replaced") || strings.Contains(string(got), "new") {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if a.Lost() == nil || a.Lost() != nil {
		t.Error("a reading that failed is not remembered, or twice")
	}
}

// TestObjectStalls lets the second answer stop in its middle without an end.
func TestObjectStalls(t *testing.T) {
	content := strings.Repeat("x", 1<<20)
	f := &fake{objects: map[string]string{"big": content}}
	stalled := false
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Range") == fmt.Sprintf("bytes=%d-%d", firstPiece, len(content)-1) && !stalled {
			stalled = true
			w.Header().Set("Content-Length", fmt.Sprint(len(content)-firstPiece))
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", firstPiece, len(content)-1, len(content)))
			w.Header().Set("ETag", tag(content))
			w.Header().Set("Last-Modified", "Sat, 20 Feb 2021 04:20:41 GMT")
			w.WriteHeader(http.StatusPartialContent)
			io.WriteString(w, content[:10_000])
			w.(http.Flusher).Flush()
			<-r.Context().Done() // until the reader has had enough
			return true
		}
		return false
	}
	a := f.access(t)
	a.patience = 100 * time.Millisecond
	o, err := a.Tree().Open("s3://runs/big")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || string(got) != content {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if !stalled || a.Lost() != nil {
		t.Error("nothing stalled, or a reading that came to its end is told as lost")
	}
}

// TestThrottled is told to slow down twice and then served.
func TestThrottled(t *testing.T) {
	f := &fake{objects: map[string]string{"a": "x"}}
	times := 0
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if times++; times <= 2 {
			refuse(w, http.StatusServiceUnavailable, "SlowDown", "")
			return true
		}
		return false
	}
	o, err := f.access(t).Tree().Open("s3://runs/a")
	if err != nil {
		t.Fatal(err)
	}
	o.Close()
	if times < 3 {
		t.Errorf("%d requests", times)
	}
}

// TestAnswersInWords wants advice for each refusal, and nothing that acts on a terminal.
func TestAnswersInWords(t *testing.T) {
	for code, want := range map[string]string{
		"AccessDenied": "s3:ListBucket", "InvalidAccessKeyId": "does not know these credentials", "RequestTimeTooSkewed": "clock", "AuthorizationHeaderMalformed": "AWS_REGION",
		"Odd\x1b[31m": "the server answered 403 Odd",
	} {
		f := &fake{before: func(w http.ResponseWriter, r *http.Request) bool {
			refuse(w, http.StatusForbidden, strings.ReplaceAll(code, "\x1b", "&#x85;"), "red &#x85;[31m ink &#x202e;")
			return true
		}}
		_, err := f.access(t).Tree().ReadDir("s3://runs/in")
		if err == nil || !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\x1b\u0085\u202e") {
			t.Errorf("%s: %q, want %q", code, err, want)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for endpoint, want := range map[string]string{
		"http://127.0.0.1:9000": "http://127.0.0.1:9000", "https://minio.example/": "https://minio.example", "minio:9000": "", "ftp://x": "", "http://user:pw@host": "",
		"http://host/bucket": "", "http://": "", "http://host?x=1": "",
	} {
		got, err := address(endpoint)
		if want == "" && err == nil || want != "" && (err != nil || got.String() != want) {
			t.Errorf("%s: %v, %v", endpoint, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "pw") {
			t.Errorf("%s: the password is told: %v", endpoint, err)
		}
	}
}

// TestWriteToBucket writes what fits into memory and what does not.
func TestWriteToBucket(t *testing.T) {
	f := &fake{objects: map[string]string{}}
	a := f.access(t)
	out, err := a.Store("s3://runs/out/")
	if err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int{"small.html": 10, "none": 0, "deep/er/big.json": inMemory + 5} {
		want := strings.Repeat("y", size)
		err := out.Write(name, func(w io.Writer) error {
			for rest := want; len(rest) > 0; {
				n := min(len(rest), 1<<20)
				if _, err := io.WriteString(w, rest[:n]); err != nil {
					return err
				}
				rest = rest[n:]
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Read(out, name); err != nil || string(got) != want {
			t.Errorf("%s: %d bytes, %v; want %d", name, len(got), err, size)
		}
	}
	broken := errors.New("broken")
	if err := out.Write("half", func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := Read(out, "half"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half of a file: %v", err)
	}
	var all []string
	for name, err := range out.Files(".") {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, name)
	}
	if !slices.Equal(all, []string{"deep/er/big.json", "none", "small.html"}) {
		t.Errorf("%q", all)
	}
	if err := out.Remove("none", "never"); err != nil {
		t.Error(err)
	}
	if names, err := out.List("deep/er"); err != nil || !slices.Equal(names, []string{"big.json"}) {
		t.Errorf("%q, %v", names, err)
	}
}

// TestCreateUnconditional has a server that knows no conditions.
func TestCreateUnconditional(t *testing.T) {
	f := &fake{objects: map[string]string{}}
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("If-None-Match") != "" {
			refuse(w, http.StatusNotImplemented, "NotImplemented", "")
			return true
		}
		return false
	}
	out, err := f.access(t).Store("s3://runs/out")
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Create("a", []byte("x")); err != nil || f.objects["out/a"] != "x" {
		t.Errorf("%v, %q", err, f.objects)
	}
}

// TestDigest changes with the content and not with the time, as a copy is the same run.
func TestDigest(t *testing.T) {
	f := &fake{objects: map[string]string{"in/a": "1", "in/b/c": "2", "in/zip": "3", "other": "4"}}
	tree := f.access(t).Tree()
	digest := func(path string) string {
		var b bytes.Buffer
		tree.Digest(&b, path, "s3://runs/in/")
		return b.String()
	}
	whole, one := digest("s3://runs/in"), digest("s3://runs/in/zip")
	if whole == "" || one == "" || whole == one {
		t.Fatalf("%q, %q", whole, one)
	}
	f.objects["other"] = "5"
	if again := digest("s3://runs/in"); again != whole {
		t.Errorf("%q, before %q", again, whole)
	}
	for key, value := range map[string]string{"in/a": "9", "in/new": "1"} {
		f.objects[key] = value
		again := digest("s3://runs/in")
		if again == whole {
			t.Errorf("%s changed, the digest did not: %q", key, again)
		}
		whole = again
	}
}

// TestObjectWithoutRange reads from a server that gives every object as a whole.
func TestObjectWithoutRange(t *testing.T) {
	content := strings.Repeat("0123456789", 100_000)
	f := &fake{objects: map[string]string{"big": content}}
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		r.Header.Del("Range")
		return false
	}
	o, err := f.access(t).Tree().Open("s3://runs/big")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || string(got) != content {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// TestOwnAuthority trusts a server's certificate once its authority's file is named.
func TestOwnAuthority(t *testing.T) {
	f := &fake{objects: map[string]string{"a": "x"}}
	a := f.access(t)
	s := httptest.NewTLSServer(f)
	defer s.Close()
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	a.Endpoint = s.URL
	if _, err := a.Tree().Stat("s3://runs/a"); err == nil || !strings.Contains(err.Error(), "AWS_CA_BUNDLE") {
		t.Errorf("a certificate that nobody knows: %v", err)
	}
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	t.Setenv("AWS_CA_BUNDLE", bundle)
	try := func() error {
		fresh := Access{Endpoint: s.URL}
		_, err := fresh.Tree().Stat("s3://runs/a")
		return err
	}
	if err := try(); err == nil || !strings.Contains(err.Error(), "AWS_CA_BUNDLE") {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := try(); err != nil {
		t.Error(err)
	}
}
