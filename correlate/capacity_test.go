package correlate

import (
	"slices"
	"strconv"
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

// TestAdviceWithoutRAM: what is not known is not told as nothing.
func TestAdviceWithoutRAM(t *testing.T) {
	for ram, want := range map[string]string{"": "+ 4 GiB < RAM", "67252174848": "+ 4 GiB < RAM (62.6 GiB here)"} {
		r := &records{}
		r.covers("messages", 0, 3600)
		r.kill("messages", 600, "qemu-kvm", 7569, 16*gib, "")
		if ram != "" {
			r.fact("meminfo", "", record.FactHostRAM, ram)
		}
		rep := r.report(Options{})
		if rep.Verdict.Cause != verdict.HostOvercommit || len(rep.Recommendations) == 0 || !strings.HasSuffix(rep.Recommendations[0].Why.String(), want) {
			t.Errorf("RAM %q: %s, %+v, want %q", ram, rep.Verdict.Cause, rep.Recommendations, want)
		}
	}
}

// TestBrokenMemoryAdvice: broken memory wants another module, whatever the verdict; on another host it is no business of the run.
func TestBrokenMemoryAdvice(t *testing.T) {
	for host, want := range map[string]bool{"kvm1": true, "loadgen": false} {
		r := overcommitted()
		r.event("messages", 100, record.HypervisorError, record.AttrReason, record.BrokenMemory, record.AttrComm, "qemu-kvm").Host = host
		got := slices.ContainsFunc(r.report(Options{}).Recommendations, func(a verdict.Recommendation) bool { return strings.Contains(a.Action.String(), "memory module") })
		if got != want {
			t.Errorf("on %s: %v", host, got)
		}
	}
}

// TestRAMFromScore: without meminfo the total that a printed score was measured against, which the kill's event holds, is
// the host's RAM and swap; where the victim's swap is not told it is the least, and of a promise above it nobody knows how far.
func TestRAMFromScore(t *testing.T) {
	const total, within = 64 * gib, gib / 4
	for name, c := range map[string]struct {
		constraint string
		badness    int64
		swap       string
		least      bool
		known      bool
		ratio      float64
	}{
		"all that counts is told": {"none", 256, "", false, true, 1.25},
		"but for swap":            {"none", 256, "", true, true, 0},
		"there is no swap":        {"none", 256, "0", true, true, 1.25},
		"too small a score":       {"none", 9, "", false, false, 0},
		"of a cgroup":             {"memcg", 256, "", false, false, 0},
		"perhaps of some nodes":   {"", 256, "", false, false, 0},
	} {
		r := &records{}
		r.covers("messages", 0, 3600)
		r.fact("dominfo", "web-1", record.FactVMMemory, strconv.Itoa(80*gib)) // 80 / 64 = 1.25
		if c.swap != "" {
			r.fact("swap", "", record.FactHostSwap, c.swap)
		}
		kill := r.kill("messages", 600, "qemu-kvm", 7569, 16*gib, "")
		kill.OOM.Constraint, kill.OOM.Victim.Badness = c.constraint, record.Known(c.badness)
		kill.OOM.Victim.Recomputed = record.Badness{Inferred: record.Known(total), Within: record.Known(within), Least: c.least}
		got := r.report(Options{}).Capacity
		if got == nil || got.RAM.Known() != c.known || c.known && (got.RAM != record.Known(total) || got.RAMSlack != record.Known(within)) || got.Ratio != c.ratio {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
