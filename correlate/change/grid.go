package change

import (
	"cmp"
	"math"
	"slices"
)

// Times beyond ±timeLimit seconds are no times, values beyond ±valueLimit no values: the
// squares and differences of the latter would overflow.
const (
	timeLimit  = 1e15
	valueLimit = 1e150
)

// Detector is the reusable scratch of a detection: with one Detector for many series
// almost nothing is allocated. The zero value is ready. It is not for concurrent use, and
// what it returns stays valid after the next call.
type Detector struct {
	t, v []float64 // reported samples, times strictly ascending
	step float64   // median distance of two samples

	y, at []float64 // bucket medians (empty ones carry the last value) and bucket starts
	first []int     // index of the first sample at or after the bucket's start; one more at the end
	seen  []bool    // the bucket has a sample of its own
	width float64   // seconds a bucket covers
	holes float64   // share of steps without a sample
	rough bool      // the samples have few values, as counts do

	segs           []segment
	z              []float64 // y, winsorised and standardised
	sort, mid, res []float64
	free           []float64
	pairs          []sample
	pelt           pelt
	surcharge      float64 // what a line cost in the last segmentation; 0: nothing varied
}

type sample struct{ t, v float64 }

// load takes the reported samples of s in ascending time, finds the step and joins them
// to at most limit median buckets. It tells whether there is any sample.
func (d *Detector) load(s Series, limit int) bool {
	d.take(s)
	if len(d.t) == 0 {
		return false
	}
	d.step = d.medianStep()
	d.join(limit)
	return true
}

// mostValues is how many values a series of counts takes at most.
const mostValues = 16

// fewValues tells that long as it is v takes few values: six or seven transactions a second. Their median jumps from one
// to the next where the mean hardly moves.
func fewValues(v []float64) bool {
	var known []float64
	for _, x := range v {
		if i, ok := slices.BinarySearch(known, x); !ok {
			if len(known) == mostValues {
				return false
			}
			known = slices.Insert(known, i, x)
		}
	}
	return len(v) > 4*mostValues
}

// middle gives the median of samples that are joined, and the mean of the middle half where they have few values.
func (d *Detector) middle(v []float64) float64 {
	if !d.rough || len(v) < 3 {
		return d.median(v)
	}
	d.sort = append(d.sort[:0], v...)
	slices.Sort(d.sort)
	sum, half := 0.0, d.sort[len(v)/4:len(v)-len(v)/4]
	for _, x := range half {
		sum += x
	}
	return sum / float64(len(half))
}

func (d *Detector) take(s Series) {
	d.t, d.v = d.t[:0], d.v[:0]
	n := min(len(s.T), len(s.V))
	ordered := true
	for i := range n {
		t, v := s.T[i], s.V[i]
		if !(math.Abs(t) <= timeLimit) || !(math.Abs(v) <= valueLimit) {
			continue
		}
		if k := len(d.t); k > 0 && t <= d.t[k-1] {
			ordered = false
		}
		d.t, d.v = append(d.t, t), append(d.v, v)
	}
	if !ordered {
		d.order()
	}
	d.rough = fewValues(d.v)
}

// order sorts the samples by time and averages those that carry one time.
func (d *Detector) order() {
	d.pairs = d.pairs[:0]
	for i := range d.t {
		d.pairs = append(d.pairs, sample{d.t[i], d.v[i]})
	}
	slices.SortStableFunc(d.pairs, func(a, b sample) int { return cmp.Compare(a.t, b.t) })
	d.t, d.v = d.t[:0], d.v[:0]
	for i := 0; i < len(d.pairs); {
		j, sum := i, 0.0
		for ; j < len(d.pairs) && d.pairs[j].t == d.pairs[i].t; j++ {
			sum += d.pairs[j].v
		}
		d.t, d.v = append(d.t, d.pairs[i].t), append(d.v, sum/float64(j-i))
		i = j
	}
}

// medianStep gives the export's own width: the median distance of neighbours. A single
// sample says nothing about it; 1 s stands in so that nothing divides by zero.
func (d *Detector) medianStep() float64 {
	if len(d.t) < 2 {
		return 1
	}
	d.sort = d.sort[:0]
	for i := 1; i < len(d.t); i++ {
		d.sort = append(d.sort, d.t[i]-d.t[i-1])
	}
	return max(medianIn(d.sort), finest)
}

// finest is a nanosecond: no clock tells more, and a step of 0 would divide by itself.
const finest = 1e-9

// carried is how many empty buckets in a row stand for a hole: enough to keep both sides
// apart, too few to look like a level of their own.
const carried = 2

// join puts the samples on a regular grid of the series' own step and folds it into at
// most limit buckets, each the median of its samples. When the holes would make more than
// three quarters of the grid (a stray sample years later), the long ones are squeezed.
func (d *Detector) join(limit int) {
	n := len(d.t)
	longest := d.longestHole()
	cells, missing := 0, 0
	d.res = grow(d.res, n) // the cell of each sample; exact, far below 2^53
	for i := range n {
		if i > 0 {
			jump := math.Round((d.t[i] - d.t[i-1]) / d.step)
			missing += int(min(max(jump-1, 0), 1e9))
			cells += int(min(jump, longest))
		}
		d.res[i] = float64(cells)
	}
	cells++
	d.holes = float64(missing) / float64(missing+n)

	per := (cells + limit - 1) / limit
	d.width = d.step * float64(per)
	d.y, d.at, d.first, d.seen = d.y[:0], d.at[:0], d.first[:0], d.seen[:0]
	skipped := 0
	for i := 0; i < n; {
		cell := int(d.res[i]) / per
		skipped = max(skipped, cell-len(d.y)-carried)
		b := cell - skipped
		for len(d.y) < b { // nothing reported: carry the last value, and remember it
			k := len(d.y) - 1
			d.push(d.y[k], d.at[k]+d.width, i, false)
		}
		j := i
		for j < n && int(d.res[j])/per == cell {
			j++
		}
		start := d.t[i] - (d.res[i]-float64(cell*per))*d.step
		if k := len(d.at) - 1; k >= 0 {
			start = max(start, d.at[k])
		}
		d.push(d.middle(d.v[i:j]), start, i, true)
		i = j
	}
	d.first = append(d.first, n)
}

func (d *Detector) push(y, at float64, first int, seen bool) {
	d.y, d.at = append(d.y, y), append(d.at, at)
	d.first, d.seen = append(d.first, first), append(d.seen, seen)
}

// longestHole gives how many cells a hole may fill: as many as it has, unless the holes
// together outgrow the samples three to one.
func (d *Detector) longestHole() float64 {
	n, holes := float64(len(d.t)), 0.0
	if (d.t[len(d.t)-1]-d.t[0])/d.step <= 4*n {
		return math.Inf(1)
	}
	for i := 1; i < len(d.t); i++ {
		if d.t[i]-d.t[i-1] > 1.5*d.step {
			holes++
		}
	}
	return max(2, math.Floor(3*n/max(holes, 1)))
}

// index gives the first sample at or after the unix second t.
func (d *Detector) index(t float64) int {
	i, _ := slices.BinarySearch(d.t, t)
	return i
}

// span gives the values of the samples in [from, to).
func (d *Detector) span(from, to float64) []float64 {
	i, j := d.index(from), d.index(to)
	if j <= i {
		return nil
	}
	return d.v[i:j]
}

// last is the unix second of the last sample.
func (d *Detector) last() float64 { return d.t[len(d.t)-1] }
