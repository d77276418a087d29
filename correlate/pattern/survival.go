package pattern

import (
	"math"
	"slices"
	"time"

	"oomortem/correlate/verdict"
)

// Survival is what a run's memory says of a longer one.
type Survival struct {
	PerSecond float64 // bytes of available memory that the host loses each second; 0 where no steady loss shows
	Left      float64 // bytes still available at the end
	Lasts     float64 // seconds from the run's end until that is gone; 0 where it does not end
	Volume    float64 // transactions from the run's start until then; 0 where not known
	Agreed    float64 // Kendall's tau of the curve's second half: -1 falls all the way, +1 rises
}

// steady is the tau from which a loss counts as one: four pairs of five go down.
const steady = -.6

// Survive looks at the second half of the host's available memory, up to the failure if there was one. ok is false
// without that curve.
func Survive(r *verdict.Report) (s Survival, ok bool) {
	c := r.Curve("host-available")
	if c == nil || len(c.T) < 10 {
		return s, false
	}
	from, to := time.UnixMilli(c.T[0]), time.UnixMilli(c.T[len(c.T)-1])
	if l := r.Load; l != nil && l.End.After(l.Start) {
		from, to = later(from, l.Start), earlier(to, l.End)
	}
	if worst := r.Worst(); worst != nil && memoryCause(worst.Cause) {
		to = earlier(to, worst.At)
	}
	middle := from.Add(to.Sub(from) / 2)
	const parts = 40
	step := to.Sub(middle).Seconds() / parts
	var t, v []float64
	for i, p := range c.Steps(middle, to, parts) {
		if p.N > 0 {
			t, v = append(t, float64(i)*step), append(v, p.Mean)
		}
	}
	if len(v) < 8 {
		return s, false
	}
	slope, tau := slopeOf(t, v)
	s.Left, s.Agreed = median(v[len(v)-3:]), tau
	if tau > steady || slope >= 0 {
		return s, true
	}
	s.PerSecond = -slope
	s.Lasts = s.Left / s.PerSecond
	if l := r.Load; l != nil && l.Steady > 0 {
		s.Volume = l.Achieved + l.Steady*s.Lasts
	}
	return s, true
}

// slopeOf gives the median of the slopes between all pairs (Theil-Sen), and Kendall's tau.
func slopeOf(t, v []float64) (slope, tau float64) {
	var slopes []float64
	up := 0.0
	for i := range v {
		for j := i + 1; j < len(v); j++ {
			slopes = append(slopes, (v[j]-v[i])/(t[j]-t[i]))
			switch {
			case v[j] > v[i]:
				up++
			case v[j] < v[i]:
				up--
			}
		}
	}
	if len(slopes) == 0 {
		return 0, 0
	}
	slices.Sort(slopes)
	return median(slopes), math.Round(100*up/float64(len(slopes))) / 100
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
