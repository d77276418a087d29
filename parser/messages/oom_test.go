package messages

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// told collects the events of a text whose lines begin with nothing but the kernel's own prefixes.
type told struct {
	record.Discard
	events []record.Event
}

func (t *told) Event(e record.Event) { t.events = append(t.events, e) }

func (t *told) of(kind record.Kind) (list []record.Event) {
	for _, e := range t.events {
		if e.Kind == kind {
			list = append(list, e)
		}
	}
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
		"RHEL 7, two lines":       {[]string{elChoice, elKill}, "7569 none"},
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
		"with the kernel":  {[]string{cgLine, cgKill, unit, npd, containerd}, "oom-kill"},
		"before it":        {[]string{npd, unit, cgLine, cgKill}, "oom-kill"},
		"systemd alone":    {[]string{unit, "systemd|d.scope: Failed with result 'oom-kill'."}, "oom-kill by systemd"},
		"npd alone":        {[]string{npd}, "mem-pressure by node-problem-detector"},
		"containerd alone": {[]string{containerd}, "mem-pressure by containerd"},
		"another victim":   {[]string{elKill, npd}, "oom-kill, mem-pressure by node-problem-detector"},
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

// TestForeignMemInfo: an allocation that failed prints a Mem-Info block of its own.
func TestForeignMemInfo(t *testing.T) {
	got := tell("java: page allocation failure: order:0, mode:0x2084120(GFP_ATOMIC)", "Mem-Info:", "active_anon:1 inactive_anon:2 isolated_anon:0",
		"1000 pages RAM", cgLine, cgKill)
	if k := got.of(record.OOMKill); len(k) != 1 || k[0].OOM.Memory.RAM.Known() || k[0].OOM.Memory.Anon.Known() {
		t.Errorf("%+v", got.events)
	}
	if got := tell("java: page allocation failure: order:0, mode:0x1", "Mem-Info:", "1000 pages RAM"); len(got.events) != 0 {
		t.Errorf("%+v", got.events)
	}
}

// TestPageTablesInBytes: 5.4.0 to 5.4.8 print bytes and call them kB (commit 941f762bcb27 mended it).
func TestPageTablesInBytes(t *testing.T) {
	o := tell("x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", "CPU: 0 PID: 9 Comm: x Not tainted 5.4.3-1 #1",
		strings.Replace(cgKill, "pgtables:16kB", "pgtables:16384kB", 1)).of(record.OOMKill)[0].OOM
	if o.Victim.Page != record.Known(16384) || o.Kernel != "5.4.3-1" || o.Trigger.PID != record.Known(9) {
		t.Errorf("%v %q", o.Victim.Page, o.Kernel)
	}
}

// readFixture reads a kernel log of the fixtures, whatever stands before the kernel's words.
func readFixture(text string) *told {
	t := &told{}
	d := Dispatch([]Reader{oom}, t)
	for i, line := range strings.Split(text, "\n") {
		d.Line(record.Line{From: record.Origin{File: "f", Line: i + 1}, Program: "kernel", Text: bare(line)})
	}
	d.Input(record.Input{})
	return t
}

// bare cuts syslog heads, kmsg records and levels off, as an envelope would.
func bare(line string) string {
	line = strings.TrimRight(line, "\r")
	if head, rest, ok := strings.Cut(line, ";"); ok && strings.Count(head, ",") >= 3 && len(head) < 60 && !strings.Contains(head, " ") {
		return rest
	}
	if i := strings.Index(line, "kernel: "); i >= 0 && i < 80 {
		return line[i+len("kernel: "):]
	}
	if i := strings.Index(line, "] "); i > 20 && i < 40 && line[0] == '[' && strings.Contains(line[:i], ":") {
		return line[i+2:]
	}
	if i := strings.Index(line, ": ["); i > 0 && i < 16 && strings.Count(line[:i], ":") == 1 {
		return line[i+2:]
	}
	return line
}

func fixtures(t testing.TB) map[string]string {
	paths, err := filepath.Glob("../../fixtures/messages/oom/*/kernel.log")
	if err != nil || len(paths) < 10 {
		t.Fatal("fixtures are missing: ", len(paths), err)
	}
	texts := map[string]string{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(filepath.Dir(p))] = string(b)
	}
	return texts
}

// TestWhy: the expected beginnings follow from the zones, limits and requests in the texts.
func TestWhy(t *testing.T) {
	texts := fixtures(t)
	for name, want := range map[string]string{
		"global-6.1":           "no free memory: every zone that the request may use is below its minimum (Normal: 60.4 MiB free, 60.5 MiB must stay free), and the swap of 24.0 GiB is full",
		"global-numa-3.10-el7": "hardly any free memory: zone Normal of node 1 stood just above its minimum (48.3 MiB free, 44.4 MiB must stay free)",
		"global-3.13-boot":     "no free memory",
		"sysrq-5.13":           "somebody ordered the kill by SysRq",
		"memcg-3.13-no-host":   "cgroup /mem2 reached its memory limit of 980 KiB",
		"memcg-v2-5.15-german": "cgroup /lxc/39004 reached its memory limit of 29.8 GiB",
		"own-numa-6.18":        "the request was bound to NUMA node 1, where 24.1 MiB were free",
	} {
		got := readFixture(texts[name])
		kills := got.of(record.OOMKill)
		if len(kills) == 0 || !strings.HasPrefix(kills[0].OOM.Why, want) {
			t.Errorf("%s: %+v", name, kills)
		}
	}
}

// TestRecomputed: the score that the kernel printed must come out of the dump's own numbers.
func TestRecomputed(t *testing.T) {
	texts := fixtures(t)
	for name, want := range map[string][]int64{"global-numa-3.10-el7": {651}, "global-3.13-boot": {919}, "two-memcg-4.8": {1046, 1003}} {
		for i, k := range readFixture(texts[name]).of(record.OOMKill) {
			if k.OOM.Victim.Badness != record.Known(want[i]) || k.OOM.Victim.Recomputed.Score != record.Known(want[i]) {
				t.Errorf("%s: printed %v, recomputed %+v, want %d", name, k.OOM.Victim.Badness, k.OOM.Victim.Recomputed, want[i])
			}
		}
	}
	// 996 of a cgroup whose limit of memory and swap is not set: the host's swap counts, about 32 GiB.
	k := readFixture(texts["memcg-3.13-no-host"]).of(record.OOMKill)[0].OOM.Victim.Recomputed
	if total, within := k.Inferred.Or(0), k.Within.Or(0); total-within > 32<<30 || total+within < 31<<30 || k.Total.Known() {
		t.Errorf("%+v", k)
	}
}

// TestForeignLines: other lines between those of a dump change nothing.
func TestForeignLines(t *testing.T) {
	noise := []string{"\nIPVS: rr: UDP 10.0.0.1:53 - no destination available", "\nNode 7 is up", "\nCPU0: Core temperature above threshold", "\n[ 12.5] usb 1-1: new device"}
	for name, text := range fixtures(t) {
		plain := summarize(readFixture(text))
		lines := strings.Split(text, "\n")
		var b strings.Builder
		for i, l := range lines {
			b.WriteString(l + noise[i%len(noise)] + "\n")
		}
		if got := summarize(readFixture(b.String())); got != plain {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, plain)
		}
	}
}

func summarize(t *told) string {
	var b strings.Builder
	for _, e := range t.events {
		v, m := e.OOM.Victim, e.OOM.Memory
		fmt.Fprintf(&b, "%s %v %s %v %d tasks %v %v %v %s %q\n", e.Kind, v.PID, v.Comm, v.RSS(), len(e.OOM.Tasks), m.RAM, m.Anon, m.MemcgLimit, e.OOM.Why, e.OOM.Missing)
	}
	return b.String()
}

// TestCutLaw: wherever a log ends, what is still told is told as before or not at all; no victim is invented.
func TestCutLaw(t *testing.T) {
	for name, text := range fixtures(t) {
		whole := map[string]record.Victim{}
		for _, e := range readFixture(text).of(record.OOMKill) {
			whole[e.OOM.Victim.PID.String()] = e.OOM.Victim
		}
		for _, end := range cuts(text) {
			for _, e := range readFixture(text[:end]).of(record.OOMKill) {
				checkCut(t, fmt.Sprintf("%s cut at byte %d", name, end), e, whole)
			}
		}
	}
}

// cuts gives places to cut a text: every line end, and every byte of the lines that name a victim.
func cuts(text string) (ends []int) {
	at := 0
	for line := range strings.Lines(text) {
		decisive := strings.Contains(line, "ill process ") || strings.Contains(line, "illed process ") || strings.Contains(line, "oom-kill:")
		for i := range line {
			if decisive {
				ends = append(ends, at+i)
			}
		}
		at += len(line)
		ends = append(ends, at)
	}
	if len(ends) > 1200 { // a boot log: the lines before the dump say nothing
		ends = ends[len(ends)-1200:]
	}
	return ends
}

func checkCut(t *testing.T, name string, e record.Event, whole map[string]record.Victim) {
	t.Helper()
	v := e.OOM.Victim
	w, ok := whole[v.PID.String()]
	if !ok {
		if hasPart(e.OOM.Missing, "kill") { // a summary that names a thread of the victim
			return
		}
		for pid := range whole { // a pid that ends the text may lack digits, which nothing shows
			if strings.HasPrefix(pid, v.PID.String()) && v.Comm == "" {
				return
			}
		}
		t.Errorf("%s: victim %v (%s) is invented", name, v.PID, v.Comm)
		return
	}
	pairs := [...][2]record.Maybe{{v.TotalVM, w.TotalVM}, {v.Anon, w.Anon}, {v.File, w.File}, {v.Shmem, w.Shmem}, {v.Page, w.Page}, {v.UID, w.UID}, {v.Badness, w.Badness}}
	for i, p := range pairs {
		if p[0].Known() && p[0] != p[1] {
			t.Errorf("%s: value %d is %v, of the whole text %v", name, i, p[0], p[1])
		}
	}
	if !strings.HasPrefix(w.Comm, v.Comm) {
		t.Errorf("%s: %q, of the whole text %q", name, v.Comm, w.Comm)
	}
}

// TestWantsRefusesChatter: ordinary kernel lines are dropped before their time is read.
func TestWantsRefusesChatter(t *testing.T) {
	for _, l := range chatter {
		if wantsOOM([]byte(l)) {
			t.Errorf("wanted: %s", l)
		}
	}
}

var chatter = []string{
	"IPVS: rr: UDP 10.96.0.10:53 - no destination available",
	"br-int: port 5(tap1f) entered forwarding state",
	"usb 1-1: new high-speed USB device number 4 using xhci_hcd",
	"audit: type=1400 audit(1613794841.123:456): apparmor=\"ALLOWED\" operation=\"open\" pid=4321 comm=\"qemu\" requested_mask=\"r\" denied_mask=\"r\" fsuid=107 ouid=0",
	"net_ratelimit: 12 callbacks suppressed",
	"[ 1234.567890] device vnet2 entered promiscuous mode",
	"[ 1234.567890][ T123] IPv6: ADDRCONF(NETDEV_CHANGE): veth1: link becomes ready",
	"EXT4-fs (sda1): mounted filesystem with ordered data mode. Opts: (null)",
	"nf_conntrack: nf_conntrack: table full, dropping packet",
	"kvm [2211]: vcpu0, guest rIP: 0xffffffff disabled perfctr wrmsr: 0xc2 data 0xffff",
	"CPU0: Core temperature above threshold, cpu clock throttled (total events = 1)",
	"Node 0 is online", "DMAR: IOMMU enabled", "Normal operation", "TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.",
	"systemd-journald[512]: Received client request to flush runtime journal.", "OOM killer disabled.", "Killed by signal 15.",
}

func BenchmarkWantsChatter(b *testing.B) {
	var lines [][]byte
	size := 0
	for _, l := range chatter {
		lines = append(lines, []byte(l))
		size += len(l)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, l := range lines {
			if wantsOOM(l) {
				b.Fatal("chatter is wanted")
			}
		}
	}
}

func BenchmarkDump(b *testing.B) {
	text := fixtures(b)["global-6.1"]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if len(readFixture(text).events) != 2 {
			b.Fatal("not read")
		}
	}
}

// FuzzOOM: whatever the bytes are, nothing breaks, every kill names its killer, and one line kills once.
func FuzzOOM(f *testing.F) {
	for _, text := range fixtures(f) {
		f.Add(text)
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, "ill") || strings.Contains(line, "oom") {
				f.Add(line)
			}
		}
	}
	f.Add(elChoice + "\n" + elKill + "\n" + cgLine + "\n" + cgKill)
	f.Fuzz(func(t *testing.T, text string) {
		got := readFixture(text)
		lines := strings.Count(text, "\n") + strings.Count(text, "#012") + strings.Count(text, `\x0a`) + 1
		if len(got.events) > 3*lines {
			t.Fatalf("%d events of %d lines", len(got.events), lines)
		}
		for _, e := range got.events {
			if e.Kind == record.OOMKill && (e.OOM == nil || e.OOM.Killer != "kernel") {
				t.Fatalf("%+v", e)
			}
			if e.OOM != nil && slices.ContainsFunc(e.OOM.Tasks, func(r record.Task) bool { return r.RSS < 0 }) {
				t.Fatalf("negative size: %+v", e.OOM.Tasks)
			}
		}
	})
}
