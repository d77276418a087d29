package change

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// noisy is 100 a second with a robust deviation of 2, altered by f.
func noisy(n int, step float64, f func(i int, v float64) float64) Series {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	return sampled(n, step, func(i int) float64 { return f(i, 100+2*r.NormFloat64()) })
}

func same(i int, v float64) float64 { return v }

// Nothing reported is not 0: neither a hole nor the end of the data is a drop, both are gaps.
func TestMissingIsNotZero(t *testing.T) {
	hole := noisy(1200, 1, func(i int, v float64) float64 {
		if i >= 500 && i < 620 {
			return math.NaN()
		}
		return v
	})
	drops, p := Drops(hole, Options{})
	if len(drops) != 0 || len(p.Gaps) != 1 || p.Gaps[0].At != hole.T[499] || p.Gaps[0].Until != hole.T[620] {
		t.Errorf("drops %+v gaps %+v, want one gap from sample 499 to 620", drops, p.Gaps)
	}
	if want := 120. / 1200; math.Abs(p.Missing-want) > 1e-9 {
		t.Errorf("missing share %v, want %v", p.Missing, want)
	}
	short := noisy(700, 1, same)
	drops, p = Drops(short, Options{CommonEnd: short.T[0] + 1200})
	if len(drops) != 0 || len(p.Gaps) != 1 || p.Gaps[0].Until != 0 || p.Gaps[0].At != short.T[699] {
		t.Errorf("drops %+v gaps %+v, want one gap that nothing ends", drops, p.Gaps)
	}
	zero := noisy(1200, 1, func(i int, v float64) float64 {
		if i >= 500 && i < 620 {
			return 0
		}
		return v
	})
	drops, p = Drops(zero, Options{})
	if len(drops) != 1 || drops[0].Class != ClassOutage || len(p.Gaps) != 0 {
		t.Errorf("a reported 0 is an outage, got %+v", drops)
	}
}

// The figures of an outage follow from how it is built: 120 s at 10 of 100.
func TestFiguresOfAnOutage(t *testing.T) {
	s := noisy(1200, 1, func(i int, v float64) float64 {
		if i >= 500 && i < 620 {
			return v / 10
		}
		return v
	})
	drops, p := Drops(s, Options{})
	if len(drops) != 1 {
		t.Fatalf("drops %+v, want one", drops)
	}
	x := drops[0]
	within := func(name string, got, want, off float64) {
		t.Helper()
		if !(math.Abs(got-want) <= off) {
			t.Errorf("%s %v, want %v ± %v", name, got, want, off)
		}
	}
	within("at", x.At, s.T[500], 0)
	within("from", x.From, s.T[499], 0)
	within("uncertainty", x.Uncertainty, 1, 0)
	within("recovery", x.Recovery, s.T[620], 0)
	within("recovered to", x.RecoveredTo, 1, .02)
	within("baseline", x.Baseline, 100, 1)
	within("during", x.During, 10, .2)
	within("depth", x.Depth, .9, .01)
	within("lost", x.Lost, 120*90, 150)
	within("unseen", x.Unseen, 0, 0)
	within("plateau", p.Plateau, 101, 1.5)
	if x.Class != ClassOutage || !x.Seconded || x.Confidence < .9 {
		t.Errorf("class %s, seconded %v, confidence %v", x.Class, x.Seconded, x.Confidence)
	}
}

// Moments without a sample cost nothing and are counted apart: of 120 s at 0, 40 are missing.
func TestLostLeavesGapsOut(t *testing.T) {
	s := noisy(1200, 1, func(i int, v float64) float64 {
		switch {
		case i >= 540 && i < 580:
			return math.NaN()
		case i >= 500 && i < 620:
			return 0
		}
		return v
	})
	drops, _ := Drops(s, Options{})
	if len(drops) != 1 || math.Abs(drops[0].Lost-80*100) > 120 || drops[0].Unseen != 40 {
		t.Errorf("%+v, want 80 s · 100/s lost and 40 s unseen", drops)
	}
}

// The same fall is an end when it was planned then, and a death when the load was to go on.
func TestPlannedEnd(t *testing.T) {
	s := noisy(900, 1, func(i int, v float64) float64 {
		if i >= 860 {
			return 0
		}
		return v
	})
	for _, c := range []struct {
		name  string
		plan  float64
		drops int
		class Class
	}{
		{"planned", s.T[870], 0, ""},
		{"unknown", 0, 1, ClassDeath},
		{"an hour to go", s.T[0] + 4500, 1, ClassDeath},
	} {
		drops, p := Drops(s, Options{PlannedEnd: c.plan})
		if len(drops) != c.drops || c.drops == 1 && drops[0].Class != c.class {
			t.Errorf("%s: %+v, want %d", c.name, drops, c.drops)
		}
		if c.drops == 0 && p.RampDown != s.T[860] {
			t.Errorf("%s: ramp-down at %v, want sample 860", c.name, p.RampDown-s.T[0])
		}
	}
}

// An onset is never dated finer than the data.
func TestUncertaintyIsAtLeastAStep(t *testing.T) {
	r := rand.New(rand.NewPCG(seedFloors, 6))
	for _, bucket := range []int{1, 5, 10, 30, 60} {
		for _, kind := range []string{simDeath, simPartial, simSlow, simOutage} {
			x := simulate(r, kind, bucket)
			drops, _ := Drops(x.s, x.options)
			for _, d := range drops {
				if d.Uncertainty < float64(bucket) || d.From > d.At {
					t.Errorf("%s in %d s buckets: at %v from %v ± %v", kind, bucket, d.At, d.From, d.Uncertainty)
				}
			}
			for _, c := range new(Detector).Detect(x.s, Options{}) {
				if c.Uncertainty < float64(bucket) || c.Confidence < 0 || c.Confidence > 1 {
					t.Errorf("%s in %d s buckets: %+v", kind, bucket, c)
				}
			}
		}
	}
}

// The backlog that is worked off after an outage, 60 s at 250, ends without a second drop.
func TestBurstIsNoBaseline(t *testing.T) {
	s := noisy(1200, 1, func(i int, v float64) float64 {
		switch {
		case i >= 500 && i < 600:
			return 0
		case i >= 600 && i < 660:
			return 2.5 * v
		}
		return v
	})
	drops, _ := Drops(s, Options{})
	if len(drops) != 1 || drops[0].At != s.T[500] || drops[0].Recovery != s.T[600] {
		t.Errorf("%+v, want the one outage from sample 500 to 600", drops)
	}
}

// A sawtooth of dozens of levels has no plateau; nothing but a death is claimed of it.
func TestNoPlateau(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	level := 0.0
	s := sampled(600, 1, func(i int) float64 {
		if i%12 == 0 {
			level = 20 + 200*r.Float64()
		}
		return level + r.NormFloat64()
	})
	drops, p := Drops(s, Options{})
	if p.Stable || len(drops) > 0 && drops[0].Class != ClassOutage {
		t.Errorf("stable %v, drops %+v", p.Stable, drops)
	}
	for i := 400; i < 600; i++ {
		s.V[i] = 0
	}
	drops, _ = Drops(s, Options{})
	if len(drops) == 0 || drops[len(drops)-1].Class != ClassDeath {
		t.Errorf("the death in a restless series is missing: %+v", drops)
	}
}

// Order, repeats and the state of a used Detector change nothing.
func TestOrderAndReuse(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 1))
	x := simulate(r, simOutage, 5)
	want, profile := Drops(x.s, Options{})
	shuffled := Series{}
	for _, i := range r.Perm(len(x.s.T)) {
		shuffled.T, shuffled.V = append(shuffled.T, x.s.T[i]), append(shuffled.V, x.s.V[i])
	}
	shuffled.T, shuffled.V = append(shuffled.T, x.s.T...), append(shuffled.V, x.s.V...)
	d := new(Detector)
	d.Curve(noisy(3000, 2, same), Options{})
	got, p := d.Drops(shuffled, Options{})
	if len(want) != 1 || !reflect.DeepEqual(got, want) || p.Samples != profile.Samples {
		t.Errorf("shuffled, doubled and on used scratch: %+v\nwant %+v", got, want)
	}
}

// Detect tells a drop from its recovery and gives the levels on both sides.
func TestDetectDropAndRecovery(t *testing.T) {
	s := noisy(900, 1, func(i int, v float64) float64 {
		if i >= 300 && i < 500 {
			return v * .4
		}
		return v
	})
	found := new(Detector).Detect(s, Options{})
	if len(found) != 2 || found[0].Shape != ShapeDrop || found[1].Shape != ShapeRecovery ||
		found[0].At != s.T[300] || found[1].At != s.T[500] {
		t.Fatalf("%+v, want a drop at 300 and a recovery at 500", found)
	}
	if math.Abs(found[0].Before-100) > 1 || math.Abs(found[0].After-40) > 1 {
		t.Errorf("from %v to %v, built from 100 to 40", found[0].Before, found[0].After)
	}
}

// TestFewPerSecond: six transactions a second are counted as 4, 5, 6 or 7. The fall to two or four of them is one change,
// however the counts happen to come and however long the run is; a steady service has none.
func TestFewPerSecond(t *testing.T) {
	for _, c := range []struct {
		n, at      int
		rate, left float64
	}{{3600, 2490, 5.6, 2}, {1090, 730, 6.9, 3.8}} {
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, 5))
			var falls, steady Series
			for i := range c.n {
				count := func(rate float64) float64 { return max(0, math.Floor(rate+r.Float64()+.8*r.NormFloat64())) }
				now := count(c.rate)
				steady.T, steady.V = append(steady.T, float64(i)), append(steady.V, now)
				if i >= c.at {
					now = count(c.left)
				}
				falls.T, falls.V = append(falls.T, float64(i)), append(falls.V, now)
			}
			at := float64(c.at)
			drops, p := new(Detector).Drops(falls, Options{})
			if len(drops) != 1 || math.Abs(drops[0].At-at) > 6 || !p.Stable {
				t.Errorf("%v to %v, seed %d: %d drops, stable %v: %+v", c.rate, c.left, seed, len(drops), p.Stable, drops)
			}
			if drops, p := new(Detector).Drops(steady, Options{}); len(drops) != 0 || !p.Stable {
				t.Errorf("%v, seed %d: a steady service: %d drops, stable %v", c.rate, seed, len(drops), p.Stable)
			}
		}
	}
}

// TestPaced: a tool that paces itself counts six or seven each second, and now and then one more or less in 600 samples; its
// fall by nearly half is one drop.
func TestPaced(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		var s Series
		due := 0.0
		for i := range 600 {
			rate := 6.5
			if i > 400 {
				rate *= .55
			}
			due += rate * (1 + .04*r.NormFloat64())
			count := math.Floor(due)
			due -= count
			if r.Float64() < .4 {
				count += float64(r.IntN(3) - 1)
			}
			s.T, s.V = append(s.T, float64(i)), append(s.V, max(0, count))
		}
		if drops, p := new(Detector).Drops(s, Options{}); len(drops) != 1 || math.Abs(drops[0].At-401) > 6 || !p.Stable {
			t.Errorf("seed %d: %d drops, stable %v: %+v", seed, len(drops), p.Stable, drops)
		}
	}
}

// TestStepWithinABucket: by lines every 30 s, a VM's death 11 s before one of them. The line tells 19 s of 18.3 and 11 s of 8.1,
// which is no slope; a loss over two minutes is one. A short stop and the ramp lie before.
func TestStepWithinABucket(t *testing.T) {
	before := []float64{20, 148, 279, 416, 549, 558, 562, 554, 554, 556, 545, 542, 542, 529, 538, 550, 556, 558, 406, 553, 528, 539, 515, 542, 539, 553, 540, 554, 547, 548, 551, 534, 547, 553}
	after := []float64{242, 248, 247, 242, 253, 244, 247, 242, 248, 238, 242, 250, 248, 251, 246, 250, 244, 239, 257, 246, 252, 239, 245, 240, 248}
	for _, c := range []struct {
		name    string
		between []float64
		class   Class
	}{
		{"at once", []float64{19*550./30 + 11*244./30}, ClassPartial},
		{"at once, as it was", []float64{442}, ClassPartial},
		{"over two minutes", []float64{500, 440, 380, 320, 270}, ClassSlow},
	} {
		counts := append(append(append([]float64(nil), before...), c.between...), after...)
		s := sampled(len(counts), 30, func(i int) float64 { return counts[i] / 30 })
		drops, _ := Drops(s, Throughput())
		if len(drops) != 1 || drops[0].Class != c.class {
			t.Fatalf("%s: %+v, want %s", c.name, drops, c.class)
		}
		if at := s.T[len(before)]; c.class == ClassPartial && math.Abs(drops[0].At-at) > 30 {
			t.Errorf("%s: at %v, want %v", c.name, drops[0].At, at)
		}
	}
}
