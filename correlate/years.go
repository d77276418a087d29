package correlate

import (
	"time"

	"oomortem/correlate/clock"
	"oomortem/parser/record"
)

// stamp gives a sample's time as it was written, and where.
func (cv *curve) stamp(i int) (record.Origin, record.Stamp) {
	return record.Origin{File: cv.From.File, Line: int(cv.line[i])}, record.Stamp{Wall: unix(cv.t[i]), Lacks: cv.lacks}
}

// show tells the clock what the curve's times lack; of times without a year also where they begin, end and turn.
func (cv *curve) show(ck *clock.Clock) {
	if cv.lacks&record.LacksYear == 0 || len(cv.t) == 0 {
		ck.Saw(record.Origin{File: cv.From.File}, record.Stamp{Wall: time.Unix(0, 1), Lacks: cv.lacks &^ record.LacksYear})
		return
	}
	for i := range cv.t {
		if i == 0 || i == len(cv.t)-1 || cv.t[i] < cv.t[i-1] || cv.t[i+1] < cv.t[i] {
			from, at := cv.stamp(i)
			ck.Saw(from, at)
		}
	}
}

// inYears gives the curves and loads that lack it the year that the clock found for their files.
func (s *Session) inYears(ck *clock.Clock) {
	for _, cv := range s.curves {
		if cv.lacks&record.LacksYear == 0 {
			continue
		}
		lacks := cv.lacks
		for i := range cv.t {
			from, at := cv.stamp(i)
			at = ck.InYear(from, at)
			cv.t[i], lacks = seconds(at.Wall), at.Lacks
		}
		cv.lacks = lacks
	}
	for _, l := range s.loads {
		l.Start = ck.InYear(l.From, l.Start)
	}
}
