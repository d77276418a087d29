package main

import (
	"bytes"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestImage builds the image as the Containerfile says and runs the program in it: there is no shell, no library, no time
// zone and no name service, and yet a zone, a batch with its workers, and a server behind TLS must do.
func TestImage(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds an image")
	}
	if _, err := exec.LookPath("buildah"); err != nil || os.Getuid() != 0 {
		t.Skip("no buildah, or not root: apt-get install buildah")
	}
	var asked atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"node_memory_MemAvailable_bytes"},"values":[[1613764800,"1e9"],[1613764860,"1e9"]]}]}}`)
	}))
	t.Cleanup(server.Close)

	dir := t.TempDir()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, "ca-certificates.crt"), certificate, 0o644); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", filepath.Join(dir, "oomortem"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	buildah := imageStore(t)
	buildah("bud", "--tag", "oomortem", "--file", "Containerfile", dir)
	container := strings.TrimSpace(buildah("from", "--pull-never", "localhost/oomortem"))

	archived, err := filepath.Abs(runs)
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	inside := func(args ...string) string {
		return buildah(append([]string{"run", "--isolation", "chroot", "--volume", archived + ":/data:ro", "--volume", out + ":/out", container, "oomortem"}, args...)...)
	}
	var want bytes.Buffer
	if status := run(nil, &want, io.Discard, []string{"events", "--tz", "Asia/Shanghai", "--year", "2021", filepath.Join(runs, "hp-server-2", "messages")}); status != exitDone {
		t.Fatalf("status %d", status)
	}
	if got := inside("events", "--tz", "Asia/Shanghai", "--year", "2021", "/data/hp-server-2/messages"); got != want.String() || !strings.Contains(got, "+08:00") {
		t.Errorf("in the image:\n%s\nhere:\n%s", got, &want)
	}
	inside("batch", "--quiet", "--out", "/out", "/data")
	if all := outcomes(t, out); len(all) != 3 || all[0].Status != "ok" {
		t.Errorf("a batch in the image gives %v", all)
	}
	inside("analyze", "--quiet", "--prometheus", server.URL, "--since", "2021-02-20T03:00:00+08:00", "--until", "2021-02-20T05:00:00+08:00", "/data/hp-server-2/messages")
	if asked.Load() == 0 {
		t.Error("the server behind TLS was not asked")
	}
}

// imageStore gives a buildah with a store of its own.
func imageStore(t *testing.T) func(args ...string) string {
	t.Helper()
	root, runroot := t.TempDir(), t.TempDir()
	buildah := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("buildah", append([]string{"--storage-driver", "vfs", "--root", root, "--runroot", runroot}, args...)...)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("buildah %q: %v: %s", args, err, &errs)
		}
		return string(out)
	}
	t.Cleanup(func() { buildah("rm", "--all") })
	return buildah
}
