package change

import "math"

// measure takes the figures of the drop that begins with segment i and that segment j
// made large enough to count.
func (d *Detector) measure(i, j int, base, noise float64, o Options) Drop {
	nan := math.NaN()
	x := Drop{Baseline: base, Noise: noise, ToTenth: nan, Recovery: nan, RecoveredTo: nan, End: d.last()}
	slow := d.slow(i, j, base)
	at, sudden := d.atOnce(i, j, base, noise)
	switch {
	case slow && sudden:
		slow = false
		d.date(min(d.first[at], len(d.t)-1), &x)
	case slow:
		d.onsetOfSlope(i, j, &x, o)
	default:
		d.onsetOfStep(i, j, &x)
	}
	back := d.recovery(j, &x, o)
	d.depth(i, back, &x)
	d.cost(&x)
	x.Class = d.classify(x, slow, o)
	d.second(&x, o)
	return x
}

// slide gives the segment at which the fall that begins with segment i comes to rest: the
// first settled one at or after j, or the last that is lower still.
func (d *Detector) slide(i, j int, base float64) int {
	k := max(i, j)
	for k+1 < len(d.segs) && !d.settled(d.segs[k]) && d.segs[k+1].level < d.segs[k].level-.05*base {
		k++
	}
	return k
}

// slow tells whether the loss that begins with segment i takes longer than a minute: down a
// row of segments before one settles, or along one line that begins near the baseline.
func (d *Detector) slow(i, j int, base float64) bool {
	k := d.slide(i, j, base)
	return d.at[d.segs[k].lo]-d.at[d.segs[i].lo] > max(60, 2.5*d.width) || d.slopes(d.segs[i], base)
}

// atOnce tells whether what looks like a slope is a step within a bucket: from near the baseline to near the rest with one
// bucket between them, part of which each of the two fills; at is the first that is not near the baseline.
func (d *Detector) atOnce(i, j int, base, noise float64) (at int, ok bool) {
	first, k := d.segs[i], d.slide(i, j, base)
	rest := d.segs[k]
	low := min(rest.late, rest.level)
	if k+1 < len(d.segs) { // a short segment may hold the step itself
		low = min(low, d.segs[k+1].level)
	}
	near := max(.15*(base-low), noise)
	last := -1 // bucket near the baseline
	for k := max(0, first.lo-2); k < min(rest.hi+2, len(d.y)); k++ {
		switch {
		case d.y[k] >= base-near:
			last = k
		case last >= 0 && d.y[k] <= low+near:
			return last + 1, k-last <= 2
		}
	}
	return 0, false
}

// slopes tells whether s is a line that takes longer than a minute from near the baseline to
// well below it.
func (d *Detector) slopes(s segment, base float64) bool {
	length := float64(s.hi-s.lo) * d.width
	return s.line && s.slope < 0 && length > max(60, 3*d.width) &&
		s.start > .8*base && s.start-s.end > .1*base
}

// onsetOfStep dates a sudden loss at full resolution.
func (d *Detector) onsetOfStep(i, j int, x *Drop) {
	s := d.segs[i]
	low := min(s.level, s.late, d.segs[j].level)
	margin := max(3*x.Noise, .05*x.Baseline, .15*(x.Baseline-low))
	s.hi = d.segs[j].hi
	at, loose := d.edge(d.segs[i-1], s, max(30, 2*d.width), x.Baseline, low, margin, x.Noise)
	d.date(at, x)
	x.Uncertainty = max(x.Uncertainty, loose)
}

// onsetOfSlope dates a slow loss by where its line leaves the level before. The segmentation
// may have cut later than that, so the baseline is taken once more before the moment found.
// The moment is as uncertain as the time the line needs to leave the noise.
func (d *Detector) onsetOfSlope(i, j int, x *Drop, o Options) {
	first, b := d.segs[i], d.segs[i-1]
	hi := first.hi
	if !d.slopes(first, x.Baseline) {
		rest := d.segs[d.slide(i, j, x.Baseline)]
		hi = rest.lo + 1
		if rest.line {
			hi = rest.hi
		}
	}
	lo := max(b.lo, first.lo-(hi-first.lo))
	k := d.hinge(lo, hi, x.Baseline)
	earlier := d.span(d.at[k]-max(o.Window, 5*d.width), d.at[k])
	if base := d.median(earlier); len(earlier) >= 10 && base > x.Baseline && base < 1.2*x.Baseline {
		x.Baseline, x.Noise = base, d.spread(earlier, base)
		k = d.hinge(lo, hi, base)
	}
	d.date(min(d.first[k], len(d.t)-1), x)
	fall := (x.Baseline - d.y[hi-1]) / (float64(hi-k) * d.width) // per second
	leave := max(x.Noise, .08*x.Baseline) / max(fall, math.SmallestNonzeroFloat64)
	x.Uncertainty = min(max(x.Uncertainty, leave, 2*d.width), d.last()-d.t[0])
}

// date puts the onset at sample i: the truth lies between the last good sample and the end
// of the step that i stands for.
func (d *Detector) date(i int, x *Drop) {
	x.At = d.t[i]
	x.From = d.t[max(0, i-1)]
	x.Uncertainty = max(d.step, x.At-x.From)
}

// recovery looks for the segment after j that wins back half of the loss, for Options.Hold
// at least, and gives its number; len(segs) when there is none.
func (d *Detector) recovery(j int, x *Drop, o Options) int {
	floor := min(d.segs[j].level, d.segs[j].late)
	for k := j + 1; k < len(d.segs); k++ {
		s := d.segs[k]
		level := max(s.level, s.late)
		lasts := float64(s.hi-s.lo)*d.width >= o.Hold || k+1 == len(d.segs) || d.segs[k+1].level >= .9*level
		if level < x.Baseline/2+floor/2 || !lasts {
			floor = min(floor, s.level, s.late)
			continue
		}
		if k+1 < len(d.segs) && !d.settled(s) && d.segs[k+1].level > 1.05*level {
			continue // a step on the way back, not the level it came back to
		}
		x.RecoveredTo = level / x.Baseline
		x.Recovery = d.reaches(d.at[s.lo]-max(30, 2*d.width), x.At, min(o.Back*x.Baseline, .95*level), o.Hold)
		if math.IsNaN(x.Recovery) {
			x.Recovery = d.at[s.lo]
		}
		x.End = x.Recovery
		return k
	}
	return len(d.segs)
}

// reaches gives the first sample, from the given moment and after the onset, that stands at
// aim and of whose next hold seconds (three samples at least) most do too.
func (d *Detector) reaches(from, onset, aim, hold float64) float64 {
	end, high := 0, 0 // samples [i, end) and how many of them stand at aim
	for i := d.index(max(from, math.Nextafter(onset, math.Inf(1)))); i < len(d.t); i++ {
		if end < i {
			end, high = i, 0
		}
		for end < len(d.t) && (end < i+3 || d.t[end] < d.t[i]+hold) {
			if d.v[end] >= aim {
				high++
			}
			end++
		}
		if d.v[i] >= aim {
			if 2*high > end-i {
				return d.t[i]
			}
			high--
		}
	}
	return math.NaN()
}

// depth takes the lowest lasting level, the floor and the time to a tenth from the
// segments [i, back).
func (d *Detector) depth(i, back int, x *Drop) {
	x.During = math.Inf(1)
	for k := i; k < back; k++ {
		s := d.segs[k]
		x.During = min(x.During, s.level)
		if k == back-1 || s.line {
			x.During = min(x.During, s.late)
		}
	}
	x.Depth = 1 - x.During/x.Baseline
	x.Floor = x.During
	for k := d.index(x.At); k < len(d.t) && (d.t[k] < x.End || x.End == d.last()); k++ {
		low := d.v[k]
		if k+2 < len(d.t) {
			low = medianOf3(d.v[k], d.v[k+1], d.v[k+2])
		}
		x.Floor = min(x.Floor, low)
		if math.IsNaN(x.ToTenth) && low <= .1*x.Baseline {
			x.ToTenth = d.t[k] - x.At
		}
	}
}

// standstill is how long, in units of Options.Hold, a full stop must be that costs as much as
// a loss that counts although it recovered.
const standstill = 1.25

// classify names the drop. A loss that is back within Options.Hold is a dip, and so is one
// that cost no more than a stop of about that length: a checkpoint that takes a third of
// the throughput for half a minute, or a stop of seconds smeared over a coarse bucket.
func (d *Detector) classify(x Drop, slow bool, o Options) Class {
	recovered := !math.IsNaN(x.Recovery)
	if recovered && (x.Recovery-x.At < o.Hold || x.Lost < standstill*o.Hold*x.Baseline) {
		return ClassDip
	}
	switch {
	case slow:
		return ClassSlow
	case recovered && x.RecoveredTo >= o.Back:
		return ClassOutage
	case x.During <= .02*x.Baseline:
		return ClassDeath
	}
	return ClassPartial
}

// second asks the CUSUM chart and sets the confidence.
func (d *Detector) second(x *Drop, o Options) {
	lo, hi := d.index(x.At-max(o.Window, 5*d.width)), d.index(max(x.End, x.At+10*d.width))
	start, alarm := d.chart(lo, hi, x.Baseline, x.Noise)
	if alarm {
		off := math.Abs(d.t[min(start, len(d.t)-1)] - x.At)
		x.Seconded = off <= max(2*d.width, 2*d.step, 3)
	}
	plain := (x.Baseline - x.During) / max(x.Noise, .02*x.Baseline)
	x.Confidence = .55 + .25*(1-math.Exp(-plain/4))
	if x.Seconded {
		x.Confidence += .1
	}
	if held := d.index(x.End) - d.index(x.At); held >= 10 {
		x.Confidence += .07
	}
	if x.Class == ClassSlow {
		x.Confidence -= .1
	}
}

// cost sums what was lost between At and End. Each sample stands for one step; time that
// no sample stands for is unseen.
func (d *Detector) cost(x *Drop) {
	x.Lost, x.Unseen = 0, 0
	for i := d.index(x.At); i < len(d.t) && (d.t[i] < x.End || x.End >= d.last()); i++ {
		width := d.step
		if i+1 < len(d.t) {
			next := d.t[i+1] - d.t[i]
			if next <= 1.5*d.step {
				width = next
			} else {
				x.Unseen += next - d.step
			}
		}
		x.Lost += max(0, x.Baseline-d.v[i]) * width
	}
}
