package change

// Shape says what kind of change happened in a series.
type Shape string

// The shapes of `oomortem changes` (closed list, contract.md).
const (
	ShapeDrop     Shape = "drop"     // the level fell by at least Options.Drop
	ShapeSurge    Shape = "surge"    // the level rose by at least Options.Drop, quickly
	ShapeShift    Shape = "shift"    // a real change of level or slope, smaller than a drop or surge
	ShapeLeak     Shape = "leak"     // a long and steady growth
	ShapeGap      Shape = "gap"      // nothing was reported for a while, or the samples stop
	ShapeRecovery Shape = "recovery" // the level came back to what it was before a drop
)

// Change is one change in a series.
type Change struct {
	Shape Shape
	// At is the unix second of the first sample that shows the change; for a gap, of the
	// last sample before it.
	At float64
	// From is the unix second of the last sample before At that does not show it yet.
	From float64
	// Uncertainty is how far, in seconds, the true moment may lie from At; never less
	// than the step of the data.
	Uncertainty float64
	// Until is the unix second at which the change was complete: the end of a growth, the
	// first sample after a gap (0 when none came), At itself for a step.
	Until float64
	// Before and After are levels in the series' unit. After a gap to the end it is NaN.
	Before, After float64
	// Confidence is 0..1.
	Confidence float64
}

// Class says how throughput was lost.
type Class string

// The classes of a Drop.
const (
	ClassDeath   Class = "death"   // to 2 % of the baseline or less, and it stayed down
	ClassPartial Class = "partial" // a lower level, and it stayed there
	ClassSlow    Class = "slow"    // lost along a slope that took longer than a minute
	ClassDip     Class = "dip"     // back in time, or cost no more than a short stop; only in Profile.Dips
	ClassOutage  Class = "outage"  // lost at once and recovered
)

// Drop is one lasting loss of throughput. Times are unix seconds, levels are in the unit
// of the series.
type Drop struct {
	Class Class
	// At is the first sample that shows the loss, From the last good one before it. The
	// true onset lies within Uncertainty seconds of At.
	At, From, Uncertainty float64
	// Baseline is the median of the Options.Window before the onset, Noise its robust
	// standard deviation (1.4826 MAD).
	Baseline, Noise float64
	// During is the level while the loss lasted, Floor the lowest that three samples in a
	// row stayed at.
	During, Floor float64
	// Depth is the lost share of the baseline, 1 - During/Baseline.
	Depth float64
	// ToTenth is how many seconds after At the level was at 10 % of the baseline, NaN
	// when it never was.
	ToTenth float64
	// Recovery is the moment from which the level held again at RecoveredTo of the
	// baseline, NaN when at least half of the loss lasted to the end of the data.
	Recovery    float64
	RecoveredTo float64
	// End is where the loss ends for the count of Lost: the recovery, the next drop, the
	// planned end or the end of the data.
	End float64
	// Lost is the sum of max(0, Baseline - value) times the step over the samples between
	// At and End. Moments without a sample add nothing: they are counted in Unseen, in
	// seconds, so that Lost + Unseen*Baseline is the most that can have been lost.
	Lost, Unseen float64
	// Seconded tells that a CUSUM chart, a different method, found the same onset.
	Seconded bool
	// Confidence is 0..1: that a lasting drop happened here.
	Confidence float64
}

// Profile describes a throughput series apart from its drops. A time that is not known
// is NaN.
type Profile struct {
	Samples     int     // values that were reported
	Step        float64 // seconds from one sample to the next (median)
	First, Last float64 // unix seconds of the first and last sample
	Missing     float64 // share of the steps between First and Last without a sample
	// Plateau is the level of the run while it ran well (75th percentile of the bucket
	// medians that carry load), NaN without samples.
	Plateau float64
	// RampUpEnd is when the plateau was first reached.
	RampUpEnd float64
	// RampDown is when the closing fall began that is no drop: before a planned end, or
	// a slope that ends with the data.
	RampDown float64
	// Tail is the onset of a fall at the very end of the data, shorter than Options.Hold:
	// too short to tell an end from a death.
	Tail float64
	// Stable is false when the series has no plateau that a loss could be measured from
	// (more than 4 ln n change points). Only deaths are claimed then.
	Stable bool
	// Dips are losses that were made good within Options.Hold, or that cost less than a
	// full stop of 1.25 times Options.Hold.
	Dips []Drop
	// Gaps are stretches without samples, and the missing end before Options.CommonEnd or
	// PlannedEnd.
	Gaps []Change
}
