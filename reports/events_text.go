package reports

import (
	"io"
	"strings"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// EventsText writes one line for each event: when, what kind, on which host, what it says, where it stands.
func EventsText(w io.Writer, rows []verdict.EventRow, o Options) error {
	paint := ink(plainInk)
	if o.Color {
		paint = colourInk
	}
	v, err := speak(o.Lang)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		_, err := io.WriteString(w, v.word("No event was found that oomortem knows.")+"\n")
		return err
	}
	lines := make([][4]string, len(rows))
	var widths [4]int
	for i, r := range rows {
		lines[i] = [4]string{v.eventTime(r), v.eventKind(r.Kind), short(clean(r.Host, maxName), 30), clean(v.told(r.Text), maxSentence)}
		for k, s := range lines[i][:3] {
			widths[k] = max(widths[k], wide(s))
		}
	}
	for i, l := range lines {
		said := pad(l[0], widths[0]) + "  " + paint(pad(l[1], widths[1]), kindTone(rows[i].Kind)) + "  "
		if widths[2] > 0 {
			said += pad(l[2], widths[2]) + "  "
		}
		said += l[3]
		if s := rows[i].Source; !s.IsZero() {
			said += "  " + paint("["+clean(s.String(), maxName)+"]", dim)
		}
		if _, err := io.WriteString(w, said+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// eventKind gives the word for a kind; one that is a cause's name too has that in brackets.
func (v voice) eventKind(k record.Kind) string {
	word, _, _ := strings.Cut(v.word(clean(string(k), maxName)), "（")
	return word
}

// eventTime gives "2021-02-20 04:20:41 +08:00 ± 1 s", without the year or zone that nothing tells, and "time unknown" when
// the log gives none.
func (v voice) eventTime(r verdict.EventRow) string {
	if r.At.IsZero() {
		return v.word("time unknown")
	}
	layout := "15:04:05"
	if r.At.Nanosecond() != 0 {
		layout = "15:04:05.000"
	}
	if r.Lacks&record.LacksYear != 0 {
		layout = v.word("Jan _2") + " " + layout
	} else {
		layout = "2006-01-02 " + layout
	}
	if r.Lacks&record.LacksZone == 0 {
		layout += " -07:00"
	}
	return r.At.Format(layout) + v.give(verdict.Seconds(r.Uncertainty))
}

// kindTone colours what killed or died.
func kindTone(k record.Kind) tone {
	switch k {
	case record.OOMKill, record.OOMPanic, record.KernelPanic, record.VMKilled, record.VMCrashed:
		return bad
	case record.OOMInvoked, record.OOMNoVictim, record.MemPressure, record.ProcessCrash, record.LogGap, record.HostShutdown, record.HostBoot:
		return doubtful
	}
	return neutral
}
