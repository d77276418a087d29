package metrics

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// listing is what virsh dommemstat prints of a VM, with the empty line behind it.
func listing(rss int) string {
	return fmt.Sprintf("actual 4194304\nswap_in 0\navailable 4000000\nusable 1500000\nlast_update 1795393725\nrss %d\n\n", rss)
}

// loopOf repeats what a loop prints for two VMs behind dates one second apart.
func loopOf(block func(i int) string) string {
	var b strings.Builder
	for i := range 4 {
		fmt.Fprintf(&b, "Mon Nov 23 00:28:%02d UTC 2026\n%s", i, block(i))
	}
	return b.String()
}

// A loop over several VMs is several curves, however it tells them apart. rss is in KiB (virsh(1), dommemstat).
func TestLoopsOverSeveralVMs(t *testing.T) {
	for name, block := range map[string]func(i int) string{
		"bare names":   func(i int) string { return "vm-a\n" + listing(3000000+i) + "vm-b\n" + listing(1000000+i) },
		"framed names": func(i int) string { return "=== vm-a ===\n" + listing(3000000+i) + "--- vm-b\n" + listing(1000000+i) },
		"with a word":  func(i int) string { return "VM: vm-a\n" + listing(3000000+i) + "VM: vm-b\n" + listing(1000000+i) },
		"only rss": func(i int) string { // 3000000 and 1000000 are no whole pages, so that they are no bytes
			return fmt.Sprintf("vm-a\nrss %d\nvm-b\nrss %d\n", 3000000+i, 1000000+i)
		},
		"prompts": func(i int) string {
			return "+ virsh dommemstat vm-a\n" + listing(3000000+i) + "+ virsh dommemstat vm-b\n" + listing(1000000+i)
		},
	} {
		s := read(t, "memory.txt", loopOf(block))
		if s.input.Format != "memory-loop" {
			t.Errorf("%s: taken for %q", name, s.input.Format)
			continue
		}
		for vm, least := range map[string]float64{"vm-a": 3000000, "vm-b": 1000000} {
			x := s.find(t, "rss", "domain", vm)
			want := []float64{least * kib, (least + 1) * kib, (least + 2) * kib, (least + 3) * kib}
			if v := s.values(x); !slices.Equal(v, want) || x.Subject != vm || x.Quantity != record.RSS {
				t.Errorf("%s: %v %+v, want %v", name, v, x, want)
			}
		}
		if len(s.problems) > 0 {
			t.Errorf("%s: %v", name, s.problems)
		}
	}
}

// A line before each block may hold the time and the name, in either order and with a frame around them; rss of 3000000 and
// 1000000 are no whole pages, so that they are KiB. 1795393709 is 2026-11-23 00:28:29 UTC.
func TestLoopsWithTheNameBesideTheTime(t *testing.T) {
	for name, c := range map[string]struct {
		line  string // of the time with seconds %[1]s, as an epoch %[2]d, and the name %[3]s
		lacks record.Lack
	}{
		"framed":                  {"=== 2026-11-23 00:28:%[1]s %[3]s", record.LacksZone},
		"framed on both sides":    {"--- 2026-11-23T00:28:%[1]sZ %[3]s ---", 0},
		"with a zone":             {"### 2026-11-23 00:28:%[1]s UTC %[3]s ###", 0},
		"with another zone":       {"### 2026-11-23 00:28:%[1]s CEST %[3]s ###", record.LacksZone},
		"in brackets":             {"[2026-11-23 00:28:%[1]s] %[3]s", record.LacksZone},
		"bare":                    {"2026-11-23T00:28:%[1]s+00:00 %[3]s", 0},
		"the name first":          {"=== %[3]s 2026-11-23 00:28:%[1]s ===", record.LacksZone},
		"the name, at":            {"%[3]s @ 2026-11-23 00:28:%[1]s", record.LacksZone},
		"a word before the name":  {"== 2026-11-23T00:28:%[1]sZ VM: %[3]s", 0},
		"epoch":                   {"# %[2]d %[3]s", 0},
		"date(1)":                 {"== Mon Nov 23 00:28:%[1]s UTC 2026 %[3]s ==", 0},
		"date(1), the name first": {"%[3]s Mon Nov 23 00:28:%[1]s UTC 2026", 0},
		"date(1), en_US":          {"== Mon 23 Nov 2026 12:28:%[1]s AM UTC %[3]s", 0},
	} {
		text := ""
		for i := range 4 {
			for vm, rss := range map[string]int{"vm-a": 3000000, "vm-b": 1000000} {
				text += fmt.Sprintf(c.line, fmt.Sprint(29+i), 1795393709+i, vm) + fmt.Sprintf("\nrss %d\n", rss+i)
			}
		}
		s := read(t, "memory.txt", text)
		if s.input.Format != "memory-loop" {
			t.Errorf("%s: taken for %q", name, s.input.Format)
			continue
		}
		for vm, least := range map[string]float64{"vm-a": 3000000, "vm-b": 1000000} {
			x := s.find(t, "rss", "domain", vm)
			want := []float64{least * kib, (least + 1) * kib, (least + 2) * kib, (least + 3) * kib}
			if v := s.values(x); !slices.Equal(v, want) {
				t.Errorf("%s: %s is %v, want %v", name, vm, v, want)
			}
		}
		if at := s.samples[0].At; at.Wall.Format(time.DateTime) != "2026-11-23 00:28:29" || at.Lacks != c.lacks || len(s.problems) > 0 {
			t.Errorf("%s: the first at %v, lacking %v; %v", name, at.Wall, at.Lacks, s.problems)
		}
	}
}

// A frame around the time alone names nobody, and neither does a word of what date(1) prints or one that says "time".
func TestLoopsWithAFramedTime(t *testing.T) {
	for _, line := range []string{"=== 2026-11-23 00:28:%02d", "== 2026-11-23T00:28:%02dZ ==", "----- Mon Nov 23 00:28:%02d UTC 2026 -----", "### Mo 23. Nov 00:28:%02d CET 2026",
		"Time: 2026-11-23 00:28:%02d", "# Mon 23 Nov 2026 12:28:%02d AM CST", "2026-11-23 00:28:%02d CET", "[17953937%02d]"} {
		text := ""
		for i := range 4 {
			text += fmt.Sprintf(line, 29+i) + fmt.Sprintf("\nMemAvailable: %d kB\n/sys/fs/cgroup/web.slice/memory.current:%d\n", 1000+i, 4096*i)
		}
		s := read(t, "memory.txt", text)
		if x := s.find(t, "MemAvailable"); s.input.Format != "memory-loop" || !slices.Equal(s.values(x), []float64{1000 * kib, 1001 * kib, 1002 * kib, 1003 * kib}) || x.Subject != "" || s.times() != 4 {
			t.Errorf("%q: %q, %v of %q at %d times", line, s.input.Format, s.values(x), x.Subject, s.times())
		}
		if x := s.find(t, "memory.current"); x.Subject != "web.slice" || len(s.values(x)) != 4 {
			t.Errorf("%q: %v of %q", line, s.values(x), x.Subject)
		}
	}
}

// Where nothing names them they are kept apart by their order, and it is said.
func TestLoopsOverVMsWithoutNames(t *testing.T) {
	s := read(t, "dommemstat-all.txt", loopOf(func(i int) string { return listing(3000000+i) + listing(1000000+i) }))
	var got [][]float64
	for _, x := range s.series {
		if x.Name == "rss" {
			got = append(got, s.values(x))
			if x.Subject != "" {
				t.Errorf("%v is said to be of %q, which nothing tells", x, x.Subject)
			}
		}
	}
	if len(got) != 2 || len(got[0]) != 4 || len(got[1]) != 4 || got[0][3] != 3000003*kib || got[1][3] != 1000003*kib {
		t.Errorf("%v", got)
	}
	if !s.said("several listings follow one date") {
		t.Errorf("not told: %v", s.problems)
	}
}

// A name before a machine's own numbers is a host's; a VM's name does not spread to what follows its listing, and a
// heading that names the source names nobody.
func TestNamesInLoops(t *testing.T) {
	for name, c := range map[string]struct {
		block         string
		key, of       string
		isVM          bool
		key2, of2     string
		domainOfOther string
	}{
		"two hosts":        {"kvm1\nMemTotal: 100 kB\nMemAvailable: 50 kB\nkvm2\nMemTotal: 100 kB\nMemFree: 40 kB\n", "MemAvailable", "kvm1", false, "MemFree", "kvm2", ""},
		"a VM, then host":  {"vm-a\nactual 4194304\nrss 3000000\n\nMemAvailable: 50 kB\n", "rss", "vm-a", true, "MemAvailable", "", ""},
		"no line between":  {"vm-a\nactual 4194304\nrss 3000000\nMemAvailable: 50 kB\n", "rss", "vm-a", true, "MemAvailable", "", ""},
		"names of sources": {"==> /proc/meminfo <==\nMemTotal: 100 kB\nMemAvailable: 50 kB\n==> /proc/vmstat <==\npswpin 4\noom_kill 0\n", "MemAvailable", "", false, "oom_kill", "", ""},
		"a cgroup":         {"web-1\nanon 8192\nfile 4096\nweb-2\nfile 4096\nshmem 4096\n", "anon", "web-1", false, "shmem", "web-2", ""},
	} {
		s := read(t, "loop.txt", loopOf(func(int) string { return c.block }))
		x, y := s.find(t, c.key), s.find(t, c.key2)
		if x.Subject != c.of || (x.Label("domain") != "") != c.isVM || y.Subject != c.of2 || y.Label("domain") != "" {
			t.Errorf("%s: %+v of %q, %+v of %q; want %q and %q", name, x, x.Subject, y, y.Subject, c.of, c.of2)
		}
	}
}

// What head, tail and grep print of several files tells them apart: libvirt's scope names the VM (systemd escapes a dash as
// \x2d), another cgroup's directory is its name, and /proc/pressure has a file for each resource.
func TestPathsInLoops(t *testing.T) {
	const root = "/sys/fs/cgroup/machine.slice/"
	const a, b = root + `machine-qemu\x2d1\x2dvm\x2da.scope/`, root + `machine-qemu\x2d12\x2dvm\x2db.scope/`
	heads := func(file, value string) string { return "==> " + file + " <==\n" + value + "\n\n" }
	greps := func(file, value string) string { return file + ":" + value + "\n" }
	for name, show := range map[string]func(file, value string) string{"head": heads, "grep": greps} {
		s := read(t, "loop.txt", loopOf(func(i int) string {
			return show(a+"memory.current", fmt.Sprint(4096000+4096*i)) + show(a+"memory.max", "8192000") + show(b+"memory.current", fmt.Sprint(2048000+4096*i)) +
				show("/sys/fs/cgroup/system.slice/web.service/memory.current", "4096") + show("/proc/meminfo", "MemAvailable:   1000 kB") +
				show("/proc/pressure/cpu", "some avg10=9.00 avg60=0.00 avg300=0.00 total=1") + show("/proc/pressure/io", "some avg10=7.00 avg60=0.00 avg300=0.00 total=1") +
				show("/proc/pressure/memory", fmt.Sprintf("some avg10=%d.50 avg60=0.00 avg300=0.00 total=1", i))
		}))
		for _, c := range []struct {
			key, label, value string
			q                 record.Quantity
			subject           string
			want              []float64
		}{
			{"memory.current", "domain", "vm-a", record.MemoryUsed, "vm-a", []float64{4096000, 4100096, 4104192, 4108288}},
			{"memory.current", "domain", "vm-b", record.MemoryUsed, "vm-b", []float64{2048000, 2052096, 2056192, 2060288}},
			{"memory.max", "domain", "vm-a", record.Limit, "vm-a", []float64{8192000, 8192000, 8192000, 8192000}},
			{"memory.current", "domain", "", record.MemoryUsed, "web.service", []float64{4096, 4096, 4096, 4096}},
			{"MemAvailable", "domain", "", record.HostAvailable, "", []float64{1000 * kib, 1000 * kib, 1000 * kib, 1000 * kib}},
			{"some avg10", "pressure", "cpu", "", "", []float64{.09, .09, .09, .09}},
			{"some avg10", "pressure", "io", "", "", []float64{.07, .07, .07, .07}},
			{"some avg10", "pressure", "memory", record.Pressure, "", []float64{.005, .015, .025, .035}},
		} {
			x := s.find(t, c.key, c.label, c.value)
			near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
			if v := s.values(x); !slices.EqualFunc(v, c.want, near) || x.Quantity != c.q || x.Subject != c.subject {
				t.Errorf("%s: %v %+v of %q, want %v", name, v, x, x.Subject, c.want)
			}
		}
		if len(s.problems) > 0 {
			t.Errorf("%s: %v", name, s.problems)
		}
	}
}

// Each cgroup is a series that its label names, however the loop prints the paths: names come again in other branches, paths may
// begin where the loop was called, and a script may have printed a name of its own before the number.
func TestCgroupsInLoops(t *testing.T) {
	const root = "/sys/fs/cgroup/"
	const pod1, pod2 = "kubepods.slice/pod1/app", "kubepods.slice/pod2/app"
	for name, c := range map[string]struct {
		show                func(group string, bytes int) string
		groups              [2]string
		label, first, other string
	}{
		"grep":                   {func(g string, b int) string { return fmt.Sprintf("%s%s/memory.current:%d\n", root, g, b) }, [2]string{pod1, pod2}, "cgroup", "/" + pod1, "/" + pod2},
		"grep of v1":             {func(g string, b int) string { return fmt.Sprintf("%smemory/%s/memory.usage_in_bytes:%d\n", root, g, b) }, [2]string{pod1, pod2}, "cgroup", "/" + pod1, "/" + pod2},
		"grep of another mount":  {func(g string, b int) string { return fmt.Sprintf("/cgroup/memory/%s/memory.usage_in_bytes:%d\n", g, b) }, [2]string{pod1, pod2}, "cgroup", "/" + pod1, "/" + pod2},
		"grep below the root":    {func(g string, b int) string { return fmt.Sprintf("%s/memory.current:%d\n", g, b) }, [2]string{pod1, pod2}, "cgroup", "/" + pod1, "/" + pod2},
		"find below the root":    {func(g string, b int) string { return fmt.Sprintf("./%s/memory.current:%d\n", g, b) }, [2]string{"web", "db"}, "cgroup", "/web", "/db"},
		"head below the root":    {func(g string, b int) string { return fmt.Sprintf("==> %s/memory.current <==\n%d\n\n", g, b) }, [2]string{"web", "db"}, "cgroup", "/web", "/db"},
		"echo of path and value": {func(g string, b int) string { return fmt.Sprintf("%s%s/memory.current %d\n", root, g, b) }, [2]string{pod1, pod2}, "cgroup", "/" + pod1, "/" + pod2},
		"with a colon":           {func(g string, b int) string { return fmt.Sprintf("%s%s/memory.current: %d\n", root, g, b) }, [2]string{pod1, pod2}, "cgroup", "/" + pod1, "/" + pod2},
		"names":                  {func(g string, b int) string { return fmt.Sprintf("%s\n%d\n", g, b) }, [2]string{"web", "db"}, "name", "web", "db"},
		"memory.stat":            {func(g string, b int) string { return fmt.Sprintf("%s%s/memory.stat:anon %d\n", root, g, b) }, [2]string{pod1, pod2}, "cgroup", "/" + pod1, "/" + pod2},
	} {
		s := read(t, "groups.txt", loopOf(func(i int) string { return c.show(c.groups[0], 4096*(1000+i)) + c.show(c.groups[1], 4096*(10+i)) }))
		if s.input.Format != "memory-loop" || len(s.series) != 2 || len(s.problems) > 0 {
			t.Errorf("%s: %q, %d series, %v", name, s.input.Format, len(s.series), s.problems)
			continue
		}
		for i, want := range []struct {
			label string
			first float64
		}{{c.first, 4096 * 1000}, {c.other, 4096 * 10}} {
			x := s.series[i]
			if v := s.values(x); x.Label(c.label) != want.label || x.Subject != want.label[strings.LastIndexByte(want.label, '/')+1:] || x.Quantity != record.MemoryUsed && x.Quantity != record.RSS || !slices.Equal(v, []float64{want.first, want.first + 4096, want.first + 8192, want.first + 12288}) {
				t.Errorf("%s: %+v of %q, %v; want %q", name, x, x.Subject, v, want.label)
			}
		}
	}
	s := read(t, "memory.current.txt", loopOf(func(i int) string { return fmt.Sprintf("%d\n%d\n", 4096*(1000+i), 4096*(10+i)) })) // no names at all
	if len(s.series) != 2 || s.series[0].Quantity != record.MemoryUsed || s.series[1].Quantity != record.MemoryUsed || !s.said("several listings follow one date") {
		t.Errorf("%+v %v", s.series, s.problems)
	}
}

// /proc/meminfo as a whole has many lines that are not read (proc_pid_meminfo(5)); memory.stat of cgroup v1 writes the biggest count
// of pages where there is no limit.
func TestWholeFilesInLoops(t *testing.T) {
	s := read(t, "memory.txt", loopOf(func(i int) string {
		return fmt.Sprintf("MemTotal:       16000000 kB\nMemFree:         %d kB\nMemAvailable:   10000000 kB\nSwapCached:            0 kB\nActive:          3000000 kB\nInactive:        2000000 kB\nActive(anon):     400000 kB\nMlocked:               0 kB\nHugePages_Total:       0\nHugepagesize:       2048 kB\nDirectMap4k:      100000 kB\n", 7000000-i)
	}))
	if v := s.values(s.find(t, "MemFree")); s.input.Format != "memory-loop" || !slices.Equal(v, []float64{7000000 * kib, 6999999 * kib, 6999998 * kib, 6999997 * kib}) || len(s.series) != 3 {
		t.Errorf("%q: %v of %d series", s.input.Format, v, len(s.series))
	}
	s = read(t, "memory.stat", loopOf(func(int) string { return "cache 8192\nrss 409600\nhierarchical_memory_limit 9223372036854771712\n" }))
	for _, x := range s.series {
		if x.Quantity == record.Limit {
			t.Errorf("%+v %v", x, s.values(x))
		}
	}
}

// A time may stand before each line that is known by its own word, and the name of a process before the sizes of its status. What is
// known by nothing is no loop over memory, least of all a log.
func TestLoopsWithATimeBeforeEachLine(t *testing.T) {
	text := ""
	for i := range 4 {
		text += fmt.Sprintf("2026-11-23 00:28:0%[1]d some avg10=%[1]d.50 avg60=0.00 avg300=0.00 total=1\n2026-11-23 00:28:0%[1]d MemFree:  %[2]d kB\n", i, 7000000-i)
	}
	s := read(t, "memory.txt", text)
	if v := s.values(s.find(t, "MemFree")); s.input.Format != "memory-loop" || !slices.Equal(v, []float64{7000000 * kib, 6999999 * kib, 6999998 * kib, 6999997 * kib}) || s.times() != 4 {
		t.Errorf("%q: %v at %d times", s.input.Format, v, s.times())
	}
	if x := s.find(t, "some avg10"); x.Quantity != record.Pressure || len(s.values(x)) != 4 {
		t.Errorf("%v %+v", s.values(x), x)
	}
	s = read(t, "status.txt", loopOf(func(i int) string {
		return fmt.Sprintf("Name:\tjava\nVmPeak:\t 9000000 kB\nVmRSS:\t %d kB\nVmSwap:\t 0 kB\nThreads:\t12\n", 4200000+i)
	}))
	if x := s.find(t, "VmRSS"); s.input.Format != "memory-loop" || len(s.values(x)) != 4 || x.Subject != "java" || x.Quantity != record.RSS {
		t.Errorf("%q: %v %+v", s.input.Format, s.values(x), x)
	}
	for _, line := range []string{"workers: 3", "INFO available 3 of 4", "some of them 3"} {
		if s := read(t, "app.log", strings.Repeat("2026-11-23 00:28:29 "+line+"\n", 4)); s.input.Format == "memory-loop" {
			t.Errorf("%q is taken for a loop over memory", line)
		}
	}
	if s := read(t, "loop.txt", loopOf(func(int) string { return "connections\nactive: 57\n" })); s.input.Format == "memory-loop" {
		t.Error("counts are taken for memory")
	}
}

// What a bare number is says the name of the file that it comes from (cgroup-v2.rst; cgroup-v1's memory.rst).
func TestFilesOfBareNumbers(t *testing.T) {
	for file, want := range map[string]record.Quantity{
		"memory.current.txt": record.MemoryUsed, "memory.usage_in_bytes": record.MemoryUsed, "web.txt": record.MemoryUsed, "memory.txt": record.MemoryUsed,
		"memory.max.txt": record.Limit, "memory.limit_in_bytes": record.Limit, "memory.max_usage_in_bytes": "", "memory.peak": "", "memory.high": "", "memory.swap.current": "", "memory.memsw.usage_in_bytes": "",
	} {
		s := read(t, file, loopOf(func(int) string { return "4096000\n" }))
		if len(s.series) != 1 || s.series[0].Quantity != want {
			t.Errorf("%s: %+v, want %q", file, s.series, want)
		}
	}
}

// A cgroup's memory is counted in whole pages (mm/page_counter.c). Numbers that nothing names and that are none, such as what
// ps -o rss= prints, or a count of connections, are no bytes.
func TestBareNumbersThatAreNoPages(t *testing.T) {
	for _, c := range []struct {
		file    string
		numbers []float64
		want    record.Quantity
	}{
		{"vm.txt", []float64{4096000, 8192, 4096, 0}, record.MemoryUsed},
		{"vm.txt", []float64{3000001, 3000002, 3000003, 3000004}, ""},
		{"vm.txt", []float64{0, 4096, 57, 58}, ""},
		{"memory.current.txt", []float64{4096, 4097, 4098, 4099}, record.MemoryUsed}, // its name tells
	} {
		s := read(t, c.file, loopOf(func(i int) string { return fmt.Sprintf("%.0f\n", c.numbers[i]) }))
		if len(s.series) != 1 {
			t.Errorf("%s: %d series", c.file, len(s.series))
			continue
		}
		x := s.series[0]
		if !slices.Equal(s.values(x), c.numbers) || x.Quantity != c.want || (x.Unit == record.Bytes) != (c.want != "") {
			t.Errorf("%s %v: %v %+v, want %q", c.file, c.numbers, s.values(x), x, c.want)
		}
	}
}

// rss of a VM alone is in KiB: by the file's name, or since a cgroup's counters in bytes are whole pages.
func TestUnitOfRSSInLoops(t *testing.T) {
	for _, c := range []struct {
		file, block string
		want        float64
	}{
		{"dommemstat-vm1.txt", "rss 391168\n", 391168 * kib}, // 95.5 pages, were it bytes; and the file's name tells
		{"dommemstat-vm1.txt", "rss 409600\n", 409600 * kib}, // 100 pages: the name decides
		{"vm1.txt", "rss 391148\n", 391148 * kib},
		{"memory.stat", "cache 8192\nrss 409600\n", 409600},
	} {
		s := read(t, c.file, loopOf(func(int) string { return c.block }))
		if v := s.values(s.find(t, "rss")); v[0] != c.want {
			t.Errorf("%s %q: %v, want %v", c.file, c.block, v[0], c.want)
		}
	}
}

// PSI is memory's where nothing says another kind (Documentation/accounting/psi.rst: cpu, io and memory look alike).
func TestPressureIsMemorysUnlessSomethingElseIsSaid(t *testing.T) {
	const stall = "some avg10=0.50 avg60=1.00 avg300=0.10 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
	for _, c := range []struct {
		file, block string
		want        []record.Quantity // of the series "some avg10", in their order
	}{
		{"psi_production.txt", stall, []record.Quantity{record.Pressure}},
		{"memory.pressure.txt", stall, []record.Quantity{record.Pressure}},
		{"pressure.io", stall, []record.Quantity{""}},
		{"psi-io.txt", stall, []record.Quantity{""}},
		{"psi_cpu.log", stall, []record.Quantity{""}},
		{"pressure.txt", "==> /proc/pressure/io <==\n" + stall, []record.Quantity{""}},
		{"pressure.txt", stall + stall + stall, []record.Quantity{"", "", ""}}, // cat /proc/pressure/*
	} {
		s := read(t, c.file, loopOf(func(int) string { return c.block }))
		var got []record.Quantity
		for _, x := range s.series {
			if x.Name == "some avg10" {
				got = append(got, x.Quantity)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %q: %q, want %q", c.file, c.block[:20], got, c.want)
		}
	}
	s := read(t, "psi.txt", stall+stall+stall) // no dates: one block after another
	if x := s.find(t, "some avg10"); len(s.values(x)) != 3 || s.times() != 3 || x.Quantity != record.Pressure {
		t.Errorf("%v at %d times, %+v", s.values(x), s.times(), x)
	}
}

// Lines that are none of these files' do not become curves because dates stand between them.
func TestOtherLoopsAreLeftAlone(t *testing.T) {
	for _, text := range []string{"2026-11-23 00:28:29 web\n57\n2026-11-23 00:28:30 web\n58\n", "2026-11-23 00:28:29 INFO started\nmax 4\n2026-11-23 00:28:30 INFO done\nmax 4\n"} {
		if s := read(t, "loop.txt", text); s.input.Format == "memory-loop" {
			t.Errorf("%q is taken for a loop over memory", text)
		}
	}
	for _, block := range []string{"connections\n57\n", "web\nanything 3\n", "web 3\ndb 4\n", "INFO\nstarted worker 3\nmax 4\n"} {
		if s := read(t, "loop.txt", loopOf(func(int) string { return block })); s.input.Format == "memory-loop" {
			t.Errorf("%q is taken for a loop over memory", block)
		}
	}
}
