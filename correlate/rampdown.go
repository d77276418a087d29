package correlate

import (
	"math"
	"slices"

	"oomortem/correlate/change"
)

const (
	fewUsers  = .3  // of those before are left at the end of a ramp down
	manyUsers = .5  // and at least so many in its first part: who loses them at once has lost them
	asBusy    = .25 // how far the rate of each user may differ from that before
	rampParts = 4   // in each of which it is compared
)

// rampsDown tells that throughput fell to the load's end because its tool took its users away, little by little, while those
// who were left got as much each as before: a plan, and no failure.
func (f *flow) rampsDown(d change.Drop) bool {
	if f.load == nil || !math.IsNaN(d.Recovery) {
		return false
	}
	at, _ := slices.BinarySearch(f.t, d.At)
	end := min(len(f.load.Buckets), len(f.t))
	begin := max(0, at-max(10, int(300/f.step)))
	if end-at < 5*rampParts {
		return false
	}
	had, each, ok := f.perUser(begin, at)
	if !ok {
		return false
	}
	users := had
	for k := range rampParts {
		left, got, ok := f.perUser(at+(end-at)*k/rampParts, at+(end-at)*(k+1)/rampParts)
		if !ok || left > users || math.Abs(got/each-1) > asBusy || k == 0 && left < manyUsers*had {
			return false
		}
		users = left
	}
	last := f.load.Buckets[end-1].Users
	return float64(last) <= fewUsers*had
}

// perUser gives the mean of the users between two buckets, and the successes per second of each; false where users are not
// told, or requests fail.
func (f *flow) perUser(from, to int) (users, each float64, ok bool) {
	done, failed, present := 0.0, 0.0, 0.0
	for _, b := range f.load.Buckets[from:to] {
		if b.Users < 0 {
			return 0, 0, false
		}
		done, failed, present = done+float64(b.OK), failed+float64(b.Failed), present+float64(b.Users)
	}
	if present == 0 || failed > done/20 {
		return 0, 0, false
	}
	return present / float64(to-from), done / present, true
}
