package messages

import (
	"time"
)

// oomMessage gives where the kernel's own words begin in a line: behind a priority "<6>", an uptime
// "[ 1234.567890]" and a printk caller "[T123]" or "[   C2]" that the envelope left in the text, and behind
// blanks. uptime is 0 when none is written.
func oomMessage[T string | []byte](text T) (begin int, uptime time.Duration) {
	return kernelWords([]byte(text))
}

func kernelWords(text []byte) (begin int, uptime time.Duration) {
	if len(text) > 0 && text[0] > ' ' && text[0] != '<' && text[0] != '[' && text[0] != 0xC2 {
		return 0, 0
	}
	i := skipBlanks(text, 0)
	if i+2 < len(text) && text[i] == '<' {
		if j := skipDigits(text, i+1); j > i+1 && j < len(text) && text[j] == '>' {
			i = skipBlanks(text, j+1)
		}
	}
	if end, up, ok := uptimeAt(text, i); ok {
		i, uptime = skipBlanks(text, end), up
	}
	if end, ok := callerAt(text, i); ok { // dmesg sets a blank before it, the console none
		i = end
	}
	return skipBlanks(text, i), uptime
}

// uptimeAt reads "[ 1234.567890]" at i.
func uptimeAt(text []byte, i int) (end int, up time.Duration, ok bool) {
	if i >= len(text) || text[i] != '[' {
		return i, 0, false
	}
	j := skipBlanks(text, i+1)
	k := skipDigits(text, j)
	if k == j || k-j > 9 || k >= len(text) || text[k] != '.' {
		return i, 0, false
	}
	m := skipDigits(text, k+1)
	if m == k+1 || m >= len(text) || text[m] != ']' {
		return i, 0, false
	}
	for ; j < k; j++ {
		up = up*10 + time.Duration(text[j]-'0')
	}
	up *= time.Second
	scale := time.Second / 10
	for j = k + 1; j < m; j++ {
		up += time.Duration(text[j]-'0') * scale
		scale /= 10
	}
	return m + 1, up, true
}

// callerAt reads what CONFIG_PRINTK_CALLER puts behind the uptime: "[ T6736]", "[    C2]".
func callerAt(text []byte, i int) (end int, ok bool) {
	if i >= len(text) || text[i] != '[' {
		return i, false
	}
	j := skipBlanks(text, i+1)
	if j >= len(text) || (text[j] != 'T' && text[j] != 'C') {
		return i, false
	}
	k := skipDigits(text, j+1)
	if k == j+1 || k >= len(text) || text[k] != ']' {
		return i, false
	}
	return k + 1, true
}

// skipBlanks steps over blanks, tabs and the no-break spaces that mail programs and spreadsheets put for them.
func skipBlanks[T string | []byte](text T, i int) int {
	for i < len(text) {
		switch {
		case text[i] == ' ' || text[i] == '\t':
			i++
		case text[i] == 0xC2 && i+1 < len(text) && text[i+1] == 0xA0:
			i += 2
		default:
			return i
		}
	}
	return i
}

func skipDigits[T string | []byte](text T, i int) int {
	for i < len(text) && text[i]-'0' < 10 {
		i++
	}
	return i
}
