package clock

import (
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

func killed(file string, line int, st record.Stamp, subject string) Happening {
	return Happening{From: at(file, line), Stamp: st, Subject: subject, What: verdict.Say("the kill")}
}

func dropped(path, when string) Mark {
	return Mark{Path: path, At: utc(when), U: 2 * time.Second, What: verdict.Say("the drop of throughput in %v", path)}
}

func ended(path, when, subject string) Mark {
	return Mark{Path: path, At: utc(when), U: 8 * time.Second, Subject: subject, What: verdict.Say("the end of %v", subject)}
}

// curveOf is an export of instants.
func curveOf(path, from, to string) record.Input {
	return record.Input{Path: path, First: record.At(utc(from), time.Second), Last: record.At(utc(to), time.Second)}
}

// plain is an export in local digits.
func plain(path, from, to string) record.Input {
	return record.Input{Path: path, First: digits(from), Last: digits(to)}
}

// TestMatch lays a log without year and zone over exact curves; the kill of hp-server run 2 (Feb 20 19:42:44 at +08:00,
// 2021) is the model.
func TestMatch(t *testing.T) {
	log := messages("Feb 20 12:00:00", "Feb 20 20:30:00")
	tps := curveOf("tps.json", "2021-02-20 04:48:13", "2021-02-20 12:03:40")
	kill := killed("messages", 500, bsd("Feb 20 19:42:44"), "web-2")
	for _, c := range []struct {
		name   string
		events []Happening
		marks  []Mark
		zone   string
		notes  int
	}{
		{"one pair", []Happening{kill}, []Mark{dropped("tps.json", "2021-02-20 11:42:41")}, "+08:00", 1},
		{"two pairs", []Happening{kill}, []Mark{dropped("tps.json", "2021-02-20 11:42:41"), ended("mem.json", "2021-02-20 11:42:37", "web-2")}, "+08:00", 0},
		{"an onset a minute after the kill", []Happening{kill}, []Mark{dropped("tps.json", "2021-02-20 11:43:44")}, "+08:00", 1},
		{"an onset two minutes after the kill", []Happening{kill}, []Mark{dropped("tps.json", "2021-02-20 11:44:44")}, "", 0},
		{"half a minute before it", []Happening{kill}, []Mark{dropped("tps.json", "2021-02-20 11:42:14")}, "+08:00", 1},
		{"a minute before it", []Happening{kill}, []Mark{dropped("tps.json", "2021-02-20 11:41:40")}, "", 0},
		{"the end of another's curve", []Happening{kill}, []Mark{ended("mem.json", "2021-02-20 11:42:37", "web-1")}, "", 0},
		{"two kills an hour apart, one drop", []Happening{kill, killed("messages", 600, bsd("Feb 20 20:42:44"), "")},
			[]Mark{dropped("tps.json", "2021-02-20 11:42:41")}, "", 0}, // +08:00 and +09:00 explain as much
		{"two kills, the curve's end tells which", []Happening{kill, killed("messages", 600, bsd("Feb 20 20:42:44"), "web-1")},
			[]Mark{dropped("tps.json", "2021-02-20 11:42:41"), ended("mem.json", "2021-02-20 11:42:37", "web-2")}, "+08:00", 0},
		{"nothing", nil, nil, "", 0},
	} {
		ck := clockOf(Options{}, nil, log, tps, curveOf("mem.json", "2021-02-20 05:00:00", "2021-02-20 11:00:00"))
		ck.Match(c.events, c.marks)
		zone, ok := ck.Zone()
		if ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
			continue
		}
		if len(ck.Notes) != c.notes {
			t.Errorf("%s: %d notes, want %d", c.name, len(ck.Notes), c.notes)
		}
		m, placed := ck.Place(kill.From, kill.Stamp)
		if ok && (!placed || !m.T.Equal(utc("2021-02-20 11:42:44")) || m.U > 5*time.Second) {
			t.Errorf("%s: the kill lies at %v ± %v", c.name, m.T, m.U)
		}
		if !ok && m.U < 14*time.Hour { // offsets in use reach from -12 to +14 hours
			t.Errorf("%s: open, yet ± %v", c.name, m.U)
		}
		if ck.Method.IsZero() {
			t.Errorf("%s: no method is said", c.name)
		}
	}
}

// TestMatchAside: a container's kill at its own limit meets the drop by +08:45 alone, a minute before it. Where a VM was
// killed within the hours that zones bridge, that is chance; alone it is all that there is.
func TestMatchAside(t *testing.T) {
	journal := record.Input{Path: "journal", Log: true, First: record.At(utc("2022-07-24 12:00:00"), time.Second), Last: record.At(utc("2022-07-24 18:00:00"), time.Second)}
	container := killed("journal", 470, record.At(utc("2022-07-24 15:50:18"), time.Second), "")
	container.Aside = true
	for _, c := range []struct {
		name  string
		other string // a VM's kill
		zone  string
	}{
		{"alone", "", "+08:45"},
		{"beside a VM's kill", "2022-07-24 16:34:23", ""},
		{"a day after a VM's kill", "2022-07-23 14:34:23", "+08:45"},
	} {
		ck := clockOf(Options{}, nil, journal, plain("tps.csv", "2022-07-24 23:32:00", "2022-07-25 01:02:00"))
		events := []Happening{container}
		if c.other != "" {
			events = append(events, killed("journal", 645, record.At(utc(c.other), time.Second), "web-1"))
		}
		ck.Match(events, []Mark{dropped("tps.csv", "2022-07-25 00:36:15")})
		if zone, ok := ck.Zone(); ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
		}
	}
}

// TestMatchOrderly: an exact journal beside a load tool's figures in local digits, whose drop meets the stop of a VM by +04:00.
// Where a VM was killed within the hours that zones bridge, by a clock that is off, that is chance.
func TestMatchOrderly(t *testing.T) {
	journal := record.Input{Path: "journal", Log: true, First: record.At(utc("2019-03-22 12:00:00"), time.Second), Last: record.At(utc("2019-03-22 18:00:00"), time.Second)}
	stop := killed("journal", 61, record.At(utc("2019-03-22 14:26:33"), time.Second), "test-sandbox")
	stop.Orderly = true
	kill := record.At(utc("2019-03-22 16:17:14"), time.Second)
	for _, c := range []struct {
		name   string
		others []Happening
		zone   string
	}{
		{"alone", nil, "+04:00"},
		{"beside a VM's kill", []Happening{killed("journal", 197, kill, "shop-app3")}, ""},
		{"beside the kill of nobody's process", []Happening{killed("journal", 197, kill, "")}, "+04:00"},
		{"beside another stop", []Happening{{From: at("journal", 70), Stamp: kill, Subject: "web-1", Orderly: true}}, "+04:00"},
	} {
		ck := clockOf(Options{}, nil, journal, plain("tps.csv", "2019-03-22 16:11:00", "2019-03-22 18:42:00"))
		ck.Match(append([]Happening{stop}, c.others...), []Mark{dropped("tps.csv", "2019-03-22 18:27:00")})
		if zone, ok := ck.Zone(); ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
		}
	}
}

// TestMatchBackwards: an exact log over curves in local digits, and two logs that tell of one end.
func TestMatchBackwards(t *testing.T) {
	journal := record.Input{Path: "journal", Log: true, First: record.At(utc("2021-02-20 04:00:00"), time.Second), Last: record.At(utc("2021-02-20 13:00:00"), time.Second)}
	ck := clockOf(Options{}, nil, journal, plain("tps.csv", "2021-02-20 12:48:13", "2021-02-20 20:03:40"))
	ck.Match([]Happening{killed("journal", 5, record.At(utc("2021-02-20 11:42:44"), time.Second), "web-2")}, []Mark{dropped("tps.csv", "2021-02-20 19:42:41")})
	if m, ok := ck.Place(at("tps.csv", 1), digits("2021-02-20 19:42:41")); !ok || !m.T.Equal(utc("2021-02-20 11:42:41")) {
		t.Errorf("the export's drop lies at %v", m.T)
	}

	log := messages("Feb 20 12:00:00", "Feb 20 20:30:00")
	ck = clockOf(Options{}, nil, journal, log)
	ck.Match([]Happening{
		killed("messages", 500, bsd("Feb 20 19:42:44"), "web-2"),
		{From: at("journal", 5), Stamp: record.At(utc("2021-02-20 11:42:46"), time.Second), Subject: "web-2", What: verdict.Say("the end of web-2")},
	}, nil)
	if m, ok := ck.Place(at("messages", 500), bsd("Feb 20 19:42:44")); !ok || !m.T.Equal(utc("2021-02-20 11:42:44")) {
		t.Errorf("by the other log the kill lies at %v", m.T)
	}
}

// TestStartsMatch: QEMU's own log tells a VM's start in UTC, machined's line in the host's syslog tells the same start in
// local time. No change of a curve shows a start.
func TestStartsMatch(t *testing.T) {
	log := messages("Feb 20 12:00:00", "Feb 20 20:30:00")
	qemu := record.Input{Path: "qemu/web-1.log", Log: true, First: record.At(utc("2021-02-20 05:10:00"), time.Millisecond), Last: record.At(utc("2021-02-20 05:10:00"), time.Millisecond)}
	start := func(file, vm string, st record.Stamp) Happening {
		return Happening{From: at(file, 3), Stamp: st, Subject: vm, Start: true, What: verdict.Say("the start of %v", vm)}
	}
	local := start("messages", "web-1", bsd("Feb 20 13:10:01"))
	exact := start("qemu/web-1.log", "web-1", record.At(utc("2021-02-20 05:10:00"), time.Millisecond))
	for _, c := range []struct {
		name   string
		events []Happening
		marks  []Mark
		zone   string
	}{
		{"one start in both", []Happening{local, exact}, nil, "+08:00"},
		{"of another VM", []Happening{local, start("qemu/web-1.log", "web-2", exact.Stamp)}, nil, ""},
		{"half a minute apart", []Happening{start("messages", "web-1", bsd("Feb 20 13:10:31")), exact}, nil, ""},
		{"a start is no end", []Happening{local, {From: exact.From, Stamp: exact.Stamp, Subject: "web-1", What: verdict.Say("the end of web-1")}}, nil, ""},
		{"a start makes no drop", []Happening{local}, []Mark{dropped("tps.json", "2021-02-20 05:10:01")}, ""},
	} {
		ck := clockOf(Options{}, nil, log, qemu, curveOf("tps.json", "2021-02-20 04:48:13", "2021-02-20 12:03:40"))
		ck.Match(c.events, c.marks)
		if zone, ok := ck.Zone(); ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
		}
	}
}

// TestStartsOfAnotherDay: the same start stands under another date, or in another year, by the host's clock.
func TestStartsOfAnotherDay(t *testing.T) {
	for _, c := range []struct{ local, exact, zone string }{
		{"Jan  1 05:10:01", "2020-12-31 21:10:00", "+08:00"},
		{"Dec 31 21:10:01", "2021-01-01 02:10:00", "-05:00"},
		{"Mar  1 01:00:00", "2024-02-29 15:00:00", "+10:00"},
		{"Feb 29 23:00:00", "2024-03-01 06:00:00", "-07:00"},
		{"Feb 21 01:10:00", "2021-02-20 11:10:00", "+14:00"},
		{"Feb 20 13:10:00", "2021-02-21 01:10:00", "-12:00"},
		{"Feb 21 02:10:00", "2021-02-20 11:10:00", ""}, // +15:00 is no zone
	} {
		exact := record.At(utc(c.exact), time.Second)
		ck := clockOf(Options{}, nil, messages(c.local, c.local), record.Input{Path: "qemu.log", Log: true, First: exact, Last: exact})
		start := Happening{From: at("messages", 3), Stamp: bsd(c.local), Subject: "web-1", Start: true, What: verdict.Say("the start")}
		told := Happening{From: at("qemu.log", 3), Stamp: exact, Subject: "web-1", Start: true, What: verdict.Say("the start")}
		ck.Match([]Happening{start, told}, nil)
		if zone, ok := ck.Zone(); ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s and %s: zone %s %v, want %q", c.local, c.exact, ZoneName(zone), ok, c.zone)
		}
	}
}

// TestExtents: two exports of one run that were cut to the same stretch.
func TestExtents(t *testing.T) {
	exact := curveOf("tps.json", "2021-02-20 04:48:00", "2021-02-20 12:03:00")
	for _, c := range []struct {
		name  string
		local record.Input
		zone  string
	}{
		{"the same stretch", plain("mem.csv", "2021-02-20 12:48:15", "2021-02-20 20:03:10"), "+08:00"},
		{"only the begin", plain("mem.csv", "2021-02-20 12:48:15", "2021-02-20 19:40:10"), ""},
		{"neither", plain("mem.csv", "2021-02-20 12:55:00", "2021-02-20 20:20:10"), ""},
	} {
		ck := clockOf(Options{}, nil, exact, c.local)
		ck.Match(nil, nil)
		if zone, ok := ck.Zone(); ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
		}
	}
	ck := clockOf(Options{}, nil, exact, curveOf("mem.json", "2021-02-20 04:48:05", "2021-02-20 11:00:00"), plain("mem.csv", "2021-02-20 12:48:15", "2021-02-20 16:40:10"))
	ck.Match(nil, nil)
	if zone, ok := ck.Zone(); ok {
		t.Errorf("three begins and no end give the zone %v", zone)
	}
	// A few minutes fall together too easily.
	ck = clockOf(Options{}, nil, curveOf("tps.json", "2021-02-20 04:48:00", "2021-02-20 04:53:00"), plain("mem.csv", "2021-02-20 12:48:00", "2021-02-20 12:53:00"))
	ck.Match(nil, nil)
	if zone, ok := ck.Zone(); ok {
		t.Errorf("five minutes give the zone %v", zone)
	}
}

// TestWithin: memory that was saved from five minutes before the load to five minutes after it, one of both without a zone.
func TestWithin(t *testing.T) {
	for _, c := range []struct {
		name         string
		exact, local record.Input
		zone         string
	}{
		{"load in memory", curveOf("mem.json", "2021-02-20 04:43:00", "2021-02-20 12:08:00"), plain("tps.csv", "2021-02-20 12:48:00", "2021-02-20 20:03:00"), "+08:00"},
		{"memory around load", curveOf("tps.json", "2021-02-20 04:48:00", "2021-02-20 12:03:00"), plain("mem.csv", "2021-02-20 12:43:00", "2021-02-20 20:08:00"), "+08:00"},
		{"by quarters of an hour in Nepal", curveOf("mem.json", "2021-02-20 04:43:00", "2021-02-20 12:08:00"), plain("tps.csv", "2021-02-20 10:33:00", "2021-02-20 17:48:00"), "+05:45"},
		{"ten minutes out by every zone", curveOf("mem.json", "2021-02-20 04:43:00", "2021-02-20 12:08:00"), plain("tps.csv", "2021-02-20 13:05:00", "2021-02-20 20:20:00"), ""},
		{"five minutes or twenty before", curveOf("mem.json", "2021-02-20 04:28:00", "2021-02-20 12:08:00"), plain("tps.csv", "2021-02-20 12:48:00", "2021-02-20 20:03:00"), ""}, // more than a quarter of an hour longer
		{"by +05:30 and by +05:45", curveOf("mem.json", "2021-02-20 04:35:00", "2021-02-20 12:05:00"), plain("tps.csv", "2021-02-20 10:20:00", "2021-02-20 17:35:00"), ""},
		{"a load of seven minutes", curveOf("mem.json", "2021-02-20 04:43:00", "2021-02-20 05:00:00"), plain("tps.csv", "2021-02-20 12:48:00", "2021-02-20 12:55:00"), ""},
		{"of eight", curveOf("mem.json", "2021-02-20 04:43:00", "2021-02-20 05:00:00"), plain("tps.csv", "2021-02-20 12:48:00", "2021-02-20 12:56:00"), "+08:00"},
	} {
		ck := clockOf(Options{}, nil, c.exact, c.local)
		ck.Match(nil, nil)
		if zone, ok := ck.Zone(); ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
		}
	}
}

// TestExtentsInUTC: that an export was written in UTC tells nothing of the host's zone; in +08:00 it does, since nobody sets
// that where it is not the local time.
func TestExtentsInUTC(t *testing.T) {
	exact := curveOf("tps.json", "2021-02-20 04:48:00", "2021-02-20 12:03:00")
	for zone, local := range map[string]record.Input{
		"":       plain("mem.csv", "2021-02-20 04:48:15", "2021-02-20 12:03:10"),
		"+08:00": plain("mem.csv", "2021-02-20 12:48:15", "2021-02-20 20:03:10"),
	} {
		ck := clockOf(Options{}, nil, exact, local, messages("Feb 20 04:00:00", "Feb 20 22:30:00"))
		ck.Match(nil, nil)
		if got, ok := ck.Zone(); ok != (zone != "") || ok && ZoneName(got) != zone {
			t.Errorf("zone %s %v, want %q", ZoneName(got), ok, zone)
		}
		if open := ck.Open("messages")&record.LacksZone != 0; open != (zone == "") {
			t.Errorf("want %q: the log's zone is open: %v", zone, open)
		}
		if ck.Open("mem.csv")&record.LacksZone != 0 {
			t.Errorf("want %q: the export's zone is open", zone)
		}
	}
}

// TestOnlyLocal: sources that all lack their zone are sound against each other, and the zone is not told.
func TestOnlyLocal(t *testing.T) {
	ck := clockOf(Options{}, nil, messages("Feb 20 12:00:00", "Feb 20 20:30:00"), plain("tps.csv", "2021-02-20 12:48:13", "2021-02-20 20:03:40"))
	ck.Match([]Happening{killed("messages", 500, bsd("Feb 20 19:42:44"), "")}, []Mark{dropped("tps.csv", "2021-02-20 19:42:41")})
	if _, ok := ck.Zone(); ok {
		t.Error("a zone out of nothing")
	}
	a, _ := ck.Place(at("messages", 500), bsd("Feb 20 19:42:44"))
	b, _ := ck.Place(at("tps.csv", 5), digits("2021-02-20 19:42:41"))
	if d := a.T.Sub(b.T); d != 3*time.Second || a.U > 10*time.Second {
		t.Errorf("the kill lies %v ± %v after the drop, want 3 s", d, a.U)
	}
	if ck.Open("messages")&record.LacksZone == 0 {
		t.Error("the zone counts as known")
	}
}

// TestRecheck: a host at +08:00 whose load generator writes UTC. Lent the host's zone, its export would end hours before
// the log begins.
func TestRecheck(t *testing.T) {
	log := messages("Feb 20 12:00:00", "Feb 20 20:30:00") // 04:00 to 12:30 UTC
	tie := []record.Anchor{double(9, bsd("Feb 20 19:42:44"), "2021-02-20 11:42:44")}
	kill := killed("messages", 500, bsd("Feb 20 19:42:44"), "")
	for _, c := range []struct {
		name  string
		local record.Input
		marks []Mark
		shift time.Duration
		least time.Duration // of uncertainty
		most  time.Duration
	}{
		{"its drop falls on the kill in UTC", plain("tps.csv", "2021-02-20 09:00:00", "2021-02-20 11:59:40"), []Mark{dropped("tps.csv", "2021-02-20 11:42:41")}, 0, 0, 5 * time.Second},
		{"in New York", plain("tps.csv", "2021-02-20 04:50:00", "2021-02-20 07:03:40"), []Mark{dropped("tps.csv", "2021-02-20 06:42:41")}, -5 * time.Hour, 0, 5 * time.Second},
		{"without a drop", plain("tps.csv", "2021-02-20 09:00:00", "2021-02-20 11:59:40"), nil, 0, time.Minute, time.Minute},
		{"it meets the run as it is", plain("tps.csv", "2021-02-20 12:48:13", "2021-02-20 20:03:40"), nil, 8 * time.Hour, 0, 5 * time.Second},
		{"another day's", plain("tps.csv", "2021-03-20 12:48:13", "2021-03-20 20:03:40"), nil, 8 * time.Hour, 14 * time.Hour, 14 * time.Hour},
	} {
		ck := clockOf(Options{}, tie, log, c.local)
		ck.Recheck([]Happening{kill}, c.marks)
		shift, u := ck.Shift("tps.csv")
		if shift != c.shift || u < c.least || u > c.most {
			t.Errorf("%s: %v ± %v, want %v ± %v to %v", c.name, shift, u, c.shift, c.least, c.most)
		}
		if off, _ := ck.Shift("messages"); off != 8*time.Hour {
			t.Errorf("%s: the log moved to %v", c.name, off)
		}
	}
}

// TestRecheckOverlap: a log of days overlaps an export in any zone; its drop then tells whether it was written in UTC.
func TestRecheckOverlap(t *testing.T) {
	log := messages("Feb 18 00:00:00", "Feb 21 00:00:00")
	tie := []record.Anchor{double(9, bsd("Feb 20 19:42:44"), "2021-02-20 11:42:44")}
	kill := killed("messages", 500, bsd("Feb 20 19:42:44"), "")
	other := killed("messages", 300, bsd("Feb 20 11:42:44"), "") // eight hours earlier: it explains the drop as it stands
	for _, c := range []struct {
		name   string
		events []Happening
		marks  []Mark
		shift  time.Duration
	}{
		{"its drop falls on the kill only in UTC", []Happening{kill}, []Mark{dropped("tps.csv", "2021-02-20 11:42:41")}, 0},
		{"its drop falls on a kill as it stands too", []Happening{kill, other}, []Mark{dropped("tps.csv", "2021-02-20 11:42:41")}, 8 * time.Hour},
		{"its drop falls on the kill as it stands", []Happening{kill}, []Mark{dropped("tps.csv", "2021-02-20 19:42:41")}, 8 * time.Hour},
		{"no drop", []Happening{kill}, nil, 8 * time.Hour},
	} {
		ck := clockOf(Options{}, tie, log, plain("tps.csv", "2021-02-20 06:00:00", "2021-02-20 20:00:00"))
		ck.Recheck(c.events, c.marks)
		if shift, _ := ck.Shift("tps.csv"); shift != c.shift {
			t.Errorf("%s: %v, want %v", c.name, shift, c.shift)
		}
	}
}

// TestBesideExports: a load tool's own log, in UTC beside a host log of many days in +05:45, goes with the tool's results.
func TestBesideExports(t *testing.T) {
	for _, c := range []struct {
		name        string
		first, last string // as the tool's log writes them
		want        time.Duration
	}{
		{"written in UTC", "2026-08-11 12:46:00", "2026-08-11 13:09:34", 0},
		{"written in the host's zone", "2026-08-11 18:31:00", "2026-08-11 18:54:34", 5*time.Hour + 45*time.Minute},
	} {
		ck := New(Options{})
		ck.Input(record.Input{Path: "messages", Log: true, First: digits("2026-08-09 00:00:00"), Last: digits("2026-08-12 00:00:00"), Lines: 100})
		ck.Anchor(double(1, digits("2026-08-11 18:00:00"), "2026-08-11 12:15:00"))
		ck.Input(record.Input{Path: "results.jtl", First: record.At(utc("2026-08-11 12:46:10"), time.Millisecond), Last: record.At(utc("2026-08-11 13:09:34"), time.Millisecond), Lines: 100})
		ck.Input(record.Input{Path: "jmeter.log", First: digits(c.first), Last: digits(c.last), Lines: 10})
		ck.Settle()
		ck.Recheck(nil, nil)
		for _, s := range ck.Sources() {
			if s.Path == "jmeter.log" && s.Offset != c.want {
				t.Errorf("%s: offset %v, want %v (%s)", c.name, s.Offset, c.want, s.Rule)
			}
		}
	}
}
