package reports

import (
	"sort"
	"strings"
)

// pattern is a phrase of the catalogue cut at its values: "VM ", " was started".
type pattern struct {
	parts []string
	kinds string // of each value: v stays, w is a sentence itself, s is what somebody wrote
	said  string // the translation
}

// patternsOf makes patterns of phrases. The more words one begins with, the sooner it is tried: what stands in a value,
// whoever wrote it, then cannot pass for another phrase. A value that is a sentence is written %w, one that somebody wrote
// and that may hold names %s.
func patternsOf(phrases map[string]string) []pattern {
	var out []pattern
	for from, said := range phrases {
		out = append(out, newPattern(from, said))
	}
	sort.Slice(out, func(i, j int) bool {
		if a, b := len(out[i].parts[0]), len(out[j].parts[0]); a != b {
			return a > b
		}
		if a, b := out[i].letters(), out[j].letters(); a != b {
			return a > b
		}
		return strings.Join(out[i].parts, "%v") < strings.Join(out[j].parts, "%v")
	})
	return out
}

func newPattern(from, said string) pattern {
	p := pattern{said: said}
	for {
		i := strings.IndexByte(from, '%')
		if i < 0 || i+1 == len(from) {
			p.parts = append(p.parts, from)
			return p
		}
		p.parts, p.kinds = append(p.parts, from[:i]), p.kinds+from[i+1:i+2]
		from = from[i+2:]
	}
}

func (p pattern) letters() int {
	n := 0
	for _, s := range p.parts {
		n += len(s)
	}
	return n
}

// match gives the values that make the phrase into s.
func (p pattern) match(s string) ([]string, bool) {
	last := len(p.parts) - 1
	rest, ok := strings.CutPrefix(s, p.parts[0])
	if !ok {
		return nil, false
	}
	if last == 0 {
		return nil, rest == ""
	}
	var values []string
	for _, part := range p.parts[1:last] {
		from := quotation(rest)
		i := strings.Index(rest[from:], part)
		if i < 0 {
			return nil, false
		}
		values, rest = append(values, rest[:from+i]), rest[from+i+len(part):]
	}
	end, ok := strings.CutSuffix(rest, p.parts[last])
	return append(values, end), ok
}

// quotation gives the length of the quoted value that s begins with: nothing in it is the phrase's.
func quotation(s string) int {
	if s == "" || s[0] != '"' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 0
}

// told gives a sentence of a log's reader in the report's language: one that the catalogue has, or one that it has
// with other values, each of which may be a sentence again. What it does not have stays as it is.
func (v voice) told(s string) string { return v.toldWithin(s, nested) }

// nested is how deep sentences may stand in each other.
const nested = 3

func (v voice) toldWithin(s string, depth int) string {
	if said, ok := v.phrases[s]; ok && !strings.Contains(said, "%") {
		return said
	}
	return v.retold(v.patterns, s, depth, v.toldWithin)
}

// Problem gives what a parser says of its input in a language, as --lang names it; English where there is no such one.
func Problem(lang, message string) string {
	v, err := speak(lang)
	if err != nil {
		return message
	}
	return v.problem(message)
}

// problem gives what a parser says of its input in the report's language; a value in it that is no sentence stays.
func (v voice) problem(s string) string { return v.problemWithin(s, nested) }

func (v voice) problemWithin(s string, depth int) string {
	return v.retold(v.problems, s, depth, v.problemWithin)
}

// retold says s as the first pattern does that fits it; within is for the sentences in it.
func (l language) retold(patterns []pattern, s string, depth int, within func(string, int) string) string {
	if depth == 0 || len(s) > maxSentence {
		return s
	}
	for _, p := range patterns {
		values, ok := p.match(s)
		if !ok {
			continue
		}
		args := make([]value, len(values))
		for i, x := range values {
			args[i].text = x
			if p.kinds[i] == 'w' {
				args[i].text = within(x, depth-1)
				args[i].own = args[i].text != x
			}
		}
		return l.fill(p.said, args)
	}
	return s
}
