package reports

import (
	"fmt"
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names, labels and log lines are written by whoever could start a process or send a request to the system under
// test. This file is the only place where such text is made harmless: clean for what is read by eye, and one escape
// for each syntax that a format writes.

// How much of one string a report shows, in bytes.
const (
	maxName     = 200  // a name, an argument of a sentence
	maxSentence = 2000 // a sentence
	maxExcerpt  = 600  // a log line
	maxJSON     = 4096 // a string in JSON, which is data and may be longer
)

// clean gives s on one line and safe to look at: control characters, bidi controls and invisible characters are
// spelled out (\x1b, \u202e), line ends and tabs become a space, invalid UTF-8 becomes U+FFFD, and what is longer
// than limit bytes is cut with "…".
func clean(s string, limit int) string {
	s = cut(s, limit)
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteRune(utf8.RuneError)
		case r == '\n' || r == '\t' || r == '\r' || r == '\v' || r == '\f' || r == '\u2028' || r == '\u2029':
			b.WriteByte(' ')
		case r < 0x100 && unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case invisible(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// plain tells that s is printable ASCII, as nearly every string is.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// invisible tells characters that change how others are shown, or that are shown as nothing: bidi controls, zero
// width characters, tags. The joiner of emoji and the variation selectors stay.
func invisible(r rune) bool {
	if r == '\u200d' || r == '\u200c' {
		return false
	}
	if r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef { // no characters at all; XML forbids some
		return true
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

// cut shortens s to limit bytes at most, the "…" included, without splitting a character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// inMarkdown gives cleaned text as it must be written in a Markdown paragraph or table cell. It escapes what would
// act (emphasis, links, HTML, table bars, mentions) and leaves the rest alone, so that the source stays readable.
func inMarkdown(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '\\', '`', '*', '[', ']', '|', '~', '$':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '_':
			if !insideWord(s, i) {
				b.WriteByte('\\')
			}
			b.WriteByte('_')
		case '<':
			b.WriteString("&lt;")
		case '&':
			if i+1 < len(s) && (s[i+1] == '#' || word(rune(s[i+1]))) {
				b.WriteString("&amp;")
				break
			}
			b.WriteByte('&')
		case '@': // a mention would call people; an invisible joiner after the sign breaks it
			b.WriteRune('@')
			if !insideWord(s, i) {
				b.WriteString("&#8288;")
			}
		case ':':
			if strings.HasPrefix(s[i:], "://") {
				b.WriteString("&#58;")
				break
			}
			b.WriteByte(':')
		case '.':
			if strings.HasSuffix(strings.ToLower(s[:i]), "www") {
				b.WriteString("&#46;")
				break
			}
			b.WriteByte('.')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// atLineStart is inMarkdown for text that begins a line, where "# ", "- " and "1. " would begin a heading or a list.
func atLineStart(s string) string {
	s = strings.TrimLeft(s, " ")
	number := len(s) - len(strings.TrimLeft(s, "0123456789"))
	switch {
	case s == "":
	case strings.IndexByte("#-+>=", s[0]) >= 0:
		return `\` + inMarkdown(s)
	case number > 0 && number < len(s) && strings.IndexByte(".)", s[number]) >= 0:
		if rest := s[number+1:]; rest == "" || rest[0] == ' ' {
			return s[:number] + `\` + s[number:number+1] + inMarkdown(rest)
		}
	}
	return inMarkdown(s)
}

// insideWord tells that the one-byte character at i stands between two letters or digits.
func insideWord(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	return word(before) && word(after)
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// inHTML gives cleaned text for HTML, as content or as a quoted attribute.
func inHTML(s string) string { return html.EscapeString(s) }

// inMarkdownCode gives cleaned text as a code span; bars are escaped as a table cell wants it.
func inMarkdownCode(s string) string {
	if s == "" {
		return ""
	}
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	s = strings.ReplaceAll(s, "|", `\|`)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// inJira gives cleaned text for Jira's wiki markup.
func inJira(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '\\': // a backslash escapes, and two break the line
			b.WriteString("&#92;")
		case '&':
			b.WriteString("&amp;")
		case '{', '}', '[', ']', '|', '*', '_', '^', '~':
			if r == '_' && insideWord(s, i) {
				b.WriteRune(r)
				break
			}
			b.WriteByte('\\')
			b.WriteRune(r)
		case '#', '-', '+', '!', '?', ':', ';', '(':
			if jiraActs(s, i) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// jiraIcons are what Jira draws as pictures.
var jiraIcons = []string{"(y)", "(n)", "(i)", "(/)", "(x)", "(!)", "(+)", "(-)", "(?)", "(on)", "(off)", "(*", "(flag"}

// jiraActs tells that the character at i would begin a list, a dash, struck-out, inserted or cited text, a picture.
func jiraActs(s string, i int) bool {
	rest := s[i:]
	touches := len(rest) > 1 && rest[1] != ' '
	switch s[i] {
	case '(':
		for _, icon := range jiraIcons {
			if strings.HasPrefix(rest, icon) {
				return true
			}
		}
		return false
	case ':', ';': // :) :P ;)
		return touches && strings.IndexByte("()DPp", rest[1]) >= 0
	case '-', '+':
		return i == 0 || touches && !insideWord(s, i)
	case '!':
		return touches
	case '?':
		return touches && rest[1] == '?'
	}
	return i == 0
}

// inJiraBlock gives cleaned text for the inside of a {noformat} block, which only its own end can leave.
func inJiraBlock(s string) string { return strings.ReplaceAll(s, "{", "{\u2060") }

// inCSV gives one cell: quoted where RFC 4180 wants it, and never a formula (OWASP: a leading = + - @ is executed
// by spreadsheets; an apostrophe makes it text).
func inCSV(s string) string {
	if s != "" && strings.IndexByte("=+-@'", s[0]) >= 0 {
		s = "'" + s
	}
	if strings.ContainsAny(s, ",\"\r\n") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}
