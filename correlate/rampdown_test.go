package correlate

import (
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestRampsDown: 50 users get 20 a second each second for eight minutes. In the last two the tool takes them away one by one:
// as long as those who are left get as much each, nothing failed. Users who wait, or requests that fail, are another matter.
func TestRampsDown(t *testing.T) {
	const end, ramp = 600, 480
	left := func(i int) float64 { return 1 - float64(max(0, i-ramp))/(end-ramp) }
	for _, c := range []struct {
		name   string
		bucket func(i int) (ok, failed, users float64)
		calm   bool
	}{
		{"users leave", func(i int) (float64, float64, float64) { return 1000 * left(i), 0, 50 * left(i) }, true},
		{"users stay and get less", func(i int) (float64, float64, float64) { return 1000 * left(i), 0, 50 }, false},
		{"users leave, and get less each", func(i int) (float64, float64, float64) { return 1000 * left(i) * left(i), 0, 50 * left(i) }, false},
		{"users are lost at once", func(i int) (float64, float64, float64) {
			if i >= ramp {
				return 200, 0, 10
			}
			return 1000, 0, 50
		}, false},
		{"users leave, and a tenth fails", func(i int) (float64, float64, float64) {
			return 1000 * left(i), 100 * (1 - left(i)), 50 * left(i)
		}, false},
	} {
		noise := noisy(1)
		l := &record.Load{From: record.Origin{File: "load.csv", Line: 2}, Tool: "k6", Start: record.At(begin, time.Millisecond), Width: time.Second}
		for i := range end {
			ok, failed, users := c.bucket(i)
			l.Buckets = append(l.Buckets, record.Bucket{OK: int32(ok * noise(0)), Failed: int32(failed), Users: int32(users), Active: -1})
			l.Samples += int64(l.Buckets[i].OK)
		}
		r := &records{loads: []*record.Load{l}}
		r.covers("messages", -3600, end)
		if rep := r.report(Options{}); (rep.Verdict.Cause == verdict.Healthy && rep.Verdict.Confidence > .9) != c.calm {
			t.Errorf("%s: %s with %.2f: %s", c.name, rep.Verdict.Cause, rep.Verdict.Confidence, rep.Verdict.Headline)
		}
	}
}
