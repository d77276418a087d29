package metrics

import (
	"path/filepath"
	"slices"
	"testing"

	"oomortem/parser/record"
)

// TestAtopScreen: three screens of 2026-11-26; G and M are powers of 1024 with one digit behind the point.
func TestAtopScreen(t *testing.T) {
	s := readFile(t, filepath.Join(fixtures, "atop-screen/memory/atop.txt"))
	for name, want := range map[string][]float64{
		"MEM tot": {23.5 * gib, 23.5 * gib, 23.5 * gib}, "MEM free": {15.5 * gib, 15.6 * gib, 15.4 * gib}, "MEM slab": {990.8 * mib, 990.8 * mib, 990.8 * mib}, "SWP tot": {0, 0, 0},
	} {
		if x := s.find(t, name); !slices.Equal(s.values(x), want) || x.Subject != "vm" || x.Unit != record.Bytes || name != "SWP tot" && x.Quantum > .11*gib {
			t.Errorf("%s: %+v %v, want %v", name, x, s.values(x), want)
		}
	}
	for _, x := range s.series {
		if x.Subject == "atop" && (x.Quantity != record.RSS || !slices.Equal(s.values(x), []float64{3.6 * mib, 5 * mib, 5.3 * mib})) {
			t.Errorf("%+v %v", x, s.values(x))
		}
	}
	first, last := s.samples[0].At, s.samples[len(s.samples)-1].At
	if first.Wall.Format("15:04:05") != "19:08:49" || last.Wall.Format("15:04:05") != "19:08:59" || first.Lacks != record.LacksZone {
		t.Errorf("from %v to %v", first, last)
	}
	if n := 3 * (6 + 2 + 4); len(s.samples) != n || len(s.problems) > 0 { // of MEM, of SWP, processes
		t.Errorf("%d samples, want %d; %v", len(s.samples), n, s.problems)
	}
}

// TestAtopProcesses: the name of a process that ended stands in <>; a table without RSIZE says nothing of what is held.
func TestAtopProcesses(t *testing.T) {
	const screen = "ATOP - hv03   2026/11/26  19:08:49   -----------------   5s elapsed\nMEM | tot    23.5G | free   15.5G | avail  20.0G |\n"
	s := read(t, "atop.txt", screen+"  PID VSTACK  VSIZE  RSIZE SWAPSZ  MEM CMD   \n   12 132.0K   5.1M  16.0G     0B   0% qemu-kvm\n   13     0K     0K     0K     0B   0% <make>\n   14 132.0K   5.1M   4.0M     0B   0% tmux: server\n")
	held := map[string]float64{}
	for _, x := range s.samples {
		if x.Series.Quantity == record.RSS {
			held[x.Series.Subject] = x.Value
		}
	}
	if len(held) != 2 || held["qemu-kvm"] != 16*gib || held["tmux: server"] != 4*mib {
		t.Errorf("%v", held)
	}
	if x := s.find(t, "MEM avail"); x.Quantity != record.HostAvailable {
		t.Errorf("%+v", x)
	}
	s = read(t, "atop.txt", screen+"  PID SYSCPU USRCPU  VGROW  RGROW  CPU CMD \n   12  0.01s  0.02s   1.0G   1.0G   1% qemu-kvm\n")
	if len(s.samples) != 3 {
		t.Errorf("%d samples, want the host's 3", len(s.samples))
	}
}

// TestAtopBinary: the raw file is told by its first bytes, in the order of either kind of machine, and how to convert it is said.
func TestAtopBinary(t *testing.T) {
	if s := readFile(t, filepath.Join(fixtures, "atop-binary/head/atop_20261126")); !s.said("-P MEM,SWP,PRM") || len(s.samples) > 0 {
		t.Errorf("%v", s.problems)
	}
	if s := readBytes("atop_20261126", []byte("\xfe\xed\xbe\xef\x08\x82\x00\x00")); s.input.Format != "atop-binary" {
		t.Errorf("taken for %q", s.input.Format)
	}
}
