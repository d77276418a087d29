package change

import "math"

// burst tells whether segment j only returns from a short excess to the level that held
// before it: a spike of load, or the backlog worked off after an outage.
func (d *Detector) burst(drops []Drop, j int, p *Profile) bool {
	level := d.segs[j].level
	i := j
	for i > 0 && d.segs[i-1].level > 1.15*level {
		i--
	}
	if i == 0 || i == j || level <= 0 {
		return false
	}
	excess := d.at[d.segs[j].lo] - d.at[d.segs[i].lo]
	if k := len(drops) - 1; k >= 0 && drops[k].Recovery >= d.at[d.segs[i].lo]-2*d.width {
		return level > .85*drops[k].Baseline && excess <= max(120, drops[k].Recovery-drops[k].At)
	}
	before := d.segs[i-1]
	ramp := d.at[before.lo] < p.RampUpEnd // passing a level on the way up is not holding it
	return !ramp && before.level > .85*level && float64(before.hi-before.lo)*d.width >= excess
}

// credible tells whether a loss of the given depth can be told from unrest: there is a
// plateau to lose, or the service died, and it does not happen on the way up to the plateau.
func (d *Detector) credible(x Drop, depth float64, o Options, p *Profile) bool {
	sudden := x.Class == ClassDeath || x.Class == ClassOutage
	if !p.Stable && !sudden {
		return false
	}
	return depth >= .5 || x.At >= p.RampUpEnd && (depth >= .3 || x.At >= p.RampUpEnd+o.Window/2)
}

// deepen dates the last drop anew when segment j of the same fall is what mattered: the drop
// began with a small loss that noise alone may make, and most of it was lost at once here.
func (d *Detector) deepen(drops []Drop, j int, o Options) []Drop {
	x := &drops[len(drops)-1]
	before, low := d.segs[j-1], min(d.segs[j].level, d.segs[j].late)
	small := max(.25*x.Baseline, 2*x.Noise)
	if math.IsNaN(x.Recovery) && x.Baseline-before.level < small && before.level-low > x.Baseline/2 && x.Class != ClassSlow {
		again := d.measure(j, j, x.Baseline, x.Noise, o)
		if d.judge(again, o) == isDrop {
			*x = again
		}
	}
	return drops
}

type ruling int

const (
	isDrop ruling = iota
	isDip
	isPlanned
	isTail
)

// judge tells a drop from what only looks like one.
func (d *Detector) judge(x Drop, o Options) ruling {
	last := d.last()
	switch {
	case o.planned(x.At, d.width):
		return isPlanned
	case x.Class == ClassDip:
		return isDip
	case !math.IsNaN(x.Recovery) || o.PlannedEnd > 0:
		return isDrop
	case d.closing(x):
		return isPlanned
	case last-x.At < o.Hold:
		return isTail
	}
	return isDrop
}
