package verdict

import "oomortem/parser/record"

// Manner is how the requests of a load ceased to succeed.
type Manner string

// The manners. What shows none of them clearly has none.
const (
	Stalled            Manner = "stalled"              // they stay in flight: nobody answers
	Refused            Manner = "refused"              // most of them fail at once
	StalledThenRefused Manner = "stalled-then-refused" // as when a host looks for memory, and kills
	RefusedThenStalled Manner = "refused-then-stalled" // as when a machine goes down after its services
	Silent             Manner = "silent"               // the tool asked nothing: none is begun and none in flight
	Ended              Manner = "ended"                // no row begins from here on: those in flight at the end are in no file
)

// Requests is what became of the load's requests while throughput was down. In flight are those that were begun and not
// completed, of what the load tool's file tells; Users is how many threads or users the tool said it had.
type Requests struct {
	Manner  Manner       `json:"manner,omitempty"`
	Before  record.Maybe `json:"in_flight_before,omitzero"` // median of the minute before the drop
	During  record.Maybe `json:"in_flight_during,omitzero"` // median
	Users   record.Maybe `json:"users,omitzero"`
	Stalled Seconds      `json:"stalled_s,omitempty"` // of the drop's time: nothing was answered
	Refused Seconds      `json:"refused_s,omitempty"` // most failed at once
	Silent  Seconds      `json:"silent_s,omitempty"`  // nothing was asked
	Text    Text         `json:"text"`
}
