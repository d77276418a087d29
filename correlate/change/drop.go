package change

import "math"

// Drops finds the lasting losses of a throughput series, in time order, and describes the
// series apart from them. Zero fields of o are those of Throughput.
func Drops(s Series, o Options) ([]Drop, Profile) { return new(Detector).Drops(s, o) }

// Drops is the package function Drops on d's scratch.
func (d *Detector) Drops(s Series, o Options) ([]Drop, Profile) {
	o = o.orElse(Throughput())
	nan := math.NaN()
	p := Profile{Step: nan, First: nan, Last: nan, Plateau: nan, RampUpEnd: nan, RampDown: nan, Tail: nan}
	if !d.load(s, o.Buckets) {
		return nil, p
	}
	p.Samples, p.Step, p.Missing = len(d.t), d.step, d.holes
	p.First, p.Last = d.t[0], d.last()
	d.phases(&p)
	d.segment(o)
	p.Stable = float64(len(d.segs)-1) <= 4*math.Log(float64(len(d.y)))+1
	p.Gaps = d.gaps(o)
	return d.drops(o, &p), p
}

// drops applies the drop rule to each segment in turn.
func (d *Detector) drops(o Options, p *Profile) []Drop {
	var drops []Drop
	clear := math.Inf(-1) // baselines are taken after this moment only
	for j := 1; j < len(d.segs); j++ {
		base, noise, ok := d.baseline(j, clear, o)
		if !ok || !d.lower(j, base, o.Drop) {
			continue
		}
		x := d.measure(j, base, noise, o)
		if !p.Stable && x.Class != ClassDeath && x.Class != ClassOutage {
			continue
		}
		if x.At < p.RampUpEnd && x.Depth < .5 { // a wobble on the way up
			continue
		}
		switch k := len(drops) - 1; {
		case k >= 0 && math.IsNaN(drops[k].Recovery) && x.At < drops[k].At+max(60, 2*d.width):
			continue // still the same fall
		case k >= 0 && !math.IsNaN(drops[k].Recovery) && x.At < drops[k].Recovery:
			continue
		}
		switch d.verdict(x, d.segs[j], o) {
		case verdictDip:
			p.Dips = append(p.Dips, x)
		case verdictPlanned:
			p.RampDown = x.At
		case verdictTail:
			p.Tail = x.At
		default:
			drops = append(drops, x)
		}
		clear = x.At
		if !math.IsNaN(x.Recovery) {
			clear = x.Recovery
		}
	}
	d.settle(drops, o, p)
	return drops
}

type verdict int

const (
	verdictDrop verdict = iota
	verdictDip
	verdictPlanned
	verdictTail
)

// verdict tells a drop from what only looks like one.
func (d *Detector) verdict(x Drop, s segment, o Options) verdict {
	if o.planned(x.At, d.width) {
		return verdictPlanned
	}
	if !math.IsNaN(x.Recovery) {
		if x.Recovery-x.At < o.Hold {
			return verdictDip
		}
		return verdictDrop
	}
	if !o.endsEarly(d.last()) && o.PlannedEnd == 0 {
		if d.closing(x, s) {
			return verdictPlanned
		}
		if d.last()-x.At < o.Hold {
			return verdictTail
		}
	}
	return verdictDrop
}

// baseline gives the level and noise before segment j: the samples of the last
// Options.Window seconds, at least five buckets of them, that are not older than after.
func (d *Detector) baseline(j int, after float64, o Options) (base, noise float64, ok bool) {
	start := d.at[d.segs[j].lo]
	from := max(start-max(o.Window, 5*d.width), after)
	v := d.span(from, start)
	if len(v) < 3 {
		return 0, 0, false
	}
	base = d.median(v)
	return base, d.spread(v, base), base > 0
}

// lower is the drop rule: the segment, or what it comes to, lost the share that counts.
func (d *Detector) lower(j int, base, share float64) bool {
	s := d.segs[j]
	return min(s.level, s.late) <= (1-share)*base
}

// measure takes the figures of the drop that begins with segment j.
func (d *Detector) measure(j int, base, noise float64, o Options) Drop {
	nan := math.NaN()
	x := Drop{Baseline: base, Noise: noise, ToTenth: nan, Recovery: nan, RecoveredTo: nan, End: d.last()}
	slow := d.slow(j, base)
	if slow {
		d.onsetOfSlope(j, &x)
	} else {
		d.onsetOfStep(j, &x, o)
	}
	back := d.recovery(j, &x, o)
	d.depth(j, back, &x)
	x.Class = classify(x, slow, o)
	d.second(&x, o)
	return x
}

// slow tells whether segment j falls along a line for longer than a minute.
func (d *Detector) slow(j int, base float64) bool {
	s := d.segs[j]
	if !s.line || s.slope >= 0 {
		return false
	}
	length := float64(s.hi-s.lo) * d.width
	return length > max(60, 3*d.width) && s.start > .8*base && s.start-s.end() > .1*base
}

// onsetOfStep dates a sudden loss at full resolution.
func (d *Detector) onsetOfStep(j int, x *Drop, o Options) {
	s := d.segs[j]
	after := min(s.level, s.late)
	margin := max(3*x.Noise, .05*x.Baseline)
	i := d.edge(d.at[s.lo], max(30, 2*d.width), x.Baseline, after, margin)
	d.date(i, x)
}

// onsetOfSlope dates a slow loss by where its line leaves the level before. The moment is
// as uncertain as the time the line needs to leave the noise.
func (d *Detector) onsetOfSlope(j int, x *Drop) {
	s, b := d.segs[j], d.segs[j-1]
	lo := max(b.lo, s.lo-(s.hi-s.lo))
	k := d.hinge(lo, s.hi, x.Baseline)
	d.date(d.first[k], x)
	leave := max(x.Noise/2, .02*x.Baseline) / math.Abs(s.slope) * d.width
	x.Uncertainty = max(x.Uncertainty, leave, 2*d.width)
}

// date puts the onset at sample i: the truth lies between the last good sample and the end
// of the step that i stands for.
func (d *Detector) date(i int, x *Drop) {
	x.At = d.t[i]
	x.From = d.t[max(0, i-1)]
	x.Uncertainty = max(d.step, x.At-x.From)
}

// recovery looks for the segment at which at least half of the loss is won back for good
// or for Options.Hold, and gives its number (len(segs) when there is none).
func (d *Detector) recovery(j int, x *Drop, o Options) int {
	floor := d.segs[j].level
	for k := j + 1; k < len(d.segs); k++ {
		s := d.segs[k]
		floor = min(floor, d.segs[k-1].late, s.level)
		level := max(s.level, s.late)
		if level < x.Baseline-(x.Baseline-floor)/2 || level < (1-o.Drop)*x.Baseline && level < 2*floor {
			continue
		}
		if lasts := float64(s.hi-s.lo) * d.width; lasts < o.Hold && k+1 < len(d.segs) && d.segs[k+1].level < .5*level {
			continue
		}
		aim := min(o.Back*x.Baseline, .9*level)
		x.RecoveredTo = level / x.Baseline
		x.Recovery = d.reaches(d.at[s.lo]-max(30, 2*d.width), x.At, aim, o.Hold)
		if math.IsNaN(x.Recovery) {
			x.Recovery = d.at[s.lo]
		}
		x.End = x.Recovery
		return k
	}
	return len(d.segs)
}

// reaches gives the first sample, from the given moment and after the onset, that stands at
// aim and whose next hold seconds do so in the median.
func (d *Detector) reaches(from, onset, aim, hold float64) float64 {
	for i := d.index(max(from, math.Nextafter(onset, math.Inf(1)))); i < len(d.t); i++ {
		if d.v[i] < aim {
			continue
		}
		j := max(d.index(d.t[i]+hold), min(i+3, len(d.t)))
		if d.median(d.v[i:j]) >= aim {
			return d.t[i]
		}
	}
	return math.NaN()
}

// depth takes the lowest lasting level, the floor and the time to a tenth from the
// segments [j, back).
func (d *Detector) depth(j, back int, x *Drop) {
	x.During = math.Inf(1)
	for k := j; k < back; k++ {
		s := d.segs[k]
		x.During = min(x.During, s.level)
		if k == back-1 || s.line {
			x.During = min(x.During, s.late)
		}
	}
	x.Depth = 1 - x.During/x.Baseline
	x.Floor = math.Inf(1)
	for i, end := d.index(x.At), d.index(x.End); i < end || i == end && i == len(d.t)-1; i++ {
		low := d.v[i]
		if i+2 < len(d.t) {
			low = medianOf3(d.v[i], d.v[i+1], d.v[i+2])
		}
		x.Floor = min(x.Floor, low)
		if math.IsNaN(x.ToTenth) && low <= .1*x.Baseline {
			x.ToTenth = d.t[i] - x.At
		}
	}
	x.Floor = min(x.Floor, x.During)
}

// classify names the drop; a loss that is back in time is a dip, whatever its depth.
func classify(x Drop, slow bool, o Options) Class {
	recovered := !math.IsNaN(x.Recovery)
	switch {
	case recovered && x.Recovery-x.At < o.Hold:
		return ClassDip
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
	clarity := (x.Baseline - x.During) / max(x.Noise, .02*x.Baseline)
	x.Confidence = .55 + .25*(1-math.Exp(-clarity/4))
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

// settle bounds each drop by the next one and by the planned end, counts what it cost, and
// lowers the confidence where there was no plateau.
func (d *Detector) settle(drops []Drop, o Options, p *Profile) {
	for k := range drops {
		x := &drops[k]
		if k+1 < len(drops) {
			x.End = min(x.End, drops[k+1].At)
		}
		if !math.IsNaN(p.RampDown) && p.RampDown > x.At {
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
