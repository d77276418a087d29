package change

import "math"

// Steadiness says since when a curve has been quiet. Times are unix seconds, NaN where
// there is no such time.
type Steadiness struct {
	Step        float64 // seconds from one sample to the next (median)
	First, Last float64 // first and last sample
	Final       float64 // level of the last samples
	// StuckSince is the first sample from which on the value never changed in its last
	// digit while it was sampled at least ten times more: a dead collector, or a value
	// that nobody measures. A curve that is constant from the start counts too, and an idle
	// process may look just the same: only other curves of the same collector can tell.
	StuckSince float64
	// FlatSince is the first sample from which on the curve stayed within FlatBand of
	// its final level, for at least ten samples and a twentieth of the series.
	FlatSince float64
	// FlatBand is the half width of that band in the series' unit.
	FlatBand float64
}

// Curve finds the changes of a level that is not throughput, such as bytes in use, and says
// since when it is quiet. Zero fields of o are those of Memory.
func (d *Detector) Curve(s Series, o Options) ([]Change, Steadiness) {
	o = o.orElse(Memory())
	q := unsteady()
	if !d.load(s, o.Buckets) {
		return nil, q
	}
	found := d.changes(o)
	d.steady(&q)
	return found, q
}

// Steady says since when a curve is quiet, without looking for its changes.
func (d *Detector) Steady(s Series) Steadiness {
	q := unsteady()
	if d.load(s, Memory().Buckets) {
		d.steady(&q)
	}
	return q
}

func unsteady() Steadiness {
	nan := math.NaN()
	return Steadiness{Step: nan, First: nan, Last: nan, Final: nan, StuckSince: nan, FlatSince: nan}
}

// steady fills in the quiet end of the curve.
func (d *Detector) steady(q *Steadiness) {
	n := len(d.v)
	q.Step, q.First, q.Last = d.step, d.t[0], d.last()
	q.Final = d.median(d.v[max(0, n-5):])
	same := n - 1
	for same > 0 && d.v[same-1] == d.v[n-1] {
		same--
	}
	if n-same > 10 {
		q.StuckSince = d.t[same]
	}
	q.FlatBand = max(3*d.noiseOf(max(0, n-n/4-10), n), .01*math.Abs(q.Final))
	flat := n
	for flat > 0 && math.Abs(d.v[flat-1]-q.Final) <= q.FlatBand {
		flat--
	}
	if n-flat >= max(10, n/20) {
		q.FlatSince = d.t[flat]
	}
}

// slope names what happens within segment j: a growth that is a surge or, when it is long
// and steady, a leak; a slow fall; a gentle shift.
func (d *Detector) slope(j int, noise float64, o Options) (Change, bool) {
	s := d.segs[j]
	if !s.line {
		return Change{}, false
	}
	before, after := s.start, s.end
	size := math.Abs(after - before)
	scale := max(math.Abs(before), noise)
	if size < max(3*noise, .02*scale) {
		return Change{}, false
	}
	lo := s.lo
	if j > 0 && d.continues(d.segs[j-1], s) {
		b := d.segs[j-1]
		lo = d.hinge(max(b.lo, s.lo-(s.hi-s.lo)), s.hi, b.level)
	}
	i, last := d.first[lo], d.first[s.hi]-1
	c := Change{Shape: ShapeShift, Before: before, After: after, At: d.t[i], From: d.t[max(0, i-1)], Until: d.t[max(i, last)]}
	c.Uncertainty = max(d.step, 2*d.width, max(noise, .02*size)/max(math.Abs(s.slope), math.SmallestNonzeroFloat64)*d.width)
	if lo == 0 {
		c.Uncertainty = max(d.step, d.width) // it was so from the start
	}
	c.Confidence = clarity(size, noise, s.hi-s.lo)
	large := size >= o.Drop*scale
	switch {
	case after > before && d.steadily(s) && c.Until-c.At >= d.leakAfter(o) && size >= .05*scale:
		c.Shape = ShapeLeak
	case after > before && large:
		c.Shape = ShapeSurge
	case after < before && large:
		c.Shape = ShapeDrop
	}
	return c, true
}

// continues tells whether b begins about where a ends, so that b is a bend and no jump.
func (d *Detector) continues(a, b segment) bool {
	return !a.line && math.Abs(b.start-a.level) < .25*math.Abs(b.end-b.start)
}

// leakAfter is how long a growth must be to be a leak.
func (d *Detector) leakAfter(o Options) float64 {
	if o.LeakAfter > 0 {
		return o.LeakAfter
	}
	return min(1800, max(300, (d.last()-d.t[0])/3))
}

// steadily tells whether the buckets of s rise all along: Kendall's τ of the Mann-Kendall
// trend test is at least .6, and no tenth of the time brings half of the growth.
func (d *Detector) steadily(s segment) bool {
	up, pairs := 0, 0
	stride := 1 + (s.hi-s.lo)/120
	for i := s.lo; i < s.hi; i += stride {
		for k := i + stride; k < s.hi; k += stride {
			pairs++
			switch {
			case d.y[k] > d.y[i]:
				up++
			case d.y[k] < d.y[i]:
				up--
			}
		}
	}
	if pairs < 6 || float64(up) < .6*float64(pairs) {
		return false
	}
	tenth := max(1, (s.hi-s.lo)/10)
	for i := s.lo; i+tenth < s.hi; i++ {
		if d.y[i+tenth]-d.y[i] > .5*(s.end-s.start) && s.hi-s.lo >= 20 {
			return false
		}
	}
	return true
}
