package messages

import (
	"fmt"
	"strings"

	"oomortem/parser/record"
)

// logGap reads the lines by which a log says that lines of it are missing. Where they are, the absence of a kill
// proves nothing:
//
//	oom_kill_process: 12 callbacks suppressed | __ratelimit: 8552 callbacks suppressed        kernel, 2.6.32 and later
//	printk: 17 messages suppressed.                                                           kernel, before
//	** 123 printk messages dropped **                                                         kernel console
//	Missed 34 kernel messages | Suppressed 1234 messages from a.service                       journald
//	/dev/kmsg buffer overrun, some messages lost. | Forwarding to syslog missed 12 messages.  journald
//	imjournal: 12 messages lost due to rate-limiting (20000 allowed within 600 seconds)       rsyslog
//	imuxsock lost 12 messages from pid 123 due to rate-limiting                               rsyslog
var logGap = Reader{
	Name:    "log-gap",
	Title:   "lines by which a log says that it has lost lines",
	Sources: append([]string{"kernel", ""}, loggers...),
	Wants: func(text []byte) bool {
		begin, _ := kernelWords(text)
		return gapIn(text[begin:]) != ""
	},
	Starts: []string{
		"oom_kill_process: ", "out_of_memory: ", "__ratelimit: ", "dump_header: ", "printk: ", "** ", "Missed ", "/dev/kmsg buffer overrun",
		"Suppressed ", "Forwarding to syslog missed ", "imjournal: ", "imuxsock", "imklog",
	},
	New: lineByLine(readGap),
}

// loggers are the programs that pass on what the kernel and others say, and tell what of it they lost.
var loggers = []string{"systemd-journald", "systemd-journal", "journal", "rsyslogd", "rsyslogd-2177", "imjournal"}

// What gapIn gives for lines whose number is not one of lines, or that are not of the one who says so: the rate limit of
// the kernel counts calls, and one call of the OOM killer's prints a whole dump; rsyslog's inputs count what they take in.
const (
	gapDumps    = "the OOM killer"
	gapMessages = "the kernel's callers"
	gapTaken    = "rsyslog's senders"
)

// gapIn gives whose lines are missing, "" when the line says nothing of the sort. Suppressed lines of network and
// audit code (net_ratelimit: N callbacks suppressed) are none: the OOM killer's own are never among them.
func gapIn(msg []byte) string {
	if len(msg) < 16 {
		return ""
	}
	switch msg[0] {
	case 'o', '_', 'd':
		switch {
		case !endsWith(msg, " callbacks suppressed"):
		case has(msg, "oom_kill_process: ") || has(msg, "out_of_memory: ") || has(msg, "dump_header: "):
			return gapDumps
		case has(msg, "__ratelimit: "):
			return gapMessages
		}
	case 'p':
		if has(msg, "printk: ") && contains(msg, " messages suppressed") {
			return "the kernel"
		}
	case '*':
		if has(msg, "** ") && contains(msg, " printk messages dropped") {
			return "the kernel"
		}
	case 'M':
		if has(msg, "Missed ") && contains(msg, " kernel messages") {
			return "the kernel"
		}
	case '/':
		if has(msg, "/dev/kmsg buffer overrun") {
			return "the kernel"
		}
	case 'S':
		if has(msg, "Suppressed ") && contains(msg, " messages from ") {
			return "a service"
		}
	case 'F':
		if has(msg, "Forwarding to syslog missed ") {
			return "the journal"
		}
	case 'i':
		if (has(msg, "imjournal: ") || has(msg, "imuxsock") || has(msg, "imklog")) && contains(msg, "rate-limiting") {
			if has(msg, "imklog") {
				return "the kernel"
			}
			return gapTaken
		}
	}
	return ""
}

func readGap(l record.Line, sink record.Sink) {
	begin, _ := oomMessage(l.Text)
	msg := strings.TrimRight(l.Text[begin:], " ")
	whose := gapIn([]byte(msg))
	if whose == "" {
		return
	}
	if _, from, ok := strings.Cut(msg, " messages from "); ok && whose == "a service" {
		whose = strings.TrimSuffix(from, ".")
	}
	count := firstNumber(msg)
	if strings.Contains(msg, " to drop messages ") { // it begins to: the number is a pid
		count = ""
	}
	var text string
	switch {
	case whose == gapDumps:
		text = fmt.Sprintf("The kernel left %s dumps of its OOM killer out of the log here", count)
	case whose == gapMessages:
		text = fmt.Sprintf("The kernel left %s messages, of one line or many each, out of the log here", count)
	case whose == gapTaken && count == "":
		text = "Lines that other programs gave to rsyslog are missing from the log here"
	case whose == gapTaken:
		text = fmt.Sprintf("%s lines that other programs gave to rsyslog are missing from the log here", count)
	case count == "":
		text = "Lines of " + whose + " are missing from the log here"
	default:
		text = fmt.Sprintf("%s lines of %s are missing from the log here", count, whose)
	}
	sink.Event(settled(l, record.LogGap, text, record.Attr{Key: "lost", Value: count}))
}

// firstNumber gives the first number of a line that stands alone as a word.
func firstNumber(s string) string {
	for _, word := range strings.Fields(s) {
		if digitsIn(word) != "" {
			return word
		}
	}
	return ""
}
