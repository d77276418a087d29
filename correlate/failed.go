package correlate

import (
	"math"
	"slices"
	"strings"

	"oomortem/parser/record"
)

// What an export tells of failures beside a rate says more of the rate: a step in which requests failed was measured, so that
// a rate without a value there is zero, and no hole; and a rate of all requests goes on as before while all of them fail.
const (
	nearlyAllFailed = .9 // of the requests
	stepsFailed     = 2  // so many steps of that: one may be chance
	manyFailed      = .3 // of the requests: no rate of successes goes on as before with that
	fewFailed       = .02
)

// withFailures lets the failures of a rate's own file, under its labels, correct the rate that is of is: their share, or how many
// there are in a second. A dashboard's panels are saved one by one: where its file has none, the one series of another counts
// that fails as the rate shows, at the same times.
func (f *flow) withFailures(curves []*curve, is *curve) {
	within := func(cv *curve) bool { return cv.From.File == f.file }
	share, rate := ownFailures(curves, is, record.Share, within), ownFailures(curves, is, record.PerSecond, within)
	beside := share == nil && rate == nil
	if beside {
		anywhere := func(*curve) bool { return true }
		share, rate = ownFailures(curves, is, record.Share, anywhere), ownFailures(curves, is, record.PerSecond, anywhere)
	}
	failed, every := map[float64]float64{}, isOfRequests(is.Series) && !beside
	switch {
	case share != nil:
		every = f.failuresBy(share, failed) && every
	case rate != nil:
		for i, t := range rate.t {
			if rate.v[i] > 0 {
				failed[t] = rate.v[i]
			}
		}
		every = false
	default:
		return
	}
	if every || (share != nil || isOfRequests(is.Series)) && f.holds(failed) {
		for i, t := range f.t {
			f.v[i] = max(f.v[i]-failed[t], 0)
			f.less = f.less || failed[t] > 0
		}
	}
	if !beside { // another file may reach farther
		f.zeroWhere(failed)
	}
}

// ownFailures gives the one series of failures in the unit, under the labels of the rate; nil when there is none, or several.
func ownFailures(curves []*curve, is *curve, unit record.Unit, in func(*curve) bool) (own *curve) {
	for _, cv := range curves {
		if cv.Quantity != record.Errors || cv.Unit != unit || cv.Counter || !in(cv) || !slices.Equal(cv.Labels, is.Labels) {
			continue
		}
		if own != nil {
			return nil
		}
		own = cv
	}
	return own
}

// failuresBy works out how many failed of a rate of all requests by their share; false when it is none. Where all but everything
// failed and the rate has no value there was something to fail.
func (f *flow) failuresBy(share *curve, failed map[float64]float64) bool {
	for i, t := range share.t {
		s := share.v[i]
		if s < 0 || s > 1+nearly {
			clear(failed)
			return false
		}
		if at, found := slices.BinarySearch(f.t, t); found && s > 0 {
			failed[t] = min(s, 1) * f.v[at]
		} else if s >= nearlyAllFailed {
			failed[t] = s
		}
	}
	return true
}

// isOfRequests tells a rate that by its name may be one of all requests; the other names are of what was done.
func isOfRequests(x *record.Series) bool {
	name := strings.ToLower(x.Name)
	return x.Quantity == record.Requests ||
		x.Quantity == "" && (strings.Contains(name, "request") || strings.Contains(name, "rps") || strings.Contains(name, "qps"))
}

// holds tells that a rate is one of all requests: it never is below the failures, and in some steps as good as all failed while
// it stood as high as elsewhere, where a rate of successes would be next to nothing; or it went on as before when many began to
// fail, where one of successes would have lost them.
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
	return steps >= stepsFailed || f.unmoved(failed)
}

// unmoved tells that the rate did not change when many began to fail: the steps with few failures before, and those with many
// right behind, have the same median but for a tenth.
func (f *flow) unmoved(failed map[float64]float64) bool {
	const compared, least = 6, 3
	var good, bad []float64
	for i, t := range f.t {
		switch share := failed[t] / f.v[i]; {
		case share >= manyFailed:
			bad = append(bad, f.v[i])
		case share <= fewFailed && len(bad) >= least && len(good) >= least: // they came to their end
			return sameLevel(good, bad)
		case share <= fewFailed:
			good, bad = append(good[max(0, len(good)+1-compared):], f.v[i]), nil
		default:
			good, bad = nil, nil
		}
		if len(bad) == compared && len(good) >= least {
			return sameLevel(good, bad)
		}
	}
	return len(bad) >= least && len(good) >= least && sameLevel(good, bad)
}

func sameLevel(good, bad []float64) bool {
	before, during := median(good), median(bad)
	return during >= .9*before && during <= 1.1*before
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
	n := len(f.t) + len(zeros)
	t, v, line := make([]float64, 0, n), make([]float64, 0, n), make([]int32, 0, n)
	for i, at := range f.t {
		for ; len(zeros) > 0 && zeros[0] < at; zeros = zeros[1:] {
			t, v, line = append(t, zeros[0]), append(v, 0), append(line, 0)
		}
		t, v = append(t, at), append(v, f.v[i])
		if f.line != nil {
			line = append(line, f.line[i])
		}
	}
	for _, at := range zeros {
		t, v, line = append(t, at), append(v, 0), append(line, 0)
	}
	if f.t, f.v = t, v; f.line != nil {
		f.line = line
	}
}
