package change

import "math"

// phases finds the plateau and the end of the ramp-up.
//
// The plateau is the 75th percentile of the bucket medians that carry load, and "carry
// load" means a tenth of the best sustained level: a run that is dead for nine tenths of
// its time still had a plateau. The ramp-up ends at the first bucket from which on the
// coming ten hold 90 % of it.
func (d *Detector) phases(p *Profile) {
	n := len(d.y)
	w := min(10, max(1, n/10))
	best := math.Inf(-1)
	d.mid = grow(d.mid, n)
	for i := range d.y {
		d.mid[i] = d.median(d.y[i:min(n, i+w)])
		if i+w <= n {
			best = max(best, d.mid[i])
		}
	}
	d.sort = d.sort[:0]
	for i, x := range d.y {
		if d.seen[i] && x >= best/10 {
			d.sort = append(d.sort, x)
		}
	}
	p.Plateau = quantileIn(d.sort, .75)
	for i, m := range d.mid {
		if m >= .9*p.Plateau && d.y[i] >= .9*p.Plateau {
			p.RampUpEnd = d.at[i]
			return
		}
	}
}

// planned tells whether a fall that begins at the unix second t belongs to the planned end.
func (o Options) planned(t, width float64) bool {
	return o.PlannedEnd > 0 && t >= o.PlannedEnd-o.RampDown-2*width
}

// closing tells whether a drop that lasts to the end of the data looks like a load that was
// let down: within a minute, or a twentieth of the run, and gradually, so that it is still
// falling when the data end. A sudden fall rests where it came to.
func (d *Detector) closing(x Drop) bool {
	last := d.last()
	if last-x.At > max(60, 2*d.step, (last-d.t[0])/20) {
		return false
	}
	v := d.v[d.index(x.At):]
	final := d.median(v[len(v)-min(3, max(1, len(v)/3)):])
	resting := 0
	for _, y := range v {
		if y <= final+.05*x.Baseline {
			resting++
		}
	}
	return resting <= max(1, len(v)*4/10) && final <= .7*x.Baseline
}

// gaps lists the stretches without samples, longer than five steps, and the missing end
// before Options.CommonEnd or PlannedEnd.
func (d *Detector) gaps(o Options) []Change {
	var gaps []Change
	least := 5 * d.step
	for i := 1; i < len(d.t); i++ {
		if d.t[i]-d.t[i-1] > least {
			gaps = append(gaps, d.gap(d.t[i-1], d.t[i], d.v[i-1], d.v[i]))
		}
	}
	end := o.CommonEnd
	if end == 0 && o.PlannedEnd > 0 {
		end = o.PlannedEnd - o.RampDown
	}
	if last := d.last(); end != 0 && end-last > least { // before 1970 even 0 is later
		g := d.gap(last, 0, d.v[len(d.v)-1], math.NaN())
		gaps = append(gaps, g)
	}
	return gaps
}

// gap is the stretch after the last good sample at from. What stopped did so within a
// step of it, so the uncertainty is one step.
func (d *Detector) gap(from, until, before, after float64) Change {
	c := Change{Shape: ShapeGap, At: from, From: from, Until: until, Uncertainty: d.step,
		Before: before, After: after, Confidence: .9}
	if len(d.t) < 10 {
		c.Confidence = .5
	}
	return c
}
