package clock

import (
	"testing"
	"time"

	"oomortem/parser/record"
)

func utc(s string) time.Time {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		panic(err)
	}
	return t
}

func since(d time.Duration) record.Stamp {
	return record.Stamp{Mono: d, Prec: time.Second, Lacks: record.LacksWall}
}

// ofDay is a time of day as a listing writes it, in local digits.
func ofDay(d time.Duration) record.Stamp {
	return record.Stamp{Wall: noDate.Add(d), Prec: time.Second, Lacks: record.LacksDate | record.LacksZone}
}

// exactInput is what the others are laid beside: a curve from from to to, written when it ended.
func exactInput(from, to string) record.Input {
	return record.Input{Path: "exact.json", First: record.At(utc(from), 0), Last: record.At(utc(to), 0), Modified: utc(to)}
}

// clockOf settles a clock on the inputs.
func clockOf(opt Options, anchors []record.Anchor, inputs ...record.Input) *Clock {
	c := New(opt)
	for _, in := range inputs {
		c.Input(in)
		c.Every(in.Path, 10*time.Second)
	}
	for _, a := range anchors {
		c.Anchor(a)
	}
	c.Settle()
	return c
}

// bench is a load tool that ran for five minutes on a clock of its own; its file was last written at modified.
func bench(path, modified string) record.Input {
	in := record.Input{Path: path, Live: true, First: since(10 * time.Second), Last: since(5 * time.Minute)}
	if modified != "" {
		in.Modified = utc(modified)
	}
	return in
}

func TestRelativeClocks(t *testing.T) {
	exact := exactInput("2026-11-23 00:00:00", "2026-11-23 01:00:00")
	anchor := record.Anchor{From: record.Origin{File: "sysbench.txt", Line: 3}, Stamp: since(10 * time.Second), Instant: utc("2026-11-23 00:20:10"), Slack: time.Second, Rule: "its header"}
	said := func(file, at string, lacks record.Lack) Options {
		return Options{Begin: []Beginning{{File: file, At: record.Stamp{Wall: utc(at), Prec: time.Second, Lacks: lacks}}}}
	}
	late := anchor
	late.Instant = late.Instant.Add(time.Hour)
	hey := bench("hey.csv", "2026-11-23 00:30:00")
	hey.Live = false
	copied := exact
	copied.Modified = utc("2026-11-23 05:00:30")
	for _, c := range []struct {
		name    string
		opt     Options
		anchors []record.Anchor
		in      record.Input
		other   record.Input
		want    string // where the last stamp, five minutes after the start, comes to lie; "" nowhere
		u       time.Duration
	}{
		{"nothing else", Options{}, nil, bench("sysbench.txt", ""), exact, "", 0},
		{"the user's word", said("sysbench.txt", "2026-11-23 00:10:00", 0), []record.Anchor{anchor}, bench("sysbench.txt", "2026-11-23 00:30:00"), exact, "2026-11-23 00:15:00", 2 * time.Second},
		{"the user's word by a glob", said("sys*.txt", "2026-11-23 00:10:00", 0), nil, bench("run/sysbench.txt", ""), exact, "2026-11-23 00:15:00", 2 * time.Second},
		{"the user's word with more folders", said("a/run/sysbench.txt", "2026-11-23 00:10:00", 0), nil, bench("run/sysbench.txt", ""), exact, "2026-11-23 00:15:00", 2 * time.Second},
		{"another file's", said("bench.txt", "2026-11-23 00:10:00", 0), nil, bench("sysbench.txt", ""), exact, "", 0},
		{"its header", Options{}, []record.Anchor{anchor}, bench("sysbench.txt", "2026-11-23 00:30:00"), exact, "2026-11-23 00:25:00", 2 * time.Second},
		{"two headers that differ", Options{}, []record.Anchor{anchor, late}, bench("sysbench.txt", ""), exact, "", 0},
		{"its name, in UTC", Options{}, nil, bench("sysbench-20261123T001500Z.txt", ""), exact, "2026-11-23 00:20:00", 4 * time.Second},
		{"a day alone in its name", Options{}, nil, bench("sysbench-20261123.txt", ""), exact, "", 0},
		{"the file's time", Options{}, nil, bench("sysbench.txt", "2026-11-23 00:40:00"), exact, "2026-11-23 00:40:00", 13 * time.Second}, // 2 s + the interval of 10 s + half a digit
		{"the file's time of another day", Options{}, nil, bench("sysbench.txt", "2026-11-25 00:40:00"), exact, "", 0},
		{"the time of a copy", Options{}, nil, bench("sysbench.txt", "2026-11-23 05:00:00"), copied, "", 0},
		{"a file whose end is not the run's", Options{}, nil, hey, exact, "", 0},
	} {
		ck := clockOf(c.opt, c.anchors, c.in, c.other)
		m, ok := ck.Place(record.Origin{File: c.in.Path, Line: 9}, c.in.Last)
		switch {
		case c.want == "" && ok:
			t.Errorf("%s: placed at %v: %v", c.name, m.T, ck.source(c.in.Path).Says())
		case c.want != "" && (!ok || !m.T.Equal(utc(c.want)) || m.U > c.u):
			t.Errorf("%s: placed %v at %v ± %v, want %s ± %v: %v", c.name, ok, m.T, m.U, c.want, c.u, ck.source(c.in.Path).Says())
		}
		if got := ck.source(c.in.Path).Afloat(); got == ok {
			t.Errorf("%s: placed %v and afloat %v", c.name, ok, got)
		}
		if ck.source(c.in.Path).Says().IsZero() {
			t.Errorf("%s: no rule is said", c.name)
		}
	}
}

// TestRelativeZone: a start in local digits takes the zone of the host's log.
func TestRelativeZone(t *testing.T) {
	log := record.Input{Path: "messages", Log: true,
		First: record.Stamp{Wall: utc("2026-11-23 08:00:00"), Prec: time.Second, Lacks: record.LacksZone}, Last: record.Stamp{Wall: utc("2026-11-23 09:00:00"), Prec: time.Second, Lacks: record.LacksZone}}
	tie := record.Anchor{From: record.Origin{File: "messages", Line: 1}, Stamp: log.First, Instant: utc("2026-11-23 00:00:00"), Rule: "libvirt's stamp"}
	in := bench("sysbench_2026-11-23_08-30-00.txt", "")
	ck := clockOf(Options{}, []record.Anchor{tie}, in, log)
	if m, ok := ck.Place(record.Origin{File: in.Path}, in.Last); !ok || !m.T.Equal(utc("2026-11-23 00:35:00")) {
		t.Errorf("%v %v", m, ok)
	}
	if shift, u := ck.Shift(in.Path); shift != 8*time.Hour || u < 2*time.Second {
		t.Errorf("shift %v ± %v, want 8h ± 2 s at least", shift, u)
	}
	// The name was given at the end: 08:30:00 local is when the file was last written.
	in.Modified = utc("2026-11-23 00:30:01")
	ck = clockOf(Options{}, []record.Anchor{tie}, in, log)
	if m, ok := ck.Place(record.Origin{File: in.Path}, in.Last); !ok || !m.T.Equal(utc("2026-11-23 00:30:00")) {
		t.Errorf("named at its end: %v %v", m, ok)
	}
}

// top is a listing of times of day, from 23:50 over midnight to 00:20.
func top(path string) record.Input {
	return record.Input{Path: path, First: ofDay(23*time.Hour + 50*time.Minute), Last: ofDay(24*time.Hour + 20*time.Minute)}
}

func TestTimesOfDay(t *testing.T) {
	exact := exactInput("2026-11-22 23:00:00", "2026-11-23 01:00:00")
	long := exactInput("2026-11-20 23:00:00", "2026-11-23 01:00:00")
	zone := Options{Zone: time.FixedZone("", 0)}
	begin := func(at string, lacks record.Lack, whole bool) Options {
		return Options{Zone: zone.Zone, Begin: []Beginning{{File: "top*", At: record.Stamp{Wall: utc(at), Prec: time.Second, Lacks: lacks}, Whole: whole}}}
	}
	written := top("top.txt")
	written.Modified = utc("2026-11-22 00:20:03")
	for _, c := range []struct {
		name  string
		opt   Options
		in    record.Input
		other record.Input
		want  string // of the last time, 00:20
	}{
		{"the only day", zone, top("top.txt"), exact, "2026-11-23 00:20:00"},
		{"several days", zone, top("top.txt"), long, ""},
		{"no day", zone, top("top.txt"), exactInput("2026-11-23 12:00:00", "2026-11-23 13:00:00"), ""},
		{"the zone is open", Options{}, top("top.txt"), exact, ""},
		{"last written", zone, written, long, "2026-11-22 00:20:00"},
		{"the user's day", begin("2026-11-21 00:00:00", record.LacksZone, true), top("top.txt"), exact, "2026-11-22 00:20:00"},
		{"the user's time, a little late", begin("2026-11-22 00:00:10", record.LacksZone, false), top("top.txt"), exact, "2026-11-22 00:20:00"},
		{"the user's instant", begin("2026-11-22 15:50:00", 0, false), top("top.txt"), exact, "2026-11-22 16:20:00"},
		{"a day in the name", zone, top("top-2026-11-21.txt"), exact, "2026-11-22 00:20:00"},
		{"a time in the name", zone, top("top-20261121-235000.txt"), exact, "2026-11-22 00:20:00"},
	} {
		ck := clockOf(c.opt, nil, c.in, c.other)
		m, ok := ck.Place(record.Origin{File: c.in.Path, Line: 9}, c.in.Last)
		if ok != (c.want != "") || ok && !m.T.Equal(utc(c.want)) {
			t.Errorf("%s: %v %v, want %q: %v", c.name, m.T, ok, c.want, ck.source(c.in.Path).Says())
		}
	}
}

func TestNameStamp(t *testing.T) {
	const day = "2026-11-23 00:00:00"
	for _, c := range []struct {
		name, want string
		whole      bool
		lacks      record.Lack
	}{
		{"hey-20261123.csv", day, true, record.LacksZone},
		{"sar_2026-11-23.txt", day, true, record.LacksZone},
		{"sar.2026.11.23", day, true, record.LacksZone},
		{"hey-20261123-002829.csv", "2026-11-23 00:28:29", false, record.LacksZone},
		{"hey-20261123_0028.csv", "2026-11-23 00:28:00", false, record.LacksZone},
		{"run20261123T002829Z.log", "2026-11-23 00:28:29", false, 0},
		{"2026-11-23T00:28:29.txt", "2026-11-23 00:28:29", false, record.LacksZone},
		{"2026-11-23_00-28-29.txt", "2026-11-23 00:28:29", false, record.LacksZone},
		{"x-20261123002829.csv", "2026-11-23 00:28:29", false, record.LacksZone},
		{"x-202611230028.csv", "2026-11-23 00:28:00", false, record.LacksZone},
		{"load-1795393709.csv", "2026-11-23 00:28:29", false, 0},
		{"load-1795393709098.csv", "2026-11-23 00:28:29", false, 0},
		{"hey-20261123-1.csv", day, true, record.LacksZone},
		{"hey-20261123-990000.csv", day, true, record.LacksZone}, // no such time: the day stands
		{"hey-20261341.csv", "", false, 0},
		{"hey-12345678.csv", "", false, 0},
		{"pgbench_log.10212.1", "", false, 0},
		{"sa23", "", false, 0},
		{"", "", false, 0},
	} {
		st, whole, ok := nameStamp(c.name)
		if ok != (c.want != "") || ok && (!st.Wall.Equal(utc(c.want)) || whole != c.whole || st.Lacks != c.lacks) {
			t.Errorf("%s: %v whole %v lacks %v %v, want %s %v %v", c.name, st.Wall, whole, st.Lacks, ok, c.want, c.whole, c.lacks)
		}
	}
}

func FuzzNameStamp(f *testing.F) {
	for _, s := range []string{"hey-20261123-002829.csv", "2026-11-23T00:28:29Z", "1795393709098", "20261123"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if st, _, ok := nameStamp(s); ok && (st.Wall.Year() < 1990 || st.Wall.Year() >= 2100) {
			t.Errorf("%q gives %v", s, st.Wall)
		}
	})
}
