package change

import (
	"math"
	"slices"
)

// segment is a stretch of buckets [lo, hi) that one constant or one line describes, in the
// series' own unit.
type segment struct {
	lo, hi int
	line   bool    // a slope pays for itself
	level  float64 // median of the buckets with samples
	late   float64 // median of the last quarter, of three buckets at least
	start  float64 // fitted value at lo
	end    float64 // fitted value of the last bucket
	slope  float64 // fitted change from one bucket to the next; 0 for a constant
}

// segment cuts the buckets: winsorise, standardise, estimate the noise, cut, widen the
// noise by what the residuals show (variance and AR(1)), and cut once more if it grew.
// clip is off where a single bucket may be a change of its own.
func (d *Detector) segment(o Options, clip bool) {
	d.z = append(d.z[:0], d.y...)
	if clip {
		d.winsorise(d.z)
	}
	d.describe(d.cuts(d.z, d.seen, o))
}

// cuts gives the starts of the segments of z but the first; z is standardised on the way.
func (d *Detector) cuts(z []float64, seen []bool, o Options) []int {
	n := len(z)
	d.surcharge = 0
	if n < 2*o.MinSegment || !standardise(z) {
		return nil
	}
	variance := max(d.noiseScale(z, seen), o.NoiseFloor)
	unit := variance * math.Log(float64(n))
	d.pelt.load(z)
	cuts := d.pelt.cut(n, o.Penalty*unit, o.LinePenalty*unit, o.MinSegment)
	wider := d.residualVariance(z, cuts, o.LinePenalty*unit, o.NoiseFloor)
	if wider > variance && len(cuts) > 0 {
		unit = wider * math.Log(float64(n))
		cuts = d.pelt.cut(n, o.Penalty*unit, o.LinePenalty*unit, o.MinSegment)
	}
	d.surcharge = o.LinePenalty * unit
	return cuts
}

// residualVariance is the variance around the fitted segments, not below floor, times
// √((1+ρ)/(1-ρ)) for their lag-1 autocorrelation ρ within [0, .9].
func (d *Detector) residualVariance(z []float64, cuts []int, surcharge, floor float64) float64 {
	n := len(z)
	d.res = grow(d.res, n)
	lo := 0
	for k := 0; k <= len(cuts); k++ {
		hi := n
		if k < len(cuts) {
			hi = cuts[k]
		}
		start, slope, _ := d.pelt.fit(lo, hi, surcharge)
		for i := lo; i < hi; i++ {
			d.res[i] = z[i] - start - slope*float64(i-lo)
		}
		lo = hi
	}
	var own, lagged float64
	for i, r := range d.res {
		own += r * r
		if i > 0 {
			lagged += r * d.res[i-1]
		}
	}
	if own == 0 {
		return floor
	}
	rho := min(max(lagged/own, 0), .9)
	return max(own/float64(n), floor) * math.Sqrt((1+rho)/(1-rho))
}

// fit gives the fitted value at s and the slope of the segment [s, e), and whether it is a
// line.
func (p *pelt) fit(s, e int, surcharge float64) (start, slope float64, line bool) {
	n := float64(e - s)
	sum := p.sum[e] - p.sum[s]
	flat, tilted := p.residuals(s, e)
	if tilted+surcharge >= flat {
		return sum / n, 0, false
	}
	centre := float64(s+e-1) / 2
	slope = (p.ramp[e] - p.ramp[s] - centre*sum) * 12 / (n * (n*n - 1))
	return sum/n - slope*(n-1)/2, slope, true
}

// describe turns cuts into d.segs. Whether a segment is a line is what the segmentation
// decided; its figures are robust ones in the series' unit.
func (d *Detector) describe(cuts []int) {
	d.segs = d.segs[:0]
	lo, n := 0, len(d.y)
	for k := 0; k <= len(cuts); k++ {
		hi := n
		if k < len(cuts) {
			hi = cuts[k]
		}
		d.segs = append(d.segs, d.describeOne(lo, hi))
		lo = hi
	}
}

func (d *Detector) describeOne(lo, hi int) segment {
	s := segment{lo: lo, hi: hi, level: d.level(lo, hi)}
	s.late = d.level(max(lo, hi-max(3, (hi-lo)/4)), hi)
	s.start, s.end = s.level, s.level
	n := hi - lo
	if n < 3 || d.surcharge == 0 {
		return s
	}
	if _, _, s.line = d.pelt.fit(lo, hi, d.surcharge); s.line {
		// The slope between the medians of the outer thirds shrugs off the spikes that
		// the buckets still hold.
		third := n / 3
		s.slope = (d.level(hi-third, hi) - d.level(lo, lo+third)) / float64(n-third)
		// A curve that only resembles a line never ends beyond what was measured.
		lowest, highest := slices.Min(d.y[lo:hi]), slices.Max(d.y[lo:hi])
		reach := s.slope * float64(n-1) / 2
		s.start = min(max(s.level-reach, lowest), highest)
		s.end = min(max(s.level+reach, lowest), highest)
	}
	return s
}

// level is the median of the buckets [lo, hi) that have samples; of all when none has.
func (d *Detector) level(lo, hi int) float64 {
	d.sort = d.sort[:0]
	for i := lo; i < hi; i++ {
		if d.seen[i] {
			d.sort = append(d.sort, d.y[i])
		}
	}
	if len(d.sort) == 0 {
		return d.median(d.y[lo:hi])
	}
	return medianIn(d.sort)
}
