package logs

import (
	"testing"
	"time"
)

// TestJournalRange: the headings are those of journalctl 239 and 249 (src/journal/journalctl.c), with a range and as -f prints
// them; only what stands before all log lines is about them.
func TestJournalRange(t *testing.T) {
	const line = "Feb 03 04:20:00 host1 kernel: oom\n"
	for _, c := range []struct{ name, text, from, to, zone string }{
		{"239", "-- Logs begin at Mon 2021-02-01 00:00:01 CET, end at Wed 2021-02-24 10:00:01 CEST. --\n" + line, "2021-02-01 00:00:01", "2021-02-24 10:00:01", ""},
		{"249", "-- Journal begins at Mon 2021-02-01 00:00:01 UTC, ends at Wed 2021-02-24 10:00:01 UTC. --\n" + line, "2021-02-01 00:00:01", "2021-02-24 10:00:01", "UTC"},
		{"a zone without letters", "-- Logs begin at Mon 2021-02-01 00:00:01 +03, end at Wed 2021-02-24 10:00:01 -0330. --\n" + line, "2021-02-01 00:00:01", "2021-02-24 10:00:01", ""},
		{"an offset at both ends", "-- Logs begin at Mon 2021-02-01 00:00:01 +0545, end at Wed 2021-02-24 10:00:01 +0545. --\n" + line, "2021-02-01 00:00:01", "2021-02-24 10:00:01", "+0545"},
		{"followed", "-- Logs begin at Mon 2021-02-01 00:00:01 CET. --\n" + line, "2021-02-01 00:00:01", "", ""},
		{"followed, 249", "-- Journal begins at Mon 2021-02-01 00:00:01 CET. --\n" + line, "2021-02-01 00:00:01", "", ""},
		{"behind other lines", line + "-- Logs begin at Mon 2021-02-01 00:00:01 CET, end at Wed 2021-02-24 10:00:01 CET. --\n" + line, "", "", ""},
		{"no entries", "-- No entries --\n" + line, "", "", ""},
		{"no date", "-- Logs begin at n/a, end at n/a. --\n" + line, "", "", ""},
		{"cut off", "-- Logs begin at Mon 2021-02-01 00:0\n" + line, "", "", ""},
	} {
		in := readAs(t, syslog, []byte(c.text), "", wishes(), 0).input
		told := func(at time.Time) string {
			if at.IsZero() {
				return ""
			}
			return at.Format(time.DateTime)
		}
		if told(in.NotBefore) != c.from || told(in.NotAfter) != c.to {
			t.Errorf("%s: %v to %v, want %q to %q", c.name, in.NotBefore, in.NotAfter, c.from, c.to)
		}
		zone := ""
		if in.Zone != nil {
			zone = in.NotBefore.In(in.Zone).Format("MST")
		}
		if zone != c.zone {
			t.Errorf("%s: zone %q, want %q", c.name, zone, c.zone)
		}
	}
}

// TestShortFull: the weekday of short-full is a word of the locale's; what scripts set before a time is none.
func TestShortFull(t *testing.T) {
	for line, want := range map[string]bool{
		"Wed 2021-02-03 06:30:01 CET host1 kernel: text":  true,
		"Mi 2021-02-03 06:30:01 CET host1 kernel: text":   true,
		"三 2021-02-03 06:30:01 CST host1 kernel: text":    true,
		"=== 2026-03-10 08:00:00 vm7":                     false,
		"== 2026-03-10T08:00:00Z":                         false,
		"--- 2021-02-03 06:30:01 CET host1 kernel: text":  false,
		"[12] 2021-02-03 06:30:01 CET host1 kernel: text": false,
	} {
		var p piece
		if fullLine([]byte(line), &p) != want {
			t.Errorf("%q: want %v", line, want)
		}
	}
}
