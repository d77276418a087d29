package messages

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// readFile reads the kernel's lines of a file, all of one second, numbered from one.
func readFile(file string, lines []string) *told {
	t := &told{}
	d := Dispatch([]Reader{oom}, t)
	at := record.Stamp{Wall: time.Date(0, 2, 20, 12, 0, 0, 0, time.UTC), Prec: time.Second, Lacks: record.LacksYear | record.LacksZone}
	for i, l := range lines {
		d.Line(record.Line{At: at, From: record.Origin{File: file, Line: i + 1}, Host: "h", Program: "kernel", Text: l})
	}
	d.Input(record.Input{})
	return t
}

// readCut reads lines that a rotation has cut, and joins what may be joined.
func readCut(before, after []string) (all []record.Event) {
	a, b := readFile("messages.1", before).events, readFile("messages", after).events
	slices.SortStableFunc(a, func(x, y record.Event) int { return strings.Compare(string(y.Kind), string(x.Kind)) }) // kills first
	for _, x := range a {
		for _, y := range b {
			if x.Cut == nil || y.Cut == nil || !x.Cut.Ends || !y.Cut.Begins {
				continue
			}
			if joined := Rejoin(x.Cut.Lines, y.Cut.Lines); joined != nil {
				of := func(c *record.Cut) func(record.Event) bool { return func(e record.Event) bool { return e.Cut == c } }
				return slices.Concat(slices.DeleteFunc(a, of(x.Cut)), joined, slices.DeleteFunc(b, of(y.Cut)))
			}
		}
	}
	return slices.Concat(a, b)
}

// TestCutAnywhere: a dump that a rotation cuts tells what the whole one does, wherever the cut is.
func TestCutAnywhere(t *testing.T) {
	for name, text := range fixtures(t) {
		var lines []string
		for line := range strings.Lines(text) {
			lines = append(lines, bare(strings.TrimSuffix(line, "\n")))
		}
		whole := readFile("messages", lines).of(record.OOMKill)
		if len(whole) == 0 || hasPart(whole[0].OOM.Missing, "header") { // nothing tells then that the older file ends within a dump
			continue
		}
		last := whole[0].OOM.Lines
		for n := last.First; n < last.Last; n += 1 + (last.Last-last.First)/80 {
			var kills []record.Event
			for _, e := range readCut(slices.Clone(lines[:n]), slices.Clone(lines[n:])) {
				if e.Kind == record.OOMKill {
					kills = append(kills, e)
				} else if e.Kind == record.OOMInvoked {
					t.Errorf("%s, line %d: %s", name, n, e.Text)
				}
			}
			if len(kills) != len(whole) {
				t.Errorf("%s, line %d: %d kills, want %d", name, n, len(kills), len(whole))
				continue
			}
			got, want := *kills[0].OOM, *whole[0].OOM
			if begins := (record.Origin{File: "messages.1", Line: last.First}); got.Begins != begins || kills[0].From != (record.Origin{File: "messages", Line: whole[0].From.Line - n}) {
				t.Errorf("%s, line %d: from %v to %v", name, n, got.Begins, kills[0].From)
			}
			got.Lines, got.Begins, want.Lines = record.Span{}, record.Origin{}, record.Span{}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, line %d:\n%+v, want\n%+v", name, n, got, want)
			}
		}
	}
}

// TestCutOfTwoCalls: the end of one file and the beginning of the next are of two calls when they contradict each other.
func TestCutOfTwoCalls(t *testing.T) {
	const header = "sh invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0"
	const usage, stats, ram = "memory: usage 40960kB, limit 40960kB, failcnt 14", "Memory cgroup stats for /a:", "1000 pages RAM"
	const cgSum = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=java,pid=9,uid=5"
	const hostKill = "Out of memory: Killed process 9 (java) total-vm:4096kB, anon-rss:2048kB, file-rss:0kB, shmem-rss:0kB, UID:5 pgtables:16kB oom_score_adj:7"
	for name, c := range map[string]struct {
		before, after []string
		want          string // of each event the kind, the trigger and the constraint
	}{
		"one call":               {[]string{header, usage, stats}, []string{cgSum, cgKill}, "oom-kill sh memcg"},
		"a host's":               {[]string{header, ram}, []string{hostKill}, "oom-kill sh none"},
		"its choice":             {[]string{header, elChoice}, []string{elKill}, "oom-kill sh none"},
		"its choice, one more":   {[]string{elChoice, header}, []string{elKill}, "oom-invoked sh , oom-kill  none"},
		"nobody":                 {[]string{header, ram}, []string{"Out of memory and no killable processes..."}, "oom-no-victim sh none"},
		"a panic":                {[]string{header, ram}, []string{"Kernel panic - not syncing: Out of memory and no killable processes..."}, "oom-panic sh none"},
		"another cgroup":         {[]string{header, usage, stats}, []string{strings.ReplaceAll(cgSum, "/a", "/b"), cgKill}, "oom-invoked sh memcg, oom-kill  memcg"},
		"a cgroup and the host":  {[]string{header, usage}, []string{hostKill}, "oom-invoked sh memcg, oom-kill  none"},
		"the host and a cgroup":  {[]string{header, ram}, []string{cgKill}, "oom-invoked sh none, oom-kill  memcg"},
		"another pid":            {[]string{header, cgSum}, []string{strings.Replace(cgKill, "process 9 ", "process 8 ", 1)}, "oom-kill  memcg, oom-kill sh memcg"},
		"a header of its own":    {[]string{header, usage}, []string{strings.Replace(header, "sh ", "ps ", 1), cgKill}, "oom-invoked sh memcg, oom-kill ps memcg"},
		"a kill before":          {[]string{header, usage}, []string{strings.Replace(cgKill, "process 9 ", "process 8 ", 1), header, usage, cgSum, cgKill}, "oom-kill sh memcg, oom-kill sh memcg"},
		"not the first":          {[]string{header, usage}, []string{header, usage, cgSum, cgKill, strings.Replace(cgKill, "process 9 ", "process 8 ", 1)}, "oom-invoked sh memcg, oom-kill  memcg, oom-kill sh memcg"},
		"a boot between":         {[]string{header, usage}, []string{"Linux version 6.1.0 (x@y) #1 SMP", cgKill}, "oom-invoked sh memcg, oom-kill  memcg"},
		"two calls, mixed":       {[]string{header, "Task in /a killed as a result of limit of /a"}, []string{"Task in /b killed as a result of limit of /b", cgKill}, "oom-invoked sh memcg, oom-kill  memcg"},
		"a whole group":          {[]string{header, usage, cgSum}, []string{"Tasks in /a are going to be killed due to memory.oom.group set", cgKill, strings.NewReplacer("process 9 ", "process 8 ", "4096", "5120").Replace(cgKill)}, "oom-kill sh memcg, oom-kill sh memcg"},
		"the end is not its end": {[]string{header, usage, cgSum, cgKill}, []string{strings.Replace(cgKill, "process 9 ", "process 8 ", 1)}, "oom-kill  memcg, oom-kill sh memcg"},
	} {
		var got []string
		for _, e := range readCut(c.before, c.after) {
			got = append(got, fmt.Sprint(e.Kind, " ", e.OOM.Trigger.Comm, " ", e.OOM.Constraint))
		}
		slices.Sort(got)
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

// TestCutWithTime: the lines at the cut are of one dump when they were printed within its seconds.
func TestCutWithTime(t *testing.T) {
	wall := func(seconds int) record.Stamp {
		return record.Stamp{Wall: time.Date(0, 12, 31, 23, 59, seconds, 0, time.UTC), Prec: time.Second, Lacks: record.LacksYear | record.LacksZone}
	}
	up := func(seconds int) record.Stamp {
		return record.Stamp{Mono: time.Duration(seconds) * time.Second, Prec: time.Microsecond, Lacks: record.LacksWall}
	}
	newYear := wall(1)
	newYear.Wall = newYear.Wall.AddDate(-1, 0, 0).Add(time.Minute) // 1 January, as without a year
	for name, c := range map[string]struct {
		before, after record.Stamp
		want          int
	}{
		"the same second":    {wall(30), wall(30), 1},
		"seconds":            {wall(0), wall(50), 1},
		"minutes":            {wall(0), wall(130), 0},
		"minutes before":     {wall(130), wall(0), 0},
		"uptime":             {up(100), up(101), 1},
		"minutes of uptime":  {up(100), up(300), 0},
		"nothing":            {record.Stamp{}, record.Stamp{}, 0},
		"two kinds of clock": {wall(30), up(30), 0},
		"over New Year":      {wall(59), newYear, 1},
	} {
		line := func(file string, at record.Stamp, text string) []record.Line {
			return []record.Line{{At: at, From: record.Origin{File: file, Line: 1}, Host: "h", Program: "kernel", Text: text}}
		}
		before := line("messages.1", c.before, "sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0")
		if got := Rejoin(before, line("messages", c.after, cgKill)); len(got) != c.want {
			t.Errorf("%s: %d events, want %d", name, len(got), c.want)
		}
	}
}
