package correlate

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Suspects ranks every series by how strongly and how soon it changed around a moment; the stretch after it that is
// looked at is given, the normal state is taken from four times as much before.
//
// The score joins three views, because each alone misleads: the shift against the series' own noise (a robust z, whose
// scale is never below a twentieth of the level), the growth relative to the level, and the share of all that there is
// of the kind - memory of all series, processor time of all series - that the change makes up. What only began after
// the moment counts less. Where a process takes memory, the work of taking it shows as processor time, a thousandfold
// of idle: memory growth that others would feel therefore goes before the processor time of the same entity.
//
// Sources: the robust shift and its limits were measured on the cases of RCD's Sock Shop (Ikram et al., NeurIPS 2022; RCAEval,
// arXiv 2412.17015); four times the window as baseline is Netdata's (Metric Correlations).
func (s *Session) Suspects(at time.Time, window time.Duration) []verdict.Suspect {
	ck := s.axis()
	var curves []*curve
	files := map[string]reach{}
	for _, cv := range s.all(ck) {
		if cv.lacks&ownTime == 0 && len(cv.t) > 0 {
			curves = append(curves, cv)
			r, seen := files[cv.From.File]
			if !seen {
				r.first = cv.t[0]
			}
			files[cv.From.File] = reach{min(r.first, cv.t[0]), max(r.last, cv.last())}
		}
	}
	var seen []*shifted
	var d change.Detector
	for _, cv := range curves {
		if x := shiftOf(&d, cv, files[cv.From.File], seconds(at), window.Seconds()); x != nil {
			seen = append(seen, x)
		}
	}
	weigh(seen)
	explain(seen)
	slices.SortStableFunc(seen, func(a, b *shifted) int {
		return cmp.Or(-cmp.Compare(a.score, b.score), cmp.Compare(a.cv.String(), b.cv.String()), cmp.Compare(a.cv.From.File, b.cv.From.File))
	})
	out := make([]verdict.Suspect, len(seen))
	for i, x := range seen {
		out[i] = verdict.Suspect{
			Rank: i + 1, Name: x.cv.Name, Labels: x.cv.Labels, Unit: x.cv.Unit, Source: verdict.Source{File: x.cv.From.File},
			Entity: entityOf(x.cv.Series), Score: x.score, Before: x.before, After: x.after, Note: x.note,
		}
		if x.score > 0 {
			out[i].ChangeAt = unix(x.at).In(ck.Location())
		}
	}
	return out
}

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

// weigh gives each series its score against all of its kind.
func weigh(all []*shifted) {
	pool, count := map[string]float64{}, map[string]float64{}
	for _, x := range all {
		if kind := additive(x.cv.Series); kind != "" {
			pool[kind] += max(known(x.before), known(x.after))
			count[kind]++
		}
	}
	for _, x := range all {
		kind := additive(x.cv.Series)
		level, change := known(x.before), math.Abs(x.after-x.before)
		if math.IsNaN(change) { // it began or ended here
			change = max(level, known(x.after))
		}
		weight := .5
		if kind != "" && pool[kind] > 0 {
			x.share = change / pool[kind]
			weight = x.share / (x.share + .02)
			level = max(level, .02*pool[kind]/count[kind]) // a thousandfold of next to nothing is little
		}
		if level == 0 {
			level = change / 20
		}
		if change == 0 {
			continue
		}
		z, grown := change/max(x.spread, level/20), change/level
		x.score = math.Log1p(z) * math.Sqrt(math.Log1p(grown)) * weight / (1 + x.late)
		switch {
		case math.IsNaN(x.after):
			x.score /= effect
		case shows(x.cv.Series):
			x.score /= effect
			x.note = verdict.Say("what was felt, not what did it")
		}
	}
}

// known gives the size of a level, 0 for one that is not known.
func known(level float64) float64 {
	if math.IsNaN(level) {
		return 0
	}
	return math.Abs(level)
}

// additive names the kind of series that add up to something of which there is only so much; "" for others.
func additive(s *record.Series) string {
	switch {
	case felt(s.Quantity), s.Quantity == record.HostTotal, s.Quantity == record.HostSwapTotal, s.Quantity == record.Limit, s.Quantity == record.Balloon:
		return ""
	case s.Unit == record.Bytes:
		return "bytes"
	case s.Quantity == record.CPU:
		return "cpu"
	}
	return ""
}

// feltWords are words in the name of a series that tell the same of one whose quantity its source leaves open.
var feltWords = []string{"lat", "latency", "rtt", "err", "error", "errors", "duration"}

// shows tells that a series shows the trouble: by its quantity, or by its name.
func shows(s *record.Series) bool {
	if s.Quantity != "" {
		return felt(s.Quantity)
	}
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(s.Name), func(r rune) bool { return r < 'a' || r > 'z' }), func(word string) bool {
		return slices.Contains(feltWords, word)
	})
}

// effect is how much less an effect counts than what may be a cause.
const effect = 32

// felt tells quantities that show the trouble and do not make it: of the load, and the host's own account of memory, which
// only sums up what others did.
func felt(q record.Quantity) bool {
	switch q {
	case record.Throughput, record.Requests, record.Errors, record.Latency, record.Pressure, record.OOMKills,
		record.HostAvailable, record.HostFree, record.HostUsed, record.HostCached, record.HostSwapUsed, record.HostSwapFree:
		return true
	}
	return false
}

// What growth of memory others would feel: this many bytes, this share of all memory seen, this many of its own spreads.
const (
	feltBytes = 64 << 20
	feltShare = .02
	feltZ     = 5
)

// explain puts memory that an entity took before the processor time that taking it cost.
func explain(all []*shifted) {
	grown := map[string]*shifted{}
	for _, x := range all {
		by := x.after - x.before
		if x.cv.Unit != record.Bytes || additive(x.cv.Series) == "" || !(by >= feltBytes) || x.share < feltShare || by < feltZ*x.spread {
			continue
		}
		if who := entityOf(x.cv.Series); who != "" && (grown[who] == nil || x.score > grown[who].score) {
			grown[who] = x
		}
	}
	for _, x := range all {
		m := grown[entityOf(x.cv.Series)]
		if m == nil || x.cv.Quantity != record.CPU || x.after <= x.before || x.score <= m.score {
			continue
		}
		m.score, x.score = x.score, .9*x.score
		m.note = verdict.Say("its growth explains the processor time of the same entity")
		x.note = verdict.Say("the work of taking %v of memory", verdict.Bytes(m.after-m.before))
	}
}

// entityLabels are the labels that say whom a series is about, the narrowest first.
var entityLabels = []string{"container", "pod", "domain", "vm", "service", "app", "name", "groupname", "process", "comm"}

// entityOf gives whom the series is about; "" when nothing tells.
func entityOf(s *record.Series) string {
	if s.Subject != "" {
		return s.Subject
	}
	for _, key := range entityLabels {
		if v := s.Label(key); v != "" {
			return v
		}
	}
	if s.Quantity == record.CPU || s.Unit == record.Bytes {
		if i := strings.LastIndexAny(s.Name, "_. "); i > 0 {
			return s.Name[:i]
		}
	}
	return ""
}
