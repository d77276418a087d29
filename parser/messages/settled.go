package messages

import (
	"bytes"
	"strings"
	"time"

	"oomortem/parser/record"
)

// alone is the step of a reader that understands each line by itself.
type alone func(record.Line, record.Sink)

func (read alone) Line(l record.Line, sink record.Sink) { read(l, sink) }

// Flush has nothing open.
func (alone) Flush(record.Sink) {}

// lineByLine gives the constructor of a reader whose lines stand alone.
func lineByLine(read func(record.Line, record.Sink)) func() Step {
	return func() Step { return alone(read) }
}

// settled gives the event that one line settles; attributes without a value are left out.
func settled(l record.Line, kind record.Kind, text string, attrs ...record.Attr) record.Event {
	e := record.Event{At: l.At, From: l.From, Host: l.Host, Source: l.Program, Kind: kind, Text: text, Excerpt: brief(l.Text, 600)}
	for _, a := range attrs {
		if a.Value != "" {
			e.Attr = append(e.Attr, a)
		}
	}
	return e
}

// brief cuts hostile lengths at a rune's border.
func brief(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xC0 == 0x80 {
		most--
	}
	return s[:most] + "…"
}

// between gives what stands between the first open and the close behind it; ok is false when one is missing.
func between(s, open, end string) (string, bool) {
	_, rest, found := strings.Cut(s, open)
	if !found {
		return "", false
	}
	inner, _, found := strings.Cut(rest, end)
	return inner, found
}

// digitsIn gives s when it is made of digits alone, else "".
func digitsIn(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return ""
		}
	}
	return s
}

// containsAfter tells whether text contains the words, by their first byte, which is rare.
func containsAfter(text []byte, first byte, words string) bool {
	for {
		i := bytes.IndexByte(text, first)
		if i < 0 {
			return false
		}
		text = text[i:]
		if has(text, words) {
			return true
		}
		text = text[1:]
	}
}

// containsAny tells whether text contains one of the words.
func containsAny(text []byte, words ...string) bool {
	for _, w := range words {
		if bytes.Contains(text, []byte(w)) {
			return true
		}
	}
	return false
}

// apart gives how far b lies behind a, by the uptime when both have one, for stamps of one file.
func apart(a, b record.Stamp) time.Duration {
	if a.Lacks&record.LacksWall != 0 || b.Lacks&record.LacksWall != 0 {
		return b.Mono - a.Mono
	}
	return b.Wall.Sub(a.Wall)
}

// sameWords tells that one line is a copy of the other: the same text with the same stamp.
func sameWords(a, b record.Line) bool {
	return a.Text == b.Text && a.At.Mono == b.At.Mono && a.At.Wall.Equal(b.At.Wall)
}

// recent remembers when something was last said, so that the lines that follow one occurrence count once.
type recent struct {
	span time.Duration
	last map[string]record.Stamp
}

const mostRecent = 4096 // names that one input may keep apart; hostile inputs could invent millions

// again tells whether key was said within the span before at, and notes it.
func (r *recent) again(key string, at record.Stamp) bool {
	before, known := r.last[key]
	if r.last == nil || len(r.last) >= mostRecent {
		r.last = map[string]record.Stamp{}
	}
	r.last[key] = at
	d := apart(before, at)
	return known && d > -r.span && d < r.span
}

// kernelText gives the kernel's own words, without the uptime and caller that the envelope left in the text.
func kernelText(text string) string {
	begin, _ := oomMessage(text)
	return text[begin:]
}
