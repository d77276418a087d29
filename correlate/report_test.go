package correlate

import (
	"math/rand/v2"
	"strings"
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestOvercommitted: the truth is how the run was built.
func TestOvercommitted(t *testing.T) {
	r := overcommitted().report(Options{Target: 50e6})
	in := only(t, r)
	if r.Verdict.Cause != verdict.HostOvercommit || r.Verdict.Confidence < .8 || r.Verdict.Confidence > .97 {
		t.Errorf("cause %s with %v", r.Verdict.Cause, r.Verdict.Confidence)
	}
	if in.Victim == nil || in.Victim.Name != "web-1" || in.Victim.Kind != "vm" || in.Victim.PID != record.Known(7569) {
		t.Fatalf("victim %+v", in.Victim)
	}
	if len(in.Aggressors) != 1 || in.Aggressors[0].Name != "web-2" || in.Aggressors[0].Share < .9 {
		t.Fatalf("aggressors %+v", in.Aggressors)
	}
	// The host stood at 7.7 GiB and had a tenth of its RAM, 6.26 GiB, until web-2 had grown by 1.44 of its 7 GiB: 5.56 are left.
	if grew := float64(in.Aggressors[0].Growth) / gib; grew < 5.5 || grew > 5.7 {
		t.Errorf("web-2 grew by %.2f GiB", grew)
	}
	if len(in.Holders) != 6 || in.Holders[0].Name != "web-1" || in.Holders[0].Bytes != record.Known(16*gib) {
		t.Errorf("holders %+v", in.Holders)
	}
	if tp := in.Throughput; tp == nil || tp.Onset.Sub(after(4796)).Abs().Seconds() > 10 || tp.Recovered || tp.Depth < .99 {
		t.Errorf("throughput %+v", in.Throughput)
	}
	if !in.At.Equal(after(4800)) || !in.End.IsZero() {
		t.Errorf("at %v, ended %v", in.At, in.End)
	}
	if l := r.Load; l == nil || l.TargetMet == nil || *l.TargetMet || l.Achieved < 1800*4796*.99 || l.Achieved > 1800*4796*1.01 { // 8.63 million
		t.Errorf("load %+v", r.Load)
	}
	if c := r.Capacity; c == nil || c.Ratio < 1.275 || c.Ratio > 1.285 {
		t.Errorf("capacity %+v", r.Capacity)
	}
	for i := 1; i < len(in.Timeline); i++ {
		if in.Timeline[i].At.Before(in.Timeline[i-1].At) {
			t.Errorf("the timeline goes back at %v", in.Timeline[i].At)
		}
	}
	if text := marshalled(t, r); strings.Contains(text, "%!") || strings.Contains(text, `"0001-01-01`) {
		t.Error("the report prints a wrong verb or a time that is not known")
	}
}

// TestOrder: records in any order, the same report.
func TestOrder(t *testing.T) {
	for name, build := range map[string]func() *records{"overcommitted": overcommitted, "skewed": func() *records { return skewed(300, 300, 0, 0) }} {
		want := marshalled(t, build().report(Options{}))
		for seed := range uint64(6) {
			r := build()
			rng := rand.New(rand.NewPCG(seed, 7))
			rng.Shuffle(len(r.events), func(i, j int) { r.events[i], r.events[j] = r.events[j], r.events[i] })
			rng.Shuffle(len(r.facts), func(i, j int) { r.facts[i], r.facts[j] = r.facts[j], r.facts[i] })
			rng.Shuffle(len(r.samples), func(i, j int) { r.samples[i], r.samples[j] = r.samples[j], r.samples[i] })
			if got := marshalled(t, r.report(Options{})); got != want {
				t.Errorf("%s, seed %d: %s", name, seed, firstDifference(want, got))
			}
		}
		s := build().session(Options{})
		s.Report()
		if again := marshalled(t, s.Report()); again != want {
			t.Errorf("%s: a second report differs: %s", name, firstDifference(want, again))
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return x[i] + " | " + append(y, "", "")[min(i, len(y))]
		}
	}
	return "one is longer"
}

// TestEmpty: no input, a plain report.
func TestEmpty(t *testing.T) {
	r := (&records{}).report(Options{})
	if r.Verdict.Cause != verdict.Unexplained || len(r.Incidents) != 0 || r.Load != nil || r.Verdict.Headline.IsZero() || len(r.Missing) == 0 {
		t.Errorf("of nothing it says %s %q, %d missing", r.Verdict.Cause, r.Verdict.Headline, len(r.Missing))
	}
	if text := marshalled(t, r); !strings.Contains(text, verdict.Schema) {
		t.Error("no schema")
	}
	s := NewSession(Options{})
	if rows, _ := s.Events(); len(rows) != 0 || s.Read() || len(s.Changes()) != 0 || len(s.Suspects(begin, 1)) != 0 {
		t.Error("an empty session tells of something")
	}
}

// TestSteady: a run that held is healthy, and short dips are told, not blamed.
func TestSteady(t *testing.T) {
	r := &records{}
	r.sizes("web-1", 16)
	r.covers("messages", -3600, 7200)
	r.tps(7200, func(t float64) float64 {
		if t >= 3000 && t < 3010 { // shorter than the 20 s that a loss has to last
			return .3
		}
		return 1
	})
	rep := r.report(Options{Target: 1e6})
	if rep.Verdict.Cause != verdict.Healthy || len(rep.Incidents) != 0 || rep.Load.TargetMet == nil || !*rep.Load.TargetMet {
		t.Errorf("%s, %d incidents, load %+v", rep.Verdict.Cause, len(rep.Incidents), rep.Load)
	}
	if len(rep.Mentions) != 1 || rep.Mentions[0].Kind != "dip" || rep.Mentions[0].At.Sub(after(3000)).Abs().Seconds() > 10 {
		t.Errorf("mentions %+v", rep.Mentions)
	}
}

// TestHarmless: a kill with which throughput did not fall is mentioned and not blamed.
func TestHarmless(t *testing.T) {
	r := &records{}
	r.sizes("web-1", 16)
	r.covers("messages", -3600, 7200)
	r.kill("messages", 3000, "backup", 900, gib, "/system.slice/backup.service")
	r.tps(7200, whole)
	rep := r.report(Options{})
	if rep.Verdict.Cause != verdict.Healthy || len(rep.Incidents) != 0 {
		t.Errorf("%s, %d incidents", rep.Verdict.Cause, len(rep.Incidents))
	}
	if len(rep.Mentions) != 1 || !strings.Contains(rep.Mentions[0].Text.String(), "the kernel killed backup (pid 900); throughput did not fall with it") {
		t.Errorf("mentions %+v", rep.Mentions)
	}
	r.events[0].OOM.Killer = "earlyoom"
	rep = r.report(Options{})
	if len(rep.Mentions) != 1 || !strings.Contains(rep.Mentions[0].Text.String(), "earlyoom killed backup (pid 900): not the kernel's doing") {
		t.Errorf("mentions %+v", rep.Mentions)
	}
}

// TestEchoIsNoKill: a line that only repeats the kernel's proves no second kill.
func TestEchoIsNoKill(t *testing.T) {
	r := overcommitted()
	echo := r.kill("messages", 6000, "qemu-kvm", 7569, 16*gib, "")
	echo.Attr = []record.Attr{{Key: record.AttrEcho, Value: "libvirt_exporter"}}
	only(t, r.report(Options{}))
}
