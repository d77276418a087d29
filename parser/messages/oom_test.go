package messages

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// told collects the events of a text whose lines begin with nothing but the kernel's own prefixes.
type told struct {
	record.Discard
	events   []record.Event
	problems []record.Problem
}

func (t *told) Event(e record.Event)     { t.events = append(t.events, e) }
func (t *told) Problem(p record.Problem) { t.problems = append(t.problems, p) }

// of gives the events of a kind in the order of their lines: what is sure late only is told late.
func (t *told) of(kind record.Kind) (list []record.Event) {
	for _, e := range t.events {
		if e.Kind == kind {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b record.Event) int { return a.From.Line - b.From.Line })
	return list
}

// tell reads lines "PROGRAM|text"; without the bar the program is the kernel. All carry one second of wall clock
// each, from noon on.
func tell(lines ...string) *told {
	t := &told{}
	d := Dispatch([]Reader{oom}, t)
	for i, l := range lines {
		program, text := "kernel", l
		if p, rest, ok := strings.Cut(l, "|"); ok && !strings.ContainsAny(p, " :[") {
			program, text = p, rest
		}
		at := record.Stamp{Wall: time.Date(0, 2, 20, 12, 0, i, 0, time.UTC), Prec: time.Second, Lacks: record.LacksYear | record.LacksZone}
		d.Line(record.Line{At: at, From: record.Origin{File: "messages", Line: i + 1}, Host: "h", Program: program, Text: text})
	}
	d.Input(record.Input{})
	return t
}

const (
	elChoice = "Out of memory: Kill process 7569 (qemu-kvm) score 256 or sacrifice child"
	elKill   = "Killed process 7569 (qemu-kvm), UID 107, total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB, shmem-rss:16kB"
	cgKill   = "Memory cgroup out of memory: Killed process 9 (java) total-vm:4096kB, anon-rss:2048kB, file-rss:0kB, shmem-rss:0kB, UID:5 pgtables:16kB oom_score_adj:7"
	cgLine   = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0-1,3,oom_memcg=/a,b=c,task_memcg=/a,b=c/d.scope,task=java,pid=9,uid=5"
)

// TestOOMKills: which victims a text names, in order.
func TestOOMKills(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"RHEL 7, two lines": {[]string{elChoice, elKill}, "7569 none"},
		"dmesg of a kernel that tells its callers": { // util-linux, tests/expected/dmesg/cid-kmsg-indentation
			[]string{"[   T1234] sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", "[   T1234] " + cgLine, "[     C2] " + cgKill}, "9 memcg"},
		"only the choice":         {[]string{elChoice}, "7569 none [kill]"},
		"a child is sacrificed":   {[]string{elChoice, "Killed process 7570 (sh) total-vm:4kB, anon-rss:0kB, file-rss:0kB"}, "7570 none <7569>"},
		"2.6.11":                  {[]string{"oom-killer: gfp_mask=0x1d2", "Out of Memory: Killed process 19279 (klauncher)."}, "19279 none"},
		"RHEL 5":                  {[]string{"httpd invoked oom-killer: gfp_mask=0x201d2, order=0, oomkilladj=0", "Out of memory: Killed process 3201, UID 48, (httpd)."}, "3201 none"},
		"cgroup":                  {[]string{cgLine, cgKill}, "9 memcg"},
		"from the summary alone":  {[]string{"java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", cgLine}, "9 memcg [kill]"},
		"every line twice":        {[]string{elChoice, elChoice, elKill, elKill}, "7569 none"},
		"the dump twice":          {[]string{cgLine, cgKill, cgLine, cgKill}, "9 memcg"},
		"storm without headers":   {[]string{"oom_kill_process: 4 callbacks suppressed", elKill, strings.Replace(elKill, "7569", "7570", 1)}, "7569 , 7570 "},
		"lost lines between":      {[]string{cgLine, "foreign", "foreign", strings.Replace(cgKill, "process 9 ", "process 10 ", 1)}, "9 memcg [kill], 10 memcg"},
		"exiting victim":          {[]string{cgLine, "Memory cgroup out of memory: OOM victim 9 (java) is already exiting. Skip killing the task"}, ""},
		"fault handler":           {[]string{"VM: killing process x"}, "? "},
		"fault handler, same one": {[]string{elKill, "VM: killing process qemu-kvm"}, "7569 "},
		"a script's words":        {[]string{"bash|Killed process 7569 (qemu-kvm) total-vm:1kB, anon-rss:1kB, file-rss:1kB"}, ""},
		"a memory policy, 2.6.24": {[]string{"No available memory (MPOL_BIND): kill process 11 (x) score 5 or a child", "Killed process 11 (x)"}, "11 mempolicy"},
		"a cpuset, 2.6.24":        {[]string{"No available memory in cpuset: kill process 11 (x) score 5 or a child", "Killed process 11 (x)"}, "11 cpuset"},
		"a cpuset, 2.6.18":        {[]string{"No available memory in cpuset: Killed process 11 (x)."}, "11 cpuset"},
		"the choice of a policy":  {[]string{"No available memory (MPOL_BIND): kill process 11 (x) score 5 or a child"}, "11 mempolicy [kill]"},
		"a setting":               {[]string{"OOM killer disabled.", "OOM killer enabled."}, ""},
		"cpuset, trimmed":         {[]string{"x invoked oom-killer", "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=t,mems_allowed=0", "Out of memory: Killed process 5 (x)"}, "5 cpuset"},
		"allocating task":         {[]string{"oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=CPU 1/KVM,pid=185,uid=107", "Out of memory (oom_kill_allocating_task): Killed process 181 (qemu-kvm) total-vm:4kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:107 pgtables:4kB oom_score_adj:0"}, "181 none"},
	} {
		var got []string
		for _, e := range tell(c.lines...).of(record.OOMKill) {
			s := e.OOM.Victim.PID.String() + " " + e.OOM.Constraint
			if hasPart(e.OOM.Missing, "kill") {
				s += " [kill]"
			}
			if e.OOM.Chosen.PID.Known() {
				s += " <" + e.OOM.Chosen.PID.String() + ">"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

// TestSummaryCommas: node lists, cgroup paths and names may hold commas and equal signs.
func TestSummaryCommas(t *testing.T) {
	o := tell(cgLine, cgKill).of(record.OOMKill)[0].OOM
	if o.OOMMemcg != "/a,b=c" || o.TaskMemcg != "/a,b=c/d.scope" || o.Mems != "0-1,3" || o.Cpuset != "/" || o.Nodemask != "" {
		t.Errorf("%+v", o)
	}
	s := readSummary("oom-kill:constraint=CONSTRAINT_NONE,nodemask=0,2,cpuset=/,mems_allowed=0-3,global_oom,task_memcg=/,task=a,task=b,pid=1,uid=2")
	if s.comm != "a,task=b" || s.nodemask != "0,2" || !s.global || s.pid != record.Known(1) || s.uid != record.Known(2) {
		t.Errorf("%+v", s)
	}
	if s := readSummary(strings.TrimSuffix(cgLine, ",uid=5")); s.pid.Known() || s.comm != "java" {
		t.Errorf("a torn pid was taken: %+v", s)
	}
}

// TestEchoes: daemons repeat the kernel; the repetition counts only when the kernel's own line is not there.
func TestEchoes(t *testing.T) {
	const unit = "systemd|d.scope: A process of this unit has been killed by the OOM killer."
	const npd = "node-problem-detector|I1012 log_monitor.go:160] New status generated: &{Source:kernel-monitor Events:[{Reason:OOMKilling Message:" + cgKill + "}]}"
	const containerd = `containerd|time="2023-10-12T19:00:20Z" level=info msg="TaskOOM event container_id:\"d\""`
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"with the kernel":     {[]string{cgLine, cgKill, unit, npd, containerd}, "oom-kill"},
		"before it":           {[]string{npd, unit, cgLine, cgKill}, "oom-kill"},
		"systemd alone":       {[]string{unit, "systemd|d.scope: Failed with result 'oom-kill'."}, "oom-kill by systemd"},
		"npd alone":           {[]string{npd}, "mem-pressure by node-problem-detector"},
		"containerd alone":    {[]string{containerd}, "mem-pressure by containerd"},
		"a like unit":         {[]string{cgLine, cgKill, "systemd|xd.scope: A process of this unit has been killed by the OOM killer.", "systemd|cope: A process of this unit has been killed by the OOM killer."}, "oom-kill, oom-kill by systemd, oom-kill by systemd"},
		"in the kernel's log": {[]string{cgLine, cgKill, "kernel|[   12.500000] systemd[1]: d.scope: A process of this unit has been killed by the OOM killer.", "kernel|systemd[1]: d.scope: Failed with result 'oom-kill'."}, "oom-kill"},
		"there, another unit": {[]string{cgLine, cgKill, "kernel|systemd[1]: e.scope: A process of this unit has been killed by the OOM killer."}, "oom-kill, oom-kill by systemd"},
		"another victim":      {[]string{elKill, npd}, "oom-kill, mem-pressure by node-problem-detector"},
	} {
		var got []string
		for _, e := range tell(c.lines...).events {
			s := string(e.Kind)
			if who := e.Get(record.AttrEcho); who != "" {
				s += " by " + who
			}
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

// TestEchoesOfSystemd: what systemd says again about a unit is another kill, unless it is the word that the unit failed,
// or a copy; what the system's manager says of a user's manager is said by that one too.
func TestEchoesOfSystemd(t *testing.T) {
	const killed, failed = ": A process of this unit has been killed by the OOM killer.", ": Failed with result 'oom-kill'."
	type word struct {
		pid, second int
		text        string
	}
	for name, c := range map[string]struct {
		words []word
		want  string // the lines that tell a kill
	}{
		"restarted":           {[]word{{1, 0, "leaky.service" + killed}, {1, 0, "leaky.service" + failed}, {1, 30, "leaky.service" + killed}, {1, 30, "leaky.service" + failed}}, "1 3"},
		"stops for long":      {[]word{{1, 0, "leaky.service" + killed}, {1, 90, "leaky.service" + failed}}, "1"},
		"two, then it fails":  {[]word{{1, 0, "fork.service" + killed}, {1, 4, "fork.service" + killed}, {1, 9, "fork.service" + failed}}, "1 2"},
		"only that it failed": {[]word{{1, 0, "leaky.service" + failed}, {1, 30, "leaky.service" + failed}}, "1 2"},
		"copies":              {[]word{{1, 0, "leaky.service" + killed}, {1, 0, "leaky.service" + killed}, {1, 1, "leaky.service" + failed}, {1, 1, "leaky.service" + failed}}, "1"},
		"two units":           {[]word{{1, 0, "a.service" + killed}, {1, 0, "b.service" + killed}, {1, 0, "b.service" + failed}}, "1 2"},
		"of a user":           {[]word{{1, 0, "user@1000.service" + killed}, {1234, 0, "app-foo-99.scope" + killed}, {1234, 1, "app-foo-99.scope" + failed}}, "2"},
		"not of the user":     {[]word{{1, 0, "user@1000.service" + killed}, {1, 0, "a.service" + killed}}, "1 2"},
		"of a user, earlier":  {[]word{{1234, 0, "app-foo-99.scope" + killed}, {1, 60, "user@1000.service" + killed}}, "1 2"},
		"nobody says which":   {[]word{{0, 0, "user@1000.service" + killed}, {0, 0, "app-foo-99.scope" + killed}}, "1 2"},
	} {
		got := &told{}
		d := Dispatch([]Reader{oom}, got)
		for i, w := range c.words {
			at := record.Stamp{Wall: time.Date(0, 2, 20, 12, 0, w.second, 0, time.UTC), Prec: time.Second, Lacks: record.LacksYear | record.LacksZone}
			d.Line(record.Line{At: at, From: record.Origin{File: "messages", Line: i + 1}, Host: "h", Program: "systemd", PID: w.pid, Text: w.text})
		}
		d.Input(record.Input{})
		var lines []string
		for _, e := range got.of(record.OOMKill) {
			lines = append(lines, fmt.Sprint(e.From.Line))
		}
		if s := strings.Join(lines, " "); s != c.want {
			t.Errorf("%s: kills told by lines %s, want %s", name, s, c.want)
		}
	}
}

// TestEchoFlood: second-hand reports are kept until the input ends, a bounded number of them; the rest is not lost in
// silence.
func TestEchoFlood(t *testing.T) {
	var flood []string
	for i := range maxEchoes + 3 {
		flood = append(flood, fmt.Sprintf("systemd|unit-%d.service: A process of this unit has been killed by the OOM killer.", i))
	}
	got := tell(flood...)
	if n := len(got.of(record.OOMKill)); n != maxEchoes {
		t.Errorf("%d kills told, want %d", n, maxEchoes)
	}
	if len(got.problems) != 1 || got.problems[0].From.Line != maxEchoes+1 {
		t.Errorf("problems %+v, want one at line %d", got.problems, maxEchoes+1)
	}
}

// TestForeignMemInfo: an allocation that failed prints a Mem-Info block of its own.
func TestForeignMemInfo(t *testing.T) {
	got := tell("java: page allocation failure: order:0, mode:0x2084120(GFP_ATOMIC)", "Mem-Info:", "active_anon:1 inactive_anon:2 isolated_anon:0",
		"1000 pages RAM", cgLine, cgKill)
	if k := got.of(record.OOMKill); len(k) != 1 || k[0].OOM.Memory.RAM.Known() || k[0].OOM.Memory.Anon.Known() {
		t.Errorf("%+v", got.events)
	}
	own := tell("java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", "kworker/1: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP)",
		"Mem-Info:", "active_anon:1 inactive_anon:2 isolated_anon:0", "111 pages RAM", "Mem-Info:", "active_anon:5000 inactive_anon:5000 isolated_anon:0", "4000000 pages RAM", elKill)
	if k := own.of(record.OOMKill); len(k) != 1 || k[0].OOM.Memory.RAM != record.Known(4000000<<12) || k[0].OOM.Memory.Anon != record.Known(10000<<12) {
		t.Errorf("the dump's own Mem-Info: %+v", own.events)
	}
	if got := tell("java: page allocation failure: order:0, mode:0x1", "Mem-Info:", "1000 pages RAM"); len(got.events) != 0 {
		t.Errorf("%+v", got.events)
	}
}

// TestPageTablesInBytes: 5.4.0 to 5.4.8 print bytes and call them kB (commit 941f762bcb27 mended it in 5.4.9), and
// distributions call every 5.4.y 5.4.0-N.
func TestPageTablesInBytes(t *testing.T) {
	const table = "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name"
	for name, c := range map[string]struct {
		kernel, row string
		vm, printed int64 // kB
		want        int64 // bytes
	}{
		"Debian's early package":      {"5.4.3-1", "", 4096, 16384, 16384},
		"mended":                      {"5.4.9-1", "", 32924924, 59264, 59264 << 10},
		"Ubuntu, its row":             {"5.4.0-100-generic", "[      9]     5     9  8231231  7423423 60686336        0             0 java", 32924924, 59264, 59264 << 10},
		"Ubuntu, its row went on":     {"5.4.0-100-generic", "[      9]     5     9  8231231  7423423 60682240        0             0 java", 32924924, 59264, 59264 << 10},
		"Debian's 5.4.0-1, its row":   {"5.4.0-1-amd64", "[      9]     5     9  8231231  7423423 60686336        0             0 java", 32924924, 60686336, 60686336},
		"Ubuntu, no row":              {"5.4.0-100-generic", "", 32924924, 61440, 61440 << 10},
		"Debian's 5.4.0-1, no row":    {"5.4.0-1-amd64", "", 32924924, 60686336, 60686336}, // 57.9 GiB to map 31.4 GiB
		"no kernel named":             {"", "", 32924924, 60686336, 60686336},
		"no kernel named, and right":  {"", "", 32924924, 59264, 59264 << 10},
		"6.1, whatever it looks like": {"6.1.0-18-amd64", "", 32768, 4096, 4096 << 10},
		"5.4.0 itself":                {"5.4.0", "", 32924924, 61440, 61440},
	} {
		lines := []string{"x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"}
		if c.kernel != "" {
			lines = append(lines, "CPU: 0 PID: 9 Comm: x Not tainted "+c.kernel+" #1")
		}
		if c.row != "" {
			lines = append(lines, table, c.row)
		}
		lines = append(lines, fmt.Sprintf("Out of memory: Killed process 9 (java) total-vm:%dkB, anon-rss:2048kB, file-rss:0kB, shmem-rss:0kB, UID:5 pgtables:%dkB oom_score_adj:7", c.vm, c.printed))
		o := tell(lines...).of(record.OOMKill)[0].OOM
		if o.Victim.Page != record.Known(c.want) || o.Kernel != c.kernel {
			t.Errorf("%s: %v of %q, want %d", name, o.Victim.Page, o.Kernel, c.want)
		}
	}
}

// TestExitingVictims: a member of a group that is exiting already parts the burst of kills of one call no more than a
// foreign line does; without a group it ends the call, and what is killed next is another call's.
func TestExitingVictims(t *testing.T) {
	const header = "sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"
	const group = "Tasks in /a,b=c are going to be killed due to memory.oom.group set"
	const exiting = "Memory cgroup out of memory: OOM victim 9 (java) is already exiting. Skip killing the task"
	other := func(pid string) string { return strings.Replace(cgKill, "process 9 (java)", "process "+pid+" (sh)", 1) }
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"between":        {[]string{header, cgLine, cgKill, group, other("10"), exiting, other("11"), other("12")}, "9 of sh in , 10 of sh in /a,b=c, 11 of sh in /a,b=c, 12 of sh in /a,b=c"},
		"the chosen one": {[]string{header, cgLine, exiting, group, other("10"), other("11")}, "10 of sh in /a,b=c, 11 of sh in /a,b=c"},
		"no group":       {[]string{header, cgLine, exiting, other("10")}, "10 of  in "},
		"then a group":   {[]string{header, cgLine, cgKill, group, other("10"), header, cgLine, other("9"), exiting, other("13")}, "9 of sh in , 10 of sh in /a,b=c, 9 of sh in , 13 of  in "},
	} {
		var got []string
		for _, e := range tell(c.lines...).of(record.OOMKill) {
			o := e.OOM
			got = append(got, o.Victim.PID.String()+" of "+o.Trigger.Comm+" in "+o.Group)
			if o.Group != "" && (o.OOMMemcg != "/a,b=c" || o.TaskMemcg != "/a,b=c" || hasPart(o.Missing, "header")) {
				t.Errorf("%s: %+v", name, o)
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
	if called := tell(header, cgLine, exiting, other("10")).of(record.OOMInvoked); len(called) != 1 || called[0].OOM.Trigger.Comm != "sh" {
		t.Errorf("the call that killed nobody: %+v", called)
	}
}

// TestThreadsOfGroups: memory.oom.group finds a process again by one of its threads (mem_cgroup_scan_tasks()), whose id is
// in no row of the table. Where rows may be missing, an id without one proves nothing.
func TestThreadsOfGroups(t *testing.T) {
	const header = "sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"
	const columns = "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name"
	const first, second = "[      9]     5     9     1024      512    16384        0             7 java", "[     10]     5    10     1024      512    16384        0             7 java"
	const dropped, group = "** 2 printk messages dropped **", "Tasks in /a,b=c are going to be killed due to memory.oom.group set"
	other := strings.Replace(cgKill, "process 9 ", "process 10 ", 1)
	for name, c := range map[string]struct {
		dump []string
		want int // kills
	}{
		"a thread":           {[]string{columns, first}, 1},
		"a process":          {[]string{columns, first, second}, 2},
		"no table":           {nil, 2},
		"rows are lost":      {[]string{columns, first, dropped}, 2},
		"the beginning, too": {[]string{first}, 2},
		"a row is torn":      {[]string{columns, first, second[:46]}, 2},
		"by the journal":     {[]string{columns, first, "systemd-journald|Missed 34 kernel messages"}, 2},
		"its buffer overran": {[]string{columns, first, "systemd-journald|/dev/kmsg buffer overrun, some messages lost."}, 2},
		"on to syslog":       {[]string{columns, first, "systemd-journald|Forwarding to syslog missed 12 messages."}, 2},
		"by rsyslog":         {[]string{columns, first, "rsyslogd|imjournal: begin to drop messages due to rate-limiting"}, 2},
		"a service's":        {[]string{columns, first, "systemd-journald|Suppressed 1234 messages from a.service"}, 1},
		"rsyslog's own":      {[]string{columns, first, "rsyslogd|" + second}, 1},
		"lines before it":    {[]string{dropped, columns, first}, 1},
		"of another dump":    {[]string{dropped, header, columns, first}, 1},
	} {
		lines := append(append([]string{header}, c.dump...), cgLine, cgKill, dropped, group, other)
		if kills := tell(lines...).of(record.OOMKill); len(kills) != c.want {
			t.Errorf("%s: %d kills, want %d", name, len(kills), c.want)
		}
	}
}

// TestLinesTwice: a log that two daemons write holds each line twice; nothing is counted twice for that.
func TestLinesTwice(t *testing.T) {
	lines := []string{
		"sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
		"Mem-Info:",
		"Node 0 active_anon:4kB inactive_anon:4kB kernel_stack:600kB pagetables:4kB all_unreclaimable? yes",
		"Node 1 active_anon:4kB inactive_anon:4kB kernel_stack:40kB pagetables:4kB all_unreclaimable? yes",
		"Node 0 Normal free:60000kB min:66000kB low:80000kB high:94000kB present:16777216kB managed:16400000kB",
		"lowmem_reserve[]: 0 0 0",
		"Node 1 Normal free:60000kB min:66000kB low:80000kB high:94000kB present:16777216kB managed:16400000kB",
		"lowmem_reserve[]: 0 0 0",
		"Node 0 hugepages_total=16 hugepages_free=4 hugepages_surp=0 hugepages_size=2048kB",
		"Node 1 hugepages_total=16 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB",
		"Node 1 hugepages_total=1 hugepages_free=0 hugepages_surp=0 hugepages_size=1048576kB",
		"8388608 pages RAM",
		"Unreclaimable slab info:",
		"kmalloc-64              12000KB      16000KB",
		"kmalloc-32              12000KB      16000KB",
		"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
		"[      9]     5     9     1024      512    16384        0             7 java",
		"Out of memory: Killed process 9 (java) total-vm:4096kB, anon-rss:2048kB, file-rss:0kB, shmem-rss:0kB, UID:5 pgtables:16kB oom_score_adj:7",
	}
	var twice []string
	for _, l := range lines {
		twice = append(twice, l, l)
	}
	for name, text := range map[string][]string{"once": lines, "each line": twice} {
		kills := tell(text...).of(record.OOMKill)
		if len(kills) != 1 {
			t.Fatalf("%s: %d kills", name, len(kills))
		}
		o := kills[0].OOM
		if o.Memory.HugePages != record.Known((2*16*2048+1048576)<<10) || o.Memory.HugePagesFree != record.Known(4*2048<<10) || o.Memory.KernelStack != record.Known(640<<10) ||
			len(o.Zones) != 2 || len(o.Slabs) != 2 || len(o.Tasks) != 1 {
			t.Errorf("%s: %+v, %d zones, %d slabs, %d tasks", name, o.Memory, len(o.Zones), len(o.Slabs), len(o.Tasks))
		}
	}
}

// TestGroupsOfNodes: the table of a call that is bound to NUMA nodes lists the processes that may use them only (dump_tasks()),
// while the group dies as a whole.
func TestGroupsOfNodes(t *testing.T) {
	for constraint, want := range map[string]int{"CONSTRAINT_NONE": 1, "CONSTRAINT_CPUSET": 2, "CONSTRAINT_MEMORY_POLICY": 2} {
		kills := tell("sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
			"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
			"[      9]     5     9     1024      512    16384        0             7 java",
			"oom-kill:constraint="+constraint+",nodemask=(null),cpuset=a,mems_allowed=0,global_oom,task_memcg=/a,task=java,pid=9,uid=5",
			strings.Replace(cgKill, "Memory cgroup out", "Out", 1),
			"Tasks in /a are going to be killed due to memory.oom.group set",
			strings.NewReplacer("Memory cgroup out", "Out", "process 9 ", "process 10 ").Replace(cgKill)).of(record.OOMKill)
		if len(kills) != want {
			t.Errorf("%s: %d kills, want %d", constraint, len(kills), want)
		}
	}
}

// TestNamesLikeLines: a process may be called what other lines of a dump begin with.
func TestNamesLikeLines(t *testing.T) {
	for _, name := range []string{"oom-kill:", "Killed process", "Killed process 1", "CPU: 1 PID: 3", "Pid: 3, comm: x", "Mem-Info:", "Node 0 DMA free", "Task in /a", "[ 1] 2 3 4 5 ", "memory: usage 1", "Out of memory:"} {
		if len(name) > 15 {
			name = name[:15]
		}
		got := tell(name+" invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", name+" cpuset=/ mems_allowed=0-1",
			"CPU: 2 PID: 77 Comm: "+name+" Not tainted 4.18.0-193.el8.x86_64 #1", "Memory cgroup out of memory: Kill process 9 ("+name+") score 256 or sacrifice child",
			"Killed process 9 ("+name+") total-vm:4096kB, anon-rss:2048kB, file-rss:0kB, shmem-rss:0kB")
		if len(got.events) != 1 || got.events[0].Kind != record.OOMKill {
			t.Errorf("%s: %+v", name, got.events)
			continue
		}
		o := got.events[0].OOM
		if o.Trigger.Comm != name || o.Trigger.PID != record.Known(77) || o.Mems != "0-1" || o.Victim.Comm != name || o.Victim.Badness != record.Known(256) {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// TestLostLinesBetween: when a log lost lines between a dump and a kill, a kill for the host's memory is not told as one
// at a cgroup's limit, nor the other way round.
func TestLostLinesBetween(t *testing.T) {
	const header = "sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"
	hostKill := strings.Replace(cgKill, "Memory cgroup out of memory", "Out of memory", 1)
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"a cgroup's dump, a host's kill": {[]string{header, "memory: usage 40960kB, limit 40960kB, failcnt 14", "Memory cgroup stats for /foo:", "** 312 printk messages dropped **", hostKill}, "none"},
		"a cgroup's summary":             {[]string{header, cgLine, strings.Replace(hostKill, "process 9 ", "process 10 ", 1)}, "memcg, none"},
		"of the same process":            {[]string{header, cgLine, hostKill}, "none"},
		"a host's dump, a cgroup's kill": {[]string{header, "Mem-Info:", "active_anon:1 inactive_anon:2 isolated_anon:0", "1000 pages RAM", cgKill}, "memcg"},
	} {
		var got []string
		kills := tell(c.lines...).of(record.OOMKill)
		for _, e := range kills {
			got = append(got, e.OOM.Constraint)
		}
		last := kills[len(kills)-1].OOM
		if s := strings.Join(got, ", "); s != c.want || last.Trigger.Comm != "" || last.Memory.RAM.Known() || last.Memory.MemcgLimit.Known() || last.OOMMemcg != "" {
			t.Errorf("%s: %s, want %s; %+v", name, s, c.want, last)
		}
	}
}

// TestAllowedMemcg: mem_cgroup_get_max() up to 6.x, in kB: min(limit + total_swap_pages, memsw limit) of v1, and with the
// swap limit of v2.
func TestAllowedMemcg(t *testing.T) {
	kb := func(n int64) record.Maybe { return times(record.Known(n), 1<<10) }
	var no record.Maybe
	for name, c := range map[string]struct {
		m    record.Memory
		want record.Maybe
	}{
		"v1, the host's swap unknown": {record.Memory{MemcgLimit: kb(1000), MemcgUsage: kb(1000), MemcgBothLimit: kb(2000), MemcgBothUsage: kb(1000)}, no},
		"v1, no swap":                 {record.Memory{MemcgLimit: kb(1000), MemcgBothLimit: kb(2000), SwapTotal: kb(0)}, kb(1000)},
		"v1, little swap":             {record.Memory{MemcgLimit: kb(1000), MemcgBothLimit: kb(2000), SwapTotal: kb(300)}, kb(1300)},
		"v1, much swap":               {record.Memory{MemcgLimit: kb(1000), MemcgBothLimit: kb(2000), SwapTotal: kb(3000)}, kb(2000)},
		"v1, all of it in use":        {record.Memory{MemcgLimit: kb(1000), MemcgUsage: kb(1000), MemcgBothLimit: kb(2000), MemcgBothUsage: kb(1990)}, kb(2000)},
		"v1, equal limits":            {record.Memory{MemcgLimit: kb(1000), MemcgBothLimit: kb(1000)}, kb(1000)},
		"v2, no swap allowed":         {record.Memory{MemcgLimit: kb(1000), MemcgSwapLimit: kb(0)}, kb(1000)},
		"v2, swap allowed":            {record.Memory{MemcgLimit: kb(1000), MemcgSwapLimit: kb(500)}, no},
		"no limit":                    {record.Memory{MemcgBothLimit: kb(1000)}, no},
	} {
		if got := allowedMemcg(c.m); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestScoresOfOldKernels: EL6's 2.6.32 has the score of 2.6.36 and a table without swap and page tables; root was spared 30
// of its score up to 3.13 and 3 % of its points up to 4.16, unless it was a container's. Sizes are in pages of 4 KiB.
func TestScoresOfOldKernels(t *testing.T) {
	const tableEL6 = "[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name"
	const table = "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name"
	const headerEL6 = "httpd invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0, oom_score_adj=0"
	const header = "java invoked oom-killer: gfp_mask=0x280da, order=0, oom_score_adj=0"
	for name, c := range map[string]struct {
		lines       []string
		score       record.Maybe
		least, most int64 // pages of the total that the printed score implies
		atLeast     bool
	}{
		// 800000 * 1000 / (1048575 - 67330) = 815.3
		"EL6": {[]string{headerEL6, "Pid: 2211, comm: httpd Not tainted 2.6.32-754.el6.x86_64 #1", "Mem-Info:", "Free swap  = 0kB", "Total swap = 0kB", "1048575 pages RAM", "67330 pages reserved",
			tableEL6, "[ 2211]    48  2211   950000   800000   1       0             0 httpd", "Out of memory: Kill process 2211 (httpd) score 815 or sacrifice child"}, record.Known(815), 0, 0, true},
		// 50000 * 1000 / 401 to 50000 * 1000 / 400
		"EL6 with swap in use": {[]string{headerEL6, "Pid: 2211, comm: httpd Not tainted 2.6.32-754.el6.x86_64 #1", tableEL6, "[ 2211]    48  2211   950000    50000   1       0             0 httpd",
			"Out of memory: Kill process 2211 (httpd) score 400 or sacrifice child"}, record.Maybe{}, 124688, 125000, true},
		// 240960 * 1000 / (216 + 30) to 240960 * 1000 / 215
		"root, 3.10": {[]string{header, "CPU: 1 PID: 2211 Comm: java Not tainted 3.10.0-327.el7.x86_64 #1", table, "[ 2211]     0  2211   950000   240000    960        0             0 java",
			"Out of memory: Kill process 2211 (java) score 215 or sacrifice child"}, record.Maybe{}, 979512, 1120744, false},
		// 1000000 * 1000 / 251 to (1000000 + 1000000 / 512) * 1000 / 250: the kill line tells no page tables
		"the kill line alone, 4.19": {[]string{"Out of memory: Kill process 2211 (java) score 250 or sacrifice child", "Killed process 2211 (java) total-vm:9000000kB, anon-rss:3999000kB, file-rss:600kB, shmem-rss:400kB"},
			record.Maybe{}, 3984063, 4007812, true},
		// (240960 - 7228) * 1000 / 216 to 240960 * 1000 / 215
		"root, 4.9": {[]string{header, "CPU: 1 PID: 2211 Comm: java Not tainted 4.9.0-8-amd64 #1", table, "[ 2211]     0  2211   950000   240000    960        0             0 java",
			"Out of memory: Kill process 2211 (java) score 215 or sacrifice child"}, record.Maybe{}, 1082092, 1120744, false},
		"root, 4.19": {[]string{header, "CPU: 1 PID: 2211 Comm: java Not tainted 4.19.0-8-amd64 #1", table, "[ 2211]     0  2211   950000   240000    960        0             0 java",
			"Out of memory: Kill process 2211 (java) score 215 or sacrifice child"}, record.Maybe{}, 1115555, 1120744, false},
	} {
		o := tell(c.lines...).of(record.OOMKill)[0].OOM
		b := o.Victim.Recomputed
		if b.Score != c.score || b.Least != c.atLeast || b.Inferred.Known() != (c.most > 0) {
			t.Errorf("%s: %+v", name, b)
		}
		least, most := (b.Inferred.Or(0)-b.Within.Or(0))>>12, (b.Inferred.Or(0)+b.Within.Or(0))>>12
		if least < c.least-4 || least > c.least+4 || most < c.most-4 || most > c.most+4 { // the kernel rounds to pages on its way
			t.Errorf("%s: %d to %d pages, want %d to %d", name, least, most, c.least, c.most)
		}
		if strings.Contains(c.lines[0], "oom_adj") && o.Trigger.GFP != "0x280da (GFP_HIGHUSER_MOVABLE|__GFP_ZERO)" {
			t.Errorf("%s: %s", name, o.Trigger.GFP)
		}
	}
}

// TestHighAtomic: kernels that print free_highatomic (6.13, c928807f6f6b) count what is free of the reserve, older ones the
// whole reserve.
func TestHighAtomic(t *testing.T) {
	dump := func(order, zone string) string {
		o := tell("sh invoked oom-killer: gfp_mask=0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO), order="+order+", oom_score_adj=0", "Mem-Info:", "active_anon:1 inactive_anon:2 isolated_anon:0",
			"Node 0 Normal free:716800kB boost:0kB min:90112kB low:112640kB high:135168kB "+zone+" present:67108864kB managed:65536000kB free_cma:0kB", "lowmem_reserve[]: 0 0",
			"Node 0 Normal: 179200*4kB (UME) 0*8kB 0*16kB 0*32kB 0*64kB 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 716800kB",
			"oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/a,task=b,pid=9,uid=0",
			"Out of memory: Killed process 9 (b) total-vm:40000kB, anon-rss:36000kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:60kB oom_score_adj:0").of(record.OOMKill)[0].OOM
		return o.Why
	}
	for _, c := range []struct{ order, zone, want string }{
		{"3", "reserved_highatomic:655360KB free_highatomic:4KB", "fragmentation: 700.0 MiB were free in zone Normal, but no block of 32 KiB in one piece that the request may use"},
		{"0", "reserved_highatomic:655360KB free_highatomic:655360KB", "no free memory: every zone that the request may use is below its minimum (Normal: 700.0 MiB free, of which 640.0 MiB are kept for other requests, 88.0 MiB must stay free)"},
		{"0", "reserved_highatomic:655360KB", "no free memory: every zone that the request may use is below its minimum (Normal: 700.0 MiB free, of which 640.0 MiB are kept for other requests, 88.0 MiB must stay free)"},
	} {
		if got := dump(c.order, c.zone); got != c.want {
			t.Errorf("order %s, %s: %s, want %s", c.order, c.zone, got, c.want)
		}
	}
}

// TestTornLimit: a limit that the text's end tore is not "no limit".
func TestTornLimit(t *testing.T) {
	for usage, want := range map[string]string{
		"memory: usage 40960kB, limit 409":                            "a cgroup reached its memory limit",
		"memory: usage 40960kB, limit 9007199254740988kB, failcnt 14": "the kill was for a cgroup, which has no memory limit of its own and used 40.0 MiB",
		"memory: usage 40960kB, limit 40960kB, failcnt 14":            "a cgroup reached its memory limit of 40.0 MiB",
	} {
		called := tell("sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", usage).of(record.OOMInvoked)
		if len(called) != 1 || called[0].OOM.Why != want {
			t.Errorf("%s: %+v", usage, called)
		}
	}
}

// TestPerhapsBound: kernels up to 4.20 print no constraint. A dump in which one NUMA node is short and another has plenty
// is not one of the whole host's shortage; later kernels say what it was.
func TestPerhapsBound(t *testing.T) {
	const header = "qemu-kvm invoked oom-killer: gfp_mask=0x280da, order=0, oom_score_adj=0"
	const short = " Normal free:60000kB min:61000kB low:120000kB high:180000kB present:33554432kB managed:32000000kB"
	const plenty = " Normal free:20000000kB min:61000kB low:120000kB high:180000kB present:33554432kB managed:32000000kB"
	const none = "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0-1,global_oom,task_memcg=/,task=qemu-kvm,pid=7569,uid=107"
	for name, c := range map[string]struct {
		zones []string
		more  string
		want  string
	}{
		"one node has plenty":     {[]string{"Node 0" + short, "Node 1" + plenty}, elChoice, ""},
		"both are short":          {[]string{"Node 0" + short, "Node 1" + short}, elChoice, "none"},
		"one node alone":          {[]string{"Node 0" + plenty}, elChoice, "none"},
		"the kernel says it":      {[]string{"Node 0" + short, "Node 1" + plenty}, none, "none"},
		"only the choice is told": {[]string{"Node 0" + short}, elChoice, "none"},
	} {
		lines := []string{header, "CPU: 2 PID: 100 Comm: qemu-kvm Not tainted 3.10.0-1160.el7.x86_64 #1", "Mem-Info:"}
		for _, z := range c.zones {
			lines = append(lines, z, "lowmem_reserve[]: 0 0 0 0")
		}
		for _, last := range [][]string{{c.more}, {c.more, elKill}} {
			kills := tell(append(lines, last...)...).of(record.OOMKill)
			if len(kills) != 1 || kills[0].OOM.Constraint != c.want {
				t.Errorf("%s: %+v, want %q", name, kills, c.want)
			}
		}
	}
}
