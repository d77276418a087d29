package logs

import (
	"strings"
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestDmesgWithTheTimeSinceTheLineBefore: the layouts are those of print_record in util-linux 2.38's sys-utils/dmesg.c, and of
// output_timestamp_monotonic in systemd 252's src/shared/logs-show.c. The kill comes 0.0003 s behind the line before it, at uptime 1060.8003.
func TestDmesgWithTheTimeSinceTheLineBefore(t *testing.T) {
	const up = 1060800300 * time.Microsecond
	dated := told{"", "kernel", "2026-11-25 22:51:14", 0, record.LacksZone, killText}
	minute := told{"", "kernel", "0000-11-25 22:51:30.0003", 0, local, killText} // in the middle of the minute, and 300 us on
	order := told{"", "kernel", "", 0, record.LacksWall, killText}
	for _, c := range []struct {
		name         string
		usb, invoked string // what stands before the lines
		kill         string
		want         told
	}{
		{"-d", "[  160.800000 <    3.710000>] ", "[ 1060.800000 <  900.000000>] ", "[ 1060.800300 <    0.000300>] ", told{"", "kernel", "", up, record.LacksWall, killText}},
		{"short-delta", "[  160.800000                ] kvm01 kernel: ", "[ 1060.800000 <  900.000000 >] kvm01 kernel: ", "[ 1060.800300 <    0.000300 >] kvm01 kernel: ", told{"kvm01", "kernel", "", up, record.LacksWall, killText}},
		{"-xd", "kern  :info  : [  160.800000 <    3.710000>] ", "kern  :warn  : [ 1060.800000 <  900.000000>] ", "kern  :err   : [ 1060.800300 <    0.000300>] ", told{"", "kernel", "", up, record.LacksWall, killText}},
		{"-Td", "[Wed Nov 25 22:36:14 2026 <    3.710000>] ", "[Wed Nov 25 22:51:14 2026 <  900.000000>] ", "[Wed Nov 25 22:51:14 2026 <    0.000300>] ", dated},
		{"-Tdx", "kern  :info  : [Wed Nov 25 22:36:14 2026 <    3.710000>] ", "kern  :warn  : [Wed Nov 25 22:51:14 2026 <  900.000000>] ", "kern  :err   : [Wed Nov 25 22:51:14 2026 <    0.000300>] ", dated},
		{"-e", "[  +3.710000] ", "[Nov25 22:51] ", "[  +0.000300] ", minute},
		{"-xe", "kern  :info  : [  +3.710000] ", "kern  :warn  : [Nov25 22:51] ", "kern  :err   : [  +0.000300] ", minute},
		{"-e in German", "[  +3.710000] ", "[Mär 3 22:51] ", "[  +0.000300] ", told{"", "kernel", "0000-03-03 22:51:30.0003", 0, local, killText}},
		{"-H in colour", "\x1b[32m[  +3.710000] \x1b[0m\x1b[33m", "\x1b[32m\x1b[1m[Nov25 22:51] \x1b[0m", "\x1b[32m[  +0.000300] \x1b[0m\x1b[33m", minute},
		{"delta", "[<    3.710000>] ", "[<  900.000000>] ", "[<    0.000300>] ", order},
		{"-x delta", "kern  :info  : [<    3.710000>] ", "kern  :warn  : [<  900.000000>] ", "kern  :err   : [<    0.000300>] ", order},
		{"-T in colour", "\x1b[32m[Wed Nov 25 22:36:14 2026] \x1b[0m", "\x1b[32m[Wed Nov 25 22:51:14 2026] \x1b[0m", "\x1b[32m[Wed Nov 25 22:51:14 2026] \x1b[0m", dated},
	} {
		file := strings.Repeat(c.usb+"usb 1-0: new high-speed USB device\n", 9) + c.invoked + "java invoked oom-killer: order=0\n" + c.kill + killText + "\n"
		sameKills(t, c.name, file, c.want)
	}
	for _, bad := range []string{"[<>] x", "[+] x", "[  +3.71] x", "[<    3.710000] x", "[Nov31 22:51] x", "[Nov25 24:51] x", "[Foo25 22:51] x", "[  +3.7100001] x", "[12.5 <] x", "[12.5 <    0.000300  >] x", "[12.5   x"} {
		var p piece
		if dmesgRelative([]byte(bad), &p) || dmesgLine([]byte(bad), &p) {
			t.Errorf("%q is read: %+v", bad, p)
		}
	}
}
