package verdict

import (
	"encoding/json"
	"math"
	"testing"
	"time"
)

// TestAmounts: GiB is 2^30; three digits at most; thousands are set apart.
func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		got  interface{ String() string }
		want string
	}{
		{Bytes(0), "0 B"}, {Bytes(1023), "1023 B"}, {Bytes(1024), "1.0 KiB"}, {Bytes(1 << 20), "1.0 MiB"}, {Bytes(16 << 30), "16.0 GiB"},
		{Bytes(67252174848), "62.6 GiB"}, // 65675952 kB / 2^20
		{Bytes(100 << 30), "100 GiB"}, {Bytes(1 << 40), "1.0 TiB"}, {Bytes(5000 << 40), "5000 TiB"}, {Bytes(-3 << 30), "-3.0 GiB"}, {Bytes(math.MinInt64), "-8388608 TiB"},
		{Rate(0), "0/s"}, {Rate(.25), "0.3/s"}, {Rate(9.96), "10/s"}, {Rate(1779.4), "1,779/s"}, {Rate(1234567), "1,234,567/s"}, {Rate(-1500), "-1,500/s"},
		{Count(0), "0"}, {Count(999), "999"}, {Count(5312), "5,312"}, {Count(999999), "999,999"}, {Count(29386627), "29.39 million"}, {Count(-5312), "-5,312"},
		{Share(0), "0 %"}, {Share(.05), "5.0 %"}, {Share(.58), "58 %"}, {Share(1), "100 %"}, {Share(-.02), "-2.0 %"},
		{Span(0), "0 s"}, {Span(1500 * time.Millisecond), "1.5 s"}, {Span(12 * time.Second), "12 s"}, {Span(90 * time.Second), "90 s"}, {Span(17 * time.Minute), "17 min"},
		{Span(4*time.Hour + 36*time.Minute), "4 h 36 min"}, {Span(26 * time.Hour), "26 h 00 min"}, {Span(-12 * time.Second), "-12 s"},
		{Moment(time.Date(2021, 2, 20, 4, 20, 41, 0, time.UTC)), "04:20:41"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%T: %q, want %q", c.got, got, c.want)
		}
	}
}

// TestLikelihood: the words of ICD 203, each from its lower bound on.
func TestLikelihood(t *testing.T) {
	for p, want := range map[float64]string{
		1: "almost certain", .95: "almost certain", .949: "very likely", .80: "very likely", .79: "likely", .55: "likely", .54: "roughly even", .45: "roughly even",
		.44: "unlikely", .20: "unlikely", .19: "very unlikely", 0: "very unlikely",
	} {
		if got := Likelihood(p); got != want {
			t.Errorf("%v: %q, want %q", p, got, want)
		}
	}
}

// TestJSON: durations are seconds, sources "file:line", sentences text; each reads back as it was.
func TestJSON(t *testing.T) {
	type all struct {
		S Seconds
		F Source
		N Source
		T Text
	}
	in := all{Seconds(1500 * time.Millisecond), Source{File: "a:b/messages", Line: 412}, Source{File: "tps.csv"}, Say("%v of %v", Bytes(1<<30), Name("web-1"))}
	b, err := json.Marshal(in)
	if want := `{"S":1.5,"F":"a:b/messages:412","N":"tps.csv","T":"1.0 GiB of web-1"}`; err != nil || string(b) != want {
		t.Fatalf("%s %v, want %s", b, err, want)
	}
	var out all
	if err := json.Unmarshal(b, &out); err != nil || out.S != in.S || out.F != in.F || out.N != in.N || out.T.String() != in.T.String() {
		t.Errorf("%+v %v", out, err)
	}
	for _, bad := range []string{`{"S":"x"}`, `{"T":5}`} {
		if json.Unmarshal([]byte(bad), &out) == nil {
			t.Errorf("%s reads", bad)
		}
	}
	if b, err := json.Marshal(Incident{}); err != nil || !json.Valid(b) {
		t.Errorf("an empty incident: %s %v", b, err)
	}
}

// TestWorst: the incident that cost throughput goes before one that cost none, whatever its confidence.
func TestWorst(t *testing.T) {
	sure, cheap, dear := Incident{Cause: "a", Confidence: .97}, Incident{Cause: "b", Confidence: .1, Throughput: &Throughput{Lost: new(5.), Depth: .3}}, Incident{Cause: "c", Throughput: &Throughput{Lost: new(500.), Depth: 1}}
	for _, c := range []struct {
		in   []Incident
		want Cause
	}{{[]Incident{sure, cheap, dear}, "c"}, {[]Incident{dear, cheap}, "c"}, {[]Incident{cheap, sure}, "b"}, {[]Incident{sure}, "a"}, {[]Incident{sure, {Cause: "d", Confidence: .97}}, "a"}} {
		r := Report{Incidents: c.in}
		if got := r.Worst(); got == nil || got.Cause != c.want {
			t.Errorf("%v, want %s", got, c.want)
		}
	}
	if (&Report{}).Worst() != nil {
		t.Error("the worst of nothing")
	}
}

// TestConcluded: a run on one line; what is not known is absent, and times without a zone are none.
func TestConcluded(t *testing.T) {
	yes, start := true, time.Date(2021, 2, 19, 16, 0, 0, 0, time.UTC)
	r := &Report{
		Run: Run{Start: start, End: start.Add(time.Hour), Hosts: []string{"kvm1"}}, Clock: Clock{Zone: "+08:00"}, Verdict: Verdict{Cause: HostOvercommit, Confidence: .9, Headline: Say("it ran out")},
		Incidents: []Incident{
			{Victim: &Party{Name: "web-1"}, Aggressors: []Aggressor{{Name: "web-2"}, {Name: "web-3"}}, Throughput: &Throughput{Lost: new(100.)}},
			{Victim: &Party{Name: "web-1"}, Aggressors: []Aggressor{{Name: "web-2"}}, Throughput: &Throughput{Lost: new(50.)}},
		},
		Load: &Load{Achieved: 1e6, TargetMet: &yes, Steady: math.NaN()},
	}
	o := Concluded("run-7", "a/run-7", r)
	if o.Cause != HostOvercommit || *o.Confidence != .9 || len(o.Victims) != 1 || len(o.Aggressors) != 2 || *o.Lost != 150 || *o.Achieved != 1e6 || o.Steady != nil || !*o.TargetMet {
		t.Errorf("%+v", o)
	}
	if got := o.Start.Format(time.RFC3339); got != "2021-02-20T00:00:00+08:00" {
		t.Errorf("it began at %s", got)
	}
	if _, err := json.Marshal(o); err != nil {
		t.Error(err)
	}
	r.Clock.Assumed = true
	if o := Concluded("run-7", "a/run-7", r); !o.Start.IsZero() {
		t.Errorf("a year or zone that is only assumed, and it began at %v", o.Start)
	}
	if o := Concluded("x", "x", &Report{}); o.Lost != nil || o.Achieved != nil || o.Status != StatusOK || !o.Start.IsZero() {
		t.Errorf("an empty report: %+v", o)
	}
}

func TestFinding(t *testing.T) {
	if w := (Finding{Evidence: []Evidence{{Weight: 10}, {Weight: -4}, {Weight: .5}}}).Weight(); w != 6.5 {
		t.Errorf("10 - 4 + 0.5 weigh %v", w)
	}
	if got := Say("%v %% of %v", 5, "RAM").String(); got != "5 % of RAM" || (Text{}).IsZero() != true || Say("x").IsZero() {
		t.Errorf("%q", got)
	}
}
