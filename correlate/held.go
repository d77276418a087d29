package correlate

import (
	"math"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/topology"
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

// alive tells that the memory curve of every VM goes on past the incident, or that one broke off at it, for good or for a
// while, while others went on. A VM that somebody had stopped before is not dead of it; where all curves end, their collector did. Where the
// clocks cannot tell before from after, no curve may end early at all.
func (c *course) alive(k *cause.Case) (alive, brokeOff bool) {
	memory := vmMemory(c.curves)
	if len(memory) == 0 {
		return false, false
	}
	latest := 0.0
	for _, cv := range memory {
		latest = max(latest, cv.last())
	}
	at, vague := seconds(k.At.T), k.At.U > time.Hour
	for vm, cv := range memory {
		from, to := at-300-3*cv.step, at+2*cv.step
		if vague {
			from, to = math.Inf(-1), math.Inf(1)
		}
		end := cv.last()
		breaks := end > from && end < to && end < latest-3*cv.step
		if i, hole := cv.hole(from, to, memory); hole && !breaks && !vague {
			end, breaks = cv.t[i], true
		}
		if breaks && !c.stoppedAt(vm, end, cv.step) {
			return false, true
		}
	}
	return vague || latest > at, false
}

// hole finds the last sample between two times behind which the curve is silent for four steps or more while another
// one goes on: whom it is about was gone and came back.
func (cv *curve) hole(from, to float64, others map[*topology.VM]*curve) (last int, ok bool) {
	first, _ := slices.BinarySearch(cv.t, from)
	for i := first; i+1 < len(cv.t) && cv.t[i] <= to; i++ {
		if cv.t[i+1]-cv.t[i] <= 4*cv.step {
			continue
		}
		for _, other := range others {
			begin, _ := slices.BinarySearch(other.t, cv.t[i]+cv.step)
			end, _ := slices.BinarySearch(other.t, cv.t[i+1]-cv.step)
			if other != cv && end-begin >= goesOnFor {
				return i, true
			}
		}
	}
	return 0, false
}

// stoppedAt tells that somebody stopped the VM where its curve ends, before the incident's own stretch.
func (c *course) stoppedAt(vm *topology.VM, end, step float64) bool {
	for _, d := range c.ends {
		if d.Named && d.Victim.VM == vm && d.Placed && (d.Class == cause.Stop || d.Class == cause.Ended) && math.Abs(seconds(d.T)-end) < 3*step+60 {
			return true
		}
	}
	return false
}
