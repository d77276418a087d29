package metrics

import (
	"fmt"
	"slices"
	"testing"

	"oomortem/parser/record"
)

// sysstat 11.7.3 prints kbavail, and kbmemused is total-free with the page cache in it (CHANGES: "sar: Display memory
// utilization like free command" came with 11.7.4). %memused is the share of the total: 14000000 of 16000000 kB are
// 87.50 in the old meaning; without 9000000 kB of caches they are 5000000 of 16000000, 31.25.
func TestKbmemusedBesideKbavail(t *testing.T) {
	const banner = "Linux 4.18.0 (hv08) \t11/23/2026 \t_x86_64_\t(8 CPU)\n\n00:00:01    "
	const names = "kbmemfree   kbavail kbmemused  %memused kbbuffers  kbcached"
	const flat = "# hostname;interval;timestamp;kbmemfree;kbavail;kbmemused;%memused;kbbuffers;kbcached\n"
	for name, c := range map[string]struct {
		text string
		old  bool
	}{
		"sar of 11.7.3":  {banner + names + "\n00:00:02      2000000  10500000  14000000     87.50    500000   8500000\n00:00:03      2000000  10500000  14000000     87.50    500000   8500000\n", true},
		"sar of 11.7.4":  {banner + names + "\n00:00:02      2000000  10500000   5000000     31.25    500000   8500000\n00:00:03      2000000  10500000   5000000     31.25    500000   8500000\n", false},
		"sadf of 11.7.3": {flat + "hv08;1;2026-11-23 00:00:02 UTC;2000000;10500000;14000000;87.50;500000;8500000\nhv08;1;2026-11-23 00:00:03 UTC;2000000;10500000;14000000;87.50;500000;8500000\n", true},
		"sadf of 12.7.8": {flat + "hv08;1;2026-11-23 00:00:02 UTC;2000000;10500000;5500000;34.38;500000;8500000\nhv08;1;2026-11-23 00:00:03 UTC;2000000;10500000;5500000;34.38;500000;8500000\n", false},
	} {
		s := read(t, "memory.txt", c.text)
		used := s.find(t, "kbmemused")
		if s.said("counts the page cache as used") != c.old || (used.Quantity == record.HostUsed) == c.old {
			t.Errorf("%s: kbmemused is %q, %v", name, used.Quantity, s.problems)
		}
		if x := s.find(t, "kbavail"); x.Quantity != record.HostAvailable || len(s.values(x)) != 2 {
			t.Errorf("%s: %+v", name, x)
		}
		if !c.old {
			continue
		}
		x := s.find(t, "kbmemfree+kbmemused-kbavail")
		want := (2000000 + 14000000 - 10500000.) * kib
		if v := s.values(x); !slices.Equal(v, []float64{want, want}) || x.Quantity != record.HostUsed || x.Subject != "hv08" {
			t.Errorf("%s: %v %+v, want %v", name, v, x, want)
		}
	}
}

// pidstat before sysstat 10 has no column UID; the heading comes again before each row.
func TestPidstatWithoutUID(t *testing.T) {
	text := "Linux 2.6.32 (kvm01) \t11/23/2026 \t_x86_64_\t(8 CPU)\n"
	for i := range 3 {
		text += fmt.Sprintf("\n12:28:0%d AM       PID  minflt/s  majflt/s     VSZ    RSS   %%MEM  Command\n12:28:0%d AM      5384     34.78      0.00 5613720 420%d000  26.03  qemu-kvm\n", i, i+1, i)
	}
	s := read(t, "pidstat.txt", text)
	x := s.find(t, "RSS", "pid", "5384")
	if v := s.values(x); !slices.Equal(v, []float64{4200000 * kib, 4201000 * kib, 4202000 * kib}) || s.input.Format != "pidstat" || x.Quantity != record.RSS || x.Subject != "qemu-kvm" {
		t.Errorf("%q: %v %+v", s.input.Format, v, x)
	}
}

// tps of sar -b are transfers to the disks (sar(1)), in every form that sadf gives them.
func TestTransfersOfDisksAreNoLoad(t *testing.T) {
	for name, text := range map[string]string{
		"sar":     "Linux 6.1.0 (hv08) \t11/23/2026 \t_x86_64_\t(8 CPU)\n\n00:00:01          tps      rtps      wtps      dtps   bread/s   bwrtn/s   bdscd/s\n00:00:02        20.85     12.83      8.02      0.00     57.43     64.16      0.00\n",
		"sadf -d": "# hostname;interval;timestamp;tps;rtps;wtps;dtps;bread/s;bwrtn/s;bdscd/s\nhv08;1;2026-11-23 00:00:02 UTC;20.85;12.83;8.02;0.00;57.43;64.16;0.00\n",
		"sadf -p": "hv08\t1\t2026-11-23 00:00:02 UTC\t-\ttps\t20.85\nhv08\t1\t2026-11-23 00:00:02 UTC\t-\trtps\t12.83\n",
		"sadf -j": `{"sysstat": {"hosts": [{"nodename": "hv08", "statistics": [{"timestamp": {"date": "2026-11-23", "time": "00:00:02", "utc": 1, "interval": 1}, "io": {"tps": 20.85, "io-reads": {"rtps": 12.83, "bread": 57.43}}}]}]}}`,
	} {
		s := read(t, "disks.txt", text)
		for transfers, want := range map[string]float64{"tps": 20.85, "rtps": 12.83} {
			if x := s.find(t, transfers); x.Quantity != record.DiskTransfers || x.Unit != record.PerSecond || !slices.Equal(s.values(x), []float64{want}) {
				t.Errorf("%s: %+v %v", name, x, s.values(x))
			}
		}
	}
}
