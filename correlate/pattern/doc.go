// Package pattern finds what only several runs together show: that the victim changes while the host stays, that one
// process is there every time, that a change of sizes ended it.
//
// Each kind is a file and a value. A rule sees a Run, which is small enough that a hundred thousand of them fit into
// memory, and weighs what it sees in decibans (ten times the decimal logarithm of the likelihood ratio), starting from
// even odds unless it says so.
package pattern
