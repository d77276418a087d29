package metrics

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

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
			if v := s.values(s.find(t, "kbmemused/%memused")); len(v) != 2 || math.Abs(v[1]/(16000000*kib)-1) > .005/31 { // two decimals
				t.Errorf("%s: a total of %v", name, v)
			}
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

// sadf -p, -j and -x write the columns one by one. 14000000 kB are used of 16000000 where the page cache counts, which
// %memused shows: 87.50. Before 11.5.3 there is no kbavail; 5000000 kB are used without 9000000 kB of caches. Of columns that
// somebody chose, nothing tells what they mean.
func TestKbmemusedOneByOne(t *testing.T) {
	type column struct {
		name, json string
		value      string
	}
	memory := func(avail, used, share string) []column {
		c := []column{{"kbmemfree", "memfree", "2000000"}}
		if avail != "" {
			c = append(c, column{"kbavail", "avail", avail})
		}
		return append(c, column{"kbmemused", "memused", used}, column{"%memused", "memused-percent", share}, column{"kbbuffers", "buffers", "500000"}, column{"kbcached", "cached", "8500000"})
	}
	forms := map[string]func(rows []column) string{
		"sadf -p": func(rows []column) (text string) {
			for second := 2; second < 4; second++ {
				for _, c := range rows {
					text += fmt.Sprintf("hv08\t1\t2026-11-23 00:00:0%d UTC\t-\t%s\t%s\n", second, c.name, c.value)
				}
			}
			return text
		},
		"sadf -j": func(rows []column) string {
			text, comma := `{"sysstat": {"hosts": [{"nodename": "hv08", "statistics": [`, ""
			for second := 2; second < 4; second++ {
				text += fmt.Sprintf(`%s{"timestamp": {"date": "2026-11-23", "time": "00:00:0%d", "utc": 1, "interval": 1}, "memory": {"dirty": 4`, comma, second)
				for _, c := range rows {
					text += fmt.Sprintf(`, %q: %s`, c.json, c.value)
				}
				text, comma = text+"}}", ", "
			}
			return text + "]}]}}"
		},
		"sadf -x": func(rows []column) string {
			text := "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sysstat>\n<sysdata-version>2.15</sysdata-version>\n<host nodename=\"hv08\">\n<statistics>\n"
			for second := 2; second < 4; second++ {
				text += fmt.Sprintf("<timestamp date=\"2026-11-23\" time=\"00:00:0%d\" utc=\"1\" interval=\"1\">\n<memory per=\"second\" unit=\"kB\">\n", second)
				for _, c := range rows {
					text += fmt.Sprintf("<%s>%s</%s>\n", c.json, c.value, c.json)
				}
				text += "</memory>\n</timestamp>\n"
			}
			return text + "</statistics>\n</host>\n</sysstat>\n"
		},
	}
	for form, write := range forms {
		for version, c := range map[string]struct {
			rows   []column
			means  record.Quantity
			worked string
			want   float64
		}{
			"10.1.5":      {memory("", "14000000", "87.50"), "", "kbmemused-kbbuffers-kbcached", 5000000 * kib},
			"11.7.3":      {memory("10500000", "14000000", "87.50"), "", "kbmemfree+kbmemused-kbavail", 5500000 * kib},
			"11.7.4":      {memory("10500000", "5000000", "31.25"), record.HostUsed, "", 0},
			"12.7.8":      {memory("10500000", "5500000", "34.38"), record.HostUsed, "", 0},
			"chosen ones": {[]column{{"kbmemfree", "memfree", "2000000"}, {"kbmemused", "memused", "14000000"}}, "", "", 0},
		} {
			s := read(t, "memory.txt", write(c.rows))
			name := "memused"
			if form == "sadf -p" {
				name = "kbmemused"
			}
			if used := s.find(t, name); used.Quantity != c.means || len(s.values(used)) != 2 || s.said("counts the page cache as used") != (c.worked != "") {
				t.Errorf("%s of %s: %+v, %v", form, version, used, s.problems)
			}
			if c.worked == "" {
				if len(s.series) > len(c.rows)+2 {
					t.Errorf("%s of %s: %d series", form, version, len(s.series))
				}
				if c.means == "" {
					continue
				}
				total := s.find(t, "kbmemused/%memused")
				if v := s.values(total); len(v) != 2 || math.Abs(v[1]/(16000000*kib)-1) > .005/31 || total.Quantity != record.HostTotal { // %memused has two decimals
					t.Errorf("%s of %s: %v %+v", form, version, v, total)
				}
				continue
			}
			x, total := s.find(t, c.worked), s.find(t, "kbmemfree+kbmemused")
			if v := s.values(x); !slices.Equal(v, []float64{c.want, c.want}) || x.Quantity != record.HostUsed || x.Subject != "hv08" || s.values(total)[1] != 16000000*kib {
				t.Errorf("%s of %s: %v %+v, want %v", form, version, v, x, c.want)
			}
		}
	}
}

// -j and -x call the pressure of all resources alike; sar has a name for each (sar(1), -q PSI). kbshmem is shared there.
func TestPressureOfSadf(t *testing.T) {
	for name, text := range map[string]string{
		"sadf -j": `{"sysstat": {"hosts": [{"nodename": "hv08", "statistics": [{"timestamp": {"date": "2026-11-23", "time": "00:00:02", "utc": 1, "interval": 1}, "memory": {"shared": 87980}, "psi": {"psi-cpu": {"some_avg10": 0.50, "some_avg": 0.03}, "psi-io": {"some_avg10": 3.19, "full_avg10": 3.18}, "psi-mem": {"some_avg10": 25.00, "some_avg300": 0.03, "full_avg10": 12.50}}}]}]}}`,
		"sadf -x": "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sysstat>\n<host nodename=\"hv08\">\n<timestamp date=\"2026-11-23\" time=\"00:00:02\" utc=\"1\" interval=\"1\">\n<memory unit=\"kB\">\n<shared>87980</shared>\n</memory>\n<psi per=\"second\">\n<psi-cpu some_avg10=\"0.50\" some_avg=\"0.03\"/>\n<psi-io some_avg10=\"3.19\" full_avg10=\"3.18\"/>\n<psi-mem some_avg10=\"25.00\" some_avg300=\"0.03\" full_avg10=\"12.50\"/>\n</psi>\n</timestamp>\n</host>\n</sysstat>\n",
	} {
		s := read(t, "psi.txt", text)
		for column, want := range map[string]float64{"%scpu-10": .005, "%sio-10": .0319, "%fio-10": .0318, "%smem-10": .25, "%smem-300": .0003, "%fmem-10": .125, "shared": 87980 * kib} {
			x := s.find(t, column)
			if v := s.values(x); len(v) != 1 || math.Abs(v[0]-want) > 1e-12 || (x.Quantity == record.Pressure) != (column == "%smem-10") || (x.Quantity == record.HostShmem) != (column == "shared") {
				t.Errorf("%s: %v %+v, want %v", name, v, x, want)
			}
		}
	}
}

// In Taiwan sar writes a 12-hour clock with the half of the day before it (glibc's locales/zh_TW, t_fmt_ampm): 12 in the
// morning is midnight.
func TestSarOfTaiwan(t *testing.T) {
	const text = "Linux 6.1.0 (hv08) \t2026年11月22日 \t_x86_64_\t(8 CPU)\n\n下午 11時49分59秒 kbmemfree   kbavail kbmemused  %memused kbbuffers  kbcached\n" +
		"下午 11時59分59秒   2000000  10500000   5000000     31.25    500000   8500000\n" +
		"上午 12時09分59秒   1900000  10400000   5100000     31.88    500000   8500000\n平均時間:   1950000  10450000   5050000     31.56    500000   8500000\n"
	s := read(t, "sar.txt", text)
	x := s.find(t, "kbmemfree")
	if v := s.values(x); !slices.Equal(v, []float64{2000000 * kib, 1900000 * kib}) || x.Subject != "hv08" {
		t.Fatalf("%v %+v", v, x)
	}
	if a, b := s.samples[0].At.Wall, s.samples[len(s.samples)-1].At.Wall; a.Format(time.DateTime) != "2026-11-22 23:59:59" || b.Format(time.DateTime) != "2026-11-23 00:09:59" {
		t.Errorf("from %v to %v", a, b)
	}
}

// sadc marks its beginning in each section (sar.c, print_dbppc_restart of sadf: the heading of sadf -d is that of the one row);
// the columns behind it are those before it, whether their heading comes again, as the tools write it, or was filtered out.
func TestSeriesGoOnBehindARestart(t *testing.T) {
	const heading = "# hostname;interval;timestamp;kbmemfree;kbavail\n"
	const before = heading + "hv08;5;1795392000;2000000;10500000\nhv08;5;1795392005;2000001;10500001\n"
	const restart = "# hostname;interval;timestamp;LINUX-RESTART\t(8 CPU)\nhv08;-1;1795392060;LINUX-RESTART\t(8 CPU)\n"
	const after = "hv08;5;1795392065;9000000;15000000\nhv08;5;1795392070;9000001;15000001\n"
	const names = "00:00:00    kbmemfree   kbavail\n"
	const rows = "00:00:05      2000000  10500000\n00:00:10      2000001  10500001\n"
	const sarRestart = "\n00:01:00       LINUX RESTART\t(8 CPU)\n\n"
	const sarAfter = "00:01:05      9000000  15000000\n00:01:10      9000001  15000001\n"
	const banner = "Linux 4.18.0 (hv08) \t11/23/2026 \t_x86_64_\t(8 CPU)\n\n"
	for name, text := range map[string]string{
		"sadf -d":                   before + restart + heading + after,
		"sadf -d with one heading":  before + restart + after,
		"sadf -d of two activities": before + restart + heading + after + "# hostname;interval;timestamp;pgpgin/s\nhv08;5;1795392005;1.00\n" + restart,
		"sar":                       banner + names + rows + sarRestart + names + sarAfter,
		"sar with one heading":      banner + names + rows + sarRestart + sarAfter,
		"sadf -p":                   "hv08\t5\t1795392000\t-\tkbmemfree\t2000000\nhv08\t5\t1795392005\t-\tkbmemfree\t2000001\nhv08\t-1\t1795392060\tLINUX-RESTART\t(8 CPU)\nhv08\t5\t1795392065\t-\tkbmemfree\t9000000\nhv08\t5\t1795392070\t-\tkbmemfree\t9000001\n",
	} {
		s := read(t, "memory.txt", text)
		if v := s.values(s.find(t, "kbmemfree")); !slices.Equal(v, []float64{2000000 * kib, 2000001 * kib, 9000000 * kib, 9000001 * kib}) {
			t.Errorf("%s: kbmemfree is %v", name, v)
		}
		said := 0
		for _, p := range s.problems {
			if strings.HasPrefix(p.Msg, "LINUX RESTART") {
				said++
			}
		}
		if said != 1 || len(s.problems) != 1 {
			t.Errorf("%s: the restart is told %d times: %v", name, said, s.problems)
		}
		for _, x := range s.samples {
			if strings.Contains(x.Series.Name, "RESTART") {
				t.Errorf("%s: a series %q", name, x.Series.Name)
			}
		}
	}
}

// sar -C prints the comments of sadc where they fall, and no heading behind them (sar.c, print_special_record): the section goes on,
// whatever the comment says.
func TestSarWithComments(t *testing.T) {
	const row = "00:%d0:01      %d000000   9000000   7000000     43.75\n"
	text := "Linux 6.1.0 (hv08) \t2026-11-23 \t_x86_64_\t(8 CPU)\n\n00:00:01    kbmemfree   kbavail kbmemused  %memused\n" + fmt.Sprintf(row, 1, 7) + "00:12:00  COM test begins\n" + fmt.Sprintf(row, 2, 6) + "00:22:00  COM load is 40\n" + fmt.Sprintf(row, 3, 5)
	s := read(t, "sar.txt", text)
	if v := s.values(s.find(t, "kbmemfree")); !slices.Equal(v, []float64{7000000 * kib, 6000000 * kib, 5000000 * kib}) || len(s.problems) > 0 {
		t.Errorf("%v, %v", v, s.problems)
	}
}

// sadf -dh has all activities in one row, its lists marked with [...] (sadf(1), -h). A row with one item in each list has a value under
// each heading; where there are more, only what stands before the end of the first list has a place that is known.
func TestSadfWithAllInOneRow(t *testing.T) {
	const header = "# hostname;interval;timestamp;CPU;%user;%idle[...];kbmemfree;kbavail;DEV;tps;rkB/s[...];kbswpfree\n"
	for name, c := range map[string]struct {
		rows string
		want map[string][]float64
	}{
		"one of each":    {"hv08;600;2026-11-23 00:10:01 UTC;-1;1.00;98.00;7000000;9000000;sda;1.00;2.00;2097148\nhv08;600;2026-11-23 00:20:01 UTC;-1;1.00;98.00;7000001;9000000;sda;1.00;2.00;2097148\n", map[string][]float64{"%user": {.01, .01}, "kbmemfree": {7000000 * kib, 7000001 * kib}, "kbswpfree": {2097148 * kib, 2097148 * kib}}},
		"two processors": {"hv08;600;2026-11-23 00:10:01 UTC;-1;1.00;98.00;0;1.00;98.00;7000000;9000000;sda;1.00;2.00;2097148\n", map[string][]float64{"%user": {.01}}},
	} {
		s := read(t, "all.csv", header+c.rows)
		got := map[string][]float64{}
		for _, x := range s.series {
			if x.Name == "tps" || x.Name == "rkB/s" || x.Name == "CPU" {
				t.Errorf("%s: a series of a device: %+v", name, x)
			}
			if c.want[x.Name] != nil || x.Unit == record.Bytes {
				got[x.Name] = s.values(x)
			}
		}
		delete(got, "kbavail")
		if !maps.EqualFunc(got, c.want, slices.Equal[[]float64]) || len(s.problems) > 0 {
			t.Errorf("%s: %v, want %v; %v", name, got, c.want, s.problems)
		}
	}
}
