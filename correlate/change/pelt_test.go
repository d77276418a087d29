package change

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// exhaustive gives the least cost over all cuts by dynamic programming without pruning and
// with the cost of a segment summed up anew, value by value.
func exhaustive(y []float64, penalty, surcharge float64, shortest int) float64 {
	n := len(y)
	best := make([]float64, n+1)
	best[0] = -penalty
	for e := 1; e <= n; e++ {
		best[e] = math.Inf(1)
		for s := 0; s+shortest <= e; s++ {
			best[e] = min(best[e], best[s]+plainCost(y[s:e], surcharge)+penalty)
		}
	}
	return best[n]
}

func plainCost(v []float64, surcharge float64) float64 {
	n := float64(len(v))
	var mean, xx, xy, flat, line float64
	for _, x := range v {
		mean += x / n
	}
	for i, x := range v {
		u := float64(i) - (n-1)/2
		xx, xy = xx+u*u, xy+u*(x-mean)
	}
	slope := 0.0
	if xx > 0 {
		slope = xy / xx
	}
	for i, x := range v {
		u := float64(i) - (n-1)/2
		flat += (x - mean) * (x - mean)
		line += (x - mean - slope*u) * (x - mean - slope*u)
	}
	return min(flat, line+surcharge)
}

// The pruned search must cost exactly what the unpruned one does, on series with levels,
// slopes and nothing at all, for each least length of a segment.
func TestCutIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(seedDevelopment, 1))
	var p pelt
	for round := range 400 {
		n := 2 + r.IntN(60)
		y := make([]float64, n)
		level, slope := 0.0, 0.0
		for i := range y {
			if r.Float64() < .08 {
				level, slope = 4*r.NormFloat64(), r.NormFloat64()*float64(r.IntN(2))
			}
			level += slope
			y[i] = level + r.NormFloat64()*float64(round%3)/2
		}
		penalty, surcharge, shortest := 10*r.Float64(), 8*r.Float64(), 1+r.IntN(5)
		if n < 2*shortest {
			continue
		}
		p.load(y)
		cuts := slices.Clone(p.cut(n, penalty, surcharge, shortest))
		want := exhaustive(y, penalty, surcharge, shortest)
		got, lo := -penalty, 0
		for _, hi := range append(cuts, n) {
			if hi-lo < shortest {
				t.Fatalf("segment [%d, %d) is shorter than %d", lo, hi, shortest)
			}
			got += plainCost(y[lo:hi], surcharge) + penalty
			lo = hi
		}
		if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
			t.Fatalf("round %d, n %d: cut %v costs %g, the best %g", round, n, cuts, got, want)
		}
	}
}

// A step and a hinge without noise are cut where they are built.
func TestCutFindsWhatIsBuilt(t *testing.T) {
	y := make([]float64, 90)
	for i := range y {
		switch {
		case i < 30:
			y[i] = 10
		case i < 60:
			y[i] = 4
		default:
			y[i] = 4 + float64(i-60)
		}
	}
	var p pelt
	p.load(y)
	got := p.cut(len(y), 1, 1, 3)
	// At 60 the line still stands at 4, so the constant may as well own that value.
	if len(got) != 2 || got[0] != 30 || got[1] != 60 && got[1] != 61 {
		t.Errorf("cuts %v, want [30 60]", got)
	}
	if _, slope, line := p.fit(62, 90, 1); !line || math.Abs(slope-1) > 1e-9 {
		t.Errorf("the last segment has slope %g (line %v), built with 1", slope, line)
	}
}
