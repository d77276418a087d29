package load

import (
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// runClock is the clock of a tool that counts from its own start, over all runs that were appended to one file: each
// run goes on where the one before it ended.
type runClock struct {
	base  time.Duration // what the runs before took
	last  time.Duration // the last moment told, all runs counted
	begun bool
	over  bool // the run at hand told its end, or the next one announced itself
}

// longestRuns bounds what damaged clocks can add up to.
const longestRuns = 3 * 365 * 24 * time.Hour

// at gives the stamp of a moment that the run at hand tells: the one that ts wrote before the line, when it did (else
// zero). A moment before the last one is of the next run.
func (c *runClock) at(l *parser.Lines, d, prec time.Duration, ts record.Stamp) (at record.Stamp, begins bool) {
	if begins = !c.begun || c.over || c.base+d < c.last; begins {
		if c.base, c.over = min(c.last, longestRuns), false; c.begun && ts.IsZero() {
			l.Problem("another run begins here; nothing tells how long after the one before, whose clock it goes on with")
		}
		c.begun = true
	}
	c.last = c.base + d
	if !ts.IsZero() {
		return ts, begins
	}
	return sinceStart(c.last, prec), begins
}

// ends says that no more is to come of the run at hand.
func (c *runClock) ends() { c.over = true }
