package main

import (
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

func TestWatchKnowsIncidents(t *testing.T) {
	at := time.Date(2021, 2, 20, 4, 20, 41, 0, time.UTC)
	killed := func(pid int64, after time.Duration) verdict.Incident {
		return verdict.Incident{At: at.Add(after), Victim: &verdict.Party{Name: "web01", Comm: "qemu-kvm", PID: record.Known(pid)}}
	}
	fell := func(after time.Duration) verdict.Incident { return verdict.Incident{At: at.Add(after)} }
	for _, c := range []struct {
		name string
		a, b verdict.Incident
		same bool
	}{
		{"the zone became known", killed(7569, 0), killed(7569, -8*time.Hour), true},
		{"another process", killed(7569, 0), killed(8123, time.Minute), false},
		{"the onset became clearer", fell(0), fell(40 * time.Second), true},
		{"another fall", fell(0), fell(time.Hour), false},
		{"the fall's victim became known", fell(0), killed(7569, 0), false},
	} {
		var k known
		k.add([]verdict.Incident{c.a})
		if got := k.has(&c.b); got != c.same {
			t.Errorf("%s: known %v", c.name, got)
		}
	}
}

// TestWatchWaitsForCurves: a fall at a curve's very end may be the end of what was written so far.
func TestWatchWaitsForCurves(t *testing.T) {
	at := time.Date(2021, 2, 20, 4, 20, 41, 0, time.UTC)
	r := &verdict.Report{Incidents: []verdict.Incident{{At: at, Throughput: &verdict.Throughput{}}}}
	for lasted, want := range map[time.Duration]int{30 * time.Second: 0, 2 * time.Minute: 1} {
		r.Run.End = at.Add(lasted)
		fresh, undecided := known(nil).fresh(r, time.Minute)
		if len(fresh) != want || undecided != (want == 0) {
			t.Errorf("after %v: %v, undecided %v", lasted, fresh, undecided)
		}
	}
}
