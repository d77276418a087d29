package metrics

// vmstat with a delay, best with -t:
//
//	procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu----- -----timestamp-----
//	 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st                 UTC
//	26  0      0 21523716  36612 1637752    0    0  4301  3355 1146 3260 32  9 59  1  0 2026-11-23 00:28:26
//
// Source: vmstat(8) of procps-ng. Seen: 4.0.2, whose memory columns never change (a defect of that version: the series
// comes out stuck). Memory is in KiB unless -S says otherwise, which the output does not show. Headings are localized,
// so columns go by their place. The heading comes again every screen, unless -n is given; rates of the row behind the
// first one are means since boot. The stamps are local (vmstat.c: localtime), and follow the zone into summer time. A pipe may
// have put a time before each line, as in `vmstat 5 | ts '%F %T'`.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var vmstatText = parser.Format{
	Name: "vmstat", Title: "vmstat with a delay, with or without -t, -w, -a, -S",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(10) {
			if i := bytes.Index(l, []byte("procs")); i >= 0 && bytes.Contains(l, []byte("---")) && (has(l[i:], "procs ") || has(l[i:], "procs--")) {
				before := bytes.TrimRight(l[:i], "-")
				if _, ok := isTime(before); ok || len(before) == 0 {
					return 88
				}
			}
		}
		return 0
	},
	Parse: parseVmstat,
}

// vmstatColumns are the columns by place; unit bytes means that -S scales them.
var vmstatColumns = []struct {
	name     string
	quantity record.Quantity
	unit     record.Unit
}{
	{"r", "", record.Count}, {"b", "", record.Count}, {"swpd", record.HostSwapUsed, record.Bytes}, {"free", record.HostFree, record.Bytes},
	{"buff", "", record.Bytes}, {"cache", record.HostCached, record.Bytes}, {"si", record.SwapIn, record.ByteRate}, {"so", record.SwapOut, record.ByteRate},
	{"bi", "", record.ByteRate}, {"bo", "", record.ByteRate}, {"in", "", record.PerSecond}, {"cs", "", record.PerSecond},
	{"us", "", record.Share}, {"sy", "", record.Share}, {"id", "", record.Share}, {"wa", "", record.Share}, {"st", "", record.Share}, {"gu", "", record.Share},
}

type vmstatReader struct {
	*curves
	columns []*record.Series
	scale   float64 // of memory columns; 0 until the first row shows the unit
	active  bool    // -a: inact and active instead of buff and cache
	zone    string  // as the heading calls it, by the clock of the first row; "" when it is not told
	clock   summerTime
	rows    int // of the whole file
	names   int // of columns, where a time stands before each line; else 0
	cells   [][]byte
	now     record.Stamp // of a date line between rows
	untimed bool
}

func parseVmstat(lines *parser.Lines, sink record.Sink) error {
	r := &vmstatReader{curves: newCurves(lines, sink)}
	for lines.Next() {
		l := r.behindTime(lines.Bytes())
		if at, ok := isTime(l); ok {
			r.now = r.inStep(&r.clock, at, lines.Number())
			continue
		}
		r.cells = fields(r.cells, l)
		if len(r.cells) == 0 {
			continue
		}
		switch _, number := scan.Int(r.cells[0]); {
		case bytes.Contains(l, []byte("---")): // the line over the headings, behind a time perhaps
		case number && (len(r.cells) < 15 || lines.Torn()):
			r.problem(lines.Number(), "the row is left out: it ends after %d values", len(r.cells))
		case number:
			r.row()
		case len(r.cells) >= 15:
			r.header()
		}
	}
	if r.untimed {
		r.sayUnplaced("vmstat without -t", "run it with -t")
	}
	return nil
}

// behindTime takes the time off a line that has one before the columns, the names or the line over them.
func (r *vmstatReader) behindTime(l []byte) []byte {
	r.cells = fields(r.cells, l)
	names := r.names
	for i, c := range r.cells[:max(len(r.cells)-14, 0)] {
		if string(c) == "r" && string(r.cells[i+1]) == "b" {
			if names = 0; i > 0 {
				names = len(r.cells) - i
			}
			break
		}
	}
	if r.names = names; names == 0 || len(r.cells) <= names {
		return l
	}
	at := len(l)
	for range names {
		at = bytes.LastIndexAny(bytes.TrimRight(l[:at], " \t"), " \t") + 1
	}
	if stamp, ok := isTime(l[:at]); ok {
		r.now = r.inStep(&r.clock, stamp, r.lines.Number())
		return l[at:]
	}
	return l
}

func (r *vmstatReader) header() {
	if r.clock.moved == 0 { // else the headings name the zone after the change
		r.zone = string(r.cells[len(r.cells)-1])
	}
	r.active = len(r.cells) > 4 && has(r.cells[4], "inac")
}

func (r *vmstatReader) row() {
	count := len(r.cells)
	at := r.now
	if count >= 17 {
		var room [40]byte
		both := append(append(append(room[:0], r.cells[count-2]...), ' '), r.cells[count-1]...)
		if stamp, n := scan.ISO(both); n == len(both) {
			at, count = stamp, count-2
			if r.zone == "UTC" || r.zone == "GMT" {
				at.Lacks = 0
			}
			if r.zone != "UTC" {
				wall, changed := r.clock.straight(at.Wall)
				if at.Wall = wall; changed {
					r.saySummerTime(r.lines.Number())
				}
			}
		}
	}
	if at.IsZero() {
		r.untimed = true
		at = unplaced(r.rows)
	}
	if r.scale == 0 {
		r.settle()
	}
	for i := 0; i < min(count, len(vmstatColumns)); i++ {
		c := vmstatColumns[i]
		if c.unit == record.ByteRate && r.rows == 0 {
			continue // since boot
		}
		v, ok := scan.Float(r.cells[i])
		if !ok {
			r.problem(r.lines.Number(), "value %d of the row is no number: it is left out", i+1)
			continue
		}
		scale := 1.0
		switch c.unit {
		case record.Bytes, record.ByteRate:
			scale = r.scale
		case record.Share:
			scale = 0.01
		}
		if c.name == "bi" || c.name == "bo" {
			scale = 1024 // blocks, whatever -S says
		}
		r.sample(at, r.lines.Number(), r.columns[i], v*scale)
	}
	r.rows++
}

// settle makes the series when the first row shows what unit memory is in.
func (r *vmstatReader) settle() {
	sum := 0.0
	for _, i := range []int{3, 4, 5} {
		v, _ := scan.Float(r.cells[i])
		sum += v
	}
	r.scale = r.memoryUnit(sum, "vmstat -S")
	r.columns = make([]*record.Series, len(vmstatColumns))
	for i, c := range vmstatColumns {
		s := &record.Series{Name: c.name, Quantity: c.quantity, Unit: c.unit, From: r.lines.Origin()}
		switch c.unit {
		case record.Bytes:
			s.Quantum = r.scale
		case record.Share:
			s.Quantum = 0.01
		}
		if r.active && i == 4 {
			s.Name = "inact"
		}
		if r.active && i == 5 {
			s.Name, s.Quantity = "active", ""
		}
		r.columns[i] = s
	}
}

// memoryUnit gives the size of the unit in which a tool's memory columns count, from the sum of a machine's memory. KiB
// is the tools' default; a machine of less than 256 MiB does not run a load test, so a smaller sum is in a bigger unit.
func (c *curves) memoryUnit(sum float64, option string) float64 {
	const least = 256 << 10
	switch {
	case sum >= least || sum <= 0:
		return 1 << 10
	case sum >= least>>10:
		c.problem(c.lines.Number(), "memory is read as MiB: in the default unit this machine would have %.0f KiB (%s writes no unit)", sum, option)
		return 1 << 20
	}
	c.problem(c.lines.Number(), "memory is read as GiB: in a smaller unit this machine would have %.0f MiB (%s writes no unit)", sum, option)
	return 1 << 30
}
