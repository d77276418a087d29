package metrics

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// pageSize turns counts of pages into bytes. It is 4096 on every x86 kernel, which the exporters do not say.
const pageSize = 4096

// curves hands out the series of one input and passes their samples on.
type curves struct {
	lines  *parser.Lines
	sink   record.Sink
	series map[string]*record.Series
	gaps   int // values that are not finite: NaN, Inf
	gapAt  int // line of the first

	histograms  int // native ones, in text
	histogramAt int // line of the first

	saidMoved bool // that summer time moved a clock
}

func newCurves(lines *parser.Lines, sink record.Sink) *curves {
	return &curves{lines: lines, sink: sink, series: map[string]*record.Series{}}
}

// maxSeries bounds the memory for an input that names a new series on every line.
const maxSeries = 200_000

// get gives the series known under the key, made by the function at the first call; nil when there are too many.
func (c *curves) get(key []byte, build func() *record.Series) *record.Series {
	if s, ok := c.series[string(key)]; ok {
		return s
	}
	if len(c.series) >= maxSeries {
		if len(c.series) == maxSeries {
			c.series[string(key)] = nil
			c.lines.Problem(fmt.Sprintf("more than %d series: this one and later new ones are left out", maxSeries))
		}
		return nil
	}
	s := build()
	if s != nil && s.From.IsZero() {
		s.From = c.lines.Origin()
	}
	c.series[string(key)] = s
	return s
}

// sample passes one value on; line is its place when it is not the current line.
func (c *curves) sample(at record.Stamp, line int, s *record.Series, value float64) {
	if s == nil {
		return
	}
	if value-value != 0 { // NaN and both infinities
		if c.gaps == 0 {
			c.gapAt = line
		}
		c.gaps++
		return
	}
	c.sink.Sample(record.Sample{At: at, Line: line, Series: s, Value: value})
}

func (c *curves) problem(line int, format string, args ...any) {
	c.sink.Problem(record.Problem{From: record.Origin{File: c.lines.Path, Line: line}, Msg: fmt.Sprintf(format, args...)})
}

// saySpecial tells of the values that were no numbers, and of histograms, once for the whole input.
func (c *curves) saySpecial() {
	if c.gaps > 0 {
		c.problem(c.gapAt, "%d values from here on are NaN or infinite (a division by zero in the query, or a target that vanished): they count as gaps", c.gaps)
	}
	if c.histograms > 0 {
		c.problem(c.histogramAt, "%d samples of native histograms are passed over", c.histograms)
	}
}

// histogram passes over a native histogram, which saySpecial tells of.
func (c *curves) histogram(line int) {
	if c.histograms++; c.histograms == 1 {
		c.histogramAt = line
	}
}

// widen keeps the coarsest step that a series' digits showed.
func widen(s *record.Series, quantum float64) {
	if s != nil && quantum > s.Quantum {
		s.Quantum = quantum
	}
}

// unplaced is the stamp of the n-th block of a listing that tells no times at all: only the order is known, counted
// as if in seconds. sayUnplaced must go with it.
func unplaced(n int) record.Stamp {
	return record.Stamp{Mono: time.Duration(n) * time.Second, Lacks: record.LacksWall}
}

func (c *curves) sayUnplaced(tool, remedy string) {
	c.problem(0, "%s wrote no times here: its samples are kept in their order, numbered as if one second apart, and cannot be laid beside other files; %s", tool, remedy)
}

// daytime puts bare times of day in order: one that is earlier than the one before belongs to the next day.
type daytime struct {
	day   time.Time // midnight of the first day; zero when no date is known
	dated bool
	zoned bool // the digits are UTC
	last  time.Duration
	days  int
	begun bool
}

// stamp gives the stamp of the next time of day. A step back of less than half a day is a clock that was set or rows
// out of order, not midnight.
func (d *daytime) stamp(tod, prec time.Duration) record.Stamp {
	if d.begun && d.last-tod > 12*time.Hour {
		d.days++
	} else if d.begun && tod-d.last > 12*time.Hour && d.days > 0 {
		d.days--
	}
	d.begun, d.last = true, tod
	at := record.Stamp{Prec: prec, Lacks: record.LacksZone}
	if d.zoned {
		at.Lacks = 0
	}
	day := d.day
	if !d.dated {
		day = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
		at.Lacks |= record.LacksDate
	}
	at.Wall = day.AddDate(0, 0, d.days).Add(tod)
	return at
}

// isTime gives the stamp of a line that holds nothing but a time, as "date" in a shell loop prints it: ISO, epoch,
// "Mon Nov 23 00:28:29 UTC 2026" or the 5-field form with another order ("Mon 23 Nov 2026 12:28:29 AM UTC"); a script may
// have framed it, as in "=== 2026-11-23 00:28:29 UTC ===".
func isTime(line []byte) (record.Stamp, bool) {
	line = unframed(trim(line))
	if len(line) < 8 || len(line) > 64 {
		return record.Stamp{}, false
	}
	if at, n := scan.ISO(line); n > 0 {
		zone := trim(line[n:])
		if string(zone) == "UTC" || string(zone) == "GMT" {
			at.Lacks = 0
		}
		return at, len(zone) == 0 || isZone(zone)
	}
	if line[0] >= '0' && line[0] <= '9' {
		if len(line) >= 10 {
			if at, ok := scan.Epoch(line); ok {
				return at, true
			}
		}
		tod, prec, n := scan.Clock(line)
		if n == len(line) {
			var d daytime
			return d.stamp(tod, prec), true
		}
		if at, ok := eastAsianTime(line); ok {
			return at, true
		}
	}
	return dateOutput(line)
}

// timeBefore takes a date and time off the beginning of a line, as `free -s 5 | ts '%F %T'` puts them before each; ok is false when
// the line begins with none, or holds nothing else.
func timeBefore(l []byte) (at record.Stamp, rest []byte, ok bool) {
	inside := bytes.TrimLeft(l, "[")
	if len(inside) == 0 || inside[0]-'0' > 9 {
		return at, l, false
	}
	at, n := scan.ISO(inside)
	if n == 0 {
		return at, l, false
	}
	rest = bytes.TrimLeft(inside[n:], "]:,")
	w, behind := word(rest)
	if w = trimByte(w, ':'); isZone(w) {
		if rest = behind; string(w) == "UTC" || string(w) == "GMT" {
			at.Lacks = 0
		}
	}
	if len(trim(rest)) == 0 || rest[0] != ' ' && rest[0] != '\t' {
		return at, l, false
	}
	return at, rest, true
}

// frame is what scripts draw around the time or the name before a block.
const frame = " \t=-#*:[]<>|'\""

// unframed gives the text of a line without the frame around it.
func unframed(l []byte) []byte {
	if len(l) == 0 || strings.IndexByte(frame, l[0]) < 0 {
		return l
	}
	return bytes.Trim(l, frame)
}

// isZone tells the abbreviation of a zone that date +%Z writes. A short name in capitals may be a VM's.
func isZone(b []byte) bool {
	switch string(b) {
	case "UTC", "GMT", "CET", "CEST", "MEZ", "MESZ", "WET", "WEST", "BST", "EET", "EEST", "MSK", "IST", "PKT", "WIB", "SGT", "HKT", "CST", "JST", "KST",
		"AWST", "ACST", "ACDT", "AEST", "AEDT", "NZST", "NZDT", "EST", "EDT", "CDT", "MST", "MDT", "PST", "PDT", "SAST", "CAT", "EAT", "WAT":
		return true
	}
	return false
}

// eastAsianTime reads what date(1) prints in Chinese, Japanese and Korean: "2026年 11月 23日 星期一 00:28:29 UTC".
func eastAsianTime(line []byte) (record.Stamp, bool) {
	day, ok := eastAsianDate(line)
	if !ok {
		return record.Stamp{}, false
	}
	at := record.Stamp{Lacks: record.LacksZone}
	for w, rest := word(line); len(w) > 0; w, rest = word(rest) {
		if tod, prec, n := sarClock(w); n == len(w) {
			at.Wall, at.Prec = day.Add(tod), prec
		} else if string(w) == "UTC" || string(w) == "GMT" {
			at.Lacks = 0
		}
	}
	return at, at.Prec > 0
}

// dateOutput reads what date(1) prints in the C, English and other locales with a name for the month.
func dateOutput(line []byte) (record.Stamp, bool) {
	var day, year int64
	var month time.Month
	var tod, prec time.Duration
	lacks := record.LacksZone
	fields := 0
	for w, rest := word(line); len(w) > 0; w, rest = word(rest) {
		fields++
		w = trimByte(trimByte(w, ','), '.')
		switch n, isInt := scan.Int(w); {
		case isInt && n > 1900 && len(w) == 4:
			year = n
		case isInt && n >= 1 && n <= 31 && day == 0:
			day = n
		case string(w) == "UTC" || string(w) == "GMT" || string(w) == "Z":
			lacks = 0
		default:
			if t, p, l := scan.Clock(w); l == len(w) && l > 0 {
				tod, prec = t, p
			} else if half, l := scan.Meridiem(w); l == len(w) && prec > 0 {
				tod = tod%(12*time.Hour) + half*time.Hour
			} else if m := scan.Month(w); m > 0 && len(w) <= 9 {
				month = m
			} else if m := scan.LocalMonth(w); m > 0 {
				month = m
			} else if len(w) > 6 {
				return record.Stamp{}, false
			}
		}
	}
	if fields < 5 || year == 0 || month == 0 || day == 0 || prec == 0 {
		return record.Stamp{}, false
	}
	at := time.Date(int(year), month, int(day), 0, 0, 0, 0, time.UTC).Add(tod)
	return record.Stamp{Wall: at, Prec: prec, Lacks: lacks}, true
}
