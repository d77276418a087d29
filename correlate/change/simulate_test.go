package change

import (
	"math"
	"math/rand/v2"
)

// The kinds of simulated throughput series, after section 1.4 of the research notes: the
// construction is the truth.
const (
	simHealthy = "healthy"
	simDips    = "dips"
	simDeath   = "death"
	simPartial = "partial"
	simSlow    = "slow"
	simOutage  = "outage"
	simPlanned = "planned end"
	simClosing = "ramp-down, end unknown"
	simNoise   = "healthy, wide noise"
	simSteps   = "staged ramp-up"
	simEarly   = "death in the ramp-up"
	simTwice   = "two outages"
	simLow     = "healthy, few a second"
	simLowDie  = "death, few a second"
)

// simulated is one series with what was built into it.
type simulated struct {
	s       Series
	onset   float64 // unix seconds, NaN: nothing lost
	back    float64 // recovery, NaN: none
	depth   float64 // lost share
	bucket  float64
	level   float64
	options Options
	length  float64
}

// simulate builds a run of the kind, summed up in buckets of the given seconds.
func simulate(r *rand.Rand, kind string, bucket int) simulated {
	n := 900 + r.IntN(2701)
	level := 55 * math.Exp(r.Float64()*math.Log(8100.0/55))
	cv, rho := .02+.10*r.Float64(), .7*r.Float64()
	switch kind {
	case simNoise:
		cv = .12 + .13*r.Float64()
	case simLow, simLowDie:
		level = 2 + 18*r.Float64()
	}
	ramp := 20 + r.IntN(161)
	wave, period := .05*r.Float64(), 60+r.Float64()*900
	x := simulated{onset: math.NaN(), back: math.NaN(), bucket: float64(bucket), level: level, length: float64(n)}
	start := 1.6e9 + float64(r.IntN(1e8))
	shape := simShape(r, kind, n, ramp, start, &x)

	v, ar := make([]float64, n), 0.0
	for i := range v {
		ar = rho*ar + math.Sqrt(1-rho*rho)*r.NormFloat64()
		m := level * shape[i] * (1 + wave*math.Sin(2*math.Pi*float64(i)/period))
		v[i] = max(0, m*(1+cv*ar))
		if kind == simLow || kind == simLowDie {
			v[i] = poisson(r, m)
		}
		if r.Float64() < .002 { // a spike of one sample
			v[i] *= 1.5 + 3*r.Float64()
		}
		if r.Float64() < .01 {
			v[i] = math.NaN()
		}
	}
	if r.Float64() < .3 { // the collector pauses while all is well
		for i, at := 0, ramp+30+r.IntN(60); i < 10+r.IntN(30); i++ {
			v[at+i] = math.NaN()
		}
	}
	x.s = coarsen(v, start, bucket)
	return x
}

// simShape gives the course of the run as a factor of its level, second by second.
func simShape(r *rand.Rand, kind string, n, ramp int, start float64, x *simulated) []float64 {
	shape := make([]float64, n)
	for i := range shape {
		shape[i] = min(1, float64(i+1)/float64(ramp))
	}
	at := ramp + 150 + r.IntN(max(1, n*8/10-ramp-150))
	lose := func(from, length int, share float64, fade int) {
		for i := from; i < min(n, from+length); i++ {
			f := 1.0
			if fade > 0 {
				f = min(1, float64(i-from+1)/float64(fade))
			}
			shape[i] *= 1 - share*f
		}
		if math.IsNaN(x.onset) {
			x.onset, x.depth = start+float64(from), share
			if from+length < n {
				x.back = start + float64(from+length)
			}
		}
	}
	switch kind {
	case simDips:
		count := 1 + r.IntN(6)
		slot := (n - ramp - 60) / count // apart: two in a row would be a loss that lasts
		for k := range count {
			share, length := .3+.7*r.Float64(), 1+r.IntN(12)
			for i, from := 0, ramp+60+k*slot+r.IntN(slot-80); i < length; i++ {
				shape[from+i] *= 1 - share
			}
		}
	case simDeath, simLowDie:
		lose(at, n, 1, r.IntN(8))
	case simPartial:
		lose(at, n, .25+.5*r.Float64(), r.IntN(6))
	case simSlow:
		lose(min(at, n-400), n, .4+.4*r.Float64(), 200+r.IntN(400))
	case simOutage:
		lose(at, 30+r.IntN(min(210, n-at-60)), 1, 0)
	case simTwice:
		lose(ramp+150, 60+r.IntN(60), .7+.3*r.Float64(), 0)
		lose(ramp+450, 60+r.IntN(60), .7+.3*r.Float64(), 0)
	case simEarly:
		lose(ramp/2+10, n, 1, 0)
	case simSteps:
		for i := range shape {
			shape[i] = min(1, .2*float64(1+i/(n/8)))
		}
	case simPlanned, simClosing:
		down := 5 + r.IntN(50)
		for i := range down {
			shape[n-1-i] *= float64(i+1) / float64(down+1)
		}
		if kind == simPlanned {
			x.options.PlannedEnd = start + float64(n)
		}
	}
	return shape
}

// poisson draws a count by Knuth's multiplication.
func poisson(r *rand.Rand, mean float64) float64 {
	k, p, limit := 0, 1.0, math.Exp(-mean)
	for p *= r.Float64(); p > limit; p *= r.Float64() {
		k++
	}
	return float64(k)
}

// coarsen sums seconds up into buckets: the mean of what was reported, NaN for nothing.
func coarsen(v []float64, start float64, bucket int) Series {
	var s Series
	for i := 0; i < len(v); i += bucket {
		sum, k := 0.0, 0
		for _, x := range v[i:min(len(v), i+bucket)] {
			if !math.IsNaN(x) {
				sum, k = sum+x, k+1
			}
		}
		s.T, s.V = append(s.T, start+float64(i)), append(s.V, sum/float64(k))
	}
	return s
}
