// Package record is the ground floor: what was seen, before anybody concludes anything.
//
// A parser turns bytes into records and hands each to a [Sink] as it is read. Nothing here knows a clock,
// a cause or a report; sizes are bytes, durations are time.Duration, rates are per second, shares are 0..1.
// A number that the text did not tell is a [Maybe] that is not known, never a zero.
package record
