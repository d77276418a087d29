package metrics

// atop as it prints to a file or a pipe, `atop 10 > FILE` or `atop -r RAW`, and with -m the resident size of processes:
//
//	ATOP - hv03      2026/11/26  19:08:54      -----------------        5s elapsed
//	MEM | tot    23.5G | free   15.6G | cache   5.9G | buff  112.3M | slab  990.8M |
//	SWP | tot     0.0M | free    0.0M | swcac   0.0M | vmcom   1.4G | vmlim  11.8G |
//	  PID VSTACK  VSIZE  RSIZE  PSIZE  VGROW  RGROW SWAPSZ  MEM CMD
//	10782 132.0K   2.1G 237.0M     0B   2.1G 237.0M     0B   1% qemu-kvm
//
// Source: atop 2.8, showgeneric.c, showsys.c, showprocs.c. How many fields a line has depends on the width; what does not fit is
// left out. Sizes are in powers of 1024 with a digit behind the point. Times are local.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var atopScreen = parser.Format{
	Name: "atop-screen", Title: "atop's screens in a file, with -m the processes",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(10) {
			if _, _, ok := atopHeader(l); ok {
				return 90
			}
		}
		return 0
	},
	Parse: parseAtopScreen,
}

// atopHeader reads the line that begins a screen.
func atopHeader(l []byte) (host []byte, at record.Stamp, ok bool) {
	rest, ok := bytes.CutPrefix(l, []byte("ATOP - "))
	if !ok || !bytes.HasSuffix(trim(l), []byte(" elapsed")) {
		return nil, at, false
	}
	host, rest = word(rest)
	date, rest := word(rest)
	clock, _ := word(rest)
	at, n := scan.ISO(append(append(append(make([]byte, 0, 20), date...), ' '), clock...))
	return host, at, n == len(date)+1+len(clock) && len(clock) > 0
}

// atopFields are the fields of the lines MEM and SWP that are the host's memory.
var atopFields = map[string]map[string]record.Quantity{
	"MEM": {"tot": record.HostTotal, "free": record.HostFree, "avail": record.HostAvailable, "cache": record.HostCached, "buff": "",
		"slab": record.HostSlab, "shmem": record.HostShmem, "hptot": ""},
	"SWP": {"tot": record.HostSwapTotal, "free": record.HostSwapFree},
}

type atopScreenReader struct {
	*curves
	host  string
	now   record.Stamp
	clock summerTime
	cells [][]byte
	rsize int // column of the process table at hand; 0 when it has none
	wide  int // its columns
}

func parseAtopScreen(lines *parser.Lines, sink record.Sink) error {
	r := &atopScreenReader{curves: newCurves(lines, sink)}
	for lines.Next() {
		l := lines.Bytes()
		if host, at, ok := atopHeader(l); ok {
			r.host, r.rsize = lines.Text(host), 0
			r.now = r.inStep(&r.clock, at, lines.Number())
			continue
		}
		if r.now.IsZero() {
			continue
		}
		switch {
		case has(l, "MEM |"):
			r.memory("MEM", l)
		case has(l, "SWP |"):
			r.memory("SWP", l)
		case has(trim(l), "PID "):
			r.heading(l)
		case r.rsize > 0 && !lines.Torn():
			r.process(l)
		}
	}
	return nil
}

// memory reads "MEM | tot    23.5G | free   15.6G |"; of a torn line the fields that a bar ends.
func (r *atopScreenReader) memory(label string, l []byte) {
	for _, field := range bytes.Split(l[:max(bytes.LastIndexByte(l, '|'), 0)], []byte{'|'})[1:] {
		name, value := word(field)
		quantity, known := atopFields[label][string(name)]
		size, quantum, ok := scan.Size(value)
		if !known || !ok {
			continue
		}
		s := r.get([]byte(label+" "+string(name)+" "+r.host), func() *record.Series {
			return &record.Series{Name: label + " " + string(name), Quantity: quantity, Unit: record.Bytes, Subject: r.host}
		})
		widen(s, quantum)
		r.sample(r.now, r.lines.Number(), s, size)
	}
}

// heading finds the resident size in the columns of a process table, the last of which is the command.
func (r *atopScreenReader) heading(l []byte) {
	r.rsize = 0
	if r.cells = fields(r.cells, l); r.lines.Torn() || string(r.cells[len(r.cells)-1]) != "CMD" {
		return
	}
	for i, c := range r.cells {
		if string(c) == "RSIZE" {
			r.rsize, r.wide = i, len(r.cells)
		}
	}
}

// process reads a row of the table. The name of one that ended stands in <>, and it holds nothing.
func (r *atopScreenReader) process(l []byte) {
	r.cells = fields(r.cells, l)
	if len(r.cells) < r.wide || !isDigit(string(r.cells[0])) {
		return
	}
	size, quantum, ok := scan.Size(r.cells[r.rsize])
	name := r.lines.Text(bytes.Join(r.cells[r.wide-1:], []byte{' '}))
	if !ok || size <= 0 || name[0] == '<' {
		return
	}
	pid := string(r.cells[0])
	s := r.get([]byte(pid+" "+name+" "+r.host), func() *record.Series {
		return &record.Series{Name: "RSIZE", Quantity: record.RSS, Unit: record.Bytes, Subject: name,
			Labels: []record.Attr{{Key: "comm", Value: name}, {Key: "pid", Value: pid}}}
	})
	widen(s, quantum)
	r.sample(r.now, r.lines.Number(), s, size)
}
