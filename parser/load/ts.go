package load

import (
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// prefixed takes off the stamp that moreutils' ts put before a line of a tool's output:
//
//	Nov 26 04:20:10 [ 10s ] thds: 16 tps: 280.02 qps: 5651.73 (r/w/o: 3956/1128/566) lat (ms,95%): 43.39 err/s: 2.96 reconn/s: 0.00
//	2026-11-26T04:20:10.123 [ 10s ] thds: 16 ...
//
// "%b %d %H:%M:%S" unless another format was asked for, and a blank. Of the others those of an ISO date and time are read.
// A tool writes its line when its interval is over, so that the stamp is that of the interval's end. st is zero, and rest
// the whole line, when there is none. Source: ts(1) of moreutils.
func prefixed(line []byte) (st record.Stamp, rest []byte) {
	st, n := scan.RFC3164(line)
	if n == 0 {
		st, n = scan.ISO(line)
	}
	if n == 0 || n >= len(line) || line[n] != ' ' {
		return record.Stamp{}, line
	}
	return st, line[n+1:]
}
