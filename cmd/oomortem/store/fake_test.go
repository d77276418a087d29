package store

import (
	"bytes"
	"crypto/md5"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is an object store for what no real one lets happen: keys that lead nowhere good, answers that stall or never
// come. It has one bucket, named runs, and gives pages of three.
type fake struct {
	mu      sync.Mutex
	objects map[string]string
	before  func(w http.ResponseWriter, r *http.Request) (answered bool) // may be nil
	asked   []string
}

// access starts the fake and gives the way to it.
func (f *fake) access(t *testing.T) *Access {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "", "AWS_REGION": "us-east-1"} {
		t.Setenv(name, value)
	}
	return &Access{Endpoint: s.URL, pause: time.Millisecond}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Range"))
	if f.before != nil && f.before(w, r) {
		return
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case bucket != "runs":
		refuse(w, http.StatusNotFound, "NoSuchBucket", "")
	case key == "" && r.URL.Query().Has("list-type"):
		f.list(w, r.URL.Query())
	case r.Method == http.MethodPut:
		body := unchunked(r)
		if _, there := f.objects[key]; there && r.Header.Get("If-None-Match") == "*" {
			refuse(w, http.StatusPreconditionFailed, "PreconditionFailed", "")
			return
		}
		f.objects[key] = body
	case r.Method == http.MethodDelete:
		delete(f.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		content, ok := f.objects[key]
		if !ok {
			refuse(w, http.StatusNotFound, "NoSuchKey", "")
			return
		}
		if content == "" && r.Header.Get("Range") != "" {
			refuse(w, http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "")
			return
		}
		w.Header().Set("ETag", tag(content))
		http.ServeContent(w, r, "", time.Date(2021, 2, 20, 4, 20, 41, 0, time.UTC), strings.NewReader(content))
	}
}

// unchunked takes off the signed chunks that bodies are sent in without TLS: "SIZE;chunk-signature=...", the bytes, a line
// end, and so on down to a size of 0 (Amazon S3 API reference, sigv4-streaming).
func unchunked(r *http.Request) string {
	all, _ := io.ReadAll(r.Body)
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return string(all)
	}
	var body []byte
	for {
		head, rest, _ := bytes.Cut(all, []byte("\r\n"))
		hex, _, _ := strings.Cut(string(head), ";")
		n, err := strconv.ParseInt(hex, 16, 64)
		if err != nil || n == 0 || int(n)+2 > len(rest) {
			return string(body)
		}
		body, all = append(body, rest[:n]...), rest[n+2:]
	}
}

func tag(content string) string { return fmt.Sprintf(`"%x"`, md5.Sum([]byte(content))) }

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
}

// list answers ListObjectsV2 (Amazon S3 API reference), with keys in URL encoding.
func (f *fake) list(w http.ResponseWriter, q url.Values) {
	type object struct {
		Key, ETag    string
		Size         int
		LastModified time.Time
	}
	type folder struct{ Prefix string }
	var out struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		EncodingType          string
		IsTruncated           bool
		NextContinuationToken string
		Contents              []object
		CommonPrefixes        []folder
	}
	out.EncodingType = "url"
	var keys []string
	for k := range f.objects {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	most := 3
	if n, err := strconv.Atoi(q.Get("max-keys")); err == nil && n > 0 {
		most = min(most, n)
	}
	last := ""
	for _, k := range keys {
		rest, ok := strings.CutPrefix(k, q.Get("prefix"))
		shown := k
		i := strings.Index(rest, "/")
		isFolder := q.Get("delimiter") == "/" && i >= 0
		if isFolder {
			shown = q.Get("prefix") + rest[:i+1]
		}
		if !ok || shown <= q.Get("continuation-token") || shown == last {
			continue
		}
		if len(out.Contents)+len(out.CommonPrefixes) == most {
			out.IsTruncated, out.NextContinuationToken = true, last
			break
		}
		last = shown
		if isFolder {
			out.CommonPrefixes = append(out.CommonPrefixes, folder{url.QueryEscape(shown)})
		} else {
			out.Contents = append(out.Contents, object{url.QueryEscape(shown), tag(f.objects[k]), len(f.objects[k]), time.Unix(1613794841, 0).UTC()})
		}
	}
	var b bytes.Buffer
	xml.NewEncoder(&b).Encode(out)
	w.Write(b.Bytes())
}
