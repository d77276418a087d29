package reports

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// wide gives the number of terminal columns that s takes; CJK characters and emoji take two.
func wide(s string) int { return displaywidth.String(s) }

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
		return displaywidth.TruncateString(s, width, "…")
	}
	tail := (width - 1) / 2
	return displaywidth.TruncateString(s, width-tail-1, "") + "…" + lastColumns(s, tail)
}

// lastColumns gives the end of s that fits into width columns.
func lastColumns(s string, width int) string {
	skip := wide(s) - width
	g := displaywidth.StringGraphemes(s)
	at := 0
	for skip > 0 && g.Next() {
		skip -= g.Width()
		at += len(g.Value())
	}
	return s[at:]
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
			head := splitAt(bare, width)
			line.WriteString(head)
			flush()
			bare, word = bare[len(head):], word[len(head):]
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
	from, at := 0, 0
	g := displaywidth.StringGraphemes(s)
	blank := false
	for g.Next() {
		v := g.Value()
		isBlank := v == " "
		if wide := g.Width() == 2; at > from && ((blank && !isBlank) || wide && !isBlank) {
			out = append(out, s[from:at])
			from = at
		}
		at += len(v)
		blank = isBlank || g.Width() == 2
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
		if n := len(out); n > 0 && leansOn(out[n-1], p) {
			out[n-1] += p
			continue
		}
		out = append(out, p)
	}
	return out
}

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
	head := displaywidth.TruncateString(s, width, "")
	if head == "" { // not even one character fits
		g := displaywidth.StringGraphemes(s)
		g.Next()
		return g.Value()
	}
	if i := strings.LastIndexAny(head, "/-_,=:|"); i >= len(head)/2 {
		return head[:i+1]
	}
	return head
}

// shortEnd cuts s at its end to width columns.
func shortEnd(s string, width int) string {
	if wide(s) <= width {
		return s
	}
	return displaywidth.TruncateString(s, width, "…")
}
