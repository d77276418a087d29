// Package verdict holds what is concluded: evidence, findings, incidents and the report that carries them.
//
// It has no logic but methods on its own types. Reports render it and nothing else; its JSON form is the
// project's contract (schema "oomortem/report/1"): times RFC 3339 with offset, durations in seconds, sizes in
// bytes, rates per second, shares 0..1, and what is not known is absent.
package verdict
