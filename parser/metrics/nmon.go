package metrics

// nmon -f on Linux:
//
//	AAA,host,vm
//	MEM,Memory MB vm,memtotal,hightotal,lowtotal,swaptotal,memfree,highfree,lowfree,swapfree,memshared,cached,active,...
//	TOP,+PID,Time,%CPU,%Usr,%Sys,Size,ResSet,ResText,ResData,ShdLib,MinorFault,MajorFault,Command,Threads,IOwaitTime
//	ZZZZ,T0001,00:28:35,23-NOV-2026
//	MEM,T0001,24105.6,-0.0,-0.0,0.0,20511.8,...
//	TOP,0004660,T0002,68.02,60.36,7.66,1567884,122196,...
//
// Source: lmon.c of nmon for Linux 16. Seen: 16n. Memory is in MiB, TOP in KiB; -0.0 and -1.0 mean "not here". A T number
// is a snapshot, not a second: ZZZZ gives its time, local and without a zone.

import (
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var nmonText = parser.Format{
	Name: "nmon", Title: "nmon for Linux: memory, paging and the biggest processes",
	Sniff: func(h parser.Head) parser.Score {
		if has(h.Line(), "AAA,progname,") {
			return 95
		}
		return 0
	},
	Parse: parseNmon,
}

var nmonNames = map[string]record.Quantity{
	"memtotal": record.HostTotal, "swaptotal": record.HostSwapTotal, "memfree": record.HostFree, "swapfree": record.HostSwapFree,
	"memshared": record.HostShmem, "cached": record.HostCached,
}

type nmonReader struct {
	*curves
	host    string
	hosts   int // that the file is of, one after another
	at      record.Stamp
	clock   summerTime
	snap    string
	memory  []*record.Series
	paging  []*record.Series
	res     int
	command int
	cells   [][]byte
	lost    int
}

func parseNmon(lines *parser.Lines, sink record.Sink) error {
	r := &nmonReader{curves: newCurves(lines, sink), res: -1}
	for lines.Next() {
		l := lines.Bytes()
		if lines.Torn() || !(has(l, "MEM,") || has(l, "VM,") || has(l, "TOP,") || has(l, "ZZZZ,") || has(l, "AAA,host,")) {
			continue
		}
		r.cells = split(r.cells, l, ',')
		switch string(r.cells[0]) {
		case "AAA":
			r.node(lines.Text(r.cells[2]))
		case "ZZZZ":
			r.snapshot()
		case "MEM":
			r.memory = r.section(r.memory, nmonNames, record.Bytes, 1<<20)
		case "VM":
			r.paging = r.section(r.paging, nil, record.Count, 1)
		case "TOP":
			r.process()
		}
	}
	if r.lost > 0 {
		r.problem(0, "%d rows belong to no snapshot with a time: they are left out", r.lost)
	}
	return nil
}

// node begins what another nmon wrote: of another host, or of the same one later.
func (r *nmonReader) node(host string) {
	if host != r.host {
		r.host = host
		r.hosts++
	}
	r.clock, r.memory, r.paging, r.res = summerTime{}, nil, nil, -1
}

// labels adds the host to labels where a file is of several.
func (r *nmonReader) labels(labels ...record.Attr) []record.Attr {
	if r.hosts > 1 {
		labels = append(labels, record.Attr{Key: "host", Value: r.host})
	}
	return labels
}

// snapshot reads ZZZZ,T0001,00:28:35,23-NOV-2026.
func (r *nmonReader) snapshot() {
	r.at = record.Stamp{}
	if len(r.cells) < 4 {
		return
	}
	tod, prec, n := scan.Clock(r.cells[2])
	d, length := readDate(r.cells[3])
	day, ok := d.day(dayFirst)
	if n == 0 || length == 0 || !ok {
		r.problem(r.lines.Number(), "the snapshot's time is not readable: HH:MM:SS,DD-MON-YYYY was expected")
		return
	}
	r.snap = string(r.cells[1])
	r.at = r.inStep(&r.clock, record.Stamp{Wall: day.Add(tod), Prec: prec, Lacks: record.LacksZone}, r.lines.Number())
}

// section reads a header row of a section, or its values.
func (r *nmonReader) section(series []*record.Series, known map[string]record.Quantity, unit record.Unit, scale float64) []*record.Series {
	if series == nil || len(r.cells[1]) == 0 || r.cells[1][0] != 'T' || !isDigit(string(r.cells[1][1:])) {
		return r.header(known, unit, scale)
	}
	if r.at.IsZero() || string(r.cells[1]) != r.snap {
		r.lost++
		return series
	}
	for i := 2; i < min(len(r.cells), len(series)); i++ {
		cell := r.cells[i]
		if len(cell) > 0 && cell[0] == '-' || series[i] == nil {
			continue
		}
		if v, ok := scan.Float(cell); ok {
			r.sample(r.at, r.lines.Number(), series[i], v*scale)
		}
	}
	return series
}

func (r *nmonReader) header(known map[string]record.Quantity, unit record.Unit, scale float64) []*record.Series {
	series := make([]*record.Series, len(r.cells))
	for i := 2; i < len(r.cells); i++ {
		name := string(r.cells[i])
		if unit == record.Count && name != "pswpin" && name != "pswpout" && name != "pgmajfault" && name != "allocstall" && name != "pgfault" {
			continue
		}
		series[i] = r.get([]byte(name+"\x00\x00"+r.host), func() *record.Series {
			s := &record.Series{Name: name, Quantity: known[name], Unit: unit, Subject: r.host, Labels: r.labels()}
			if scale > 1 {
				s.Quantum = scale / 10
			}
			return s
		})
	}
	return series
}

// process reads a TOP row, or the header of these rows.
func (r *nmonReader) process() {
	if len(r.cells) < 8 {
		return
	}
	if string(r.cells[1]) == "+PID" {
		for i, c := range r.cells {
			switch string(c) {
			case "ResSet":
				r.res = i
			case "Command":
				r.command = i
			}
		}
		return
	}
	if r.res < 0 || r.command >= len(r.cells) || r.at.IsZero() || string(r.cells[2]) != r.snap {
		return
	}
	v, ok := scan.Float(r.cells[r.res])
	if !ok {
		return
	}
	pid, command := r.cells[1], r.cells[r.command]
	key := append(append(append(make([]byte, 0, 60), pid...), ' '), command...)
	key = append(append(key, 0), r.host...)
	s := r.get(key, func() *record.Series {
		comm := r.lines.Text(command)
		return &record.Series{Name: "ResSet", Quantity: record.RSS, Unit: record.Bytes, Quantum: 1024, Subject: comm,
			Labels: r.labels(record.Attr{Key: "comm", Value: comm}, record.Attr{Key: "pid", Value: strings.TrimLeft(string(pid), "0")})}
	})
	r.sample(r.at, r.lines.Number(), s, v*1024)
}
