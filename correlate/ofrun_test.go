package correlate

import (
	"math"
	"testing"

	"oomortem/correlate/verdict"
)

// TestUnmeasured: where nobody measured load, a kill that lies hours from all figures may be of another day than the run;
// one that the figures cover, or that lies minutes before them, is not.
func TestUnmeasured(t *testing.T) {
	for at, sure := range map[float64]bool{-2 * 86400: false, -2 * 3600: false, -600: true, 3000: true} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3*86400, 7200)
		r.kill("messages", at, "python3", 4711, 40*gib, "/user.slice")
		r.memory("web-1", 7200, rising(4, 4, 0, 1))
		r.memory("web-2", 7200, rising(4, 4, 0, 1))
		in := only(t, r.report(Options{}))
		if in.Cause != verdict.HostConsumer || (in.Confidence > .60) != sure {
			t.Errorf("a kill at %v s: %s with %.2f", at, in.Cause, in.Confidence)
		}
		if a := in.Aggressors; len(a) != 1 || a[0].Name != "python3" || a[0].Bytes != 40*gib || a[0].Growth != 0 || !a[0].Since.IsZero() {
			t.Errorf("a kill at %v s: nobody measured how much python3 grew: %+v", at, a)
		}
	}
}

// TestGoneForAWhile: a VM whose curve is silent for minutes at the fall, while another's goes on, was gone. When both are silent
// nobody looked, and a hole elsewhere says nothing.
func TestGoneForAWhile(t *testing.T) {
	for _, c := range []struct {
		name       string
		from, to   float64 // of the hole in web-1's curve
		everywhere bool
		slowdown   bool
	}{
		{"no hole", 0, 0, false, true},
		{"a hole at the fall", 3000, 3200, false, false},
		{"the collector was away", 3000, 3200, true, true},
		{"an hour before", 600, 800, false, true},
		{"one sample is missing", 3000, 3016, false, true},
	} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.event("messages", -3000, "vm-started", "vm", "web-1")
		hole := func(level float64) func(float64) float64 {
			return func(t float64) float64 {
				if t > c.from && t < c.to {
					return math.NaN()
				}
				return level * gib
			}
		}
		r.memory("web-1", 7200, hole(12))
		if c.everywhere {
			r.memory("web-2", 7200, hole(8))
		} else {
			r.memory("web-2", 7200, rising(8, 8, 0, 1))
		}
		r.tps(7200, func(t float64) float64 {
			if t >= 3000 && t < 3300 {
				return .3
			}
			return 1
		})
		if in := only(t, r.report(Options{})); (in.Cause == verdict.Slowdown && in.Confidence > .6) != c.slowdown {
			t.Errorf("%s: %s with %.2f", c.name, in.Cause, in.Confidence)
		}
	}
}

// TestOtherYears: a log of another host and year, copied along, does not tell which host the run was on, however much
// it says.
func TestOtherYears(t *testing.T) {
	run := func() *records {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16, "web-3", 16, "web-4", 32)
		r.covers("messages", -3600, 7200)
		r.kill("messages", 3000, "qemu-kvm", 7569, 16*gib, "")
		r.memory("web-1", 2999, rising(16, 16, 0, 1))
		r.memory("web-2", 7200, rising(8, 15, 1800, 3000))
		r.tps(7200, until(3000))
		return r
	}
	alone, beside := run(), run()
	for i := range 200 {
		beside.event("other/messages", -3*365*86400+float64(i), "vm-started", "vm", "foreign-1").Host = "kvm9"
	}
	a, b := only(t, alone.report(Options{})), only(t, beside.report(Options{}))
	if a.Cause != verdict.HostOvercommit || b.Cause != a.Cause || b.Confidence != a.Confidence || b.Victim == nil || b.Victim.Host != "kvm1" {
		t.Errorf("with the other log %s %.2f, %+v; without %s %.2f", b.Cause, b.Confidence, b.Victim, a.Cause, a.Confidence)
	}
}
