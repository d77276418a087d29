package change

import "math"

// sigmaOfMAD turns the median absolute deviation of normal noise into its standard deviation.
const sigmaOfMAD = 1.4826

// selectNth moves the k-th smallest value of v to v[k] and gives it. v holds no NaN.
func selectNth(v []float64, k int) float64 {
	lo, hi := 0, len(v)-1
	for lo < hi {
		pivot := medianOf3(v[lo], v[lo+(hi-lo)/2], v[hi])
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return v[k]
		}
	}
	return v[k]
}

func medianOf3(a, b, c float64) float64 {
	if a > b {
		a, b = b, a
	}
	if b > c {
		b = c
	}
	return max(a, b)
}

// medianIn gives the median of v and leaves v in another order; NaN when v is empty.
func medianIn(v []float64) float64 {
	n := len(v)
	if n == 0 {
		return math.NaN()
	}
	m := selectNth(v, n/2)
	if n%2 == 1 {
		return m
	}
	below := v[0]
	for _, x := range v[1 : n/2] {
		below = max(below, x)
	}
	return below/2 + m/2
}

// quantileIn gives the q-quantile (nearest rank) of v and leaves v in another order.
func quantileIn(v []float64, q float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	return selectNth(v, min(len(v)-1, int(q*float64(len(v)))))
}

// median gives the median of v without touching it.
func (d *Detector) median(v []float64) float64 {
	d.sort = append(d.sort[:0], v...)
	return medianIn(d.sort)
}

// spread gives 1.4826 times the median absolute deviation of v from centre.
func (d *Detector) spread(v []float64, centre float64) float64 {
	d.sort = d.sort[:0]
	for _, x := range v {
		d.sort = append(d.sort, math.Abs(x-centre))
	}
	if len(d.sort) == 0 {
		return 0
	}
	return sigmaOfMAD * medianIn(d.sort)
}

// winsorReach is how many buckets on either side the running median looks at.
const winsorReach = 3

// winsorise clips y to its running median ± 3 robust deviations, so that single wild
// buckets neither set the scale nor buy themselves a segment. Short series stay as they are.
func (d *Detector) winsorise(y []float64) {
	n := len(y)
	if n <= 18 {
		return
	}
	d.mid, d.res = grow(d.mid, n), grow(d.res, n)
	var near [2*winsorReach + 1]float64
	for i := range y {
		lo, hi := max(0, i-winsorReach), min(n, i+winsorReach+1)
		w := near[:copy(near[:], y[lo:hi])]
		d.mid[i] = medianIn(w)
		d.res[i] = y[i] - d.mid[i]
	}
	reach := 3 * d.spread(d.moving(y, d.res), 0)
	for i := range y {
		y[i] = min(max(y[i], d.mid[i]-reach), d.mid[i]+reach)
	}
}

// stuckRun is how many equal values in a row are no measurement any more.
const stuckRun = 10

// moving gives the values of r at which y is not within a long run of one value; all of r
// when that leaves too few to judge by (a service that died early reports zeros for most of
// its run). The result is valid until the next call.
func (d *Detector) moving(y, r []float64) []float64 {
	d.free = d.free[:0]
	for lo := 0; lo < len(y); {
		hi := lo + 1
		for hi < len(y) && y[hi] == y[lo] {
			hi++
		}
		if hi-lo <= stuckRun {
			d.free = append(d.free, r[lo:hi]...)
		}
		lo = hi
	}
	if len(d.free) < max(3*stuckRun, len(y)/4) {
		return r
	}
	return d.free
}

// noiseScale estimates the variance of the noise in y from the differences of neighbours
// (a change of level touches only one of them). Pairs with a carried value are left out, and
// so are long runs of one value: a collector that got stuck for half of the time does not
// make the other half any quieter.
func (d *Detector) noiseScale(y []float64, seen []bool) float64 {
	d.res, d.mid = d.res[:0], d.mid[:0]
	for i := 1; i < len(y); i++ {
		if seen[i] && seen[i-1] {
			d.res, d.mid = append(d.res, y[i]-y[i-1]), append(d.mid, y[i])
		}
	}
	v := d.moving(d.mid, d.res)
	if len(v) == 0 {
		return 0
	}
	s := d.spread(v, d.median(v)) / math.Sqrt2
	return s * s
}

// standardise shifts and scales y to mean 0 and standard deviation 1, and tells whether
// there was any variation at all.
func standardise(y []float64) bool {
	n := float64(len(y))
	var sum, sq, top float64
	for _, x := range y {
		sum += x
		top = max(top, math.Abs(x))
	}
	mean := sum / n
	for _, x := range y {
		sq += (x - mean) * (x - mean)
	}
	sd := math.Sqrt(sq / n)
	if !(sd > 1e-12*top) || math.IsInf(sd, 0) {
		return false
	}
	for i := range y {
		y[i] = (y[i] - mean) / sd
	}
	return true
}

// grow gives a slice of length n, reusing the room of v; its content is not kept.
func grow(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n, n+n/4)
	}
	return v[:n]
}
