package messages

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// hear passes lines of one program through a reader as the envelope does: unwanted lines never arrive.
func hear(r Reader, program string, lines ...string) *told {
	t := &told{}
	d := Dispatch([]Reader{r}, t)
	for i, l := range lines {
		at := record.Stamp{Wall: time.Date(2023, 10, 7, 19, 14, i, 0, time.UTC), Prec: time.Second}
		d.Line(record.Line{At: at, From: record.Origin{File: "syslog", Line: i + 1}, Host: "h", Program: program, Text: l})
	}
	d.Input(record.Input{})
	return t
}

// The lines are constructed from the format strings in each killer's source (named in its reader).
func TestUserlandKillers(t *testing.T) {
	known := record.Known
	for name, c := range map[string]struct {
		reader  Reader
		program string
		lines   []string
		killer  string
		victim  record.Victim
		scope   string
	}{
		"earlyoom 1.6": {earlyoom, "earlyoom", []string{"low memory! at or below SIGTERM limits: mem  5.00%, swap 40.00%",
			`sending SIGTERM to process 57834 uid 1000 "co\"de": badness 866, VmRSS 5 MiB`, "process exited after 0.1 seconds"},
			"earlyoom", record.Victim{PID: known(57834), UID: known(1000), Comm: `co\"de`, Anon: known(5 << 20)}, ""},
		"earlyoom 1.8, twice": {earlyoom, "earlyoom", []string{
			`sending SIGTERM to process 7 uid 0 "java": oom_score 1107, oom_score_adj 300, VmRSS 573 MiB, cmdline "java -jar a, VmRSS 9 MiB"`,
			"escalating to SIGKILL after 2.034 seconds", `sending SIGKILL to process 7 uid 0 "java": oom_score 1107, oom_score_adj 300, VmRSS 573 MiB, cmdline "java"`},
			"earlyoom", record.Victim{PID: known(7), UID: known(0), Comm: "java", Anon: known(573 << 20), Adj: known(300)}, ""},
		"earlyoom 0.x":         {earlyoom, "earlyoom", []string{"Killing process 'bash' with signal 15, pid: 123"}, "earlyoom", record.Victim{PID: known(123), Comm: "bash"}, ""},
		"earlyoom 1.0":         {earlyoom, "earlyoom", []string{"Out of memory! avail: 774 MiB < min: 780 MiB", "Killing process 5769 (chrome)", "Killing process 5769 (chrome)"}, "earlyoom", record.Victim{PID: known(5769), Comm: "chrome"}, ""},
		"earlyoom 1.0 unnamed": {earlyoom, "", []string{"Out of memory! avail: 774 MiB < min: 780 MiB", "Killing process 5769 (Web"}, "earlyoom", record.Victim{PID: known(5769), Comm: "Web"}, ""},
		"earlyoom, badness":    {earlyoom, "earlyoom", []string{"Killing process 5769 (chrome) with badness 866 time_running=12.3m"}, "earlyoom", record.Victim{PID: known(5769), Comm: "chrome"}, ""},
		"kernel driver of 4.4": {lmkd, "kernel", []string{"[  12.5] lowmemorykiller: send sigkill to 1234 (com.foo), adj 900, size 23456"}, "lmkd", record.Victim{PID: known(1234), Comm: "com.foo", Adj: known(900)}, ""},
		"kernel driver of 2.6": {lmkd, "kernel", []string{"select 1234 (a), adj 2), adj 9, size 234, to kill", "send sigkill to 1234 (a), adj 2), adj 9, size 234"}, "lmkd", record.Victim{PID: known(1234), Comm: "a), adj 2", Adj: known(9)}, ""},
		"systemd-oomd": {systemdOomd, "systemd-oomd", []string{"Killed /user.slice/a.scope due to memory pressure for /user.slice being 58.33% > 50.00% for > 20s with reclaim activity"},
			"systemd-oomd", record.Victim{}, "/user.slice/a.scope"},
		"systemd-oomd and systemd": {systemdOomd, "systemd", []string{"Marked …541d95.scope for killing due to memory used (16) / total (17) and swap used (29) / total (32) being more than 90.00%",
			`app-x\x2dea541d95.scope: systemd-oomd killed 1463 process(es) in this unit.`}, "systemd-oomd", record.Victim{}, "…541d95.scope"},
		"systemd-oomd 248": {systemdOomd, "systemd-oomd", []string{"Swap used (7730941132) / total (8589930496) is more than 90.00%",
			"Killed /user.slice/app-firefox.scope due to swap used (7730941132) / total (8589930496) being more than 90.00%"}, "systemd-oomd", record.Victim{}, "/user.slice/app-firefox.scope"},
		"nohang": {nohang, "nohang", []string{"Memory status that requires corrective actions:", "  MemAvailable [503.9 MiB, 8.6 %] <= soft_threshold_min_mem [586.0 MiB, 10.0 %]",
			"Victim status (found in 1ms):", "  PID:       4012, name: st, ress, state: R, EUID: 1000, SID: 3999 (bash), lifetime: 12s",
			"  badness:   853, oom_score:  853, oom_score_adj:  12", "  Vm, MiB:   Size: 4100, RSS: 3900 (Anon: 3899, File: 1, Shmem: 0), Swap: 12",
			"  cgroup_v2: /user.slice", "Implementing a corrective action:", "  Sending SIGTERM to the victim", "OK; total response time: 15ms"},
			"nohang", record.Victim{PID: known(4012), UID: known(1000), Comm: "st, ress", TotalVM: known(4100 << 20), Anon: known(3899 << 20), File: known(1 << 20),
				Shmem: known(0), Swap: known(12 << 20), Adj: known(12)}, "/user.slice"},
		"lmkd": {lmkd, "lmkd", []string{"Kill 'com.example.app' (1234), uid 10123, oom_score_adj 900 to free 123456kB rss, 1234kB swap; reason: low watermark is breached"},
			"lmkd", record.Victim{PID: known(1234), UID: known(10123), Comm: "com.example.app", Anon: known(123456 << 10), Swap: known(1234 << 10), Adj: known(900)}, ""},
		"kernel driver": {lmkd, "kernel", []string{"[  12.5] lowmemorykiller: Killing 'x' (77) (tgid 77), adj 900,"}, "lmkd", record.Victim{PID: known(77), Comm: "x", Adj: known(900)}, ""},
	} {
		kills := hear(c.reader, c.program, c.lines...).of(record.OOMKill)
		if len(kills) != 1 {
			t.Errorf("%s: %d kills", name, len(kills))
			continue
		}
		if o := kills[0].OOM; o.Killer != c.killer || o.Victim != c.victim || o.TaskMemcg != c.scope {
			t.Errorf("%s: %s %+v %q", name, o.Killer, o.Victim, o.TaskMemcg)
		}
	}
}

// TestOomdKills: oomd and systemd tell of the same kill in either order; a second word of one of them is a second kill,
// and units are the same by their whole names.
func TestOomdKills(t *testing.T) {
	killed := func(path, share string) string {
		return "Killed " + path + " due to memory pressure for /system.slice being " + share + "% > 50.00% for > 20s with reclaim activity"
	}
	const manager = ": systemd-oomd killed 4 process(es) in this unit."
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"restarted":     {[]string{killed("/system.slice/leaky.service", "58.33"), "leaky.service" + manager, killed("/system.slice/leaky.service", "61.02"), "leaky.service" + manager}, "1 3"},
		"systemd first": {[]string{"leaky.service" + manager, killed("/system.slice/leaky.service", "58.33"), "leaky.service" + manager}, "1 3"},
		"systemd alone": {[]string{"leaky.service" + manager, "leaky.service" + manager}, "1 2"},
		"like names":    {[]string{killed("/system.slice/web.service", "61.02"), killed("/system.slice/myweb.service", "61.02"), "myweb.service" + manager, "web.service" + manager}, "1 2"},
		"two slices":    {[]string{killed("/a.slice/web.service", "61.02"), killed("/b.slice/web.service", "61.02")}, "1 2"},
		"marked, done":  {[]string{"Marked /a.scope for killing due to memory used (16) / total (17) and swap used (29) / total (32) being more than 90.00%", "Killed /a.scope due to memory used (16) / total (17) and swap used (29) / total (32) being more than 90.00%", "a.scope" + manager}, "1"},
	} {
		var lines []string
		for _, e := range hear(systemdOomd, "systemd-oomd", c.lines...).of(record.OOMKill) {
			lines = append(lines, fmt.Sprint(e.From.Line))
		}
		if s := strings.Join(lines, " "); s != c.want {
			t.Errorf("%s: kills told by lines %s, want %s", name, s, c.want)
		}
	}
	copies := &told{}
	step := systemdOomd.New()
	for i := range 2 {
		step.Line(record.Line{At: record.At(time.Unix(1e9, 0), time.Second), From: record.Origin{File: "f", Line: i + 1}, Text: killed("/a.scope", "58.33")}, copies)
	}
	if len(copies.events) != 1 {
		t.Errorf("a line and its copy: %+v", copies.events)
	}
}

// TestNohangsParts: what nohang says of one action (implement_corrective_action() of its source), as its settings or a log
// that lost lines leave it: each kill is told once, with the victim that its own lines name.
func TestNohangsParts(t *testing.T) {
	const low = "Memory status that requires corrective actions:|  MemAvailable [503.9 MiB, 8.6 %] <= soft_threshold_min_mem [586.0 MiB, 10.0 %]|  SwapFree [0 MiB, 0.0 %] <= soft_threshold_min_swap [0 MiB, - %]"
	const begin, end = ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>", "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"
	const found = "Process with highest badness (found in 8ms):|  PID: 4012, Name: stress, badness: 853|Recheck memory levels..."
	const act = "Implementing a corrective action:|  Sending SIGTERM to the victim"
	const ok, died = "OK; total response time: 15ms", "The victim died in 0.021s"
	for name, c := range map[string]struct {
		text []string
		want string
	}{
		"no status of the victim":  {[]string{begin, low, found, low, act, ok, died, end}, "4012 stress: MemAvailable [503.9 MiB, 8.6 %] <= soft_threshold_min_mem [586.0 MiB, 10.0 %]"},
		"nobody named":             {[]string{low, act, ok, died, end}, "? : MemAvailable [503.9 MiB, 8.6 %] <= soft_threshold_min_mem [586.0 MiB, 10.0 %]"},
		"the action alone":         {[]string{act}, "? : "},
		"the action is lost":       {[]string{found, ok, died}, "4012 stress: "},
		"all but its death":        {[]string{found, died}, "4012 stress: "},
		"it died before":           {[]string{found, "The victim died in the search process: IndexError"}, ""},
		"enough memory again":      {[]string{begin, low, found, "Thresholds is not exceeded now", end}, ""},
		"no right to":              {[]string{begin, low, found, low, act, "Cannot send a signal: PermissionError", "The victim doesn't respond on corrective action in 2.1s", end}, ""},
		"gone already":             {[]string{low, found, low, act, "Cannot send a signal: ProcessLookupError", died}, ""},
		"nothing to do, then lost": {[]string{begin, low, found, "victim (PID: 4012, Name: stress) badness (3) < min_badness (10); nothing to do; response time: 9ms", end, act, ok}, "? : "},
		"two":                      {[]string{begin, low, found, low, act, ok, died, end, begin, low, strings.Replace(found, "4012, Name: stress", "4013, Name: java", 1), low, act, ok, end}, "4012 stress: MemAvailable [503.9 MiB, 8.6 %] <= soft_threshold_min_mem [586.0 MiB, 10.0 %], 4013 java: MemAvailable [503.9 MiB, 8.6 %] <= soft_threshold_min_mem [586.0 MiB, 10.0 %]"},
		"long before":              {append(append([]string{found}, slices.Repeat([]string{"Sleep 1s"}, 40)...), act, ok), "? : "},
	} {
		var lines []string
		for _, t := range c.text {
			lines = append(lines, strings.Split(t, "|")...)
		}
		var got []string
		for _, e := range hear(nohang, "nohang", lines...).of(record.OOMKill) {
			got = append(got, e.OOM.Victim.PID.String()+" "+e.OOM.Victim.Comm+": "+e.OOM.Why)
			if e.OOM.Lines.First == 0 || e.OOM.Lines.Last < e.OOM.Lines.First {
				t.Errorf("%s: lines %+v", name, e.OOM.Lines)
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

// TestOomdLimits: what v247, and later ones at level debug, say before a kill (monitor_cgroup_contexts_handler() of oomd-manager.c) is the kill's
// cause where the kill has none of its own, and a warning where no kill follows.
func TestOomdLimits(t *testing.T) {
	const swap = "Swap used (7730941132) / total (8589930496) is more than 90%"
	const pressure = "Memory pressure for /user.slice is greater than 60 for more than 30 seconds and there was reclaim activity"
	const manager = "a.scope: systemd-oomd killed 4 process(es) in this unit."
	const late = "Killed /a.scope due to swap used (7730941139) / total (8589930496) being more than 90.00%"
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"v247":             {[]string{swap, manager}, "oom-kill: swap used (7730941132) / total (8589930496) being more than 90%"},
		"v247's pressure":  {[]string{pressure, manager}, "oom-kill: memory pressure for /user.slice being greater than 60 for more than 30 seconds and there was reclaim activity"},
		"v248":             {[]string{swap, late, manager}, "oom-kill: swap used (7730941139) / total (8589930496) being more than 90.00%"},
		"debug of v250":    {[]string{"Memory used (16) / total (17) and swap used (29) / total (32) is more than 90.00%", "Killed /a.scope due to memory used (16) / total (17) and swap used (29) / total (32) being more than 90.00%"}, "oom-kill: memory used (16) / total (17) and swap used (29) / total (32) being more than 90.00%"},
		"nobody to kill":   {[]string{swap, swap, "Failed to kill any cgroup(s) based on swap", swap}, "mem-pressure"},
		"a second kill":    {[]string{swap, manager, swap, manager}, "oom-kill: swap used (7730941132) / total (8589930496) being more than 90%, oom-kill: swap used (7730941132) / total (8589930496) being more than 90%"},
		"of another thing": {[]string{"Swap used (7) by all", "Memory pressure for /a.slice: 12 %"}, ""},
	} {
		var got []string
		for _, e := range hear(systemdOomd, "systemd-oomd", c.lines...).events {
			s := string(e.Kind)
			if e.OOM != nil {
				s += ": " + e.OOM.Why
			}
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

// Nothing of this is a kill.
func TestUserlandWarnings(t *testing.T) {
	for name, c := range map[string]struct {
		reader  Reader
		program string
		lines   []string
		want    int // warnings
	}{
		"earlyoom fails":        {earlyoom, "earlyoom", []string{`sending SIGTERM to process 696 uid 1001 "ipfs": badness 757, VmRSS 637 MiB`, "kill failed: Timer expired"}, 1},
		"earlyoom 1.0 fails":    {earlyoom, "earlyoom", []string{"Killing process 5769 (chrome)", "Could not kill process: Operation not permitted"}, 1},
		"anybody":               {earlyoom, "", []string{"Killing process 5769 (chrome)", "Killing process group"}, 0},
		"another sigkill":       {lmkd, "", []string{"send sigkill to all", "send sigkill to 12 of them"}, 0},
		"earlyoom only says so": {earlyoom, "earlyoom", []string{"low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%", `sending SIGTERM to process 57834 uid 1000 "code": badness 866, VmRSS 573 MiB`, "dryrun, not actually sending any signal"}, 1},
		"earlyoom tests itself": {earlyoom, "earlyoom", []string{`sending SIG0 to process 1 uid 0 "init": badness 0, VmRSS 1 MiB`}, 0},
		"nohang cannot":         {nohang, "nohang", []string{"  PID: 5, Name: x, badness: 9", "  Sending SIGTERM to the victim", "Cannot send a signal: PermissionError"}, 0},
		"eviction":              {kubelet, "kubelet", []string{`I1012 19:34:44.999261 2480 eviction_manager.go:374] "Eviction manager: attempting to reclaim" resourceName="memory"`, `I1012 19:34:45.445172 2480 eviction_manager.go:595] "Eviction manager: pod is evicted successfully" pod="default/nginx"`}, 2},
		"eviction for disk":     {kubelet, "kubelet", []string{`I1012 19:34:44.999261 2480 eviction_manager.go:374] "Eviction manager: attempting to reclaim" resourceName="ephemeral-storage"`, `I1012 19:34:45.445172 2480 eviction_manager.go:595] "Eviction manager: pod is evicted successfully" pod="default/nginx"`}, 0},
	} {
		got := hear(c.reader, c.program, c.lines...)
		if len(got.of(record.OOMKill)) != 0 || len(got.of(record.MemPressure)) != c.want {
			t.Errorf("%s: %+v", name, got.events)
		}
	}
}

func TestLogGap(t *testing.T) {
	for line, want := range map[string]string{ // the number that is lost, then the sentence
		"oom_kill_process: 12 callbacks suppressed":                                           "12 The kernel left 12 dumps of its OOM killer out of the log here",
		"[ 1234.567890] dump_header: 3 callbacks suppressed":                                  "3 The kernel left 3 dumps of its OOM killer out of the log here",
		"[ 1234.567890] __ratelimit: 8552 callbacks suppressed":                               "8552 The kernel left 8552 messages, of one line or many each, out of the log here",
		"printk: 17 messages suppressed.":                                                     "17 17 lines of the kernel are missing from the log here",
		"** 123 printk messages dropped ** ":                                                  "123 123 lines of the kernel are missing from the log here",
		"Missed 34 kernel messages":                                                           "34 34 lines of the kernel are missing from the log here",
		"Suppressed 1234 messages from app.service":                                           "1234 1234 lines of app.service are missing from the log here",
		"/dev/kmsg buffer overrun, some messages lost.":                                       " Lines of the kernel are missing from the log here",
		"Forwarding to syslog missed 12 messages.":                                            "12 12 lines of the journal are missing from the log here",
		"imjournal: 12 messages lost due to rate-limiting (20000 allowed within 600 seconds)": "12 12 lines that other programs gave to rsyslog are missing from the log here",
		"imuxsock lost 12 messages from pid 123 due to rate-limiting":                         "12 12 lines that other programs gave to rsyslog are missing from the log here",
		"imjournal: begin to drop messages due to rate-limiting":                              " Lines that other programs gave to rsyslog are missing from the log here",
		"imuxsock begins to drop messages from pid 123 due to rate-limiting":                  " Lines that other programs gave to rsyslog are missing from the log here",
	} {
		got := hear(logGap, "kernel", line).of(record.LogGap)
		if len(got) != 1 || got[0].Get("lost")+" "+got[0].Text != want {
			t.Errorf("%s: %+v, want %s", line, got, want)
		}
	}
	for _, line := range []string{"net_ratelimit: 12 callbacks suppressed", "audit: rate limit exceeded", "nfs: server not responding", "Suppressed nothing"} {
		if got := hear(logGap, "kernel", line); len(got.events) != 0 {
			t.Errorf("%s: %+v", line, got.events)
		}
	}
}
