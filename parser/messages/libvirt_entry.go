package messages

import (
	"bytes"
	"strings"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// libvirtEntry is one line of libvirt's log (util/virlog.c, 0.9 to 11), as it stands in its own file and, with or
// without the stamp, in syslog:
//
//	2021-02-19 20:20:44.706+0000: 1397: error : qemuMonitorIO:718 : 内部错误：End of file from qemu monitor
//	20411: error : virCommandWait:2725 : internal error: Child process ...
//	internal error: End of file from qemu monitor              (journal: no level, no function)
//
// Only the message is translated: stamp, level and function are the same in every language.
type libvirtEntry struct {
	at       record.Stamp // zero when the line carries none of its own; always UTC
	thread   string
	level    string // debug, info, warning, error; "" when not written
	function string // qemuMonitorIO; "" when not written
	message  string
}

func readLibvirtEntry(text string) libvirtEntry {
	var e libvirtEntry
	rest := text
	if st, n := scan.ISO([]byte(head(text, 40))); n > 0 && strings.HasPrefix(text[n:], ": ") {
		e.at, rest = st, text[n+2:]
	}
	rest = strings.TrimPrefix(rest, ": ")
	if thread, after, ok := strings.Cut(rest, ": "); ok && thread != "" && digitsIn(thread) != "" {
		e.thread, rest = thread, after
	}
	level, after, ok := strings.Cut(rest, " : ")
	switch level {
	case "debug", "info", "warning", "error":
		if ok {
			e.level, rest = level, after
		}
	}
	if e.level != "" {
		if place, after, ok := strings.Cut(rest, " : "); ok && isPlace(place) {
			e.function, _, _ = strings.Cut(place, ":")
			rest = after
		}
	}
	e.message = strings.TrimSpace(rest)
	return e
}

// isPlace tells whether s is a function and a line number, "qemuMonitorIO:718".
func isPlace(s string) bool {
	name, line, ok := strings.Cut(s, ":")
	return ok && name != "" && line != "" && digitsIn(line) != "" && !strings.ContainsAny(name, " '\"")
}

func head(s string, most int) string {
	if len(s) > most {
		return s[:most]
	}
	return s
}

// stampedLibvirt tells whether a text begins with libvirt's stamp, which settles year and zone of the envelope.
// Debug lines, of which there can be millions, are left out.
func stampedLibvirt(text []byte) bool {
	if len(text) < 40 || text[0] != '2' || text[4] != '-' || text[10] != ' ' || text[23] != '+' {
		return false
	}
	return !bytes.Contains(text[24:40], []byte("debug"))
}
