package messages

import "strings"

// splitEscaped parts a message of several lines that a transport joined: rsyslog writes #012 for the line end, /dev/kmsg
// \x0a, and the journal keeps it.
func splitEscaped(msg string) []string {
	for _, mark := range [...]string{"#012", `\x0a`, "\n"} {
		if strings.Contains(msg, mark) {
			return strings.Split(msg, mark)
		}
	}
	return []string{msg}
}

// messagesIn gives the kernel's lines of a message, without the blanks around them.
func messagesIn(msg string) []string {
	parts := splitEscaped(msg)
	for i, p := range parts {
		parts[i] = trimmed(p)
	}
	if len(parts) == 1 {
		return parts
	}
	return rejoinNames(parts)
}

func trimmed(msg string) string { return strings.TrimRight(msg[skipBlanks(msg, 0):], " \r") }

// longestName is what a process name can have of bytes (TASK_COMM_LEN less its end).
const longestName = 15

// rejoinNames puts together what was parted at a line end within a process name, which may hold any byte, and writes that
// line end as dmesg does. It stands in a name where the line lacks the words that follow one and a later part has them:
//
//	Killed process 7569 (a\x0ab) total-vm:18283204kB, anon-rss:16804564kB, file-rss:232kB
func rejoinNames(parts []string) []string {
	whole := parts[:0]
	for i := 0; i < len(parts); i++ {
		n := 1
		switch kind := kindOfOOM([]byte(parts[i])); kind {
		case oomNone:
			if i == 0 && len(parts) > 1 && len(parts[0]) < longestName && kindOfOOM([]byte(parts[1])) == oomHeader {
				n = 2
			}
		case oomTask:
			for i+n < len(parts) && n < longestName && inName(parts[i+n]) {
				n++
			}
		default:
			n = partsOfName(kind, parts[i:])
		}
		whole = append(whole, strings.Join(parts[i:i+n], `\x0a`))
		i += n - 1
	}
	return whole
}

// partsOfName gives how many of the parts the first one's line has.
func partsOfName(kind oomKind, parts []string) int {
	ends := endsOfName(kind)
	if len(ends) == 0 || nameEnd(parts[0], ends) >= 0 {
		return 1
	}
	for n := 1; n < len(parts) && n < longestName && kindOfOOM([]byte(parts[n])) == oomNone; n++ {
		switch end := nameEnd(parts[n], ends); {
		case end >= 0 && end < longestName:
			return n + 1
		case !inName(parts[n]):
			return 1
		}
	}
	return 1
}

// inName tells that a part can be a piece of a name.
func inName(part string) bool {
	return len(part) < longestName && kindOfOOM([]byte(part)) == oomNone
}

// endsOfName gives the words that stand behind a process name in lines of a kind; none for lines without a name.
func endsOfName(kind oomKind) []string {
	switch kind {
	case oomKilled:
		return []string{") total-vm:", "), total-vm:", ") vsz:", "), UID ", ")", ")."}
	case oomKillChoice:
		return []string{") score "}
	case oomReaped:
		return []string{"), now ", ")"}
	case oomExiting:
		return []string{") is already exiting"}
	case oomSummary:
		return []string{",pid="}
	case oomCPU:
		return []string{" Not tainted", " Tainted: "}
	}
	return nil
}

// nameEnd finds where a name ends in a line; -1 when it does not. Brackets without words behind them end the line, too.
func nameEnd(line string, ends []string) int {
	for _, words := range ends {
		if i := strings.Index(line, words); i >= 0 && (len(words) > 2 || strings.HasSuffix(line, words)) {
			return i
		}
	}
	return -1
}
