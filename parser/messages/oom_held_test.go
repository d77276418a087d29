package messages

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestHeldKills: the line of a kill and the line that chose its victim (oom_kill_process() of 3.10 and dump_oom_summary()
// and __oom_kill_process() of 6.1) are one kill, whatever the killer said between them.
func TestHeldKills(t *testing.T) {
	const header = "tb invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0"
	const inA = "Task in /A/x killed as a result of limit of /A"
	const chosenA = "Memory cgroup out of memory: Kill process 500 (a) score 9 or sacrifice child"
	const killedA = "Killed process 500 (a) total-vm:8kB, anon-rss:7kB, file-rss:0kB"
	of := func(s string) string {
		return strings.NewReplacer("/A", "/B", "500 (a)", "600 (b)", "task=a,pid=500", "task=b,pid=600").Replace(s)
	}
	const sumA = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/A,task_memcg=/A/x,task=a,pid=500,uid=107"
	const endA = "Memory cgroup out of memory: Killed process 500 (a) total-vm:8kB, anon-rss:7kB, file-rss:0kB, shmem-rss:0kB, UID:107 pgtables:34000kB oom_score_adj:0"
	for name, c := range map[string]struct {
		lines []string
		want  string // the kills in order: pid, cgroup, what is resident, the line
	}{
		"a header between":      {[]string{chosenA, header, killedA}, "500  7168 3"},
		"of a cgroup":           {[]string{inA, chosenA, header, killedA}, "500 /A 7168 4"},
		"then the other's dump": {[]string{inA, chosenA, header, killedA, of(inA), of(chosenA), of(killedA)}, "500 /A 7168 4, 600 /B 7168 7"},
		"choice after choice":   {[]string{inA, chosenA, of(chosenA), killedA, of(killedA)}, "500 /A 7168 4, 600  7168 5"},
		"summaries":             {[]string{sumA, of(sumA), endA, of(endA)}, "500 /A 7168 3, 600 /B 7168 4"},
		"in the other order":    {[]string{sumA, of(sumA), of(endA), endA}, "600 /B 7168 3, 500 /A 7168 4"},
		"the line never comes":  {[]string{inA, chosenA, header, of(inA), of(chosenA), of(killedA)}, "500 /A ? 2, 600 /B 7168 6"},
		"chosen again":          {[]string{inA, chosenA, header, inA, chosenA, killedA}, "500 /A 7168 6"},
		"of another name":       {[]string{chosenA, header, strings.Replace(killedA, "(a)", "(c)", 1)}, "500  ? 1, 500  7168 3"},
		"told twice":            {[]string{inA, chosenA, header, killedA, inA, chosenA, header, killedA}, "500 /A 7168 4"},
	} {
		var got []string
		for _, e := range tell(c.lines...).of(record.OOMKill) {
			got = append(got, fmt.Sprint(e.OOM.Victim.PID, " ", e.OOM.OOMMemcg, " ", e.OOM.Victim.RSS(), " ", e.From.Line))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
	var many []string
	for pid := range maxHeld + 5 {
		many = append(many, strings.Replace(chosenA, "500", fmt.Sprint(1000+pid), 1))
	}
	many = append(many, strings.Replace(killedA, "500", "1000", 1))
	if kills := tell(many...).of(record.OOMKill); len(kills) != maxHeld+5 {
		t.Errorf("%d kills of %d", len(kills), maxHeld+5)
	}
}

// TestPassedChoices: a choice behind another call's header is of the call before, which has come to its table and not to its
// choice, as long as the one that began shows no table (oom_kill_process() of 3.10).
func TestPassedChoices(t *testing.T) {
	const headerA, headerB, cpusetB = "ta invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0", "tb invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0", "tb cpuset=/ mems_allowed=0"
	const inA, inB = "Task in /A killed as a result of limit of /A", "Task in /B killed as a result of limit of /B"
	const table = "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name"
	const rowA, rowB = "[  500]   107   500     1024      512      10        0             0 a", "[  600]   107   600     1024      512      10        0             0 b"
	const chosenA, chosenB = "Memory cgroup out of memory: Kill process 500 (a) score 9 or sacrifice child", "Memory cgroup out of memory: Kill process 600 (b) score 8 or sacrifice child"
	const killedA, killedB = "Killed process 500 (a) total-vm:8kB, anon-rss:7kB, file-rss:0kB", "Killed process 600 (b) total-vm:8kB, anon-rss:7kB, file-rss:0kB"
	const hostA = "Out of memory: Kill process 500 (a) score 9 or sacrifice child"
	a, b := []string{headerA, inA, table, rowA}, []string{inB, table, rowB, chosenB, killedB}
	for name, c := range map[string]struct {
		lines []string
		want  string // the calls without an outcome and the kills in the order of their lines: trigger, cgroup, victim
	}{
		"one after the other":     {slices.Concat(a, []string{chosenA, killedA, headerB}, b), "ta /A 500, tb /B 600"},
		"behind the header":       {slices.Concat(a, []string{headerB, chosenA, killedA, cpusetB}, b), "ta /A 500, tb /B 600"},
		"words between":           {slices.Concat(a, []string{headerB, chosenA, cpusetB, killedA}, b), "ta /A 500, tb /B 600"},
		"the kill at the end":     {slices.Concat(a, []string{headerB, chosenA}, b, []string{killedA}), "tb /B 600, ta /A 500"},
		"behind its cgroup":       {slices.Concat(a, []string{headerB, inB, chosenA, killedA}, b[1:]), "ta /A 500, tb /B 600"},
		"the kill never comes":    {slices.Concat(a, []string{headerB, chosenA}, b), "ta /A 500, tb /B 600"},
		"the choice never comes":  {slices.Concat(a, []string{headerB}, b), "ta /A ?, tb /B 600"},
		"behind the other table":  {slices.Concat(a, []string{headerB, inB, table, rowA, chosenA, killedA}), "ta /A ?, tb /B 500"},
		"of no process listed":    {slices.Concat(a, []string{headerB, chosenB, killedB}), "ta /A ?, tb  600"},
		"of the host":             {slices.Concat(a, []string{headerB, hostA, killedA}), "ta /A ?, tb  500"},
		"lines are missing":       {slices.Concat(a, []string{"** 9 printk messages dropped **", headerB, chosenA, killedA}), "ta /A ?, tb  500"},
		"without a table":         {slices.Concat(a[:2], []string{headerB, chosenA, killedA}), "ta /A ?, tb  500"},
		"three calls at one time": {slices.Concat(a, []string{headerB, inB, table, rowB, "tc invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0", chosenB, killedB}), "ta /A ?, tc  ?, tb /B 600"},
	} {
		var got []string
		told := tell(c.lines...)
		slices.SortStableFunc(told.events, func(x, y record.Event) int { return x.From.Line - y.From.Line })
		for _, e := range told.events {
			if e.Kind == record.OOMKill || e.Kind == record.OOMInvoked {
				got = append(got, fmt.Sprint(e.OOM.Trigger.Comm, " ", e.OOM.OOMMemcg, " ", e.OOM.Victim.PID))
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

// TestHeldChildren: a child that dies in place of the chosen process (oom_kill_process() of 3.10) is the outcome of its call,
// whatever the killer said between the two lines.
func TestHeldChildren(t *testing.T) {
	const headerA, headerB = "ta invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0", "tb invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0"
	const chosenA, chosenB = "Out of memory: Kill process 500 (a) score 9 or sacrifice child", "Out of memory: Kill process 600 (b) score 8 or sacrifice child"
	const table, row = "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name", "[  500]   107   500     1024      512      10        0             0 a"
	killed := func(pid int) string {
		return fmt.Sprintf("Killed process %d (%c) total-vm:8kB, anon-rss:7kB, file-rss:0kB", pid, 'a'+rune(pid/100-5))
	}
	for name, c := range map[string]struct {
		lines []string
		want  string // the kills in order: pid, trigger, the chosen one, the line
	}{
		"a header between":     {[]string{headerA, chosenA, headerB, killed(501)}, "501 ta 500 4"},
		"then the other's":     {[]string{headerA, chosenA, headerB, killed(501), chosenB, killed(600)}, "501 ta 500 4, 600 tb ? 6"},
		"a whole dump between": {[]string{headerA, chosenA, headerB, table, row, chosenB, killed(600), killed(501)}, "600 tb ? 7, 501 ta 500 8"},
		"before the other's":   {[]string{headerA, chosenA, headerB, table, row, chosenB, killed(501), killed(600)}, "501 ta 500 7, 600 tb ? 8"},
		"of the other":         {[]string{headerA, chosenA, headerB, table, row, chosenB, killed(601), killed(500)}, "601 tb 600 7, 500 ta ? 8"},
		"of one of them":       {[]string{headerA, chosenA, headerB, table, row, chosenB, killed(601)}, "500 ta ? 2, 601 tb 600 7"},
		"told twice":           {[]string{headerA, chosenA, headerB, killed(501), killed(501)}, "501 ta 500 4"},
		"a copy of another":    {[]string{killed(700), headerA, chosenA, headerB, killed(700)}, "700  ? 1, 500 ta ? 3"},
		"behind a table":       {[]string{headerA, chosenA, headerB, table, row, killed(501)}, "500 ta ? 2, 501 tb ? 6"},
		"behind a gap":         {[]string{headerA, chosenA, headerB, "** 4 printk messages dropped **", killed(501)}, "500 ta ? 2, 501 tb ? 5"},
		"of a cgroup":          {[]string{headerA, "Memory cgroup out of memory: Kill process 500 (a) score 9 or sacrifice child", headerB, "Out of memory: " + killed(501)}, "500 ta ? 2, 501 tb ? 4"},
		"2.6.18":               {[]string{headerA, "Out of memory: Kill process 500 (a) score 9 and children.", headerB, "Out of memory: Killed process 501 (a)."}, "501 ta 500 4"},
		"no children":          {[]string{headerA, "Out of memory: Kill process 500 (a) score 9", headerB, killed(501)}, "500 ta ? 2, 501 tb ? 4"},
	} {
		var got []string
		for _, e := range tell(c.lines...).of(record.OOMKill) {
			got = append(got, fmt.Sprint(e.OOM.Victim.PID, " ", e.OOM.Trigger.Comm, " ", e.OOM.Chosen.PID, " ", e.From.Line))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

// TestLateKills: a syslog daemon under pressure may be late, and an hour is more than that.
func TestLateKills(t *testing.T) {
	const chosen, killed = "Out of memory: Kill process 10 (p) score 9 or sacrifice child", "Killed process 10 (p) total-vm:8kB, anon-rss:7kB, file-rss:0kB"
	for name, c := range map[string]struct {
		uptime  bool
		seconds []int // of the choice, of other words of the killer, of the kill
		want    int   // kills
	}{
		"at once":            {false, []int{0, 0, 0}, 1},
		"a quarter hour":     {false, []int{0, 900, 900}, 1},
		"told in between":    {false, []int{0, 1800, 2400}, 1},
		"hours later":        {false, []int{0, 7200, 14400}, 2},
		"by uptime":          {true, []int{5, 5, 105}, 1},
		"before, by uptime":  {true, []int{500, 5, 5}, 2},
		"hours of uptime":    {true, []int{5, 5, 14400}, 2},
		"stamps out of line": {false, []int{30, 30, 0}, 1},
	} {
		got := &told{}
		d := Dispatch([]Reader{oom}, got)
		for i, text := range []string{chosen, "tb invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0", killed} {
			at := record.Stamp{Wall: time.Date(0, 2, 20, 12, 0, c.seconds[i], 0, time.UTC), Prec: time.Second, Lacks: record.LacksYear | record.LacksZone}
			if c.uptime {
				at = record.Stamp{Mono: time.Duration(c.seconds[i]) * time.Second, Prec: time.Microsecond, Lacks: record.LacksWall}
			}
			d.Line(record.Line{At: at, From: record.Origin{File: "f", Line: i + 1}, Host: "h", Program: "kernel", Text: text})
		}
		d.Input(record.Input{})
		if kills := got.of(record.OOMKill); len(kills) != c.want {
			t.Errorf("%s: %d kills, want %d", name, len(kills), c.want)
		}
	}
}
