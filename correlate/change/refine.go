package change

import "math"

// edge finds, at full resolution, the sample at which the level goes from one to another
// around the unix second near. It gives the index of the first sample of the new level.
//
// With both levels known the most likely split is the one that puts each sample nearest to
// its own level: the extremum of the running sum of distances from the middle. From there
// it walks back over samples that already left the old level by more than margin, so that
// a decay is dated by its beginning.
func (d *Detector) edge(near, reach, before, after, margin float64) int {
	lo, hi := d.index(near-reach), d.index(near+reach)
	if lo >= hi {
		return min(d.index(near), len(d.t)-1)
	}
	sign := 1.0
	if after > before {
		sign = -1
	}
	middle := before/2 + after/2
	cap := math.Abs(before-after) / 2 // one spike must not outvote ten samples
	sum, least, split := 0.0, 0.0, lo
	for i := lo; i < hi; i++ {
		sum += min(max(sign*(middle-d.v[i]), -cap), cap)
		if sum < least {
			least, split = sum, i+1
		}
	}
	split = min(split, len(d.t)-1)
	limit := before - sign*margin
	for split > lo && sign*(limit-d.v[split-1]) > 0 {
		split--
	}
	return split
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
