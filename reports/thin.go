package reports

import (
	"math"
	"slices"
)

// A page with many curves must still open at once: what it holds of them is bounded.
const (
	maxDrawnRows  = 4000   // steps of time in one chart
	maxDrawnCells = 250000 // values in one chart
	minDrawnRows  = 600
)

// sheet is several curves on one list of times.
type sheet struct {
	t []int64 // Unix milliseconds, ascending
	// v has one value a time for each curve: hole where this curve has no sample at that time and goes on all the
	// same, NaN where it is interrupted.
	v      [][]float64
	pieces int // how many stretches the curves were thinned to, 0 when every sample is there
}

// hole marks a time at which only other curves have a sample.
var hole = math.Inf(1)

func isHole(v float64) bool { return math.IsInf(v, 1) }

// sheetOf lays the curves over each other: sample for sample where they are few enough, else thinned to equal
// stretches of time of which each keeps its lowest and its highest value, in their order.
func sheetOf(curves []panel) sheet {
	rows := min(max(maxDrawnCells/max(len(curves), 1), minDrawnRows), maxDrawnRows)
	if t := times(curves, rows); t != nil {
		s := sheet{t: t}
		for _, p := range curves {
			s.v = append(s.v, spread(p, t))
		}
		return s
	}
	from, to := reachOf(curves)
	s := sheet{pieces: rows / 2}
	width := float64(to-from+1) / float64(s.pieces)
	for i := range s.pieces {
		s.t = append(s.t, from+int64((float64(i)+0.25)*width), from+int64((float64(i)+0.75)*width))
	}
	for _, p := range curves {
		s.v = append(s.v, extremes(p, from, width, s.pieces))
	}
	return s
}

func reachOf(curves []panel) (from, to int64) {
	from, to = math.MaxInt64, math.MinInt64
	for _, p := range curves {
		from, to = min(from, p.t[0]), max(to, p.t[len(p.t)-1])
	}
	return from, to
}

// times gives all times of the curves, nil when there are more than limit.
func times(curves []panel, limit int) []int64 {
	var all []int64
	for _, p := range curves {
		if len(p.t) > limit {
			return nil
		}
		all = append(all, p.t...)
		if len(all) > 8*limit {
			slices.Sort(all)
			if all = slices.Compact(all); len(all) > limit {
				return nil
			}
		}
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) > limit {
		return nil
	}
	return all
}

// spread puts a curve's samples at their places among all times.
func spread(p panel, t []int64) []float64 {
	out := make([]float64, len(t))
	gap := longGap(p)
	k := 0
	for i, at := range t {
		for k < len(p.t) && p.t[k] < at {
			k++
		}
		switch {
		case k < len(p.t) && p.t[k] == at:
			out[i] = finite(p.v[k])
		case k > 0 && k < len(p.t) && p.t[k]-p.t[k-1] > gap:
			out[i] = math.NaN()
		default:
			out[i] = hole
		}
	}
	return out
}

// extremes gives two values a stretch: its lowest and its highest, in their order.
func extremes(p panel, from int64, width float64, n int) []float64 {
	out := make([]float64, 2*n)
	for i := range out {
		out[i] = hole
	}
	gap := longGap(p)
	last := int64(math.MinInt64) // when the curve was last seen
	k := 0
	for b := range n {
		end := from + int64(float64(b+1)*width)
		lo, hi, torn := -1, -1, false
		for ; k < len(p.t) && p.t[k] < end; k++ {
			if math.IsNaN(finite(p.v[k])) {
				torn = true
				continue
			}
			if lo < 0 || p.v[k] < p.v[lo] {
				lo = k
			}
			if hi < 0 || p.v[k] > p.v[hi] {
				hi = k
			}
			last = p.t[k]
		}
		switch {
		case lo < 0:
			if torn || last != math.MinInt64 && k < len(p.t) && p.t[k]-last > gap {
				out[2*b] = math.NaN()
			}
		case lo == hi:
			out[2*b] = p.v[lo]
		default:
			out[2*b], out[2*b+1] = p.v[min(lo, hi)], p.v[max(lo, hi)]
		}
	}
	return out
}

// longGap gives the time without samples from which on a curve counts as interrupted.
func longGap(p panel) int64 { return max(3*usualStep(p.t), 1) }

// finite gives NaN for what no chart can show.
func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}
