package logs

import (
	"strings"
	"testing"

	"oomortem/parser/record"
)

// TestColoursOfJournalctl: an error's text is red, a warning's bold, and so is the line between two boots (systemd's
// logs-show.c, terminal-util.h); whole lines of it are dropped unread and whole blocks, so the file is long.
func TestColoursOfJournalctl(t *testing.T) {
	const (
		red, bold, off = "\x1b[0;1;31m", "\x1b[0;1;39m", "\x1b[0m"
		marker         = "-- Boot 0f2a8b6c5d4e4f3a9b8c7d6e5f4a3b2c --"
	)
	for _, c := range []struct {
		name, stamp string
		want        told
	}{
		{"short", "Mar 05 10:20:30", told{"kvm01", "kernel", "0000-03-05 10:20:30", 0, local, killText}},
		{"short-iso", "2024-03-05T10:20:30+00:00", told{"kvm01", "kernel", "2024-03-05 10:20:30", 0, 0, killText}},
		{"short-full", "Tue 2024-03-05 10:20:30 UTC", told{"kvm01", "kernel", "2024-03-05 10:20:30", 0, 0, killText}},
	} {
		others := strings.Repeat(c.stamp+" kvm01 sshd[7]: session opened\n"+c.stamp+" kvm01 systemd[1]: "+bold+"Started a thing."+off+"\n", 900)
		file := others + c.stamp + " kvm01 kernel: " + red + killText + off + "\n" + bold + marker + off + "\n" + others +
			c.stamp + " kvm01 kernel: [   35.300000] " + red + killText + off + "\n"
		again := c.want
		again.mono = 35300e6
		sameKills(t, c.name, file, c.want, again)
		var markers []record.Line
		for _, l := range read([]byte(file), wishes()).lines {
			if strings.Contains(l.Text, "\x1b") {
				t.Errorf("%s: %+v", c.name, l)
			}
			if l.Text == marker {
				markers = append(markers, l)
			}
		}
		if len(markers) != 1 || markers[0].From.Line != 2*900+2 {
			t.Errorf("%s: markers %+v", c.name, markers)
		}
	}
}
