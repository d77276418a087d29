package correlate

import (
	"math"
	"slices"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// What tells a stall from a refusal. By Little's law requests in flight, divided by those that complete in a second, is
// how long each takes: a refused one takes milliseconds, one that nobody answers the client's timeout.
const (
	unanswered  = 2.0    // seconds and more: nobody answers
	atOnce      = 1.0    // seconds and less: refused
	muchLonger  = 3.0    // times as long as before the drop, of requests that take seconds by nature
	mostOf      = 2. / 3 // of the drop's time makes its manner
	leastManner = 3.0    // seconds, of each of two manners one after the other
)

// requests tells what became of the requests while throughput was down: whether they stayed in flight, failed at once or
// were none. A tool that tells how long each took is asked for those in flight, one that reports by intervals for its
// users, who stay, wait and fail in the same way. Nil where neither is known, and of a loss along a slope.
func (c *course) requests(k *cause.Case) *verdict.Requests {
	switch {
	case k.Drop.Class == "slow" || k.Drop.Gap && k.Drop.Target != nil:
		return nil
	case c.flow.load != nil && k.Drop.Gap:
		return c.flow.brokenOff(k)
	case c.flow.load != nil:
		return c.flow.inFlight(k)
	}
	return c.waiting(k)
}

// inFlight counts the requests in flight around a drop.
func (f *flow) inFlight(k *cause.Case) *verdict.Requests {
	buckets, width := f.load.Buckets, f.load.Width.Seconds()
	at, _ := slices.BinarySearch(f.t, k.Drop.At)
	end := len(buckets)
	if !math.IsNaN(k.Drop.Recovery) {
		end, _ = slices.BinarySearch(f.t, k.Drop.Recovery)
	}
	begin := max(0, at-max(5, int(60/width)))
	before, during := activeOf(buckets[begin:at]), activeOf(buckets[at:end])
	if len(before) < 5 || len(during) < 3 {
		return nil
	}
	usual, now := median(before), median(during)
	took := takes(buckets[begin:at], width)
	out := &verdict.Requests{Before: record.Known(int64(usual)), During: record.Known(int64(now))}
	var stalled, refused, silent []float64 // when
	open := 0.0                            // requests that nobody had answered up to the bucket
	for i, b := range buckets[at:end] {
		switch done, each := b.OK+b.Failed, takes(buckets[at+i:at+i+1], width); {
		case done == 0 && b.Active == 0:
			silent = append(silent, f.t[at+i])
		case float64(b.Active) >= max(1, usual/2) && each >= max(unanswered, muchLonger*took):
			stalled = append(stalled, f.t[at+i])
		case b.Failed > b.OK && float64(b.Failed) <= open: // their timeouts come all at once
			stalled = append(stalled, f.t[at+i])
		case b.Failed > b.OK && each <= max(atOnce, took):
			refused = append(refused, f.t[at+i])
		}
		if open = 0; len(stalled) > 0 && stalled[len(stalled)-1] == f.t[at+i] {
			open = float64(b.Active)
		}
	}
	out.Stalled, out.Refused, out.Silent = secondsOf(stalled, width), secondsOf(refused, width), secondsOf(silent, width)
	out.Manner = manner(stalled, refused, silent, float64(end-at), width)
	if out.Manner == verdict.Silent && dropsFailures(f.load.Tool) {
		out.Manner = ""
	}
	if k.Users.Known {
		out.Users = record.Known(int64(k.Users.After))
	}
	out.Text = told(out)
	return out
}

// activeOf gives the requests in flight of the buckets that tell them.
func activeOf(buckets []record.Bucket) (v []float64) {
	for _, b := range buckets {
		if b.Active >= 0 {
			v = append(v, float64(b.Active))
		}
	}
	return v
}

// takes gives how long a request takes, in seconds: those in flight over those that complete in a second, failed ones
// too; +Inf when none completes.
func takes(buckets []record.Bucket, width float64) float64 {
	active, done := 0.0, 0.0
	for _, b := range buckets {
		active, done = active+float64(max(b.Active, 0)), done+float64(b.OK)+float64(b.Failed)
	}
	if done == 0 {
		return math.Inf(1)
	}
	return active * width / done
}

// manner gives the one that fills most of a drop of n buckets, or the two that do so one after the other.
func manner(stalled, refused, silent []float64, n, width float64) verdict.Manner {
	least := max(mostOf*n, leastManner/width)
	switch s, r := float64(len(stalled)), float64(len(refused)); {
	case s >= least && r*width < leastManner:
		return verdict.Stalled
	case r >= least && s*width < leastManner:
		return verdict.Refused
	case float64(len(silent)) >= .9*n:
		return verdict.Silent
	case s+r < least || min(s, r)*width < leastManner:
		return ""
	case median(stalled) < median(refused):
		return verdict.StalledThenRefused
	}
	return verdict.RefusedThenStalled
}

func secondsOf(when []float64, width float64) verdict.Seconds {
	return verdict.Seconds(float64(len(when)) * width * float64(time.Second))
}

// dropsFailures tells the tools whose files leave out requests that got no answer: their silence says nothing of what was
// asked. Sources: hey requester/print.go (printCSV), siege src/browser.c, pgbench.c (doLog).
func dropsFailures(tool string) bool { return tool == "hey" || tool == "siege" || tool == "pgbench" }

// told says it.
func told(r *verdict.Requests) verdict.Text {
	before, during := verdict.Count(r.Before.Or(0)), verdict.Count(r.During.Or(0))
	switch r.Manner {
	case verdict.Stalled:
		if users, ok := r.Users.Get(); ok {
			return verdict.Say("a stall: nobody answers, %v requests of %v users are in flight, against %v before", during, verdict.Count(users), before)
		}
		return verdict.Say("a stall: nobody answers, %v requests are in flight, against %v before", during, before)
	case verdict.Refused:
		return verdict.Say("a refusal: most requests fail at once, %v are in flight, against %v before", during, before)
	case verdict.StalledThenRefused:
		return verdict.Say("a stall of %v, in which nobody answers, then a refusal: for %v most requests fail at once", verdict.Span(r.Stalled), verdict.Span(r.Refused))
	case verdict.RefusedThenStalled:
		return verdict.Say("a refusal: for %v most requests fail at once; then a stall of %v, in which nobody answers", verdict.Span(r.Refused), verdict.Span(r.Stalled))
	case verdict.Silent:
		return verdict.Say("the load tool asked nothing for %v: no request was begun and none was in flight, against %v before; it stood still, was started anew, or rows are missing", verdict.Span(r.Silent), before)
	}
	return verdict.Say("%v requests are in flight, against %v before: neither plainly a stall nor a refusal", during, before)
}

// brokenOff tells of a file whose rows end at full throughput: a request is written when it completes, so that what was in
// flight then is not in it.
func (f *flow) brokenOff(k *cause.Case) *verdict.Requests {
	out := &verdict.Requests{Manner: verdict.Ended}
	if before := activeOf(f.load.Buckets); len(before) > 0 {
		out.Before = record.Known(int64(median(before[max(0, len(before)-60):])))
	}
	if u := f.load.Buckets[len(f.load.Buckets)-1].Users; u >= 0 {
		out.Users = record.Known(int64(u))
		out.Text = verdict.Say("the rows end with %v users at work: the load tool ended, or the last requests of all of them never came back", verdict.Count(u))
		return out
	}
	out.Text = verdict.Say("the rows end: the load tool ended, or its last requests never came back")
	return out
}

// waiting tells what the users of a tool that reports by intervals do while nothing succeeds: they stay and nothing fails,
// they stay and fail, or they are gone.
func (c *course) waiting(k *cause.Case) *verdict.Requests {
	d, u := k.Drop, k.Users
	if !u.Known || d.During > .2*d.Baseline || d.Gap {
		return nil
	}
	out := &verdict.Requests{Users: record.Known(int64(u.After))}
	if u.After <= .1*u.Before {
		out.Manner = verdict.Silent
		out.Text = verdict.Say("the load tool stopped asking: its users fell from %v to %v", verdict.Count(u.Before), verdict.Count(u.After))
		return out
	}
	errors, ok := c.errorsIn(d)
	if !ok || u.After < u.Before/2 {
		return nil
	}
	switch each := u.After / (errors + d.During); {
	case each >= unanswered*muchLonger: // the time that a user thinks is in it
		out.Manner = verdict.Stalled
		out.Text = verdict.Say("a stall: %v users wait, %v fail and %v succeed", verdict.Count(u.After), verdict.Rate(errors), verdict.Rate(d.During))
	case each <= atOnce && errors > d.During:
		out.Manner = verdict.Refused
		out.Text = verdict.Say("a refusal: the requests of %v users fail at once, %v", verdict.Count(u.After), verdict.Rate(errors))
	default:
		return nil
	}
	return out
}

// errorsIn gives the failures per second that the throughput's own file tells while it was down: their median.
func (c *course) errorsIn(d *cause.Drop) (float64, bool) {
	end := d.Recovery
	if math.IsNaN(end) {
		end = math.Inf(1)
	}
	for _, cv := range c.curves {
		if cv.Quantity != record.Errors || cv.From.File != c.flow.file {
			continue
		}
		var v []float64
		for i, t := range cv.t {
			if t >= d.At && t < end {
				v = append(v, cv.v[i])
			}
		}
		if len(v) >= 2 {
			return median(v), true
		}
	}
	return 0, false
}
