package metrics

import (
	"slices"
	"testing"
	"time"

	"oomortem/parser/record"
)

// What a file of collectd's plugin csv is about stands in its path alone.
func TestCollectdFiles(t *testing.T) {
	const rows = "epoch,value\n1795393500.123,4000000000\n1795393510.123,4001000000\n"
	for path, want := range map[string]struct {
		name, subject, domain string
		q                     record.Quantity
	}{
		"csv/kvm1/memory/memory-used-2026-11-23":              {"collectd_memory", "kvm1", "", record.HostUsed},
		"csv/kvm1/memory/memory-free-2026-11-23":              {"collectd_memory", "kvm1", "", record.HostFree},
		"kvm1/swap/swap-used-2026-11-23":                      {"collectd_swap", "kvm1", "", record.HostSwapUsed},
		"csv/vm-a/virt/memory-rss-2026-11-23":                 {"collectd_virt_memory", "vm-a", "vm-a", record.RSS},
		"csv/kvm1/virt-vm-a/memory-rss-2026-11-23":            {"collectd_virt_memory", "vm-a", "vm-a", record.RSS},
		"csv/kvm1/virt-vm-a/memory-actual_balloon-2026-11-23": {"collectd_virt_memory", "vm-a", "vm-a", record.Balloon},
		"csv/kvm1/load/load-2026-11-23":                       {"collectd_load", "", "", ""},
		"kvm1/memory-used.csv":                                {"value", "", "", record.MemoryUsed}, // no file of collectd's
	} {
		s := read(t, path, rows)
		if len(s.series) != 1 {
			t.Errorf("%s: %v", path, s.series)
			continue
		}
		x := s.series[0]
		if x.Name != want.name || x.Quantity != want.q || want.subject != "" && x.Subject != want.subject || x.Label("domain") != want.domain || !slices.Equal(s.values(x), []float64{4e9, 4.001e9}) {
			t.Errorf("%s: %+v of %q, want %+v", path, x, x.Subject, want)
		}
		if at := s.samples[0].At.Wall; !at.Equal(time.Unix(1795393500, 123e6)) {
			t.Errorf("%s: at %v", path, at)
		}
	}
}
