package reports

import (
	"bufio"
	"io"

	"oomortem/correlate/verdict"
)

// EventsText writes one line for each event: time, file and line, kind, what happened.
func EventsText(w io.Writer, rows []verdict.EventRow, o Options) error {
	b := bufio.NewWriter(w)
	for _, r := range rows {
		at := "time not told      "
		if !r.At.IsZero() {
			at = r.At.Format("2006-01-02 15:04:05")
		}
		ink := func(s string, t tone) string {
			if o.Color {
				return colourInk(s, t)
			}
			return s
		}
		b.WriteString(at + "  " + padRight(clean(r.Source.String(), maxName), 16) + "  " + ink(padRight(string(r.Kind), 16), kindTone(r)) + "  " + clean(r.Text, maxSentence) + "\n")
	}
	return b.Flush()
}

func kindTone(r verdict.EventRow) tone {
	if r.OOM != nil {
		return bad
	}
	return dim
}

func padRight(s string, n int) string {
	for len(s) < n {
		s += " "
	}
	return s
}
