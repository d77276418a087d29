package messages

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestBoots: a kernel's line is no copy of one that another kernel said, and an echo of its kills none of the other's;
// with the stamp of the other's line it is the same line all the same.
func TestBoots(t *testing.T) {
	const banner = "kernel|Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP"
	const boot, reboot = "|-- Boot 0f2a8b6c5d4e4f3a9b8c7d6e5f4a3b2c --", "|-- Reboot --"
	const kill = "kernel|" + cgKill
	const unit = "systemd|d.scope: A process of this unit has been killed by the OOM killer."
	const containerd = `containerd|time="2023-10-12T19:00:20Z" level=info msg="TaskOOM event container_id:\"d\""`
	const npd = "node-problem-detector|I1012 log_monitor.go:160] New status generated: &{Source:kernel-monitor Events:[{Reason:OOMKilling Message:" + cgKill + "}]}"
	const reaped, stuck = "kernel|oom_reaper: reaped process 9 (java), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB", "kernel|oom_reaper: unable to reap pid:9 (java)"
	wall := func(s string) record.Stamp {
		at, err := time.Parse("15:04:05", s)
		if err != nil {
			t.Fatal(err)
		}
		return record.Stamp{Wall: at, Prec: time.Second, Lacks: record.LacksYear | record.LacksZone}
	}
	mono := func(seconds int) record.Stamp {
		return record.Stamp{Mono: time.Duration(seconds) * time.Second, Prec: time.Microsecond, Lacks: record.LacksWall}
	}
	type word struct {
		at         record.Stamp
		host, text string
	}
	for name, c := range map[string]struct {
		words []word
		want  string // the lines that tell something
	}{
		"one boot":             {[]word{{wall("12:00:00"), "h", kill}, {wall("12:03:00"), "h", kill}}, "1"},
		"journalctl's marker":  {[]word{{wall("12:00:00"), "h", kill}, {wall("12:00:00"), "", boot}, {wall("12:03:00"), "h", kill}}, "1 3"},
		"the older one":        {[]word{{wall("12:00:00"), "h", kill}, {wall("12:00:00"), "", reboot}, {wall("12:03:00"), "h", kill}}, "1 3"},
		"the kernel's banner":  {[]word{{wall("12:00:00"), "h", kill}, {wall("12:02:00"), "h", banner}, {wall("12:03:00"), "h", kill}}, "1 3"},
		"of the host":          {[]word{{wall("12:00:00"), "h", kill}, {wall("12:02:00"), "h", boot}, {wall("12:03:00"), "h", kill}}, "1 3"},
		"its older one":        {[]word{{wall("12:00:00"), "h", kill}, {wall("12:02:00"), "h", reboot}, {wall("12:03:00"), "h", kill}}, "1 3"},
		"another host's":       {[]word{{wall("12:00:00"), "h", kill}, {wall("12:02:00"), "i", boot}, {wall("12:03:00"), "h", kill}}, "1"},
		"no dump over it":      {[]word{{wall("12:00:00"), "h", "kernel|" + cgLine}, {wall("12:00:00"), "h", boot}, {wall("12:00:01"), "h", kill}}, "1 3"},
		"then a copy":          {[]word{{wall("12:00:00"), "h", kill}, {wall("12:02:00"), "h", banner}, {wall("12:03:00"), "h", kill}, {wall("12:03:02"), "h", kill}}, "1 3"},
		"of another host":      {[]word{{wall("12:00:00"), "h", kill}, {wall("12:02:00"), "i", banner}, {wall("12:03:00"), "h", kill}}, "1"},
		"by uptime":            {[]word{{mono(90), "", kill}, {mono(0), "", banner}, {mono(91), "", kill}}, "1 3"},
		"without any stamp":    {[]word{{record.Stamp{}, "", kill}, {record.Stamp{}, "", banner}, {record.Stamp{}, "", kill}}, "1 3"},
		"one log twice":        {[]word{{wall("12:02:00"), "h", banner}, {wall("12:03:00"), "h", kill}, {wall("12:02:00"), "h", banner}, {wall("12:03:00"), "h", kill}}, "2"},
		"dmesg twice":          {[]word{{mono(0), "", banner}, {mono(90), "", kill}, {mono(0), "", banner}, {mono(90), "", kill}}, "2"},
		"dmesg behind the log": {[]word{{wall("12:02:00"), "", banner}, {wall("12:03:00"), "", kill}, {mono(0), "", banner}, {mono(90), "", kill}}, "2"},
		"systemd's echo":       {[]word{{wall("12:00:00"), "h", "kernel|" + cgLine}, {wall("12:00:00"), "h", kill}, {wall("12:00:01"), "h", unit}, {wall("12:00:00"), "", boot}, {wall("12:03:00"), "h", unit}}, "2 5"},
		"containerd's":         {[]word{{wall("12:00:00"), "h", containerd}, {wall("12:00:00"), "", boot}, {wall("12:00:30"), "h", containerd}}, "1 3"},
		"a detector's":         {[]word{{wall("12:00:00"), "h", kill}, {wall("12:00:01"), "h", npd}, {wall("12:00:00"), "", boot}, {wall("12:03:00"), "h", npd}}, "1 4"},
		"only the choice":      {[]word{{wall("12:00:00"), "h", "kernel|" + elChoice}, {wall("12:02:00"), "h", banner}, {wall("12:03:00"), "h", "kernel|" + elChoice}}, "1 3"},
		"the reaper":           {[]word{{mono(90), "", kill}, {mono(91), "", reaped}, {mono(90), "", kill}, {mono(91), "", reaped}}, "1 2"},
		"its other boot":       {[]word{{wall("12:00:00"), "h", reaped}, {wall("12:02:00"), "h", banner}, {wall("12:03:00"), "h", reaped}}, "1 3"},
		"a replay":             {[]word{{mono(0), "", banner}, {mono(91), "", reaped}, {mono(0), "", banner}, {mono(91), "", reaped}}, "2"},
		"of another host's":    {[]word{{wall("12:00:00"), "h", reaped}, {wall("12:00:00"), "i", reaped}}, "1 2"},
		"stuck, then not":      {[]word{{wall("12:00:00"), "h", stuck}, {wall("12:00:00"), "h", stuck}, {wall("12:00:05"), "h", reaped}}, "1 3"},
		"not all at once":      {[]word{{wall("12:00:00"), "h", strings.Replace(reaped, "anon-rss:0kB", "anon-rss:8kB", 1)}, {wall("12:00:05"), "h", reaped}}, "1 2"},
		"the fault handler's":  {[]word{{wall("12:00:00"), "h", "kernel|VM: killing process x"}, {wall("12:02:00"), "h", banner}, {wall("12:03:00"), "h", "kernel|VM: killing process x"}}, "1 3"},
	} {
		got := &told{}
		d := Dispatch([]Reader{oom}, got)
		for i, w := range c.words {
			program, text, _ := strings.Cut(w.text, "|")
			d.Line(record.Line{At: w.at, From: record.Origin{File: "messages", Line: i + 1}, Host: w.host, Program: program, Text: text})
		}
		d.Input(record.Input{})
		var lines []string
		for _, e := range got.events {
			lines = append(lines, fmt.Sprint(e.From.Line))
		}
		if s := strings.Join(lines, " "); s != c.want {
			t.Errorf("%s: lines %s, want %s", name, s, c.want)
		}
	}
}
