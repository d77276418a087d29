package change

import (
	"math"
	"math/rand/v2"
	"testing"
)

// turning is 300 samples of the given step: 100 up to 100, 40 up to 200, then a slope of one a sample.
func turning(step float64) Series {
	r := rand.New(rand.NewPCG(3, 3))
	return sampled(300, step, func(i int) float64 {
		v := 100.0
		switch {
		case i >= 200:
			v = 40 + float64(i-200)
		case i >= 100:
			v = 40
		}
		return v + r.NormFloat64()
	})
}

// Each new level and each new slope is one change, whatever the step of the data; a slope's change reaches to its end.
func TestTurns(t *testing.T) {
	for _, step := range []float64{1e-3, 1, 30, 86400 * 30} {
		s := turning(step)
		got := new(Detector).Turns(s, Options{})
		if len(got) != 2 || got[0].Shape != ShapeDrop || got[0].At != s.T[100] || math.Abs(got[1].At-s.T[200]) > 5.5*step {
			t.Fatalf("step %v: %+v, want a drop at sample 100 and a bend within five of 200", step, got)
		}
		if math.Abs(got[0].Before-100) > 1 || math.Abs(got[0].After-40) > 1 || math.Abs(got[1].After-139) > 3 || got[1].Until != s.T[299] {
			t.Errorf("step %v: %+v, want 100 -> 40 and 40 -> 139 up to the end", step, got)
		}
		for _, c := range got {
			if c.Uncertainty < .999*step {
				t.Errorf("step %v: dated finer than the data: %+v", step, c)
			}
		}
	}
}

// Times are only the order: months of 28 to 31 days and a hole of a year turn at the same samples.
func TestTurnsCountPlaces(t *testing.T) {
	s := turning(1)
	even := new(Detector).Turns(s, Options{})
	odd := Series{V: s.V, T: make([]float64, len(s.T))}
	at := 0.0
	for i := range odd.T {
		odd.T[i] = at
		at += float64(28 + i%4)
		if i == 150 {
			at += 1000
		}
	}
	var places []float64
	for _, c := range new(Detector).Turns(odd, Options{}) {
		if c.Shape == ShapeGap {
			if c.At != odd.T[150] || c.Until != odd.T[151] {
				t.Errorf("%+v, want the gap behind sample 150", c)
			}
			continue
		}
		places = append(places, c.At)
	}
	if len(places) != len(even) || places[0] != odd.T[100] || places[1] != odd.T[int(even[1].At-s.T[0])] {
		t.Errorf("turns at %v, want the same samples as %+v", places, even)
	}
}

// A long series is looked at in blocks, and dated by its samples all the same.
func TestTurnsOfALongSeries(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := sampled(20_000, 1, func(i int) float64 {
		if i >= 12_345 {
			return 20 + r.NormFloat64()
		}
		return 10 + r.NormFloat64()
	})
	got := new(Detector).Turns(s, Options{})
	if len(got) != 1 || got[0].Shape != ShapeSurge || math.Abs(got[0].At-s.T[12_345]) > 2 {
		t.Errorf("%+v, want a surge at sample 12345", got)
	}
}

// A walk at random turns all the time: nothing is claimed, and that is said. Nothing at all is nothing.
func TestTurnsOfAWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	level := 0.0
	walk := sampled(900, 1, func(int) float64 {
		level += r.NormFloat64()
		return level
	})
	var d Detector
	if got := d.Turns(walk, Options{}); len(got) > 0 && !d.Restless() && len(got) > 28 { // 4 ln 900 = 27.2
		t.Errorf("%d changes of a walk, and not a word", len(got))
	}
	levels := sampled(600, 1, func(i int) float64 { return 20*float64(i*40/600%3) + r.NormFloat64() })
	if got := d.Turns(levels, Options{}); len(got) != 0 || !d.Restless() {
		t.Errorf("%d changes of forty levels, restless %v: want none and true", len(got), d.Restless())
	}
	if got := d.Turns(Series{}, Options{}); len(got) != 0 || d.Restless() {
		t.Errorf("%+v of nothing", got)
	}
	if got := d.Turns(sampled(3, 1, func(int) float64 { return 7 }), Options{}); len(got) != 0 || d.Restless() {
		t.Errorf("%+v of three equal samples", got)
	}
}
