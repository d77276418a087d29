package logs

import (
	"bytes"
	"strings"
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
// follows, in local digits; they are given as if they were UTC. to is zero when it is not written. zone is that of both, where it
// is UTC or an offset, as of places whose zones have no letters: nil else, for letters are those of several places, and where
// the two differ summer time has come between.
func journalRange(b []byte) (from, to time.Time, zone *time.Location, ok bool) {
	behind, logs := bytes.CutPrefix(b, []byte("-- Logs begin at "))
	if !logs {
		if behind, ok = bytes.CutPrefix(b, []byte("-- Journal begins at ")); !ok {
			return from, to, nil, false
		}
	}
	begin, end, _ := bytes.Cut(behind, []byte(", "))
	from, word := headerTime(begin)
	if from.IsZero() {
		return from, to, nil, false
	}
	if _, at, found := bytes.Cut(end, []byte(" at ")); found {
		var second string
		if to, second = headerTime(at); second == word {
			zone = zoneOf(word)
		}
	}
	return from, to, zone, true
}

// headerTime reads "Mon 2021-02-01 00:00:01 CET", whose zone may be an offset; zero when it is none.
func headerTime(b []byte) (at time.Time, zone string) {
	_, digits, _ := bytes.Cut(b, blank)
	stamp, n := scan.ISO(digits[:min(len(digits), len(time.DateTime))])
	if n == 0 || stamp.Lacks&record.LacksZone == 0 {
		return time.Time{}, ""
	}
	word, _, _ := bytes.Cut(bytes.TrimLeft(digits[n:], " "), blank)
	return stamp.Wall, strings.TrimRight(string(word), ".")
}

// zoneOf reads UTC and "+03" or "-0330"; nil when it is another word.
func zoneOf(word string) *time.Location {
	if word == "UTC" {
		return time.UTC
	}
	for _, layout := range []string{"-07", "-0700"} {
		if at, err := time.Parse(layout, word); err == nil {
			_, seconds := at.Zone()
			return time.FixedZone("", seconds)
		}
	}
	return nil
}
