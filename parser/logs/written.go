package logs

import (
	"bytes"
	"fmt"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// written reads the stamp in what stands before the kernel's words when no envelope knows it: the first with a date, else the
// first time of day.
//
//	05.03.2024 10:20:30 kvm01      |2024-03-05 10:20:30|WARN|     05-Mar-2024 10:20:30     Mar-05 10:20:30
//	03/05/2024 10:20:30 AM         5 mars 10:20:30                1709634030               10:20:30
//
// Where neither the digits nor order tell which number of a date is what, date gives it, and of the stamp only the time of day.
func written(b []byte, order scan.DateOrder) (at record.Stamp, date []byte) {
	b = b[:min(len(b), longestBeginning)]
	for i := range b {
		if !beginsWord(b, i) {
			continue
		}
		found, open := oneStamp(b[i:], order)
		switch {
		case open:
			return found, b[i : i+bytes.IndexByte(b[i:], ':')-2]
		case found.IsZero():
		case found.Lacks&record.LacksDate == 0:
			return found, nil
		case at.IsZero():
			at = found
		}
	}
	return at, nil
}

// beginsWord tells where a stamp may begin: at a digit or letter that no letter, digit or part of a number stands before.
func beginsWord(b []byte, i int) bool {
	return wordByte(b[i]) && (i == 0 || !wordByte(b[i-1]) && bytes.IndexByte([]byte(".:/-+@"), b[i-1]) < 0)
}

func wordByte(c byte) bool { return c-'0' < 10 || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

// oneStamp reads a stamp at the beginning of b; open tells that its date cannot be read.
func oneStamp(b []byte, order scan.DateOrder) (at record.Stamp, open bool) {
	digit := b[0]-'0' < 10
	if digit {
		if at, n := scan.ISO(b); n > 0 {
			return at, false
		}
		own := dateOrder(b)
		if own == scan.EitherFirst && order != scan.NoOrder && fourDigits(b) {
			own = order
		}
		at, n := scan.Date(b, own)
		if n == 0 && own == scan.EitherFirst { // with the year first
			at, n = scan.Date(b, scan.DayFirst)
		}
		if n > 0 {
			if own == scan.EitherFirst {
				return withoutDate(at), true
			}
			return at, false
		}
	}
	for _, read := range [...]func([]byte) (record.Stamp, int){scan.DayAndMonth, scan.NamedDate, scan.Calendar, scan.RFC3164} {
		if at, n := read(b); n > 0 {
			return at, false
		}
	}
	if !digit {
		return record.Stamp{}, false
	}
	word := b
	if i := bytes.IndexAny(b, " \t,;|]\""); i >= 0 {
		word = b[:i]
	}
	if len(word) >= len("1709634030") {
		at, _ = scan.Epoch(word)
		return at, false
	}
	if at, n := scan.TimeOfDay(b); n >= len("1:02:03") && at.Prec <= time.Second {
		return at, false
	}
	return record.Stamp{}, false
}

// dateOrder is scan.OrderOf, but that a year of two digits, which may lead as well, leaves all open: "24/03/05" of Spark's
// log4j.properties.
func dateOrder(b []byte) scan.DateOrder {
	order := scan.OrderOf(b)
	if order != scan.NoOrder && !fourDigits(b) {
		return scan.EitherFirst
	}
	return order
}

// fourDigits tells that the year behind day and month is written in full.
func fourDigits(b []byte) bool {
	sep := bytes.LastIndexAny(b[:min(len(b), len("05.03."))], "/.-")
	_, l := scan.Digits(b[sep+1:])
	return l == 4
}

func withoutDate(at record.Stamp) record.Stamp {
	y, m, d := at.Wall.Date()
	at.Wall = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).Add(at.Wall.Sub(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)))
	at.Lacks |= record.LacksDate
	return at
}

// undated holds back lines whose dates may be read in two ways until a line of the file has a day above twelve.
type undated struct {
	record.Sink
	order scan.DateOrder // NoOrder until then
	held  []heldLine
	full  bool // too many were held: they are not dated any more
}

// heldLine is a line and where its stamp stands, nil when it has none that waits.
type heldLine struct {
	line      record.Line
	beginning []byte
}

// mostHeld bounds the lines that are held back.
const mostHeld = 10000

// Line passes a line on, behind those that wait. One that has the time of the line before it waits for the same date.
func (u *undated) Line(l record.Line) {
	if len(u.held) == 0 {
		u.Sink.Line(l)
		return
	}
	last := u.held[len(u.held)-1]
	h := heldLine{line: l}
	if l.At.Lacks&record.LacksDate != 0 && l.At.Wall.Equal(last.line.At.Wall) {
		h.beginning = last.beginning
	}
	u.held = append(u.held, h)
}

// hold keeps a line back.
func (u *undated) hold(l record.Line, beginning []byte) {
	if u.full {
		u.Sink.Line(l)
		return
	}
	u.held = append(u.held, heldLine{l, bytes.Clone(beginning)})
}

// learn looks at the beginning of any line for a date that tells the order of all.
func (u *undated) learn(lines *parser.Lines, b []byte) {
	if u.order != scan.NoOrder || u.full {
		return
	}
	b = b[:min(len(b), longestHead)]
	for i := range b {
		if b[i]-'0' >= 10 || !beginsWord(b, i) {
			continue
		}
		order := dateOrder(b[i:])
		if order == scan.NoOrder || order == scan.EitherFirst || bytes.IndexByte(b[i:min(len(b), i+3)], '.') > 0 {
			continue
		}
		if _, n := scan.Date(b[i:], order); n > 0 {
			u.order = order
			u.release(lines)
			return
		}
	}
	if len(u.held) >= mostHeld {
		u.full = true
		u.release(lines)
	}
}

// release passes on what was held back, dated if the order is known, and says so if it is not.
func (u *undated) release(lines *parser.Lines) {
	for i, h := range u.held {
		if h.beginning != nil {
			at, date := written(h.beginning, u.order)
			if at.Mono = h.line.At.Mono; i == 0 && date != nil {
				lines.ProblemAt(h.line.From.Line, fmt.Sprintf("the dates (%s) do not tell day, month and year apart: of such stamps only the time of day is read", lines.Text(bytes.TrimSpace(date))))
			}
			h.line.At = at
		}
		u.Sink.Line(h.line)
	}
	u.held = nil
}
