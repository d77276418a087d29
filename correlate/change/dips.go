package change

import (
	"math"
	"slices"
)

// shortDips finds losses at full resolution that the median buckets swallow: in a run of many hours a bucket is a minute
// wide, and a dip of ten seconds leaves no trace in its median. A dip is a stretch of neighbouring samples that lost
// Options.Drop of the level around it and far more than its noise, shorter than Options.Hold or so, with good samples on
// both sides. What the drop rule has found already is left to it.
func (d *Detector) shortDips(drops []Drop, p *Profile, o Options) {
	n := int(max(12, o.Window/d.step))
	level := make([]float64, 0, n) // the last good samples
	var base, noise float64
	for i := 0; i < len(d.v); i++ {
		if len(level) == n && i%max(1, n/4) == 0 || base == 0 && len(level) >= 6 {
			base, noise = d.levelOf(level)
		}
		if base > 0 && d.v[i] <= (1-o.Drop)*base && d.v[i] < base-5*noise {
			end := i
			for end < len(d.v) && d.v[end] <= (1-o.Drop)*base {
				end++
			}
			if d.isDip(i, end, drops, p, o) {
				p.Dips = append(p.Dips, d.dipOf(i, end, base, noise))
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
	slices.SortStableFunc(p.Dips, func(a, b Drop) int {
		switch {
		case a.At < b.At:
			return -1
		case a.At > b.At:
			return 1
		}
		return 0
	})
}

func (d *Detector) levelOf(v []float64) (base, noise float64) {
	base = d.median(v)
	return base, d.spread(v, base)
}

// isDip tells that samples [i, end) are a dip of the plateau that nothing else has claimed.
func (d *Detector) isDip(i, end int, drops []Drop, p *Profile, o Options) bool {
	if end == len(d.v) || d.t[end]-d.t[i] > o.Hold+d.step || d.t[i] < p.RampUpEnd || d.t[end] >= p.RampDown {
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
