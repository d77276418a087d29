package reports

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"oomortem/correlate/verdict"
)

// language is what it takes to say things in it.
type language struct {
	// phrases gives the translation of a format or a fixed word; English has none and says all as written.
	// A translation takes its values by number where it needs another order: "%[2]v of %[1]v".
	phrases map[string]string
	// patterns are phrases with their values filled in already, as the readers of logs write them.
	patterns []pattern
	// problems are such phrases of the parsers.
	problems []pattern
	// spaced tells that blanks between words are the exception, as in Chinese.
	spaced bool
	// value spells an argument (Bytes, Rate, Count, Share, Span, Moment) its own way; nil: as it prints.
	value func(any) any
	// unit does it for a figure of a curve; nil: as it prints.
	unit func(string) string
}

// languages are all that a report can be written in; a dictionary is put together when its first word is asked for.
var languages = map[string]func() language{
	"en": func() language { return language{} },
	"zh": sync.OnceValue(chinese),
}

// Languages gives the names of the languages: what --lang takes.
func Languages() []string { return slices.Sorted(maps.Keys(languages)) }

// voice says sentences and words in one language, ready to be looked at: every string that comes from the evidence
// is cleaned on its way through.
type voice struct{ language }

// speak gives the voice of a language.
func speak(lang string) (voice, error) {
	if lang == "" {
		lang = "en"
	}
	if l, ok := languages[lang]; ok {
		return voice{l()}, nil
	}
	return voice{}, fmt.Errorf("writing the report in %q: no such language; there are: %s", lang, strings.Join(Languages(), ", "))
}

// Sentence gives a sentence in a language, as --lang names it; in English where there is no such one.
func Sentence(lang string, t verdict.Text) string {
	v, err := speak(lang)
	if err != nil {
		v = voice{}
	}
	return v.say(t)
}

// word gives a fixed word or phrase: a heading, a label, a column's name.
func (v voice) word(s string) string {
	if p, ok := v.phrases[s]; ok {
		return p
	}
	return s
}

// say gives a sentence.
func (v voice) say(t verdict.Text) string {
	if len(t.Args) == 0 {
		return clean(strings.ReplaceAll(v.word(t.Format), "%%", "%"), maxSentence)
	}
	args := make([]value, len(t.Args))
	for i, a := range t.Args {
		said := v.argument(a)
		_, name := a.(verdict.Name)
		args[i] = value{clean(said, maxExcerpt), !name}
	}
	return clean(v.fill(v.word(t.Format), args), maxSentence)
}

// argument gives a value as the language writes it: a sentence within a sentence, a word or a sentence of the evidence's
// readers that the catalogue knows, an amount; a Name stays as it is.
func (v voice) argument(a any) string {
	switch a := a.(type) {
	case verdict.Text:
		return v.say(a)
	case string:
		return v.told(a)
	}
	if v.value != nil {
		return written(v.value(a))
	}
	return written(a)
}

// written gives an argument as it prints; a long string is not copied for it.
func written(a any) string {
	switch a := a.(type) {
	case string:
		return a
	case verdict.Name:
		return string(a)
	}
	return fmt.Sprint(a)
}

// sentence is say with a capital at its beginning, unless it begins with a value (a name is written as it is).
func (v voice) sentence(t verdict.Text) string {
	said := v.say(t)
	if v.phrases != nil { // written as it is to be read
		return said
	}
	if t.Format != "" && t.Format[0] >= 'a' && t.Format[0] <= 'z' {
		if word, _, _ := strings.Cut(t.Format, " "); strings.IndexFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) < 0 {
			return strings.ToUpper(said[:1]) + said[1:]
		}
	}
	return said
}

// sayf is say for a report's own sentences.
func (v voice) sayf(format string, args ...any) string { return v.say(verdict.Say(format, args...)) }

// name gives a name, cleaned.
func (v voice) name(s string) string { return clean(s, maxName) }

// amount gives a value alone, as the language writes it.
func (v voice) amount(a any) string { return v.sayf("%v", a) }

// counted gives "1 file" or "3 files". A catalogue has the plural alone: "%v files".
func (v voice) counted(n int, one, many string) string {
	if n == 1 && v.phrases == nil {
		return "1 " + one
	}
	return v.sayf("%v "+many, verdict.Count(n))
}

// causeName gives a cause by its name, in another language with what the name means.
func (v voice) causeName(c verdict.Cause) string { return v.word(clean(string(c), maxName)) }

// kind gives the word for the kind of a party.
func (v voice) kind(kind string) string {
	if kind == "vm" && v.phrases == nil {
		return "VM"
	}
	return v.word(clean(kind, maxName))
}
