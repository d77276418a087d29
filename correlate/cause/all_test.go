package cause

import (
	"slices"
	"strings"
	"testing"

	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// contract is the closed list of causes that reports may name.
var contract = []verdict.Cause{
	"host-overcommit", "host-consumer", "cgroup-limit", "guest-oom", "vm-crash", "vm-stopped", "host-reboot", "load-generator", "slowdown", "healthy", "unexplained",
}

func TestAll(t *testing.T) {
	var names []verdict.Cause
	titles := map[string]bool{}
	for _, h := range All() {
		names = append(names, h.Name)
		if h.Title == "" || titles[h.Title] || strings.HasSuffix(h.Title, ".") {
			t.Errorf("%s has the title %q", h.Name, h.Title)
		}
		titles[h.Title] = true
		if lines := strings.Count(strings.TrimSpace(h.Doc), "\n") + 1; lines < 2 || len(h.Doc) < 150 {
			t.Errorf("%s is documented in %d lines, %d bytes", h.Name, lines, len(h.Doc))
		}
		if h.Test == nil {
			t.Errorf("%s cannot be tested", h.Name)
		}
	}
	slices.Sort(names)
	want := slices.Sorted(slices.Values(contract))
	if !slices.Equal(names, want) {
		t.Errorf("causes %v, want %v, each once", names, want)
	}
}

// TestEmptyCase: of nothing only health (nothing fell) and "unexplained" can speak, and neither panics.
func TestEmptyCase(t *testing.T) {
	for _, name := range contract {
		f := finding(t, name, Case{})
		switch name {
		case verdict.Healthy: // nothing measured it
			if f.Testable {
				t.Error("healthy without throughput and without a log")
			}
		case verdict.Unexplained:
			if !f.Testable || f.Excluded {
				t.Error("unexplained is no answer to nothing")
			}
		default:
			if f.Testable || f.Death != nil {
				t.Errorf("%s is testable without any evidence", name)
			}
		}
	}
}

// TestGates: a literal line decides which kind of death it was; other kinds are not even testable.
func TestGates(t *testing.T) {
	for _, c := range []struct {
		death Death
		can   verdict.Cause
		gate  bool
	}{
		{killed(GroupKill, "memcg", 0), verdict.CgroupLimit, true},
		{killed(GuestKill, "none", 0), verdict.GuestOOM, true},
		{dead(Crash, record.VMCrashed, 0), verdict.VMCrash, false},
		{dead(Vanished, record.VMKilled, 0), verdict.VMCrash, false},
		{dead(Stop, record.VMStopped, 0), verdict.VMStopped, false},
		{dead(Ended, record.VMStopped, 0), verdict.VMStopped, false},
		{dead(Reboot, record.HostBoot, 0), verdict.HostReboot, false},
		{dead(Generator, record.GeneratorStopped, 0), verdict.LoadGenerator, false},
	} {
		k := Case{At: moment(0), Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{c.death}, Memory: onHost(16, 16, 16, 16, 8, 8), Seen: everything}
		for _, name := range contract {
			f := finding(t, name, k)
			switch name {
			case c.can:
				if !f.Testable || f.Excluded || f.Gate != c.gate || f.Death == nil {
					t.Errorf("%s: %s testable %v, excluded %v, gate %v", c.death.Class, name, f.Testable, f.Excluded, f.Gate)
				}
			case verdict.Healthy:
				if !f.Excluded {
					t.Errorf("%s: healthy is not excluded", c.death.Class)
				}
			case verdict.Slowdown, verdict.Unexplained: // they always stand against
			default:
				if f.Testable && !f.Excluded {
					t.Errorf("%s: %s is testable", c.death.Class, name)
				}
			}
		}
	}
}

// TestHostKillGates: a kill for the whole host speaks for the promise or for a consumer, and for no cgroup and no guest.
func TestHostKillGates(t *testing.T) {
	k := Case{At: moment(0), Drop: fell(change.ClassDeath, 0, 1), Deaths: []Death{killed(HostKill, "none", 0)}, Memory: onHost(16, 16, 16, 16, 8, 8), Seen: everything}
	for name, can := range map[verdict.Cause]bool{verdict.HostOvercommit: true, verdict.HostConsumer: true, verdict.CgroupLimit: false, verdict.GuestOOM: false, verdict.VMCrash: false} {
		if f := finding(t, name, k); f.Testable != can {
			t.Errorf("%s testable %v, want %v", name, f.Testable, can)
		}
	}
	// A process killed on a host that carries no VMs: nobody promised anything.
	java := killed(HostKill, "none", 0)
	java.OOM.Victim.Comm = "java"
	if f := finding(t, verdict.HostOvercommit, Case{Deaths: []Death{java}}); !f.Excluded {
		t.Error("overcommit of VMs on a host without VMs")
	}
	if f := finding(t, verdict.HostConsumer, Case{Deaths: []Death{java}}); !f.Testable || f.Excluded {
		t.Error("a consumer cannot be tested on a host without VMs")
	}
}

// TestSpoken: a finding that can win says a headline, and its evidence has words and no absurd weight.
func TestSpoken(t *testing.T) {
	for _, d := range []Death{
		named(killed(HostKill, "none", 0), "web-1"), killed(HostKill, "", 0), killed(HostKill, "cpuset", 0), killed(GroupKill, "memcg", 0), killed(GuestKill, "none", 0),
		dead(Crash, record.VMCrashed, 0), dead(Vanished, record.VMKilled, 0), dead(Stop, record.VMStopped, 0), dead(Ended, record.VMStopped, 0),
		dead(Reboot, record.KernelPanic, 0), dead(Generator, record.GeneratorStopped, 0),
	} {
		for _, drop := range []*Drop{nil, fell(change.ClassDeath, 0, 1), fell(change.ClassSlow, 0, .5)} {
			m := onHost(16, 16, 16, 16, 8, 8)
			k := Case{At: moment(0), Drop: drop, Deaths: []Death{d}, Memory: m, Seen: everything, Growth: Growth{Holders: holding(m, 16, 15, 12, 11, 4, 4)}}
			for _, name := range contract {
				f := finding(t, name, k)
				if !f.Testable || f.Excluded {
					continue
				}
				if s := f.Headline.String(); s == "" || strings.Contains(s, "%!") {
					t.Errorf("%s on %s: headline %q", name, d.Class, s)
				}
				if f.Cap < 0 || f.Cap > .97 {
					t.Errorf("%s on %s: cap %v", name, d.Class, f.Cap)
				}
				for _, text := range []verdict.Text{f.Condition, f.Trigger, f.Mechanism, f.Effect} {
					if strings.Contains(text.String(), "%!") {
						t.Errorf("%s on %s: %q", name, d.Class, text)
					}
				}
				for _, e := range f.Evidence {
					if e.Weight > 20 || e.Weight < -20 || e.Text.IsZero() || strings.Contains(e.Text.String(), "%!") {
						t.Errorf("%s on %s: %v weighs %v", name, d.Class, e.Text, e.Weight)
					}
				}
			}
		}
	}
}
