package scan

import "time"

// Clock reads a time of day, "00:28:28", "9:05", "12:28:28 AM" (midnight!), "01:02:03.250 pm", at the beginning of b.
// It gives the time since midnight, the value of the last written digit and the length; length 0 when b does not
// begin with one.
func Clock(b []byte) (tod, prec time.Duration, length int) {
	h, n := Digits(b)
	if n == 0 || n > 2 || h > 23 || len(b) < n+3 || b[n] != ':' {
		return 0, 0, 0
	}
	m := two(b[n+1:])
	if m < 0 || m > 59 {
		return 0, 0, 0
	}
	n += 3
	tod, prec = time.Duration(h)*time.Hour+time.Duration(m)*time.Minute, time.Minute
	if len(b) >= n+3 && b[n] == ':' {
		s := two(b[n+1:])
		if s < 0 || s > 60 {
			return 0, 0, 0
		}
		frac, fracLen := fraction(b[n+3:])
		tod += time.Duration(s)*time.Second + time.Duration(frac)
		n, prec = n+3+fracLen, precision(fracLen)
	}
	half, halfLen := Meridiem(b[n:])
	if halfLen > 0 {
		if h < 1 || h > 12 {
			return 0, 0, 0
		}
		tod += (half - time.Duration(h/12)*12) * time.Hour
	}
	return tod, prec, n + halfLen
}

// Meridiem reads " AM" or "pm" behind a time of the 12-hour clock. It gives the hours to add, 0 or 12, to the hour
// taken modulo 12, and the length; length 0 when there is none.
func Meridiem(b []byte) (hours time.Duration, length int) {
	i := 0
	if i < len(b) && b[i] == ' ' {
		i++
	}
	if len(b) < i+2 || b[i+1]|0x20 != 'm' || len(b) > i+2 && isLetter(b[i+2]) {
		return 0, 0
	}
	switch b[i] | 0x20 {
	case 'a':
		return 0, i + 2
	case 'p':
		return 12, i + 2
	}
	return 0, 0
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// Offset reads a UTC offset, "Z", "+08", " +0800", "+08:00", and gives it with its length; ok is false when b does not
// begin with one.
func Offset(b []byte) (off time.Duration, length int, ok bool) { return offset(b) }

// Month reads the English name of a month, or its first three letters, in any case; 0 when b does not begin with one.
func Month(b []byte) time.Month {
	if len(b) < 3 {
		return 0
	}
	return monthOf(b[0], b[1], b[2])
}
