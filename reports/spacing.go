package reports

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// value is an argument of a sentence, ready to stand in it. One of this program's own, as an amount, may lose the blank
// beside it; around a name a blank stays.
type value struct {
	text string
	own  bool
}

// fill puts values into a format. Where a value meets the format's words there is a blank between Chinese characters and
// letters or digits, and none between two Chinese characters or beside their punctuation.
func (l language) fill(format string, values []value) string {
	if !l.spaced {
		args := make([]any, len(values))
		for i, v := range values {
			args[i] = v.text
		}
		return fmt.Sprintf(format, args...)
	}
	var said value
	next := 0
	for {
		words, rest, found := strings.Cut(format, "%")
		said = said.beside(value{words, true})
		if !found {
			return said.text
		}
		n, length := place(rest, next)
		switch {
		case n < 0: // %%
			said.text += "%"
		case n < len(values):
			said = said.beside(values[n])
			next = n + 1
		default:
			said.text += "%!v(MISSING)"
		}
		format = rest[length:]
	}
}

// place reads what stands behind a percent sign: which value, and how long it is. -1 is a percent sign itself.
func place(verb string, next int) (n, length int) {
	if strings.HasPrefix(verb, "%") {
		return -1, 1
	}
	if number, _, ok := strings.Cut(strings.TrimPrefix(verb, "["), "]v"); ok && strings.HasPrefix(verb, "[") {
		if n, err := strconv.Atoi(number); err == nil {
			return n - 1, len(number) + 3
		}
	}
	return next, 1
}

// beside joins two pieces of Chinese.
func (v value) beside(next value) value {
	left, right := strings.TrimSuffix(v.text, " "), strings.TrimPrefix(next.text, " ")
	if left == "" || right == "" {
		return value{v.text + next.text, next.own}
	}
	l, _ := utf8.DecodeLastRuneInString(left)
	r, _ := utf8.DecodeRuneInString(right)
	switch {
	case !v.own && strings.HasSuffix(v.text, " ") || !next.own && strings.HasPrefix(next.text, " "): // a name's own blank
		return value{v.text + next.text, next.own}
	case fullStop(l) || fullStop(r), han(l) && han(r) && v.own && next.own:
		return value{left + right, next.own}
	case han(l) && spacedFrom(r) || spacedFrom(l) && han(r):
		return value{left + " " + right, next.own}
	}
	return value{v.text + next.text, next.own}
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// fullStop tells the punctuation of Chinese, which has its space within.
func fullStop(r rune) bool { return r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff60 }

// spacedFrom tells what has a blank between itself and a Chinese character: letters, digits, and the signs of amounts.
func spacedFrom(r rune) bool {
	return !han(r) && (unicode.IsLetter(r) || unicode.IsDigit(r)) || strings.ContainsRune("+-<>±%‰$`\"'", r)
}

// beside joins two phrases of a line.
func (v voice) beside(said, more string) string {
	if !v.spaced {
		return said + " " + more
	}
	return value{said, true}.beside(value{" " + more, true}).text
}

// bracketed puts a remark behind a phrase.
func (v voice) bracketed(said, remark string) string {
	around := v.brackets()
	return said + around[0] + remark + around[1]
}

func (v voice) brackets() [2]string { return [2]string{v.word(" ("), v.word(")")} }
