package metrics

// Loops over ps, a date before each listing:
//
//	Mon Nov 23 00:28:29 UTC 2026
//	USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
//	qemu        7569  262 25.6 18283204 16804564 ?   Sl   Feb19 912:41 /usr/libexec/qemu-kvm -name guest=vm-a,debug-threads=on
//
// Source: ps(1) of procps-ng, with the columns that -o names. RSS (RSZ) and VSZ (VSIZE) are KiB. %CPU is a mean since the
// process began, and no curve. A process that is started again has another pid: a series is a pid with its command.

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var psLoop = parser.Format{
	Name: "ps-loop", Title: "shell loops with dates over ps",
	Sniff: sniffPsLoop,
	Parse: parsePsLoop,
}

// sniffPsLoop wants a date before each heading of ps, several times where the whole input is at hand.
func sniffPsLoop(h parser.Head) parser.Score {
	dated, rows, bad := 0, 0, 0
	var c psColumns
	var clock loopClock
	timed := false
	for _, l := range h.Lines(400) {
		if len(trim(l)) == 0 {
			continue
		}
		if _, _, ok := clock.read(trim(l)); ok {
			timed = true
			continue
		}
		if next, ok := psHeading(l); ok {
			if timed {
				dated++
			}
			c, timed = next, false
			continue
		}
		if _, ok := c.cut(l); ok {
			rows++
		} else {
			bad++
		}
	}
	if bad*10 > rows || dated == 0 || dated == 1 && h.Whole {
		return 0
	}
	return 86
}

// psColumns are the places of ps' columns; the command is whatever follows them.
type psColumns struct{ count, pid, rss, vsz int }

// psHeading reads the line above a listing.
func psHeading(l []byte) (c psColumns, ok bool) {
	if len(l) > 300 || !bytes.Contains(l, []byte("PID")) {
		return c, false
	}
	names := strings.Fields(string(l))
	c = psColumns{len(names) - 1, slices.Index(names, "PID"), -1, -1}
	for i, n := range names {
		switch n {
		case "RSS", "RSZ":
			c.rss = i
		case "VSZ", "VSIZE":
			c.vsz = i
		}
	}
	switch names[c.count] {
	case "COMMAND", "CMD", "COMM", "ARGS":
		return c, c.pid >= 0 && c.rss >= 0 && max(c.pid, c.rss) < c.count
	}
	return c, false
}

// psRow is one process of a listing.
type psRow struct{ pid, rss, vsz, command []byte }

// cut reads a row by its heading.
func (c psColumns) cut(l []byte) (row psRow, ok bool) {
	if c.count == 0 {
		return row, false
	}
	for i := range c.count {
		var w []byte
		w, l = word(l)
		switch i {
		case c.pid:
			row.pid = w
		case c.rss:
			row.rss = w
		case c.vsz:
			row.vsz = w
		}
	}
	row.command = trim(l)
	return row, allDigits(row.pid) && allDigits(row.rss) && len(row.command) > 0
}

type psReader struct {
	*curves
	columns psColumns
	key     []byte
}

func parsePsLoop(lines *parser.Lines, sink record.Sink) error {
	r := &psReader{curves: newCurves(lines, sink)}
	var clock loopClock
	var summer summerTime
	var now record.Stamp
	for lines.Next() {
		l := lines.Bytes()
		if len(l) < 200 {
			if at, _, ok := clock.read(trim(l)); ok {
				now = r.inStep(&summer, at, lines.Number())
				continue
			}
			if c, ok := psHeading(l); ok {
				r.columns = c
				continue
			}
		}
		if row, ok := r.columns.cut(l); ok && !now.IsZero() && !lines.Torn() {
			r.process(now, row)
		}
	}
	return nil
}

// process passes on what a process held.
func (r *psReader) process(at record.Stamp, row psRow) {
	for _, c := range []struct {
		name     string
		quantity record.Quantity
		cell     []byte
	}{{"RSS", record.RSS, row.rss}, {"VSZ", "", row.vsz}} {
		kb, ok := scan.Int(c.cell)
		if !ok || kb == 0 || kb >= 1<<52 { // threads of the kernel have none
			continue
		}
		r.key = append(append(append(append(append(r.key[:0], c.name...), 0), row.pid...), 0), row.command...)
		s := r.get(r.key, func() *record.Series {
			s := psSeries(r.lines.Text(row.pid), r.lines.Text(row.command))
			s.Name, s.Quantity = c.name, c.quantity
			return s
		})
		r.sample(at, r.lines.Number(), s, float64(kb)*1024)
	}
}

// psSeries gives a series of a process: a QEMU's is of its VM.
func psSeries(pid, command string) *record.Series {
	program, _, _ := strings.Cut(command, " ")
	comm := strings.TrimSuffix(path.Base(program), ":") // "nginx: worker process"
	s := &record.Series{Unit: record.Bytes, Quantum: 1024, Subject: comm, Labels: []record.Attr{{Key: "comm", Value: comm}}}
	if vm, ok := scan.QEMU(command); ok && vm.Name != "" {
		s.Subject = vm.Name
		s.Labels = append(s.Labels, record.Attr{Key: "domain", Value: vm.Name})
	}
	s.Labels = append(s.Labels, record.Attr{Key: "pid", Value: pid})
	return s
}
