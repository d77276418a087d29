package verdict

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Bytes is a size; it prints in binary units (GiB is 2^30).
type Bytes int64

// String gives "16.0 GiB", three digits at most.
func (b Bytes) String() string {
	v, unit := float64(b), "B"
	for _, u := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if math.Abs(v) < 1024 {
			break
		}
		v, unit = v/1024, u
	}
	if unit == "B" {
		return strconv.FormatInt(int64(b), 10) + " B"
	}
	if math.Abs(v) >= 99.95 {
		return fmt.Sprintf("%.0f %s", v, unit)
	}
	return fmt.Sprintf("%.1f %s", v, unit)
}

// Rate is a number of things per second.
type Rate float64

// String gives "1,779/s".
func (r Rate) String() string {
	if math.Abs(float64(r)) < 10 {
		return strconv.FormatFloat(math.Round(float64(r)*10)/10, 'f', -1, 64) + "/s"
	}
	return group(int64(math.Round(float64(r)))) + "/s"
}

// Count is a whole number of things; large ones print in millions.
type Count int64

// String gives "29.51 million", or "5,312".
func (c Count) String() string {
	if c >= 1e6 || c <= -1e6 {
		return strconv.FormatFloat(float64(c)/1e6, 'f', 2, 64) + " million"
	}
	return group(int64(c))
}

// Share is a part of a whole, 0..1.
type Share float64

// String gives "58 %".
func (s Share) String() string {
	p := 100 * float64(s)
	if p != 0 && math.Abs(p) < 10 {
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(p, 'f', 0, 64) + " %"
}

// Span is a length of time.
type Span time.Duration

// String gives "4 h 36 min", "12 s", "1.5 s".
func (s Span) String() string {
	d := time.Duration(s)
	switch {
	case d < 0:
		return "-" + Span(-d).String()
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Round(100*time.Millisecond).Seconds(), 'f', -1, 64) + " s"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}

// Moment is an instant, held in the zone it is to be told in.
type Moment time.Time

// String gives "04:20:41", the time of day in the run's zone.
func (m Moment) String() string { return time.Time(m).Format("15:04:05") }

// Name is the name of a host, VM, pod, process or user: what a redacted report replaces.
type Name string

// group writes n with commas between thousands.
func group(n int64) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
