package change

// Series is one measured quantity over time. T holds unix seconds, V the values in base
// units (1/s, bytes, shares). A NaN or infinite value is a moment at which nothing was
// reported, which is never the same as 0; so is any value beyond ±1e150, whose square
// would overflow. Order, step and repeats are free: the detector sorts, finds the step
// itself and averages values that carry one time. Neither slice is written to.
type Series struct {
	T []float64
	V []float64
}

// Options steers a detection. A zero field takes the value of the preset that the called
// function documents, so Options{} is a fair choice everywhere.
type Options struct {
	// Buckets is the greatest number of median buckets that the segmentation sees
	// (default 600). Shorter series keep their own step.
	Buckets int
	// Penalty is the price of one more change point, in units of ln n (default 6).
	Penalty float64
	// LinePenalty is the extra price of a sloped segment, in units of ln n (default 4).
	LinePenalty float64
	// MinSegment is the shortest segment in buckets (default 3, in Points 5).
	MinSegment int
	// NoiseFloor is the least noise variance as a share of the series' whole variance
	// (default .005 for Throughput, .02 for the others).
	NoiseFloor float64
	// Drop is the share of the baseline that must be lost, or won, to be called a drop
	// or a surge (default .20). A smaller change that is real is a shift.
	Drop float64
	// Hold is how long a loss must last, in seconds (default 20). What is shorter is a dip,
	// and so is a recovered loss that cost less than a full stop of 1.25 times Hold.
	Hold float64
	// Back is the share of the baseline at which a drop counts as recovered (default .90).
	Back float64
	// Window is the stretch before a change that gives its baseline, in seconds (default 120).
	Window float64
	// LeakAfter is how long a steady growth must last, in seconds, to be a leak and no
	// surge (default: a third of the series, at least 300 s and at most 1800 s).
	LeakAfter float64
	// PlannedEnd is the unix second at which the load was to end; 0 when nobody knows.
	// A fall in the last RampDown seconds before it, or after it, is no drop.
	PlannedEnd float64
	// RampDown is how long the planned end may take, in seconds (default 60).
	RampDown float64
	// CommonEnd is the unix second up to which comparable series go on; 0 when unknown.
	// A series that stops earlier has a gap there, not a fall to 0.
	CommonEnd float64
}

// Throughput is the preset for transactions or requests per second of a load tool.
func Throughput() Options { return Options{NoiseFloor: .005}.filled() }

// General is the preset for a series of which nothing is known.
func General() Options { return Options{}.filled() }

// Memory is the preset for curves of bytes in use.
func Memory() Options { return Options{Drop: .10}.filled() }

// filled gives every zero field its default.
func (o Options) filled() Options {
	whole := func(p *int, d int) {
		if *p <= 0 {
			*p = d
		}
	}
	number := func(p *float64, d float64) {
		if !(*p > 0) {
			*p = d
		}
	}
	whole(&o.Buckets, 600)
	whole(&o.MinSegment, 3)
	number(&o.Penalty, 6)
	number(&o.LinePenalty, 4)
	number(&o.NoiseFloor, .02)
	number(&o.Drop, .20)
	number(&o.Hold, 20)
	number(&o.Back, .90)
	number(&o.Window, 120)
	number(&o.RampDown, 60)
	return o
}

// orElse takes from preset every field that o leaves at zero.
func (o Options) orElse(preset Options) Options {
	if o.NoiseFloor <= 0 {
		o.NoiseFloor = preset.NoiseFloor
	}
	if o.Drop <= 0 {
		o.Drop = preset.Drop
	}
	return o.filled()
}
