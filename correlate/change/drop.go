package change

import "math"

// Drops finds the lasting losses of a throughput series, in time order, and describes the
// series apart from them. Zero fields of o are those of Throughput.
func Drops(s Series, o Options) ([]Drop, Profile) { return new(Detector).Drops(s, o) }

// Drops is the package function Drops on d's scratch.
func (d *Detector) Drops(s Series, o Options) ([]Drop, Profile) {
	coarsest := o.MinSegment <= 0
	o = o.orElse(Throughput())
	nan := math.NaN()
	p := Profile{Step: nan, First: nan, Last: nan, Plateau: nan, RampUpEnd: nan, RampDown: nan, Tail: nan}
	if !d.load(s, o.Buckets) {
		return nil, p
	}
	p.Samples, p.Step, p.Missing = len(d.t), d.step, d.holes
	p.First, p.Last = d.t[0], d.last()
	if coarsest {
		o.MinSegment = shortestFor(d.step, o.Hold)
	}
	d.phases(&p)
	d.segment(o, d.step < fineStep)
	for d.rough && !d.stable() && len(d.y) >= 4*leastJoined { // one by one they are no level, by the dozen they are
		d.join(len(d.y) / 4)
		d.phases(&p)
		d.segment(o, d.step < fineStep)
	}
	p.Stable = d.stable()
	p.Gaps = d.gaps(o)
	drops := d.drops(o, &p)
	return d.short(drops, &p, o), p
}

// leastJoined is how many buckets a series of few values is joined to at least.
const leastJoined = 60

// fineStep is the step, in seconds, below which wild samples are clipped: they are single
// seconds then. In a coarser export one bucket may be a whole outage.
const fineStep = 5

// shortestFor is the least number of buckets that make a segment: three seconds-wide ones,
// but one is enough when it alone is as long as a loss has to last.
func shortestFor(step, hold float64) int {
	switch {
	case step >= hold:
		return 1
	case step >= fineStep:
		return 2
	}
	return 3
}

// stable tells whether there are few enough change points (4 ln n) for a plateau.
func (d *Detector) stable() bool {
	return float64(len(d.segs)-1) <= 4*math.Log(float64(len(d.y)))+1
}

// drops applies the drop rule to each segment in turn.
func (d *Detector) drops(o Options, p *Profile) []Drop {
	var drops []Drop
	after, first := math.Inf(-1), 1 // baselines come from after this moment, losses begin at this segment
	for j := 1; j < len(d.segs); j++ {
		i, base, noise, ok := d.lost(j, first, max(after, d.rampFor(j, p, o)), o)
		if !ok || d.burst(drops, j, p) {
			continue
		}
		if d.sameFall(drops, j) || i < j && d.sameFall(drops, i) {
			drops = d.deepen(drops, j, o)
			continue
		}
		x := d.measure(i, j, base, noise, o)
		if !d.credible(x, 1-min(d.segs[j].level, d.segs[j].late)/base, o, p) {
			continue
		}
		switch d.judge(x, o) {
		case isDip:
			p.Dips = append(p.Dips, x)
		case isPlanned:
			p.RampDown = x.At
		case isTail:
			p.Tail = x.At
		default:
			drops = append(drops, x)
		}
		after, first = x.At, j+1
		if !math.IsNaN(x.Recovery) {
			after = x.Recovery
		}
	}
	d.settle(drops, o, p)
	return drops
}

// lost is the drop rule: segment j, or what it comes to, lost the share that counts against
// the level right before it, or against the level before the row of ever lower segments
// that it ends (once one settles). It gives the segment i, not before first, with which the
// loss began.
func (d *Detector) lost(j, first int, after float64, o Options) (i int, base, noise float64, ok bool) {
	low := min(d.segs[j].level, d.segs[j].late)
	if base, noise, ok = d.baseline(j, after, o); ok && low <= (1-o.Drop)*base {
		return j, base, noise, base-low >= d.chance(j, base, noise)
	}
	if before := d.segs[j-1]; ok && !before.line && d.settled(before) && d.at[before.lo] >= after &&
		low <= (1-o.Drop)*before.level {
		// The last two minutes happened to be the trough of a level that held for longer.
		return j, before.level, noise, before.level-low >= d.chance(j, before.level, noise)
	}
	if !d.settled(d.segs[j]) {
		return 0, 0, 0, false
	}
	for i = j; i > first && d.segs[i-1].late < d.segs[i-2].late; {
		i--
	}
	if i == j {
		return 0, 0, 0, false
	}
	base, noise, ok = d.baseline(i, after, o)
	return i, base, noise, ok && low <= (1-o.Drop)*base
}

// chance is how much segment j may lie below the baseline by chance: four standard errors,
// but never more than half of the baseline.
func (d *Detector) chance(j int, base, noise float64) float64 {
	n := d.first[d.segs[j].hi] - d.first[d.segs[j].lo]
	before := d.first[d.segs[j].lo]
	return min(base/2, 4*noise/math.Sqrt(float64(max(1, min(n, before, 120)))))
}

// rampFor is the moment before which no baseline for segment j is taken: the end of the
// ramp-up, unless the loss comes too soon after it to have a better one.
func (d *Detector) rampFor(j int, p *Profile, o Options) float64 {
	if p.RampUpEnd < d.at[d.segs[j].lo]-min(o.Hold, 3*d.step) {
		return p.RampUpEnd
	}
	return math.Inf(-1)
}

// baseline gives the level and noise before segment j: the samples of the last
// Options.Window seconds, at least five buckets of them, that are not older than after.
// It needs as long a stretch as a loss must last, or three samples.
func (d *Detector) baseline(j int, after float64, o Options) (base, noise float64, ok bool) {
	start := d.at[d.segs[j].lo]
	from := max(start-max(o.Window, 5*d.width), after)
	v := d.span(from, start)
	least := 3
	if d.step >= fineStep {
		least = max(1, int(o.Hold/d.step))
	}
	if len(v) < least || start-max(from, d.t[0]) < min(o.Hold, 3*d.step) {
		return 0, 0, false
	}
	base = d.median(v)
	return base, d.spread(v, base), base > 0
}

// sameFall tells whether a loss with segment j still belongs to the last drop: it has not
// recovered yet and the level had not settled since, or slid on along a line.
func (d *Detector) sameFall(drops []Drop, j int) bool {
	if len(drops) == 0 {
		return false
	}
	x, before := drops[len(drops)-1], d.segs[j-1]
	if !math.IsNaN(x.Recovery) {
		return d.at[d.segs[j].lo] < x.Recovery
	}
	if !d.settled(before) {
		return true
	}
	return before.line && before.slope < 0 && d.segs[j].start > before.end-.2*x.Baseline
}

// settled tells whether a segment is more than a step on the way: three buckets and a
// minute.
func (d *Detector) settled(s segment) bool {
	return float64(s.hi-s.lo)*d.width >= max(60, 3*d.width)
}

// settle bounds each drop by the next one and by the planned end, counts what it cost, and
// lowers the confidence where there was no plateau.
func (d *Detector) settle(drops []Drop, o Options, p *Profile) {
	for k := range drops {
		x := &drops[k]
		if k+1 < len(drops) {
			x.End = min(x.End, drops[k+1].At)
		}
		if p.RampDown > x.At {
			x.End = min(x.End, p.RampDown)
		}
		if o.PlannedEnd > x.At {
			x.End = min(x.End, o.PlannedEnd)
		}
		d.cost(x)
		if !p.Stable {
			x.Confidence *= .5
		}
	}
}
