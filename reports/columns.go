package reports

import (
	"io"
	"strings"
)

// Columns writes rows of the same length below each other, two blanks between the columns; Chinese counts as wide as
// terminals show it.
func Columns(w io.Writer, rows [][]string) error {
	var widths []int
	for _, r := range rows {
		for i, s := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], wide(s))
		}
	}
	for _, r := range rows {
		line := ""
		for i, s := range r {
			line += pad(s, widths[i]) + "  "
		}
		if _, err := io.WriteString(w, strings.TrimRight(line, " ")+"\n"); err != nil {
			return err
		}
	}
	return nil
}
