package metrics

import (
	"fmt"
	"slices"
	"strings"
	"testing"

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
