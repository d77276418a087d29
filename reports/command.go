package reports

import "strings"

// shellLines breaks a command where a shell lets it go on in the next line, so that it can be copied as it stands:
// lines end after && and, with a backslash, in front of an option; its comment comes last, on a line of its own. What
// has no such place keeps its length.
func shellLines(command string, width int) []string {
	if command == "" || wide(command) <= width {
		return strings.FieldsFunc(command, func(r rune) bool { return r == '\n' })
	}
	var lines []string
	comment := ""
	if i := strings.LastIndex(command, " # "); i > 0 && !strings.ContainsAny(command[i:], `'"`) {
		comment, command = strings.TrimSpace(command[i+3:]), strings.TrimSpace(command[:i])
	}
	for _, part := range strings.SplitAfter(command, "&& ") {
		part = strings.TrimSpace(part)
		if len(lines) > 0 {
			part = "  " + part
		}
		for wide(part) > width && !strings.ContainsAny(part, `'"`) {
			i := strings.LastIndex(part[:min(len(part), width)], " -")
			if i <= 2 {
				break
			}
			lines = append(lines, part[:i]+` \`)
			part = "    " + part[i+1:]
		}
		lines = append(lines, part)
	}
	if comment != "" {
		for _, l := range wrap(comment, width-2) {
			lines = append(lines, "# "+l)
		}
	}
	return lines
}
