package correlate

import (
	"slices"

	"github.com/HdrHistogram/hdrhistogram-go"

	"oomortem/parser/record"
)

const (
	leastOwn  = .75 // of the variance of independent means
	leastInto = 5   // latencies in a window
)

// ownRequests tells two loads neither of which holds the other's requests, by their latencies alone: generators that ask
// at one constant rate do not rise and fall at all. Means of n latencies each that are of different requests scatter
// against each other by the sum of both s²/n, of whatever the system did to both at once. Those of one request in two
// files do not scatter; when one file is a share f of the other, the rest of it chance, it is (1-f)/(1+f) of that: .54 at
// a share of .3, which is the least that is asked about.
func ownRequests(a, b *record.Load) bool {
	every := int64(a.LatencyEvery)
	if every <= 0 || int64(b.LatencyEvery) != every {
		return false
	}
	ahead := (begins(a)-int64(a.LatencyLead))/every - (begins(b)-int64(b.LatencyLead))/every
	var apart []float64
	expected := 0.0
	for i, h := range a.Latency {
		k := int64(i) + ahead
		if k < 0 || k >= int64(len(b.Latency)) || few(h) || few(b.Latency[k]) {
			continue
		}
		apart = append(apart, h.Mean()-b.Latency[k].Mean())
		expected += ofMean(h) + ofMean(b.Latency[k])
	}
	if len(apart) < leastSteps || expected == 0 {
		return false
	}
	middle, scatter := sum(apart)/float64(len(apart)), 0.0
	for _, d := range apart {
		scatter += (d - middle) * (d - middle)
	}
	return scatter >= leastOwn*expected
}

func few(h *hdrhistogram.Histogram) bool { return h == nil || h.TotalCount() < leastInto }

// ofMean gives the variance of the mean of a window's latencies.
func ofMean(h *hdrhistogram.Histogram) float64 {
	s := h.StdDev()
	return s * s / float64(h.TotalCount()-1)
}

// copied tells a load that is another one once more: the same numbers in every second, and the same latencies.
func copied(a, b *record.Load) bool {
	return a.Samples == b.Samples && a.Failed == b.Failed && begins(a) == begins(b) &&
		slices.EqualFunc(a.Buckets, b.Buckets, func(x, y record.Bucket) bool { return x.OK == y.OK && x.Failed == y.Failed }) &&
		slices.EqualFunc(a.Latency, b.Latency, func(x, y *hdrhistogram.Histogram) bool {
			return x == nil && y == nil || x != nil && y != nil && x.Equals(y)
		})
}
