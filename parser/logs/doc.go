// Package logs takes the envelopes off log lines: one file per envelope, a [parser.Format] value each. What the text
// inside means is the business of the message readers.
//
// Every textual envelope is a way to take one line apart into a piece: stamp, host, program, text. A line that the
// file's own envelope does not fit is tried with the other ones, because captures are glued together in practice;
// a line that fits none continues the line before it.
package logs
