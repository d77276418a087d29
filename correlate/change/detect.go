package change

import (
	"cmp"
	"math"
	"slices"
)

// Detect finds the changes of any series, in time order, on the grid of its times.
// Zero fields of o are those of General.
func (d *Detector) Detect(s Series, o Options) []Change {
	o = o.orElse(General())
	if !d.load(s, o.Buckets) {
		return nil
	}
	return d.changes(o)
}

// changes cuts the loaded series and names what happens at and within each segment.
func (d *Detector) changes(o Options) []Change {
	d.segment(o, true)
	noise := d.noiseOf(0, len(d.v))
	found := d.gaps(o)
	stepped := -1 // the jump in found that led to a segment too short to be a level
	for j := range d.segs {
		if j > 0 {
			if c, ok := d.jump(j, o); ok {
				if stepped >= 0 && sameWay(found[stepped], c) {
					found[stepped].goOn(c, noise, o)
				} else {
					found = append(found, c)
					stepped = len(found) - 1
				}
			} else {
				stepped = -1
			}
			if d.segs[j].hi-d.segs[j].lo > o.MinSegment {
				stepped = -1
			}
		}
		if c, ok := d.slope(j, noise, o); ok {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b Change) int { return cmp.Compare(a.At, b.At) })
	recoveries(found, o)
	if !d.stable() {
		for i := range found {
			if found[i].Shape != ShapeGap {
				found[i].Confidence *= .5
			}
		}
	}
	return found
}

// recoveries renames the rises that make an earlier drop good again.
func recoveries(found []Change, o Options) {
	fallen := math.NaN() // the level before a drop that is not made good yet
	for i := range found {
		c := &found[i]
		switch {
		case c.Shape == ShapeGap:
		case c.Shape == ShapeDrop && math.IsNaN(fallen):
			fallen = c.Before
		case c.After > c.Before && fallen > 0 && c.After >= o.Back*fallen:
			c.Shape, fallen = ShapeRecovery, math.NaN()
		}
	}
}

// sameWay tells whether two changes both rise or both fall.
func sameWay(a, b Change) bool { return (a.After > a.Before) == (b.After > b.Before) }

// goOn makes c one change with the next jump.
func (c *Change) goOn(next Change, noise float64, o Options) {
	c.After, c.Until = next.After, next.Until
	c.Confidence = max(c.Confidence, next.Confidence)
	c.Shape = o.jumpShape(c.Before, c.After, max(math.Abs(c.Before), noise))
}

// jumpShape names a step by its size relative to scale.
func (o Options) jumpShape(before, after, scale float64) Shape {
	switch {
	case after <= before-o.Drop*scale:
		return ShapeDrop
	case after >= before+o.Drop*scale:
		return ShapeSurge
	}
	return ShapeShift
}

// noiseOf is the robust standard deviation of the samples [lo, hi) from the differences of
// neighbours.
func (d *Detector) noiseOf(lo, hi int) float64 {
	d.res = d.res[:0]
	for i := lo + 1; i < hi; i++ {
		d.res = append(d.res, d.v[i]-d.v[i-1])
	}
	if len(d.res) == 0 {
		return 0
	}
	return d.spread(d.res, d.median(d.res)) / math.Sqrt2
}

// noiseAround is the larger noise of two segments: a collector that got stuck has none,
// and a level is no better known for that.
func (d *Detector) noiseAround(a, b segment) float64 {
	return max(d.noiseOf(d.first[a.lo], d.first[a.hi]), d.noiseOf(d.first[b.lo], d.first[b.hi]))
}

// jump names the step between segments j-1 and j, where there is one beyond the noise. Where
// a slope begins or ends the fits meet only roughly: a fifth of its rise is no jump.
func (d *Detector) jump(j int, o Options) (Change, bool) {
	a, b := d.segs[j-1], d.segs[j]
	before, after := a.end, b.start
	noise := d.noiseAround(a, b)
	size, scale := math.Abs(after-before), max(math.Abs(before), noise)
	rise := max(math.Abs(a.end-a.start), math.Abs(b.end-b.start))
	least := max(noise, 3*noise/math.Sqrt(float64(min(a.hi-a.lo, b.hi-b.lo))), .2*rise,
		2*math.Abs(a.slope), 2*math.Abs(b.slope), .01*scale)
	if !(size > least) {
		return Change{}, false
	}
	c := Change{Shape: o.jumpShape(before, after, scale), Before: before, After: after}
	i, loose := d.edge(a, b, max(30, 2*d.width), before, after, max(3*noise, .05*size), noise)
	c.At, c.From = d.t[i], d.t[max(0, i-1)]
	c.Until, c.Uncertainty = c.At, max(d.step, c.At-c.From, loose)
	c.Confidence = clarity(size, noise, b.hi-b.lo)
	return c, true
}

// clarity turns the size of a change against the noise, and the buckets it lasted, into a
// confidence.
func clarity(size, noise float64, buckets int) float64 {
	sharp := 1.0
	if noise > 0 {
		sharp = 1 - math.Exp(-size/noise/4)
	}
	return .5 + .35*sharp + .12*(1-math.Exp(-float64(buckets)/6))
}

// Restless tells that the series that was looked at last changes so often that it has no levels to tell apart: more than
// 4 ln n changes.
func (d *Detector) Restless() bool { return len(d.segs) > 0 && !d.stable() }
