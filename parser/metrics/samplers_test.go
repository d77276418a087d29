package metrics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// vmstat writes no time without -t: a pipe through ts(1) of moreutils or awk puts one before each line. The first row is since boot.
func TestVmstatBehindATime(t *testing.T) {
	for _, stamp := range []string{"2026-11-23 00:28:%02d", "[2026-11-23T00:28:%02dZ]", "Mon Nov 23 00:28:%02d UTC 2026", "17953936%02d"} {
		text := fmt.Sprintf(stamp, 80) + " procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n" + fmt.Sprintf(stamp, 80) + "  r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n"
		text = strings.ReplaceAll(text, ":80", ":20")
		for i := range 4 {
			second := 20 + i
			if strings.HasPrefix(stamp, "17") {
				second = 80 + i
			}
			text += fmt.Sprintf(stamp, second) + fmt.Sprintf("  1  0   1024 %d 300000 6000000    %d    0     4     8  100  200  5  1 94  0  0\n", 7000000-i, i)
		}
		s := read(t, "vmstat.txt", text)
		free, in := s.find(t, "free"), s.find(t, "si")
		if v := s.values(free); s.input.Format != "vmstat" || !slices.Equal(v, []float64{7000000 * kib, 6999999 * kib, 6999998 * kib, 6999997 * kib}) || !slices.Equal(s.values(in), []float64{kib, 2 * kib, 3 * kib}) || len(s.problems) > 0 {
			t.Errorf("%s: %q, free %v, si %v, %v", stamp, s.input.Format, v, s.values(in), s.problems)
		}
		if at := first(s, free).At.Wall; s.times() != 4 || at.Second() != 20 && at.Unix() != 1795393680 {
			t.Errorf("%s: %d times from %v", stamp, s.times(), at)
		}
	}
}

// dstat's virtual memory is rates of faults and pages (plugin vm), dool's --mem-adv bytes (plugin mem_adv): neither is the other.
func TestMemoryGroupsOfDstat(t *testing.T) {
	s := read(t, "dool.csv", "\"dool 1.3.2 CSV output\"\n\"Host:\",\"hv08\",,,,\"User:\",\"root\"\n\"Cmdline:\",\"dool\",,,,\"Date:\",\"23 Nov 2026 00:28:00 UTC\"\n"+
		"\"system\",\"advanced memory usage\",,,\"virtual memory\",,,\n\"time\",\"total\",\"free\",\"shmem\",\"majpf\",\"minpf\",\"alloc\",\"free\"\n"+
		"Nov-23 00:28:00,16384000000,7000000000,10000000,1,2,3,4\nNov-23 00:28:05,16384000000,7000000001,10000000,1,2,3,4\n")
	for name, want := range map[string]record.Quantity{"advanced memory usage total": record.HostTotal, "advanced memory usage free": record.HostFree, "advanced memory usage shmem": record.HostShmem, "virtual memory free": ""} {
		if x := s.find(t, name); x.Quantity != want || (x.Unit == record.Bytes) != (want != "") {
			t.Errorf("%+v, want %q", x, want)
		}
	}
}

// virt-top leaves columns of the VMs out with --no-csv-cpu, --no-csv-mem, --no-csv-block and --no-csv-net; memory is KiB whatever its
// heading says. The first row is zeros.
func TestColumnsOfVirtTop(t *testing.T) {
	const host = "Hostname,Time,Count,Total hardware memory (KB)"
	for name, c := range map[string]struct {
		group, row string // of the VM %s with %d KiB
		memory     bool
	}{
		"all":       {",Domain ID,Domain name,CPU (ns),%CPU,Mem (bytes),%Mem,Block RDRQ,Block WRRQ,Net RXBY,Net TXBY", ",1,%s,100,5.0,%d,26,0,0,0,0", true},
		"no disks":  {",Domain ID,Domain name,CPU (ns),%CPU,Mem (bytes),%Mem,Net RXBY,Net TXBY", ",1,%s,100,5.0,%d,26,0,0", true},
		"memory":    {",Domain ID,Domain name,Mem (bytes),%Mem", ",1,%s,%d,26", true},
		"no memory": {",Domain ID,Domain name,CPU (ns),%CPU", ",1,%s,%d,5.0", false},
	} {
		text := host + c.group + "\n"
		for i := range 3 {
			text += fmt.Sprintf("hv08,00:28:%02d,2,16000000", 3*i) + fmt.Sprintf(c.row, "vm-a", 4194304-i) + fmt.Sprintf(c.row, "vm-b", 2097152-i) + "\n"
		}
		s := read(t, "virt-top.csv", text)
		for vm, want := range map[string]float64{"vm-a": 4194304, "vm-b": 2097152} {
			var got []float64
			for _, x := range s.series {
				if x.Name == "Mem" && x.Label("domain") == vm && x.Quantity == record.Balloon {
					got = append(got, s.values(x)...)
				}
			}
			if !slices.Equal(got, map[bool][]float64{true: {(want - 1) * kib, (want - 2) * kib}}[c.memory]) {
				t.Errorf("%s: %s holds %v", name, vm, got)
			}
		}
		if len(s.problems) > 0 || s.input.Format != "virt-top" {
			t.Errorf("%s: %q %v", name, s.input.Format, s.problems)
		}
	}
}

// Files of several nmons put together: those of another host have curves of their own, down to processes that have one number and
// name on both; a second one of the same host goes on with its curves.
func TestNmonsOneAfterAnother(t *testing.T) {
	nmon := func(host string, at time.Time, free, res int) string {
		return "AAA,progname,nmon\nAAA,host," + host + "\nMEM,Memory MB " + host + ",memtotal,memfree\nTOP,+PID,Time,%CPU,%Usr,%Sys,Size,ResSet,ResText,ResData,ShdLib,MinorFault,MajorFault,Command\n" +
			"ZZZZ,T0001," + at.Format("15:04:05,") + strings.ToUpper(at.Format("02-Jan-2006")) + fmt.Sprintf("\nMEM,T0001,16000.0,%d.0\nTOP,0000001,T0001,0.10,0.10,0.00,170000,%d,1000,2000,3000,0,0,systemd\n", free, res)
	}
	at := time.Date(2026, 11, 23, 0, 28, 0, 0, time.UTC)
	s := read(t, "x.nmon", nmon("hv08", at, 7000, 13000)+nmon("hv09", at, 3000, 14000)+nmon("hv08", at.Add(time.Hour), 6000, 15000))
	for _, c := range []struct {
		name, host string
		want       []float64
	}{
		{"memfree", "", []float64{7000 * mib, 6000 * mib}}, {"memfree", "hv09", []float64{3000 * mib}},
		{"ResSet", "", []float64{13000 * kib, 15000 * kib}}, {"ResSet", "hv09", []float64{14000 * kib}},
	} {
		if v := s.values(s.find(t, c.name, "host", c.host)); !slices.Equal(v, c.want) {
			t.Errorf("%s of %q: %v, want %v", c.name, c.host, v, c.want)
		}
	}
}

// sar --pretty puts the name of a device behind its values: such rows, however many, are no headings that crowd out those to come.
func TestSarWithDevicesLast(t *testing.T) {
	text := "Linux 6.8.0 (hv08) \t2026-11-23 \t_x86_64_\t(8 CPU)\n\n00:10:01         rkB/s     wkB/s  DEV\n"
	for i := range 2 * maxSections {
		text += fmt.Sprintf("00:20:01          %d.0k      2.0k  sd%d\n", i%10, i)
	}
	text += "\n00:10:01     kbhugfree kbhugused  %hugused\n00:20:01          0.0k      4.0G    100.0%\n"
	s := read(t, "sar.txt", text)
	if v := s.values(s.find(t, "kbhugused")); !slices.Equal(v, []float64{4 << 30}) || len(s.series) != 3 {
		t.Errorf("%v of %d series", v, len(s.series))
	}
}

// A pipe puts a time before each line of free, kubectl top and docker stats too.
func TestTablesBehindATime(t *testing.T) {
	for name, c := range map[string]struct{ format, block, series string }{
		"free":    {"free", "               total        used        free      shared  buff/cache   available\nMem:        16000000     5000000     7000000       10000     4000000    10000000\nSwap:        2097148           0     2097148\n", "Mem available"},
		"kubectl": {"kubectl-top", "NAME    CPU(cores)   MEMORY(bytes)\nweb-1   5m           50Mi\n", "MEMORY(bytes)"},
		"docker":  {"docker-stats", "CONTAINER ID   NAME   CPU %   MEM USAGE / LIMIT   MEM %\nb7de80246e82   web   0.29%   463.8MiB / 5.892GiB   7.69%\n", "MEM USAGE"},
		"chosen":  {"docker-stats", "web 463.8MiB / 5.892GiB\n", "MEM USAGE"},
	} {
		for _, stamp := range []string{"2026-11-23 00:28:0%d ", "[2026-11-23T00:28:0%dZ] ", "2026-11-23 00:28:0%d UTC: "} {
			text := ""
			for i := range 4 {
				for line := range strings.Lines(c.block) {
					text += fmt.Sprintf(stamp, i) + line
				}
			}
			s := read(t, "memory.txt", text)
			if x := s.find(t, c.series); s.input.Format != c.format || len(s.values(x)) != 4 || s.times() != 4 || len(s.problems) > 0 {
				t.Errorf("%s behind %q: %q, %v at %d times, %v", name, stamp, s.input.Format, s.values(x), s.times(), s.problems)
			}
			if at := s.samples[0].At; at.Wall.Format(time.DateTime) != "2026-11-23 00:28:00" {
				t.Errorf("%s: %+v", name, at)
			}
		}
	}
}
