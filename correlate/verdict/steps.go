package verdict

import (
	"time"
)

// Step is the mean of a curve over one of several equal stretches of time; N 0 says that nothing is known of it.
type Step struct {
	Mean float64
	N    int // samples in it
}

// Steps cuts a curve between two times (zero: the curve's own ends) into n stretches; nil where there is nothing to cut.
func (c *Curve) Steps(from, to time.Time, n int) []Step {
	if c == nil || len(c.T) < 2 || n <= 0 {
		return nil
	}
	lo, hi := c.T[0], c.T[len(c.T)-1]
	if !from.IsZero() {
		lo = max(lo, from.UnixMilli())
	}
	if !to.IsZero() {
		hi = min(hi, to.UnixMilli())
	}
	if hi <= lo {
		return nil
	}
	steps := make([]Step, n)
	for i, t := range c.T {
		if v := c.V[i]; t >= lo && t < hi && v == v { // NaN: nothing reported
			s := &steps[int(float64(t-lo)*float64(n)/float64(hi-lo))]
			s.N++
			s.Mean += (v - s.Mean) / float64(s.N)
		}
	}
	return steps
}

// Throughput gives the run's curve of successful completions per second, or nil.
func (r *Report) Throughput() *Curve { return r.Curve("throughput") }

// Curve gives the first curve of a role, or nil.
func (r *Report) Curve(role string) *Curve {
	for i := range r.Curves {
		if r.Curves[i].Role == role {
			return &r.Curves[i]
		}
	}
	return nil
}

// Sustained gives the highest throughput that a run held for a length of time, and when that began: the greatest mean
// over any window of the length with values in nine tenths of it. ok is false without such a window.
func (r *Report) Sustained(length time.Duration) (rate float64, since time.Time, ok bool) {
	const parts = 20
	c := r.Throughput()
	part := length / parts
	if c == nil || len(c.T) < 2 || part <= 0 {
		return 0, time.Time{}, false
	}
	begin := time.UnixMilli(c.T[0])
	n := int(time.UnixMilli(c.T[len(c.T)-1]).Sub(begin) / part)
	if n < parts || n > 1<<20 {
		return 0, time.Time{}, false
	}
	steps := c.Steps(begin, begin.Add(time.Duration(n)*part), n)
	sum, filled := 0.0, 0
	for i, s := range steps {
		if s.N > 0 {
			sum, filled = sum+s.Mean, filled+1
		}
		if i >= parts && steps[i-parts].N > 0 {
			sum, filled = sum-steps[i-parts].Mean, filled-1
		}
		if i >= parts-1 && filled >= parts*9/10 && sum/float64(filled) > rate {
			rate, since, ok = sum/float64(filled), begin.Add(time.Duration(i-parts+1)*part), true
		}
	}
	return rate, since, ok
}
