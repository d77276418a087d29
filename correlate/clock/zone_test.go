package clock

import (
	"testing"
	"time"

	"oomortem/parser/record"
)

// bsd is an RFC 3164 stamp: local digits, no year, no zone, whole seconds.
func bsd(s string) record.Stamp {
	t, err := time.Parse("Jan 2 15:04:05", s)
	if err != nil {
		panic(err)
	}
	return record.Stamp{Wall: t, Prec: time.Second, Lacks: record.LacksYear | record.LacksZone}
}

// digits is a stamp with its year but without a zone, as spreadsheets export it.
func digits(s string) record.Stamp {
	return record.Stamp{Wall: utc(s), Prec: time.Second, Lacks: record.LacksZone}
}

func at(file string, line int) record.Origin { return record.Origin{File: file, Line: line} }

// double is libvirt's line in a syslog: the envelope's stamp, and libvirt's own in UTC (virlog.c writes it so whatever the zone).
func double(line int, local record.Stamp, instant string) record.Anchor {
	return record.Anchor{From: at("messages", line), Stamp: local, Instant: utc(instant), Rule: "libvirt's UTC stamp on the same line"}
}

// messages is a host's log without year and zone.
func messages(first, last string) record.Input {
	return record.Input{Path: "messages", Format: "syslog", Log: true, Lines: 1000, First: bsd(first), Last: bsd(last)}
}

// TestAnchors: every expected zone is the difference of the two stamps, rounded to 15 minutes by hand.
func TestAnchors(t *testing.T) {
	for _, c := range []struct {
		name    string
		anchors []record.Anchor
		zone    string // "" when it stays open
		year    int    // of the first anchor's line
		rest    time.Duration
		u       time.Duration
	}{
		// The real lines of hp-server: "Feb 20 04:20:44 hp-server libvirtd: 2021-02-19 20:20:44.706+0000".
		{"hp-server", []record.Anchor{double(9, bsd("Feb 20 04:20:44"), "2021-02-19 20:20:44.706")}, "+08:00", 2021, -706 * time.Millisecond, time.Second},
		{"India", []record.Anchor{double(1, bsd("Feb 20 01:50:44"), "2021-02-19 20:20:44")}, "+05:30", 2021, 0, time.Second},
		{"Nepal", []record.Anchor{double(1, bsd("Feb 20 02:05:44"), "2021-02-19 20:20:44")}, "+05:45", 2021, 0, time.Second},
		{"Newfoundland", []record.Anchor{double(1, bsd("Feb 19 16:50:44"), "2021-02-19 20:20:44")}, "-03:30", 2021, 0, time.Second},
		{"Kiribati, the most", []record.Anchor{double(1, bsd("Feb 20 10:20:44"), "2021-02-19 20:20:44")}, "+14:00", 2021, 0, time.Second},
		{"UTC", []record.Anchor{double(1, bsd("Feb 19 20:20:44"), "2021-02-19 20:20:44")}, "+00:00", 2021, 0, time.Second},
		{"local year ahead", []record.Anchor{double(1, bsd("Jan 1 07:59:00"), "2020-12-31 23:59:00")}, "+08:00", 2021, 0, time.Second},
		{"local year behind", []record.Anchor{double(1, bsd("Dec 31 20:00:00"), "2021-01-01 01:00:00")}, "-05:00", 2020, 0, time.Second},
		{"29 February", []record.Anchor{double(1, bsd("Feb 29 12:00:00"), "2024-02-29 04:00:00")}, "+08:00", 2024, 0, time.Second},
		{"three minutes of skew", []record.Anchor{double(1, bsd("Feb 20 04:23:44"), "2021-02-19 20:20:44")}, "+08:00", 2021, 3 * time.Minute, 3 * time.Minute},
		{"a minute late", []record.Anchor{double(1, bsd("Feb 20 04:19:44"), "2021-02-19 20:20:44")}, "+08:00", 2021, -time.Minute, time.Minute},
		// Of three the middle one counts: one line came an hour late through a queue.
		{"an outlier", []record.Anchor{
			double(1, bsd("Feb 20 04:20:44"), "2021-02-19 20:20:44"),
			double(2, bsd("Feb 20 05:21:44"), "2021-02-19 20:20:44"),
			double(3, bsd("Feb 20 04:22:45"), "2021-02-19 20:22:44"),
		}, "+08:00", 2021, time.Second, time.Second},
		{"two days apart", []record.Anchor{double(1, bsd("Feb 22 04:20:44"), "2021-02-19 20:20:44")}, "", 0, 0, 0},
		{"a time of day", []record.Anchor{double(1, ofDay(4*time.Hour), "2021-02-19 20:00:00")}, "", 0, 0, 0},
		{"with its year", []record.Anchor{double(1, digits("2021-02-20 04:20:44"), "2021-02-19 20:20:44")}, "+08:00", 2021, 0, time.Second},
	} {
		ck := New(Options{})
		ck.Input(record.Input{Path: "messages", Log: true})
		for _, a := range c.anchors {
			ck.Anchor(a)
		}
		ck.Settle()
		zone, ok := ck.Zone()
		if ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
			continue
		}
		if !ok {
			continue
		}
		s := ck.source("messages")
		if s.Residual != c.rest || s.U != c.u || s.Anchors != len(c.anchors) {
			t.Errorf("%s: residual %v, uncertainty %v, %d anchors; want %v, %v, %d", c.name, s.Residual, s.U, s.Anchors, c.rest, c.u, len(c.anchors))
		}
		first := c.anchors[0]
		m, placed := ck.Place(first.From, first.Stamp)
		if local := m.T.Add(zone); !placed || local.Year() != c.year || local.YearDay() != localDay(first.Stamp, c.year) {
			t.Errorf("%s: placed %v at %v, want local year %d", c.name, placed, local, c.year)
		}
		if want := c.u + time.Second/2; m.U != want { // half of the last digit more
			t.Errorf("%s: uncertainty %v, want %v", c.name, m.U, want)
		}
	}
}

func localDay(st record.Stamp, year int) int {
	return time.Date(year, st.Wall.Month(), st.Wall.Day(), 0, 0, 0, 0, time.UTC).YearDay()
}

// TestModified: a log that was last written at its last line tells its zone; the time of a copy does not.
func TestModified(t *testing.T) {
	for _, c := range []struct {
		name, last, modified string
		zone                 string
		year                 int
	}{
		{"exact", "Feb 20 04:20:45", "2021-02-19 20:20:45", "+08:00", 2021},
		{"two seconds late", "Feb 20 04:20:45", "2021-02-19 20:20:47", "+08:00", 2021},
		{"three seconds late", "Feb 20 04:20:45", "2021-02-19 20:20:48", "", 0},
		{"a half-hour zone", "Feb 20 01:50:45", "2021-02-19 20:20:45", "+05:30", 2021},
		{"a zone that nobody uses", "Feb 20 03:35:45", "2021-02-19 20:20:45", "", 0}, // +07:15
		{"a copy of the same evening", "Feb 20 04:20:45", "2021-02-19 22:07:31", "", 0},
		{"a copy days later, to the second", "Feb 20 04:20:45", "2021-02-25 20:20:45", "", 0},
		{"New Year's Eve in UTC", "Dec 31 23:59:58", "2020-12-31 23:59:58", "+00:00", 2020},
		{"New Year's Eve, written before midnight here", "Jan 1 07:59:58", "2020-12-31 23:59:58", "+08:00", 2021},
		{"New Year's Eve, written after midnight", "Dec 31 20:00:00", "2021-01-01 01:00:00", "-05:00", 2020},
		{"not known", "Feb 20 04:20:45", "", "", 0},
	} {
		in := messages(c.last, c.last)
		if c.modified != "" {
			in.Modified = utc(c.modified)
		}
		ck := clockOf(Options{}, nil, in)
		zone, ok := ck.Zone()
		if ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
		}
		if m, _ := ck.Place(at("messages", 1000), in.Last); ok && m.T.Add(zone).Year() != c.year {
			t.Errorf("%s: year %d, want %d", c.name, m.T.Add(zone).Year(), c.year)
		}
	}
	curve := messages("Feb 20 00:00:00", "Feb 20 04:20:45") // an export is saved whenever somebody saves it
	curve.Path, curve.Log, curve.Modified = "tps.csv", false, utc("2021-02-19 20:20:45")
	if _, ok := clockOf(Options{}, nil, curve).Zone(); ok {
		t.Error("an export's own time gives a zone")
	}
}

// TestWrittenOffset: offsets that a host's log writes are the host's zone; libvirt and QEMU write +0000 wherever they are.
func TestWrittenOffset(t *testing.T) {
	in := func(path, format, stamp string) record.Input {
		first, err := time.Parse("2006-01-02T15:04:05-0700", stamp)
		if err != nil {
			t.Fatal(err)
		}
		_, off := first.Zone()
		st := record.Stamp{Wall: first.In(time.FixedZone("", off)), Prec: time.Second}
		return record.Input{Path: path, Format: format, Log: true, Lines: 9, First: st, Last: st}
	}
	china := in("journal", "syslog-iso", "2021-02-20T04:20:41+0800")
	utcHost := in("a-journal", "syslog-iso", "2021-02-19T20:20:41+0000")
	libvirt := in("libvirtd.log", "libvirtd", "2021-02-19T20:20:44+0000")
	qemu := in("web01.log", "qemu", "2021-02-19T20:20:44+0000")
	curve := record.Input{Path: "tps.csv", First: digits("2021-02-20 00:00:00"), Last: digits("2021-02-20 05:00:00")}
	for _, c := range []struct {
		name   string
		inputs []record.Input
		zone   string
	}{
		{"host", []record.Input{china, curve}, "+08:00"},
		{"libvirt alone", []record.Input{libvirt, qemu, curve}, ""},
		{"host beside libvirt", []record.Input{libvirt, china, curve}, "+08:00"},
		{"a host in UTC", []record.Input{utcHost, curve}, "+00:00"},
		{"an offset before none", []record.Input{utcHost, china, curve}, "+08:00"},
	} {
		ck := clockOf(Options{}, nil, c.inputs...)
		zone, ok := ck.Zone()
		if ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
		}
		m, _ := ck.Place(at("tps.csv", 1), curve.First)
		if ok && !m.T.Equal(utc("2021-02-20 00:00:00").Add(-zone)) {
			t.Errorf("%s: the export lies at %v", c.name, m.T)
		}
	}
}

// TestLend: a source without a zone takes over that of the host's log, and says that it could differ.
func TestLend(t *testing.T) {
	log := messages("Feb 20 00:00:00", "Feb 20 05:00:00")
	other := messages("Feb 20 01:00:00", "Feb 20 02:00:00")
	other.Path = "secure"
	curve := record.Input{Path: "tps.csv", First: digits("2021-02-20 00:00:00"), Last: digits("2021-02-20 05:00:00")}
	ck := clockOf(Options{}, []record.Anchor{double(9, bsd("Feb 20 04:20:44"), "2021-02-19 20:20:44")}, log, other, curve)
	for _, c := range []struct {
		path string
		st   record.Stamp
	}{{"secure", bsd("Feb 20 04:20:44")}, {"tps.csv", digits("2021-02-20 04:20:44")}} {
		m, ok := ck.Place(at(c.path, 5), c.st)
		if !ok || !m.T.Equal(utc("2021-02-19 20:20:44")) || !ck.source(c.path).lent {
			t.Errorf("%s: %v %v lent %v", c.path, m.T, ok, ck.source(c.path).lent)
		}
	}
	if ck.source("messages").lent {
		t.Error("the log lends its zone to itself")
	}
	if off, u := ck.Shift("tps.csv"); off != 8*time.Hour || u != time.Second {
		t.Errorf("shift %v ± %v", off, u)
	}
}

// TestUser: the user's word goes over anchors; a zone with summer time takes the offset of the run's own day.
func TestUser(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no tz database")
	}
	for _, c := range []struct {
		name, last, want string
		opt              Options
	}{
		{"winter", "Feb 20 04:20:44", "2021-02-20 03:20:44", Options{Zone: berlin, Year: 2021}}, // +01:00
		{"summer", "Jul 20 04:20:44", "2021-07-20 02:20:44", Options{Zone: berlin, Year: 2021}}, // +02:00
	} {
		in := messages(c.last, c.last)
		ck := clockOf(c.opt, []record.Anchor{double(9, in.Last, "2021-02-19 20:20:44")}, in)
		if m, ok := ck.Place(at("messages", 1000), in.Last); !ok || !m.T.Equal(utc(c.want)) {
			t.Errorf("%s: %v %v, want %s", c.name, m.T, ok, c.want)
		}
	}
}

// TestSummerTimeOfAPlace: each line of a log takes the offset that its place had then, by the user's word or a listing's.
// Berlin went to summer time on 28 March 2021 at 01:00 UTC.
func TestSummerTimeOfAPlace(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no tz database")
	}
	for _, opt := range []Options{{Zone: berlin, Year: 2021}, {Place: berlin, Year: 2021}} {
		ck := New(opt)
		lines(ck, "messages", "Jan 10 12:00:00", "Mar 28 01:20:00", "Mar 28 03:20:00", "Jul 10 12:00:00")
		ck.Settle()
		for i, c := range [][2]string{
			{"Jan 10 12:00:00", "2021-01-10 11:00:00"}, {"Mar 28 01:20:00", "2021-03-28 00:20:00"},
			{"Mar 28 03:20:00", "2021-03-28 01:20:00"}, {"Jul 10 12:00:00", "2021-07-10 10:00:00"},
		} {
			if m, ok := ck.Place(at("messages", i+1), bsd(c[0])); !ok || !m.T.Equal(utc(c[1])) {
				t.Errorf("%s: %v %v, want %s", c[0], m.T, ok, c[1])
			}
		}
	}
}

// TestPlace: what timedatectl and date -R say; what contradicts itself says nothing.
func TestPlace(t *testing.T) {
	for _, c := range []struct {
		values []string
		want   string
	}{
		{nil, ""}, {[]string{"Asia/Shanghai"}, "Asia/Shanghai"}, {[]string{"+08:00", "Asia/Shanghai"}, "Asia/Shanghai"},
		{[]string{"Asia/Shanghai", "+08:00"}, "Asia/Shanghai"}, {[]string{"Asia/Shanghai", "+09:00"}, ""}, {[]string{"Europe/Berlin", "+02:00"}, "Europe/Berlin"},
		{[]string{"Local"}, ""}, {[]string{"../../etc/passwd"}, ""}, {[]string{"CST"}, ""},
	} {
		var facts []record.Fact
		for _, v := range c.values {
			facts = append(facts, record.Fact{Key: record.FactHostZone, Value: v})
		}
		got := ""
		if place := Place(facts); place != nil {
			got = place.String()
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.values, got, c.want)
		}
	}
}

func TestZoneName(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "+00:00", 8 * time.Hour: "+08:00", -3*time.Hour - 30*time.Minute: "-03:30", 5*time.Hour + 45*time.Minute: "+05:45", -12 * time.Hour: "-12:00",
	} {
		if got := ZoneName(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

// TestSummerTimeBeforeTheRun: a host that was started in summer time and loaded in winter time lends an export the
// offset of the time that the export tells of, however near the last stamp of summer lies to its beginning.
func TestSummerTimeBeforeTheRun(t *testing.T) {
	berlin := func(s, offset string) record.Stamp {
		w, err := time.Parse("2006-01-02 15:04:05-07:00", s+offset)
		if err != nil {
			t.Fatal(err)
		}
		return record.Stamp{Wall: w, Prec: time.Second}
	}
	for _, c := range []struct {
		first, last string
		want        time.Duration
	}{
		{"2025-10-26 03:30:00", "2025-10-26 08:00:00", time.Hour},     // winter time began at 03:00: two stamps of winter stand in it
		{"2025-10-25 20:00:00", "2025-10-26 01:00:00", 2 * time.Hour}, // in summer time, before any stamp of winter
	} {
		c2 := New(Options{})
		first, last := berlin("2025-10-26 00:30:00", "+02:00"), berlin("2025-10-26 07:30:00", "+01:00")
		c2.Input(record.Input{Path: "journal.txt", Format: "syslog-iso", Log: true, Lines: 900, First: first, Last: last})
		for _, s := range []record.Stamp{first, berlin("2025-10-26 07:00:00", "+01:00"), last} {
			c2.Saw(at("journal.txt", 1), s)
		}
		c2.Input(record.Input{Path: "tps.csv", Format: "load-table", Lines: 900, First: digits(c.first), Last: digits(c.last)})
		c2.Settle()
		if got, _ := c2.Shift("tps.csv"); got != c.want {
			t.Errorf("%s to %s is read with %v, want %v", c.first, c.last, got, c.want)
		}
	}
}

// TestLocalWithoutYear: Shanghai's offset in the year 0 was +08:05:43, its local mean time; a log without a year is told as
// its digits were written.
func TestLocalWithoutYear(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Skip("no zones: ", err)
	}
	ck := clockOf(Options{Zone: shanghai}, nil, messages("Feb 20 12:14:05", "Feb 20 20:30:00"))
	m, ok := ck.Place(at("messages", 1), bsd("Feb 20 12:14:05"))
	if got := ck.Local(m.T).Format("15:04:05 -07:00"); !ok || got != "12:14:05 +08:00" {
		t.Errorf("told as %s, want 12:14:05 +08:00", got)
	}
	if got := ck.Local(utc("2021-02-20 04:14:05")).Format("15:04:05 -07:00"); got != "12:14:05 +08:00" {
		t.Errorf("with a year it is told as %s", got)
	}
}

// TestOtherYears: of a log that lies years from all figures of the run neither zone nor year is taken over: the run's own
// sources, which tell none, stay sound against each other.
func TestOtherYears(t *testing.T) {
	ck := New(Options{})
	ck.Input(messages("Nov 1 05:00:00", "Nov 1 08:00:00"))
	ck.Input(record.Input{Path: "tps.csv", First: digits("2021-11-01 06:36:00"), Last: digits("2021-11-01 06:58:00")})
	ck.Input(record.Input{Path: "other/messages", Log: true, Lines: 1000, First: bsd("Aug 19 01:00:00"), Last: bsd("Aug 19 05:00:00")})
	foreign := double(9, bsd("Aug 19 03:00:00"), "2024-08-18 19:00:00")
	foreign.From.File = "other/messages"
	ck.Anchor(foreign)
	ck.Settle()
	ck.Match(nil, nil)
	if zone, ok := ck.Zone(); ok {
		t.Errorf("the zone is %s", ZoneName(zone))
	}
	for path, st := range map[string]record.Stamp{"messages": bsd("Nov 1 06:40:00"), "tps.csv": digits("2021-11-01 06:40:00")} {
		if m, ok := ck.Place(at(path, 500), st); !ok || !m.T.Equal(utc("2021-11-01 06:40:00")) || m.U > 5*time.Second {
			t.Errorf("%s: %v ± %v %v", path, m.T, m.U, ok)
		}
	}
	if m, ok := ck.Place(at("other/messages", 9), bsd("Aug 19 03:00:00")); !ok || !m.T.Equal(utc("2024-08-18 19:00:00")) {
		t.Errorf("other/messages: %v %v", m.T, ok)
	}
	if ck.OfRun("other/messages") || !ck.OfRun("messages") {
		t.Error("the other log is of the run, or the run's is not")
	}
}

// TestAmongExports: the host is at +01:00, memory was saved from 21:40 to 00:50 UTC, and a table without a zone holds the
// load of 21:48 to 00:48. In the host's zone it would begin 52 minutes before all memory; in UTC it lies within it. An event
// on which its fall comes in the host's zone, or a table that fits nowhere, leaves it as it is.
func TestAmongExports(t *testing.T) {
	for _, c := range []struct {
		name, first, last string
		kill              string // in the host's log
		utc               bool
	}{
		{"within so only", "2025-09-06 21:48:00", "2025-09-07 00:48:00", "", true},
		{"within in the host's zone", "2025-09-06 22:48:00", "2025-09-07 01:48:00", "", false},
		{"within in both", "2025-09-06 22:50:00", "2025-09-07 00:40:00", "", false},
		{"within in neither", "2025-09-06 21:00:00", "2025-09-07 00:48:00", "", false},
		{"the kill falls on its fall", "2025-09-06 21:48:00", "2025-09-07 00:48:00", "Sep 6 23:00:00", false},
	} {
		ck := New(Options{})
		ck.Input(messages("Sep 6 20:00:00", "Sep 7 03:00:00"))
		ck.Anchor(double(9, bsd("Sep 6 20:40:15"), "2025-09-06 19:40:15"))
		ck.Input(record.Input{Path: "memory.json", First: record.At(utc("2025-09-06 21:40:00"), 0), Last: record.At(utc("2025-09-07 00:50:00"), 0)})
		ck.Input(record.Input{Path: "tps.csv", First: digits(c.first), Last: digits(c.last)})
		ck.Settle()
		var events []Happening
		if c.kill != "" {
			events = append(events, Happening{From: at("messages", 500), Stamp: bsd(c.kill)})
		}
		ck.Recheck(events, []Mark{{Path: "tps.csv", At: utc("2025-09-06 23:00:00")}})
		if off, _ := ck.Shift("tps.csv"); (off == 0) != c.utc {
			t.Errorf("%s: read as %s", c.name, ZoneName(off))
		}
	}
}
