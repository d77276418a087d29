package change

import (
	"math/rand/v2"
	"testing"
)

// benchSeries is throughput of n seconds with a loss in the last third; noise keeps the
// pruning from having an easy life.
func benchSeries(n int) Series {
	r := rand.New(rand.NewPCG(seedDevelopment, uint64(n)))
	s := Series{T: make([]float64, n), V: make([]float64, n)}
	for i := range n {
		s.T[i], s.V[i] = 1.7e9+float64(i), 1000+60*r.NormFloat64()
		if i > n*2/3 {
			s.V[i] *= .4
		}
	}
	return s
}

// BenchmarkMillion is one series of a million points: it has to take less than a second.
func BenchmarkMillion(b *testing.B) {
	s, d := benchSeries(1_000_000), new(Detector)
	b.SetBytes(16 * int64(len(s.T)))
	b.ReportAllocs()
	for b.Loop() {
		d.Drops(s, Options{})
	}
}

// BenchmarkThousand is a thousand curves of 10 000 points on one core; five seconds on two
// cores leave it ten.
func BenchmarkThousand(b *testing.B) {
	s, d := benchSeries(10_000), new(Detector)
	b.SetBytes(16 * 1000 * int64(len(s.T)))
	b.ReportAllocs()
	for b.Loop() {
		for range 1000 {
			d.Curve(s, Options{})
		}
	}
}

// BenchmarkFlat has nothing to find, so that hardly a start is ever pruned.
func BenchmarkFlat(b *testing.B) {
	s, d := benchSeries(600), new(Detector)
	for i := range s.V {
		s.V[i] = 1000 + float64(i%7)
	}
	b.ReportAllocs()
	for b.Loop() {
		d.Drops(s, Options{})
	}
}
