package reports

import (
	"math"
	"sort"
)

// bins thins a curve to n equal pieces of the time from..to. Each piece has the median of its values, unless one of
// them lies further from the median than a quarter of the curve's range: then it has that one, so that a dip of
// seconds in a run of hours is still seen. NaN: nothing was reported there. A piece without a
// sample takes the value before it, when the next sample is no further than hold milliseconds from that.
func bins(t []int64, v []float64, from, to int64, n int, hold int64) []float64 {
	out := make([]float64, n)
	low, high := extent(v)
	width := float64(to-from) / float64(n)
	i := sort.Search(len(t), func(i int) bool { return t[i] >= from })
	var piece []float64
	for b := range out {
		end := from + int64(float64(b+1)*width)
		if b == n-1 {
			end = to + 1
		}
		piece = piece[:0]
		for ; i < len(t) && t[i] < end; i++ {
			if x := v[i]; !math.IsNaN(x) && !math.IsInf(x, 0) {
				piece = append(piece, x)
			}
		}
		switch {
		case len(piece) > 0:
			out[b] = telling(piece, (high-low)/4)
		case i > 0 && i < len(t) && t[i]-t[i-1] <= hold:
			out[b] = v[i-1]
		default:
			out[b] = math.NaN()
		}
	}
	return out
}

// telling gives the median of the values, or the one that lies more than far away from it.
func telling(values []float64, far float64) float64 {
	sort.Float64s(values)
	median := values[len(values)/2]
	down, up := median-values[0], values[len(values)-1]-median
	switch {
	case down > far && down >= up:
		return values[0]
	case up > far:
		return values[len(values)-1]
	}
	return median
}

// usualStep gives the median distance of neighbouring samples.
func usualStep(t []int64) int64 {
	if len(t) < 2 {
		return 0
	}
	d := make([]int64, len(t)-1)
	for i := range d {
		d[i] = t[i+1] - t[i]
	}
	sort.Slice(d, func(i, j int) bool { return d[i] < d[j] })
	return d[len(d)/2]
}

func anyNumber(v []float64) bool {
	for _, x := range v {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			return true
		}
	}
	return false
}

// extent gives the lowest and the highest number.
func extent(v []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, x := range v {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			low, high = min(low, x), max(high, x)
		}
	}
	if low > high {
		return 0, 0
	}
	return low, high
}
