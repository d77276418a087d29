package correlate

import (
	"strings"
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestCapacity: 65675952 kB are 62.63 GiB; less the 4 GiB of Red Hat's rule they are 58.63. 80 GiB of promises scale by
// 58.63/80 = 0.7329: 16 GiB to 11.73, so 11.5, and 8 GiB to 5.86, so 5.5, in steps of half a GiB. 4 × 11.5 + 2 × 5.5 = 57.
func TestCapacity(t *testing.T) {
	const half = gib / 2
	for _, c := range []struct {
		name    string
		vms     []any
		swap    string
		fits    string
		suggest []int64 // halves of a GiB, in the order of the names; nil: nothing is suggested
	}{
		{"80 GiB", []any{"a", 16, "b", 16, "c", 16, "d", 16, "e", 8, "f", 8}, "0",
			"80.0 GiB promised, 62.6 GiB there: 17.4 GiB too much, before the host itself has had anything", []int64{23, 23, 23, 23, 11, 11}},
		{"60 GiB", []any{"a", 13, "b", 13, "c", 13, "d", 13, "e", 4, "f", 4}, "0",
			"60.0 GiB promised, 62.6 GiB there: it fits only just. 2.6 GiB are left for the host and for QEMU's own 0.3 to 0.9 GiB per VM; Red Hat's rule keeps 4 GiB", nil},
		{"40 GiB", []any{"a", 16, "b", 16, "c", 8}, "0", "40.0 GiB promised, 62.6 GiB there: it fits, with 22.6 GiB left for the host and QEMU", nil},
		{"80 GiB and 32 of swap", []any{"a", 40, "b", 40}, "34359738368", "80.0 GiB promised, 94.6 GiB there: it fits, with 14.6 GiB left for the host and QEMU", nil},
	} {
		r := &records{}
		r.sizes(c.vms...)
		r.fact("meminfo", "", record.FactHostSwap, c.swap)
		r.covers("messages", 0, 3600)
		got := r.report(Options{}).Capacity
		if got == nil {
			t.Errorf("%s: no capacity", c.name)
			continue
		}
		if got.Fits.String() != c.fits {
			t.Errorf("%s: %q, want %q", c.name, got.Fits, c.fits)
		}
		sum := int64(0)
		for i, vm := range got.VMs {
			n, ok := vm.Suggested.Get()
			sum += n
			if ok != (c.suggest != nil) || ok && n != c.suggest[i]*half {
				t.Errorf("%s: %s gets %v", c.name, vm.Name, vm.Suggested)
			}
		}
		if c.suggest != nil && (sum != 57*gib || got.Reserve != 4*gib) {
			t.Errorf("%s: %d bytes in all, reserve %d", c.name, sum, got.Reserve)
		}
	}
}

// TestNoCapacity: what is not known is not worked out.
func TestNoCapacity(t *testing.T) {
	r := &records{}
	r.covers("messages", 0, 3600)
	if got := r.report(Options{}).Capacity; got != nil {
		t.Errorf("of nothing: %+v", got)
	}
	r.fact("list", "a", record.FactVM, "virsh list")
	r.fact("dominfo", "b", record.FactVMMemory, "85899345920")
	r.fact("meminfo", "", record.FactHostRAM, "67252174848")
	got := r.report(Options{}).Capacity
	if got == nil || got.Promised.Known() || got.Ratio != 0 || !got.Fits.IsZero() || got.Reserve != 0 {
		t.Errorf("one VM's size is not known: %+v", got)
	}
}

// TestAdvice: the arithmetic stands in the recommendation, the command holds the name as the shell must read it.
func TestAdvice(t *testing.T) {
	r := overcommitted()
	for i := range r.facts {
		if r.facts[i].Subject == "db-1" { // first by name
			r.facts[i].Subject = "a; reboot"
		}
	}
	rep := r.report(Options{})
	if rep.Verdict.Cause != verdict.HostOvercommit || len(rep.Recommendations) == 0 {
		t.Fatalf("%s, %d recommendations", rep.Verdict.Cause, len(rep.Recommendations))
	}
	first := rep.Recommendations[0]
	if !strings.Contains(first.Action.String(), "cut the VMs to 57.0 GiB in all") || !strings.Contains(first.Why.String(), "62.6 GiB of RAM - 4 GiB for the host and QEMU = 58.6 GiB; 80.0 GiB × 0.73 = 57.0 GiB") {
		t.Errorf("%q because %q", first.Action, first.Why)
	}
	if want := "virsh setmaxmem 'a; reboot' 5632M --config && virsh setmem 'a; reboot' 5632M --config"; !strings.HasPrefix(first.Command, want) { // 5.5 GiB
		t.Errorf("command %q", first.Command)
	}
}

// TestRAMFromScore: without meminfo a printed score gives the total that it was measured against (mm/oom_kill.c up to
// 5.0): 16804812 kB of hp-server's first victim at 256 ‰ are 62.6 GiB give or take; nothing is suggested on that.
func TestRAMFromScore(t *testing.T) {
	r := &records{}
	r.covers("messages", 0, 3600)
	kill := r.kill("messages", 600, "qemu-kvm", 7569, 16804564<<10, "")
	kill.OOM.Victim.File, kill.OOM.Victim.Shmem, kill.OOM.Victim.Badness = record.Known(232<<10), record.Known(16<<10), record.Known(256)
	got := r.report(Options{}).Capacity
	if got == nil || !got.RAMSlack.Known() {
		t.Fatalf("%+v", got)
	}
	ram, slack, truth := got.RAM.Or(0), got.RAMSlack.Or(0), int64(65675952)<<10
	if truth < ram-slack || truth > ram+slack || slack > truth/100 {
		t.Errorf("%d ± %d, want %d within", ram, slack, truth)
	}
}
