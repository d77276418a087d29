package logs

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// told is where a line of a file is to stand.
type told struct {
	host, program string
	wall          string // as in killed
	mono          time.Duration
	lacks         record.Lack
	text          string // how the line's text begins
}

// sameKills reads a file by recognition, with readers' wishes and without, and compares its kills.
func sameKills(t *testing.T, name, file string, want ...told) {
	t.Helper()
	for _, all := range []bool{true, false} {
		interest := wishes()
		if all {
			interest = nil
		}
		k := read([]byte(file), interest)
		var found []record.Line
		for _, l := range k.lines {
			if strings.Contains(l.Text, "Killed process") {
				found = append(found, l)
			}
		}
		if len(found) != len(want) {
			t.Errorf("%s, read as %q: %d kills, want %d: %+v %v", name, k.input.Format, len(found), len(want), found, k.problems)
			continue
		}
		for i, l := range found {
			w, wall := want[i], ""
			if !l.At.Wall.IsZero() {
				wall = l.At.Wall.UTC().Format("2006-01-02 15:04:05.999999999")
			}
			if l.Host != w.host || l.Program != w.program || wall != w.wall || l.At.Lacks != w.lacks || l.At.Mono != w.mono || !strings.HasPrefix(l.Text, w.text) {
				t.Errorf("%s, read as %q: line %+v at %q\nwant %+v", name, k.input.Format, l, wall, w)
			}
		}
	}
}

const (
	killText = "Out of memory: Killed process 4711 (java) total-vm:1kB"
	local    = record.LacksYear | record.LacksZone
)

// TestStampsBeforeAnotherEnvelope: what kubectl logs --timestamps, docker logs -t, ts (moreutils) and forwarding syslogds put
// before lines; the layouts are those of the tools' manuals.
func TestStampsBeforeAnotherEnvelope(t *testing.T) {
	const (
		iso   = "2021-02-03T06:30:01.250000000Z "
		up    = 35300 * time.Millisecond
		exact = "2021-02-03 06:30:01.25"
		noon  = "Feb  3 06:30:01 "
		early = "0000-02-03 06:30:01"
	)
	for _, c := range []struct {
		name, before, line string
		want               told
	}{
		{"timestamps, printk", iso, "[   35.300000] ", told{"", "kernel", exact, up, 0, killText}},
		{"timestamps, printk without padding", iso, "[35.300000] ", told{"", "kernel", exact, up, 0, killText}},
		{"timestamps, dmesg -r", iso, "<3>[   35.300000] ", told{"", "kernel", exact, up, 0, killText}},
		{"timestamps, printk without a time", iso, "<3>", told{"", "kernel", exact, 0, 0, killText}},
		{"timestamps, dmesg -T", iso, "[Wed Feb  3 07:30:00 2021] ", told{"", "kernel", exact, 0, 0, killText}},
		{"timestamps, dmesg -x", iso, "kern  :err   : [   35.300000] ", told{"", "kernel", exact, up, 0, killText}},
		{"timestamps, kmsg", iso, "3,102,35300000,-;", told{"", "kernel", exact, up, 0, killText}},
		{"timestamps, the kernel's words", iso, "", told{"", "", exact, 0, 0, killText}},
		{"timestamps, syslog", iso, "Feb  3 07:30:00 kvm01 kernel: [   35.300000] ", told{"kvm01", "kernel", exact, up, 0, killText}},
		{"timestamps, ISO syslog", iso, "2021-02-03T07:30:00+01:00 kvm01 kernel: ", told{"kvm01", "kernel", exact, 0, 0, killText}},
		{"timestamps, ISO syslog without host", iso, "2021-02-03T07:30:00+01:00 kernel: ", told{"", "kernel", exact, 0, 0, killText}},
		{"ts", "Feb 03 06:30:01 ", "[   35.300000] ", told{"", "kernel", early, up, local, killText}},
		{"a host that was made unreadable", "Feb 03 06:30:01 ", "<hostname> kernel: ", told{"<hostname>", "kernel", early, 0, local, killText}},
		{"ts in ISO", "2021-02-03 06:30:01 ", "[   35.300000] ", told{"", "kernel", "2021-02-03 06:30:01", up, record.LacksZone, killText}},
		{"forwarded whole", noon + "loghub ", "Feb  3 06:30:00 kvm01 kernel: ", told{"kvm01", "kernel", early, 0, local, killText}},
		{"forwarded by address", noon + "10.0.0.7 ", "Feb 13 06:30:00 kvm01 kernel: [   35.300000] ", told{"kvm01", "kernel", early, up, local, killText}},
		{"forwarded without its stamp", noon + "loghub ", "kvm01 kernel: ", told{"kvm01", "kernel", early, 0, local, killText}},
		{"forwarded with a better stamp", noon + "loghub ", "2021-02-03T06:29:59+00:00 kvm01 kernel: ", told{"kvm01", "kernel", "2021-02-03 06:29:59", 0, 0, killText}},
		{"forwarded twice", noon + "hub1 ", "Feb  3 06:30:01 hub2 Feb  3 06:30:00 kvm01 kernel: ", told{"kvm01", "kernel", early, 0, local, killText}},
		{"netconsole", noon + "10.0.0.7 ", "[   35.300000] ", told{"10.0.0.7", "kernel", early, up, local, killText}},
		{"a template without a blank", noon + "kvm01 ", "kernel:", told{"kvm01", "kernel", early, 0, local, killText}},
		{"a template without a blank, printk", noon + "kvm01 ", "kernel:[   35.300000] ", told{"kvm01", "kernel", early, up, local, killText}},
		{"a template without a blank, no host", noon, "kernel:", told{"", "kernel", early, 0, local, killText}},
		{"logread of OpenWrt", "Wed Feb  3 06:30:01 2021 kern.err ", "kernel: [   35.300000] ", told{"", "kernel", "2021-02-03 06:30:01", up, record.LacksZone, killText}},
		{"a priority and no host", noon + "kern.err ", "kernel: ", told{"", "kernel", early, 0, local, killText}},
		{"busybox syslogd", noon + "kvm01 kern.err ", "kernel: [   35.300000] ", told{"kvm01", "kernel", early, up, local, killText}},
		{"ESXi", "2021-02-03T06:30:01.250Z In(182) ", "kernel: ", told{"", "kernel", exact, 0, 0, killText}},
		{"a level", "2021-02-03 06:30:01,250 INFO ", "", told{"", "", exact, 0, record.LacksZone, killText}},
		{"a source of syslog-ng", "2021-02-03T06:30:01.25+00:00 src@kvm01 ", "kernel: ", told{"kvm01", "kernel", exact, 0, 0, killText}},
		{"relays of syslog-ng", noon + "s_net@kvm01/hub1/hub2 ", "kernel: ", told{"kvm01", "kernel", early, 0, local, killText}},
		{"the tag twice", noon + "kvm01 ", "kernel: kernel: ", told{"kvm01", "kernel", early, 0, local, killText}},
		{"the tag twice, printk", noon + "kvm01 ", "kernel: [   35.300000] kernel: ", told{"kvm01", "kernel", early, up, local, killText}},
		{"the tag twice, printk last", noon + "kvm01 ", "kernel: kernel: [   35.300000] ", told{"kvm01", "kernel", early, up, local, killText}},
		{"the tag twice, no blank", noon + "kvm01 ", "kernel:kernel:", told{"kvm01", "kernel", early, 0, local, killText}},
		{"no tag", noon + "kvm01 ", "", told{"kvm01", "", early, 0, local, killText}},
	} {
		file := ""
		for range 5 {
			file += c.before + c.line + "eth0: link up\n"
		}
		sameKills(t, c.name, file+c.before+c.line+killText+"\n", c.want)
		if strings.HasPrefix(c.before, noon) { // where most lines are the relay's own
			usual := strings.Repeat(noon+"loghub cron[1]: a job\n", 9)
			sameKills(t, c.name+" among others", usual+c.before+c.line+killText+"\n"+usual, c.want)
		}
	}
}

// TestLevelsWithoutATime: the kernel's level stands before its lines where printk.time=0 (kernel/printk/printk.c,
// print_prefix), a program's facility and level before what it wrote to /dev/kmsg.
func TestLevelsWithoutATime(t *testing.T) {
	const file = "<4>java invoked oom-killer: gfp_mask=0x201da\n<30>systemd[1]: Reloading.\n<4> [<ffffffff8112d5f0>] ? dump_header\n<6>usb 1-1: new device\n<3>" + killText + "\n"
	sameKills(t, "/proc/kmsg", file, told{"", "kernel", "", 0, record.LacksWall, killText})
	for line, want := range map[string]string{
		"<4>Mem-Info:":                     "kernel|Mem-Info:",
		"<0>Kernel panic - not syncing: x": "kernel|Kernel panic - not syncing: x",
		"<30>systemd[1]: Reloading.":       "systemd|Reloading.",
		"<6>systemd[1]: Reloading.":        "systemd|Reloading.",
		"<4>usb 1-1: new device":           "kernel|usb 1-1: new device",
	} {
		var p piece
		if !levelLine([]byte(line), &p) || string(p.program)+"|"+string(p.text) != want || p.at.Lacks != record.LacksWall {
			t.Errorf("%q: %q %q at %v", line, p.program, p.text, p.at)
		}
	}
	for _, other := range []string{"<4>Feb  3 06:30:01 kvm01 kernel: x", "<4>1 2021-02-03T06:30:01Z kvm01 kernel - - - x", "<4>2021-02-03T06:30:01Z kvm01 kernel: x", "<html>", "<4>", "<192>x: y", "<30>some words"} {
		if p := (piece{}); levelLine([]byte(other), &p) {
			t.Errorf("%q is read as %q", other, p.text)
		}
	}
}

// TestVendorsCallers: what kernels of Android phones print behind the uptime is none of the text.
func TestVendorsCallers(t *testing.T) {
	for line, want := range map[string]string{
		"<4>[12345.678901] (3)[4242:stress]Mem-Info:":                         "Mem-Info:",
		"<4>[12345.678901] .(3)[4242:stress]Mem-Info:":                        "Mem-Info:",
		"[12345.678901]-(0)[0:swapper/0] slab_reclaimable:1":                  "slab_reclaimable:1",
		"<4>[12345.678901]  [3:         stress: 4242] Mem-Info:":              "Mem-Info:",
		"<4>[12345.678901]  [3:  a: b: 4242]  active_file:1":                  " active_file:1",
		"[12345.678901] [  4242]     0  4242    12345     1234        0 sshd": "[  4242]     0  4242    12345     1234        0 sshd",
		"[12345.678901] [<ffffffff8112d5f0>] ? dump_header":                   "[<ffffffff8112d5f0>] ? dump_header",
		"[12345.678901] (3) some words":                                       "(3) some words",
		"[12345.678901] [3: words] more":                                      "[3: words] more",
		"[12345.678901] (3)[":                                                 "(3)[",
	} {
		_, _, text, ok := printk([]byte(line))
		if !ok || string(text) != want {
			t.Errorf("%q: %q, want %q", line, text, want)
		}
	}
	for _, before := range []string{"<4>[   35.300000] (3)[4242:stress]", "<4>[   35.300000]  [3:         stress: 4242] "} {
		sameKills(t, before, strings.Repeat(before+"usb 1-1: new device\n", 5)+before+killText+"\n", told{"", "kernel", "", 35300 * time.Millisecond, record.LacksWall, killText})
	}
}

// TestNoHostIsInvented: no word of a message becomes a host because a stamp stands before it.
func TestNoHostIsInvented(t *testing.T) {
	for _, line := range []string{
		"2021-02-03T06:30:01Z [  500]     0   500    12345     1234        8        0             0 sshd",
		"2021-02-03T06:30:01Z java invoked oom-killer: gfp_mask=0x0, order=0",
		"2021-02-03T06:30:01Z 4,5,6,-;java invoked oom-killer: gfp_mask=0x0, order=0",
		"2021-02-03T06:30:01Z <4>[    1.000000] Mem-Info:",
	} {
		var p piece
		if !isoLine([]byte(line), &p) || p.host != nil || bytes.HasPrefix(p.text, []byte("invoked")) {
			t.Errorf("%q: host %q, program %q, text %q", line, p.host, p.program, p.text)
		}
	}
	for line, want := range map[string]string{
		"Feb  3 06:30:01 kvm01 last message repeated 5 times":         "kvm01",
		"Feb  3 06:30:01 kvm01 at 06:30:01 the job began":             "kvm01",
		"Feb  3 06:30:01 2001:db8:0:0:0:0:0:7 kernel: eth0: link up":  "2001:db8:0:0:0:0:0:7",
		"Feb  3 06:30:01 10.0.0.7 kernel: eth0: link up":              "10.0.0.7",
		"Feb  3 06:30:01 [10.0.0.7.2.3] kernel: eth0: link up":        "[10.0.0.7.2.3]",
		"Feb  3 06:30:01 kvm01 usb 1-1: new device":                   "kvm01",
		"Feb  3 06:30:01 kvm01 2021-02-03 06:30:00,123 INFO it began": "kvm01",
	} {
		var p piece
		if !syslogLine([]byte(line), &p) || string(p.host) != want {
			t.Errorf("%q: host %q, want %q; program %q, text %q", line, p.host, want, p.program, p.text)
		}
	}
}

// TestRelaysWithoutEnd: a line of nothing but stamps is opened only so far.
func TestRelaysWithoutEnd(t *testing.T) {
	var p piece
	if !syslogLine([]byte(strings.Repeat("Feb  3 06:30:01 hub ", 50_000)), &p) {
		t.Error("not read")
	}
}
