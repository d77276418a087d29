package clock

import (
	"testing"
	"time"
)

// TestRepeated: Berlin showed 02:00:00 to 02:59:59 twice on 31 October 2021, Lord Howe 01:30:00 to 01:59:59 on 4 April 2021
// (tz database); in spring no time comes twice.
func TestRepeated(t *testing.T) {
	for _, c := range []struct {
		zone, local   string
		first, second string // "" when the time came once
	}{
		{"Europe/Berlin", "2021-10-31 01:59:59", "", ""},
		{"Europe/Berlin", "2021-10-31 02:00:00", "+02:00", "+01:00"},
		{"Europe/Berlin", "2021-10-31 02:59:59", "+02:00", "+01:00"},
		{"Europe/Berlin", "2021-10-31 03:00:00", "", ""},
		{"Europe/Berlin", "2021-03-28 02:30:00", "", ""},
		{"Europe/Berlin", "2021-07-01 02:30:00", "", ""},
		{"Australia/Lord_Howe", "2021-04-04 01:29:59", "", ""},
		{"Australia/Lord_Howe", "2021-04-04 01:45:00", "+11:00", "+10:30"},
		{"Asia/Shanghai", "2021-10-31 02:30:00", "", ""},
	} {
		place, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skip("no tz database")
		}
		first, second, twice := repeated(place, utc(c.local))
		if twice != (c.first != "") || twice && (ZoneName(first) != c.first || ZoneName(second) != c.second) {
			t.Errorf("%s in %s: %s, %s, twice %v", c.local, c.zone, ZoneName(first), ZoneName(second), twice)
		}
	}
}

// TestOrderInTheRepeatedHour: where the log steps back in the hour that Berlin had twice, the first time is before the step
// (+02:00) and the second behind it (+01:00). Where it does not, a double stamp tells, or an hour stays open.
func TestOrderInTheRepeatedHour(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no tz database")
	}
	const sure, open = 500 * time.Millisecond, time.Hour + 500*time.Millisecond
	type placed struct {
		instant string
		u       time.Duration
	}
	for _, c := range []struct {
		name     string
		stamps   []string
		anchored int // line with a double stamp, 0: none
		instant  string
		want     []placed
	}{
		{"a step", []string{"Oct 31 01:50:00", "Oct 31 02:10:00", "Oct 31 02:50:00", "Oct 31 02:05:00", "Oct 31 02:58:00", "Oct 31 03:05:00"}, 0, "", []placed{
			{"2021-10-30 23:50:00", sure}, {"2021-10-31 00:10:00", sure}, {"2021-10-31 00:50:00", sure}, {"2021-10-31 01:05:00", sure}, {"2021-10-31 01:58:00", sure}, {"2021-10-31 02:05:00", sure},
		}},
		{"no step", []string{"Oct 31 01:50:00", "Oct 31 02:10:00", "Oct 31 03:05:00"}, 0, "", []placed{
			{"2021-10-30 23:50:00", sure}, {"2021-10-31 01:10:00", open}, {"2021-10-31 02:05:00", sure},
		}},
		{"a minute back is reordering", []string{"Oct 31 02:10:00", "Oct 31 02:09:00"}, 0, "", []placed{{"2021-10-31 01:10:00", open}, {"2021-10-31 01:09:00", open}}},
		{"two steps", []string{"Oct 31 02:30:00", "Oct 31 02:10:00", "Oct 31 02:40:00", "Oct 31 02:20:00"}, 0, "", []placed{
			{"2021-10-31 01:30:00", open}, {"2021-10-31 01:10:00", open}, {"2021-10-31 01:40:00", open}, {"2021-10-31 01:20:00", open},
		}},
		{"a step on another day", []string{"Oct 30 02:30:00", "Oct 30 02:10:00", "Oct 31 02:30:00"}, 0, "", []placed{
			{"2021-10-30 00:30:00", sure}, {"2021-10-30 00:10:00", sure}, {"2021-10-31 01:30:00", open},
		}},
		{"a double stamp of the first time", []string{"Oct 31 02:10:00", "Oct 31 02:30:00", "Oct 31 02:40:00"}, 2, "2021-10-31 00:30:00", []placed{
			{"2021-10-31 00:10:00", sure}, {"2021-10-31 00:30:00", sure}, {"2021-10-31 01:40:00", open},
		}},
		{"a double stamp of the second time", []string{"Oct 31 02:10:00", "Oct 31 02:30:00", "Oct 31 02:40:00"}, 2, "2021-10-31 01:30:00", []placed{
			{"2021-10-31 01:10:00", open}, {"2021-10-31 01:30:00", sure}, {"2021-10-31 01:40:00", sure},
		}},
	} {
		ck := New(Options{Zone: berlin, Year: 2021})
		lines(ck, "messages", c.stamps...)
		if c.anchored > 0 {
			ck.Anchor(double(c.anchored, bsd(c.stamps[c.anchored-1]), c.instant))
		}
		ck.Settle()
		for i, want := range c.want {
			if m, ok := ck.Place(at("messages", i+1), bsd(c.stamps[i])); !ok || !m.T.Equal(utc(want.instant)) || m.U != want.u {
				t.Errorf("%s: line %d, %s, at %v ± %v %v, want %s ± %v", c.name, i+1, c.stamps[i], m.T, m.U, ok, want.instant, want.u)
			}
		}
	}
}
