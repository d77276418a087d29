package change

import "math"

// The chart's slack and alarm level in standard deviations, as measured on simulated
// throughput: nothing on healthy runs, every death, outage and partial loss.
const (
	cusumSlack = 1.0
	cusumAlarm = 20.0
)

// chart runs a one-sided CUSUM (Page 1954) for a fall below level over the samples
// [lo, hi) and gives the sample at which the alarming excursion began. It knows nothing of
// the segmentation, so that its agreement means something.
func (d *Detector) chart(lo, hi int, level, noise float64) (start int, alarm bool) {
	if noise <= 0 {
		noise = math.Abs(level) / 100
	}
	if noise == 0 {
		return 0, false
	}
	sum := 0.0
	start = lo
	for i := lo; i < hi; i++ {
		// One lost sample may count for half the alarm at most.
		sum += min((level-d.v[i])/noise-cusumSlack, cusumAlarm/2)
		if sum <= 0 {
			sum, start = 0, i+1
		}
		if sum > cusumAlarm {
			return start, true
		}
	}
	return 0, false
}
