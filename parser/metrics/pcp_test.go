package metrics

import (
	"fmt"
	"slices"
	"testing"

	"oomortem/parser/record"
)

// pmrep -o csv writes no units: those of PCP's metrics are fixed (pmdalinux: mem.* and proc.*.rss in KiB, swap.* in bytes). With an
// extended header it tells of itself in comments, and of host and interval in each row (pmrep.py, write_header_csv).
func TestTablesOfPmrep(t *testing.T) {
	const names = "Time,\"mem.physmem\",\"mem.util.free\",\"mem.util.available\",\"swap.used\",\"proc.psinfo.rss-004242 /usr/bin/qemu-system-x86_64 -name guest=vm-a\",\"mem.util.used\"\n"
	for name, c := range map[string]struct{ head, before string }{
		"plain":    {names, ""},
		"extended": {"#\n#     host: hv08\n# timezone: UTC-1\n#    start: Mon Nov 23 00:28:00 2026\n#\nHost,Interval," + names, "hv08,5.0,"},
	} {
		text := c.head
		for i := range 4 {
			text += c.before + fmt.Sprintf("2026-11-23 00:28:%02d,16000000,%d,9000000,4096,%d,9000000\n", 5*i, 7000000-i, 4200000+i)
		}
		s := read(t, "pmrep.csv", text)
		for _, want := range []struct {
			name  string
			q     record.Quantity
			first float64
		}{
			{"mem.physmem", record.HostTotal, 16000000 * kib}, {"mem.util.free", record.HostFree, 7000000 * kib}, {"mem.util.available", record.HostAvailable, 9000000 * kib},
			{"swap.used", record.HostSwapUsed, 4096}, {"proc.psinfo.rss", record.RSS, 4200000 * kib}, {"mem.util.used", "", 9000000},
		} {
			x := s.find(t, want.name)
			if v := s.values(x); len(v) != 4 || v[0] != want.first || x.Quantity != want.q {
				t.Errorf("%s as %q: %v %+v, want %v of %q", name, s.input.Format, v, x, want.first, want.q)
			}
		}
		x := s.find(t, "proc.psinfo.rss", "comm", "qemu-system-x86_64", "pid", "4242")
		if v := s.values(x); !slices.Equal(v, []float64{4200000 * kib, 4200001 * kib, 4200002 * kib, 4200003 * kib}) || x.Subject != "qemu-system-x86_64" {
			t.Errorf("%s: %v of %q", name, v, x.Subject)
		}
	}
}
