package correlate

import (
	"math"
	"testing"
	"time"

	"oomortem/correlate/change"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// fill gives a session n samples of a series, the first at the time given.
func fill(s *Session, x *record.Series, start time.Time, n int, step time.Duration, f func(i int) float64) {
	for i := range n {
		s.Sample(record.Sample{At: record.At(start.Add(time.Duration(i)*step), time.Second), Line: i + 1, Series: x, Value: f(i)})
	}
}

var noon = time.Date(2024, 5, 3, 12, 0, 0, 0, time.UTC)

// wobble is a small pattern, so that no level is without noise.
func wobble(i int) float64 { return float64(i*7%5) - 2 }

// What a series measures decides how it is looked at: a rate for lasting losses, memory for its growth, others for turns.
func TestChangesByQuantity(t *testing.T) {
	s := NewSession(Options{})
	fill(s, &record.Series{Name: "tps", Quantity: record.Throughput, Unit: record.PerSecond, From: record.Origin{File: "a"}}, noon, 900, time.Second, func(i int) float64 {
		if i >= 500 && i < 620 {
			return 0
		}
		return 1000 + 10*wobble(i)
	})
	fill(s, &record.Series{Name: "rss", Quantity: record.RSS, Unit: record.Bytes, Subject: "vm", From: record.Origin{File: "b"}}, noon, 200, 15*time.Second, func(i int) float64 {
		return 4e9 + 1e7*wobble(i) + max(0, float64(i-80))*5e7
	})
	fill(s, &record.Series{Name: "x", From: record.Origin{File: "c"}}, noon, 200, time.Minute, func(i int) float64 {
		if i >= 90 {
			return 20 + wobble(i)/4
		}
		return 10 + wobble(i)/4
	})
	got := s.Changes()
	if len(got) != 3 {
		t.Fatalf("%d series, want 3", len(got))
	}
	tps := got[0].Changes
	if len(tps) != 2 || tps[0].Shape != "drop" || tps[0].Class != string(change.ClassOutage) || tps[0].At != seconds(noon)+500 ||
		tps[1].Shape != "recovery" || tps[1].At != seconds(noon)+620 {
		t.Errorf("tps: %+v, want an outage from 500 s to 620 s", tps)
	}
	rss := got[1].Changes
	if len(rss) != 1 || rss[0].Shape != "leak" || math.Abs(rss[0].At-seconds(noon)-80*15) > 120 {
		t.Errorf("rss: %+v, want a leak from 1200 s on", rss)
	}
	if x := got[2].Changes; len(x) != 1 || x[0].Shape != "surge" || x[0].At != seconds(noon)+90*60 {
		t.Errorf("x: %+v, want a surge after 90 min", x)
	}
}

// A series that no clock can place has changes at its own places, and what is lacking is told.
func TestChangesWithoutAClock(t *testing.T) {
	s := NewSession(Options{})
	x := &record.Series{Name: "value", From: record.Origin{File: "v"}}
	for i := range 60 {
		v := 10 + wobble(i)/4
		if i >= 25 {
			v += 8
		}
		s.Sample(record.Sample{At: record.Stamp{Mono: time.Duration(i) * time.Second, Lacks: record.LacksWall}, Line: i + 1, Series: x, Value: v})
	}
	got := s.Changes()
	if len(got) != 1 || got[0].Lacks&record.LacksWall == 0 || len(got[0].Changes) != 1 || got[0].Changes[0].At != 25 {
		t.Errorf("%+v, want one change at place 25 and no clock", got)
	}
}

// Of a counter its rate counts, and a restart of whoever counts is no fall.
func TestChangesOfACounter(t *testing.T) {
	s := NewSession(Options{})
	sum := 0.0
	fill(s, &record.Series{Name: "swapped_bytes", Unit: record.Bytes, Counter: true, From: record.Origin{File: "c"}}, noon, 200, 10*time.Second, func(i int) float64 {
		if i == 50 {
			sum = 0
		}
		sum += 1000 + 10*wobble(i)
		if i >= 120 {
			sum += 9000
		}
		return sum
	})
	got := s.Changes()
	if len(got) != 1 || got[0].Unit != "bytes/s" || len(got[0].Changes) != 1 {
		t.Fatalf("%+v, want one series of bytes/s with one change", got)
	}
	if c := got[0].Changes[0]; c.At != seconds(noon)+1200 || math.Abs(c.Before-100) > 3 || math.Abs(c.After-1000) > 3 {
		t.Errorf("%+v, want 100/s -> 1000/s at 1200 s", c)
	}
}

// A series that goes on in a second file, or in a later part of its own, is one; two that run at the same time are two, and so
// are two columns of no meaning.
func TestChangesJoinParts(t *testing.T) {
	for _, c := range []struct {
		subject, second string
		apart           time.Duration
		want            int
	}{
		{"vm-1", "b", time.Hour, 1}, {"vm-1", "a", time.Hour, 1}, {"vm-1", "a", -time.Hour, 1},
		{"vm-1", "b", time.Minute, 2}, {"vm-1", "a", time.Minute, 2}, {"", "b", time.Hour, 2}, {"", "a", time.Hour, 2},
	} {
		s := NewSession(Options{})
		for k, file := range []string{"a", c.second} {
			fill(s, &record.Series{Name: "value", Subject: c.subject, From: record.Origin{File: file}}, noon.Add(time.Duration(k)*c.apart), 60, time.Minute,
				func(i int) float64 { return 10 + wobble(i) })
		}
		got := s.Changes()
		if len(got) != c.want {
			t.Errorf("%+v: %d series, want %d", c, len(got), c.want)
		}
		if c.want == 1 && (len(got[0].T) != 120 || len(got[0].Changes) > 0) {
			t.Errorf("%+v: %d samples, %v", c, len(got[0].T), got[0].Changes)
		}
	}
}

// suspects ranks a session's series around noon plus twenty minutes.
func suspects(s *Session) []verdict.Suspect {
	return s.Suspects(noon.Add(20*time.Minute), 5*time.Minute)
}

// The processor time that taking memory costs stands behind the memory, however much greater its growth; without the memory
// it stands first.
func TestSuspectsMemoryExplainsCPU(t *testing.T) {
	for _, c := range []struct {
		taken float64 // bytes
		first string
	}{{300e6, "a_mem"}, {9e6, "a_cpu"}} {
		s := NewSession(Options{})
		step := func(before, after float64) func(int) float64 {
			return func(i int) float64 {
				if i >= 1200 {
					return after * (1 + wobble(i)/100)
				}
				return before * (1 + wobble(i)/100)
			}
		}
		from := record.Origin{File: "f"}
		for _, who := range []string{"a", "b", "c"} {
			cpu, taken := .01, 0.0
			if who == "a" {
				cpu, taken = 1, c.taken
			}
			fill(s, &record.Series{Name: who + "_cpu", Quantity: record.CPU, Subject: who, From: from}, noon, 1500, time.Second, step(.01, cpu))
			fill(s, &record.Series{Name: who + "_mem", Quantity: record.MemoryUsed, Unit: record.Bytes, Subject: who, From: from}, noon, 1500, time.Second, step(200e6, 200e6+taken))
		}
		got := suspects(s)
		if len(got) != 6 || got[0].Name != c.first || got[0].Rank != 1 || got[0].ChangeAt.Unix() != noon.Unix()+1200 {
			t.Errorf("%v bytes taken: %+v, want %s first, changed at 1200 s", c.taken, got[0], c.first)
		}
		for _, x := range got[2:] {
			if x.Score > got[1].Score {
				t.Errorf("%+v before %+v", got[1], x)
			}
		}
	}
}

// A slow growth is dated by its foot and measured from there; who ends at the moment is no cause, who begins may be; what did
// not change scores nothing.
func TestSuspectsSlowEndedBegun(t *testing.T) {
	s := NewSession(Options{})
	from := record.Origin{File: "f"}
	rss := func(name string, first, n int, f func(i int) float64) {
		fill(s, &record.Series{Name: name, Subject: name, Quantity: record.RSS, Unit: record.Bytes, From: from}, noon.Add(time.Duration(first)*15*time.Second), n, 15*time.Second, f)
	}
	rss("grows", 0, 100, func(i int) float64 { return 4e9 + 2e7*wobble(i) + max(0, float64(i-40))*1e8 })
	rss("still", 0, 100, func(i int) float64 { return 9e9 })
	rss("killed", 0, 80, func(i int) float64 { return 16e9 + 2e7*wobble(i) })
	rss("begins", 82, 18, func(i int) float64 { return 3e8 })
	byName := map[string]verdict.Suspect{}
	for _, x := range suspects(s) {
		byName[x.Name] = x
	}
	if x := byName["grows"]; x.Rank != 1 || math.Abs(float64(x.ChangeAt.Unix()-noon.Unix())-600) > 90 || math.Abs(x.Before-4e9) > 1e8 {
		t.Errorf("%+v, want it first, from 4e9 at 600 s", x)
	}
	if x := byName["killed"]; !math.IsNaN(x.After) || x.Rank < 3 || x.Note.Format == "" {
		t.Errorf("%+v, want it behind those that grew, ended", x)
	}
	if x := byName["begins"]; !math.IsNaN(x.Before) || x.After != 3e8 || x.Score <= 0 {
		t.Errorf("%+v, want it begun at 3e8", x)
	}
	if x := byName["still"]; x.Score != 0 || !x.ChangeAt.IsZero() || x.Rank != 4 {
		t.Errorf("%+v, want nothing of it", x)
	}
}

// What the load shows of the trouble stands behind what may have made it.
func TestSuspectsPutEffectsLast(t *testing.T) {
	s := NewSession(Options{})
	from := record.Origin{File: "f"}
	jump := func(before, after float64) func(int) float64 {
		return func(i int) float64 {
			if i >= 80 {
				return after * (1 + wobble(i)/200)
			}
			return before * (1 + wobble(i)/200)
		}
	}
	fill(s, &record.Series{Name: "latency", Quantity: record.Latency, Unit: record.Seconds, From: from}, noon, 100, 15*time.Second, jump(.05, 30))
	fill(s, &record.Series{Name: "tps", Quantity: record.Throughput, Unit: record.PerSecond, From: from}, noon, 100, 15*time.Second, jump(1000, 0))
	fill(s, &record.Series{Name: "checkout_lat_99", From: from}, noon, 100, 15*time.Second, jump(.05, 30))
	fill(s, &record.Series{Name: "rss", Subject: "vm", Quantity: record.RSS, Unit: record.Bytes, From: from}, noon, 100, 15*time.Second, jump(8e9, 12e9))
	if got := suspects(s); len(got) != 4 || got[0].Name != "rss" || got[1].Note.Format == "" {
		t.Errorf("%+v, want rss first", got)
	}
}

// Too little around the moment is not judged, and none of it may break.
func TestSuspectsOfTooLittle(t *testing.T) {
	for n := range 12 {
		for _, first := range []int{0, 1195, 1200, 1210, 4000} {
			s := NewSession(Options{})
			fill(s, &record.Series{Name: "x", Quantity: record.RSS, Unit: record.Bytes, From: record.Origin{File: "f"}}, noon.Add(time.Duration(first)*time.Second), n, time.Second,
				func(i int) float64 { return float64(i * i) })
			for _, x := range suspects(s) {
				if math.IsNaN(x.Score) || x.Score < 0 {
					t.Errorf("%d samples from %d s: %+v", n, first, x)
				}
			}
		}
	}
}

// A series that stops while others of its file go on has a gap there that nothing ends.
func TestChangesOfASeriesThatStops(t *testing.T) {
	s := NewSession(Options{})
	for _, c := range []struct {
		name string
		n    int
	}{{"lives", 200}, {"dies", 120}} {
		fill(s, &record.Series{Name: c.name, Subject: c.name, Quantity: record.RSS, Unit: record.Bytes, From: record.Origin{File: "f"}}, noon, c.n, 15*time.Second,
			func(i int) float64 { return 4e9 + 1e7*wobble(i) })
	}
	got := s.Changes()
	if len(got) != 2 || len(got[1].Changes) != 0 || len(got[0].Changes) != 1 {
		t.Fatalf("%+v, want one change of the first", got)
	}
	if c := got[0].Changes[0]; got[0].Name != "dies" || c.Shape != "gap" || c.At != seconds(noon)+119*15 || !math.IsNaN(c.After) {
		t.Errorf("%s: %+v, want a gap behind sample 119", got[0].Name, c)
	}
}
