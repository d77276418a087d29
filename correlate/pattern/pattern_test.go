package pattern

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
)

const gib = 1 << 30

// kill is a run of day d in which the host ran out and killed a VM while another grew.
func kill(day int, victim, grower string) Run {
	start := time.Date(2021, 2, day, 9, 0, 0, 0, time.FixedZone("", 8*3600))
	return Run{
		Name: fmt.Sprintf("run-%02d", day), Cause: verdict.HostOvercommit, Confidence: .95, Start: start, Zoned: true, Host: "h1",
		RAM: 62 * gib, Promised: 80 * gib, Sizes: []Size{{"vm-1", 40 * gib}, {"vm-2", 40 * gib}},
		Failure: &Failure{At: start.Add(time.Hour), Cause: "host-overcommit", Kind: "vm", Victim: victim,
			Aggressor: &Growth{Kind: "vm", Name: grower}, After: 3600, Volume: 5e6, FlatVictim: victim != grower},
	}
}

// held is a run of day d in which nothing failed, with smaller VMs.
func held(day int, achieved float64) Run {
	r := kill(day, "", "")
	r.Cause, r.Failure, r.Promised = verdict.Healthy, nil, 60*gib
	r.Sizes = []Size{{"vm-1", 30 * gib}, {"vm-2", 30 * gib}}
	r.Load = &Load{Achieved: achieved, Duration: 4 * 3600}
	return r
}

func guest(day int, host, comm string) Run {
	r := kill(day, comm, "")
	r.Host, r.Cause, r.Promised = host, verdict.GuestOOM, 0
	r.Failure.Kind, r.Failure.Comm, r.Failure.Aggressor = "process", comm, nil
	return r
}

func with(r Run, change func(*Run)) Run {
	if r.Failure != nil {
		f := *r.Failure
		r.Failure = &f
	}
	change(&r)
	return r
}

func only(found []verdict.Pattern, kind verdict.PatternKind) []verdict.Pattern {
	return slices.DeleteFunc(slices.Clone(found), func(p verdict.Pattern) bool { return p.Kind != kind })
}

func TestFind(t *testing.T) {
	after := func(seconds, volume float64) func(*Run) {
		return func(r *Run) { r.Failure.After, r.Failure.Volume = seconds, volume }
	}
	for _, c := range []struct {
		name  string
		runs  []Run
		kind  verdict.PatternKind
		says  string // part of the statement; "" wants no pattern of the kind
		least float64
		most  float64
	}{
		{"two victims on one host", []Run{kill(1, "vm-1", "vm-2"), kill(2, "vm-2", "vm-1")}, verdict.VictimVaries, "no single guest leaks", .8, .97},
		{"one victim does not vary", []Run{kill(1, "vm-1", "vm-2"), kill(2, "vm-1", "vm-2")}, verdict.VictimVaries, "", 0, 0},
		{"one run is no pattern", []Run{kill(1, "vm-1", "vm-2")}, verdict.VictimVaries, "", 0, 0},
		{"two hosts are not one", []Run{kill(1, "vm-1", "vm-2"), with(kill(2, "vm-2", "vm-1"), func(r *Run) { r.Host = "h2" })}, verdict.VictimVaries, "", 0, 0},
		{"one grower behind two victims is blamed, the host is not", []Run{kill(1, "vm-1", "vm-3"), kill(2, "vm-2", "vm-3")}, verdict.VictimVaries, "look at vm-3", .5, .97},
		{"promises that fit speak against it", []Run{
			with(kill(1, "vm-1", "vm-2"), func(r *Run) { r.Promised = 50 * gib }), with(kill(2, "vm-2", "vm-1"), func(r *Run) { r.Promised = 50 * gib }),
		}, verdict.VictimVaries, "vm-1, vm-2", .4, .85},

		{"the same victim that grew is a leak", []Run{
			with(kill(1, "vm-1", "vm-1"), func(r *Run) { r.Failure.Growth = &Growth{Name: "vm-1", PerMillion: 100 << 20} }),
			with(kill(2, "vm-1", "vm-1"), func(r *Run) { r.Failure.Growth = &Growth{Name: "vm-1", PerMillion: 300 << 20} }),
		}, verdict.SameVictim, "look for a leak in it", .8, .97},
		{"the same victim that did not grow is none", []Run{kill(1, "vm-1", "vm-2"), kill(2, "vm-1", "vm-2")}, verdict.SameVictim, "not the one at fault", .4, .9},
		{"a pod's next life is the same pod", []Run{
			with(kill(1, "mysql", ""), func(r *Run) { r.Cause = verdict.CgroupLimit; r.Failure.Kind = "pod" }),
			with(kill(2, "mysql", ""), func(r *Run) { r.Cause = verdict.CgroupLimit; r.Failure.Kind = "pod" }),
		}, verdict.SameVictim, "mysql", .4, .97},

		{"a process on two hosts", []Run{guest(1, "h1", "java"), guest(2, "h2", "java")}, verdict.SameProcess, "java is in 2 of 2", .7, .97},
		{"two processes", []Run{guest(1, "h1", "java"), guest(2, "h2", "mysqld")}, verdict.SameProcess, "", 0, 0},
		{"QEMU is no process", []Run{kill(1, "vm-1", "vm-1"), kill(2, "vm-1", "vm-1")}, verdict.SameProcess, "", 0, 0},

		// range 0.1 of a mean of 30: r = 1/600, 3r² - 2r³ is less than a thousandth
		{"the same volume", []Run{with(kill(1, "a", ""), after(3000, 30.0e6)), with(kill(2, "b", ""), after(9000, 30.1e6)), with(kill(3, "c", ""), after(6000, 30.05e6))},
			verdict.TimeToFailure, "transactions, whatever the time", .96, .97},
		{"the same time", []Run{with(kill(1, "a", ""), after(3600, 0)), with(kill(2, "b", ""), after(3610, 0)), with(kill(3, "c", ""), after(3620, 0))},
			verdict.TimeToFailure, "60 min after the load's start", .96, .97},
		{"two times are chance", []Run{with(kill(1, "a", ""), after(3600, 0)), with(kill(2, "b", ""), after(3600, 0))}, verdict.TimeToFailure, "", 0, 0},
		{"times all over", []Run{with(kill(1, "a", ""), after(600, 0)), with(kill(2, "b", ""), after(3600, 0)), with(kill(3, "c", ""), after(9000, 0))}, verdict.TimeToFailure, "", 0, 0},

		{"smaller VMs held beyond the failures", []Run{kill(1, "vm-1", "vm-2"), kill(2, "vm-2", "vm-1"), held(3, 20e6)}, verdict.FixedByChange, "from 80.0 GiB to 60.0 GiB", .85, .97},
		{"a run that ended too early proves little", []Run{kill(1, "vm-1", "vm-2"), held(3, 1e6)}, verdict.FixedByChange, "80.0 GiB", .1, .5},
		{"it failed again", []Run{kill(1, "vm-1", "vm-2"), held(3, 20e6), with(held(4, 1), func(r *Run) { r.Cause = verdict.HostOvercommit; r.Failure = kill(4, "vm-1", "").Failure })}, verdict.FixedByChange, "", 0, 0},
		{"no change of sizes", []Run{kill(1, "vm-1", "vm-2"), with(held(3, 20e6), func(r *Run) { r.Sizes = kill(1, "", "").Sizes })}, verdict.FixedByChange, "", 0, 0},

		{"three times on one host", []Run{kill(1, "a", ""), kill(2, "b", ""), kill(3, "c", "")}, verdict.Recurrence, "3 of its 3 runs", .6, .9},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := only(Find(c.runs), c.kind)
			if c.says == "" {
				if len(found) > 0 {
					t.Errorf("found %s: %q", found[0].Kind, found[0].Statement)
				}
				return
			}
			if len(found) != 1 || !strings.Contains(found[0].Statement.String(), c.says) {
				t.Fatalf("found %v, want one that says %q", found, c.says)
			}
			if p := found[0].Confidence; p < c.least || p > c.most {
				t.Errorf("confidence %v, want %v to %v", p, c.least, c.most)
			}
		})
	}
}

// TestOrder finds the same whatever order the runs come in.
func TestOrder(t *testing.T) {
	runs := []Run{kill(1, "vm-1", "vm-2"), kill(2, "vm-2", "vm-1"), held(3, 20e6), guest(4, "h2", "java"), guest(5, "h3", "java")}
	want := fmt.Sprint(Find(runs))
	slices.Reverse(runs)
	if got := fmt.Sprint(Find(runs)); got != want {
		t.Errorf("%s\n%s", got, want)
	}
}

func TestHour(t *testing.T) {
	var runs []Run
	for day := range 6 {
		runs = append(runs, with(kill(day+1, "a", ""), func(r *Run) { r.Failure.At = time.Date(2021, 2, day+1, 2, 5*day, 0, 0, r.Start.Location()) }))
	}
	found := only(Find(runs), verdict.Recurrence)
	if !slices.ContainsFunc(found, func(p verdict.Pattern) bool { return strings.Contains(p.Statement.String(), "around 2 o'clock") }) {
		t.Errorf("%v: want one that says 2 o'clock", found)
	}
	for i := range runs {
		runs[i] = with(runs[i], func(r *Run) { r.Failure.At = r.Failure.At.Add(time.Duration(4*i) * time.Hour) })
	}
	for _, p := range only(Find(runs), verdict.Recurrence) {
		if strings.Contains(p.Statement.String(), "o'clock") {
			t.Errorf("%q for failures all round the clock", p.Statement)
		}
	}
}

// plateau gives a run whose stretches lie around a rate.
func plateau(day int, rate float64) Run {
	r := held(day, 1e7)
	r.Load.Tool = "k6"
	for i := range plateauSteps {
		r.Load.Steps = append(r.Load.Steps, rate+float64(i%5))
	}
	return r
}

func TestThroughputRegression(t *testing.T) {
	if found := only(Find([]Run{plateau(1, 1000), plateau(2, 900)}), verdict.ThroughputRegression); len(found) != 1 || found[0].Confidence < .6 {
		t.Errorf("a tenth less: %v", found)
	}
	for name, second := range map[string]Run{
		"a fiftieth less":   plateau(2, 980),
		"more":              plateau(2, 1100),
		"another host":      with(plateau(2, 500), func(r *Run) { r.Host = "h2" }),
		"other sizes":       with(plateau(2, 500), func(r *Run) { r.Sizes = kill(1, "", "").Sizes }),
		"another load tool": with(plateau(2, 500), func(r *Run) { l := *r.Load; l.Tool = "jmeter"; r.Load = &l }),
	} {
		if found := only(Find([]Run{plateau(1, 1000), second}), verdict.ThroughputRegression); len(found) != 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// TestRankTest compares with values worked out by hand.
func TestRankTest(t *testing.T) {
	for _, c := range []struct {
		a, b []float64
		want float64
	}{
		{[]float64{1, 2, 3}, []float64{4, 5, 6}, .1},             // 1 of 20 arrangements, both sides
		{[]float64{1, 2, 4}, []float64{3, 5, 6}, .2},             // U = 1: 2 of 20, both sides
		{[]float64{1, 2, 3, 4}, []float64{5, 6, 7, 8}, 2.0 / 70}, // 1 of 70
		{[]float64{1, 3}, []float64{2, 4}, 2.0 / 3},              // U = 1: 2 of 6
		{[]float64{1}, nil, 1},
		{[]float64{5, 5, 5}, []float64{5, 5}, 1},
	} {
		if got := RankTest(c.a, c.b); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v against %v: p %v, want %v", c.a, c.b, got, c.want)
		}
		if got := RankTest(c.b, c.a); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("the other way round: p %v, want %v", got, c.want)
		}
	}
	// For larger samples the approximation must agree with the exact count: 20 against 20, then 21 against 21.
	var a, b []float64
	for i := range 20 {
		a, b = append(a, float64(2*i)), append(b, float64(2*i)+9)
	}
	near := RankTest(a, b)
	if far := RankTest(append(a, 1000), append(b, 1001)); math.Abs(near-far) > .05 {
		t.Errorf("exact %v, approximate %v", near, far)
	}
}

func TestStem(t *testing.T) {
	for name, want := range map[string]string{
		"mysql-min-6b7f84c9d5-r8kgx": "mysql-min", "kube-proxy-9v4jp": "kube-proxy", "prometheus-k8s-0": "prometheus-k8s-0", "web": "web",
	} {
		if got := stem("pod", name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := stem("vm", "vm-k8s-9v4jp"); got != "vm-k8s-9v4jp" {
		t.Errorf("a VM's name became %s", got)
	}
}

func TestChance(t *testing.T) {
	// Three moments within a tenth of twice their mean: 3·0.1² - 2·0.1³ = 0.028.
	if got := chance([]float64{9, 10, 11}); math.Abs(got-.028) > 1e-9 {
		t.Errorf("%v, want 0.028", got)
	}
	// Two of two failed, one held since: the failures lie first in one of three ways.
	if got := fisher(2, 2, 1); math.Abs(got-1.0/3) > 1e-9 {
		t.Errorf("%v, want 1/3", got)
	}
	// 3 of 3 here, 0 of 3 there: 1 of 20 ways.
	if got := hypergeometric(3, 3, 0, 3); math.Abs(got-.05) > 1e-9 {
		t.Errorf("%v, want 0.05", got)
	}
}
