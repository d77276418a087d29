package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"oomortem/correlate/verdict"
)

// receiver takes what is posted.
type receiver struct {
	mu      sync.Mutex
	status  []int // of the next answers; then 200
	reports []verdict.Report
	posts   int
}

func (x *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.posts++
	if len(x.status) > 0 {
		w.WriteHeader(x.status[0])
		x.status = x.status[1:]
		return
	}
	var report verdict.Report
	if err := json.NewDecoder(r.Body).Decode(&report); err == nil && r.Header.Get("Content-Type") == "application/json" {
		x.reports = append(x.reports, report)
	}
}

func (x *receiver) got() []verdict.Report {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.reports)
}

// The second death has another pid, an hour later.
var secondKill = strings.NewReplacer("04:20:4", "05:30:1", "7569", "8123").Replace(kill)

// TestWatchCalls: a program and an address are called once for each incident, with the report of that moment; the first
// answer of the server is that it is busy.
func TestWatchCalls(t *testing.T) {
	server := &receiver{status: []int{http.StatusServiceUnavailable}}
	web := httptest.NewServer(server)
	defer web.Close()
	dir := t.TempDir()
	script := filepath.Join(dir, "hook")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ncat >\""+dir+"/$OOMORTEM_INCIDENT.json\"\n"+
		"echo \"$OOMORTEM_CAUSE|$OOMORTEM_VICTIM|$OOMORTEM_HOST|$#|$1|$2\" >>\""+dir+"/calls\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	in, writer := io.Pipe()
	w := startWatch(t, in, "-", "--settle", "50ms", "--webhook", web.URL, "--exec", script, "--", "two words", "$(touch "+dir+"/harm)")
	io.WriteString(writer, kill)
	w.until("the first post", func() bool { return len(server.got()) == 1 })
	io.WriteString(writer, secondKill)
	w.until("the second post", func() bool { return len(server.got()) == 2 })
	writer.Close()
	<-w.ended

	for i, r := range server.got() {
		if len(r.Incidents) != i+1 || r.Schema != verdict.Schema {
			t.Errorf("report %d holds %d incidents", i, len(r.Incidents))
		}
	}
	if server.posts != 3 {
		t.Errorf("%d posts, want one for each incident and the one that was refused", server.posts)
	}
	calls, err := os.ReadFile(filepath.Join(dir, "calls"))
	want := "host-overcommit|qemu-kvm|hp-server|2|two words|$(touch " + dir + "/harm)\n"
	if err != nil || string(calls) != want+want {
		t.Errorf("%v; the program was called with %s, want twice %s", err, calls, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "harm")); err == nil {
		t.Error("an argument was read by a shell")
	}
	var r verdict.Report
	data, err := os.ReadFile(filepath.Join(dir, "1.json"))
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil || len(r.Incidents) != 2 || r.Incidents[1].Victim.PID.Or(0) != 8123 {
		t.Errorf("%v: the program's input for the second incident is %.300s", err, data)
	}
}

// TestWatchGoesOnWhenCallsFail: what fails is said, and stops nobody.
func TestWatchGoesOnWhenCallsFail(t *testing.T) {
	server := &receiver{status: []int{http.StatusNotFound, http.StatusNotFound}}
	web := httptest.NewServer(server)
	defer web.Close()
	in, writer := io.Pipe()
	w := startWatch(t, in, "-", "--settle", "50ms", "--webhook", web.URL, "--exec", "false")
	io.WriteString(writer, kill)
	w.notes("--exec: running")
	w.notes("the server answers 404 Not Found; check the address")
	io.WriteString(writer, secondKill)
	w.says("pid 8123")
	writer.Close()
	<-w.ended
	if w.status != exitDone || server.posts != 2 {
		t.Errorf("status %d, %d posts; want 2, as a refusal is not tried again", w.status, server.posts)
	}
}

// TestWatchHarmlessEnvironment: what a log says reaches a program without control characters.
func TestWatchHarmlessEnvironment(t *testing.T) {
	r := &verdict.Report{Incidents: []verdict.Incident{{Headline: verdict.Say("%v died", "vm\x1b[31m\n"), Victim: &verdict.Party{Name: "vm\x1b[31m\x00"}}}}
	for _, e := range environment(r, 0, "") {
		if strings.ContainsAny(e, "\x1b\n\x00") {
			t.Errorf("%q", e)
		}
	}
}
