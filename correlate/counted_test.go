package correlate

import (
	"math"
	"slices"
	"testing"

	"oomortem/parser/record"
)

// counter adds a counter of requests with a sample every step seconds; labels come in pairs.
func (r *records) counter(name string, q record.Quantity, file string, from, to, step float64, value func(t float64) float64, labels ...string) {
	s := record.Series{Name: name, Quantity: q, Unit: record.Count, Counter: true}
	for i := 0; i+1 < len(labels); i += 2 {
		s.Labels = append(s.Labels, record.Attr{Key: labels[i], Value: labels[i+1]})
	}
	r.curve(s, file, from, to, step, value)
}

func perSecond(rate float64) func(float64) float64 {
	return func(t float64) float64 { return rate * t }
}

// TestCountedRate: what was counted in each step, by hand.
func TestCountedRate(t *testing.T) {
	const good, bad, mixed = record.Throughput, record.Errors, record.Requests
	for name, c := range map[string]struct {
		build     func(r *records)
		at, rates []float64
		uncounted []string
	}{
		"methods and instances are added, failures are not": {func(r *records) {
			r.counter("http_requests_total", good, "p.json", 0, 60, 15, perSecond(10), "code", "200", "instance", "a")
			r.counter("http_requests_total", good, "p.json", 0, 60, 15, perSecond(5), "code", "200", "instance", "b")
			r.counter("http_requests_total", good, "p.json", 0, 60, 15, perSecond(2), "code", "302", "instance", "a")
			r.counter("http_requests_total", bad, "p.json", 0, 60, 15, perSecond(1000), "code", "503", "instance", "a")
		}, []float64{15, 30, 45, 60}, []float64{17, 17, 17, 17}, nil},
		"nothing succeeds while failures are counted": {func(r *records) {
			r.counter("http_requests_total", good, "p.json", 0, 60, 15, func(t float64) float64 { return 10 * min(t, 30) }, "code", "200")
			r.counter("http_requests_total", bad, "p.json", 0, 90, 15, perSecond(100), "code", "503")
		}, []float64{15, 30, 45, 60, 75, 90}, []float64{10, 10, 0, 0, 0, 0}, nil},
		"a restart begins from nothing": {func(r *records) { // at 30 s; the last 150 requests before are lost to the scrapes
			r.counter("http_requests_total", good, "p.json", 0, 75, 15, func(t float64) float64 {
				if t < 45 {
					return 1000 + 10*t
				}
				return 10 * (t - 30)
			}, "code", "200")
		}, []float64{15, 30, 45, 60, 75}, []float64{10, 10, 10, 10, 10}, nil},
		"a restart that missed two scrapes": {func(r *records) { // down at 30 and 45 s; 120 requests by 60 s
			r.counter("http_requests_total", good, "p.json", 0, 75, 15, func(t float64) float64 {
				switch {
				case t == 30 || t == 45:
					return math.NaN()
				case t < 30:
					return 1000 + 10*t
				}
				return 120 + 10*(t-60)
			}, "code", "200")
		}, []float64{15, 30, 45, 60, 75}, []float64{10, 0, 0, 8, 10}, nil},
		"two missed scrapes of one who lived": {func(r *records) { // 1,350 requests between 15 and 60 s
			r.counter("http_requests_total", good, "p.json", 0, 75, 15, func(t float64) float64 {
				switch {
				case t == 30 || t == 45:
					return math.NaN()
				case t < 30:
					return 10 * t
				}
				return 1500 + 10*(t-60)
			}, "code", "200")
		}, []float64{15, 30, 45, 60, 75}, []float64{10, 30, 30, 30, 10}, nil},
		"a pause is no zero": {func(r *records) {
			r.counter("http_requests_total", good, "p.json", 0, 30, 15, perSecond(10), "code", "200")
			r.counter("http_requests_total", good, "p.json", 150, 180, 15, perSecond(10), "code", "200")
		}, []float64{15, 30, 165, 180}, []float64{10, 10, 10, 10}, nil},
		"scrapes at other moments": {func(r *records) { // the second is scraped 5 s after the first
			r.counter("http_requests_total", good, "p.json", 0, 60, 15, perSecond(10), "code", "200", "instance", "a")
			r.counter("http_requests_total", good, "p.json", 5, 50, 15, perSecond(10), "code", "200", "instance", "b")
		}, []float64{15, 30, 45, 60}, []float64{10 + 10*10./15, 20, 20, 10 + 10*5./15}, nil},
		"layers are not added up": {func(r *records) {
			r.counter("istio_requests_total", good, "p.json", 0, 60, 15, perSecond(10), "reporter", "source", "response_code", "200")
			r.counter("istio_requests_total", good, "p.json", 0, 60, 15, perSecond(11), "reporter", "destination", "response_code", "200")
			r.counter("http_requests_total", good, "p.json", 0, 60, 15, perSecond(9), "job", "shop", "code", "200")
			r.counter("nginx_http_requests_total", mixed, "p.json", 0, 60, 15, perSecond(500))
			r.counter("http_requests_total", good, "p.json", 0, 60, 15, perSecond(1.02), "job", "grafana", "code", "200")
		}, []float64{15, 30, 45, 60}, []float64{11, 11, 11, 11},
			[]string{`http_requests_total{job="shop"}`, `istio_requests_total{reporter="source"}`, "nginx_http_requests_total"}},
		"without a status": {func(r *records) {
			r.counter("nginx_http_requests_total", mixed, "p.json", 0, 60, 15, perSecond(50))
		}, []float64{15, 30, 45, 60}, []float64{50, 50, 50, 50}, nil},
		"probes are no load": {func(r *records) {
			r.counter("http_requests_total", good, "p.json", 0, 600, 15, perSecond(.1), "code", "200")
		}, nil, nil, nil},
		"one sample": {func(r *records) {
			r.counter("http_requests_total", good, "p.json", 0, 0, 15, perSecond(.1), "code", "200")
		}, nil, nil, nil},
		"gauges go before": {func(r *records) {
			r.counter("http_requests_total", good, "p.json", 0, 60, 15, perSecond(50), "code", "200")
			r.curve(record.Series{Name: "gateway:requests:rate"}, "p.json", 15, 60, 15, func(float64) float64 { return 7 })
		}, []float64{15, 30, 45, 60}, []float64{7, 7, 7, 7}, nil},
	} {
		r := &records{}
		c.build(r)
		s := r.session(Options{})
		s.sort()
		f := s.throughput()
		var at []float64
		for _, x := range f.t {
			at = append(at, x-seconds(begin))
		}
		slices.Sort(f.uncounted)
		near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
		if !slices.Equal(at, c.at) || !slices.EqualFunc(f.v, c.rates, near) || !slices.Equal(f.uncounted, c.uncounted) {
			t.Errorf("%s: %v at %v, beside %v; want %v at %v, beside %v", name, f.v, at, f.uncounted, c.rates, c.at, c.uncounted)
		}
	}
}

// TestSpreadFar: damaged times are no steps.
func TestSpreadFar(t *testing.T) {
	done := map[int]float64{}
	for _, x := range []float64{1e30, -1e30, 1 << 62} {
		spread(done, x, x, 1, false)
		spread(done, 0, x, 1, true)
		spread(done, x, 0, 1, false)
	}
	if len(done) != 0 {
		t.Errorf("%v", done)
	}
}

// TestCountedFailures: behind a proxy that answers 502 at once more requests are counted than before, and none succeeds.
func TestCountedFailures(t *testing.T) {
	gauge, r := quietHost(), quietHost()
	gauge.tps(7200, until(3000))
	r.counter("traefik_entrypoint_requests_total", record.Throughput, "prom.json", 0, 7200, 15, func(t float64) float64 { return 1800 * min(t, 3000) }, "code", "200")
	r.counter("traefik_entrypoint_requests_total", record.Errors, "prom.json", 0, 7200, 15, func(t float64) float64 { return 4000 * max(t-3000, 0) }, "code", "502")
	rep := r.report(Options{})
	if want := gauge.report(Options{}).Verdict.Cause; rep.Verdict.Cause != want {
		t.Errorf("%s, want %s as of a load tool's own rates", rep.Verdict.Cause, want)
	}
	in := only(t, rep)
	if tp := in.Throughput; tp == nil || tp.Onset.Sub(after(3000)).Abs().Seconds() > 16 || tp.During > 1 || math.Abs(tp.Before-1800) > 1 {
		t.Errorf("%+v", in.Throughput)
	}
	if math.Abs(rep.Load.Achieved-1800*3000) > 1 {
		t.Errorf("achieved %v, want 5.4 million", rep.Load.Achieved)
	}
}
