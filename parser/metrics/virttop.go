package metrics

// virt-top --csv:
//
//	Hostname,Time,Arch,Physical CPUs,...,Total hardware memory (KB),Total memory (KB),Total guest memory (KB),Total CPU time (ns),Domain ID,Domain name,CPU (ns),%CPU,Mem (bytes),%Mem,Block RDRQ,...
//	Sirius,21:03:05,x86_64,16,4,3,0,0,0,0,0,3,1,3.0,32817036,22020096,22020096,1438745971,1,Polaris,96054875.,0.198921324126,3145728,9,0,0,606,889,2,Mimosa,...
//
// Source: virt-top(1), virt-top's stream_output.ml and csv output. The header shows the ten columns of a domain once, a
// row repeats them for each domain. "Mem (bytes)" is KiB, whatever it says: what the VM is allowed, not what it holds.
// Only the time of day is written. The first row is all zeros: nothing was measured yet.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var virtTopCSV = parser.Format{
	Name: "virt-top", Title: "virt-top --csv",
	Sniff: func(h parser.Head) parser.Score {
		if l := h.Line(); has(l, "Hostname,Time,") && bytes.Contains(l, []byte("Domain ID,Domain name")) {
			return 95
		}
		return 0
	},
	Parse: parseVirtTop,
}

// virtTopGroup is what the header tells of the columns of a domain, which stand in it once and in a row for each: --no-csv-cpu,
// --no-csv-mem, --no-csv-block and --no-csv-net leave some out.
type virtTopGroup struct {
	width       int
	memory, cpu int // columns within; -1 when they were left out
}

func virtTopGroupOf(headings [][]byte) virtTopGroup {
	g := virtTopGroup{width: len(headings), memory: -1, cpu: -1}
	for i, c := range headings {
		switch string(c) {
		case "Domain ID":
			if i > 0 { // of a header with a group for each
				g.width = i
				return g
			}
		case "%CPU":
			g.cpu = i
		case "Mem (bytes)":
			g.memory = i
		}
	}
	return g
}

func parseVirtTop(lines *parser.Lines, sink record.Sink) error {
	t := newTable(lines, sink)
	t.delimiter = ','
	first, total, rows := -1, -1, 0
	var group virtTopGroup
	for lines.Next() {
		cells := t.cut(lines.Bytes())
		if string(cells[0]) == "Hostname" {
			first, total = -1, -1
			for i, c := range cells {
				switch string(c) {
				case "Domain ID":
					if first < 0 {
						first, group = i, virtTopGroupOf(cells[i:])
					}
				case "Total hardware memory (KB)":
					total = i
				}
			}
			rows = 0
			continue
		}
		if first < 0 || len(cells) < 3 {
			continue
		}
		tod, prec, n := scan.Clock(cells[1])
		if n == 0 {
			t.badRow(lines.Number(), cells)
			continue
		}
		at := t.inStep(&t.clock, t.day.stamp(tod, prec), lines.Number())
		if rows++; total >= 0 && total < len(cells)-1 {
			if v, ok := scan.Float(cells[total]); ok {
				host := lines.Text(cells[0])
				t.sample(at, lines.Number(), t.get([]byte("\x00"+host), func() *record.Series {
					return &record.Series{Name: "Total hardware memory", Quantity: record.HostTotal, Unit: record.Bytes, Quantum: 1024, Subject: host}
				}), v*1024)
			}
		}
		for i := first; rows > 1 && i+group.width <= len(cells); i += group.width {
			if lines.Torn() && i+group.width == len(cells) {
				break
			}
			t.domain(cells[i:i+group.width], group, at)
		}
	}
	return nil
}

// domain reads the columns of one VM: id, name, and those of the group.
func (t *table) domain(cells [][]byte, group virtTopGroup, at record.Stamp) {
	if len(cells) < 2 {
		return
	}
	name := t.lines.Text(cells[1])
	emit := func(what string, cell []byte, q record.Quantity, unit record.Unit, scale float64) {
		v, ok := scan.Float(trimByte(cell, '.'))
		if !ok {
			return
		}
		s := t.get([]byte(what+"\x00"+name), func() *record.Series {
			s := &record.Series{Name: what, Quantity: q, Unit: unit, Subject: name, Labels: []record.Attr{{Key: "domain", Value: name}}}
			if unit == record.Bytes {
				s.Quantum = scale
			}
			return s
		})
		t.sample(at, t.lines.Number(), s, v*scale)
	}
	if group.memory >= 0 {
		emit("Mem", cells[group.memory], record.Balloon, record.Bytes, 1024)
	}
	if group.cpu >= 0 {
		emit("%CPU", cells[group.cpu], "", record.Share, 0.01)
	}
}
