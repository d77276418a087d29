package correlate

import (
	"math"
	"slices"

	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
)

// reach is from when to when the series of a file go.
type reach struct{ first, last float64 }

// shifted is one series around the moment.
type shifted struct {
	cv            *curve
	at            float64 // first sample of the new state
	late          float64 // how long after the moment it came, as a share of the window; 0 when before
	before, after float64 // medians; NaN where the series had not begun, or ended
	spread        float64 // robust standard deviation before
	score         float64
	share         float64 // of all that there is of the kind; NaN when kinds do not add up
	note          verdict.Text
}

// The least that can be judged: this many samples before a change, and this many samples' time after the moment.
const (
	fewBefore = 5
	fewAfter  = 10
)

// shiftOf compares the state before with the state after, at the split near the moment that parts them best; nil when
// the series has too little around it.
func shiftOf(d *change.Detector, cv *curve, file reach, moment, window float64) *shifted {
	window = max(window, fewAfter*cv.step)
	lo, _ := slices.BinarySearch(cv.t, moment-4*window)
	hi, _ := slices.BinarySearch(cv.t, moment+window)
	here, _ := slices.BinarySearch(cv.t, moment)
	x := &shifted{cv: cv, share: math.NaN()}
	if first := cv.t[0]; first > max(file.first, moment-2*window)+3*cv.step && first < moment+window && additive(cv.Series) != "" {
		x.at, x.before, x.after = first, math.NaN(), middle(cv.v[lo:hi])
		x.late = max(0, first-moment) / window
		x.note = verdict.Say("it begins here")
		return x
	}
	if hi-lo < 2*fewBefore || here-lo < fewBefore {
		return nil
	}
	if last := cv.last(); last < min(moment+window, file.last)-3*cv.step {
		if last < moment-window {
			return nil // it ended long before
		}
		x.ended(lo, hi)
		return x
	}
	earliest, _ := slices.BinarySearch(cv.t, moment-window)
	k, size := split(cv.v[lo:hi], max(earliest-lo, fewBefore), here-lo)
	k = lo + foot(d, cv.t[lo:hi], cv.v[lo:hi], k, size)
	x.at = cv.t[k]
	x.late = max(0, x.at-moment) / window
	x.before, x.spread = robust(cv.v[lo:k])
	x.after = middle(cv.v[k+(hi-k)/2 : hi])
	return x
}

// foot gives where a slow growth or fall of about the given size begins that sample k lies in, else k.
func foot(d *change.Detector, t, v []float64, k int, size float64) int {
	for _, c := range d.Turns(change.Series{T: t, V: v}, change.Options{}) {
		if c.At < t[k] && c.Until >= t[k] && c.Shape != change.ShapeGap && math.Abs(c.After-c.Before) >= size/2 {
			i, _ := slices.BinarySearch(t, c.At)
			return max(i, fewBefore)
		}
	}
	return k
}

// ended describes a series that stops at the moment: nothing comes after.
func (x *shifted) ended(lo, hi int) {
	x.at, x.after = x.cv.last(), math.NaN()
	x.before, x.spread = robust(x.cv.v[lo:hi])
	x.note = verdict.Say("it ends here: who was killed is not who caused it")
}

// split gives the index, not before least, at which v changes from how it was to how it came out: the extremum of the
// running sum of clipped distances from the middle between the two. here is the index of the moment; size is how far apart they
// are.
func split(v []float64, least, here int) (at int, size float64) {
	was, noise := robust(v[:min(least, len(v))])
	is := middle(v[min(len(v)-1, here+(len(v)-here)/2):])
	at = min(here, len(v)-1)
	if is == was || least >= len(v) {
		return at, 0
	}
	centre, reach := (was+is)/2, max(math.Abs(is-was)/2, noise)
	sum, best := 0.0, math.Inf(1)
	for i, y := range v {
		if i >= least && sum < best {
			best, at = sum, i
		}
		d := min(max((y-centre)/reach, -1), 1)
		if is < was {
			d = -d
		}
		sum += d
	}
	return at, math.Abs(is - was)
}

// robust gives the median and the robust standard deviation: the larger of IQR/1.35 and 1.4826 MAD.
func robust(v []float64) (centre, spread float64) {
	w := slices.Clone(v)
	slices.Sort(w)
	n := len(w)
	centre = (w[(n-1)/2] + w[n/2]) / 2
	spread = (w[3*(n-1)/4] - w[(n-1)/4]) / 1.35
	for i, y := range w {
		w[i] = math.Abs(y - centre)
	}
	slices.Sort(w)
	return centre, max(spread, 1.4826*w[n/2])
}

func middle(v []float64) float64 {
	centre, _ := robust(v)
	return centre
}
