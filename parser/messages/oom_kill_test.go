package messages

import (
	"testing"

	"oomortem/parser/record"
)

// Every variant of the kill line that formats since 2.6.11 print; what stands in the line is what must come out.
func TestReadKill(t *testing.T) {
	kb := func(n int64) record.Maybe { return record.Known(n * 1024) }
	n := record.Known
	for _, c := range []struct {
		line string
		want record.Victim
	}{
		{"Killed process 7569 (qemu-kvm), UID 107, total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB, shmem-rss:16kB",
			record.Victim{PID: n(7569), UID: n(107), Comm: "qemu-kvm", TotalVM: kb(18283204), Anon: kb(16804564), File: kb(232), Shmem: kb(16)}},
		{"Out of Memory: Killed process 19279 (klauncher).", record.Victim{PID: n(19279), Comm: "klauncher"}},
		{"Out of memory: Killed process 3201, UID 48, (httpd).", record.Victim{PID: n(3201), UID: n(48), Comm: "httpd"}},
		{"Killed process 123 (x) vsz:1234kB, anon-rss:12kB, file-rss:3kB",
			record.Victim{PID: n(123), Comm: "x", TotalVM: kb(1234), Anon: kb(12), File: kb(3)}},
		{"Killed process 20557, UID 188, (haproxy) total-vm:8560500kB, anon-rss:12468kB, file-rss:264kB",
			record.Victim{PID: n(20557), UID: n(188), Comm: "haproxy", TotalVM: kb(8560500), Anon: kb(12468), File: kb(264)}},
		{"Killed process 4503 ((sd-pam)) total-vm:5kB, anon-rss:1kB, file-rss:2kB, shmem-rss:0kB",
			record.Victim{PID: n(4503), Comm: "(sd-pam)", TotalVM: kb(5), Anon: kb(1), File: kb(2), Shmem: kb(0)}},
		{"Memory cgroup out of memory: Killed process 51 (mutmut: wks.api) total-vm:5kB, anon-rss:1kB, file-rss:2kB, shmem-rss:0kB, UID:504 pgtables:59264kB oom_score_adj:-17",
			record.Victim{PID: n(51), UID: n(504), Comm: "mutmut: wks.api", TotalVM: kb(5), Anon: kb(1), File: kb(2), Shmem: kb(0), Page: kb(59264), Adj: n(-17)}},
		{"Out of memory (oom_kill_allocating_task): Killed process 9 (a) total-vm:9k) total-vm:5kB, anon-rss:1kB",
			record.Victim{PID: n(9), Comm: "a) total-vm:9k", TotalVM: kb(5), Anon: kb(1)}},
		{"Killed process 116849 (alloc_anon) total-vm:12236kB, anon-rss:6888kB, file-rss:0kB, shmem-rss:0kB,0",
			record.Victim{PID: n(116849), Comm: "alloc_anon", TotalVM: kb(12236), Anon: kb(6888), File: kb(0), Shmem: kb(0)}},
		{"Out of memory: Killed process 9 (), UID 3) total-vm:5kB, anon-rss:1kB, file-rss:2kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0",
			record.Victim{PID: n(9), UID: n(0), Comm: "), UID 3", TotalVM: kb(5), Anon: kb(1), File: kb(2), Shmem: kb(0), Page: kb(4), Adj: n(0)}},
		{"Killed process 9 (a) total-vm:1), UID 107, total-vm:5kB, anon-rss:1kB, file-rss:2kB, shmem-rss:0kB",
			record.Victim{PID: n(9), UID: n(107), Comm: "a) total-vm:1", TotalVM: kb(5), Anon: kb(1), File: kb(2), Shmem: kb(0)}},
		{"Killed process 9, UID 3, (), UID 4, vsz:), UID 5, (a) total-vm:5kB, anon-rss:1kB, file-rss:2kB", // longer than a name, and all the same
			record.Victim{PID: n(9), UID: n(3), Comm: "), UID 4, vsz:), UID 5, (a", TotalVM: kb(5), Anon: kb(1), File: kb(2)}},
		{"Killed process 5 (ab", record.Victim{PID: n(5), Comm: "ab"}},
		{"Killed process 5 (ab) total-vm:122", record.Victim{PID: n(5), Comm: "ab"}},
	} {
		k, ok := readKill(c.line)
		if !ok || k.victim != c.want {
			t.Errorf("%s\n got %+v %v\nwant %+v", c.line, k.victim, ok, c.want)
		}
	}
}

func TestReadKillRefuses(t *testing.T) {
	for _, line := range []string{
		`"pattern": "Killed process \\d+ (.+) total-vm:\\d+kB, anon-rss:\\d+kB, file-rss:\\d+kB.*"`,
		"Killed process group", "my script: Killed process 12 (x)", "Out of memory: Kill process 7 (x) score 1 or sacrifice child", "",
	} {
		if k, ok := readKill(line); ok {
			t.Errorf("%s: read as a kill: %+v", line, k)
		}
	}
}

func TestReadChoice(t *testing.T) {
	for line, want := range map[string]oomChoice{
		"Out of memory: Kill process 7569 (qemu-kvm) score 256 or sacrifice child":         {pid: 7569, comm: "qemu-kvm", score: record.Known(256), child: true},
		"Out of memory: kill process 5928 (apache2) score 40674 or a child":                {pid: 5928, comm: "apache2", score: record.Known(40674), child: true},
		"Out of Memory: Kill process 123 (x y) score 4711 and children.":                   {pid: 123, comm: "x y", score: record.Known(4711), child: true},
		"Memory cgroup out of memory: Kill process 1381 (x) score 1046 or sacrifice child": {pid: 1381, comm: "x", score: record.Known(1046), memcg: true, child: true},
		"Out of memory: Kill process 7569 (qemu-kvm) score 25":                             {pid: 7569, comm: "qemu-kvm"},
	} {
		if got, ok := readChoice(line); !ok || got != want {
			t.Errorf("%s: got %+v %v", line, got, ok)
		}
	}
}
