package correlate

import (
	"math"
	"slices"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// counting is one place where requests were counted: the counters of one name in one file, of all statuses, methods, paths
// and instances. A request that went on from one place to another was counted in both, so places are never added up.
type counting struct {
	curves []*curve
	told   bool // a status tells which requests succeeded
}

// placeLabels part the counters of one name into places; what else differs parts the requests of one place. The last are
// of Prometheus servers that scrape the same targets.
var placeLabels = map[string]bool{
	"job": true, "exported_job": true, "namespace": true, "service": true, "exported_service": true, "app": true, "application": true,
	"entrypoint": true, "router": true, "backend": true, "frontend": true, "proxy": true, "envoy_cluster_name": true, "envoy_http_conn_manager_prefix": true,
	"reporter": true, "destination_service": true, "destination_service_name": true, "destination_service_namespace": true,
	"destination_workload": true, "destination_workload_namespace": true, "destination_app": true,
	"prometheus": true, "prometheus_replica": true, "monitor": true,
}

// countings finds the places where requests were counted.
func countings(curves []*curve) []*counting {
	at := map[string]*counting{}
	var out []*counting
	for _, cv := range curves {
		if !cv.Counter || cv.Quantity != record.Throughput && cv.Quantity != record.Requests && cv.Quantity != record.Errors {
			continue
		}
		key := cv.From.File + "\x00" + place(cv.Series).String()
		c := at[key]
		if c == nil {
			c = &counting{}
			at[key] = c
			out = append(out, c)
		}
		whole := &curve{Series: cv.Series, t: slices.Clone(cv.t), v: slices.Clone(cv.v)}
		whole.inOrder()
		c.curves, c.told = append(c.curves, whole), c.told || cv.Quantity != record.Requests
	}
	return out
}

// place gives a series with no labels but those that tell where it was counted.
func place(s *record.Series) *record.Series {
	out := &record.Series{Name: s.Name}
	for _, l := range s.Labels {
		if placeLabels[l.Key] {
			out.Labels = append(out.Labels, l)
		}
	}
	return out
}

// counts tells that a series counts what the throughput of its place is: successes, or all requests where no status
// tells them apart.
func (c *counting) counts(s *record.Series) bool {
	return s.Quantity == record.Throughput || !c.told && s.Quantity == record.Requests
}

// missedScrapes is how many steps may lie between two samples that what was counted between them is spread over; after
// more it counts as their mean in the last step, and the others stay without a sample.
const missedScrapes = 3.5

// rate gives what was counted per second in each step before a time, as Prometheus' rate() does. Scrapes of several
// instances are at different moments: the steps are those of the instance with most samples. Where only failures were
// counted nothing succeeded.
func (c *counting) rate() (t, v []float64) {
	longest := slices.MaxFunc(c.curves, func(a, b *curve) int { return len(a.t) - len(b.t) })
	step, begin, end := longest.step, longest.t, 0.0
	if step <= 0 {
		return nil, nil
	}
	done := map[int]float64{} // by step, counted from the first sample of the longest
	for _, cv := range c.curves {
		for i := 1; i < len(cv.t); i++ {
			grown := cv.v[i] - cv.v[i-1]
			reset := grown < 0
			if reset { // whoever counts was restarted, and began from nothing
				grown = cv.v[i]
			}
			if !c.counts(cv.Series) {
				grown = 0
			}
			spread(done, (cv.t[i-1]-begin[0])/step, (cv.t[i]-begin[0])/step, grown/step, reset)
			end = max(end, (cv.t[i]-begin[0])/step)
		}
	}
	steps := make([]int, 0, len(done))
	for k := range done {
		if float64(k+1) <= end+nearly { // nothing more is to come of the last one
			steps = append(steps, k)
		}
	}
	slices.Sort(steps)
	for _, k := range steps {
		t, v = append(t, begin[0]+float64(k+1)*step), append(v, done[k])
	}
	return t, v
}

const (
	nearly   = 1e-6    // the part of a step by which exact times may differ
	farSteps = 1 << 40 // no export has as many: its times are damaged
)

// spread adds what was counted between two times, in steps, to each step by its share. Step k reaches from k to k+1. A
// counter that was restarted has counted since the scrape that it missed last.
func spread(done map[int]float64, from, to, counted float64, reset bool) {
	if math.Abs(from) > farSteps || math.Abs(to) > farSteps {
		return
	}
	last := int(math.Ceil(to-nearly)) - 1
	if to-from > missedScrapes {
		done[last] += counted / (to - from)
		return
	}
	first := int(math.Floor(from + nearly))
	since := from
	if reset {
		since = max(from, to-1)
	}
	for k := first; k <= last; k++ {
		share := min(to, float64(k+1)) - max(since, float64(k))
		done[k] += counted * max(share, 0) / (to - since)
	}
}

// leastCounted is the least rate that is a load: probes and scrapes of the counters themselves make less.
const leastCounted = 1

// countedRate gives the throughput that counters of requests tell: of the place that counted most, places first where a
// status tells which requests succeeded.
func (s *Session) countedRate() *flow {
	best := &flow{}
	most, told := 0.0, false
	var all []*flow
	for _, c := range countings(s.curves) {
		t, v := c.rate()
		if len(t) < 3 || busiest(v) < leastCounted {
			continue
		}
		from := c.curves[0].From
		f := &flow{name: place(c.curves[0].Series).String(), from: verdict.Source(from), file: from.File, t: t, v: v, mixed: !c.told, counted: true}
		all = append(all, f)
		if done := sum(v) * medianStep(t); c.told && !told || c.told == told && done > most {
			best, most, told = f, done, c.told
		}
	}
	for _, f := range all {
		if f != best && 10*sum(f.v)*medianStep(f.t) >= most && !slices.Contains(best.uncounted, f.name) {
			best.uncounted = append(best.uncounted, f.name)
		}
	}
	return best
}

// busiest is the rate that a tenth of the values reach.
func busiest(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[len(sorted)*9/10]
}
