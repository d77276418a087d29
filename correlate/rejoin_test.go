package correlate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestRejoin: which files of a log are laid together, whatever the order of their reading. Of a file "name:age" before names the
// event at its end and after that at its beginning; they join when the texts of their lines are alike.
func TestRejoin(t *testing.T) {
	type end struct {
		log   string
		age   int
		day   int // of 2021, 0 is none
		kind  record.Kind
		host  string
		text  string // of its line
		where string // "begins" or "ends"
	}
	const called, kill = record.OOMInvoked, record.OOMKill
	for name, c := range map[string]struct {
		ends []end
		want string // texts of the events and what became of them
	}{
		"numbered":            {[]end{{"m", 1, 0, called, "h", "a", "ends"}, {"m", -1, 0, kill, "h", "a", "begins"}}, "a+a"},
		"of ten":              {[]end{{"m", 10, 0, called, "h", "a", "ends"}, {"m", 9, 0, kill, "h", "a", "begins"}}, "a+a"},
		"the wrong way round": {[]end{{"m", -1, 0, called, "h", "a", "ends"}, {"m", 1, 0, kill, "h", "a", "begins"}}, "a, a"},
		"called by the day":   {[]end{{"m", -1, 14, called, "h", "a", "ends"}, {"m", -1, 15, kill, "h", "a", "begins"}}, "a+a"},
		"the day, then none":  {[]end{{"m", -1, 14, called, "h", "a", "ends"}, {"m", -1, 0, kill, "h", "a", "begins"}}, "a+a"},
		"none, then the day":  {[]end{{"m", -1, 0, called, "h", "a", "ends"}, {"m", -1, 14, kill, "h", "a", "begins"}}, "a, a"},
		"two logs":            {[]end{{"m", 1, 0, called, "h", "a", "ends"}, {"n", -1, 0, kill, "h", "a", "begins"}}, "a, a"},
		"two hosts":           {[]end{{"m", 1, 0, called, "h", "a", "ends"}, {"m", -1, 0, kill, "i", "a", "begins"}}, "a, a"},
		"no part of one":      {[]end{{"m", 1, 0, called, "h", "a", "ends"}, {"m", -1, 0, kill, "h", "b", "begins"}}, "a, b"},
		"the end of another":  {[]end{{"m", 1, 0, called, "h", "a", "begins"}, {"m", -1, 0, kill, "h", "a", "begins"}}, "a, a"},
		"kills first":         {[]end{{"m", 1, 0, called, "h", "a", "ends"}, {"m", 1, 0, kill, "h", "ab", "ends"}, {"m", -1, 0, kill, "h", "a", "begins"}}, "a, ab+a"},
		"packed and not":      {[]end{{"m", 1, 0, called, "h", "a", "ends"}, {"m", 1, 0, called, "h", "a", "ends"}, {"m", -1, 0, kill, "h", "a", "begins"}}, "a+a"},
	} {
		for turn := range 2 {
			s := NewSession(Options{Rejoin: func(before, after []record.Line) []record.Event {
				if before[0].Text[:1] != after[0].Text {
					return nil
				}
				return []record.Event{{From: after[0].From, Kind: kill, Text: before[0].Text + "+" + after[0].Text, OOM: &record.OOM{}}}
			}})
			if turn == 1 {
				slices.Reverse(c.ends)
			}
			for i, x := range c.ends {
				file := fmt.Sprintf("%s.%d.%d", x.log, x.age, x.day)
				from := record.Origin{File: file, Line: i + 1}
				cut := &record.Cut{Begins: x.where == "begins", Ends: x.where == "ends", Lines: []record.Line{{From: from, Text: x.text}}}
				s.Event(record.Event{From: from, Host: x.host, Kind: x.kind, Text: x.text, OOM: &record.OOM{}, Cut: cut})
				in := record.Input{Path: file, Rotation: record.Rotation{Log: x.log, Age: x.age}}
				if x.day > 0 {
					in.Rotation.Day = noon.AddDate(0, 0, x.day)
				}
				s.Input(in)
			}
			s.sort()
			s.rejoin()
			var got []string
			for _, e := range s.events {
				got = append(got, e.Text)
				if e.Cut != nil {
					t.Errorf("%s: %v keeps its lines", name, e.From)
				}
			}
			slices.Sort(got)
			if g := strings.Join(got, ", "); g != c.want {
				t.Errorf("%s: %s, want %s", name, g, c.want)
			}
		}
	}
}

// TestRejoinChain: a dump may reach over three files.
func TestRejoinChain(t *testing.T) {
	s := NewSession(Options{Rejoin: func(before, after []record.Line) []record.Event {
		lines := slices.Concat(before, after)
		return []record.Event{{From: after[0].From, OOM: &record.OOM{}, Text: fmt.Sprint(len(lines)), Cut: &record.Cut{Ends: true, Lines: lines}}}
	}})
	for age := 2; age >= 0; age-- {
		from := record.Origin{File: fmt.Sprint("m.", age), Line: 1}
		s.Event(record.Event{From: from, OOM: &record.OOM{}, Text: "part", Cut: &record.Cut{Begins: age < 2, Ends: age > 0, Lines: []record.Line{{From: from}}}})
		s.Input(record.Input{Path: from.File, Rotation: record.Rotation{Log: "m", Age: age}})
	}
	s.sort()
	s.rejoin()
	if len(s.events) != 1 || s.events[0].Text != "3" || s.events[0].From.File != "m.0" {
		t.Errorf("%+v", s.events)
	}
}
