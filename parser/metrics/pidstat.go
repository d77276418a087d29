package metrics

// What `pidstat -r` prints, with or without -h (one block) and -H (epoch seconds):
//
//	00:28:28      UID       PID  minflt/s  majflt/s     VSZ     RSS   %MEM  Command
//	00:28:29        0      5384     34.78      0.00 1561372    7584   0.03  websrv
//
//	# Time        UID       PID    %usr %system  %guest   %wait    %CPU   CPU  minflt/s  majflt/s     VSZ     RSS   %MEM  Command
//	1591016002   1000      8741    0.00    0.00    0.00    0.00    0.00     5      0.00      0.00 2535720  335804   4.12  firefox
//
// Source: sysstat's pidstat.c. Seen: 12.6.1, 12.7; without the UID column, as before 10.0, by its source. VSZ and RSS are
// KiB. A process that is started again has another pid: a series is a pid with its command. Rows of threads (-t) are
// passed over.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var pidstatText = parser.Format{
	Name: "pidstat", Title: "sysstat: pidstat -r (and -u, -h, -H)",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(20) {
			l = westernDigits(l)
			if has(l, "#") && bytes.Contains(l, []byte("Time ")) && bytes.HasSuffix(trim(l), []byte("Command")) {
				return 88
			}
			if _, _, n := sarClock(l); n > 0 && isPidstatHeader(trim(l[n:])) {
				return 88
			}
		}
		return 0
	},
	Parse: parsePidstat,
}

// pidstatKept are the columns that become series.
var pidstatKept = map[string]bool{"RSS": true, "VSZ": true, "%MEM": true, "%CPU": true, "majflt/s": true}

type pidstatReader struct {
	sarReader
	names    []string
	pid, tid int
	day      daytime
	clock    summerTime
	columns  map[string][]sysstatColumn // by pid and command
	key      []byte
	headed   []byte // the header read last
}

func parsePidstat(lines *parser.Lines, sink record.Sink) error {
	r := &pidstatReader{columns: map[string][]sysstatColumn{}}
	r.sarReader = sarReader{curves: newCurves(lines, sink), sections: map[string]*sarSection{}}
	for lines.Next() {
		l := westernDigits(lines.Bytes())
		switch {
		case len(trim(l)) == 0:
		case isBanner(l):
			r.readBanner(l)
			r.day, r.clock = daytime{}, summerTime{}
		case l[0] == '#':
			r.cells = fields(r.cells, l[1:])
			r.heading(r.cells[min(1, len(r.cells)):])
		default:
			r.line(l)
		}
	}
	r.saySpecial()
	return nil
}

func (r *pidstatReader) heading(names [][]byte) {
	r.names, r.pid, r.tid = texts(names), -1, -1
	for i, n := range r.names[:max(len(r.names)-1, 0)] { // the last one is the command
		switch n {
		case "PID", "TGID":
			r.pid = i
		case "TID":
			r.tid = i
		}
	}
}

func (r *pidstatReader) line(l []byte) {
	tod, prec, n := sarClock(l)
	var stamp record.Stamp
	if n == 0 {
		first, rest := word(l)
		at, ok := scan.Epoch(first)
		if !ok || len(first) < 9 {
			return // "Average:"
		}
		stamp, n = at, len(l)-len(rest)
	}
	rest := trim(l[n:])
	if isPidstatHeader(rest) {
		if bytes.Equal(rest, r.headed) {
			return
		}
		r.headed = append(r.headed[:0], rest...)
		r.cells = fields(r.cells, rest)
		r.heading(r.cells)
		return
	}
	if r.pid < 0 || len(r.names) == 0 || r.lines.Torn() {
		return
	}
	if stamp.IsZero() {
		if r.banner != nil {
			r.settleDate(l, isAMPM(l[:n]))
		}
		r.day.day, r.day.dated = r.date, r.dated
		stamp = r.inStep(&r.clock, r.day.stamp(tod, prec), r.lines.Number())
	}
	r.process(rest, stamp)
}

// process reads the row of one process: the command is whatever follows the other columns.
func (r *pidstatReader) process(rest []byte, at record.Stamp) {
	r.cells = r.cells[:0]
	for len(r.cells) < len(r.names)-1 {
		var w []byte
		if w, rest = word(rest); len(w) == 0 {
			r.problem(r.lines.Number(), "the row is left out: %d cells under %d headings", len(r.cells), len(r.names))
			return
		}
		r.cells = append(r.cells, w)
	}
	command := trim(rest)
	pid := r.cells[r.pid]
	if pid[0] == '-' || has(command, "|__") {
		return
	}
	r.key = append(append(append(r.key[:0], pid...), ' '), command...)
	columns, ok := r.columns[string(r.key)]
	if !ok || len(columns) != len(r.cells) {
		if len(r.columns) > maxSeries {
			return // told by get
		}
		columns = r.describe(string(pid), r.lines.Text(command))
		r.columns[string(r.key)] = columns
	}
	for i, c := range columns {
		if c.series == nil {
			continue
		}
		v, quantum, human, ok := sarNumber(r.cells[i])
		if !ok {
			continue
		}
		scale := c.scale
		if human && c.series.Unit == record.Bytes {
			scale = 1
		}
		widen(c.series, quantum*scale)
		r.sample(at, r.lines.Number(), c.series, v*scale)
	}
}

func (r *pidstatReader) describe(pid, command string) []sysstatColumn {
	columns := make([]sysstatColumn, len(r.names)-1)
	for i := range columns {
		if pidstatKept[r.names[i]] {
			columns[i] = r.sysstatSeries(r.names[i], r.host, false, record.Attr{Key: "comm", Value: command}, record.Attr{Key: "pid", Value: pid})
		}
	}
	return columns
}
