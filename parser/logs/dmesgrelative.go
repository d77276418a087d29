package logs

import (
	"bytes"
	"time"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// dmesgRelative reads what dmesg -e, -H and --time-format delta print (util-linux 2.38, sys-utils/dmesg.c): the time since
// the line before, and with reltime the minute where a new one begins:
//
//	[Nov25 22:51] java invoked oom-killer: ...
//	[  +0.000300] Out of memory: Killed process 4711 (java) ...
//	[<    0.000300>] the same with --time-format delta, which tells no time at all
func dmesgRelative(b []byte, p *piece) bool {
	if len(b) < 5 || b[0] != '[' {
		return false
	}
	at, n := minuteStamp(b[1:])
	if n == 0 {
		at, p.relative = record.Stamp{Lacks: record.LacksWall}, true
		if p.since, n = sincePrevious(b[1:]); n == 0 {
			return false
		}
	}
	if n+1 >= len(b) || b[n+1] != ']' {
		return false
	}
	rest := b[n+2:]
	rest = p.behindCaller(rest)
	p.at = at
	if !journaled(rest, p) {
		p.program, p.text = kernelName, rest
	}
	return true
}

// sincePrevious reads "<    0.000300>" and "  +0.000300", the time since the line before, and gives the length; 0 when b
// begins with none.
func sincePrevious(b []byte) (since time.Duration, length int) {
	i := 0
	if len(b) > 0 && b[0] == '<' {
		i++
	}
	angled := i > 0
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if !angled {
		if i >= len(b) || b[i] != '+' {
			return 0, 0
		}
		i++
	}
	sec, l := scan.Digits(b[i:])
	i += l
	if l == 0 || sec > 1e9 || i+7 > len(b) || b[i] != '.' {
		return 0, 0
	}
	micro, l := scan.Digits(b[i+1 : i+7])
	i += 7
	if l != 6 {
		return 0, 0
	}
	if angled {
		if i < len(b) && b[i] == ' ' { // journalctl
			i++
		}
		if i >= len(b) || b[i] != '>' {
			return 0, 0
		}
		i++
	}
	return time.Duration(sec)*time.Second + time.Duration(micro)*time.Microsecond, i
}

// minuteStamp reads "Nov25 22:51", strftime's "%b%e %H:%M" in any locale. The seconds are not told: it is taken for the
// middle of the minute.
func minuteStamp(b []byte) (record.Stamp, int) {
	end := bytes.IndexByte(b[:min(len(b), 40)], ']')
	if end < len("Nov25 22:51") || b[end-6] != ' ' || b[end-3] != ':' {
		return record.Stamp{}, 0
	}
	month := scan.LocalMonth(b[:end-8])
	day, l := scan.Digits(bytes.TrimPrefix(b[end-8:end-6], blank))
	hour, hl := scan.Digits(b[end-5 : end-3])
	minute, ml := scan.Digits(b[end-2 : end])
	if month == 0 || l == 0 || day < 1 || day > 31 || hl != 2 || hour > 23 || ml != 2 || minute > 59 {
		return record.Stamp{}, 0
	}
	at := time.Date(0, month, int(day), int(hour), int(minute), 30, 0, time.UTC)
	if at.Day() != int(day) {
		return record.Stamp{}, 0
	}
	return record.Stamp{Wall: at, Prec: time.Minute, Lacks: record.LacksYear | record.LacksZone}, end
}

// after gives the stamp of a line that only tells the time since the one before. Nothing is known behind a line without
// a time.
func after(before record.Stamp, since time.Duration) record.Stamp {
	switch {
	case !before.Wall.IsZero():
		before.Wall = before.Wall.Add(since)
	case before.Mono != 0:
		before.Mono += since
	default:
		before.Lacks |= record.LacksWall
	}
	return before
}
