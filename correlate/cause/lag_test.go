package cause

import (
	"testing"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestTiming: a host stalls for up to half a minute before it kills, and clients wait up to a minute for their timeouts.
func TestTiming(t *testing.T) {
	for _, c := range []struct {
		name     string
		onset    time.Duration // after the death
		u        time.Duration // of the onset
		class    change.Class
		positive int // 1 speaks for, -1 against, 0 hardly either way
		full     bool
	}{
		{"the same moment", 0, 0, change.ClassDeath, 1, true},
		{"30 s before", -30 * time.Second, 0, change.ClassDeath, 1, true},
		{"31 s before", -31 * time.Second, 0, change.ClassDeath, 1, false},
		{"90 s before", -90 * time.Second, 0, change.ClassDeath, 1, false},
		{"91 s before", -91 * time.Second, 0, change.ClassDeath, -1, false},
		{"an hour before", -time.Hour, 0, change.ClassDeath, -1, false},
		{"60 s after", time.Minute, 0, change.ClassDeath, 1, true},
		{"61 s after", 61 * time.Second, 0, change.ClassDeath, 1, false},
		{"3 min after", 3 * time.Minute, 0, change.ClassDeath, 1, false},
		{"5 min after", 5 * time.Minute, 0, change.ClassDeath, 0, false},
		{"65 s after, give or take 5", 65 * time.Second, 5 * time.Second, change.ClassDeath, 1, true},
		{"35 s before, give or take 5", -35 * time.Second, 5 * time.Second, change.ClassDeath, 1, true},
		{"along a slope", 0, 0, change.ClassSlow, -1, false},
		{"clocks that tell nothing", time.Minute, 14 * time.Hour, change.ClassDeath, 0, false},
		{"an hour, clocks that tell nothing", time.Hour, 14 * time.Hour, change.ClassDeath, 0, false},
	} {
		drop := fell(c.class, c.onset, 1)
		drop.Onset.U = c.u
		k := &Case{Drop: drop}
		d := killed(HostKill, "none", 0)
		e := k.timing(&d)
		if c.full != (e.Weight == coincides) {
			t.Errorf("%s: %v, want the full %v: %v", c.name, e.Weight, coincides, c.full)
		}
		if sign(e.Weight) != c.positive {
			t.Errorf("%s: weight %v, want the sign %d", c.name, e.Weight, c.positive)
		}
		if e.Source != (verdict.Source{File: "messages", Line: 412}) {
			t.Errorf("%s: rests on %v", c.name, e.Source)
		}
	}
	// Requests that are refused half a minute before a process dies at its group's limit are refused by somebody else.
	for _, c := range []struct {
		class Class
		lag   time.Duration
		want  int
	}{{GroupKill, -30 * time.Second, -1}, {GroupKill, -5 * time.Second, 1}, {GroupKill, 0, 1}, {HostKill, -30 * time.Second, 1}, {GuestKill, -12 * time.Second, 1}} {
		drop := fell(change.ClassDeath, c.lag, 1)
		drop.Requests = &verdict.Requests{Manner: verdict.Refused}
		d := killed(c.class, "none", 0)
		if w := (&Case{Drop: drop}).timing(&d).Weight; sign(w) != c.want {
			t.Errorf("refused %v after the end: weight %v", c.lag, w)
		}
	}
	// A zone that nobody knows is the same zone in one file: what stands there a minute apart is a minute apart.
	own := killed(HostKill, "none", 0)
	own.U, own.From.File = 14*time.Hour, "tps.csv"
	for lag, want := range map[time.Duration]int{time.Minute: 1, time.Hour: 0, -time.Hour: -1} {
		if w := (&Case{Drop: fell(change.ClassDeath, lag, 1)}).timing(&own).Weight; sign(w) != want {
			t.Errorf("a death in the drop's own file, %v before: %v", lag, w)
		}
	}
	// Nobody measured: the death speaks for itself, but less than a drop with it would.
	d := killed(HostKill, "none", 0)
	if w := (&Case{}).timing(&d).Weight; w <= 0 || w >= coincides {
		t.Errorf("without throughput the death weighs %v", w)
	}
}

// sign leaves a weight of one deciban or less (a ratio of 1.26) as neither.
func sign(w float64) int {
	switch {
	case w > 1:
		return 1
	case w < -1:
		return -1
	}
	return 0
}

// TestLag: what the clocks' uncertainty can explain is no lag.
func TestLag(t *testing.T) {
	for _, c := range []struct{ onset, uDrop, uDeath, want time.Duration }{
		{10 * time.Second, 0, 0, 10 * time.Second},
		{10 * time.Second, 4 * time.Second, 3 * time.Second, 3 * time.Second},
		{10 * time.Second, 4 * time.Second, 8 * time.Second, 0},
		{-10 * time.Second, 4 * time.Second, 3 * time.Second, -3 * time.Second},
	} {
		d := killed(HostKill, "none", 0)
		d.U = c.uDeath
		k := Case{Drop: fell(change.ClassDeath, c.onset, 1)}
		k.Drop.Onset.U = c.uDrop
		if got := k.Lag(&d); got != c.want {
			t.Errorf("%v ± %v ± %v: %v, want %v", c.onset, c.uDrop, c.uDeath, got, c.want)
		}
	}
}

// TestBest: of several deaths the one that lies best to the drop, then the one that has a name, then the nearest.
func TestBest(t *testing.T) {
	early, late := killed(HostKill, "none", -10*time.Minute), killed(HostKill, "none", -5*time.Second)
	nameless, called := killed(HostKill, "none", -5*time.Second), named(killed(HostKill, "none", -20*time.Second), "web-1")
	near, far := killed(HostKill, "none", -5*time.Second), killed(HostKill, "none", -40*time.Second)
	before, behind, atOnce := killed(HostKill, "none", -25*time.Second), killed(HostKill, "none", 20*time.Second), killed(HostKill, "none", 5*time.Second)
	for _, c := range []struct {
		name string
		list []Death
		want time.Duration
	}{
		{"timing", []Death{early, late}, -5 * time.Second},
		{"timing before a name", []Death{named(early, "web-1"), late}, -5 * time.Second},
		{"a name", []Death{nameless, called}, -20 * time.Second},
		{"the nearest", []Death{far, near}, -5 * time.Second},
		{"the one before it, not the next one 45 s on", []Death{before, behind}, -25 * time.Second},
		{"one right behind it", []Death{before, atOnce}, 5 * time.Second},
		{"of the class", []Death{dead(Stop, record.VMStopped, 0), early}, -10 * time.Minute},
	} {
		k := Case{Drop: fell(change.ClassDeath, 0, 1), Deaths: c.list}
		if d := k.best(of(HostKill)); d == nil || !d.T.Equal(noon.Add(c.want)) {
			t.Errorf("%s: %v", c.name, d)
		}
	}
	k := Case{Deaths: []Death{early}}
	if k.best(of(Crash, Stop)) != nil {
		t.Error("a kill is a crash")
	}
}
