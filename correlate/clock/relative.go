package clock

import (
	"path"
	"strings"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// Beginning is the user's word on when the clock of a file began that tells times of day only, or the time since its
// own start.
type Beginning struct {
	File  string       // the file's path, its base name or a glob
	At    record.Stamp // of the start, or of the first time of day in the file; may lack its zone
	Whole bool         // only the day was said
}

// Names tells whether the beginning is said of the input. The input's path may lack folders that the user wrote.
func (b Beginning) Names(input string) bool {
	for _, name := range []string{input, path.Base(input)} {
		if matched, err := path.Match(b.File, name); b.File == name || matched && err == nil {
			return true
		}
	}
	return strings.HasSuffix(input, "/"+b.File) || strings.HasSuffix(b.File, "/"+input)
}

// ownClock is a clock that tells no day, or only the time since its own start.
type ownClock struct {
	kind     record.Lack   // LacksWall or LacksDate; 0: the source tells its days
	ordered  bool          // its times are an order, no durations
	end      time.Duration // the greatest time since the start
	interval time.Duration // between two figures
	live     bool          // written line by line as things happened
	tied     bool          // zero is known
	zero     time.Time     // its start, or midnight of its first day; local digits when lacks says so
	lacks    record.Lack
	slack    time.Duration // how far zero may lie from the truth
	rule     verdict.Text
}

// noDate is the day that a stamp without one is written on.
var noDate = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)

const relative = record.LacksWall | record.LacksDate

// Every tells how often a source writes its figures.
func (c *Clock) Every(path string, interval time.Duration) {
	s := c.source(path)
	s.own.interval = max(s.own.interval, interval)
}

// Afloat tells that the source's own clock is tied to nothing.
func (s *Source) Afloat() bool { return s.own.kind != 0 && !s.own.tied }

// Says gives the rule by which the source stands on the axis, its own clock's beginning first.
func (s *Source) Says() verdict.Text {
	switch {
	case s.own.rule.IsZero():
		return s.Rule
	case s.Rule.IsZero() || s.Lacks&record.LacksZone == 0:
		return s.own.rule
	}
	return verdict.Say("%v; %v", s.own.rule, s.Rule)
}

// Within gives the uncertainty of the source's times.
func (s *Source) Within() time.Duration { return s.U + s.own.slack }

// Dated gives a stamp of a tied clock its day: as-written digits, which may still lack the zone. Others come back as
// they are.
func (c *Clock) Dated(path string, st record.Stamp) record.Stamp {
	s := c.source(path)
	if kind := st.Lacks & relative; kind == 0 || !s.own.tied || kind&record.LacksWall != s.own.kind&record.LacksWall {
		return st
	}
	return s.own.dated(st)
}

func (o *ownClock) dated(st record.Stamp) record.Stamp {
	if o.kind == record.LacksWall {
		st.Wall = o.zero.Add(st.Mono)
	} else {
		st.Wall = o.zero.Add(st.Wall.Sub(noDate))
	}
	st.Lacks = o.lacks
	return st
}

// float finds out whether the source's times are relative, and ties them to what was said of it: by the user, by its own
// header, by its name.
func (c *Clock) float(s *Source) {
	if s.own.kind = s.first.Lacks & relative; s.own.kind == 0 {
		return
	}
	if s.own.kind&record.LacksWall != 0 {
		s.own.kind = record.LacksWall
		s.own.ordered = s.first.Prec == 0
		s.own.end = max(s.own.end, s.last.Mono)
	}
	s.Dated, s.Rule = false, verdict.Text{}
	s.own.rule = verdict.Say("its times count from its own start, and nothing tells when that was")
	switch {
	case s.own.ordered:
		s.own.rule = verdict.Say("it tells no times: only the order of its figures is known")
	case s.own.kind == record.LacksDate:
		s.own.rule = verdict.Say("it tells times of day, and nothing tells the day")
	}
	if s.own.ordered || c.asSaid(s) || s.asHeaded() || s.asNamed() {
		return
	}
}

// tie puts the zero of the source's clock down; its stamps are then dated, as far as the zone of lacks allows.
func (s *Source) tie(zero time.Time, lacks record.Lack, slack time.Duration, rule verdict.Text) bool {
	s.own.tied, s.own.zero, s.own.lacks, s.own.slack, s.own.rule = true, zero, lacks, slack, rule
	s.Lacks = s.Lacks&^(relative|record.LacksYear|record.LacksZone) | lacks
	s.first, s.last = s.own.dated(s.first), s.own.dated(s.last)
	s.stamps = nil // of years: the beginning tells it
	s.Dated = true
	if lacks == 0 {
		s.Zoned = true
	}
	return true
}

// asSaid takes the user's word.
func (c *Clock) asSaid(s *Source) bool {
	for _, b := range c.opt.Begin {
		if !b.Names(s.Path) {
			continue
		}
		rule := verdict.Say("it began at %v as the user said", b.At.Wall.Format(time.DateTime))
		if s.own.kind == record.LacksWall {
			return s.tie(b.At.Wall.UTC(), b.At.Lacks, b.At.Prec, rule)
		}
		tod := s.first.Wall.Sub(noDate)
		switch {
		case b.Whole:
			day := b.At.Wall
			return s.tie(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC), s.first.Lacks&record.LacksZone, 0,
				verdict.Say("its first day is %v as the user said", day.Format(time.DateOnly)))
		case b.At.Lacks == 0: // the instant of its first time, whatever zone that is written in
			return s.tie(b.At.Wall.UTC().Add(-tod), 0, b.At.Prec, rule)
		}
		return s.tie(nearestDay(b.At.Wall, tod), s.first.Lacks&record.LacksZone, 0, rule)
	}
	return false
}

// asHeaded takes what the file itself tells of an instant. Starts that contradict each other belong to several runs in
// one file, of which nobody can tell which figure counts from which.
func (s *Source) asHeaded() bool {
	if s.own.kind != record.LacksWall {
		return false
	}
	var from, to time.Time
	slack := time.Duration(0)
	rule := ""
	for _, a := range s.anchors {
		if a.Stamp.Lacks&record.LacksWall == 0 {
			continue
		}
		zero := a.Instant.Add(-a.Stamp.Mono)
		if from.IsZero() || zero.Before(from) {
			from, rule = zero, a.Rule
		}
		if zero.After(to) {
			to = zero
		}
		slack = max(slack, a.Slack)
	}
	if from.IsZero() || to.Sub(from) > 2*slack+2*time.Second {
		return false
	}
	return s.tie(from.Add(to.Sub(from)/2).UTC(), 0, slack+to.Sub(from)/2, verdict.Say("%v", rule))
}

// asNamed takes the date in the file's name, which for the start of a tool must tell the time as well.
func (s *Source) asNamed() bool {
	st, whole, ok := nameStamp(path.Base(s.Path))
	if !ok || whole && s.own.kind == record.LacksWall {
		return false
	}
	tod := s.first.Wall.Sub(noDate)
	rule := verdict.Say("its name tells that it began at %v", st.Wall.Format(time.DateTime))
	switch {
	case s.own.kind == record.LacksWall && s.namedAtEnd(st.Wall):
		return s.tie(st.Wall.Add(-s.own.end), st.Lacks, st.Prec+2*time.Second, verdict.Say("its name tells that it ended at %v", st.Wall.Format(time.DateTime)))
	case s.own.kind == record.LacksWall:
		return s.tie(st.Wall, st.Lacks, st.Prec+2*time.Second, rule)
	case whole:
		return s.tie(st.Wall, s.first.Lacks&record.LacksZone, 0, verdict.Say("its name tells the day %v", st.Wall.Format(time.DateOnly)))
	case st.Lacks == 0: // an epoch: its day depends on the zone
		return false
	}
	return s.tie(nearestDay(st.Wall, tod), s.first.Lacks&record.LacksZone, 0, rule)
}

// namedAtEnd tells that the file got its name when it was written for the last time, and not when its clock began.
func (s *Source) namedAtEnd(name time.Time) bool {
	within := 5*time.Second + s.own.interval
	meets := func(t time.Time) bool {
		d := t.Sub(s.modified)
		return (d-quarter(d)).Abs() <= within && inUse(quarter(d))
	}
	return !s.modified.IsZero() && s.own.end > 2*within && meets(name) && !meets(name.Add(s.own.end))
}

// nearestDay gives the midnight with which the time of day comes closest to t.
func nearestDay(t time.Time, tod time.Duration) time.Time {
	return t.Add(-tod + 12*time.Hour).Truncate(24 * time.Hour)
}
