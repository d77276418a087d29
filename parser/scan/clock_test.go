package scan

import (
	"testing"
	"time"
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
