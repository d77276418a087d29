package change

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The development seed was looked at while the rules were made; the other one is read by
// the floors below and nothing else.
const (
	seedDevelopment = 20240117
	seedFloors      = 9041177
)

// tally is how a kind of series came out.
type tally struct {
	runs, found, classed, covered, dated, false_ int
	errors, lost, backs                          []float64
}

func (t tally) String() string {
	q := func(v []float64, p float64) float64 {
		if len(v) == 0 {
			return math.NaN()
		}
		v = slices.Clone(v)
		slices.Sort(v)
		return v[min(len(v)-1, int(p*float64(len(v))))]
	}
	share := func(k int) float64 { return float64(k) / float64(t.runs) }
	return fmt.Sprintf("recall %.3f class %.3f onset med %5.1f p90 %5.1f in1.5b|3s %.3f covered %.3f back med %5.1f p90 %5.1f lost med %.3f p90 %.3f false/run %.3f",
		share(t.found), share(t.classed), q(t.errors, .5), q(t.errors, .9), share(t.dated), share(t.covered), q(t.backs, .5), q(t.backs, .9), q(t.lost, .5), q(t.lost, .9), share(t.false_))
}

// score runs count series of the kind through Drops.
func score(seed uint64, kind string, bucket, count int) tally {
	r := rand.New(rand.NewPCG(seed, uint64(bucket)))
	d, t := new(Detector), tally{runs: count}
	for range count {
		x := simulate(r, kind, bucket)
		drops, _ := d.Drops(x.s, x.options)
		t.add(x, kind, drops)
	}
	return t
}

func (t *tally) add(x simulated, kind string, drops []Drop) {
	near := max(30, 2*x.bucket)
	if kind == simSlow {
		near = x.length / 6
	}
	hit := false
	for _, p := range drops {
		off := math.Abs(p.At - x.onset)
		if hit || !(off <= near) {
			if kind == simTwice && math.Abs(p.At-x.onset-300) <= near {
				continue
			}
			t.false_++
			continue
		}
		hit = true
		t.found++
		t.errors = append(t.errors, off)
		if off <= max(3, 1.5*x.bucket) {
			t.dated++
		}
		if off <= p.Uncertainty {
			t.covered++
		}
		if !math.IsNaN(x.back) {
			t.backs = append(t.backs, math.Abs(p.Recovery-x.back))
		}
		if p.Class == wantClass(kind) {
			t.classed++
		}
		if kind == simDeath {
			truth := x.level * (x.length - (x.onset - x.s.T[0]))
			t.lost = append(t.lost, math.Abs(p.Lost-truth)/truth)
		}
	}
}

func wantClass(kind string) Class {
	switch kind {
	case simDeath, simEarly, simLowDie:
		return ClassDeath
	case simPartial:
		return ClassPartial
	case simSlow:
		return ClassSlow
	}
	return ClassOutage
}

// floor is what a kind of series must reach: shares of runs, and false alarms per run.
type floor struct {
	recall, class, dated, covered, false_ float64
}

var healthy = floor{false_: .01}

// floors are about two standard errors of 80 runs below what the development seed gave. Where a bucket is longer than
// what happened in it, the data themselves set the limit; a slow loss has no sharp onset, so
// only its uncertainty is held to account.
var floors = []struct {
	kind  string
	fine  floor // buckets of 1, 5 and 10 s
	rough floor // 30 and 60 s
}{
	{simHealthy, healthy, healthy},
	{simNoise, healthy, healthy},
	{simLow, floor{false_: .02}, healthy},
	{simDips, floor{false_: .02}, floor{false_: .02}},
	{simPlanned, healthy, healthy},
	{simClosing, healthy, healthy},
	{simSteps, healthy, healthy},
	{simDeath, floor{.99, .99, .98, .95, .01}, floor{.99, .99, .97, .97, .01}},
	{simLowDie, floor{.99, .97, .90, .92, .02}, floor{.99, .97, .97, .97, .02}},
	{simEarly, floor{.98, .98, .97, .97, .02}, floor{.95, .95, .95, .95, .05}},
	{simPartial, floor{.99, .98, .97, .95, .01}, floor{.99, .98, .97, .97, .02}},
	{simSlow, floor{.95, .90, 0, .80, .06}, floor{.95, .80, 0, .88, .08}},
	{simOutage, floor{.99, .98, .98, .98, .01}, floor{.97, .96, .95, .97, .01}},
	{simTwice, floor{.99, .97, .97, .97, .01}, floor{.65, .65, .65, .65, .02}},
}

func TestFloors(t *testing.T) {
	for _, bucket := range []int{1, 5, 10, 30, 60} {
		for _, f := range floors {
			want := f.fine
			if bucket >= 30 {
				want = f.rough
			}
			got := score(seedFloors, f.kind, bucket, 80)
			t.Logf("%2d s %-24s %v", bucket, f.kind, got)
			got.check(t, fmt.Sprintf("%d s %s", bucket, f.kind), want)
		}
	}
}

// check compares shares; one run more or less than the floor is chance.
func (t tally) check(tb testing.TB, name string, want floor) {
	tb.Helper()
	for _, c := range []struct {
		what  string
		count int
		least float64
	}{
		{"recall", t.found, want.recall}, {"class", t.classed, want.class},
		{"onset within 1.5 buckets or 3 s", t.dated, want.dated}, {"onset within its uncertainty", t.covered, want.covered},
	} {
		if float64(c.count+1) < c.least*float64(t.runs) {
			tb.Errorf("%s: %s %d of %d, want %.3f", name, c.what, c.count, t.runs, c.least)
		}
	}
	if float64(t.false_-1) > want.false_*float64(t.runs) {
		tb.Errorf("%s: %d false alarms in %d runs, want %.3f a run at most", name, t.false_, t.runs, want.false_)
	}
}
