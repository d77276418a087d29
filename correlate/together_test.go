package correlate

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"oomortem/parser/record"
)

// loaded makes a load of seconds, each with about rate requests, of which every tenth failed.
func loaded(file, tool string, start time.Time, seconds int, rate float64, dice *rand.Rand) *record.Load {
	l := &record.Load{From: record.Origin{File: file, Line: 1}, Tool: tool, Start: record.At(start, time.Millisecond), Width: time.Second, LatencyEvery: 4,
		LatencyLead: int(start.Unix() % 4)}
	for range seconds {
		n := int32(rate + 3*dice.NormFloat64())
		l.Buckets = append(l.Buckets, record.Bucket{OK: n - n/10, Failed: n / 10, Active: 5, Users: -1})
		l.Samples, l.Failed = l.Samples+int64(n), l.Failed+int64(n/10)
	}
	for i := 0; i*4 < seconds+l.LatencyLead; i++ {
		h := hdrhistogram.New(1, 3_600_000_000, 2)
		h.RecordValue(1000)
		l.Latency = append(l.Latency, h)
	}
	return l
}

func TestTogether(t *testing.T) {
	begin := time.Date(2026, 11, 23, 4, 0, 1, 0, time.UTC)
	dice := rand.New(rand.NewPCG(1, 2))
	a := loaded("gen1/run.jtl", "jmeter", begin, 600, 100, dice)
	b := loaded("gen2/run.jtl", "jmeter", begin.Add(7*time.Second), 600, 80, dice)
	holds := *a // a's requests and others
	holds.From.File, holds.Buckets = "all.jtl", nil
	for i := range a.Buckets {
		holds.Buckets = append(holds.Buckets, record.Bucket{OK: a.Buckets[i].OK + int32(50+2*dice.NormFloat64()), Failed: a.Buckets[i].Failed})
	}
	holds.Samples = a.Samples + 30_000
	copied := *a
	copied.From.File = "copy/run.jtl"
	later := loaded("later.jtl", "jmeter", begin.Add(20*time.Minute), 600, 100, dice)
	other := loaded("k6.csv", "k6", begin, 600, 100, dice)
	half := loaded("gen2/run.jtl", "jmeter", begin, 375, 100, dice) // died at .625 of the other's time
	head := *a                                                      // somebody saved a's file while it was written
	head.From.File, head.Buckets, head.Latency, head.Samples = "early.jtl", a.Buckets[:375], a.Latency[:94], 37_500
	warm := loaded("warm.jtl", "jmeter", begin, 120, 100, dice) // a fifth of the other's time
	over := loaded("over.jtl", "jmeter", begin.Add(5*time.Minute), 600, 100, dice)
	small := loaded("probe.jtl", "jmeter", begin, 600, 10, dice)
	one, two := *a, *b // whose seconds fall together prove nothing here: the names do
	one.Tool, two.Tool, one.From.File, two.From.File = "pgbench", "pgbench", "db/pgbench_log.4711", "db/pgbench_log.4711.1"
	alien := one
	alien.From.File = "db/pgbench_log.4712"
	for name, c := range map[string]struct {
		loads []*record.Load
		files int // of the first of what comes out; 0: nothing was joined
	}{
		"two generators":                  {[]*record.Load{a, b}, 2},
		"in the other order":              {[]*record.Load{b, a}, 2},
		"a copy":                          {[]*record.Load{a, &copied}, 0},
		"one that holds the other":        {[]*record.Load{&holds, a}, 0},
		"one after the other":             {[]*record.Load{a, later}, 0},
		"of two tools":                    {[]*record.Load{a, other}, 0},
		"two totals without a clock":      {[]*record.Load{{Tool: "hey", Samples: 5, From: record.Origin{File: "a"}}, {Tool: "hey", Samples: 5, From: record.Origin{File: "b"}}}, 0},
		"a probe beside it":               {[]*record.Load{a, small}, 0},
		"threads of one pgbench":          {[]*record.Load{&one, &two}, 2},
		"a copy of another pgbench's log": {[]*record.Load{&one, &alien}, 0},
	} {
		out, parts := together(c.loads)
		if c.files == 0 {
			if len(out) != len(c.loads) || len(parts) != 0 {
				t.Errorf("%s: joined %v", name, parts)
			}
			continue
		}
		if len(out) != 1 || len(parts[out[0]]) != c.files {
			t.Errorf("%s: %d loads, of %v", name, len(out), parts)
			continue
		}
		whole := out[0]
		x, y := c.loads[0], c.loads[1]
		if whole.Samples != x.Samples+y.Samples || whole.Failed != x.Failed+y.Failed {
			t.Errorf("%s: %d requests, %d failed; want %d and %d, %d and %d", name, whole.Samples, whole.Failed, x.Samples, y.Samples, x.Failed, y.Failed)
		}
		if !whole.Start.Wall.Equal(begin) || len(whole.Buckets) != 607 {
			t.Errorf("%s: %d buckets from %v; want 607, as 7 s of the second one stand behind the first", name, len(whole.Buckets), whole.Start.Wall)
		}
		if got, want := whole.Buckets[107].OK, a.Buckets[107].OK+b.Buckets[100].OK; got != want || whole.Buckets[107].Active != 10 || whole.Buckets[3].Active != 5 || whole.Buckets[3].Users != -1 {
			t.Errorf("%s: in the 107th second %d were done, want %d; %+v", name, got, want, whole.Buckets[3])
		}
		marks := int64(0)
		for _, h := range whole.Latency {
			if h != nil {
				marks += h.TotalCount()
			}
		}
		if want := int64(len(x.Latency) + len(y.Latency)); marks != want {
			t.Errorf("%s: %d latencies, want %d: one of each distribution", name, marks, want)
		}
	}
	for name, c := range map[string]struct {
		other   *record.Load
		joined  bool
		seconds int
	}{
		"one died":                     {half, true, 600},
		"the head of the same":         {&head, false, 0},
		"one that warmed up":           {warm, false, 0},
		"half of each beside the rest": {over, false, 0},
	} {
		for _, loads := range [][]*record.Load{{a, c.other}, {c.other, a}} {
			out, _ := together(loads)
			if (len(out) == 1) != c.joined || c.joined && (len(out[0].Buckets) != c.seconds || out[0].Samples != a.Samples+c.other.Samples) {
				t.Errorf("%s: %d loads, the first of %d requests in %d s", name, len(out), out[0].Samples, len(out[0].Buckets))
			}
		}
	}
	if got := uncounted(&holds, []*record.Load{&holds, a, &copied, later, other}); len(got) != 3 {
		t.Errorf("not counted: %v; want the two with its part and k6's", got)
	}
}

// TestThreadRates adds up the rates of one pgbench's threads, interval by interval, and of nobody else.
func TestThreadRates(t *testing.T) {
	rates := func(file string, q record.Quantity, t, v []float64) *curve {
		return &curve{Series: &record.Series{Name: "pgbench throughput", Quantity: q, From: record.Origin{File: file}}, t: t, v: v}
	}
	a := rates("pgbench_log_agg.10480", record.Throughput, []float64{1, 2, 3}, []float64{126, 297, 336})
	b := rates("pgbench_log_agg.10480.1", record.Throughput, []float64{1, 2, 4}, []float64{103, 259, 389})
	c := rates("pgbench_log_agg.10480.2", record.Throughput, []float64{2}, []float64{1})
	errors := rates("pgbench_log_agg.10480.1", record.Errors, []float64{1}, []float64{7})
	alien := rates("pgbench_log_agg.10481.1", record.Throughput, []float64{1}, []float64{9})
	out, parts := threadRates([]*curve{a, b, errors, alien, c})
	if len(out) != 3 || len(parts[out[0]]) != 3 || len(parts[out[2]]) != 0 {
		t.Fatalf("%d curves, of %v", len(out), parts)
	}
	out[0].arrange()
	if !slices.Equal(out[0].v, []float64{126 + 103, 297 + 259 + 1, 336, 389}) || !slices.Equal(a.v, []float64{126, 297, 336}) {
		t.Errorf("%v, and %v", out[0].v, a.v)
	}
}
