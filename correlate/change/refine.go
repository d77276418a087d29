package change

import "math"

// edge finds, at full resolution, the sample at which the level goes from one to another: at
// the start of segment b, or up to reach seconds off, but within segment a before it and b
// itself. It gives the index of the first sample of the new level and
// how many seconds off the data would let it be.
//
// With both levels known the most likely split is the one that puts each sample nearest to
// its own level: the extremum of the running sum of distances from the middle. From there
// it walks back over samples that already left the old level by more than margin, so that
// a decay is dated by its beginning (but not up a ramp, whose early samples are low too). Splits whose sum is within a few noise²/size of the
// extremum are about as likely (a log-likelihood 3 lower, with correlated noise).
func (d *Detector) edge(a, b segment, reach, before, after, margin, noise float64) (first int, loose float64) {
	near := d.at[b.lo]
	lo, hi := max(d.index(near-reach), d.first[a.lo]), min(d.index(near+reach), d.first[b.hi])
	if lo >= hi {
		return min(d.index(near), len(d.t)-1), d.step
	}
	sign := 1.0
	if after > before {
		sign = -1
	}
	middle, half := before/2+after/2, math.Abs(before-after)/2
	d.mid = grow(d.mid, hi-lo+1)
	d.mid[0] = 0
	least, split := 0.0, lo
	for i := lo; i < hi; i++ { // clipped: one spike must not outvote ten samples
		d.mid[i-lo+1] = d.mid[i-lo] + min(max(sign*(middle-d.v[i]), -half), half)
		if d.mid[i-lo+1] < least {
			least, split = d.mid[i-lo+1], i+1
		}
	}
	first = min(split, len(d.t)-1)
	limit := before - sign*margin
	for first > lo && sign*(limit-d.v[first-1]) > 0 && sign*(d.v[first-1]-d.v[first]) >= -min(noise, half/5) {
		first--
	}
	likelyUpTo := least + 6*noise*noise/(2*half)
	for i, sum := range d.mid {
		if sum <= likelyUpTo && lo+i < len(d.t) {
			loose = max(loose, math.Abs(d.t[lo+i]-d.t[first]))
		}
	}
	return first, min(loose, reach) + d.step
}

// hinge finds the bucket at which a slope leaves the level before it: the best fit of
// "level, then a line from that level on" over the buckets [lo, hi).
func (d *Detector) hinge(lo, hi int, level float64) int {
	best, at := math.Inf(1), lo
	for k := lo; k < hi-2; k++ {
		var err, xx, xy, yy float64
		for i := lo; i < hi; i++ {
			r := d.y[i] - level
			if i <= k {
				err += r * r
				continue
			}
			x := float64(i - k)
			xx, xy, yy = xx+x*x, xy+x*r, yy+r*r
		}
		if err += yy - xy*xy/xx; err < best {
			best, at = err, k
		}
	}
	return at
}
