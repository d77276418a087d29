package metrics

// atop -P MEM,SWP,PRM: lines for other programs.
//
//	MEM vm 1795393712 2026/11/23 00:28:32 1 4096 6171021 5389501 318899 8137 140454 ...
//	PRM vm 1795393712 2026/11/23 00:28:32 1 5384 (websrv) S 4096 1561372 8224 ... 5384 y ...
//
// Source: atop(1), PARSEABLE OUTPUT. Behind the label: host, epoch seconds, date, time, seconds of the interval. MEM goes
// on with the page size, then pages: physical, free, page cache, buffers, slab, dirty, reclaimable slab, balloon, shared
// memory ...; SWP: page size, then pages: total, free, ...; PRM: pid, (name), state, page size, KiB of virtual and
// resident size ... A process has one PRM line for itself (is_process y) and one for each thread (n).

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var atopText = parser.Format{
	Name: "atop", Title: "atop -P MEM,SWP,PRM",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(60) {
			if string(l) == "RESET" || string(l) == "SEP" {
				continue
			}
			var cells [][]byte
			cells = fields(cells, l)
			if len(cells) > 7 && (has(l, "MEM ") || has(l, "SWP ") || has(l, "PRM ") || has(l, "CPU ") || has(l, "PAG ")) && len(cells[2]) == 10 && len(cells[3]) == 10 && cells[3][4] == '/' {
				return 90
			}
		}
		return 0
	},
	Parse: parseAtop,
}

type atopReader struct {
	*curves
	cells [][]byte
}

func parseAtop(lines *parser.Lines, sink record.Sink) error {
	r := &atopReader{curves: newCurves(lines, sink)}
	for lines.Next() {
		l := lines.Bytes()
		if lines.Torn() || !(has(l, "MEM ") || has(l, "SWP ") || has(l, "PRM ")) {
			continue
		}
		r.cells = fields(r.cells, l)
		if len(r.cells) < 9 {
			continue
		}
		at, ok := scan.Epoch(r.cells[2])
		if !ok {
			r.problem(lines.Number(), "the line is left out: its third field is no epoch second")
			continue
		}
		switch l[0] {
		case 'M':
			r.pages(at, "MEM", []string{"physical", "free", "cache", "buffer", "slab", "dirty", "slab-reclaimable", "balloon", "shmem"},
				[]record.Quantity{record.HostTotal, record.HostFree, record.HostCached, "", record.HostSlab, "", "", "", record.HostShmem})
		case 'S':
			r.pages(at, "SWP", []string{"total", "free"}, []record.Quantity{record.HostSwapTotal, record.HostSwapFree})
		case 'P':
			r.process(at, l)
		}
	}
	return nil
}

// pages reads counts of pages behind the page size.
func (r *atopReader) pages(at record.Stamp, label string, names []string, quantities []record.Quantity) {
	page, ok := scan.Float(r.cells[6])
	if !ok || page <= 0 {
		return
	}
	host := r.cells[1]
	for i, name := range names {
		if 7+i >= len(r.cells) {
			return
		}
		v, ok := scan.Float(r.cells[7+i])
		if !ok || v < 0 {
			continue
		}
		s := r.get([]byte(label+" "+name+" "+string(host)), func() *record.Series {
			return &record.Series{Name: label + " " + name, Quantity: quantities[i], Unit: record.Bytes, Quantum: page, Subject: r.lines.Text(host)}
		})
		r.sample(at, r.lines.Number(), s, v*page)
	}
}

// process reads a PRM line; the name stands in brackets and may hold blanks.
func (r *atopReader) process(at record.Stamp, l []byte) {
	open, shut := bytes.IndexByte(l, '('), bytes.LastIndexByte(l, ')')
	if open < 0 || shut < open {
		return
	}
	pid := r.cells[6]
	rest := fields(nil, l[shut+1:])
	if len(rest) < 4 {
		return
	}
	for _, w := range rest[4:] {
		if string(w) == "n" {
			return // a thread
		}
	}
	v, ok := scan.Float(rest[3])
	if !ok {
		return
	}
	name := l[open+1 : shut]
	key := append(append(append(make([]byte, 0, 40), pid...), ' '), name...)
	s := r.get(key, func() *record.Series {
		comm := r.lines.Text(name)
		return &record.Series{Name: "PRM rmem", Quantity: record.RSS, Unit: record.Bytes, Quantum: 1024, Subject: comm,
			Labels: []record.Attr{{Key: "comm", Value: comm}, {Key: "pid", Value: string(pid)}}}
	})
	r.sample(at, r.lines.Number(), s, v*1024)
}
