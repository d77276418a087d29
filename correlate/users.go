package correlate

import (
	"math"

	"oomortem/correlate/cause"
	"oomortem/parser/record"
)

// users gives the tool's concurrency in the minute before a drop and the minute after it.
func (c *course) users(k *cause.Case) cause.Users {
	if k.Drop == nil || c.flow.afloat {
		return cause.Users{}
	}
	t, v := c.userCurve()
	var before, after []float64
	for i, x := range t {
		switch {
		case x >= k.Drop.Drop.From-60 && x <= k.Drop.Drop.From:
			before = append(before, v[i])
		case x > k.Drop.At && x <= k.Drop.At+60+2*c.flow.step:
			after = append(after, v[i])
		}
	}
	if len(before) == 0 || len(after) == 0 || median(before) < 1 {
		return cause.Users{}
	}
	return cause.Users{Known: true, Before: median(before), After: median(after)}
}

// userCurve gives the users over time: as folded with the requests, else as a series of the same file.
func (c *course) userCurve() (t, v []float64) {
	if l := c.flow.load; l != nil {
		for i, b := range l.Buckets {
			if b.Users >= 0 && i < len(c.flow.t) {
				t, v = append(t, c.flow.t[i]), append(v, float64(b.Users))
			}
		}
		if len(t) > 0 {
			return t, v
		}
	}
	for _, cv := range c.curves {
		if cv.Quantity == record.Users && cv.From.File == c.flow.file && !math.IsNaN(cv.last()) {
			return cv.t, cv.v
		}
	}
	return nil, nil
}
