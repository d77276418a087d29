package load

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"oomortem/parser/record"
)

const t0 = 1795393700 * second

// harvested gives the loads of a fold and what it complained about.
func harvested(f *fold) (loads []*record.Load, complaints []string) {
	loads = f.harvest(record.Load{}, func(_ int, msg string) { complaints = append(complaints, msg) })
	return loads, complaints
}

func TestFoldByCompletion(t *testing.T) {
	f := newFold()
	f.add(t0+2*second, 1500*millisecond, true, 7, 1) // starts at 0.5, ends at 2.0
	f.add(t0+100*millisecond, 50*millisecond, false, unknown, 2)
	f.add(t0+2*second+999*millisecond, 10*millisecond, true, 9, 3)
	loads, _ := harvested(f)
	if len(loads) != 1 {
		t.Fatalf("%d loads", len(loads))
	}
	want := []record.Bucket{
		{Failed: 1, Active: 1, Users: -1}, // one began and failed, the other is on its way
		{Active: 1, Users: -1},
		{OK: 2, Active: 0, Users: 9},
	}
	l := loads[0]
	if l.Start.Wall.Unix() != t0/second || l.Width != time.Second || len(l.Buckets) != len(want) {
		t.Fatalf("start %v, width %v, %d buckets", l.Start, l.Width, len(l.Buckets))
	}
	for i, b := range l.Buckets {
		if b != want[i] {
			t.Errorf("bucket %d: %+v, want %+v", i, b, want[i])
		}
	}
	if l.Samples != 3 || l.Failed != 1 || !l.Buckets[1].Silent() || l.Buckets[0].Silent() {
		t.Errorf("samples %d, failed %d", l.Samples, l.Failed)
	}
	if h := l.LatencyOf(2, 3); h.TotalCount() != 2 || h.Max() < 1490000 || h.Max() > 1510000 {
		t.Errorf("latency of the last second: %d values, greatest %d", h.TotalCount(), h.Max())
	}
	if h := l.LatencyOf(0, 2); h != nil { // failures do not count as latencies
		t.Errorf("latency where nothing succeeded: %v", h)
	}
}

// TestSlots: the sketch's layout is the library's, value for value.
func TestSlots(t *testing.T) {
	if n := len(hdrhistogram.New(1, sketchTop, 2).Export().Counts); n != sketchLen {
		t.Fatalf("the library holds %d counts", n)
	}
	dice := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		v := dice.Int64N(1 << dice.IntN(32))
		var s sketch
		s[slot(v)]++
		h := hdrhistogram.New(1, sketchTop, 2)
		if err := h.RecordValue(min(v, sketchTop)); err != nil {
			t.Fatal(err)
		}
		if !h.Equals(s.histogram()) {
			t.Fatalf("value %d lies in another slot than the library's", v)
		}
	}
}

// TestFoldMerges: rows counted by any number of folds, in any order, give what one fold gives.
func TestFoldMerges(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	for _, span := range []int64{100, 5000, 3 * maxSketches, 2 * maxPages * pageCells} { // the last needs wider buckets
		one, parts := newFold(), []*fold{newFold(), newFold(), newFold()}
		for line := range 20000 {
			end, took, ok := t0+dice.Int64N(span*second), dice.Int64N(3*second), dice.IntN(5) > 0
			one.add(end, took, ok, dice.Int64N(10), line)
			parts[dice.IntN(3)].add(end, took, ok, unknown, line)
		}
		parts[2].merge(parts[0])
		parts[2].merge(parts[1])
		a, _ := harvested(one)
		b, _ := harvested(parts[2])
		if len(a) != len(b) {
			t.Fatalf("span %d: %d loads and %d", span, len(a), len(b))
		}
		for i := range a {
			for j := range a[i].Buckets {
				a[i].Buckets[j].Users = -1
			}
			if x, y := (&seen{loads: a[i : i+1]}).dump(), (&seen{loads: b[i : i+1]}).dump(); x != y {
				t.Fatalf("span %d: one fold\n%.500s\nthree\n%.500s", span, x, y)
			}
		}
	}
}

func TestFoldBounds(t *testing.T) {
	f := newFold()
	dice := rand.New(rand.NewPCG(5, 6))
	for line := range 200000 {
		f.add(dice.Int64N(year2100), dice.Int64N(maxTook), true, unknown, line)
	}
	if len(f.pages) > maxPages || len(f.sketches) > maxSketches {
		t.Errorf("%d pages and %d sketches", len(f.pages), len(f.sketches))
	}
	loads, complaints := harvested(f)
	for _, l := range loads {
		if len(l.Buckets) > maxBuckets {
			t.Errorf("%d buckets", len(l.Buckets))
		}
	}
	if len(complaints) == 0 {
		t.Error("scattered times are not complained about")
	}
}

func TestFoldLongRun(t *testing.T) {
	const days = 30
	f := newFold()
	for i := range int64(days * 24 * 360) { // a request each ten seconds
		f.add(t0+i*10*second, second, true, unknown, int(i))
	}
	loads, complaints := harvested(f)
	if len(loads) != 1 || len(complaints) != 0 {
		t.Fatalf("%d loads, %v", len(loads), complaints)
	}
	l := loads[0]
	if l.Samples != days*24*360 || l.End().Wall.Sub(l.Start.Wall) < days*24*time.Hour-time.Minute {
		t.Errorf("%d samples from %v to %v", l.Samples, l.Start, l.End())
	}
	if h := l.LatencyOf(0, len(l.Buckets)); h.TotalCount() != l.Samples {
		t.Errorf("%d latencies of %d", h.TotalCount(), l.Samples)
	}
}

func TestFoldRuns(t *testing.T) {
	f := newFold()
	for i := range int64(2000) {
		f.add(t0+i*second, 0, true, unknown, int(i)+1)
		f.add(t0+(splitAfter+4000+i)*second, 0, true, unknown, int(i)+2001)
	}
	f.add(t0+400*24*3600*second, 0, true, unknown, 4001) // a year ahead: damaged
	loads, complaints := harvested(f)
	if len(loads) != 2 || loads[0].Samples != 2000 || loads[1].Samples != 2000 || loads[1].From.Line != 2001 {
		t.Fatalf("%d loads", len(loads))
	}
	if len(complaints) != 1 || !strings.Contains(complaints[0], "1 rows at 2027-") {
		t.Errorf("complaints %q", complaints)
	}
}

func TestRampDown(t *testing.T) {
	killed, ended := newFold(), newFold()
	for i := range int64(100) {
		killed.add(t0+i*second, 0, true, 10, int(i))
		ended.add(t0+i*second, 0, true, min(10, 100-i), int(i))
	}
	if a, _ := harvested(killed); a[0].Planned {
		t.Error("a tool that stops with all users at work is taken for one that ended")
	}
	if a, _ := harvested(ended); !a[0].Planned {
		t.Error("a tool whose users left one after the other is not taken for one that ended")
	}
}
