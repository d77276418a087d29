package correlate

import (
	"cmp"
	"math"
	"slices"
	"time"

	"oomortem/correlate/clock"
	"oomortem/parser/record"
)

// setAside keeps a sample that no clock can place, under its time of day or its distance from the start: such a series
// cannot be laid beside others, but it can have changes of its own.
func (s *Session) setAside(x record.Sample) {
	if x.At.Lacks&(record.LacksDate|record.LacksWall) == 0 || math.IsNaN(x.Value) || math.IsInf(x.Value, 0) {
		return
	}
	cv := s.loose[x.Series]
	if cv == nil {
		if s.loose == nil {
			s.loose = map[*record.Series]*curve{}
		}
		cv = &curve{Series: x.Series, lacks: x.At.Lacks}
		s.loose[x.Series] = cv
	}
	cv.t, cv.v, cv.line = append(cv.t, written(x.At)), append(cv.v, x.Value), append(cv.line, int32(x.Line))
}

// all gives every series: the curves on the clock, what load tools counted, and those that no clock can place.
func (s *Session) all(ck *clock.Clock) []*curve {
	var out []*curve
	for _, cv := range s.curves {
		if len(cv.t) == 0 {
			continue
		}
		shift, _ := ck.Shift(cv.From.File)
		out = append(out, cv.moved(shift, s.outside))
	}
	out = joined(out)
	for _, l := range s.loads {
		shift, _ := ck.Shift(l.From.File)
		for _, cv := range loadCurves(l) {
			if cv.lacks&(record.LacksWall|record.LacksDate) == 0 {
				cv = cv.moved(shift, s.outside)
			}
			out = append(out, cv)
		}
	}
	for _, cv := range s.loose {
		out = append(out, cv.moved(0, func(float64) bool { return false }))
	}
	for _, cv := range out {
		cv.inOrder()
		if cv.Counter {
			cv.differentiate()
		}
	}
	slices.SortStableFunc(out, func(a, b *curve) int {
		return cmp.Or(cmp.Compare(a.From.File, b.From.File), cmp.Compare(a.From.Line, b.From.Line), cmp.Compare(a.String(), b.String()))
	})
	return out
}

// moved gives the curve shifted onto the clock, without what lies outside of what was asked for.
func (cv *curve) moved(shift time.Duration, outside func(float64) bool) *curve {
	out := &curve{Series: cv.Series, lacks: cv.lacks, t: make([]float64, 0, len(cv.t)), v: make([]float64, 0, len(cv.v))}
	for i, t := range cv.t {
		if at := t - shift.Seconds(); !outside(at) {
			out.t, out.v = append(out.t, at), append(out.v, cv.v[i])
		}
	}
	return out
}

// inOrder sorts the samples by time and keeps the first of those that carry one time. Unlike arrange it leaves the lines
// alone, which a list of changes does not need.
func (cv *curve) inOrder() {
	if !slices.IsSorted(cv.t) {
		order := make([]int, len(cv.t))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(cv.t[a], cv.t[b]) })
		t, v := make([]float64, len(order)), make([]float64, len(order))
		for i, o := range order {
			t[i], v[i] = cv.t[o], cv.v[o]
		}
		cv.t, cv.v = t, v
	}
	n := 0
	for i := range cv.t {
		if n == 0 || cv.t[i] != cv.t[n-1] {
			cv.t[n], cv.v[n] = cv.t[i], cv.v[i]
			n++
		}
	}
	cv.t, cv.v = cv.t[:n], cv.v[:n]
	cv.step = medianStep(cv.t)
}

// spanned is a curve with the times between which its samples lie, in whatever order they are.
type spanned struct {
	*curve
	first, last float64
}

// joined makes one curve of a series that lies in several parts one after another, in one file or in several. Two that run
// at the same time stay two, and so do columns that only happen to be called "value".
func joined(curves []*curve) []*curve {
	whole := map[string][]spanned{}
	var out []*curve
next:
	for _, cv := range curves {
		if len(cv.t) == 0 {
			continue
		}
		if len(cv.Labels) == 0 && cv.Subject == "" && cv.Quantity == "" {
			out = append(out, cv)
			continue
		}
		key := cv.String() + "\x00" + cv.Subject + "\x00" + string(cv.Quantity)
		first, last := slices.Min(cv.t), slices.Max(cv.t)
		for i, w := range whole[key] {
			if first >= w.last || last <= w.first {
				w.t, w.v, w.lacks = append(w.t, cv.t...), append(w.v, cv.v...), w.lacks|cv.lacks
				whole[key][i].first, whole[key][i].last = min(first, w.first), max(last, w.last)
				continue next
			}
		}
		whole[key] = append(whole[key], spanned{cv, first, last})
		out = append(out, cv)
	}
	return out
}

// differentiate turns a counter into its rate per second; a fall is a restart of whoever counts, and adds nothing.
func (cv *curve) differentiate() {
	rate := *cv.Series
	rate.Counter, rate.Quantity = false, ""
	switch rate.Unit {
	case record.Count, record.NoUnit:
		rate.Unit = record.PerSecond
	case record.Seconds:
		rate.Unit = record.Share
	default:
		rate.Unit += "/s"
	}
	cv.Series = &rate
	n := 0
	for i := 1; i < len(cv.t); i++ {
		if grown := cv.v[i] - cv.v[i-1]; grown >= 0 {
			cv.t[n], cv.v[n] = cv.t[i], grown/(cv.t[i]-cv.t[i-1])
			n++
		}
	}
	cv.t, cv.v = cv.t[:n], cv.v[:n]
}

// loadCurves gives what a load tool counted as curves: throughput, errors, requests in flight, and the 95th percentile of
// latency. In flight none is known of tools that do not say how long a request took.
func loadCurves(l *record.Load) []*curve {
	var labels []record.Attr
	if l.Label != "" {
		labels = []record.Attr{{Key: "label", Value: l.Label}}
	}
	made := func(name string, q record.Quantity, u record.Unit) *curve {
		return &curve{Series: &record.Series{Name: name, Labels: labels, Quantity: q, Unit: u, From: l.From}, lacks: l.Start.Lacks}
	}
	done, failed := made("throughput", record.Throughput, record.PerSecond), made("errors", record.Errors, record.PerSecond)
	slow, open := made("latency p95", record.Latency, record.Seconds), made("requests in flight", record.InFlight, record.Count)
	start := l.Start.Mono.Seconds()
	if l.Start.Lacks&record.LacksWall == 0 {
		start = seconds(l.Start.Wall)
	}
	width := l.Width.Seconds()
	for i, b := range l.Buckets {
		at := start + float64(i)*width
		done.t, done.v = append(done.t, at), append(done.v, float64(b.OK)/width)
		failed.t, failed.v = append(failed.t, at), append(failed.v, float64(b.Failed)/width)
		if b.Active >= 0 {
			open.t, open.v = append(open.t, at), append(open.v, float64(b.Active))
		}
	}
	for i, h := range l.Latency {
		if h != nil && h.TotalCount() > 0 {
			slow.t = append(slow.t, start+float64(i*l.LatencyEvery-l.LatencyLead)*width)
			slow.v = append(slow.v, float64(h.ValueAtQuantile(95))/1e6)
		}
	}
	return []*curve{done, failed, open, slow}
}
