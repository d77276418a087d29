package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// kernelLine is a wanted line of a log, so many minutes after its beginning.
func kernelLine(number, minute int, text string) record.Line {
	at := time.Date(2021, 2, 20, 0, minute, 0, 0, time.UTC)
	return record.Line{At: record.Stamp{Wall: at, Prec: time.Second}, From: record.Origin{Line: number}, Host: "kvm", Program: "kernel", Text: text}
}

func killText(pid int) string {
	return fmt.Sprintf("Memory cgroup out of memory: Killed process %d (java) total-vm:50336kB, anon-rss:10kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:68kB oom_score_adj:0", pid)
}

// quietWatch is a watch that says nothing.
func quietWatch(keep time.Duration, mostKept int) (*watch, *tape) {
	w := &watch{
		flags: &shared{quiet: true, color: "never"}, settle: time.Hour, keep: keep, mostKept: mostKept,
		stdout: io.Discard, stderr: io.Discard, now: time.Now, targets: []target{{}}, hooks: &hooks{},
	}
	s := &source{w: w, name: "messages"}
	w.sources = []*source{s}
	return w, w.newTape(s, func() string { return "messages" }, false)
}

// TestWatchLetsGo: what is older than --keep goes once it was reported, but not the start of a VM.
func TestWatchLetsGo(t *testing.T) {
	w, tape := quietWatch(time.Hour, mostKept)
	started := kernelLine(1, 0, "New machine qemu-1-web01.")
	started.Program = "systemd-machined"
	tape.Line(started)
	for i := range 200 { // one a minute: the last hour is 61 of them
		tape.Line(kernelLine(2+i, i, killText(1000+i)))
	}
	if len(tape.lines) != 201 {
		t.Fatalf("%d lines are kept before the report", len(tape.lines))
	}
	w.letGo()
	if len(tape.lines) != 1+61 || !strings.Contains(tape.lines[0].Text, "qemu-1-web01") || tape.lines[1].From.Line != 2+139 {
		t.Errorf("%d lines are kept, the first of line %d: %s", len(tape.lines), tape.lines[0].From.Line, tape.lines[0].Text)
	}
	weight := 0
	for i := range tape.lines {
		weight += tape.lines[i].weight()
	}
	if w.weight != weight {
		t.Errorf("they weigh %d, counted are %d", weight, w.weight)
	}
}

// TestWatchMemoryIsBounded: a flood of kills within --keep does not grow without end, and what went is told.
func TestWatchMemoryIsBounded(t *testing.T) {
	const most = 1 << 20
	w, tape := quietWatch(24*time.Hour, most)
	for i := range 20_000 { // 7 MB
		tape.Line(kernelLine(1+i, 0, killText(1+i)))
		if w.weight > 2*most+1000 {
			t.Fatalf("%d bytes are kept after %d lines, allowed are %d", w.weight, i, 2*most)
		}
	}
	if n := len(tape.problems); n != 1 || !strings.Contains(tape.problems[0].Msg, "let go") {
		t.Errorf("what went is told by %d problems", n)
	}
	if len(tape.told) > mostTold+2 {
		t.Errorf("%d events are remembered as told", len(tape.told))
	}
}

// TestWatchForgetsGenerations: generations that are over and of which nothing is kept leave nothing behind.
func TestWatchForgetsGenerations(t *testing.T) {
	w, first := quietWatch(time.Hour, mostKept)
	s := w.sources[0]
	for day := range 100 {
		last := s.tapes[len(s.tapes)-1]
		last.Line(kernelLine(1, 24*60*day, killText(1+day)))
		last.Input(record.Input{Format: "syslog", Last: kernelLine(0, 24*60*day, "").At})
		w.newTape(s, first.name, false)
		next := s.tapes[len(s.tapes)-1]
		next.pause(record.Input{Last: kernelLine(0, 24*60*(day+1), "").At})
		w.letGo()
		if len(s.tapes) > 2 {
			t.Fatalf("after %d days %d generations are kept", day, len(s.tapes))
		}
	}
}

func TestOlder(t *testing.T) {
	day := func(year, month, d int, lacks record.Lack) record.Stamp {
		return record.Stamp{Wall: time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC), Lacks: lacks}
	}
	for _, c := range []struct {
		name       string
		at, newest record.Stamp
		want       bool
	}{
		{"two days", day(2021, 2, 18, 0), day(2021, 2, 20, 0), true},
		{"one day", day(2021, 2, 19, 0), day(2021, 2, 20, 0), false},
		{"over New Year without a year", day(0, 12, 30, record.LacksYear), day(0, 1, 2, record.LacksYear), true},
		{"a day over New Year", day(0, 12, 31, record.LacksYear), day(0, 1, 1, record.LacksYear), false},
		{"kinds that cannot be compared", day(0, 2, 1, record.LacksYear), day(2021, 2, 20, 0), false},
		{"uptime", record.Stamp{Mono: time.Hour}, record.Stamp{Mono: 48 * time.Hour}, true},
	} {
		if got := older(c.at, c.newest, 24*time.Hour); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
