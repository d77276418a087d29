package clock

import (
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestTurn: Berlin's clocks went from 02:59:59 +02:00 back to 02:00:00 +01:00 on 2021-10-31 at 01:00 UTC, and from 01:59:59
// +01:00 to 03:00:00 +02:00 on 2021-03-28 at 01:00 UTC (tz database). Double stamps stand in lines 40 and 60.
func TestTurn(t *testing.T) {
	for _, c := range []struct {
		name, last, lastAt, first, firstAt string
		zone                               string
		lines                              map[int][2]string // the local time, and the instant
	}{
		{"autumn", "Oct 31 02:50:00", "2021-10-31 00:50:00", "Oct 31 02:10:00", "2021-10-31 01:10:00", "+01:00", map[int][2]string{
			1:  {"Oct 31 01:00:00", "2021-10-30 23:00:00"},
			45: {"Oct 31 02:55:00", "2021-10-31 00:55:00"}, 59: {"Oct 31 02:58:00", "2021-10-31 00:58:00"},
			41: {"Oct 31 02:01:00", "2021-10-31 01:01:00"}, 55: {"Oct 31 02:05:00", "2021-10-31 01:05:00"},
			90: {"Oct 31 04:00:00", "2021-10-31 03:00:00"},
		}},
		// The log steps back from 02:45 to 02:15 in line 52: by that and not by the nearer double stamp.
		{"autumn, hours between", "Oct 31 01:40:00", "2021-10-30 23:40:00", "Oct 31 03:30:00", "2021-10-31 02:30:00", "+01:00", map[int][2]string{
			1:  {"Oct 31 00:30:00", "2021-10-30 22:30:00"},
			51: {"Oct 31 02:45:00", "2021-10-31 00:45:00"}, 52: {"Oct 31 02:15:00", "2021-10-31 01:15:00"},
			48: {"Oct 31 02:10:00", "2021-10-31 00:10:00"}, 53: {"Oct 31 02:20:00", "2021-10-31 01:20:00"},
			90: {"Oct 31 04:00:00", "2021-10-31 03:00:00"},
		}},
		{"spring", "Mar 28 01:50:00", "2021-03-28 00:50:00", "Mar 28 03:10:00", "2021-03-28 01:10:00", "+02:00", map[int][2]string{
			1:  {"Mar 28 01:00:00", "2021-03-28 00:00:00"},
			59: {"Mar 28 01:55:00", "2021-03-28 00:55:00"}, 41: {"Mar 28 03:05:00", "2021-03-28 01:05:00"},
			90: {"Mar 28 05:00:00", "2021-03-28 03:00:00"},
		}},
	} {
		ck := New(Options{})
		ck.Input(messages(c.lines[1][0], c.lines[90][0]))
		ck.Input(record.Input{Path: "tps.csv", First: digits(c.firstAt[:10] + " 03:30:00"), Last: digits(c.firstAt[:10] + " 04:00:00")})
		ck.Input(record.Input{Path: "early.csv", First: digits(c.firstAt[:10] + " 00:30:00"), Last: digits(c.firstAt[:10] + " 01:30:00")})
		for line, stamp := range c.lines {
			ck.Saw(at("messages", line), bsd(stamp[0]))
		}
		ck.Anchor(double(40, bsd(c.last), c.lastAt))
		ck.Anchor(double(60, bsd(c.first), c.firstAt))
		ck.Settle()
		if zone, ok := ck.Zone(); !ok || ZoneName(zone) != c.zone {
			t.Errorf("%s: zone %s %v, want %s", c.name, ZoneName(zone), ok, c.zone)
		}
		for line, want := range c.lines {
			if m, ok := ck.Place(at("messages", line), bsd(want[0])); !ok || !m.T.Equal(utc(want[1])) {
				t.Errorf("%s: line %d, %s, at %v %v, want %s", c.name, line, want[0], m.T, ok, want[1])
			}
		}
		behind, _ := ck.Shift("tps.csv")
		before, _ := ck.Shift("early.csv")
		if ZoneName(behind) != c.zone || before-behind != utc(c.firstAt).Sub(utc(c.lastAt))-bsd(c.first).Wall.Sub(bsd(c.last).Wall) {
			t.Errorf("%s: an export behind the turn at %s, one before it at %s", c.name, ZoneName(behind), ZoneName(before))
		}
	}
}

// TestNoTurn: an hour's difference that is off by seconds, or that does not last, is no change of summer time.
func TestNoTurn(t *testing.T) {
	at := func(line int, offset time.Duration, rest time.Duration) tied {
		return tied{record.Anchor{From: record.Origin{Line: line}}, offset, rest}
	}
	eight, nine := 8*time.Hour, 9*time.Hour
	for name, stamps := range map[string][]tied{
		"one":                   {at(1, eight, 0)},
		"all alike":             {at(1, eight, 0), at(2, eight, time.Second)},
		"a queue let one late":  {at(1, eight, 0), at(2, nine, time.Minute), at(3, eight, 0)},
		"late at the end":       {at(1, eight, 0), at(2, eight, 0), at(3, nine, time.Minute)},
		"back and forth":        {at(1, eight, 0), at(2, nine, 0), at(3, eight, 0)},
		"two hours":             {at(1, eight, 0), at(2, 10*time.Hour, 0)},
		"many, and as many not": {at(1, eight, 0), at(2, nine, 0), at(3, eight, 0), at(4, nine, 0)},
	} {
		if turn := turnIn(stamps); turn != nil {
			t.Errorf("%s: %+v", name, turn)
		}
	}
}
