package verdict

import (
	"time"

	"oomortem/parser/record"
)

// SeriesChanges is one series and where it changed: what `oomortem changes` says of it.
type SeriesChanges struct {
	Name   string
	Labels []record.Attr
	Unit   record.Unit
	Source Source
	Zone   *time.Location // to tell times in
	Lacks  record.Lack    // what of the times is not known; with LacksWall T counts seconds or samples from the start

	T, V []float64 // the samples, ascending: Unix seconds, or places where nothing tells a time

	Changes []Change
	// Restless tells that so much changes that there are no levels to speak of: a random walk does that.
	Restless bool
	// StuckSince is the place in T from which on the value never moved again in its last digit; NaN: it went on moving.
	StuckSince float64
}

// Change is one change of a series. Levels are in its unit; After is NaN behind a gap that nothing ends.
type Change struct {
	Shape         string // drop, surge, shift, leak, gap, recovery
	Class         string // of a drop of throughput: death, partial, slow, outage
	At            float64
	Uncertainty   float64 // seconds, or samples
	Before, After float64
	Confidence    float64
}

// Suspect is one series and how strongly it changed around a moment: a row of `oomortem suspects`.
type Suspect struct {
	Rank          int
	Name          string
	Labels        []record.Attr
	Unit          record.Unit
	Source        Source
	Entity        string  // whom the series is about, as far as its name or labels tell
	Score         float64 // 0: nothing changed
	ChangeAt      time.Time
	Before, After float64
	Note          Text // why it stands where it stands, when that is not the size of its change
}
