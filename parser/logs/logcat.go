package logs

import (
	"bytes"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// logcat is Android's log, adb logcat -v threadtime (the default) and -v time, in local time without a year, and -v brief,
// the default up to Android 7, which tells no time:
//
//	05-09 14:52:38.123  1234  1240 I lmkd    : Kill 'com.example' (4711), uid 10086, oom_score_adj 900 to free 81244kB
//	05-09 14:52:38.123 I/lmkd    ( 1234): Kill 'com.example' (4711), ...
//	I/lmkd    ( 1234): Kill 'com.example' (4711), ...
//
// https://developer.android.com/tools/logcat#outputFormat
var logcat = parser.Format{
	Name: "logcat", Title: "Android: adb logcat -v threadtime, -v time, -v brief",
	Sniff: sniffLines(86, logcatLine),
	Parse: textual(logcatLine),
	Raw:   true,
}

func logcatLine(b []byte, p *piece) bool {
	if len(b) > 2 && b[1] == '/' {
		return logcatBrief(b, record.Stamp{}, p)
	}
	if len(b) < 24 || b[2] != '-' || b[5] != ' ' || b[14] != '.' {
		return false
	}
	month, l1 := scan.Digits(b[:2])
	day, l2 := scan.Digits(b[3:5])
	tod, prec, n := scan.Clock(b[6:])
	if l1 != 2 || l2 != 2 || month < 1 || month > 12 || day < 1 || day > 31 || n == 0 || 6+n >= len(b) || b[6+n] != ' ' {
		return false
	}
	rest := b[6+n:]
	at := record.Stamp{Wall: time.Date(0, time.Month(month), int(day), 0, 0, 0, 0, time.UTC).Add(tod), Prec: prec, Lacks: record.LacksYear | record.LacksZone}
	return logcatThread(rest, at, p) || logcatBrief(rest[1:], at, p)
}

// logcatThread reads "  1234  1240 I lmkd    : text".
func logcatThread(b []byte, at record.Stamp, p *piece) bool {
	var ids [2]int64
	for i := range ids {
		b = bytes.TrimLeft(b, " ")
		n, l := scan.Digits(b)
		if l == 0 || n > 1<<31 {
			return false
		}
		ids[i], b = n, b[l:]
	}
	if len(b) < 5 || b[0] != ' ' || b[2] != ' ' || !isLogcatLevel(b[1]) {
		return false
	}
	return logcatTag(b[3:], at, int(ids[0]), p)
}

// logcatBrief reads "I/lmkd    ( 1234): text".
func logcatBrief(b []byte, at record.Stamp, p *piece) bool {
	if len(b) < 5 || !isLogcatLevel(b[0]) || b[1] != '/' {
		return false
	}
	name, rest, ok := bytes.Cut(b[2:], []byte{'('})
	if !ok {
		return false
	}
	pid, text, ok := bytes.Cut(rest, []byte("): "))
	id, good := scan.Int(bytes.TrimSpace(pid))
	if !ok || !good || id > 1<<31 {
		return false
	}
	p.at, p.program, p.pid, p.text = at, bytes.TrimRight(name, " "), int(id), text
	return true
}

func logcatTag(b []byte, at record.Stamp, pid int, p *piece) bool {
	i := bytes.Index(b, []byte(": "))
	if i <= 0 {
		return false
	}
	p.at, p.program, p.pid, p.text = at, bytes.TrimRight(b[:i], " "), pid, b[i+2:]
	return true
}

func isLogcatLevel(c byte) bool { return bytes.IndexByte([]byte("VDIWEFAS"), c) >= 0 }
