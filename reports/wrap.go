package reports

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// wide gives the number of terminal columns that s takes; CJK characters and emoji take two. It counts character by
// character, as terminals' wcwidth and tablewriter do: a family of emoji joined to one picture counts as its members.
func wide(s string) int {
	n := 0
	for _, r := range s {
		n += runeWide(r)
	}
	return n
}

func runeWide(r rune) int {
	if r >= 0x20 && r < 0x7f {
		return 1
	}
	return displaywidth.Rune(r)
}

// head gives the beginning of s that fits into width columns.
func head(s string, width int) string {
	for i, r := range s {
		if width -= runeWide(r); width < 0 {
			return s[:i]
		}
	}
	return s
}

// tail gives the end of s that fits into width columns.
func tail(s string, width int) string {
	skip := wide(s) - width
	for i, r := range s {
		if w := runeWide(r); skip > 0 || w == 0 && i > 0 {
			skip -= w
			continue
		}
		return s[i:]
	}
	return ""
}

// pad fills s with blanks on the right to width columns.
func pad(s string, width int) string { return s + strings.Repeat(" ", max(width-wide(s), 0)) }

// padLeft fills s with blanks on the left to width columns.
func padLeft(s string, width int) string { return strings.Repeat(" ", max(width-wide(s), 0)) + s }

// short cuts s in its middle to width columns: of a name both ends tell.
func short(s string, width int) string {
	if wide(s) <= width {
		return s
	}
	if width < 6 {
		return shortEnd(s, width)
	}
	end := tail(s, (width-1)/2)
	return head(s, width-1-wide(end)) + "…" + end
}

// shortEnd cuts s at its end to width columns.
func shortEnd(s string, width int) string {
	if wide(s) <= width {
		return s
	}
	return head(s, width-1) + "…"
}

// wrap breaks a line at words to at most width columns. A word that is longer breaks after a separator (/ - _ , = :)
// where it has one; wide characters (CJK) break anywhere.
func wrap(s string, width int) []string {
	if wide(s) <= width {
		return []string{s}
	}
	var lines []string
	var line strings.Builder
	used := 0
	flush := func() {
		lines = append(lines, strings.TrimRight(line.String(), " "))
		line.Reset()
		used = 0
	}
	for _, word := range breakable(s) {
		bare := strings.TrimRight(word, " ")
		for wide(bare) > width {
			if used > 0 {
				flush()
			}
			begin := splitAt(bare, width)
			line.WriteString(begin)
			flush()
			bare, word = bare[len(begin):], word[len(begin):]
		}
		if used+wide(bare) > width && used > 0 {
			flush()
		}
		if used == 0 && bare == "" && len(lines) > 0 {
			continue
		}
		line.WriteString(word)
		used += wide(word)
	}
	if strings.TrimSpace(line.String()) != "" || len(lines) == 0 {
		flush()
	}
	return lines
}

// breakable splits s into pieces between which a line may break; blanks stay at the end of their piece.
func breakable(s string) []string {
	var out []string
	from, blank := 0, false
	for i, r := range s {
		w := runeWide(r)
		if i > from && r != ' ' && (blank || w == 2) {
			out = append(out, s[from:i])
			from = i
		}
		if w > 0 {
			blank = r == ' ' || w == 2
		}
	}
	if from < len(s) {
		out = append(out, s[from:])
	}
	return glued(out)
}

// glued joins a number and its unit, which are not to stand on two lines: "16.0 GiB", "± 5 s".
func glued(pieces []string) []string {
	var out []string
	for _, p := range pieces {
		if n := len(out); n > 0 && (leansOn(out[n-1], p) || strings.HasSuffix(out[n-1], "（") || strings.IndexAny(p, closers) == 0) {
			out[n-1] += p
			continue
		}
		out = append(out, p)
	}
	return out
}

// closers never begin a line of Chinese.
const closers = "，。；：、）！？》」』”％"

var units = map[string]bool{
	"B": true, "kB": true, "KiB": true, "MiB": true, "GiB": true, "TiB": true, "ms": true, "s": true, "min": true, "h": true, "%": true, "dB": true, "million": true,
}

func leansOn(before, p string) bool {
	bare, blank := strings.CutSuffix(before, " ")
	if !blank || bare == "" {
		return false
	}
	last := bare[len(bare)-1]
	return bare == "±" || last >= '0' && last <= '9' && units[strings.TrimRight(p, " ,;.:)")]
}

// splitAt gives the beginning of a long word that fits into width columns, up to a separator where there is one in
// its second half.
func splitAt(s string, width int) string {
	begin := head(s, max(width, 2))
	if i := strings.LastIndexAny(begin, "/-_,=:|"); i >= len(begin)/2 {
		return begin[:i+1]
	}
	return begin
}
