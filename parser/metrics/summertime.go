package metrics

import "time"

// summerTime keeps the stamps of a tool's rows in order when their zone begins or ends its summer time: an hour is left out,
// or comes twice, and the interval of the rows tells which. The stamps behind it are read in the time that the file began
// with, since a file has one offset.
type summerTime struct {
	last  time.Time // as written
	step  time.Duration
	moved time.Duration // what is added to the stamps since the change
}

// straight gives the time that a stamp would be had the clocks not been moved. changed tells that they were moved right before
// it: it comes an hour earlier or later than the step between the rows before, at the beginning of an hour of the night, where
// all zones change (tz database: at 0 to 3 o'clock, so that it is 23 to 4 o'clock then).
func (s *summerTime) straight(at time.Time) (straight time.Time, changed bool) {
	const slack = 2 * time.Second // of a tool that is late
	if d := at.Sub(s.last); !s.last.IsZero() && d != 0 {
		begun := at.Sub(at.Truncate(time.Hour)) <= s.step+slack && (at.Hour() <= 4 || at.Hour() == 23)
		for _, moved := range []time.Duration{-time.Hour, time.Hour} {
			if begun && s.step > 0 && s.step < 30*time.Minute && (d+moved-s.step).Abs() <= slack {
				s.moved, d, changed = s.moved+moved, d+moved, true
				break
			}
		}
		s.step = d
	}
	s.last = at
	return at.Add(s.moved), changed
}

// saySummerTime tells of the change, at the row behind it.
func (c *curves) saySummerTime() {
	c.problem(c.lines.Number(), "the clock was moved by an hour before this row, as summer time does: it and those behind it are read in the time before, in which the file begins")
}
