package messages

import (
	"fmt"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestOtherCalls: within a dump whose end is lost, the lines of another call are told by what ran out; what the unfinished
// dump shows is of its own cgroup, or of the host, and never the other's.
func TestOtherCalls(t *testing.T) {
	const header = "sh invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0"
	const usage, stats, old = "memory: usage 40960kB, limit 40960kB, failcnt 14", "Memory cgroup stats for /A:", "Memory cgroup stats for /A: cache:840KB rss:40120KB"
	const counters, ram = "active_anon:1 inactive_anon:2 isolated_anon:0", "1000 pages RAM"
	const hostSum = "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/b,task=b,pid=600,uid=0"
	const hostEnd = "Out of memory: Killed process 600 (b) total-vm:8000kB, anon-rss:7000kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:56kB oom_score_adj:0"
	memcg := func(path string) []string {
		return []string{"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=" + path + ",task_memcg=" + path + "/x,task=b,pid=600,uid=0",
			"Memory cgroup " + strings.Replace(hostEnd, "Out of", "out of", 1)}
	}
	with := func(lines []string, more ...string) []string { return append(lines[:len(lines):len(lines)], more...) }
	const el7, el6 = "CPU: 3 PID: 4242 Comm: sh Not tainted 3.10.0-1160.el7.x86_64 #1", "Pid: 4242, comm: sh Not tainted 2.6.32-754.el6.x86_64 #1"
	const hostChoice, cgroupChoice = "Out of memory: Kill process 600 (b) score 256 or sacrifice child", "Memory cgroup out of memory: Kill process 600 (b) score 256 or sacrifice child"
	const oldEnd = "Killed process 600 (b) total-vm:8000kB, anon-rss:7000kB, file-rss:0kB"
	for name, c := range map[string]struct {
		lines []string
		want  string // of each call the trigger, then of each kill the trigger, the constraint, both cgroups, the limit and the RAM
	}{
		"a cgroup, then the host":     {[]string{header, usage, stats, hostSum, hostEnd}, "call of sh; kill of  none  /b ? ?"},
		"without its header":          {[]string{usage, hostSum, hostEnd}, "call of ; kill of  none  /b ? ?"},
		"the host, then a cgroup":     {with([]string{header, counters, ram}, memcg("/A")...), "call of sh; kill of  memcg /A /A/x ? ?"},
		"two cgroups":                 {with([]string{header, usage, stats}, memcg("/C")...), "call of sh; kill of  memcg /C /C/x ? ?"},
		"the same cgroup":             {with([]string{header, usage, stats}, memcg("/A")...), "kill of sh memcg /A /A/x 41943040 ?"},
		"its line is torn":            {with([]string{header, usage, "Memory cgroup stats for /A/B"}, memcg("/A/BCD")...), "kill of sh memcg /A/BCD /A/BCD/x 41943040 ?"},
		"5.0, of one below":           {with([]string{header, usage, "Memory cgroup stats for /A/x: cache:840KB rss:40120KB"}, memcg("/A")...), "kill of sh memcg /A /A/x 41943040 ?"},
		"the host's own":              {[]string{header, counters, ram, hostSum, hostEnd}, "kill of sh none  /b ? 4096000"},
		"EL7, a cgroup, the host":     {[]string{header, el7, usage, hostChoice, oldEnd}, "call of sh; kill of  none   ? ?"},
		"EL7, the host, a cgroup":     {[]string{header, el7, counters, ram, cgroupChoice, oldEnd}, "call of sh; kill of  memcg   ? ?"},
		"EL6 prints Mem-Info for all": {[]string{header, el6, counters, ram, cgroupChoice, oldEnd}, "kill of sh memcg   ? 4096000"},
		"two at once": {[]string{header, strings.Replace(header, "sh ", "bash ", 1), el7, "Task in /A/x killed as a result of limit of /A", "Task in /B/x killed as a result of limit of /B", usage, usage, old,
			cgroupChoice, oldEnd}, "call of sh; kill of  memcg   ? ?"},
		"two at once, 5.3": {with([]string{header, strings.Replace(header, "sh ", "bash ", 1), usage, usage, stats, "Memory cgroup stats for /C:"}, memcg("/A")...), "call of sh; kill of  memcg /A /A/x ? ?"},
	} {
		told := tell(c.lines...)
		var got []string
		for _, e := range told.of(record.OOMInvoked) {
			got = append(got, "call of "+e.OOM.Trigger.Comm)
		}
		for _, e := range told.of(record.OOMKill) {
			o := e.OOM
			got = append(got, fmt.Sprint("kill of ", o.Trigger.Comm, " ", o.Constraint, " ", o.OOMMemcg, " ", o.TaskMemcg, " ", o.Memory.MemcgLimit, " ", o.Memory.RAM))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

// TestUntoldEnds: a file that ends within a dump, as a rotation cuts it, does not tell that nobody tells whom it killed.
func TestUntoldEnds(t *testing.T) {
	const header = "sh invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0"
	called := tell(header, "Mem-Info:", strings.Replace(header, "sh ", "bash ", 1), "Mem-Info:").of(record.OOMInvoked)
	if len(called) != 2 || !strings.HasSuffix(called[0].Text, "for sh; the text does not tell whom it killed") ||
		!strings.HasSuffix(called[1].Text, "for bash; the file ends before a line tells whom it killed") {
		t.Errorf("%+v", called)
	}
}
