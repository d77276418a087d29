package metrics

import (
	"slices"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// Before procps-ng 3.3.10 (NEWS: "top: memory lines are as free's") used counts buffers and cache, and the cache's size
// stands in swap's row; neither is a host that is full.
func TestOldTopCountsTheCacheAsUsed(t *testing.T) {
	for name, rows := range map[string]string{
		"procps 3.2.8":    "Mem:  16266300k total, 16000000k used,   266300k free,   343936k buffers\nSwap:  2097144k total,        0k used,  2097144k free, 12000000k cached\n",
		"procps-ng 3.3.9": "KiB Mem:  16266300 total, 16000000 used,   266300 free,   343936 buffers\nKiB Swap:  2097144 total,        0 used,  2097144 free. 12000000 cached Mem\n",
	} {
		screen := "top - 00:28:00 up 33 min,  1 user,  load average: 9.83, 4.46, 2.56\n" + rows + "\n  PID USER      PR  NI  VIRT  RES  SHR S %CPU %MEM    TIME+  COMMAND\n 4733 qemu      20   0 2405m 1.1g 2972 S 23.5  4.5   0:12.01 qemu-kvm\n\n"
		s := read(t, "top.txt", screen+strings.Replace(screen, "00:28:00", "00:28:05", 1))
		for _, c := range []struct {
			series   string
			quantity record.Quantity
			value    float64
		}{
			{"Mem used", "", 16000000}, {"Mem buffers", "", 343936}, {"Mem cached", record.HostCached, 12000000}, {"Mem free", record.HostFree, 266300},
			{"Mem free+buffers+cached", record.HostAvailable, 266300 + 343936 + 12000000},
			{"Mem used-buffers-cached", record.HostUsed, 16000000 - 343936 - 12000000},
			{"Swap free", record.HostSwapFree, 2097144}, {"Swap used", record.HostSwapUsed, 0},
		} {
			x := s.find(t, c.series)
			if v := s.values(x); !slices.Equal(v, []float64{c.value * kib, c.value * kib}) || x.Quantity != c.quantity {
				t.Errorf("%s, %s: %v as %q, want %v KiB as %q", name, c.series, v, x.Quantity, c.value, c.quantity)
			}
		}
		if !s.said("counts the page cache as used") {
			t.Errorf("%s: not told: %v", name, s.problems)
		}
	}
}
