package metrics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// vmstat -t stamps by the local time. Germany's clocks went from 03:00:00 CEST to 02:00:00 CET on 2026-10-25 and from 02:00:00
// CET to 03:00:00 CEST on 2026-03-29, Britain's from 01:00:00 GMT to 02:00:00 BST (tz database): rows go on every five seconds
// all the same, and a heading that comes again names the new zone. What else jumps by an hour is a jump.
func TestSummerTimeInRows(t *testing.T) {
	const vmHeading = "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu----- -----timestamp-----\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st                 %s\n"
	const sarHeading = "Linux 6.1.0 (hv08) \t2026-10-25 \t_x86_64_\t(8 CPU)\n\n02:00:00    kbmemfree   kbavail\n"
	vmstat := func(zone, again string, stamps ...string) string {
		text := fmt.Sprintf(vmHeading, zone)
		for i, at := range stamps {
			if i == len(stamps)-1 {
				text += fmt.Sprintf(vmHeading, again)
			}
			text += fmt.Sprintf(" 1  0      0 15000000  36780 1169876    0    0     1     5   30   40  1  1 98  0  0 %s\n", at)
		}
		return text
	}
	sar := func(stamps ...string) string {
		text := sarHeading
		for _, at := range stamps {
			text += at + "     15000000  20000000\n"
		}
		return text
	}
	for name, c := range map[string]struct {
		text  string
		want  []int // seconds from the first row
		lacks record.Lack
		told  bool
	}{
		"an hour twice":    {vmstat("CEST", "CET", "2026-10-25 02:59:49", "2026-10-25 02:59:54", "2026-10-25 02:59:59", "2026-10-25 02:00:04", "2026-10-25 02:00:09"), []int{0, 5, 10, 15, 20}, record.LacksZone, true},
		"an hour left out": {vmstat("CET", "CEST", "2026-03-29 01:59:49", "2026-03-29 01:59:54", "2026-03-29 01:59:59", "2026-03-29 03:00:04", "2026-03-29 03:00:09"), []int{0, 5, 10, 15, 20}, record.LacksZone, true},
		"from GMT":         {vmstat("GMT", "BST", "2026-03-29 00:59:49", "2026-03-29 00:59:54", "2026-03-29 00:59:59", "2026-03-29 02:00:04", "2026-03-29 02:00:09"), []int{0, 5, 10, 15, 20}, 0, true},
		"to GMT":           {vmstat("BST", "GMT", "2026-10-25 01:59:54", "2026-10-25 01:59:59", "2026-10-25 01:00:04", "2026-10-25 01:00:09"), []int{0, 5, 10, 15}, record.LacksZone, true},
		"UTC has none":     {vmstat("UTC", "UTC", "2026-10-25 02:59:54", "2026-10-25 02:59:59", "2026-10-25 02:00:04", "2026-10-25 02:00:09"), []int{0, 5, -3590, -3585}, 0, false},
		"by day":           {vmstat("CEST", "CEST", "2026-10-25 12:59:54", "2026-10-25 12:59:59", "2026-10-25 14:00:04", "2026-10-25 14:00:09"), []int{0, 5, 3610, 3615}, record.LacksZone, false},
		"within an hour":   {vmstat("CEST", "CEST", "2026-10-25 01:29:54", "2026-10-25 01:29:59", "2026-10-25 02:30:04", "2026-10-25 02:30:09"), []int{0, 5, 3610, 3615}, record.LacksZone, false},
		"a longer pause":   {vmstat("CEST", "CEST", "2026-10-25 01:59:54", "2026-10-25 01:59:59", "2026-10-25 03:00:14", "2026-10-25 03:00:19"), []int{0, 5, 3620, 3625}, record.LacksZone, false},
		"no such date":     {vmstat("CET", "CET", "2026-03-31 01:59:54", "2026-03-31 01:59:59", "2026-03-31 03:00:04", "2026-03-31 03:00:09"), []int{0, 5, 3610, 3615}, record.LacksZone, false},
		"in January":       {vmstat("CET", "CET", "2026-01-25 01:59:54", "2026-01-25 01:59:59", "2026-01-25 03:00:04", "2026-01-25 03:00:09"), []int{0, 5, 3610, 3615}, record.LacksZone, false},
		"sar each 10 min":  {sar("02:40:01", "02:50:01", "02:00:01", "02:10:02", "02:20:01"), []int{0, 600, 1200, 1801, 2400}, record.LacksZone, true},
	} {
		s := read(t, "memory.txt", c.text)
		var got []int
		first := time.Time{}
		for _, x := range s.samples {
			if x.Series.Quantity != record.HostFree {
				continue
			}
			if first.IsZero() {
				first = x.At.Wall
			}
			if got = append(got, int(x.At.Wall.Sub(first).Seconds())); x.At.Lacks != c.lacks {
				t.Errorf("%s: %v lacks %v, want %v", name, x.At.Wall, x.At.Lacks, c.lacks)
			}
		}
		if !slices.Equal(got, c.want) || s.said("the clock was moved by an hour") != c.told || len(s.problems) > 1 {
			t.Errorf("%s: rows at %v, want %v; %v", name, got, c.want, s.problems)
		}
	}
}

// What the tools write of local time, over both changes of Germany's clocks: a row each five seconds, whatever the clocks did. The
// sections and the series of an export go through all the time one after another, and each has its own clock.
func TestSummerTimeOfEveryTool(t *testing.T) {
	const layout = time.DateTime
	stamps := map[string][]string{
		"an hour twice":    {"2026-10-25 02:59:49", "2026-10-25 02:59:54", "2026-10-25 02:59:59", "2026-10-25 02:00:04", "2026-10-25 02:00:09"},
		"an hour left out": {"2026-03-29 01:59:49", "2026-03-29 01:59:54", "2026-03-29 01:59:59", "2026-03-29 03:00:04", "2026-03-29 03:00:09"},
	}
	each := func(head string, row func(at time.Time) string) func([]string) string {
		return func(stamps []string) string {
			text := head
			for _, s := range stamps {
				at, err := time.Parse(layout, s)
				if err != nil {
					t.Fatal(err)
				}
				text += row(at)
			}
			return text
		}
	}
	section := func(name string, value int) func([]string) string {
		return each("# hostname;interval;timestamp;"+name+"\n", func(at time.Time) string { return fmt.Sprintf("hv08;5;%s;%d\n", at.Format(layout), value) })
	}
	legend := func(name string, value int) func([]string) string {
		return each("", func(at time.Time) string { return fmt.Sprintf("%s;%s;%d\n", name, at.Format(layout), value) })
	}
	machine := func(name string, value int) func([]string) string {
		return each("", func(at time.Time) string { return fmt.Sprintf("%s,%s,%d\n", at.Format(layout), name, value) })
	}
	dated := func(block string) func([]string) string {
		return each("", func(at time.Time) string { return at.Format("Mon Jan _2 15:04:05 CET 2006") + "\n" + block })
	}
	for tool, c := range map[string]struct {
		series string
		write  func([]string) string
	}{
		"sadf -d -t": {"kbmemfree", func(at []string) string { return section("kbswpfree", 5)(at) + section("kbmemfree", 7)(at) }},
		"sadf -p -t": {"kbmemfree", each("", func(at time.Time) string {
			return fmt.Sprintf("hv08\t5\t%s\t-\tkbmemfree\t7\n", at.Format(layout))
		})},
		"sadf -j -t": {"memfree", func(at []string) string {
			rows := each("", func(at time.Time) string {
				return fmt.Sprintf(`{"timestamp": {"date": %q, "time": %q, "utc": 0, "interval": 5}, "memory": {"memfree": 7}},`, at.Format(time.DateOnly), at.Format(time.TimeOnly))
			})(at)
			return `{"sysstat": {"hosts": [{"nodename": "hv08", "statistics": [` + strings.TrimSuffix(rows, ",") + "]}]}}\n"
		}},
		"sadf -x -t": {"memfree", each("<sysstat>\n<host nodename=\"hv08\">\n", func(at time.Time) string {
			return fmt.Sprintf("<timestamp date=%q time=%q utc=\"0\" interval=\"5\">\n<memory unit=\"kB\">\n<memfree>7</memfree>\n</memory>\n</timestamp>\n", at.Format(time.DateOnly), at.Format(time.TimeOnly))
		})},
		"pidstat": {"RSS", func(at []string) string {
			return each("Linux 6.1.0 (hv08) \t"+at[0][:10]+" \t_x86_64_\t(8 CPU)\n\n", func(at time.Time) string {
				now := at.Format(time.TimeOnly)
				return now + "   UID       PID  minflt/s  majflt/s     VSZ     RSS   %MEM  Command\n" + now + "     0         1      0.00      0.00  168000    7  0.08  systemd\n"
			})(at)
		}},
		"collectl -P": {"[MEM]Free", each("#Date,Time,[MEM]Tot,[MEM]Free\n", func(at time.Time) string { return at.Format("20060102,15:04:05") + ",9,7\n" })},
		"nmon": {"memfree", each("AAA,progname,nmon\nAAA,host,hv08\nMEM,Memory MB hv08,memtotal,memfree\n", func(at time.Time) string {
			return "ZZZZ,T0001," + at.Format("15:04:05,") + strings.ToUpper(at.Format("02-Jan-2006")) + "\nMEM,T0001,9.0,7.0\n"
		})},
		"dool": {"memory usage free", func(at []string) string {
			return each("\"dool 1.3.4 CSV output\"\n\"Host:\",\"hv08\",,,,\"User:\",\"root\"\n\"Cmdline:\",\"dool -tm\",,,,\"Date:\",\"01 Jan 2026 00:00:00 CET\"\n\"system\",\"memory usage\",\n\"time\",\"used\",\"free\"\n",
				func(at time.Time) string { return at.Format("Jan-02 15:04:05") + ",9,7\n" })(at)
		}},
		"a table": {"hv08 free", each("Time,hv08 free,hv08 used\n", func(at time.Time) string { return at.Format(layout) + ",7000000,9000000\n" })},
		"rows of VMs": {"rss_kB", func(at []string) string {
			return "time,vm,rss_kB\n" + machine("vm-a", 7000000)(at) + machine("vm-b", 9000000)(at)
		}},
		"long rows": {"vm-b rss", func(at []string) string {
			return "Series;Time;Value\n" + legend("vm-a rss", 7000000)(at) + legend("vm-b rss", 9000000)(at)
		}},
		"free":         {"Mem free", dated("              total        used        free      shared  buff/cache   available\nMem:       16000000     5000000     7000000       10000     4000000    10000000\nSwap:             0           0           0\n")},
		"meminfo":      {"MemFree", dated("MemTotal: 16000000 kB\nMemFree: 7000000 kB\n")},
		"docker stats": {"MEM USAGE", dated("CONTAINER ID   NAME   CPU %   MEM USAGE / LIMIT   MEM %\nb7de80246e82   web   0.29%   463.8MiB / 5.892GiB   7.69%\n")},
		"kubectl top":  {"MEMORY(bytes)", dated("NAME    CPU(cores)   MEMORY(bytes)\nweb-1   5m           50Mi\n")},
		"ps":           {"RSS", dated("  PID   RSS COMMAND\n 4242 7000000 qemu-kvm\n")},
		"domstats":     {"balloon.rss", dated("Domain: 'vm-a'\n  balloon.current=4194304\n  balloon.rss=3000000\n\n")},
	} {
		for change, at := range stamps {
			s := read(t, "memory.txt", c.write(at))
			var x *record.Series
			for _, y := range s.series {
				if y.Name == c.series {
					x = y
				}
			}
			var got []int
			begin, _ := time.Parse(layout, at[0])
			for _, y := range s.samples {
				if y.Series == x {
					got = append(got, int(y.At.Wall.Sub(begin).Seconds()))
				}
			}
			if !slices.Equal(got, []int{0, 5, 10, 15, 20}) || !s.said("the clock was moved by an hour") || len(s.problems) != 1 {
				t.Errorf("%s, %s: %q has rows at %v; %v", tool, change, s.input.Format, got, s.problems)
			}
		}
	}
}

// Sections, series and machines that go through the same time one after another step back by less than an hour at its beginning:
// no clock was moved. Nor was one where the tool began anew in between.
func TestNoSummerTimeBetweenBlocks(t *testing.T) {
	rows := func(format string, from, to, step int) (text string) {
		for s := from; s < to; s += step {
			text += fmt.Sprintf(format, fmt.Sprintf("2026-10-25 %02d:%02d:%02d", 2+s/3600, s/60%60, s%60))
		}
		return text
	}
	const sarHeading = "02:00:00    kbmemfree   kbavail\n"
	for name, text := range map[string]string{
		"sections":  "# hostname;interval;timestamp;kbswpfree\n" + rows("hv08;600;%s;5\n", 0, 3600, 600) + "# hostname;interval;timestamp;kbmemfree\n" + rows("hv08;600;%s;5\n", 0, 3600, 600),
		"sadf -p":   rows("hv08\t600\t%s\t-\tkbswpfree\t5\n", 0, 3600, 600) + rows("hv08\t600\t%s\t-\tkbmemfree\t5\n", 0, 3600, 600),
		"long rows": "Series;Time;Value\n" + rows("vm-a rss;%s;7000000\n", 0, 3600, 15) + rows("vm-b rss;%s;7000000\n", 0, 3600, 15),
		"machines":  "time,vm,rss_kB\n" + rows("%s,vm-a,7000000\n", 0, 3600, 15) + rows("%s,vm-b,7000000\n", 0, 3600, 15),
		"a restart": "Linux 6.1.0 (hv08) \t2026-03-29 \t_x86_64_\t(8 CPU)\n\n" + sarHeading + "01:40:01     15000000  20000000\n01:50:01     15000000  20000000\n\n02:55:00     LINUX RESTART\t(8 CPU)\n\n" + sarHeading + "03:00:01     15000000  20000000\n03:10:01     15000000  20000000\n",
	} {
		s := read(t, "memory.txt", text)
		if len(s.samples) < 8 || s.said("the clock was moved") {
			t.Errorf("%s as %q: %d samples, %v", name, s.input.Format, len(s.samples), s.problems)
		}
	}
}
