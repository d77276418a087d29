package correlate

import (
	"math"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// skewed is the overcommitted run with clocks that run ahead by so many seconds: the host's log, the memory curves, the
// load tool's. A second drop, if any, lies at second.
func skewed(log, mem, load, second float64) *records {
	r := overcommitted()
	ahead := func(st record.Stamp, s float64) record.Stamp {
		st.Wall = st.Wall.Add(time.Duration(s * float64(time.Second)))
		return st
	}
	for i := range r.events {
		r.events[i].At = ahead(r.events[i].At, log)
	}
	for i := range r.samples {
		x := &r.samples[i]
		switch {
		case x.Series.Quantity == record.Throughput:
			if t := x.At.Wall.Sub(begin).Seconds(); second > 0 && (t >= 4796 && t < 4900 || t >= second && t < second+100) {
				x.Value = 0
			} else if second > 0 {
				x.Value = 1800
			}
			x.At = ahead(x.At, load)
		default:
			x.At = ahead(x.At, mem)
		}
	}
	for path, in := range r.inputs {
		by := map[string]float64{"messages": log, "tps.csv": load}
		s, ok := by[path]
		if !ok {
			s = mem
		}
		in.First, in.Last = ahead(in.First, s), ahead(in.Last, s)
	}
	return r
}

// TestSkew: the death of web-1 stands in the log, in the end of its curve and in the throughput. Whichever of the three
// lies minutes from the other two is put back; the cause is found all the same.
func TestSkew(t *testing.T) {
	for _, c := range []struct {
		name           string
		log, mem, load float64
		moved          string
		by             time.Duration
	}{
		{"all agree", 0, 0, 0, "", 0},
		{"the log is 5 min ahead", 300, 0, 0, "messages", 5 * time.Minute},
		{"the log is 8 min behind", -480, 0, 0, "messages", -8 * time.Minute},
		{"the load tool is 6 min ahead", 0, 0, 360, "tps.csv", 6 * time.Minute},
		{"the load tool is 6 min behind", 0, 0, -360, "tps.csv", -6 * time.Minute},
		{"the curves are 4 min ahead", 0, 240, 0, "mem.csv", 4 * time.Minute},
		{"a lag that an effect may have", 0, 0, 40, "", 0},
	} {
		rep := skewed(c.log, c.mem, c.load, 0).report(Options{})
		in := only(t, rep)
		if in.Cause != verdict.HostOvercommit || in.Victim == nil || in.Victim.Name != "web-1" {
			t.Errorf("%s: %s of %+v", c.name, in.Cause, in.Victim)
		}
		for _, s := range rep.Clock.Sources {
			off := time.Duration(s.Skew) - c.by
			if s.Path != c.moved {
				off = time.Duration(s.Skew)
			}
			if s.Path == c.moved && off.Abs() > 30*time.Second || s.Path != c.moved && off != 0 && !(c.moved == "mem.csv" && s.Path == "host.csv") {
				t.Errorf("%s: %s is put back by %v", c.name, s.Path, time.Duration(s.Skew))
			}
		}
		true0 := after(4800).Add(time.Duration(c.log) * time.Second)
		if c.moved == "messages" {
			true0 = after(4800)
		}
		if c.moved != "" && in.At.Sub(true0).Abs() > 30*time.Second {
			t.Errorf("%s: the kill lies at %v", c.name, in.At)
		}
		if tp := in.Throughput; tp == nil || tp.Onset.Sub(in.At).Abs() > time.Minute {
			t.Errorf("%s: throughput %+v and the kill at %v lie apart", c.name, tp, in.At)
		}
	}
}

// TestSkewOfTwoKills: two VMs were killed within four minutes, by a log that runs ahead. The one began anew at once; the other's
// curve ends minutes before its line, and by as much the first kill falls on the only drop. A curve that ends elsewhere, or a
// drop that is nobody's even then, moves nothing.
func TestSkewOfTwoKills(t *testing.T) {
	for _, c := range []struct {
		name        string
		ahead, fall float64
		moved       time.Duration
	}{
		{"five minutes ahead", 300, 4796, 5 * time.Minute},
		{"ten minutes behind", -600, 4796, -10 * time.Minute},
		{"five minutes behind, so that the second kill lies a minute before the drop", -300, 4796, -5 * time.Minute},
		{"by the hour", 0, 4796, 0},
		{"the drop is another's", 300, 4680, 0},
	} {
		r := &records{}
		r.sizes("web-1", 24, "web-2", 24, "web-3", 24)
		r.covers("messages", -3600, 7200)
		r.kill("messages", 4800+c.ahead, "qemu-kvm", 7569, 20*gib, `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope/emulator`)
		r.kill("messages", 5020+c.ahead, "qemu-kvm", 7571, 16*gib, `/machine.slice/machine-qemu\x2d5\x2dweb\x2d3.scope/emulator`)
		r.memory("web-1", 7200, rising(20, 20, 0, 1))
		r.memory("web-2", 7200, rising(20, 20, 0, 1))
		r.memory("web-3", 5019, rising(16, 16, 0, 1))
		r.tps(7200, func(t float64) float64 {
			if t >= c.fall && t < 5400 {
				return .5
			}
			return 1
		})
		rep := r.report(Options{})
		moved := time.Duration(0)
		for _, s := range rep.Clock.Sources {
			if s.Path == "messages" {
				moved = time.Duration(s.Skew)
			} else if s.Skew != 0 {
				t.Errorf("%s: %s is put back by %v", c.name, s.Path, time.Duration(s.Skew))
			}
		}
		if (moved - c.moved).Abs() > 30*time.Second {
			t.Errorf("%s: the log is put back by %v", c.name, moved)
		}
		if in := rep.Incidents[0]; c.fall == 4796 && (in.Cause != verdict.HostOvercommit || in.Victim == nil || in.Victim.Name != "web-1") {
			t.Errorf("%s: %s with %.2f, victim %+v", c.name, in.Cause, in.Confidence, in.Victim)
		}
	}
}

// TestSkewPastAContainer: the log tells of a VM's kill ten minutes before the drop, and of a container's at its own limit half a
// minute behind it. That the VM's memory curve ends at the drop says more than that the container's kill lies near.
func TestSkewPastAContainer(t *testing.T) {
	r := &records{}
	r.sizes("web-1", 24, "web-2", 24, "web-3", 24)
	r.covers("messages", -3600, 7200)
	r.kill("messages", 4200, "qemu-kvm", 7569, 20*gib, `/machine.slice/machine-qemu\x2d3\x2dweb\x2d1.scope/emulator`)
	r.kill("messages", 4830, "report-cron", 9001, gib/2, "/system.slice/docker-0a1b.scope").OOM.Constraint = "memcg"
	r.memory("web-1", 4799, rising(20, 20, 0, 1))
	r.memory("web-2", 7200, rising(20, 20, 0, 1))
	r.memory("web-3", 7200, rising(16, 16, 0, 1))
	r.tps(7200, until(4800))
	in := r.report(Options{}).Incidents[0]
	if in.Cause != verdict.HostOvercommit || in.Victim == nil || in.Victim.Name != "web-1" {
		t.Errorf("%s with %.2f, victim %+v", in.Cause, in.Confidence, in.Victim)
	}
}

// TestNoSkew: where nothing tells which drop the death made, or the distance is too long, no clock is touched.
func TestNoSkew(t *testing.T) {
	for _, c := range []struct {
		name string
		runs *records
	}{
		{"two drops", skewed(300, 300, 0, 2000)},
		{"two drops, the death between them", skewed(300, 300, 0, 5250)},
		{"13 minutes", skewed(780, 780, 0, 0)},
	} {
		rep := c.runs.report(Options{})
		for _, s := range rep.Clock.Sources {
			if s.Skew != 0 {
				t.Errorf("%s: %s is put back by %v", c.name, s.Path, time.Duration(s.Skew))
			}
		}
	}
}

// TestPlannedStop: somebody shut web-2 down seven minutes before throughput fell, and log and memory curve agree on when.
// That is no reason to move the load tool's clock until the one falls on the other.
func TestPlannedStop(t *testing.T) {
	r := &records{}
	r.sizes("web-1", 16, "web-2", 16)
	r.covers("messages", -3600, 7200)
	r.event("messages", 3000, record.VMStopped, record.AttrVM, "web-2", record.AttrReason, "shutdown")
	r.memory("web-1", 7200, rising(8, 8, 0, 1))
	r.memory("web-2", 2999, rising(8, 8, 0, 1))
	r.tps(7200, func(t float64) float64 {
		if t >= 3420 && t < 3600 {
			return .2
		}
		return 1
	})
	rep := r.report(Options{})
	if in := only(t, rep); in.Cause == verdict.VMStopped || in.Victim != nil {
		t.Errorf("%s with %.2f, victim %+v", in.Cause, in.Confidence, in.Victim)
	}
	if m := rep.Mentions; len(m) != 1 || m[0].Source.File != "messages" || !m[0].At.Equal(after(3000)) {
		t.Errorf("the stop is not told: %+v", m)
	}
	for _, s := range rep.Clock.Sources {
		if s.Skew != 0 {
			t.Errorf("%s was moved by %v", s.Path, time.Duration(s.Skew))
		}
	}
}

// TestSkewOfPause: web-2 was suspended, and resumed four minutes later, seven minutes before throughput fell for as long: the
// log's clock is behind. A fall of another length, or one that never ended, is another event.
func TestSkewOfPause(t *testing.T) {
	for _, c := range []struct {
		name    string
		resumed float64 // s after the pause; 0: never
		down    float64
		cause   verdict.Cause
	}{
		{"as long", 240, 240, verdict.VMStopped},
		{"as long but for the clients' way back", 225, 240, verdict.VMStopped},
		{"half as long", 120, 240, verdict.Slowdown},
		{"throughput never came back", 240, 1e6, verdict.Slowdown},
		{"never resumed", 0, 240, verdict.Slowdown},
	} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.event("messages", 3000, record.VMStopped, record.AttrVM, "web-2", record.AttrReason, "paused")
		if c.resumed > 0 {
			r.event("messages", 3000+c.resumed, record.VMStarted, record.AttrVM, "web-2", record.AttrReason, "resumed")
		}
		r.memory("web-1", 7200, rising(8, 8, 0, 1))
		r.memory("web-2", 7200, rising(8, 8, 0, 1))
		r.tps(7200, func(t float64) float64 {
			if t >= 3420 && t < 3420+c.down {
				return .2
			}
			return 1
		})
		rep := r.report(Options{})
		in := only(t, rep)
		if named := in.Victim != nil && in.Victim.Name == "web-2"; in.Cause != c.cause || named != (c.cause == verdict.VMStopped) {
			t.Errorf("%s: %s with %.2f, victim %+v", c.name, in.Cause, in.Confidence, in.Victim)
		}
		for _, s := range rep.Clock.Sources {
			if moved := s.Skew != 0; moved != (c.cause == verdict.VMStopped && s.Path == "messages") {
				t.Errorf("%s: %s was moved by %v", c.name, s.Path, time.Duration(s.Skew))
			}
		}
	}
}

// panicked is a run whose host panics and comes up again 85 s later, by a log that runs behind by so many seconds: the
// VMs' memory is gone with it and grows anew, and throughput is back after three minutes.
func panicked(behind float64) *records {
	const end = 4800
	r := &records{}
	r.sizes("web-1", 16, "web-2", 16)
	r.covers("messages", -3600, 7200)
	r.event("messages", end-behind, record.KernelPanic)
	r.event("messages", end+85-behind, record.HostBoot)
	for i, vm := range []string{"web-1", "web-2"} {
		r.event("messages", end+105+float64(i)-behind, record.VMStarted, record.AttrVM, vm)
		old, young := rising(8, 8, 0, 1), rising(.3, 4, end+105, end+400)
		r.memory(vm, 7200, func(t float64) float64 {
			switch {
			case t < end:
				return old(t)
			case t < end+105:
				return math.NaN()
			}
			return young(t)
		})
	}
	r.tps(7200, func(t float64) float64 {
		if t >= end && t < end+180 {
			return 0
		}
		return 1
	})
	return r
}

// TestSkewOfReboot: whether the boot lies far from the fall or, by the log's clock, a few minutes before it, throughput
// that held while the host was down shows that the clocks differ. A neighbour's kill in the second of the fall is no reason to
// think them right.
func TestSkewOfReboot(t *testing.T) {
	for i, behind := range []float64{0, 314, 600, 600} {
		r := panicked(behind)
		if i == 3 {
			r.kill("kvm9-messages", 4800, "qemu-kvm", 7569, 16*gib, `/machine.slice/machine-qemu\x2d3\x2dother\x2dvm\x2d3.scope`).Host = ""
		}
		rep := r.report(Options{})
		if in := only(t, rep); in.Cause != verdict.HostReboot {
			t.Errorf("%v s behind: %s with %.2f", behind, in.Cause, in.Confidence)
		}
		for _, s := range rep.Clock.Sources {
			if want := time.Duration(-behind * float64(time.Second)); s.Path == "messages" && (time.Duration(s.Skew)-want).Abs() > 30*time.Second {
				t.Errorf("%v s behind: put back by %v", behind, time.Duration(s.Skew))
			}
		}
	}
}

// TestSkewOfAbsence: somebody destroyed web-1 and started it again three minutes later. Its memory is silent for as long, at the
// fall of throughput, and the log tells of it nine minutes later: it is the log's clock that is off. A curve that falls
// silent twice does not tell which silence is meant.
func TestSkewOfAbsence(t *testing.T) {
	const ahead = 531 * time.Second
	for _, twice := range []bool{false, true} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.event("messages", 4800+ahead.Seconds(), record.VMStopped, record.AttrVM, "web-1", record.AttrReason, "destroyed")
		r.event("messages", 4980+ahead.Seconds(), record.VMStarted, record.AttrVM, "web-1")
		held := rising(8, 9, 0, 7200)
		r.memory("web-1", 7200, func(t float64) float64 {
			if t >= 4800 && t < 4980 || twice && t >= 5100 && t < 5300 {
				return math.NaN()
			}
			return held(t)
		})
		r.memory("web-2", 7200, rising(8, 9, 0, 7200))
		r.tps(7200, func(t float64) float64 {
			if t >= 4800 && t < 4980 {
				return 0
			}
			return 1
		})
		rep := r.report(Options{})
		in := only(t, rep)
		if found := in.Cause == verdict.VMStopped && in.Victim != nil && in.Victim.Name == "web-1"; found == twice {
			t.Errorf("twice %v: %s with %.2f, victim %+v", twice, in.Cause, in.Confidence, in.Victim)
		}
		for _, s := range rep.Clock.Sources {
			if moved := (time.Duration(s.Skew) - ahead).Abs() < 30*time.Second; s.Path == "messages" && moved == twice {
				t.Errorf("twice %v: %s is put back by %v", twice, s.Path, time.Duration(s.Skew))
			}
		}
	}
}

// TestRebootBeforeTheRun: the host was restarted, then the load began, and ten minutes after the restart throughput fell.
func TestRebootBeforeTheRun(t *testing.T) {
	r := &records{}
	r.sizes("web-1", 16, "web-2", 16)
	r.covers("messages", -3600, 3600)
	r.event("messages", -180, record.HostShutdown)
	r.event("messages", -120, record.HostBoot)
	r.memory("web-1", 3600, rising(8, 8, 0, 1))
	r.memory("web-2", 3600, rising(8, 8, 0, 1))
	r.tps(3600, func(t float64) float64 {
		if t >= 420 {
			return .2
		}
		return 1
	})
	rep := r.report(Options{})
	if in := only(t, rep); in.Cause == verdict.HostReboot {
		t.Errorf("%s with %.2f", in.Cause, in.Confidence)
	}
	for _, s := range rep.Clock.Sources {
		if s.Skew != 0 {
			t.Errorf("%s was moved by %v", s.Path, time.Duration(s.Skew))
		}
	}
}

// TestRebootOfNobodysHost: the VMs' memory goes on through the fall of throughput, so the host that came up minutes before is
// not theirs, or was down at another time.
func TestRebootOfNobodysHost(t *testing.T) {
	for _, behind := range []float64{0, 314, 600} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.event("messages", 4800-behind, record.KernelPanic)
		r.event("messages", 4885-behind, record.HostBoot)
		r.memory("web-1", 7200, rising(8, 9, 0, 7200))
		r.memory("web-2", 7200, rising(8, 9, 0, 7200))
		r.tps(7200, until(4800))
		rep := r.report(Options{})
		if in := only(t, rep); in.Cause == verdict.HostReboot {
			t.Errorf("%v s before: %s with %.2f", behind, in.Cause, in.Confidence)
		}
	}
}

// TestStopByAnOpenClock: a load tool's figures in local time of a zone that nothing tells, and a VM that was shut down some time of the
// day. VMs are shut down every day, and suspended for no routine.
func TestStopByAnOpenClock(t *testing.T) {
	for reason, want := range map[string]verdict.Cause{"shutdown": verdict.Unexplained, "destroyed": verdict.Unexplained, "paused": verdict.VMStopped} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -3600, 7200)
		r.event("messages", 2000, record.VMStopped, record.AttrVM, "web-2", record.AttrReason, reason)
		r.tps(7200, until(3000)) // 1000 s later: by no zone in use at once
		for i := range r.samples {
			r.samples[i].At.Lacks |= record.LacksZone
		}
		in := r.inputs["tps.csv"]
		in.First.Lacks, in.Last.Lacks = record.LacksZone, record.LacksZone
		if in := only(t, r.report(Options{})); in.Cause != want || in.Confidence > .8 {
			t.Errorf("%s: %s with %.2f", reason, in.Cause, in.Confidence)
		}
	}
}

// TestSkewOfTheHostsOwnCurve: what the host measured itself is ahead with its log, and is put back with it: the room that the kill
// made comes by its clock five minutes behind the drop. A collector elsewhere, whose curve has the room at the drop, stays.
func TestSkewOfTheHostsOwnCurve(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"by the host's clock": 5 * time.Minute, "by another": 0} {
		r := skewed(300, 0, 0, 0)
		for i := range r.samples {
			if x := &r.samples[i]; x.Series.Quantity == record.HostAvailable {
				x.At.Wall = x.At.Wall.Add(ahead)
			}
		}
		rep := r.report(Options{})
		if in := only(t, rep); len(in.Aggressors) != 1 || in.Aggressors[0].Name != "web-2" {
			t.Errorf("%s: aggressors %+v, want web-2", name, in.Aggressors)
		}
		for _, s := range rep.Clock.Sources {
			if s.Path == "host.csv" && time.Duration(s.Skew).Round(time.Minute) != ahead {
				t.Errorf("%s: host.csv was moved by %v", name, time.Duration(s.Skew))
			}
		}
	}
}
