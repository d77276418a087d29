package reports

import (
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// ChangesText writes each series with a sparkline, a line through it at each change, and the changes below.
func ChangesText(w io.Writer, all []verdict.SeriesChanges, o Options) error {
	paint := ink(plainInk)
	if o.Color {
		paint = colourInk
	}
	v, err := speak(o.Lang)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		_, err := io.WriteString(w, v.word("No series was found in what was read.")+"\n")
		return err
	}
	for i, s := range all {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		for _, l := range v.seriesLines(s, o.columns(), paint) {
			if _, err := io.WriteString(w, strings.TrimRight(l, " ")+"\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v voice) seriesLines(s verdict.SeriesChanges, width int, paint ink) []string {
	t := make([]int64, len(s.T))
	for i, x := range s.T {
		t[i] = int64(math.Round(x * 1000))
	}
	p := panel{unit: s.Unit, t: t, v: s.V}
	lines := []string{
		seriesName(s.Name, s.Labels) + "  " + paint("["+clean(s.Source.String(), maxName)+"]", dim),
		"  " + paint(v.sayf("%v, %v; %v to %v", v.counted(len(s.T), "sample", "samples"), p.reach(v), v.place(s, s.T[0]), v.place(s, s.T[len(s.T)-1])), dim),
	}
	if len(t) > 1 && t[len(t)-1] > t[0] {
		lines = append(lines, "  "+sparkline(p, s.Changes, width-2, paint))
	}
	for _, c := range s.Changes {
		lines = append(lines, "  "+v.changeLine(s, c, paint))
	}
	switch {
	case s.Restless:
		lines = append(lines, "  "+paint(v.word("it changes so often that there are no levels to tell apart: be slow to believe any of them"), dim))
	case len(s.Changes) == 0:
		lines = append(lines, "  "+v.word("no change"))
	}
	if lowest, highest := extent(s.V); !math.IsNaN(s.StuckSince) && lowest == highest { // no curve moved before it stuck
		lines = append(lines, "  "+paint(v.word("the same value from the first sample to the last: a fixed size, idle, or never measured anew"), dim))
	} else if !math.IsNaN(s.StuckSince) {
		lines = append(lines, "  "+paint(v.sayf("the same value since %v: idle, or no longer measured", v.place(s, s.StuckSince)), dim))
	}
	return lines
}

// sparkline draws the series over the width, a line at each change.
func sparkline(p panel, changes []verdict.Change, width int, paint ink) string {
	p.bottom, p.top = extent(p.v)
	from, to := p.t[0], p.t[len(p.t)-1]
	d := drawing{from: from, to: to}
	at := make([]int, len(changes))
	for i, c := range changes {
		at[i] = d.column(int64(math.Round(c.At*1000)), width)
	}
	return barred(p.rows(from, to, width)[0], at, paint, neutral)
}

// changeLine gives "2021-02-20 04:05:00 +08:00 ± 60 s  surge  7.9 GiB -> 13.9 GiB  (0.97)".
func (v voice) changeLine(s verdict.SeriesChanges, c verdict.Change, paint ink) string {
	what := v.word(c.Shape)
	if c.Class != "" {
		what = v.bracketed(what, v.word(c.Class))
	}
	after := v.word("nothing more")
	if !math.IsNaN(c.After) {
		after = v.quantity(c.After, s.Unit)
	}
	line := v.place(s, c.At)
	if s.Lacks&record.LacksWall == 0 && c.Uncertainty > 0 {
		line += " ± " + v.spell(c.Uncertainty)
	} else if c.Uncertainty > 0 {
		line += " ± " + strconv.FormatFloat(c.Uncertainty, 'g', 3, 64)
	}
	return line + "  " + paint(what, shapeTone(c.Shape)) + "  " + v.quantity(c.Before, s.Unit) + " → " + after +
		"  " + paint("("+strconv.FormatFloat(c.Confidence, 'f', 2, 64)+")", dim)
}

// place gives a moment of the series as far as it is known; "at 28" where nothing tells a time.
func (v voice) place(s verdict.SeriesChanges, at float64) string {
	if s.Lacks&record.LacksWall != 0 {
		return v.sayf("at %v", strconv.FormatFloat(at, 'f', -1, 64))
	}
	t := instant(at).In(zoneOr(s.Zone))
	layout := "15:04:05"
	if t.Nanosecond() != 0 {
		layout = "15:04:05.000"
	}
	switch {
	case s.Lacks&record.LacksDate != 0:
		return t.Format(layout)
	case s.Lacks&record.LacksYear != 0:
		layout = v.word("Jan _2") + " " + layout
	default:
		layout = "2006-01-02 " + layout
	}
	if s.Lacks&record.LacksZone == 0 {
		layout += " -07:00"
	}
	return t.Format(layout)
}

// seriesName gives name{key="value"}, safe to look at.
func seriesName(name string, labels []record.Attr) string {
	return clean((&record.Series{Name: name, Labels: labels}).String(), maxName)
}

func shapeTone(shape string) tone {
	switch shape {
	case "drop", "leak":
		return bad
	case "surge", "gap":
		return doubtful
	case "recovery":
		return good
	}
	return neutral
}

// spell gives a length of time, in days where it is many of them, as in a series of years.
func (v voice) spell(seconds float64) string {
	const day = 86400
	if seconds >= 4*day {
		return v.sayf("%v days", strconv.FormatFloat(math.Round(seconds/day), 'f', 0, 64))
	}
	return v.amount(verdict.Span(time.Duration(seconds * float64(time.Second))))
}
