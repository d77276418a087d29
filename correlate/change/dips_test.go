package change

import "testing"

// Twelve hours at 5 s are joined to buckets of 75 s, in whose median two low samples leave no trace.
func TestShortDipInALongRun(t *testing.T) {
	var s Series
	for i := range 12 * 720 {
		v := 1700.0 + float64(i%7) - 3
		if i == 4000 || i == 4001 {
			v = 900
		}
		s.T, s.V = append(s.T, float64(i*5)), append(s.V, v)
	}
	drops, p := Drops(s, Options{})
	if len(drops) != 0 {
		t.Errorf("%d drops in a run with one dip", len(drops))
	}
	if len(p.Dips) != 1 {
		t.Fatalf("%d dips, want one", len(p.Dips))
	}
	d := p.Dips[0]
	if d.At != 20000 || d.Recovery != 20010 || d.Class != ClassDip {
		t.Errorf("%s at %v, back at %v; want a dip from 20000 to 20010", d.Class, d.At, d.Recovery)
	}
	if lost := 2 * 5 * (1700.0 - 900); d.Lost < .99*lost || d.Lost > 1.01*lost {
		t.Errorf("lost %v, want about %v", d.Lost, lost)
	}
}

// Ninety seconds at a fifth of the level, in five hours of seconds joined to buckets of 30 s: three buckets, which the
// clipping of wild buckets takes for noise.
func TestOutageOfThreeBuckets(t *testing.T) {
	var s Series
	for i := range 18000 {
		v := 1270.0 + float64(i%11)*8 - 40
		if i >= 7000 && i < 7092 {
			v = 250
		}
		s.T, s.V = append(s.T, float64(i)), append(s.V, v)
	}
	drops, p := Drops(s, Options{})
	if len(drops) != 1 || len(p.Dips) != 0 {
		t.Fatalf("%d drops and %d dips, want one drop", len(drops), len(p.Dips))
	}
	if d := drops[0]; d.At != 7000 || d.Recovery != 7092 || d.Class != ClassOutage {
		t.Errorf("%s at %v, back at %v; want an outage from 7000 to 7092", d.Class, d.At, d.Recovery)
	}
}

// A minute of nothing in ten, of a dashboard that tells a rate each minute: four good ones before it are a level.
func TestMinuteInTen(t *testing.T) {
	var s Series
	for i, v := range []float64{100, 101, 99, 100, 0, 100, 101, 99, 100, 101} {
		s.T, s.V = append(s.T, float64(i*60)), append(s.V, v)
	}
	drops, p := Drops(s, Options{})
	if len(drops) != 1 || len(p.Dips) != 0 {
		t.Fatalf("%d drops and %d dips, want one drop", len(drops), len(p.Dips))
	}
	if d := drops[0]; d.At != 240 || d.Recovery != 300 || d.Class != ClassOutage || d.Lost != 6000 {
		t.Errorf("%s at %v, back at %v, %v lost; want an outage from 240 to 300 that cost 6000", d.Class, d.At, d.Recovery, d.Lost)
	}
}
