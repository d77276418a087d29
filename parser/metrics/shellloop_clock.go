package metrics

import (
	"time"

	"oomortem/parser/record"
)

// loopClock tells a date line from a number: 1795393709 is a moment in 2026, or 1.7 GB. Bare numbers are moments only
// in a file whose first date is one, and only when they go on from the last by less than a day.
type loopClock struct {
	epoch, begun bool
	last         record.Stamp
}

// read gives the time on a date line, and whose the block behind it is where the line tells.
func (c *loopClock) read(l []byte) (at record.Stamp, name string, ok bool) {
	digits := allDigits(l)
	if digits && c.begun && !c.epoch {
		return record.Stamp{}, "", false
	}
	if at, name, ok = namedTime(l); !ok {
		at, ok = isTime(l)
	}
	if !ok {
		return at, "", false
	}
	if digits && c.begun {
		if gap := at.Wall.Sub(c.last.Wall); gap < 0 || gap > 24*time.Hour {
			return at, "", false
		}
	}
	if !c.begun {
		c.begun, c.epoch = true, digits
	}
	c.last = at
	return at, name, true
}
