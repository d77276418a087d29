package metrics

// What `sar -r`, -S, -B, -W, -u ... print, in every language and clock:
//
//	Linux 6.18.44-fc-v669 (vm) 	11/23/2026 	_x86_64_	(2 CPU)
//
//	12:28:27 AM kbmemfree   kbavail kbmemused  %memused kbbuffers  kbcached  kbcommit   %commit  kbactive   kbinact   kbdirty
//	12:28:28 AM  21419308  22824180   1498272      6.07     36780   1169876   3806840     15.42    481568   2126084      5924
//
// Source: sysstat's sar.c, pr_stats.c, common.c (set_report_date, print_gal_header). Seen: 9.0.4 (RHEL 6), 10.1.5 (RHEL
// 7), 12.6.1; C, en_US, es, fr, ja, pt_BR, ru, zh_CN. The date's order and the clock follow the reader's locale. Values
// stand under their headings counted from the right, since the clock takes one to three words. No zone is written.

import (
	"bytes"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var sarText = parser.Format{
	Name:  "sar",
	Title: "sysstat: sar -r -S -B -W -u ... text in any language",
	Sniff: sniffSar,
	Parse: parseSar,
}

func sniffSar(h parser.Head) parser.Score {
	banner := false
	for _, l := range h.Lines(30) {
		if isBanner(l) {
			banner = true
			continue
		}
		l = westernDigits(l)
		_, _, n := sarClock(l)
		if n == 0 {
			continue
		}
		rest := trim(l[n:])
		first, after := word(rest)
		if isPidstatHeader(rest) {
			return 0
		}
		second, _ := word(after)
		if _, ok := sysstatNames[string(first)]; ok {
			return 85
		}
		if _, ok := sysstatNames[string(second)]; ok && sectionKeys[string(first)] {
			return 85
		}
		if banner {
			return 50
		}
	}
	return 0
}

// isBanner tells sysstat's first line: "Linux 6.1.0 (host) <tab> date <tab> _x86_64_ <tab> (2 CPU)".
func isBanner(l []byte) bool {
	return has(l, "Linux ") && bytes.IndexByte(l, '(') > 0 && (bytes.HasSuffix(l, []byte("CPU)")) || bytes.IndexByte(l, '\t') > 0)
}

// sectionKeys are first columns that name a device: only the row for all of them is a curve of the host.
var sectionKeys = map[string]bool{
	"CPU": true, "IFACE": true, "DEV": true, "INTR": true, "TTY": true, "BUS": true, "FAN": true, "TEMP": true, "IN": true, "FILESYSTEM": true,
	"DEVICE": true, "BAT": true, "MHz": true, "USB": true, "wghMHz": true, "FCHOST": true,
}

// maxSections is how many different headings are kept: sar has some dozens, a damaged file one in every row.
const maxSections = 200

type sarSection struct {
	names   []string
	columns []sysstatColumn
	keyed   bool
	old     *oldMemory
	doubt   *oldMemory // what kbmemused means is for the first row to tell
	day     daytime
	clock   summerTime
}

type sarReader struct {
	*curves
	host     string
	date     time.Time
	dated    bool
	sections map[string]*sarSection
	now      *sarSection
	cells    [][]byte
	saidOld  bool
	banner   []byte // the banner's date while its order is open
	bannerAt int
	persian  bool // its digits: the year comes first, with two of them
	restarts restarts
}

func parseSar(lines *parser.Lines, sink record.Sink) error {
	r := &sarReader{curves: newCurves(lines, sink), sections: map[string]*sarSection{}}
	for lines.Next() {
		l := westernDigits(lines.Bytes())
		switch {
		case len(trim(l)) == 0:
		case isBanner(l):
			r.persian = len(l) != len(lines.Bytes())
			r.readBanner(l)
		default:
			r.row(l)
		}
	}
	r.saySpecial()
	return nil
}

// row reads a header, a row of values, or passes over averages and restarts.
func (r *sarReader) row(l []byte) {
	tod, prec, n := sarClock(l)
	if n == 0 {
		return // "Average:" in the reader's language
	}
	r.cells = fields(r.cells, l[n:])
	if len(r.cells) == 0 || string(r.cells[0]) == "COM" { // a comment, behind which the section goes on
		return
	}
	if !isValue(r.cells[len(r.cells)-1]) {
		if !isValue(r.cells[0]) { // else of a device, whose name --pretty puts last
			r.header(l)
		}
		return
	}
	if r.now == nil || r.now.columns == nil {
		return
	}
	if r.banner != nil {
		r.settleDate(l, n > 0 && isAMPM(l[:n]))
	}
	r.values(r.now, tod, prec)
}

// header makes the section current whose names the row gives. Each goes on with its own day when it comes again.
func (r *sarReader) header(l []byte) {
	if i := bytes.Index(l, []byte("LINUX RESTART")); i >= 0 {
		r.restarts.tell(r.curves, trim(l[:i]))
		for _, s := range r.sections {
			s.clock.pause()
		}
		return // the section goes on
	}
	key := string(bytes.Join(r.cells, []byte{' '}))
	if s, ok := r.sections[key]; ok {
		r.now = s
		return
	}
	s := &sarSection{names: texts(r.cells)}
	s.keyed = sectionKeys[s.names[0]]
	known := false
	for _, name := range s.names {
		if _, ok := sysstatNames[name]; ok || strings.HasSuffix(name, "/s") || strings.HasPrefix(name, "%") {
			known = true
		}
	}
	room := len(r.sections) < maxSections
	if !known || s.keyed && s.names[0] != "CPU" || !room {
		s.names = nil
	}
	if r.now = s; room {
		r.sections[key] = s
	}
	if s.names == nil {
		return
	}
	old, cacheCounts := findOldMemory(s.names)
	s.columns = make([]sysstatColumn, len(s.names))
	for i, name := range s.names {
		if i > 0 || !s.keyed {
			s.columns[i] = r.sysstatSeries(name, r.host, cacheCounts)
		}
	}
	if cacheCounts {
		r.useOld(s, &old)
	} else if old.doubtful() {
		s.doubt = &old
	}
}

// useOld works out beside a section what its kbmemused does not tell.
func (r *sarReader) useOld(s *sarSection, old *oldMemory) {
	old.series(r.curves, r.host)
	s.old = old
	if !r.saidOld {
		r.saidOld = true
		old.tell(r.curves, r.lines.Number())
	}
}

// values places a row's values under the headings, from the right.
func (r *sarReader) values(s *sarSection, tod, prec time.Duration) {
	at := len(r.cells) - len(s.names)
	if at < 0 {
		if !r.lines.Torn() {
			r.problem(r.lines.Number(), "the row is left out: %d cells under %d headings", len(r.cells), len(s.names))
		}
		return
	}
	cells := r.cells[at:]
	if s.keyed && string(cells[0]) != "all" {
		return
	}
	s.day.day, s.day.dated = r.date, r.dated
	stamp := r.inStep(&s.clock, s.day.stamp(tod, prec), r.lines.Number())
	last := len(cells)
	if r.lines.Torn() {
		last-- // its end may be missing, and then all of them stand too far right
		if len(r.cells) > len(s.names) {
			return
		}
	}
	value := func(i int) (float64, bool) { return sarValue(cells[i]) }
	if s.doubt != nil && last == len(cells) {
		exact := func(i int) (float64, bool) {
			v, _, human, ok := sarNumber(cells[i])
			return v, ok && !human // --human rounds too much to tell
		}
		if s.doubt.cacheCounts(exact) {
			r.useOld(s, s.doubt)
			s.columns[s.old.used].series.Quantity = ""
		} else if _, s.doubt.plain = s.doubt.whole(exact); s.doubt.plain {
			s.old = s.doubt
			s.old.series(r.curves, r.host)
		}
		s.doubt = nil
	}
	for i := 0; i < last; i++ {
		c := s.columns[i]
		if c.series == nil {
			continue
		}
		v, quantum, human, ok := sarNumber(cells[i])
		switch {
		case !ok:
		case human && c.series.Unit == record.Bytes:
			widen(c.series, quantum)
			r.sample(stamp, r.lines.Number(), c.series, v)
		case human && c.series.Unit == record.Share:
			widen(c.series, quantum*c.scale)
			r.sample(stamp, r.lines.Number(), c.series, v*c.scale)
		case human: // a rate in human form: 1.5k/s is not written; K and M are powers of 1024 of the unit
			r.sample(stamp, r.lines.Number(), c.series, v*c.scale/max(1, c.scale))
		default:
			widen(c.series, quantum*c.scale)
			r.sample(stamp, r.lines.Number(), c.series, v*c.scale)
		}
	}
	if s.old != nil && last == len(cells) {
		s.old.emit(r.curves, stamp, r.lines.Number(), value)
	}
}

// sarValue reads a plain value, and a human one as KiB.
func sarValue(b []byte) (float64, bool) {
	v, _, human, ok := sarNumber(b)
	if human {
		v /= 1024
	}
	return v, ok
}

// sarNumber reads "21419308", "6,07", "20.4G" (GiB), "6.1%", "0.0k". human tells that a unit letter was there, and
// that the value is then in bytes.
func sarNumber(b []byte) (value, quantum float64, human, ok bool) {
	if endsInDigit(b) {
		if v, ok := scan.Float(b); ok {
			return v, digitStep(b), false, true
		}
	}
	var plain [24]byte
	n := copy(plain[:], b)
	if n != len(b) || n == 0 {
		return 0, 0, false, false
	}
	if i := bytes.IndexByte(plain[:n], ','); i >= 0 {
		plain[i] = '.'
	}
	if v, ok := scan.Float(plain[:n]); endsInDigit(b) && ok {
		return v, digitStep(plain[:n]), false, true
	}
	unit := plain[n-1]
	v, ok := scan.Float(plain[:n-1])
	if !ok {
		return 0, 0, false, false
	}
	quantum = digitStep(plain[:n-1])
	scale := 1.0
	switch unit {
	case '%', 'B':
	case 'k', 'K':
		scale = 1 << 10
	case 'M':
		scale = 1 << 20
	case 'G':
		scale = 1 << 30
	case 'T':
		scale = 1 << 40
	default:
		return 0, 0, false, false
	}
	if quantum == 0 {
		quantum = 1
	}
	return v * scale, quantum * scale, true, true
}

func isValue(b []byte) bool {
	_, _, _, ok := sarNumber(b)
	return ok
}

func isAMPM(clock []byte) bool {
	t := trim(clock)
	_, n := scan.Meridiem(t[max(0, len(t)-2):])
	return n == 2
}

// isPidstatHeader tells pidstat's headings: before sysstat 10 they have no UID and begin with the pid, or with -t with
// TGID.
func isPidstatHeader(rest []byte) bool {
	return (has(rest, "UID") || has(rest, "PID") || has(rest, "TGID")) && bytes.HasSuffix(rest, []byte("Command"))
}
