package metrics

import (
	"time"

	"oomortem/parser/record"
)

// summerTime keeps the stamps of a tool's rows in order when their zone begins or ends its summer time: an hour is left out,
// or comes twice, and the interval of the rows tells which. The stamps behind it are read in the time that the file began
// with, since a file has one offset.
type summerTime struct {
	last  time.Time // as written
	step  time.Duration
	moved time.Duration // what is added to the stamps since the change
}

// straight gives the time that a stamp would be had the clocks not been moved. changed tells that they were moved right before
// it: it comes an hour earlier or later than the step between the rows before, where zones change.
func (s *summerTime) straight(at time.Time) (straight time.Time, changed bool) {
	const slack = 2 * time.Second // of a tool that is late
	if d := at.Sub(s.last); !s.last.IsZero() && d != 0 {
		moved := -time.Hour
		if d < 0 {
			moved = time.Hour
		}
		if s.step > 0 && s.step < 30*time.Minute && d != s.step && (d+moved-s.step).Abs() <= slack && zonesChange(at, s.step+slack, d < 0) {
			s.moved, d, changed = s.moved+moved, d+moved, true
		}
		s.step = d
	}
	s.last = at
	return at.Add(s.moved), changed
}

// zonesChange tells a row that may be the first one behind a change: it stands at the beginning of an hour of the night, where all
// zones change (tz database: at 0 to 3 o'clock, so that it is 23 to 4 o'clock then). An hour that comes twice is nothing else; one
// that is left out may be a pause of a tool that writes at full minutes, so that the date must be one of a change: those that are
// kept up fall on the days from Friday to Sunday, in February to April and in September to November.
func zonesChange(at time.Time, within time.Duration, twice bool) bool {
	if at.Sub(at.Truncate(time.Hour)) > within || at.Hour() > 4 && at.Hour() != 23 {
		return false
	}
	if twice {
		return true
	}
	day := at.Add(time.Hour).Weekday() // 23 o'clock is the eve
	month := at.Month()
	return at.Year() > 0 && (day == time.Friday || day == time.Saturday || day == time.Sunday) &&
		(month >= time.February && month <= time.April || month >= time.September && month <= time.November)
}

// pause tells that the tool was started anew: how long it was away is not for its interval to tell.
func (s *summerTime) pause() { s.last, s.step = time.Time{}, 0 }

// inStep gives the stamp that stands on the line as if the clocks of its zone had not been moved, and tells of the change once
// for a file. What has an offset of its own needs none.
func (c *curves) inStep(clock *summerTime, at record.Stamp, line int) record.Stamp {
	if at.Lacks&record.LacksZone == 0 {
		return at
	}
	wall, changed := clock.straight(at.Wall)
	if at.Wall = wall; changed && !c.saidMoved {
		c.saidMoved = true
		c.saySummerTime(line)
	}
	return at
}

// saySummerTime tells of the change, at the row behind it.
func (c *curves) saySummerTime(line int) {
	c.problem(line, "the clock was moved by an hour before this row, as summer time does: it and those behind it are read in the time before, in which the file begins")
}
