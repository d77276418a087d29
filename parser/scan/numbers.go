package scan

import "strconv"

// Digits reads the unsigned decimal number at the beginning of b and gives it with its length in bytes;
// length 0 means that b does not begin with a digit or that the number does not fit.
func Digits(b []byte) (n int64, length int) {
	for length < len(b) {
		c := b[length] - '0'
		if c > 9 {
			break
		}
		if n > (1<<63-1-int64(c))/10 {
			return 0, 0
		}
		n = n*10 + int64(c)
		length++
	}
	return n, length
}

// Int reads b as one whole decimal number, sign allowed, nothing around it.
func Int(b []byte) (int64, bool) {
	neg := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		neg = b[0] == '-'
		b = b[1:]
	}
	n, length := Digits(b)
	if length == 0 || length != len(b) {
		return 0, false
	}
	if neg {
		n = -n
	}
	return n, true
}

// Float reads b as one decimal number: digits, a point, a fraction, an exponent. Short plain numbers, which
// are nearly all, are read without strconv.
func Float(b []byte) (float64, bool) {
	i, neg := 0, false
	if len(b) > 0 && b[0] == '-' {
		neg, i = true, 1
	}
	var n uint64
	start, point := i, -1
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && point < 0 {
			point = i
			continue
		}
		if c < '0' || c > '9' || i-start > 15 {
			return slowFloat(b)
		}
		n = n*10 + uint64(c-'0')
	}
	if i == start || (point >= 0 && i == start+1) {
		return 0, false
	}
	f := float64(n)
	if point >= 0 {
		f /= pow10[i-point-1]
	}
	if neg {
		f = -f
	}
	return f, true
}

var pow10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16}

func slowFloat(b []byte) (float64, bool) {
	if len(b) == 0 || len(b) > 64 {
		return 0, false
	}
	switch b[0] { // strconv also takes "Inf", "NaN", "0x1p" and "1_0": names of no number here
	case '-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
	default:
		return 0, false
	}
	for _, c := range b {
		if c == '_' || c == 'x' || c == 'X' || c == 'n' || c == 'N' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(string(b), 64)
	return f, err == nil
}
