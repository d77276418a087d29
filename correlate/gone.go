package correlate

import (
	"cmp"
	"time"

	"oomortem/correlate/cause"
	"oomortem/correlate/clock"
	"oomortem/correlate/topology"
	"oomortem/parser/record"
)

// What a curve must show to have lost somebody: that others of its file go on for some samples, and that what ended was
// big enough to matter.
const (
	goesOnFor = 3  // samples
	leastGone = 20 // of RAM, one part in
)

// gone finds who vanished without a word where nothing else is known: no throughput was measured, no log tells of an end,
// and the resident memory of a VM or a big process ends while others in the same file go on. A SIGKILL from outside, or a
// kill whose lines were lost, looks like this; so does a job that came to its end.
func (c *course) gone() (d cause.Death, ok bool) {
	ram, known := c.memory.RAM.Get()
	if !known || len(c.flow.t) > 0 {
		return d, false
	}
	var biggest *curve
	for _, cv := range c.curves {
		if cv.Quantity != record.RSS || len(cv.t) == 0 || c.lastBeside(cv)-cv.last() < goesOnFor*cv.step || int64(cv.v[len(cv.v)-1])*leastGone < ram {
			continue
		}
		if cv.vm != nil && c.stoppedAt(cv.vm, cv.last(), cv.step) {
			continue
		}
		if biggest == nil || cv.v[len(cv.v)-1] > biggest.v[len(biggest.v)-1] {
			biggest = cv
		}
	}
	if biggest == nil {
		return d, false
	}
	at, name := unix(biggest.last()+biggest.step/2), cmp.Or(biggest.Subject, biggest.Name)
	d = cause.Death{Class: cause.Gone, Sight: topology.Sight{
		Event: &record.Event{
			At: record.At(at, 0), From: record.Origin(biggest.sourceAt(biggest.last())), Kind: record.ProcessCrash,
			Attr: []record.Attr{{Key: record.AttrComm, Value: name}},
			Text: name + "'s memory curve ends while others go on",
		},
		Moment: clock.Moment{T: at, U: time.Duration(biggest.step * float64(time.Second) / 2)}, Placed: true,
	}}
	if biggest.vm != nil {
		d.Named, d.Victim = true, topology.Naming{VM: biggest.vm, Method: biggest.method, Sure: .9, From: d.From}
	}
	return d, true
}

// lastBeside gives the last sample of the curves of resident memory in the same file.
func (c *course) lastBeside(cv *curve) float64 {
	last := 0.0
	for _, other := range c.curves {
		if other.Quantity == record.RSS && other.From.File == cv.From.File && len(other.t) > 0 {
			last = max(last, other.last())
		}
	}
	return last
}
