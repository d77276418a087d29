package correlate

import (
	"math"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestHarm: a VM of six is killed under a load of 9 requests a second, whose scatter (σ = 2.1) hides the loss of one.
// Over five minutes it shows: 1.5/s against a standard error of 2.1·√(2/60) = .38 at a sample each 5 s. A VM that served nothing harms nothing.
func TestHarm(t *testing.T) {
	for _, c := range []struct {
		after float64
		cause verdict.Cause
	}{{7.5, verdict.HostOvercommit}, {9, verdict.Healthy}} {
		r := overcommitted()
		for i := range r.samples {
			x := &r.samples[i]
			if x.Series.Quantity != record.Throughput {
				continue
			}
			level := 9.0
			if x.At.Wall.After(after(4800)) {
				level = c.after
			}
			x.Value = math.Round(max(0, level+3*math.Sin(float64(i*i)))*100) / 100 // a deterministic scatter of σ = 3/√2
		}
		rep := r.report(Options{})
		if got := rep.Verdict; got.Cause != c.cause {
			t.Errorf("from 9/s to %v/s: %s with %.2f, want %s", c.after, got.Cause, got.Confidence, c.cause)
		}
		for _, in := range rep.Incidents {
			for _, e := range in.Evidence {
				if strings.Contains(e.Text.String(), "no throughput covers") {
					t.Errorf("throughput does cover that time: %s", e.Text)
				}
			}
		}
	}
}

// TestUndatedKill: dmesg beside a load tool's results, with nothing that lays one over the other. The kill is told, and a
// run that may hold it is not surely a healthy one.
func TestUndatedKill(t *testing.T) {
	r := &records{}
	r.tps(7200, whole)
	r.kill("dmesg.txt", 0, "websrv", 5384, gib, "/vmweb01").At = record.Stamp{Mono: 2076 * time.Second, Prec: time.Microsecond, Lacks: record.LacksWall}
	rep := r.report(Options{})
	if rep.Verdict.Cause != verdict.Healthy || rep.Verdict.Confidence > .6 {
		t.Errorf("%s with %v", rep.Verdict.Cause, rep.Verdict.Confidence)
	}
	if len(rep.Mentions) != 1 || !rep.Mentions[0].At.IsZero() || rep.Mentions[0].Source.File != "dmesg.txt" {
		t.Errorf("mentions %+v", rep.Mentions)
	}
}

// TestLooseKill: logs of a zone that nothing gives away tell of a kill. Within fourteen hours of the run it may have been in
// it, a day after it was not. A VM whose memory went on to the run's end was not killed in it; a load tool leaves no curve.
func TestLooseKill(t *testing.T) {
	for _, c := range []struct {
		name  string
		host  string
		at    float64
		curve bool
		loose bool
	}{
		{"k6 at the run's end", "loadgen-1", 7200, true, true},
		{"k6 ten hours later", "loadgen-1", 7200 + 10*3600, false, true},
		{"k6 a day later", "loadgen-1", 7200 + 30*3600, false, false},
		{"a VM in the run", "kvm1", 3600, false, true},
		{"a VM that lived on", "kvm1", 3600, true, false},
		{"a VM a day later", "kvm1", 7200 + 30*3600, false, false},
	} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.event("messages", -3000, record.VMStarted, record.AttrVM, "web-1")
		r.tps(7200, whole)
		if c.curve {
			r.memory("web-1", 7200, rising(8, 9, 0, 7200))
		}
		e := r.kill("loadgen.txt", c.at, "k6", 8429, gib, "/user.slice/session-3.scope")
		if c.host == "kvm1" {
			e.OOM.Victim.Comm, e.OOM.TaskMemcg = "qemu-kvm", `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope/emulator`
		}
		e.Host, e.At.Prec, e.At.Lacks = c.host, time.Second, record.LacksZone
		rep := r.report(Options{})
		if loose := rep.Verdict.Confidence <= .6; rep.Verdict.Cause != verdict.Healthy || loose != c.loose {
			t.Errorf("%s: %s with %v", c.name, rep.Verdict.Cause, rep.Verdict.Confidence)
		}
	}
}

// TestBeside: throughput lost half for some minutes, and the kernel killed a service at its own limit nine minutes later, by
// the log's clock. One that held a fifth of the host may be what fell; a job of half a GiB is not.
func TestBeside(t *testing.T) {
	for held, beside := range map[int64]bool{12 * gib: true, gib / 2: false} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.event("messages", -3000, record.VMStarted, record.AttrVM, "web-1")
		r.kill("messages", 5340, "beam.smp", 152378, held, "/system.slice/rabbitmq.service").OOM.Constraint = "memcg"
		r.memory("web-1", 7200, rising(8, 9, 0, 7200))
		r.tps(7200, func(t float64) float64 {
			if t >= 4800 && t < 5280 {
				return .5
			}
			return 1
		})
		if in := only(t, r.report(Options{})); in.Cause != verdict.Slowdown || in.Confidence <= .6 != beside {
			t.Errorf("%d MiB: %s with %v", held>>20, in.Cause, in.Confidence)
		}
	}
}

// TestPausedBeside: throughput lost half for some minutes, and by the log's clock a VM of the run was suspended so long before.
// Nobody does that by routine, as VMs are shut down: the clocks may be apart.
func TestPausedBeside(t *testing.T) {
	for _, c := range []struct {
		reason string
		ahead  float64
		beside bool
	}{
		{"paused", 420, true},
		{"paused", 900, false},
		{"shutdown", 420, false},
	} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.event("messages", 4800-c.ahead, record.VMStopped, record.AttrVM, "web-1", record.AttrReason, c.reason)
		r.memory("web-1", 7200, rising(8, 9, 0, 7200))
		r.tps(7200, func(t float64) float64 {
			if t >= 4800 && t < 5280 {
				return .5
			}
			return 1
		})
		if in := only(t, r.report(Options{})); in.Cause != verdict.Slowdown || in.Confidence <= .6 != c.beside {
			t.Errorf("%s, %v s before: %s with %v", c.reason, c.ahead, in.Cause, in.Confidence)
		}
	}
}

// TestInAnOutage: throughput fell, and twenty minutes on, while it was down still, the kernel killed a VM. That no throughput
// covers the time is not so.
func TestInAnOutage(t *testing.T) {
	r := quietHost()
	r.tps(7200, until(3600))
	r.kill("messages", 4800, "qemu-kvm", 7569, 16*gib, `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope/emulator`)
	rep := r.report(Options{})
	if len(rep.Incidents) != 2 {
		t.Fatalf("%d incidents", len(rep.Incidents))
	}
	if got, want := rep.Incidents[1].Effect.String(), "none that can be told apart: throughput was down since "; !strings.HasPrefix(got, want) {
		t.Errorf("effect: %s", got)
	}
}
