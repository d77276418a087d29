package cause

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/topology"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestCrash: a crash in so many words; "crashed" as libvirt says it of any lost monitor is no word for a crash.
func TestCrash(t *testing.T) {
	k := Case{Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{named(dead(Crash, record.VMCrashed, 0), "a")}, Seen: everything}
	lost := k
	lost.Deaths = []Death{named(dead(Vanished, record.VMKilled, 0), "a")}
	if weight(t, verdict.VMCrash, lost) >= weight(t, verdict.VMCrash, k) {
		t.Error("a lost monitor weighs as much as a segfault")
	}
	if f := finding(t, verdict.VMCrash, lost); f.Cap > .50 {
		t.Errorf("a lost monitor claims up to %v", f.Cap)
	}
}

// TestBrokenMemory: a QEMU process that ended within a minute of the kernel's SIGBUS for its broken memory died of that, and
// not of a shortage; what was said of another process, or long before, is no word on it.
func TestBrokenMemory(t *testing.T) {
	sigbus := func(after time.Duration, comm, pid string) topology.Sight {
		s := dead(Crash, record.HypervisorError, after).Sight
		s.Text = "its memory is broken"
		s.Attr = []record.Attr{{Key: record.AttrReason, Value: record.BrokenMemory}, {Key: record.AttrComm, Value: comm}, {Key: record.AttrPID, Value: pid}}
		return s
	}
	lost := named(dead(Vanished, record.VMKilled, 0), "a")
	lost.Victim.VM.PID = record.Known(7569)
	for name, c := range map[string]struct {
		near []topology.Sight
		want bool
	}{
		"nothing":           {nil, false},
		"its process":       {[]topology.Sight{sigbus(-time.Second, "qemu-kvm", "7569")}, true},
		"its thread":        {[]topology.Sight{sigbus(-time.Second, "CPU 0/KVM", "7571")}, true},
		"another VM's":      {[]topology.Sight{sigbus(-time.Second, "qemu-kvm", "8000")}, false},
		"another process's": {[]topology.Sight{sigbus(-time.Second, "mysqld", "7569")}, false},
		"long before":       {[]topology.Sight{sigbus(-90*time.Second, "qemu-kvm", "7569")}, false},
		"after its end":     {[]topology.Sight{sigbus(20*time.Second, "qemu-kvm", "7569")}, false},
	} {
		k := Case{At: moment(0), Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{lost}, Seen: everything, Near: c.near}
		f := finding(t, verdict.VMCrash, k)
		if got := strings.Contains(f.Headline.String(), "broken memory"); got != c.want || c.want != (f.Cap > .50) || c.want != (weight(t, verdict.VMCrash, k) > 15) {
			t.Errorf("%s: %q, up to %v", name, f.Headline, f.Cap)
		}
		k.Deaths = nil
		for _, other := range []verdict.Cause{verdict.Unexplained, verdict.Slowdown} {
			told := slices.ContainsFunc(finding(t, other, k).Evidence, func(e verdict.Evidence) bool { return e.Text.String() == "its memory is broken" && e.Weight == 0 })
			if told != (len(c.near) > 0) {
				t.Errorf("%s: %s tells of it: %v", name, other, told)
			}
		}
	}
	own := named(dead(Crash, record.VMCrashed, 0), "a")
	own.Attr = []record.Attr{{Key: record.AttrReason, Value: record.BrokenMemory}}
	f := finding(t, verdict.VMCrash, Case{Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{own}, Seen: everything})
	if !strings.Contains(f.Headline.String(), "broken memory") || len(f.Evidence) != 2 {
		t.Errorf("its own word: %q, %d pieces of evidence", f.Headline, len(f.Evidence))
	}
}

func TestStopped(t *testing.T) {
	said := named(dead(Stop, record.VMStopped, 0), "a")
	said.Attr = []record.Attr{{Key: record.AttrReason, Value: "destroyed"}}
	k := Case{Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{said}, Seen: everything}
	ended := k
	ended.Deaths = []Death{named(dead(Ended, record.VMStopped, 0), "a")}
	if weight(t, verdict.VMStopped, ended) >= weight(t, verdict.VMStopped, k) || finding(t, verdict.VMStopped, ended).Cap >= finding(t, verdict.VMStopped, k).Cap {
		t.Error("a machine that merely ended weighs as much as libvirt's word")
	}
	if got := finding(t, verdict.VMStopped, k).Headline.String(); got != "a was stopped (destroyed); nobody killed it" {
		t.Errorf("headline %q", got)
	}
}

// TestStoppedLongBefore: a planned stop five minutes before the fall, which stops do not take, weighs less than that any
// cause may have left no trace; where nothing measured throughput libvirt's word stands.
func TestStoppedLongBefore(t *testing.T) {
	stop := named(dead(Stop, record.VMStopped, -5*time.Minute), "test-sandbox")
	k := Case{Drop: fell(change.ClassOutage, 0, 1), Deaths: []Death{stop}, Seen: everything}
	if w := weight(t, verdict.VMStopped, k); w >= anyCause {
		t.Errorf("a stop long before the fall weighs %v", w)
	}
	k.Drop = nil
	if w := weight(t, verdict.VMStopped, k); w <= anyCause {
		t.Errorf("a stop without a throughput weighs %v", w)
	}
}

// TestReboot: a boot follows the fall by the minutes that a host takes to come up; a fall after the boot is another's.
func TestReboot(t *testing.T) {
	boot := func(after time.Duration) Case {
		return Case{Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{dead(Reboot, record.HostBoot, after)}, Seen: everything}
	}
	if w := weight(t, verdict.HostReboot, boot(4*time.Minute)) - weight(t, verdict.HostReboot, boot(-4*time.Minute)); w <= 0 {
		t.Errorf("a boot after the fall weighs %v more than one before it", w)
	}
	partial := boot(4 * time.Minute)
	partial.Drop = fell(change.ClassPartial, 0, .3)
	if weight(t, verdict.HostReboot, partial) >= weight(t, verdict.HostReboot, boot(4*time.Minute)) {
		t.Error("a host that is gone explains the loss of a third")
	}
}

// TestGenerator: the load went away at its source, unless the system under test shows a death.
func TestGenerator(t *testing.T) {
	lower := fell(change.ClassDeath, 0, 1) // it came back, though not to all that it was
	lower.Recovery, lower.RecoveredTo = lower.At+150, .8
	gap := fell(change.ClassOutage, 0, 1)
	gap.Gap = true
	k := Case{At: moment(0), Drop: gap, Seen: everything}
	base := weight(t, verdict.LoadGenerator, k)
	alive := k
	alive.Seen.Alive = true
	if weight(t, verdict.LoadGenerator, alive) <= base {
		t.Error("VMs that live on do not speak for it")
	}
	beside := k
	beside.Deaths = []Death{killed(HostKill, "none", 0)}
	if weight(t, verdict.LoadGenerator, beside) >= base {
		t.Error("a kill at that time does not weaken it")
	}
	blind := k
	blind.Seen.KernelLog = false
	if f := finding(t, verdict.LoadGenerator, blind); f.Cap > .70 {
		t.Errorf("without the host's log it claims up to %v", f.Cap)
	}
	for after, want := range map[float64]bool{100: false, 51: false, 50: true, 0: true} { // half of the users or fewer are left
		users := Case{Drop: fell(change.ClassDeath, 0, 1), Users: Users{Known: true, Before: 100, After: after}, Seen: everything}
		if got := finding(t, verdict.LoadGenerator, users).Testable; got != want {
			t.Errorf("users 100 to %v: testable %v, want %v", after, got, want)
		}
	}
	// Of 100 users 60 are left, and throughput fell by 40 %: they account for it. So do 69; 71 do not, nor a loss of 5.
	for _, c := range []struct {
		after, depth float64
		want         bool
	}{{60, .4, true}, {69, .4, true}, {71, .4, false}, {60, .9, false}, {95, .05, false}} {
		users := Case{Drop: fell(change.ClassPartial, 0, c.depth), Users: Users{Known: true, Before: 100, After: c.after}, Seen: everything}
		if got := finding(t, verdict.LoadGenerator, users).Testable; got != c.want {
			t.Errorf("users 100 to %v, %v lost: testable %v, want %v", c.after, c.depth, got, c.want)
		}
		without := users
		without.Users = Users{}
		if less := weight(t, verdict.Slowdown, users) < weight(t, verdict.Slowdown, without); less != c.want {
			t.Errorf("users 100 to %v, %v lost: weighs against a slowdown %v, want %v", c.after, c.depth, less, c.want)
		}
	}
	// Nothing was asked by the rows of the load: it speaks for the generator where the VMs live on and the log is quiet, proves
	// nothing alone, and is no slowdown. A stall is none of the generator's.
	silent := Case{At: moment(0), Drop: fell(change.ClassOutage, 0, 1), Seen: everything}
	silent.Drop.Requests = &verdict.Requests{Manner: verdict.Silent, Silent: verdict.Seconds(time.Minute)}
	unseen := silent
	unseen.Seen = Seen{Throughput: true}
	if weight(t, verdict.LoadGenerator, silent) <= anyCause || weight(t, verdict.LoadGenerator, unseen) >= anyCause {
		t.Errorf("weighs %v, and %v without logs and curves", weight(t, verdict.LoadGenerator, silent), weight(t, verdict.LoadGenerator, unseen))
	}
	if said := finding(t, verdict.Unexplained, unseen).Headline.String(); said != "The load tool asked nothing for 60 s; nothing in the inputs tells why" {
		t.Error(said)
	}
	asked := silent
	asked.Drop = fell(change.ClassOutage, 0, 1)
	if weight(t, verdict.Slowdown, silent) > weight(t, verdict.Slowdown, asked)-10 {
		t.Error("a slowdown although nothing was asked")
	}
	asked.Drop.Requests = &verdict.Requests{Manner: verdict.Stalled, Stalled: verdict.Seconds(time.Minute)}
	if finding(t, verdict.LoadGenerator, asked).Testable {
		t.Error("a stall may be the generator's")
	}
	// A fall without a gap and without the tool's word is the server's.
	if finding(t, verdict.LoadGenerator, Case{Drop: fell(change.ClassDeath, 0, 1), Seen: everything}).Testable {
		t.Error("any fall may be the generator's")
	}
}

// TestSlowdown needs a log that covers the time and is quiet, and VMs that live on.
func TestSlowdown(t *testing.T) {
	k := Case{At: moment(0), Drop: fell(change.ClassPartial, 0, .4), Seen: everything}
	k.Seen.Alive = true
	base := weight(t, verdict.Slowdown, k)
	died := k
	died.Deaths = []Death{killed(HostKill, "none", 0)}
	broken, ended := k, k
	broken.Seen.Alive, broken.Seen.BrokeOff = false, true
	ended.Seen.Alive = false // all curves end with their collector
	if one, all := weight(t, verdict.Slowdown, broken), weight(t, verdict.Slowdown, ended); one >= all || all >= base {
		t.Errorf("a VM's curve ends: %v; all end: %v; all go on: %v", one, all, base)
	}
	whole := k
	whole.Drop = fell(change.ClassDeath, 0, 1)
	alien := died
	alien.Deaths = []Death{{Sight: died.Deaths[0].Sight, Class: HostKill, Alien: true}}
	if w := weight(t, verdict.Slowdown, alien); w != base {
		t.Errorf("another host's kill weighs: %v, without it %v", w, base)
	}
	beyond := died
	beyond.Seen.Beside = true // a second death, minutes away, makes the first one none the less
	for name, other := range map[string]Case{"something died": died, "and something minutes away": beyond, "a VM's curve ends": broken, "it fell to nothing": whole} {
		if w := weight(t, verdict.Slowdown, other); w >= base {
			t.Errorf("%s: %v, without it %v", name, w, base)
		}
	}
	for name, seen := range map[string]func(*Seen){"no log": func(s *Seen) { s.KernelLog = false }, "a log with holes": func(s *Seen) { s.LogGap = true }} {
		x := k
		seen(&x.Seen)
		if f := finding(t, verdict.Slowdown, x); f.Cap > .45 {
			t.Errorf("%s: it claims up to %v", name, f.Cap)
		}
	}
	strange := k
	strange.Seen.Strange = true
	if f := finding(t, verdict.Slowdown, strange); f.Cap > .60 || weight(t, verdict.Slowdown, strange) >= base {
		t.Errorf("by the log of a host that may be another one it claims up to %v", f.Cap)
	}
	beside := k
	beside.Seen.Beside = true
	if f := finding(t, verdict.Slowdown, beside); f.Cap > .60 || weight(t, verdict.Slowdown, beside) >= base {
		t.Errorf("with a VM that ended minutes away it claims up to %v", f.Cap)
	}
	gap := k
	gap.Drop = fell(change.ClassOutage, 0, 1)
	gap.Drop.Gap = true
	if finding(t, verdict.Slowdown, gap).Testable {
		t.Error("figures that stop are a slowdown")
	}
}

func TestHealthy(t *testing.T) {
	if f := finding(t, verdict.Healthy, Case{Seen: everything}); !f.Testable || f.Excluded || f.Weight() <= 0 {
		t.Errorf("a run that held: %+v", f.Finding)
	}
	if f := finding(t, verdict.Healthy, Case{Seen: Seen{KernelLog: true}}); !f.Testable || f.Cap > .60 {
		t.Errorf("a quiet log alone: testable %v, up to %v", f.Testable, f.Cap)
	}
	restless := everything
	restless.Restless = true
	if f := finding(t, verdict.Healthy, Case{Seen: restless}); !f.Testable || f.Cap > .60 {
		t.Errorf("throughput without a level: testable %v, up to %v", f.Testable, f.Cap)
	}
	brief := everything
	brief.Brief = 14 * time.Second
	if f := finding(t, verdict.Healthy, Case{Seen: brief}); !f.Testable || f.Cap > .60 {
		t.Errorf("fourteen seconds of load: testable %v, up to %v", f.Testable, f.Cap)
	}
	beside := everything
	beside.Uncounted = true
	if f := finding(t, verdict.Healthy, Case{Seen: beside}); !f.Testable || f.Cap > .60 {
		t.Errorf("beside a load that was not counted: testable %v, up to %v", f.Testable, f.Cap)
	}
	if f := finding(t, verdict.Healthy, Case{Drop: fell(change.ClassDeath, 0, 1), Seen: everything}); !f.Excluded {
		t.Error("a fall is healthy")
	}
	if f := finding(t, verdict.Healthy, Case{Deaths: []Death{killed(HostKill, "none", 0)}, Seen: everything}); !f.Excluded {
		t.Error("a death is healthy")
	}
}

// TestUnexplained stands against every other cause with a fixed weight; its hints speak for none, but tell where to look.
func TestUnexplained(t *testing.T) {
	if f := finding(t, verdict.Unexplained, Case{Seen: everything}); !f.Excluded {
		t.Error("nothing failed, and it is unexplained")
	}
	m := onHost(16, 16)
	k := Case{At: moment(0), Drop: fell(change.ClassDeath, 0, 1), Memory: m, Seen: everything}
	base := finding(t, verdict.Unexplained, k)
	if base.Weight() != anyCause || len(base.Evidence) != 1 {
		t.Errorf("it weighs %v on %d pieces of evidence", base.Weight(), len(base.Evidence))
	}
	k.Growth = Growth{LastSample: noon.Add(time.Hour), Available: record.Known(gib), Holders: holding(m, 16, 16)}
	k.Growth.Holders[0].Ends = noon.Add(-10 * time.Second)
	k.Growth.Holders[1].Ends = noon.Add(time.Hour)
	f := finding(t, verdict.Unexplained, k)
	if f.Weight() != anyCause {
		t.Errorf("hints weigh: %v", f.Weight())
	}
	var said []string
	for _, e := range f.Evidence[1:] {
		said = append(said, e.Text.String())
	}
	if len(said) != 2 || !strings.Contains(said[0], "a's memory curve ends at 11:59:50") || !strings.Contains(said[1], "only 1.0 GiB of 62.6 GiB available") {
		t.Errorf("hints: %q", said)
	}
	k.Growth.LastSample = noon // all curves end: the export does
	k.Growth.Available = record.Known(20 * gib)
	if f := finding(t, verdict.Unexplained, k); len(f.Evidence) != 1 {
		t.Errorf("%d hints where there is none", len(f.Evidence)-1)
	}
	k.Seen.LogGap = true
	if f := finding(t, verdict.Unexplained, k); len(f.Missing) != 1 {
		t.Errorf("lines that the log lost: %d missing", len(f.Missing))
	}
}

// TestGuest: the kill is called by the guest that it stood in.
func TestGuest(t *testing.T) {
	d := killed(GuestKill, "none", 0)
	d.OOM.Victim.Comm, d.Host = "mysqld", "worker-1"
	f := finding(t, verdict.GuestOOM, Case{Drop: fell(change.ClassPartial, 0, .5), Deaths: []Death{d}, Seen: everything})
	if got := f.Headline.String(); got != "Inside worker-1 the guest's kernel ran out of memory and killed mysqld" {
		t.Errorf("headline %q", got)
	}
}

// TestFell says what the run felt in each shape.
func TestFell(t *testing.T) {
	back := fell(change.ClassOutage, 0, .5)
	back.Recovery = back.At + 90
	lower := fell(change.ClassDeath, 0, 1) // it came back, though not to all that it was
	lower.Recovery, lower.RecoveredTo = lower.At+150, .8
	gap := fell(change.ClassOutage, 0, 1)
	gap.Gap = true
	for want, d := range map[string]*Drop{
		"what the run felt of it is not known: no throughput covers the time": nil,
		"throughput fell from 1,800/s to nothing and stayed there":            fell(change.ClassDeath, 0, 1),
		"throughput fell from 1,800/s to 900/s, and was back after 90 s":      back,
		"throughput fell from 1,800/s to 0/s, and was back after 3 min":       lower,
		"throughput fell from 1,800/s to 900/s":                               fell(change.ClassPartial, 0, .5),
		"the load tool's figures stop at 12:00:00 after 1,800/s":              gap,
	} {
		if got := (&Case{Drop: d}).fell().String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if !math.IsNaN(fell(change.ClassDeath, 0, 1).Recovery) {
		t.Fatal("the builder's drop comes back")
	}
}
