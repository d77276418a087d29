package verdict

import (
	"math"
	"testing"
	"time"
)

// climb is a capacity run: ten minutes each at 100, 200, 300, 400/s, then it breaks down to 50/s.
func climb() *Report {
	c := Curve{Role: "throughput"}
	for s := 0; s < 3600; s += 5 {
		c.T, c.V = append(c.T, int64(s)*1000), append(c.V, []float64{100, 200, 300, 400, 50, 50}[s/600])
	}
	return &Report{Curves: []Curve{c}}
}

func TestSustained(t *testing.T) {
	rate, since, ok := climb().Sustained(10 * time.Minute)
	if !ok || rate != 400 || since.Unix() != 1800 {
		t.Errorf("%v from %v, %t; want 400 from second 1800", rate, since.Unix(), ok)
	}
	// Over twenty minutes the best is half 300 and half 400.
	if rate, _, ok := climb().Sustained(20 * time.Minute); !ok || math.Abs(rate-350) > 1 {
		t.Errorf("%v over twenty minutes, want 350", rate)
	}
	if _, _, ok := climb().Sustained(2 * time.Hour); ok {
		t.Error("an hour's run sustains something for two")
	}
	if _, _, ok := (&Report{}).Sustained(time.Minute); ok {
		t.Error("a run without a curve sustains something")
	}
}

func TestSteps(t *testing.T) {
	c := Curve{T: []int64{0, 1000, 2000, 3000, 4000}, V: []float64{1, 3, math.NaN(), 7, 9}}
	got := c.Steps(time.Time{}, time.Time{}, 4)
	want := []Step{{1, 1}, {3, 1}, {0, 0}, {7, 1}}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("step %d: %v, want %v", i, got[i], want[i])
		}
	}
	if c.Steps(time.UnixMilli(9000), time.Time{}, 4) != nil || (*Curve)(nil).Steps(time.Time{}, time.Time{}, 4) != nil {
		t.Error("steps of nothing")
	}
}
