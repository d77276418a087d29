package clock

import (
	"testing"
	"time"

	"oomortem/parser/record"
)

// twin is a kill in a log without a zone, and the instant that another file gives it.
func twin(line int, local record.Stamp, instant string) record.Anchor {
	a := double(line, local, instant)
	a.Rule = "the exact stamp of the same kill in another file"
	return a
}

// TestTwins: the zone is the difference of the two stamps; it stays open where that is none, or where two kills contradict
// each other.
func TestTwins(t *testing.T) {
	for _, c := range []struct {
		name    string
		twins   []record.Anchor
		zone    string // "" when it stays open
		instant string // of the first
	}{
		{"China", []record.Anchor{twin(5, bsd("Feb 3 06:30:21"), "2021-02-02 22:30:21.123")}, "+08:00", "2021-02-02 22:30:21"},
		{"over New Year", []record.Anchor{twin(5, bsd("Jan 1 04:00:00"), "2020-12-31 22:15:01")}, "+05:45", "2020-12-31 22:15:00"},
		{"with its year", []record.Anchor{twin(5, digits("2021-02-03 06:30:21"), "2021-02-02 22:30:40")}, "+08:00", "2021-02-02 22:30:21"},
		{"a host in UTC", []record.Anchor{twin(5, bsd("Feb 3 06:30:21"), "2021-02-03 06:30:21")}, "+00:00", "2021-02-03 06:30:21"},
		{"a minute off any zone", []record.Anchor{twin(5, bsd("Feb 3 06:30:21"), "2021-02-02 22:29:20")}, "", ""},
		{"a zone that nobody uses", []record.Anchor{twin(5, bsd("Feb 3 06:30:21"), "2021-02-02 22:45:21")}, "", ""}, // +07:45
		{"days apart", []record.Anchor{twin(5, bsd("Feb 5 06:30:21"), "2021-02-02 22:30:21")}, "", ""},
		{"two agree", []record.Anchor{twin(5, bsd("Feb 3 06:30:21"), "2021-02-02 22:30:21"), twin(9, bsd("Feb 4 01:00:00"), "2021-02-03 17:00:03")}, "+08:00", "2021-02-02 22:30:21"},
		{"two do not", []record.Anchor{twin(5, bsd("Feb 3 06:30:21"), "2021-02-02 22:30:21"), twin(9, bsd("Feb 4 01:00:00"), "2021-02-03 15:00:03")}, "", ""}, // +08:00, +10:00
		{"one of two is off", []record.Anchor{twin(5, bsd("Feb 3 06:30:21"), "2021-02-02 22:30:21"), twin(9, bsd("Feb 4 01:00:00"), "2021-02-03 16:54:00")}, "", ""},
		// Berlin went to summer time on 28 March 2021 at 01:00 UTC.
		{"summer time begins between", []record.Anchor{twin(5, bsd("Mar 27 12:00:00"), "2021-03-27 11:00:00"), twin(9, bsd("Mar 29 12:00:00"), "2021-03-29 10:00:00")}, "+02:00", "2021-03-27 11:00:00"},
		{"summer time begins between, told in another order", []record.Anchor{
			twin(9, bsd("Mar 29 12:00:00"), "2021-03-29 10:00:00"), twin(5, bsd("Mar 27 12:00:00"), "2021-03-27 11:00:00"),
		}, "+02:00", "2021-03-29 10:00:00"},
	} {
		ck := New(Options{})
		ck.Input(messages("Jan 1 00:00:00", "Jan 1 00:00:00"))
		for _, a := range c.twins {
			ck.Saw(a.From, a.Stamp)
			ck.Twin(a)
		}
		ck.Settle()
		zone, ok := ck.Zone()
		if ok != (c.zone != "") || ok && ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %q", c.name, ZoneName(zone), ok, c.zone)
			continue
		}
		if m, placed := ck.Place(c.twins[0].From, c.twins[0].Stamp); ok && (!placed || !m.T.Equal(utc(c.instant))) {
			t.Errorf("%s: placed %v at %v, want %s", c.name, placed, m.T, c.instant)
		}
	}
}

// TestTwinsBesideAnchors: a stamp in the log itself says more than another file, and so does a log that writes the offsets of
// its host as they come and go: a table of the day before summer time takes the offset of that day.
func TestTwinsBesideAnchors(t *testing.T) {
	ck := New(Options{})
	ck.Input(messages("Feb 3 06:00:00", "Feb 3 07:00:00"))
	ck.Anchor(double(9, bsd("Feb 3 06:40:00"), "2021-02-02 22:40:00"))
	ck.Twin(twin(5, bsd("Feb 3 06:30:21"), "2021-02-02 21:30:21"))
	ck.Settle()
	if zone, _ := ck.Zone(); ZoneName(zone) != "+08:00" {
		t.Errorf("zone %s, want the anchor's +08:00", ZoneName(zone))
	}

	written := func(local string, hours int) record.Stamp {
		zone := time.FixedZone("", hours*3600)
		at, err := time.ParseInLocation(time.DateTime, local, zone)
		if err != nil {
			t.Fatal(err)
		}
		return record.Stamp{Wall: at, Prec: time.Second}
	}
	ck = New(Options{})
	ck.Input(messages("Mar 29 06:00:00", "Mar 29 14:00:00"))
	winter, summer := written("2021-03-26 12:00:00", 1), written("2021-03-29 12:00:00", 2)
	ck.Input(record.Input{Path: "journal", Format: "syslog-iso", Log: true, Lines: 9, First: winter, Last: summer})
	ck.Input(record.Input{Path: "tps.csv", First: digits("2021-03-26 10:00:00"), Last: digits("2021-03-26 14:00:00")})
	kill := twin(5, bsd("Mar 29 12:00:00"), "2021-03-29 10:00:00")
	kill.Instant = summer.Wall
	ck.Twin(kill)
	ck.Settle()
	if off, _ := ck.Shift("tps.csv"); off != time.Hour {
		t.Errorf("the table is read with %v, want winter's hour", off)
	}
	if m, ok := ck.Place(kill.From, kill.Stamp); !ok || !m.T.Equal(utc("2021-03-29 10:00:00")) {
		t.Errorf("the kill lies at %v %v", m.T, ok)
	}
}
