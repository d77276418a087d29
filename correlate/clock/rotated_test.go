package clock

import (
	"slices"
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestRotated: nothing tells a year, yet the files' order does which year comes after which.
func TestRotated(t *testing.T) {
	type file struct {
		path   string
		log    string
		age    int
		stamps []string
	}
	for _, c := range []struct {
		name  string
		files []file
		want  []int // years of the first lines, from the first file's on
	}{
		{"over New Year, in the second file", []file{
			{"messages.2", "messages", 2, []string{"Dec 21 03:10:00", "Dec 27 07:40:00"}},
			{"messages.1", "messages", 1, []string{"Dec 27 09:10:00", "Jan 2 13:40:00"}},
			{"messages", "messages", -1, []string{"Jan 2 15:10:00", "Jan 8 18:10:00"}},
		}, []int{0, 0, 1}},
		{"between two files", []file{
			{"messages.1", "messages", 1, []string{"Dec 27 09:10:00", "Dec 31 13:40:00"}},
			{"messages", "messages", -1, []string{"Jan 2 15:10:00"}},
		}, []int{0, 1}},
		{"ten and two", []file{
			{"messages.10", "messages", 10, []string{"Nov 1 09:10:00"}},
			{"messages.2", "messages", 2, []string{"Jan 2 15:10:00"}},
		}, []int{0, 1}},
		{"packed and not", []file{
			{"messages.1", "messages", 1, []string{"Dec 27 09:10:00", "Jan 2 13:40:00"}},
			{"messages.1.gz", "messages", 1, []string{"Dec 27 09:10:00", "Jan 2 13:40:00"}},
			{"messages", "messages", -1, []string{"Jan 2 15:10:00"}},
		}, []int{0, 0, 1}},
		{"within a year", []file{
			{"messages.1", "messages", 1, []string{"Feb 27 09:10:00", "Mar 2 13:40:00"}},
			{"messages", "messages", -1, []string{"Mar 2 15:10:00"}},
		}, []int{0, 0}},
		{"other logs beside it", []file{
			{"messages.1", "messages", 1, []string{"Dec 27 09:10:00", "Jan 2 13:40:00"}},
			{"messages", "messages", -1, []string{"Jan 2 15:10:00"}},
			{"kern.log", "kern.log", -1, []string{"Jan 1 15:10:00"}},
			{"boot.log", "boot.log", -1, []string{"Dec 20 15:10:00"}},
			{"secure.1", "secure", 1, []string{"Nov 20 15:10:00"}},
			{"secure", "secure", -1, []string{"Jan 3 15:10:00"}},
		}, []int{0, 1, 1, 0, 0, 1}},
		{"other logs with the leap day", []file{
			{"messages.1", "messages", 1, []string{"Dec 27 09:10:00", "Jan 2 13:40:00"}},
			{"messages", "messages", -1, []string{"Jan 2 15:10:00", "Feb 29 12:00:00"}},
		}, []int{0, 1}},
		{"logs of two hosts, in the same year as far as anybody can tell", []file{
			{"a/messages", "a/messages", -1, []string{"Dec 1 09:10:00"}},
			{"b/messages", "b/messages", -1, []string{"Mar 2 15:10:00"}},
		}, []int{0, 0}},
		{"alone, over New Year", []file{
			{"messages", "messages", -1, []string{"Dec 31 23:59:59", "Jan 1 00:00:00"}},
		}, []int{0}},
	} {
		for range 2 { // whatever order the files come in
			ck := New(Options{})
			for _, f := range c.files {
				in := lines(ck, f.path, f.stamps...)
				in.Rotation = record.Rotation{Log: f.log, Age: f.age}
				ck.Input(in)
			}
			ck.Settle()
			first := ck.source(c.files[0].path).yearAt(1)
			for i, f := range c.files {
				if got := ck.source(f.path).yearAt(1) - first; got != c.want[i]-c.want[0] {
					t.Errorf("%s: %s is %d years behind %s, want %d", c.name, f.path, got, c.files[0].path, c.want[i]-c.want[0])
				}
				if ck.Open(f.path)&record.LacksYear == 0 {
					t.Errorf("%s: %s has a year", c.name, f.path)
				}
				for n, st := range f.stamps {
					if m, ok := ck.Place(at(f.path, n+1), bsd(st)); !ok || m.IsZero() || m.T.Day() != bsd(st).Wall.Day() || m.T.Year() < 0 {
						t.Errorf("%s: %s at %v %v", c.name, st, m.T, ok)
					}
				}
			}
			if first < 0 {
				t.Errorf("%s: the year %d cannot be written", c.name, first)
			}
			slices.Reverse(c.files)
			slices.Reverse(c.want)
		}
	}
}

// TestRotatedWithAYear: the user's year is that of a rotated log's oldest line.
func TestRotatedWithAYear(t *testing.T) {
	ck := New(Options{Year: 2020, Zone: time.UTC})
	for i, f := range []string{"messages.1", "messages"} {
		in := lines(ck, f, []string{"Dec 27 09:10:00", "Jan 2 15:10:00"}[i])
		in.Rotation = record.Rotation{Log: "messages", Age: 1 - 2*i}
		ck.Input(in)
	}
	ck.Settle()
	for file, want := range map[string]string{"messages.1": "Dec 27 09:10:00 2020", "messages": "Jan 2 15:10:00 2021"} {
		if m, ok := ck.Place(at(file, 1), bsd(want[:len(want)-5])); !ok || m.T.Format("Jan 2 15:04:05 2006") != want {
			t.Errorf("%s: %v %v, want %s", file, m.T, ok, want)
		}
	}
}
