package correlate

import (
	"oomortem/correlate/cause"
	"oomortem/parser/record"
)

// users gives the tool's concurrency in the minute before a drop and the minute after it.
func (c *course) users(k *cause.Case) cause.Users {
	if k.Drop == nil || c.flow.afloat {
		return cause.Users{}
	}
	if l := c.flow.load; l != nil {
		var t, v []float64
		for i, b := range l.Buckets {
			if b.Users >= 0 && i < len(c.flow.t) {
				t, v = append(t, c.flow.t[i]), append(v, float64(b.Users))
			}
		}
		if u := around(k, t, v, c.flow.step); u.Known {
			return u
		}
	}
	for _, cv := range c.curves { // the tool's log tells of users beside a table of its rates
		if cv.Quantity == record.Users {
			if u := around(k, cv.t, cv.v, cv.step); u.Known {
				return u
			}
		}
	}
	return cause.Users{}
}

func around(k *cause.Case, t, v []float64, step float64) cause.Users {
	var before, after []float64
	for i, x := range t {
		switch {
		case x >= k.Drop.Drop.From-60-step && x <= k.Drop.Drop.From:
			before = append(before, v[i])
		case x > k.Drop.At && x <= k.Drop.At+60+2*step:
			after = append(after, v[i])
		}
	}
	if len(before) == 0 || len(after) == 0 || median(before) < 1 {
		return cause.Users{}
	}
	return cause.Users{Known: true, Before: median(before), After: median(after)}
}
