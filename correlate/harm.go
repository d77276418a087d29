package correlate

import (
	"math"
	"time"

	"oomortem/correlate/cause"
)

// harmed tells that throughput was lower after a VM of the run was killed or crashed than before it, though too little for
// a drop to stand out: a few requests a second hide the loss of a sixth. The mean of up to five minutes (or 30 samples)
// behind it is held against that of as many before: lower by 5 %, and by 3.5 standard errors.
func (c *course) harmed(d *cause.Death) bool {
	if d.Class != cause.HostKill && d.Class != cause.GroupKill && d.Class != cause.Crash || !d.Placed || !d.Named || !d.Victim.VM.Ours {
		return false
	}
	at, reach := seconds(d.T), max(300, 30*c.flow.step)
	var before, after []float64
	for i, t := range c.flow.t {
		switch {
		case t < at-reach || t > at+reach:
		case t < at-c.flow.step:
			before = append(before, c.flow.v[i])
		case t > at+c.flow.step:
			after = append(after, c.flow.v[i])
		}
	}
	if len(before) < 10 || len(after) < 5 {
		return false
	}
	had, has, spread := sum(before)/float64(len(before)), sum(after)/float64(len(after)), 0.0
	for _, x := range before {
		spread += (x - had) * (x - had)
	}
	spread = math.Sqrt(spread / float64(len(before)-1))
	return has < .95*had && had-has > 3.5*spread*math.Sqrt(1/float64(len(before))+1/float64(len(after)))
}

// barredBy tells that a VM of the run was killed or crashed minutes before a load of which no request ever succeeded, or while
// it ran: the load never had its target. VMs are stopped and hosts are restarted on purpose before a run.
func (c *course) barredBy(d *cause.Death) bool {
	if d.Class != cause.HostKill && d.Class != cause.GroupKill && d.Class != cause.Crash || !d.Placed || d.U > time.Hour || !d.Named || !d.Victim.VM.Ours {
		return false
	}
	return c.barren() && d.T.After(unix(c.flow.t[0]).Add(-mostSkew)) && d.T.Before(unix(c.flow.t[len(c.flow.t)-1]))
}

// barren tells that no request of the load succeeded.
func (c *course) barren() bool { return len(c.flow.t) > 0 && sum(c.flow.v) == 0 }
