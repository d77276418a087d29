package change

import (
	"cmp"
	"math"
	"slices"
)

// short finds recovered losses at full resolution that the median buckets swallow: in a run of many hours a bucket is half
// a minute wide or more, a dip of ten seconds leaves no trace in its median, and an outage of ninety passes for a wild
// bucket and is clipped. A loss is a stretch of neighbouring samples that lost Options.Drop of the level around it and far
// more than its noise, with good samples on both sides. One that cost as much as a full stop of
// standstill times Options.Hold is a drop, the others are dips. What the drop rule has found already is left to it.
func (d *Detector) short(drops []Drop, p *Profile, o Options) []Drop {
	n, least := int(max(12, o.Window/d.step)), 6
	if d.step >= o.Hold { // each sample stands for as long as a loss must last
		least = 3
	}
	level := make([]float64, 0, n) // the last good samples
	var base, noise float64
	for i := 0; i < len(d.v); i++ {
		if len(level) == n && i%max(1, n/4) == 0 || base == 0 && len(level) >= least {
			base, noise = d.levelOf(level)
		}
		if base > 0 && d.v[i] <= (1-o.Drop)*base && d.v[i] < base-5*noise {
			end := i
			for end < len(d.v) && d.v[end] <= (1-o.Drop)*base {
				end++
			}
			if d.unclaimed(i, end, drops, p) {
				x := d.dipOf(i, end, base, noise)
				if x.Lost >= standstill*o.Hold*base && x.Recovery-x.At >= o.Hold {
					x.Class, x.Confidence = ClassOutage, .8
					drops = append(drops, x)
				} else {
					p.Dips = append(p.Dips, x)
				}
			}
			i = end
			continue
		}
		if len(level) == n {
			copy(level, level[1:])
			level = level[:n-1]
		}
		level = append(level, d.v[i])
	}
	byOnset := func(a, b Drop) int { return cmp.Compare(a.At, b.At) }
	slices.SortStableFunc(p.Dips, byOnset)
	slices.SortStableFunc(drops, byOnset)
	return drops
}

// levelOf gives the level and noise of good samples. Counts of a few a second scatter by their square root, whatever a
// short stretch of them shows.
func (d *Detector) levelOf(v []float64) (base, noise float64) {
	base = d.median(v)
	return base, max(d.spread(v, base), math.Sqrt(base/d.step))
}

// unclaimed tells that samples [i, end) are a loss of the plateau, recovered, that nothing else has claimed.
func (d *Detector) unclaimed(i, end int, drops []Drop, p *Profile) bool {
	if end == len(d.v) || d.t[i] < p.RampUpEnd || d.t[end] >= p.RampDown {
		return false
	}
	for _, x := range drops {
		until := x.Recovery
		if math.IsNaN(until) {
			until = math.Inf(1)
		}
		if d.t[end] >= x.From && d.t[i] <= until {
			return false
		}
	}
	for _, x := range p.Dips {
		if d.t[end] >= x.From && d.t[i] <= max(x.At, x.Recovery) {
			return false
		}
	}
	return true
}

func (d *Detector) dipOf(i, end int, base, noise float64) Drop {
	x := Drop{
		Class: ClassDip, Baseline: base, Noise: noise, ToTenth: math.NaN(),
		Recovery: d.t[end], RecoveredTo: d.v[end] / base, End: d.t[end],
		During: d.median(d.v[i:end]), Floor: slices.Min(d.v[i:end]),
	}
	d.date(i, &x)
	x.Depth = 1 - x.During/base
	for _, v := range d.v[i:end] {
		x.Lost += (base - v) * d.step
	}
	return x
}
