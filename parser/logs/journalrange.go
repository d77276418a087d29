package logs

import (
	"bytes"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// journalRange reads what journalctl up to 249 writes at the head of its text, and behind -f without the end:
//
//	-- Logs begin at Mon 2021-02-01 00:00:01 CET, end at Wed 2021-02-24 10:00:01 CET. --
//	-- Journal begins at Mon 2021-02-01 00:00:01 CET, ends at Wed 2021-02-24 10:00:01 CET. --
//
// The second is that of 248 and 249 (src/journal/journalctl.c). The times are those of the whole journal, whatever part of it
// follows, in local digits; they are given as if they were UTC. to is zero when it is not written.
func journalRange(b []byte) (from, to time.Time, ok bool) {
	behind, logs := bytes.CutPrefix(b, []byte("-- Logs begin at "))
	if !logs {
		if behind, ok = bytes.CutPrefix(b, []byte("-- Journal begins at ")); !ok {
			return from, to, false
		}
	}
	begin, end, _ := bytes.Cut(behind, []byte(", "))
	if from = headerTime(begin); from.IsZero() {
		return from, to, false
	}
	if _, at, found := bytes.Cut(end, []byte(" at ")); found {
		to = headerTime(at)
	}
	return from, to, true
}

// headerTime reads "Mon 2021-02-01 00:00:01 CET", whose zone may be an offset: the digits count. Zero when it is none.
func headerTime(b []byte) time.Time {
	_, digits, _ := bytes.Cut(b, blank)
	at, n := scan.ISO(digits[:min(len(digits), len(time.DateTime))])
	if n == 0 || at.Lacks&record.LacksZone == 0 {
		return time.Time{}
	}
	return at.Wall
}
