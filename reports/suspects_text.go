package reports

import (
	"io"
	"math"
	"strconv"
	"strings"

	"oomortem/correlate/verdict"
)

// SuspectsText writes a table of the series, the strongest suspect first; those that did not change are counted.
func SuspectsText(w io.Writer, all []verdict.Suspect, o Options) error {
	paint := ink(plainInk)
	if o.Color {
		paint = colourInk
	}
	v, err := speak(o.Lang)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		_, err := io.WriteString(w, v.word("No series has enough samples around that time.")+"\n")
		return err
	}
	rows := [][]string{{"", v.word("score"), v.word("changed at"), v.word("before"), v.word("after"), v.word("series")}}
	still := 0
	for _, s := range all {
		if s.Score < least {
			still++
			continue
		}
		before, after := v.word("not there"), v.word("ended")
		if !math.IsNaN(s.Before) {
			before = v.quantity(s.Before, s.Unit)
		}
		if !math.IsNaN(s.After) {
			after = v.quantity(s.After, s.Unit)
		}
		name := seriesName(s.Name, s.Labels)
		if s.Note.Format != "" {
			name = v.bracketed(name, v.say(s.Note))
		}
		rows = append(rows, []string{strconv.Itoa(s.Rank), strconv.FormatFloat(s.Score, 'f', 2, 64),
			s.ChangeAt.Format("2006-01-02 15:04:05 -07:00"), before, after, name})
	}
	for i, l := range aligned(rows) {
		if i == 0 {
			l = paint(l, dim)
		}
		if _, err := io.WriteString(w, l+"\n"); err != nil {
			return err
		}
	}
	if still > 0 {
		_, err := io.WriteString(w, paint(v.sayf("%v more series did not change", still), dim)+"\n")
		return err
	}
	return nil
}

// least is the score below which nothing happened.
const least = .01

// aligned pads all columns but the last; numbers stand to the right.
func aligned(rows [][]string) []string {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, s := range r {
			widths[i] = max(widths[i], wide(s))
		}
	}
	out := make([]string, len(rows))
	for k, r := range rows {
		var b strings.Builder
		for i, s := range r {
			switch {
			case i == len(r)-1:
				b.WriteString(s)
			case i == 2:
				b.WriteString(pad(s, widths[i]) + "  ")
			default:
				b.WriteString(padLeft(s, widths[i]) + "  ")
			}
		}
		out[k] = strings.TrimRight(b.String(), " ")
	}
	return out
}
