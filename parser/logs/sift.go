package logs

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// sieve drops lines by their tag, before a time is read. Most lines of a log are of the same minute and host as the
// line before them, and those of programs that nobody asks about go after a few compared words.
type sieve struct {
	interest *parser.Interest
	split    splitter
	stamp    func(s *sieve, line []byte) (length int) // of a stamp known to be good, with the blank behind it; else 0
	layout   layout                                   // of lines like the last one

	minute [16]byte // of the last stamp, known to be good
	zone   []byte   // behind the last stamp's fraction
	length int      // of the last ISO stamp
	host   []byte   // of the last line, with the blank behind it
}

// sifting gives the Sift of an envelope. quick may be nil.
func sifting(own splitter, quick func(*sieve, []byte) int) func(*parser.Interest) parser.Sieve {
	return func(i *parser.Interest) parser.Sieve {
		if i == nil {
			return parser.Sieve{Fate: func([]byte) parser.Fate { return parser.Keep }}
		}
		s := &sieve{interest: i, split: own, stamp: quick}
		sieve := parser.Sieve{Fate: s.fate}
		if _, byProgram := i.Sources(); byProgram && quick != nil {
			sieve.Skip = (&sweep{interest: i, layout: &s.layout}).skip
		}
		return sieve
	}
}

// beginning gives the Begins of an envelope: what textual takes for a line with a stamp.
func beginning(own splitter) func([]byte) (record.Stamp, bool) {
	return func(b []byte) (record.Stamp, bool) {
		var p piece
		if own(b, &p) {
			return p.at, true
		}
		p = piece{}
		ok := anyHeading(b, &p)
		return p.at, ok
	}
}

func (s *sieve) fate(line []byte) parser.Fate {
	if s.stamp == nil {
		return s.slow(line)
	}
	n := s.stamp(s, line)
	if n == 0 {
		return s.slow(line)
	}
	b := line[n:]
	if !s.sameHost(b) {
		return s.slow(line)
	}
	if !s.layout.glued && !s.layout.fits(line) {
		s.layout.learn(line, n, len(s.host), timeAt(n))
	}
	b = b[len(s.host):]
	if tagEnd(b) == 0 || b[0] == '/' || b[0]-'0' < 10 { // the kernel's record "4,123,456,-;Mem-Info:" looks like a tag
		return s.slow(line)
	}
	if !s.interest.WantsInitial(b[0]) {
		return parser.Drop
	}
	name, end := tag(b)
	if !s.interest.WantsProgram(name) {
		return parser.Drop
	}
	text := bytes.TrimPrefix(b[end:], blank)
	if isKernel(name) {
		if len(text) > 0 && len(text) == len(b)-end {
			s.layout.blankless()
		}
		_, _, text, _ = ownWords(text)
	}
	if s.interest.Wants(name, text) || dirty(text) {
		return parser.Keep
	}
	return parser.Drop
}

// timeAt gives where the time of day stands in a stamp that is so long.
func timeAt(stamp int) int {
	if stamp == len("Feb 20 04:20:41 ") {
		return len("Feb 20 ")
	}
	return len("2025-08-31T")
}

// sameHost tells whether b begins with the last line's host and goes on behind it.
func (s *sieve) sameHost(b []byte) bool {
	n := len(s.host)
	if len(b) <= n {
		return false
	}
	if n < 8 || n > 16 {
		return string(b[:n]) == string(s.host)
	}
	return binary.LittleEndian.Uint64(b) == binary.LittleEndian.Uint64(s.host) &&
		binary.LittleEndian.Uint64(b[n-8:]) == binary.LittleEndian.Uint64(s.host[n-8:])
}

// slow reads the line as Parse does and remembers its host.
func (s *sieve) slow(line []byte) parser.Fate {
	var p piece
	if !s.split(line, &p) {
		p = piece{}
		if !anyHeading(line, &p) {
			return s.continued(line)
		}
	}
	s.host = s.host[:0]
	if len(p.host) > 0 {
		s.host = append(append(s.host, p.host...), ' ')
	}
	return s.judge(&p)
}

func (s *sieve) judge(p *piece) parser.Fate {
	if !s.interest.WantsProgram(p.program) {
		return parser.Drop
	}
	if s.interest.Wants(p.program, p.text) || dirty(p.text) {
		return parser.Keep
	}
	return parser.Drop
}

// continued judges a line without a stamp.
func (s *sieve) continued(line []byte) parser.Fate {
	if len(line) == 0 || marker(line) && !bootMarker(line) {
		if _, _, _, ok := journalRange(line); ok {
			return parser.Join
		}
		return parser.Drop
	}
	var p piece
	if s.interest.WantsText(line) || p.strange(line) && s.interest.Wants(p.program, p.text) || dirty(line) || unprintable(line) {
		return parser.Join
	}
	return parser.Drop
}

// dirty tells text that must be cleaned or decoded before a test's answer counts.
func dirty(text []byte) bool {
	if coloured(text) {
		return true
	}
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i, high := 0, uint64(0)
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		if (w-ones)&^w&highs != 0 { // a byte of zero
			return true
		}
		high |= w & highs
	}
	for ; i < len(text); i++ {
		if text[i] == 0 {
			return true
		}
		high |= uint64(text[i] & utf8.RuneSelf)
	}
	return high != 0 && !utf8.Valid(text)
}

// quickClassic knows "Feb 20 04:20:41 " by the last line's minute.
func quickClassic(s *sieve, line []byte) int {
	if len(line) < 21 || line[15] != ' ' || line[12] != ':' {
		return 0
	}
	if binary.LittleEndian.Uint64(line) != binary.LittleEndian.Uint64(s.minute[:]) ||
		binary.LittleEndian.Uint32(line[8:]) != binary.LittleEndian.Uint32(s.minute[8:]) {
		if _, n := scan.RFC3164(line); n != 15 {
			return 0
		}
		copy(s.minute[:], line[:12])
	}
	if line[13]-'0' > 5 || line[14]-'0' > 9 || isYear(line[16:]) {
		return 0
	}
	return 16
}

// isYear tells "2021 " at the beginning of b.
func isYear(b []byte) bool {
	return len(b) >= 5 && (b[0] == '1' || b[0] == '2') && b[4] == ' ' && b[1]-'0' < 10 && b[2]-'0' < 10 && b[3]-'0' < 10
}

// quickISO knows "2025-08-31T09:36:55.418891-07:00 " by the last line's minute and zone.
func quickISO(s *sieve, line []byte) int {
	n := s.length
	if n == 0 || len(line) <= n || line[n] != ' ' || string(line[:16]) != string(s.minute[:]) {
		return learnISO(s, line)
	}
	zone := n - len(s.zone)
	if line[16] != ':' || line[17]-'0' > 5 || line[18]-'0' > 9 || string(line[zone:n]) != string(s.zone) {
		return learnISO(s, line)
	}
	if zone > 19 && line[19] != '.' {
		return learnISO(s, line)
	}
	for i := 20; i < zone; i++ {
		if line[i]-'0' > 9 {
			return learnISO(s, line)
		}
	}
	return n + 1
}

func learnISO(s *sieve, line []byte) int {
	s.length = 0
	_, n := scan.ISO(line)
	if n == 0 || n >= len(line) || line[n] != ' ' || n < 19 {
		return 0
	}
	zone := 19
	if line[19] == '.' {
		for zone++; zone < n && line[zone]-'0' < 10; zone++ {
		}
	}
	if bytes.IndexByte(line[zone:n], ' ') >= 0 {
		return 0
	}
	copy(s.minute[:], line)
	s.zone = append(s.zone[:0], line[zone:n]...)
	s.length = n
	return n + 1
}
