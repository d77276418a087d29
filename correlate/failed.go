package correlate

import (
	"math"
	"slices"

	"oomortem/parser/record"
)

// What an export tells of failures beside a rate says more of the rate: a step in which requests failed was measured, so that
// a rate without a value there is zero, and no hole; and a rate of all requests goes on as before while all of them fail.
const (
	nearlyAllFailed = .9 // of the requests
	stepsFailed     = 2  // so many steps of that: one may be chance
)

// withFailures lets the failures per second of a rate's own file, under its labels, correct the rate that is of is.
func (f *flow) withFailures(curves []*curve, is *curve) {
	var own *curve
	for _, cv := range curves {
		if cv.Quantity != record.Errors || cv.Unit != record.PerSecond || cv.Counter || cv.From.File != f.file || !slices.Equal(cv.Labels, is.Labels) {
			continue
		}
		if own != nil {
			return
		}
		own = cv
	}
	if own == nil {
		return
	}
	failed := map[float64]float64{}
	for i, t := range own.t {
		if own.v[i] > 0 {
			failed[t] = own.v[i]
		}
	}
	if is.Quantity == record.Requests && f.holds(failed) {
		for i, t := range f.t {
			f.v[i] = max(f.v[i]-failed[t], 0)
		}
	}
	f.zeroWhere(failed)
}

// holds tells that a rate is one of all requests: it never is below the failures, and in some steps as good as all failed while
// it stood as high as elsewhere, where a rate of successes would be next to nothing.
func (f *flow) holds(failed map[float64]float64) bool {
	steps, half := 0, sum(f.v)/float64(len(f.v))/2
	for i, t := range f.t {
		switch x := failed[t]; {
		case x > f.v[i]*(1+nearly):
			return false
		case x >= nearlyAllFailed*f.v[i] && f.v[i] >= half && x > 0:
			steps++
		}
	}
	return steps >= stepsFailed
}

// zeroWhere puts a zero where requests failed behind the first value and the rate has none.
func (f *flow) zeroWhere(failed map[float64]float64) {
	step := medianStep(f.t)
	var zeros []float64
	for t := range failed {
		i, found := slices.BinarySearch(f.t, t)
		near := math.Inf(1)
		if i < len(f.t) {
			near = f.t[i] - t
		}
		if i > 0 {
			near = min(near, t-f.t[i-1])
		}
		if !found && i > 0 && near > step/2 {
			zeros = append(zeros, t)
		}
	}
	slices.Sort(zeros)
	for _, t := range zeros {
		i, _ := slices.BinarySearch(f.t, t)
		f.t, f.v = slices.Insert(f.t, i, t), slices.Insert(f.v, i, 0)
		if f.line != nil {
			f.line = slices.Insert(f.line, i, 0)
		}
	}
}
