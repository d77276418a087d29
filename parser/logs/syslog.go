package logs

import (
	"oomortem/parser"
)

// syslog is the classic /var/log/messages, syslog, kern.log and journalctl -o short: local time without a year.
//
//	Feb 20 04:20:41 kvm01 systemd-machined[822]: Machine qemu-3-web01 terminated.
//	Aug 28 17:00:29 kvm01 kernel: [ 1234.567890] java invoked oom-killer: ...
//
// https://www.rfc-editor.org/rfc/rfc3164; seen from rsyslog, busybox syslogd, syslog-ng, journalctl 252 and 257, in
// English and with localized months.
var syslog = parser.Format{
	Name: "syslog", Title: "syslog with classic stamps: /var/log/messages, syslog, kern.log, journalctl -o short",
	Sniff:  sniffLines(75, syslogLine),
	Parse:  textual(syslogLine),
	Raw:    true,
	Sift:   sifting(syslogLine, quickClassic),
	Begins: beginning(syslogLine),
}

// syslogISO is the same with ISO 8601 stamps, the default of rsyslog on Debian 12 and Ubuntu 24.04, and journalctl -o
// short-iso and short-unix:
//
//	2025-08-31T09:36:55.418891-07:00 kvm01 kernel: java invoked oom-killer: ...
var syslogISO = parser.Format{
	Name: "syslog-iso", Title: "syslog with ISO 8601 stamps, journalctl -o short-iso and short-unix",
	Sniff:  sniffLines(70, taggedISO),
	Parse:  textual(isoLine),
	Raw:    true,
	Sift:   sifting(isoLine, quickISO),
	Begins: beginning(isoLine),
}

// taggedISO is isoLine for recognition: many programs begin lines with an ISO stamp, only syslog goes on with a tag. What
// the kernel says is worth reading whatever wrote the stamp: "2021-02-03 06:30:01 [   35.300000] text" of ts.
func taggedISO(b []byte, p *piece) bool {
	if !isoLine(b, p) {
		return false
	}
	return isKernel(p.program) || len(p.program) > 0 && p.at.Lacks == 0 && (len(b) > 10 && (b[10] == 'T' || b[10] == '.') || priority(b) > 0)
}

// journalFull is journalctl -o short-full: "Wed 2021-02-03 06:30:01 CET host kernel: text".
var journalFull = parser.Format{
	Name: "journal-full", Title: "journalctl -o short-full",
	Sniff: sniffLines(80, fullLine),
	Parse: textual(fullLine),
	Raw:   true,
}
