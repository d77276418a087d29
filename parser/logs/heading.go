package logs

import (
	"bytes"
	"time"
	"unicode/utf8"

	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// anyHeading takes a line of whatever envelope apart, tried by its first byte.
func anyHeading(b []byte, p *piece) bool {
	if len(b) < 5 {
		return false
	}
	switch c := b[0]; {
	case c == '<':
		return rfc5424Line(b, p) || syslogLine(b, p) || dmesgLine(b, p) || levelLine(b, p)
	case c == '[':
		return dmesgLine(b, p) || dmesgDate(b, p) || dmesgRelative(b, p)
	case c >= '0' && c <= '9':
		return isoLine(b, p) || kmsgLine(b, p) || syslogLine(b, p)
	case c == ' ' || c == '\t' || c == '{':
		return false
	}
	return syslogLine(b, p) || dmesgDecoded(b, p) || fullLine(b, p)
}

// syslogLine reads RFC 3164 as it stands in files, with all that is done to it:
//
//	Feb 20 04:20:41 host tag[pid]: text
//	<4> 2017 Oct  3 18:03:49.241708 host kernel: text
//	апр 28 22:35:49 host kernel: text
//	Jan  5 15:19:01 CRON[14500]: text
func syslogLine(b []byte, p *piece) bool {
	if n := priority(b); n > 0 {
		b = bytes.TrimLeft(b[n:], " ")
	}
	if len(b) == 0 || b[0] == ' ' { // it continues a message, which may quote other ones
		return false
	}
	at, n := scan.RFC3164(b)
	if n == 0 || len(b) > n && b[n] != ' ' && b[n] != ':' {
		if at, n = scan.Calendar(b); n == 0 {
			return false
		}
		if zoned(b[n:]) { // date(1): "Tue Mar  5 10:20:30 AM UTC 2024"
			if withZone, l := scan.NamedDate(b); l > n {
				at, n = withZone, l
			}
		}
	} else if len(b) > n+1 && isYear(b[n+1:]) { // behind the time
		if withYear, l := scan.Calendar(b); l > n {
			at, n = withYear, l
		}
	}
	p.at = at
	if n < len(b) && b[n] == ':' { // "Jun 12 06:38:31: text": neither host nor tag
		if b = bytes.TrimPrefix(b[n+1:], blank); !p.strange(b) {
			p.text = b
		}
		return true
	}
	if n < len(b) && b[n] != ' ' {
		return false
	}
	p.addressed(bytes.TrimPrefix(b[n:], blank))
	return true
}

// zoned tells what may be " AM" or a zone's letters.
func zoned(b []byte) bool {
	return len(b) > 3 && b[0] == ' ' && b[1]-'A' < 26 && b[2]-'A' < 26
}

var blank = []byte{' '}

// isoLine reads the same with a stamp that needs no guessing:
//
//	2025-08-31T09:36:55.418891-07:00 host kernel: text
//	2021-02-03T06:30:01+0100 host kernel: text
//	1612333801.123456 host kernel: text
func isoLine(b []byte, p *piece) bool {
	if n := priority(b); n > 0 {
		b = b[n:]
	}
	at, n := scan.ISO(b)
	if n == 0 {
		if at, n = unixTime(b); n == 0 {
			return false
		}
	}
	if n < len(b) && b[n] != ' ' {
		return false
	}
	p.at = at
	p.addressed(bytes.TrimPrefix(b[n:], blank))
	return true
}

// unixTime reads "1612333801.123456 " (journalctl -o short-unix).
func unixTime(b []byte) (record.Stamp, int) {
	i := bytes.IndexByte(b[:min(len(b), 24)], ' ')
	if i < 12 || b[10] != '.' {
		return record.Stamp{}, 0
	}
	at, ok := scan.Epoch(b[:i])
	if !ok {
		return record.Stamp{}, 0
	}
	return at, i
}

// fullLine reads journalctl -o short-full: "Wed 2021-02-03 06:30:01 CET host kernel: text". Of the zone's
// abbreviation only UTC says anything certain. The weekday is a word of any language; headings of scripts begin "=== ".
func fullLine(b []byte, p *piece) bool {
	i := bytes.IndexByte(b[:min(len(b), 20)], ' ')
	if i < 2 || i+20 > len(b) || b[0] < utf8.RuneSelf && (b[0]|0x20 < 'a' || b[0]|0x20 > 'z') {
		return false
	}
	at, n := scan.ISO(b[i+1:])
	if n == 0 {
		return false
	}
	b = bytes.TrimPrefix(b[i+1+n:], blank)
	if i = bytes.IndexByte(b, ' '); i < 0 {
		i = len(b)
	}
	zone := b[:i]
	if at.Lacks&record.LacksZone != 0 {
		if string(zone) == "UTC" || string(zone) == "GMT" {
			at.Lacks &^= record.LacksZone
		}
		b = bytes.TrimPrefix(b[i:], blank)
	}
	p.at = at
	p.addressed(b)
	return true
}

// monotonic gives the stamp of a line that only tells the time since boot.
func monotonic(mono, prec time.Duration) record.Stamp {
	return record.Stamp{Mono: mono, Prec: prec, Lacks: record.LacksWall}
}
