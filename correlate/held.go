package correlate

import (
	"slices"
	"time"
)

// downFor is how long after a host went down the memory of its VMs shows it still: it boots for a minute or more, and VMs
// that come back fill their memory anew.
const downFor = 5 * time.Minute

// held tells that the memory of every VM that was measured went through a moment as if nothing had been. A host that
// went down then was not theirs.
func (c *course) held(at time.Time, u time.Duration) bool {
	from, to := seconds(at.Add(-u)), seconds(at.Add(u+downFor))
	held := false
	for _, cv := range vmMemory(c.curves) {
		through, known := cv.through(from, to)
		if known && !through {
			return false
		}
		held = held || through
	}
	return held
}

// through tells that a curve ran from one time to another without a pause and without losing a fifth of its value. It is
// not known of one that begins later or ended before, or that never moves, as a collector's does that hangs.
func (cv *curve) through(from, to float64) (through, known bool) {
	next, _ := slices.BinarySearch(cv.t, from)
	if next == 0 || next == len(cv.t) {
		return false, false
	}
	before, moved := next-1, false
	for i := before; cv.t[i] < to; i++ {
		if i+1 == len(cv.t) || cv.t[i+1]-cv.t[i] > 2.5*cv.step || cv.v[i+1] < .8*cv.v[before] {
			return false, true
		}
		moved = moved || cv.v[i+1] != cv.v[i]
	}
	return moved, moved
}
