package verdict

import (
	"strconv"
	"strings"
	"time"

	"oomortem/parser/record"
)

// Cause is one of the closed list of causes (contract).
type Cause string

// The causes.
const (
	HostOvercommit Cause = "host-overcommit"
	HostConsumer   Cause = "host-consumer"
	CgroupLimit    Cause = "cgroup-limit"
	GuestOOM       Cause = "guest-oom"
	VMCrash        Cause = "vm-crash"
	VMStopped      Cause = "vm-stopped"
	HostReboot     Cause = "host-reboot"
	LoadGenerator  Cause = "load-generator"
	Slowdown       Cause = "slowdown"
	Healthy        Cause = "healthy"
	Unexplained    Cause = "unexplained"
)

// Source is a place in the evidence; it prints and marshals as "messages:412", "" when unknown.
type Source record.Origin

// String gives "messages:412".
func (s Source) String() string { return record.Origin(s).String() }

// MarshalText gives the same for JSON.
func (s Source) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads "messages:412" or a file's name alone.
func (s *Source) UnmarshalText(b []byte) error {
	*s = Source{File: string(b)}
	if i := strings.LastIndexByte(s.File, ':'); i >= 0 {
		if n, err := strconv.Atoi(s.File[i+1:]); err == nil {
			*s = Source{File: s.File[:i], Line: n}
		}
	}
	return nil
}

// IsZero tells that no place is known.
func (s Source) IsZero() bool { return s.File == "" }

// Evidence is one observation that speaks for a cause (weight > 0) or against it (weight < 0). The weight is in
// decibans: ten times the decimal logarithm of the likelihood ratio.
type Evidence struct {
	Text   Text    `json:"text"`
	Weight float64 `json:"weight"`
	Source Source  `json:"source,omitzero"`
}

// Missing is evidence that was not there and what it would have settled.
type Missing struct {
	What      Text `json:"what"`
	WouldTell Text `json:"would_tell"`
}

// Finding is what one hypothesis says of one incident.
type Finding struct {
	Cause      Cause
	Testable   bool // false: its needs were not met, see Missing
	Gate       bool // a literal line decides: no other cause can be right
	Excluded   bool // a literal line rules it out
	Evidence   []Evidence
	Missing    []Missing
	Cap        float64 // highest confidence that the sources at hand allow, 0 = no cap
	Condition  Text    // the standing circumstance that made it possible
	Trigger    Text    // what set it off
	Mechanism  Text    // how the one led to the other
	Effect     Text    // what the run felt of it
	Headline   Text
	Confidence float64 // set by the ranking
}

// Weight sums the evidence.
func (f Finding) Weight() float64 {
	sum := 0.0
	for _, e := range f.Evidence {
		sum += e.Weight
	}
	return sum
}

// Entry is one line of an incident's timeline.
type Entry struct {
	At          time.Time `json:"at"`
	Uncertainty Seconds   `json:"uncertainty_s"`
	Kind        string    `json:"kind"`
	Text        Text      `json:"text"`
	Source      Source    `json:"source,omitzero"`
	Excerpt     string    `json:"excerpt,omitempty"`
}

// Seconds is a duration that marshals as a number of seconds.
type Seconds time.Duration

// MarshalJSON gives seconds, to the millisecond.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return []byte(trimFloat(time.Duration(s).Seconds())), nil
}

// UnmarshalJSON reads a number of seconds.
func (s *Seconds) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return err
	}
	*s = Seconds(f * float64(time.Second))
	return nil
}
