package scan

import (
	"testing"
	"time"

	"oomortem/parser/record"
)

func TestClock(t *testing.T) {
	for _, c := range []struct {
		text   string
		tod    time.Duration
		prec   time.Duration
		length int
	}{
		{"00:28:28 x", 28*time.Minute + 28*time.Second, time.Second, 8},
		{"12:28:28 AM", 28*time.Minute + 28*time.Second, time.Second, 11},
		{"12:58:10 PM", 12*time.Hour + 58*time.Minute + 10*time.Second, time.Second, 11},
		{"1:02:03.250pm", 13*time.Hour + 2*time.Minute + 3250*time.Millisecond, time.Millisecond, 13},
		{"9:05", 9*time.Hour + 5*time.Minute, time.Minute, 4},
		{"09:05 Amp", 9*time.Hour + 5*time.Minute, time.Minute, 5},
		{"13:00 PM", 0, 0, 0},
		{"24:00:00", 0, 0, 0},
		{"123:00", 0, 0, 0},
		{"12:61", 0, 0, 0},
		{"", 0, 0, 0},
	} {
		tod, prec, n := Clock([]byte(c.text))
		if tod != c.tod || prec != c.prec || n != c.length {
			t.Errorf("Clock(%q) = %v, %v, %d; want %v, %v, %d", c.text, tod, prec, n, c.tod, c.prec, c.length)
		}
	}
}

// TestDayAndMonth: fr, de and en write "5 mars", "5. März", "Mar-05".
func TestDayAndMonth(t *testing.T) {
	for in, want := range map[string]string{
		"5 mars 10:20:30 kvm01":   "03-05 10:20:30",
		"5. Mär 10:20:30":         "03-05 10:20:30",
		"Mar-05 10:20:30.25":      "03-05 10:20:30.25",
		"05-Mar 1:20:30 PM":       "03-05 13:20:30",
		"29 Feb 10:20:30":         "02-29 10:20:30",
		"30 Feb 10:20:30":         "",
		"5 mars 10:20":            "",
		"5 mars 2024 10:20:30":    "",
		"32 mars 10:20:30":        "",
		"5 marsh 10:20:30":        "",
		"5-6 10:20:30":            "",
		"mars avril 10:20:30":     "",
		"5 mars":                  "",
		"":                        "",
		"a":                       "",
		" 5 mars 10:20:30":        "",
		"5 a very long word here": "",
	} {
		at, n := DayAndMonth([]byte(in))
		got := ""
		if n > 0 {
			got = at.Wall.Format("01-02 15:04:05.99")
		}
		if got != want || n > 0 && at.Lacks != record.LacksYear|record.LacksZone {
			t.Errorf("%q: %q, want %q (%+v)", in, got, want, at)
		}
	}
}
