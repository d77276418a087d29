package pattern

import (
	"math"
	"testing"
	"time"

	"oomortem/correlate/verdict"
)

// available is a run of ten hours at 1000/s whose host loses so many bytes each second.
func available(loss float64) *verdict.Report {
	start := time.Date(2021, 2, 20, 0, 0, 0, 0, time.UTC)
	c := verdict.Curve{Role: "host-available"}
	for s := 0; s <= 36000; s += 60 {
		wobble := float64(s/60%7-3) * 1e6
		c.T, c.V = append(c.T, start.Add(time.Duration(s)*time.Second).UnixMilli()), append(c.V, 40e9-loss*float64(s)+wobble)
	}
	return &verdict.Report{Curves: []verdict.Curve{c}, Load: &verdict.Load{Start: start, End: start.Add(10 * time.Hour), Steady: 1000, Achieved: 36e6}}
}

func TestSurvive(t *testing.T) {
	// 500 kB a second leave 22e9 of 40e9 after ten hours, for 44,000 s and 44 million transactions more: 80 million in all.
	s, ok := Survive(available(500e3))
	if !ok || math.Abs(s.PerSecond-500e3) > 5e3 || math.Abs(s.Volume-80e6) > 1.6e6 {
		t.Errorf("%+v, want 500 kB a second and 80 million", s)
	}
	if s, ok := Survive(available(0)); !ok || s.PerSecond != 0 || s.Lasts != 0 {
		t.Errorf("no loss: %+v", s)
	}
	if s, ok := Survive(available(-500e3)); !ok || s.PerSecond != 0 {
		t.Errorf("a gain: %+v", s)
	}
	if _, ok := Survive(&verdict.Report{}); ok {
		t.Error("a run without the curve tells something")
	}
}
