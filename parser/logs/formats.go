package logs

import "oomortem/parser"

// Formats gives all envelopes; on a tie the earlier one is taken.
func Formats() []parser.Format {
	return []parser.Format{
		syslog, syslogISO, rfc5424, journalFull,
		dmesg, dmesgT, dmesgIso, kmsg, console,
		journal, journalJSON, journalExport, journalVerbose, dmesgJSON,
		cri, jsonLog, lokiJSON, logCSV,
		libvirtd, qemu, audit, euleros, logcat,
		plain,
	}
}
