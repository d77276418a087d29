package main

import (
	"bufio"
	"fmt"
	"time"

	"oomortem/correlate"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
	"oomortem/reports"
)

// show prints an event at once: as text beside reports that are text, as JSON beside those of JSON lines, else on stderr,
// where it stands in no report's way. It is called with the lock held.
func (w *watch) show(e record.Event) {
	row := w.row(e)
	if row == nil {
		return
	}
	to := w.stdout
	text := w.targets[0].file != "" || w.targets[0].reporter.Name == "text"
	switch {
	case w.lines:
	case !text && w.flags.quiet:
		return
	case !text:
		to = w.stderr
	}
	out := bufio.NewWriter(to)
	var err error
	if w.lines {
		err = reports.EventsJSONL(out, []verdict.EventRow{*row})
	} else {
		err = reports.EventsText(out, []verdict.EventRow{*row}, w.flags.page(to))
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil && w.broken == nil {
		w.broken = fmt.Errorf("writing to stdout: %w", err)
	}
}

// row gives an event with the time as its log writes it, since a clock is made of all the evidence and not before the
// report; nil when it lies outside of --since and --until.
func (w *watch) row(e record.Event) *verdict.EventRow {
	at, lacks := w.time(e.At)
	if lacks == 0 && !at.IsZero() && (!w.opt.Since.IsZero() && at.Before(w.opt.Since) || !w.opt.Until.IsZero() && at.After(w.opt.Until)) {
		return nil
	}
	row := verdict.EventRow{
		At: at, Uncertainty: e.At.Prec, Lacks: lacks, Host: e.Host, Source: verdict.Source(e.From), Kind: e.Kind, Text: e.Text, Excerpt: e.Excerpt,
		Attr: e.Attr, OOM: e.OOM,
	}
	if w.flags.names == nil {
		return &row
	}
	alone := correlate.NewSession(w.opt)
	alone.Event(e)
	alone.Input(record.Input{Path: e.From.File})
	w.flags.know(alone)
	row.Excerpt = "" // it may hold names that are known only later
	return &w.flags.names.Events([]verdict.EventRow{row})[0]
}

// time gives a stamp as an instant, as far as it and the flags tell; zero when it tells no wall time.
func (w *watch) time(st record.Stamp) (at time.Time, lacks record.Lack) {
	at, lacks = st.Wall, st.Lacks
	if at.IsZero() || lacks&(record.LacksWall|record.LacksDate) != 0 {
		return time.Time{}, 0
	}
	if lacks&record.LacksYear != 0 && w.opt.Year != 0 {
		at, lacks = at.AddDate(w.opt.Year-at.Year(), 0, 0), lacks&^record.LacksYear
	}
	if w.opt.Zone == nil {
		return at, lacks
	}
	if lacks&record.LacksZone == 0 {
		return at.In(w.opt.Zone), lacks
	}
	at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), w.opt.Zone)
	return at, lacks &^ record.LacksZone
}

// tell says something on stderr.
func (w *watch) tell(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.say(text)
}

// say is tell with the lock held.
func (w *watch) say(text string) {
	if w.flags.quiet {
		return
	}
	fmt.Fprintf(w.stderr, "oomortem: %s\n", printable(w.flags.names.Line(text)))
}

// complain says what is wrong with an input, behind its place. It is called with the lock held.
func (w *watch) complain(from, msg string) {
	if !w.flags.quiet {
		fmt.Fprintf(w.stderr, "oomortem: %s%s\n", printable(w.flags.names.Line(from)), printable(reports.Problem(w.flags.lang, w.flags.names.Problem(msg))))
	}
}
