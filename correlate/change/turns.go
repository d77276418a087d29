package change

import (
	"cmp"
	"math"
	"slices"
)

// Turns finds the changes of a series of which nothing is known, in time order, gaps included: one for each moment at
// which a new level or a new slope begins, and one at the start of a series that slopes from there. Places count, not
// times: a month is as long as the next. Zero fields of o are those of Turing, so that what is listed is what was
// measured on that data set.
//
// A series that turns at more than 4 ln n places has no levels to tell apart: only its gaps are given, and Restless
// tells so.
func (d *Detector) Turns(s Series, o Options) []Change {
	o = o.orTuring()
	d.segs = d.segs[:0]
	d.take(s)
	if len(d.t) == 0 {
		return nil
	}
	d.step = d.medianStep()
	d.line()
	d.segment(o, true)
	found := d.gaps(o)
	if d.Restless() {
		return found
	}
	noise := d.noiseOf(0, len(d.v))
	for j := range d.segs {
		if c, ok := d.turn(j, noise, o); ok {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b Change) int { return cmp.Compare(a.At, b.At) })
	recoveries(found, o)
	return found
}

// turnsLimit is the longest series whose samples are looked at one by one: half a second at worst is not for a
// thousand series, a millisecond is. Longer ones are joined to Options.Buckets blocks.
const turnsLimit = 1000

// line puts the samples into blocks by their place alone.
func (d *Detector) line() {
	n, per := len(d.t), 1
	if n > turnsLimit {
		per = (n + 599) / 600
	}
	d.width = d.step * float64(per)
	d.y, d.at, d.first, d.seen = d.y[:0], d.at[:0], d.first[:0], d.seen[:0]
	for lo := 0; lo < n; lo += per {
		hi := min(n, lo+per)
		y := d.v[lo]
		if per > 1 {
			y = d.middle(d.v[lo:hi])
		}
		d.push(y, d.t[lo], lo, true)
	}
	d.first = append(d.first, n)
}

// turn names what begins with segment j.
func (d *Detector) turn(j int, noise float64, o Options) (Change, bool) {
	b := d.segs[j]
	if j == 0 {
		return d.slope(0, noise, o)
	}
	a := d.segs[j-1]
	i := d.first[b.lo]
	c := Change{Before: a.end, After: b.start, At: d.t[i], From: d.t[i-1], Until: d.t[i]}
	local := d.noiseAround(a, b)
	size, scale := math.Abs(c.After-c.Before), max(math.Abs(c.Before), local)
	c.Shape = o.jumpShape(c.Before, c.After, scale)
	c.Uncertainty = max(d.step, d.width, c.At-c.From)
	if d.width > d.step && size > local {
		first, loose := d.edge(a, b, max(30, 2*d.width), c.Before, c.After, max(3*local, .05*size), local)
		c.At, c.From = d.t[first], d.t[max(0, first-1)]
		c.Until, c.Uncertainty = c.At, max(d.step, c.At-c.From, loose)
	}
	if whole := math.Abs(b.end - a.end); b.line && whole > 2*size { // a bend: the slope matters, not the step at its foot
		c.After, c.Until, size = b.end, d.t[d.first[b.hi]-1], whole
		c.Shape = o.jumpShape(c.Before, c.After, scale)
		if c.After > c.Before && d.steadily(b) && c.Until-c.At >= d.leakAfter(o) {
			c.Shape = ShapeLeak
		}
		c.Uncertainty = max(c.Uncertainty, 2*d.width)
	}
	c.Confidence = clarity(size, local, b.hi-b.lo)
	return c, true
}
