package change

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// hits counts the points of truth that a prediction lies within margin of; each prediction
// serves one of them.
func hits(truth, predicted []int, margin int) int {
	left, count := slices.Clone(predicted), 0
	for _, t := range truth {
		best := -1
		for i, x := range left {
			if off := max(x-t, t-x); off <= margin && (best < 0 || off < max(left[best]-t, t-left[best])) {
				best = i
			}
		}
		if best >= 0 {
			count++
			left = slices.Delete(left, best, best+1)
		}
	}
	return count
}

// withStart adds the index 0, which the benchmark counts as a point of everybody.
func withStart(points []int) []int {
	points = append(slices.Clone(points), 0)
	slices.Sort(points)
	return slices.Compact(points)
}

// f1 is the F-measure of van den Burg and Williams (arXiv 2003.06222, section 3.2):
// precision against what any annotator marked, recall averaged over the annotators, within
// five steps.
func f1(annotators [][]int, predicted []int) float64 {
	x := withStart(predicted)
	var marked []int
	recall := 0.0
	for _, a := range annotators {
		a = withStart(a)
		marked = append(marked, a...)
		recall += float64(hits(a, x, 5)) / float64(len(a)) / float64(len(annotators))
	}
	precision := float64(hits(withStart(marked), x, 5)) / float64(len(x))
	return 2 * precision * recall / (precision + recall)
}

// cover is their covering metric: each true segment's share of the series times its best
// Jaccard overlap with a predicted one, averaged over the annotators.
func cover(annotators [][]int, predicted []int, n int) float64 {
	sum := 0.0
	guess := append(withStart(predicted), n)
	for _, a := range annotators {
		truth := append(withStart(a), n)
		for i := 1; i < len(truth); i++ {
			best := 0.0
			for k := 1; k < len(guess); k++ {
				common := min(truth[i], guess[k]) - max(truth[i-1], guess[k-1])
				union := max(truth[i], guess[k]) - min(truth[i-1], guess[k-1])
				best = max(best, float64(common)/float64(union))
			}
			sum += float64(truth[i]-truth[i-1]) * best
		}
	}
	return sum / float64(n) / float64(len(annotators))
}

// The expected values are the examples in the documentation of TCPDBench's metrics.
func TestScorerAgreesWithTCPDBench(t *testing.T) {
	for _, c := range []struct {
		annotators [][]int
		predicted  []int
		want       float64
	}{
		{[][]int{{10, 20}, {11, 20}, {10}, {0, 5}}, []int{10, 20}, 1},
		{[][]int{{}, {10}, {50}}, []int{10}, 0.9090909090909091},
		{[][]int{{}, {10}, {50}}, nil, 0.8},
	} {
		if got := f1(c.annotators, c.predicted); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("F1 of %v against %v is %v, documented %v", c.predicted, c.annotators, got, c.want)
		}
	}
	for _, c := range []struct {
		annotators [][]int
		predicted  []int
		want       float64
	}{
		{[][]int{{10, 20}, {10}, {0, 5}}, []int{10, 20}, 0.7962962962962963},
		{[][]int{{}, {10}, {40}}, []int{10}, 0.7954144620811286},
		{[][]int{{}, {10}, {40}}, nil, 0.8189300411522634},
	} {
		if got := cover(c.annotators, c.predicted, 45); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("cover of %v against %v is %v, documented %v", c.predicted, c.annotators, got, c.want)
		}
	}
}

// Five people annotated the Nile: three saw 1899, two saw nothing (TCPD). Finding just 1899
// is F1 1, and covers 3/5·1 + 2/5·72/100.
func TestNileScores(t *testing.T) {
	people := [][]int{{}, {28}, {}, {28}, {28}}
	got := new(Detector).Points(nile, Options{})
	if f := f1(people, got); f != 1 {
		t.Errorf("F1 %v with %v, want 1", f, got)
	}
	if c := cover(people, got, len(nile)); math.Abs(c-(.6+.4*.72)) > 1e-9 {
		t.Errorf("cover %v with %v, want .888", c, got)
	}
}

// lookAlike builds a series in the manner of the benchmark's: 15 to 700 values with levels,
// bends, both, seasons and wild values, or with nothing to find, and says where it changes.
func lookAlike(r *rand.Rand) (v []float64, truth []int) {
	n := 60 + r.IntN(600)
	pieces := r.IntN(5)
	gap := n / (pieces + 1)
	level, slope, scale := 0.0, 0.0, math.Exp(4*r.NormFloat64())
	season, wild, rho := r.Float64()*float64(r.IntN(2)), r.IntN(2) == 0, .5*r.Float64()
	ar := 0.0
	for i := range n {
		if i > 0 && i%gap == 0 && len(truth) < pieces {
			truth = append(truth, i)
			if r.IntN(3) > 0 {
				step := 4 + 6*r.Float64()
				if r.IntN(2) == 0 {
					step = -step
				}
				level += step
			} else {
				was := slope
				for math.Abs(slope-was)*float64(gap) < 8 {
					slope = 16 / float64(gap) * r.NormFloat64()
				}
			}
		}
		level += slope
		ar = rho*ar + math.Sqrt(1-rho*rho)*r.NormFloat64()
		x := level + ar + season*math.Sin(float64(i)*2*math.Pi/12)
		if wild && r.Float64() < .01 {
			x += 15 * r.NormFloat64()
		}
		v = append(v, scale*x)
	}
	return v, truth
}

// On built series in one fixed setting. The development seed gave F1 .88 and cover .92;
// finding nothing at all gives .6.
func TestPointsOnLookAlikes(t *testing.T) {
	r := rand.New(rand.NewPCG(seedFloors, 3))
	var d Detector
	var f, c, nothing float64
	const runs = 200
	for range runs {
		v, truth := lookAlike(r)
		got := d.Points(v, Options{})
		f += f1([][]int{truth}, got) / runs
		c += cover([][]int{truth}, got, len(v)) / runs
		nothing += f1([][]int{truth}, nil) / runs
	}
	t.Logf("F1 %.3f cover %.3f; finding nothing would give F1 %.3f", f, c, nothing)
	if f < .84 || c < .88 {
		t.Errorf("F1 %.3f and cover %.3f, want at least .84 and .88", f, c)
	}
}

// Forty levels in 600 values are more than 4 ln 600 = 25.6 changes: that is no series with
// levels to tell apart, and nothing is claimed. Ten of them are.
func TestTooManyPointsAreNone(t *testing.T) {
	r := rand.New(rand.NewPCG(seedFloors, 4))
	for _, c := range []struct{ levels, want int }{{40, 0}, {10, 9}} {
		v := make([]float64, 600)
		for i := range v {
			v[i] = 20*float64(i*c.levels/600%3) + r.NormFloat64()
		}
		if got := new(Detector).Points(v, Options{}); len(got) != c.want {
			t.Errorf("%d levels: %d points, want %d", c.levels, len(got), c.want)
		}
	}
}
