package correlate

import (
	"regexp"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"oomortem/parser/record"
)

// together joins the loads that are parts of one: the files of pgbench's threads, and those of several generators that
// ran side by side. What is left alone may be a copy, or a file that holds another one's requests. parts gives the files
// of each joined load.
func together(loads []*record.Load) (out []*record.Load, parts map[*record.Load][]string) {
	parts = map[*record.Load][]string{}
	var groups [][]*record.Load
next:
	for _, l := range loads {
		if l.Label == "" {
			for i, g := range groups {
				if g[0].Label == "" && !slices.ContainsFunc(g, func(other *record.Load) bool { return !beside(other, l) }) {
					groups[i] = append(g, l)
					continue next
				}
			}
		}
		groups = append(groups, []*record.Load{l})
	}
	for _, g := range groups {
		if len(g) == 1 {
			out = append(out, g[0])
			continue
		}
		whole := join(g)
		out = append(out, whole)
		for _, l := range g {
			parts[whole] = append(parts[whole], l.From.File)
		}
	}
	return out, parts
}

// beside tells that two loads are parts of one.
func beside(a, b *record.Load) bool {
	if !alike(a, b) || a.Tool != b.Tool || a.From.File == b.From.File {
		return false
	}
	return a.Tool == "pgbench" && threads(a.From.File, b.From.File) || generators(a, b)
}

// alike tells that two loads count by the same clock in the same buckets; totals have none.
func alike(a, b *record.Load) bool {
	return a.Width == b.Width && a.Width >= time.Second && a.Start.Lacks == b.Start.Lacks && a.Start.Lacks&record.LacksWall == 0
}

// threadFile is how pgbench names the logs of its threads: PREFIX.PID, PREFIX.PID.1, PREFIX.PID.2, ...
var threadFile = regexp.MustCompile(`^(.+?\.[0-9]+)(\.[0-9]+)?$`)

// threads tells two logs of one pgbench.
func threads(a, b string) bool {
	x, y := threadFile.FindStringSubmatch(a), threadFile.FindStringSubmatch(b)
	return x != nil && y != nil && x[1] == y[1] && a != b
}

// The least that tells two generators from a file and its copy, or a part of it.
const (
	leastBoth   = .8  // of the shorter one's time both ran
	leastLong   = .25 // and of the longer one's: a probe is no generator
	evenShare   = .3  // of the other's requests in that time each has
	leastSteps  = 60  // seconds in which both rose or fell
	mostInStep  = .6  // of these in the same way: half of them by chance, two thirds when one holds the other's requests
	leastChange = 1   // request more or less
)

// generators tells two generators that asked the same system: they ran at the same time and did about as much in it, but
// their requests per second do not rise and fall together, as those of a file and of a part of it do. For one that holds
// a share s of the other's, by chance independent of the rest, the changes correlate by the root of s, .55 at a share of
// .3, and their signs agree in a half and the arcsine of it by pi: .68. Where the system itself makes them rise and fall
// together nothing is joined; where hardly anything rises or falls, the latencies tell. All of it is asked of the time in
// which both ran: one of them may have died, or have been started late.
func generators(a, b *record.Load) bool {
	first, last := max(begins(a), begins(b)), min(ends(a), ends(b))
	both, shorter, longer := float64(last-first), min(len(a.Buckets), len(b.Buckets)), max(len(a.Buckets), len(b.Buckets))
	if both <= 0 || both < leastBoth*float64(shorter) || both < leastLong*float64(longer) {
		return false
	}
	if na, nb := within(a, first, last), within(b, first, last); min(na, nb) < evenShare*max(na, nb) {
		return false
	}
	steps, same := 0, 0
	for at := first + 1; at < last; at++ {
		da, db := stepAt(a, at), stepAt(b, at)
		if da*da < leastChange || db*db < leastChange {
			continue
		}
		steps++
		if (da > 0) == (db > 0) {
			same++
		}
	}
	if steps < leastSteps {
		return ownRequests(a, b)
	}
	return float64(same) <= mostInStep*float64(steps)
}

// begins and ends give the first bucket and the one behind the last, counted from the epoch, so that loads compare.
func begins(l *record.Load) int64 { return l.Start.Wall.Unix() / int64(l.Width.Seconds()) }
func ends(l *record.Load) int64   { return begins(l) + int64(len(l.Buckets)) }

// within counts a load's requests from one bucket to before another.
func within(l *record.Load, first, last int64) (n float64) {
	for _, b := range l.Buckets[first-begins(l) : last-begins(l)] {
		n += float64(b.OK) + float64(b.Failed)
	}
	return n
}

// uncounted gives the files of other loads that ran at the same time as the whole, with a tenth of its requests or more:
// whether they hold other requests than it does, nothing tells.
func uncounted(whole *record.Load, loads []*record.Load) (files []string) {
	for _, l := range loads {
		if l == whole || l.Label != "" || !alike(l, whole) {
			continue
		}
		if !copied(l, whole) && 10*l.Samples >= whole.Samples && begins(l) < ends(whole) && begins(whole) < ends(l) {
			files = append(files, l.From.File)
		}
	}
	return files
}

// another tells another run of the whole's tool, before it or after it, with a tenth of its requests or more: somebody
// started the tool again, and a run is what one start made.
func another(l, whole *record.Load) bool {
	return l != whole && l.Label == "" && l.Tool == whole.Tool && alike(l, whole) && 10*l.Samples >= whole.Samples &&
		(begins(l) >= ends(whole) || begins(whole) >= ends(l))
}

// apart gives the files of the other runs.
func apart(whole *record.Load, loads []*record.Load) (files []string) {
	for _, l := range loads {
		if another(l, whole) && !slices.Contains(files, l.From.File) {
			files = append(files, l.From.File)
		}
	}
	return files
}

// stepAt is by how much more was done than in the bucket before.
func stepAt(l *record.Load, at int64) int32 {
	i := at - begins(l)
	return l.Buckets[i].OK + l.Buckets[i].Failed - l.Buckets[i-1].OK - l.Buckets[i-1].Failed
}

// join adds loads up.
func join(loads []*record.Load) *record.Load {
	whole := *loads[0]
	first, last := begins(&whole), ends(&whole)
	for _, l := range loads[1:] {
		if begins(l) < first {
			first, whole.Start = begins(l), l.Start
		}
		last = max(last, ends(l))
	}
	whole.Buckets = make([]record.Bucket, last-first)
	for i := range whole.Buckets {
		whole.Buckets[i] = record.Bucket{Active: -1, Users: -1}
	}
	whole.Samples, whole.Failed, whole.Sums, whole.Planned, whole.Torn = 0, 0, 0, true, false
	for _, l := range loads {
		whole.Samples, whole.Failed, whole.Sums = whole.Samples+l.Samples, whole.Failed+l.Failed, whole.Sums+l.Sums
		whole.Planned, whole.Torn = whole.Planned && l.Planned, whole.Torn || l.Torn
		for i, b := range l.Buckets {
			to := &whole.Buckets[begins(l)-first+int64(i)]
			to.OK, to.Failed = to.OK+b.OK, to.Failed+b.Failed
			to.Active, to.Users = more(to.Active, b.Active), more(to.Users, b.Users)
		}
	}
	joinLatency(&whole, loads, first, last)
	return &whole
}

// more adds what may not be known.
func more(a, b int32) int32 {
	switch {
	case a < 0:
		return b
	case b < 0:
		return a
	}
	return a + b
}

// joinLatency merges the distributions, which all begin at multiples of their length; those of another length than the
// first load's are left out.
func joinLatency(whole *record.Load, loads []*record.Load, first, last int64) {
	every := int64(whole.LatencyEvery)
	whole.Latency, whole.LatencyLead = nil, 0
	if every <= 0 {
		return
	}
	begin := first / every
	whole.LatencyLead = int(first - begin*every)
	whole.Latency = make([]*hdrhistogram.Histogram, (last-1)/every-begin+1)
	for _, l := range loads {
		if int64(l.LatencyEvery) != every {
			continue
		}
		from := (begins(l)-int64(l.LatencyLead))/every - begin
		for i, h := range l.Latency {
			to := from + int64(i)
			switch {
			case h == nil || to < 0 || to >= int64(len(whole.Latency)):
			case whole.Latency[to] == nil:
				whole.Latency[to] = h.Clone()
			default:
				whole.Latency[to].Merge(h)
			}
		}
	}
}

// threadRates joins the rates of one pgbench's threads, which wrote them for the same intervals (--aggregate-interval).
// parts gives the files of each joined curve.
func threadRates(curves []*curve) (out []*curve, parts map[*curve][]string) {
	parts = map[*curve][]string{}
next:
	for _, cv := range curves {
		if cv.Quantity == record.Throughput && threadFile.MatchString(cv.From.File) {
			for i, whole := range out {
				if cv.Name == whole.Name && whole.Quantity == record.Throughput && cv.lacks == whole.lacks && threads(cv.From.File, whole.From.File) {
					out[i] = whole.plus(cv)
					parts[out[i]] = append(slices.Clone(partsOf(parts, whole)), cv.From.File)
					continue next
				}
			}
		}
		out = append(out, cv)
	}
	return out, parts
}

// partsOf gives the files that a curve is made of.
func partsOf(parts map[*curve][]string, cv *curve) []string {
	if known := parts[cv]; known != nil {
		return known
	}
	return []string{cv.From.File}
}

// plus gives the sum of two rates: of the intervals that both know, and what one knows alone.
func (cv *curve) plus(other *curve) *curve {
	whole := &curve{Series: cv.Series, lacks: cv.lacks, several: true, t: slices.Clone(cv.t), v: slices.Clone(cv.v), line: make([]int32, len(cv.t))}
	place := map[float64]int{}
	for i, t := range whole.t {
		place[t] = i
	}
	for i, t := range other.t {
		if k, known := place[t]; known {
			whole.v[k] += other.v[i]
			continue
		}
		whole.t, whole.v, whole.line = append(whole.t, t), append(whole.v, other.v[i]), append(whole.line, 0)
	}
	return whole
}
