package reports

import (
	"strings"
	"time"

	"oomortem/correlate/verdict"
)

// clockface tells times as the host's own clock told them.
type clockface struct {
	zone  *time.Location
	label string // "+08:00", "UTC"; "" when nothing gives the zone away
	year  bool   // the year is known
	to    string // "to", between two times
	noted string // how a day without a year is written, as a layout of package time
}

// facing gives the clockface of a report.
func facing(c verdict.Clock) clockface {
	f := clockface{zone: time.UTC, label: "UTC", year: !c.Assumed || c.Year != 0, to: "to", noted: "Jan 2"}
	if offset, ok := parseZone(c.Zone); ok {
		f.zone, f.label = time.FixedZone(c.Zone, offset), c.Zone
		if offset == 0 {
			f.label = "UTC"
		}
	} else if c.Assumed {
		f.label = ""
	}
	return f
}

// parseZone reads "+08:00" as seconds east of UTC.
func parseZone(s string) (seconds int, ok bool) {
	t, err := time.Parse("-07:00", s)
	if err != nil {
		return 0, false
	}
	_, seconds = t.Zone()
	return seconds, true
}

// clock gives "04:20:41".
func (f clockface) clock(t time.Time) string { return t.In(f.zone).Format("15:04:05") }

// minute gives "04:20".
func (f clockface) minute(t time.Time) string { return t.In(f.zone).Format("15:04") }

// day gives "2021-02-20", or "Feb 20" when the year is not known.
func (f clockface) day(t time.Time) string {
	if !f.year {
		return t.In(f.zone).Format(f.noted)
	}
	return t.In(f.zone).Format("2006-01-02")
}

// shortDay gives "02-20" where another time nearby carries the year.
func (f clockface) shortDay(t time.Time) string {
	if !f.year {
		return f.day(t)
	}
	return t.In(f.zone).Format("01-02")
}

// full gives "2021-02-20 04:20:41 +08:00".
func (f clockface) full(t time.Time) string {
	return strings.TrimSpace(f.day(t) + " " + f.clock(t) + " " + f.label)
}

// local tells that the clock is not UTC, so that UTC is worth saying beside it.
func (f clockface) local() bool { return f.label != "UTC" && f.label != "" }

// utc gives "20:20:41 UTC", with the date when it is another one there; "" when local time is UTC or not known.
func (f clockface) utc(t time.Time) string {
	if !f.local() {
		return ""
	}
	u := t.UTC()
	if u.Format(time.DateOnly) == t.In(f.zone).Format(time.DateOnly) || !f.year {
		return u.Format("15:04:05") + " UTC"
	}
	return u.Format("2006-01-02 15:04:05") + " UTC"
}

// around gives "2021-02-19 23:44 to 2021-02-20 04:50 +08:00", the second date only when it is another.
func (f clockface) around(from, to time.Time) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero() || from.Equal(to):
		return f.full(from)
	case from.IsZero():
		return f.full(to)
	}
	end := f.minute(to)
	if f.day(from) != f.day(to) {
		end = f.day(to) + " " + end
	}
	return strings.TrimSpace(f.day(from) + " " + f.minute(from) + " " + f.to + " " + end + " " + f.label)
}
