package clock

import (
	"testing"
	"time"

	"oomortem/parser/record"
)

// lines feeds a log's stamps as lines 1, 2, 3 ... and gives its input, which begins and ends with them.
func lines(ck *Clock, path string, stamps ...string) record.Input {
	in := record.Input{Path: path, Log: true, Lines: len(stamps), First: bsd(stamps[0]), Last: bsd(stamps[len(stamps)-1])}
	ck.Input(in)
	for i, s := range stamps {
		ck.Saw(at(path, i+1), bsd(s))
	}
	return in
}

// TestWalk: the year of every line follows from the one that is anchored.
func TestWalk(t *testing.T) {
	for _, c := range []struct {
		name   string
		stamps []string
		line   int // anchored in UTC, at this year
		year   int
		want   []int
	}{
		{"over New Year, anchored before", []string{"Dec 30 10:00:00", "Dec 31 23:59:59", "Jan 1 00:00:01", "Jan 2 10:00:00"}, 1, 2020, []int{2020, 2020, 2021, 2021}},
		{"over New Year, anchored after", []string{"Dec 30 10:00:00", "Dec 31 23:59:59", "Jan 1 00:00:01", "Jan 2 10:00:00"}, 4, 2021, []int{2020, 2020, 2021, 2021}},
		{"twice", []string{"Dec 31 10:00:00", "Jan 1 10:00:00", "Jun 1 10:00:00", "Nov 1 10:00:00", "Jan 5 10:00:00"}, 3, 2020, []int{2019, 2020, 2020, 2020, 2021}},
		{"a clock set back an hour is no New Year", []string{"Mar 1 10:00:00", "Mar 1 09:00:00", "Mar 1 09:30:00"}, 2, 2021, []int{2021, 2021, 2021}},
		{"months back are no New Year", []string{"Jun 1 10:00:00", "Feb 1 09:00:00"}, 1, 2021, []int{2021, 2021}},
		{"a line is late after New Year", []string{"Dec 31 23:59:58", "Jan 1 00:00:01", "Dec 31 23:59:59", "Jan 1 00:00:02"}, 1, 2020, []int{2020, 2021, 2020, 2021}},
		{"a boot with the clock unset", []string{"Nov 20 12:30:00", "Jan 1 00:00:05", "Jan 1 00:00:09", "Nov 20 12:40:01"}, 1, 2021, []int{2021, 2022, 2022, 2021}},
		{"29 February", []string{"Feb 28 10:00:00", "Feb 29 10:00:00", "Mar 1 10:00:00"}, 1, 2024, []int{2024, 2024, 2024}},
	} {
		ck := New(Options{})
		lines(ck, "messages", c.stamps...)
		anchored := bsd(c.stamps[c.line-1])
		ck.Anchor(record.Anchor{From: at("messages", c.line), Stamp: anchored, Instant: withYear(anchored.Wall, c.year)})
		ck.Settle()
		for i, s := range c.stamps {
			m, ok := ck.Place(at("messages", i+1), bsd(s))
			if !ok || m.T.Year() != c.want[i] || !m.T.Equal(withYear(bsd(s).Wall, c.want[i])) {
				t.Errorf("%s: line %d at %v %v, want the year %d", c.name, i+1, m.T, ok, c.want[i])
			}
		}
	}
}

// TestNearestYear: a log without a year takes the one in which it meets the dated sources, or comes closest.
func TestNearestYear(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to string // of the exact curve
		stamps   []string
		want     int // year of the first line, 0: open
	}{
		{"the same days", "2021-02-19 15:00:00", "2021-02-19 21:00:00", []string{"Feb 19 14:00:00", "Feb 20 04:20:41"}, 2021},
		{"weeks before", "2021-02-19 15:00:00", "2021-02-19 21:00:00", []string{"Jan 25 14:00:00", "Jan 26 04:20:41"}, 2021},
		{"December before a January run", "2021-01-03 00:00:00", "2021-01-03 05:00:00", []string{"Dec 30 14:00:00", "Dec 31 04:20:41"}, 2020},
		{"over New Year", "2020-12-31 20:00:00", "2021-01-01 05:00:00", []string{"Dec 31 14:00:00", "Jan 1 04:20:41"}, 2020},
		{"29 February, run in the leap year", "2024-03-01 00:00:00", "2024-03-01 05:00:00", []string{"Feb 29 14:00:00", "Mar 1 04:20:41"}, 2024},
		{"29 February, run a year later", "2021-02-28 00:00:00", "2021-03-01 05:00:00", []string{"Feb 29 14:00:00", "Mar 1 04:20:41"}, 2020},
		{"29 February, no leap year near", "2022-02-28 00:00:00", "2022-03-01 05:00:00", []string{"Feb 29 14:00:00", "Mar 1 04:20:41"}, 0}, // 2021..2023 have none
	} {
		ck := New(Options{})
		lines(ck, "messages", c.stamps...)
		ck.Input(exactInput(c.from, c.to))
		ck.Settle()
		s := ck.source("messages")
		if s.Dated != (c.want != 0) || s.Dated && s.yearAt(1) != c.want {
			t.Errorf("%s: dated %v, year %d, want %d", c.name, s.Dated, s.yearAt(1), c.want)
		}
		if open := ck.Open("messages")&record.LacksYear != 0; open == s.Dated {
			t.Errorf("%s: open year %v, dated %v", c.name, open, s.Dated)
		}
	}
}

// TestYearOfTheName: messages-20210103 was rotated on 3 January 2021: its last line is of that day or before.
func TestYearOfTheName(t *testing.T) {
	for _, c := range []struct {
		stamps []string
		want   []int
	}{
		{[]string{"Dec 28 10:40:00", "Jan 3 01:40:00"}, []int{2020, 2021}},
		{[]string{"Dec 21 10:40:00", "Dec 27 01:40:00"}, []int{2020, 2020}},
		{[]string{"Jan 3 10:40:00", "Jan 3 23:59:59"}, []int{2021, 2021}},
		{[]string{"Jan 4 10:40:00", "Jan 9 01:40:00"}, []int{2020, 2020}},
	} {
		ck := New(Options{})
		in := lines(ck, "messages-20210103", c.stamps...)
		in.NotAfter = utc("2021-01-04 00:00:00")
		ck.Input(in)
		ck.Settle()
		for i, s := range c.stamps {
			if m, ok := ck.Place(at("messages-20210103", i+1), bsd(s)); !ok || m.T.Year() != c.want[i] {
				t.Errorf("%s: %v %v, want the year %d", s, m.T, ok, c.want[i])
			}
		}
	}
}

// TestYearOfTheJournal: of the years of the journal's range the log's lines fit only one, or several, which are then limits to
// the year that dated sources would give.
func TestYearOfTheJournal(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to string // of the journal
		stamps   []string
		run      string // the day of a dated curve, "" without
		want     int    // year of the first line, 0: open
	}{
		{"weeks", "2021-02-01 00:00:01", "2021-02-24 10:00:01", []string{"Feb 3 04:20:00"}, "", 2021},
		{"over New Year", "2020-12-30 00:00:01", "2021-01-03 10:00:01", []string{"Dec 31 04:20:00", "Jan 1 04:20:00"}, "", 2020},
		{"over New Year, only behind it", "2020-12-30 00:00:01", "2021-01-03 10:00:01", []string{"Jan 1 04:20:00"}, "", 2021},
		{"almost a year", "2020-03-01 00:00:01", "2021-02-24 10:00:01", []string{"Feb 3 04:20:00"}, "", 2021},
		{"two years, between its begin and its end", "2019-02-10 00:00:01", "2021-01-24 10:00:01", []string{"Feb 3 04:20:00"}, "", 2020},
		{"two years, twice possible", "2020-02-01 00:00:01", "2021-02-24 10:00:01", []string{"Feb 3 04:20:00"}, "", 0},
		{"twice possible, but a leap day", "2020-02-01 00:00:01", "2021-03-24 10:00:01", []string{"Feb 29 04:20:00"}, "", 2020},
		{"the first line, in half a second", "2021-02-03 04:20:00", "2021-02-03 04:20:00", []string{"Feb 3 04:20:00.5"}, "", 2021},
		{"none possible", "2021-02-01 00:00:01", "2021-02-24 10:00:01", []string{"Mar 3 04:20:00"}, "", 0},
		{"none possible, so not its range", "2021-02-01 00:00:01", "2021-02-24 10:00:01", []string{"Mar 3 04:20:00"}, "2019-03-03", 2019},
		{"a run in one of two", "2020-02-01 00:00:01", "2021-02-24 10:00:01", []string{"Feb 3 04:20:00"}, "2020-02-03", 2020},
		{"a run outside", "2020-02-01 00:00:01", "2021-02-24 10:00:01", []string{"Feb 3 04:20:00"}, "2022-02-03", 2021},
		{"only a begin", "2021-02-01 00:00:01", "", []string{"Feb 3 04:20:00"}, "", 0},
		{"a run before the begin", "2021-02-01 00:00:01", "", []string{"Jan 3 04:20:00"}, "2021-01-03", 2022},
	} {
		ck := New(Options{})
		in := lines(ck, "journal.txt", c.stamps...)
		in.NotBefore = utc(c.from)
		if c.to != "" {
			in.NotAfter = utc(c.to)
		}
		ck.Input(in)
		if c.run != "" {
			ck.Input(exactInput(c.run+" 00:00:00", c.run+" 05:00:00"))
		}
		ck.Settle()
		if s := ck.source("journal.txt"); s.Dated != (c.want != 0) || s.Dated && s.yearAt(1) != c.want {
			t.Errorf("%s: dated %v, year %d, want %d", c.name, s.Dated, s.yearAt(1), c.want)
		}
	}
}

// TestYearOfNeighbours: stamps with a year tell that of their neighbours in the file, if these agree.
func TestYearOfNeighbours(t *testing.T) {
	for _, c := range []struct {
		name   string
		stamps []string // with their year or without
		want   []int    // of each line; nil: open
	}{
		{"between", []string{"2021-02-03 04:10:00", "Feb 3 04:20:00", "2021-02-03 04:40:00"}, []int{2021, 2021, 2021}},
		{"behind", []string{"2021-02-03 04:10:00", "Feb 3 04:20:00", "Feb 4 04:20:00"}, []int{2021, 2021, 2021}},
		{"before", []string{"Feb 3 04:20:00", "2021-02-03 04:40:00"}, []int{2021, 2021}},
		{"over New Year", []string{"Dec 31 04:20:00", "2020-12-31 23:40:00", "Jan 1 00:10:00", "2021-01-01 00:20:00"}, []int{2020, 2020, 2021, 2021}},
		{"New Year between a stamp and its neighbour", []string{"2020-12-31 23:40:00", "Jan 1 00:10:00"}, []int{2020, 2021}},
		{"a New Year in UTC, not yet here", []string{"2021-01-01 01:40:00", "Dec 31 20:50:00"}, []int{2021, 2020}},
		{"the leap day", []string{"2020-02-28 23:40:00", "Feb 29 00:10:00"}, []int{2020, 2020}},
		{"two files glued together", []string{"2021-02-03 04:10:00", "Feb 3 04:20:00", "2019-02-03 04:40:00"}, nil},
		{"months away", []string{"2021-02-03 04:10:00", "Apr 3 04:20:00"}, nil},
	} {
		ck := New(Options{})
		stamps := make([]record.Stamp, len(c.stamps))
		for i, s := range c.stamps {
			if s[0] == '2' {
				stamps[i] = digits(s)
			} else {
				stamps[i] = bsd(s)
			}
		}
		ck.Input(record.Input{Path: "messages", Log: true, Lines: len(stamps), First: stamps[0], Last: stamps[len(stamps)-1]})
		for i, st := range stamps {
			ck.Saw(at("messages", i+1), st)
		}
		ck.Settle()
		if open := ck.Open("messages")&record.LacksYear != 0; open != (c.want == nil) {
			t.Errorf("%s: the year is open: %v", c.name, open)
		}
		for i, want := range c.want {
			if m, ok := ck.Place(at("messages", i+1), stamps[i]); !ok || m.T.Year() != want {
				t.Errorf("%s: %s at %v %v, want the year %d", c.name, c.stamps[i], m.T, ok, want)
			}
		}
	}
}

// TestYearOfAPackedFile: a zip member's DOS time is local, in even seconds; the zone of neither is known.
func TestYearOfAPackedFile(t *testing.T) {
	for _, c := range []struct {
		name, last, packed string
		want               int // 0: open
	}{
		{"of the same zone", "Feb 20 04:20:45", "2021-02-20 04:20:44", 2021},
		{"rounded up", "Feb 20 04:20:45", "2021-02-20 04:20:46", 2021},
		{"packed in another zone", "Feb 20 04:20:45", "2021-02-19 20:20:44", 2021},
		{"packed in another year there", "Jan 1 04:20:45", "2020-12-31 20:20:44", 2021},
		{"a copy of the same morning", "Feb 20 04:20:45", "2021-02-20 09:22:14", 0},
		{"a copy of another day, to the second", "Feb 20 04:20:45", "2021-02-22 04:20:44", 0},
		{"not told", "Feb 20 04:20:45", "", 0},
	} {
		in := messages("Feb 1 00:00:00", c.last)
		if c.packed != "" {
			in.ModifiedLocal = utc(c.packed)
		}
		ck := clockOf(Options{}, nil, in)
		m, _ := ck.Place(at("messages", 1000), in.Last)
		if open := ck.Open("messages")&record.LacksYear != 0; open != (c.want == 0) || !open && m.T.Year() != c.want {
			t.Errorf("%s: open %v, %v, want the year %d", c.name, open, m.T, c.want)
		}
		if _, ok := ck.Zone(); ok {
			t.Errorf("%s: it gives a zone", c.name)
		}
	}
}

// TestUserYear: --year is the year of the first line.
func TestUserYear(t *testing.T) {
	ck := New(Options{Year: 2019, Zone: time.FixedZone("", 0)})
	lines(ck, "messages", "Dec 31 10:00:00", "Jan 1 10:00:00")
	ck.Settle()
	for i, want := range []string{"2019-12-31 10:00:00", "2020-01-01 10:00:00"} {
		m, ok := ck.Place(at("messages", i+1), bsd(map[int]string{0: "Dec 31 10:00:00", 1: "Jan 1 10:00:00"}[i]))
		if !ok || !m.T.Equal(utc(want)) {
			t.Errorf("line %d at %v, want %s", i+1, m.T, want)
		}
	}
}

// TestPlaceUncertainty: half of the last written digit, and what the zone leaves open.
func TestPlaceUncertainty(t *testing.T) {
	ck := clockOf(Options{}, nil, exactInput("2021-02-19 15:00:00", "2021-02-19 21:00:00"))
	for _, c := range []struct {
		name string
		st   record.Stamp
		ok   bool
		u    time.Duration
	}{
		{"milliseconds", record.At(utc("2021-02-19 20:00:00"), time.Millisecond), true, time.Millisecond / 2},
		{"seconds", record.At(utc("2021-02-19 20:00:00"), time.Second), true, time.Second / 2},
		{"minutes", record.At(utc("2021-02-19 20:00:00"), time.Minute), true, 30 * time.Second},
		{"nothing", record.Stamp{}, false, 0},
		{"since a start", since(time.Hour), false, 0},
		{"a time of day", ofDay(time.Hour), false, 0},
	} {
		m, ok := ck.Place(at("exact.json", 1), c.st)
		if ok != c.ok || m.U != c.u {
			t.Errorf("%s: %v ± %v, want %v ± %v", c.name, ok, m.U, c.ok, c.u)
		}
	}
	// A clock that was put back is as sure as what put it back.
	ck.SetSkew("exact.json", 5*time.Minute, 7*time.Second, ck.source("exact.json").Rule)
	m, _ := ck.Place(at("exact.json", 1), record.At(utc("2021-02-19 20:05:00"), time.Second))
	if !m.T.Equal(utc("2021-02-19 20:00:00")) || m.U != 7*time.Second+time.Second/2 {
		t.Errorf("put back to %v ± %v", m.T, m.U)
	}
}

// TestZoneAtHead: the zone that stands at the text's head is that of its stamps.
func TestZoneAtHead(t *testing.T) {
	for zone, want := range map[*time.Location]time.Duration{nil: 0, time.UTC: 0, time.FixedZone("", 20700): 5*time.Hour + 45*time.Minute} {
		ck := New(Options{})
		in := lines(ck, "journal.txt", "Feb 3 04:20:00")
		in.NotBefore, in.NotAfter, in.Zone = utc("2021-02-01 00:00:01"), utc("2021-02-24 10:00:01"), zone
		ck.Input(in)
		ck.Settle()
		if s := ck.source("journal.txt"); s.Zoned != (zone != nil) || s.Offset != want {
			t.Errorf("%v: zoned %v, offset %v", zone, s.Zoned, s.Offset)
		}
	}
}
