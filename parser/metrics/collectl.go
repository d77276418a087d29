package metrics

// collectl -sm, to be plotted (-P) or to be looked at (-oT):
//
//	#Date,Time,[MEM]Tot,[MEM]Used,[MEM]Free,[MEM]Shared,[MEM]Buf,[MEM]Cached,...
//	20261123,00:28:36,24684084,3681896,21002188,0,32548,1231512,...
//
//	#         <-----------Memory----------->
//	#Time     Free Buff Cach Inac Slab  Map
//	00:28:36   20G  31M   1G 761M 548M   1G
//
// Source: collectl(1), formatit.ph of 4.3. Seen: 4.3.1. Sizes are KiB; Used is total less free, page cache included. No
// zone is written; the text form has no date, and one or two digits.

import (
	"bytes"
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var collectlText = parser.Format{
	Name: "collectl", Title: "collectl -sm, -P or text",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(40) {
			if has(l, "#Date") && bytes.Contains(l, []byte("Time")) && bytes.Contains(l, []byte("[")) {
				return 92
			}
			if has(l, "#Time ") && bytes.Contains(l, []byte("Free")) || has(l, "#") && bytes.Contains(l, []byte("<-")) && bytes.Contains(l, []byte("Memory-")) {
				return 88
			}
		}
		return 0
	},
	Parse: parseCollectl,
}

var collectlNames = map[string]record.Quantity{
	"[MEM]Tot": record.HostTotal, "[MEM]Free": record.HostFree, "[MEM]Shared": record.HostShmem, "[MEM]Cached": record.HostCached,
	"[MEM]Slab": record.HostSlab, "[MEM]SwapTot": record.HostSwapTotal, "[MEM]SwapUsed": record.HostSwapUsed, "[MEM]SwapFree": record.HostSwapFree,
	"Free": record.HostFree, "Cach": record.HostCached, "Slab": record.HostSlab,
	"[MEM]Used": "", "[MEM]Buf": "", "[MEM]Map": "", "[MEM]Anon": "", "[MEM]AnonH": "", "[MEM]Commit": "", "[MEM]Locked": "", "[MEM]Dirty": "",
	"[MEM]Inactive": "", "[MEM]SUnreclaim": "", "Buff": "", "Inac": "", "Map": "",
}

type collectlReader struct {
	*curves
	separator byte
	names     []string
	series    []*record.Series
	dated     bool
	day       daytime
	clock     summerTime
	cells     [][]byte
}

func parseCollectl(lines *parser.Lines, sink record.Sink) error {
	r := &collectlReader{curves: newCurves(lines, sink)}
	for lines.Next() {
		l := lines.Bytes()
		switch {
		case has(l, "#Date") || has(l, "#Time"):
			r.header(l[1:])
		case r.names != nil && len(l) > 0 && l[0] >= '0' && l[0] <= '9' && !lines.Torn():
			r.row(l)
		}
	}
	return nil
}

func (r *collectlReader) cut(l []byte) {
	if r.separator == 0 {
		r.cells = fields(r.cells, l)
		return
	}
	r.cells = split(r.cells, l, r.separator)
}

func (r *collectlReader) header(l []byte) {
	r.separator = 0
	if has(l, "Date") && len(l) > 4 && l[4] != ' ' {
		r.separator = l[4]
	}
	r.cut(l)
	r.names = texts(r.cells)
	r.dated = r.names[0] == "Date"
	r.series = make([]*record.Series, len(r.names))
	for i, name := range r.names {
		q, known := collectlNames[name]
		if i == 0 || name == "Time" || !known && !strings.HasPrefix(name, "[MEM]") {
			continue
		}
		r.series[i] = r.get([]byte(name), func() *record.Series {
			s := &record.Series{Name: name, Quantity: q}
			if known {
				s.Unit, s.Quantum = record.Bytes, 1024
			}
			return s
		})
	}
}

func (r *collectlReader) row(l []byte) {
	r.cut(l)
	at, ok := r.time()
	if !ok {
		r.problem(r.lines.Number(), "the row is left out: it does not begin with a time")
		return
	}
	at = r.inStep(&r.clock, at, r.lines.Number())
	for i := range min(len(r.cells), len(r.series)) {
		s := r.series[i]
		if s == nil {
			continue
		}
		scale := 1.0
		if s.Unit == record.Bytes {
			scale = 1024
		}
		v, quantum, bare, ok := freeSize(r.cells[i], scale)
		if !ok {
			continue
		}
		if !bare {
			widen(s, quantum)
		}
		r.sample(at, r.lines.Number(), s, v)
	}
}

func (r *collectlReader) time() (record.Stamp, bool) {
	clock := r.cells[0]
	if r.dated {
		if len(r.cells) < 2 {
			return record.Stamp{}, false
		}
		n, length := scan.Digits(r.cells[0])
		if length != 8 {
			return record.Stamp{}, false
		}
		d := numericDate{a: int(n / 100 % 100), b: int(n % 100), year: int(n / 10000)}
		day, ok := d.day(monthFirst)
		if !ok {
			return record.Stamp{}, false
		}
		r.day = daytime{day: day, dated: true}
		clock = r.cells[1]
	}
	tod, prec, n := scan.Clock(clock)
	return r.day.stamp(tod, prec), n == len(clock) && n > 0 && prec <= time.Second
}
