package correlate

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"oomortem/parser/record"
)

// paced makes a load of ten minutes at a constant rate, each second's latencies of 20 ms and more with an exponential tail.
func paced(file string, start time.Time, rate int32, dice *rand.Rand) *record.Load {
	l := &record.Load{From: record.Origin{File: file, Line: 1}, Tool: "k6", Start: record.At(start, time.Millisecond), Width: time.Second, LatencyEvery: 1}
	for range 600 {
		h := hdrhistogram.New(1, 3_600_000_000, 2)
		for range rate {
			h.RecordValue(20_000 + int64(5000*dice.ExpFloat64()))
		}
		l.Buckets, l.Latency = append(l.Buckets, record.Bucket{OK: rate, Users: -1, Active: 1}), append(l.Latency, h)
		l.Samples += int64(rate)
	}
	return l
}

// holdingAll makes a load that holds the requests of all of them.
func holdingAll(file string, loads ...*record.Load) *record.Load {
	whole := join(loads)
	whole.From.File = file
	return whole
}

// TestPaced: generators at one constant rate are added up when their latencies are of different requests. A copy is none,
// nor is a file that holds the other one's requests; where nothing tells, the other file is named.
func TestPaced(t *testing.T) {
	begin := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	dice := rand.New(rand.NewPCG(3, 4))
	for range 3 {
		a, b, c := paced("gen1/k6.csv", begin, 20, dice), paced("gen2/k6.csv", begin, 20, dice), paced("gen3/k6.csv", begin, 20, dice)
		again := *a
		again.From.File = "copy/k6.csv"
		both, three := holdingAll("all.csv", a, b), holdingAll("all.csv", a, b, c)
		slower := paced("gen4/k6.csv", begin, 12, dice)
		mute := *b // no latencies are known of it
		mute.LatencyEvery, mute.Latency = 0, nil
		for name, x := range map[string]struct {
			loads     []*record.Load
			files     int
			uncounted []string
		}{
			"two at one rate":                     {[]*record.Load{a, b}, 2, nil},
			"three at one rate":                   {[]*record.Load{a, b, c}, 3, nil},
			"two at two rates":                    {[]*record.Load{a, slower}, 2, nil},
			"a copy":                              {[]*record.Load{a, &again}, 0, nil},
			"one that holds half of the other":    {[]*record.Load{both, a}, 0, []string{"gen1/k6.csv"}},
			"one that holds a third of the other": {[]*record.Load{three, a}, 0, []string{"gen1/k6.csv"}},
			"nothing tells":                       {[]*record.Load{a, &mute}, 0, []string{"gen2/k6.csv"}},
		} {
			out, parts := together(x.loads)
			if got := uncounted(out[0], out); len(parts[out[0]]) != x.files || !slices.Equal(got, x.uncounted) {
				t.Errorf("%s: of %v; not counted %v", name, parts[out[0]], got)
			}
		}
	}
}
