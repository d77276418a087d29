package messages

import (
	"fmt"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestCallers: the lines of two dumps that stand in turn are told apart by the threads that printed them.
func TestCallers(t *testing.T) {
	dump := func(thread, comm, group, victim string) (lines []string) {
		for _, l := range []string{
			"sh invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0",
			"CPU: 3 PID: 11 Comm: sh Not tainted 6.6.0-test #1",
			"memory: usage 40960kB, limit 40960kB, failcnt 14",
			"Memory cgroup stats for /g:",
			"anon 4096",
			"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
			"[   1000]     0  1000     1000      100    40960        0         -1000 sshd",
			"[    500]   107   500     1024      512    40960        0             0 v",
			"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/g,task_memcg=/g,task=v,pid=500,uid=107",
			"Memory cgroup out of memory: Killed process 500 (v) total-vm:4096kB, anon-rss:2048kB, file-rss:0kB, shmem-rss:0kB, UID:107 pgtables:40kB oom_score_adj:0",
		} {
			l = strings.NewReplacer("sh ", comm+" ", "/g", group, "500", victim, "PID: 11", "PID: "+strings.TrimPrefix(thread, "T")).Replace(l)
			lines = append(lines, fmt.Sprintf("[  100.000000][%7s] %s", thread, l))
		}
		return lines
	}
	a, b := dump("T11", "ta", "/A", "500"), dump("T12", "tb", "/B", "600")
	const wantA, wantB = "ta 11 /A 500 2", "tb 12 /B 600 2"
	turn := func(n int) (lines []string) {
		for i := 0; i < len(a); i += n {
			lines = append(append(lines, a[i:min(i+n, len(a))]...), b[i:min(i+n, len(b))]...)
		}
		return lines
	}
	in := func(at int, line string) []string { return append(append(a[:at:at], line), a[at:]...) }
	var storm []string // of calls whose outcome is lost
	for n := range maxAside + 4 {
		storm = append(storm, strings.NewReplacer("T11", fmt.Sprint("T", 700+n), "ta ", fmt.Sprint("t", n, " ")).Replace(a[0]))
	}
	for name, c := range map[string]struct {
		lines []string
		want  string // of each kill the trigger, its pid, the cgroup, the victim and the rows of the table
	}{
		"one after the other":            {append(a[:len(a):len(a)], b...), wantA + ", " + wantB},
		"line by line":                   {turn(1), wantA + ", " + wantB},
		"in threes":                      {turn(3), wantA + ", " + wantB},
		"one within the other":           {append(append(a[:8:8], b...), a[8:]...), wantB + ", " + wantA},
		"a failed allocation within":     {in(5, "[  100.000000][    T99] x: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO), nodemask=(null)"), wantA},
		"a trace of a process so called": {in(1, "[  100.000000][    T99] CPU: 2 PID: 99 Comm: ta Not tainted 6.6.0-test #1"), wantA},
		"an interrupt's":                 {in(8, "[  100.000000][     C2] "+a[9][len("[  100.000000][    T11] "):]), wantA},
		"many calls at once":             {append(storm, a...), wantA},
	} {
		var got []string
		for _, e := range tell(c.lines...).of(record.OOMKill) {
			o := e.OOM
			got = append(got, fmt.Sprint(o.Trigger.Comm, " ", o.Trigger.PID, " ", o.OOMMemcg, " ", o.Victim.PID, " ", len(o.Tasks)))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
	if called := tell(turn(1)...).of(record.OOMInvoked); len(called) != 0 {
		t.Errorf("%+v", called)
	}
	if called := tell(storm...).of(record.OOMInvoked); len(called) != len(storm) {
		t.Errorf("%d calls, want %d", len(called), len(storm))
	}
}
