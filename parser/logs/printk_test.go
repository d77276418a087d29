package logs

import (
	"strings"
	"testing"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
)

// TestCaller: the thread that printed a line goes with it, whichever envelope tells of it; a CPU in an interrupt does not.
func TestCaller(t *testing.T) {
	const kill = "Killed process 7 (x) total-vm:4kB, anon-rss:4kB, file-rss:0kB"
	for line, want := range map[string]int{
		"[  100.000001][   T11] ":                          11,
		"<4>[  100.000001][ T6736] ":                       6736,
		"[  100.000001][    C2] ":                          0,
		"[  100.000001] ":                                  0,
		"[Thu May  9 14:52:38 2024][   T11] ":              11,
		"2024-05-09T14:52:38,123456+02:00 [   T11] ":       11,
		"kern  :warn  : [  100.000001][   T11] ":           11,
		"[May 9 14:52][   T11] ":                           11,
		"4,1968,100000001,-,caller=T12845;":                12845,
		"4,1968,100000001,-,caller=C3;":                    0,
		"4,1968,100000001,-;":                              0,
		"Mar  5 10:20:30 kvm01 kernel: [  100.1][   T11] ": 11,
		"Mar  5 10:20:30 kvm01 kernel: ":                   0,
	} {
		got := &collected{}
		text := strings.Repeat(line+"usb 1-1: new device\n", 3) + line + kill + "\n"
		parser.Read(parser.NewInput("f", strings.NewReader(text), time.Time{}), Formats(), nil, got)
		if n := len(got.lines); n == 0 || got.lines[n-1].PID != want || got.lines[n-1].Text != kill {
			t.Errorf("%q: %+v, want thread %d", line, got.lines, want)
		}
	}
}

// collected keeps lines.
type collected struct {
	record.Discard
	lines []record.Line
}

func (c *collected) Line(l record.Line) { c.lines = append(c.lines, l) }
