package change

// Turing is the one fixed setting for the Turing Change Point Dataset: penalty 6 ln n,
// line 4 ln n, noise floor .02, AR(1) exponent .5, winsorised at 3 deviations, segments of
// at least 5.
func Turing() Options {
	return Options{Penalty: 6, LinePenalty: 4, NoiseFloor: .02, MinSegment: 5}.filled()
}

// Points gives the indices at which a new segment of v begins, ascending, the first
// segment's 0 left out. Every value counts as one step, whatever its time; NaN and
// infinite values carry the last one. Zero fields of o are those of Turing.
func Points(v []float64, o Options) []int { return new(Detector).Points(v, o) }

// Points is the package function Points on d's scratch; the result is the caller's own.
func (d *Detector) Points(v []float64, o Options) []int {
	if o.MinSegment <= 0 {
		o.MinSegment = Turing().MinSegment
	}
	o = o.filled()
	d.z, d.seen = d.z[:0], d.seen[:0]
	last, known := 0.0, false
	for _, x := range v {
		ok := x >= -valueLimit && x <= valueLimit
		if ok && !known { // what came before the first value is taken to be that value
			for i := range d.z {
				d.z[i] = x
			}
			known = true
		}
		if ok {
			last = x
		}
		d.z, d.seen = append(d.z, last), append(d.seen, ok)
	}
	d.winsorise(d.z)
	return append([]int(nil), d.cuts(d.z, d.seen, o)...)
}
