package reports

import (
	"fmt"
	"sort"
	"strings"
)

// pattern is a phrase of the catalogue cut at its values: "VM ", " was started".
type pattern struct {
	parts []string
	said  string // the translation
}

// patternsOf makes patterns of phrases; the more words one has, the sooner it is tried.
func patternsOf(phrases map[string]string) []pattern {
	var out []pattern
	for from, said := range phrases {
		out = append(out, pattern{strings.Split(from, "%v"), said})
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i].letters(), out[j].letters()
		if a != b {
			return a > b
		}
		return strings.Join(out[i].parts, "%v") < strings.Join(out[j].parts, "%v")
	})
	return out
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
		i := strings.Index(rest, part)
		if i < 0 {
			return nil, false
		}
		values, rest = append(values, rest[:i]), rest[i+len(part):]
	}
	end, ok := strings.CutSuffix(rest, p.parts[last])
	return append(values, end), ok
}

// told gives a sentence of a log's reader in the report's language: one that the catalogue has, or one that it has
// with other values. What it does not have stays as it is.
func (v voice) told(s string) string { return v.toldWithin(s, 3) }

func (v voice) toldWithin(s string, depth int) string {
	if said, ok := v.phrases[s]; ok && !strings.Contains(said, "%") {
		return said
	}
	if depth == 0 || len(s) > maxSentence {
		return s
	}
	for _, p := range v.patterns {
		values, ok := p.match(s)
		if !ok {
			continue
		}
		args := make([]any, len(values))
		for i, x := range values {
			args[i] = v.toldWithin(x, depth-1)
		}
		return fmt.Sprintf(p.said, args...)
	}
	return s
}
