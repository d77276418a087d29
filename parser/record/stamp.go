package record

import (
	"fmt"
	"time"
)

// Origin names the place in the evidence that a record was read from.
type Origin struct {
	File string // path as the user gave it, archive members joined with "/"
	Line int    // 1-based; 0 when the record belongs to the file as a whole
}

// String gives "messages:412", or the file alone when no line is known.
func (o Origin) String() string {
	if o.Line == 0 {
		return o.File
	}
	return fmt.Sprintf("%s:%d", o.File, o.Line)
}

// IsZero tells that the origin is not known.
func (o Origin) IsZero() bool { return o.File == "" }

// Lack says what a written time leaves out.
type Lack uint8

// What a stamp may leave out; a stamp may lack several.
const (
	LacksYear Lack = 1 << iota // Wall holds year 0 (a leap year, so 29 February is representable)
	LacksZone                  // Wall holds local digits, as if they were UTC
	LacksDate                  // Wall holds a time of day on 0000-01-01
	LacksWall                  // only Mono counts; without a Prec it is no time but an order
)

// Stamp is a time as it was written. Putting stamps of several sources on one axis is the clock's business
// (correlate/clock); until then two stamps of different files must not be compared.
type Stamp struct {
	Wall  time.Time     // the written digits, in the offset that was written, else as if in UTC; see Lacks
	Mono  time.Duration // time since boot or since the tool's start, when written; else 0
	Prec  time.Duration // the last written digit: one second for RFC 3164
	Lacks Lack
}

// IsZero tells that nothing was written.
func (s Stamp) IsZero() bool { return s.Wall.IsZero() && s.Mono == 0 && s.Lacks == 0 }

// Exact tells that the stamp names an instant by itself.
func (s Stamp) Exact() bool { return s.Lacks == 0 && !s.Wall.IsZero() }

// At gives the stamp of a known instant, written to the precision prec.
func At(t time.Time, prec time.Duration) Stamp { return Stamp{Wall: t.UTC(), Prec: prec} }

// AtUnix gives the stamp of an epoch time in nanoseconds, written to the precision prec.
func AtUnix(ns int64, prec time.Duration) Stamp {
	return Stamp{Wall: time.Unix(0, ns).UTC(), Prec: prec}
}
