package metrics

// crictl stats and crictl statsp in a loop or with --watch, of containers and of pods:
//
//	CONTAINER           NAME                CPU %               MEM                 DISK                INODES              SWAP
//	3d1ab1b4a8e2f       coredns             0.52                43.25MB             45.06kB             13                  0B
//
//	POD                 POD ID              CPU %               MEM
//	coredns-5d78c       1f0a9d6b2c3e4       0.61                44.1MB
//
// Source: cri-tools' cmd/crictl/container_stats.go and pod_stats.go. MEM is the working set, in powers of 1000 (go-units'
// HumanSize). NAME came with 1.25, SWAP with 1.31; before, only the beginning of the id names a container. No times are
// written; --watch clears the screen before each table.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var crictlStats = parser.Format{
	Name: "crictl-stats", Title: "crictl stats or statsp in a loop (times from date lines between)",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(10) {
			if isCrictlHeader(fields(nil, withoutCodes(l))) {
				return 90
			}
		}
		return 0
	},
	Parse: parseCrictlStats,
}

// isCrictlHeader tells the headings, which have a column MEM behind the one of "CPU %".
func isCrictlHeader(cells [][]byte) bool {
	if len(cells) < 4 || string(cells[0]) != "CONTAINER" && string(cells[0]) != "POD" {
		return false
	}
	for i, c := range cells[:len(cells)-2] {
		if string(c) == "CPU" && string(cells[i+1]) == "%" && string(cells[i+2]) == "MEM" {
			return true
		}
	}
	return false
}

type crictlReader struct {
	*curves
	now     record.Stamp
	clock   summerTime
	block   int
	untimed bool
	key     string // of the label: container or pod
	name    int    // column
	memory  int
	columns int
}

func parseCrictlStats(lines *parser.Lines, sink record.Sink) error {
	r := &crictlReader{curves: newCurves(lines, sink), block: -1}
	var cells [][]byte
	for lines.Next() {
		l := trim(withoutCodes(lines.Bytes()))
		if at, ok := isTime(l); ok {
			r.now = r.inStep(&r.clock, at, lines.Number())
			continue
		}
		switch cells = fields(cells, l); {
		case isCrictlHeader(cells):
			r.header(cells)
		case len(cells) == r.columns && len(cells) > 0 && !lines.Torn():
			r.row(cells)
		}
	}
	if r.untimed && r.block > 0 {
		r.sayUnplaced("crictl stats", "run it as `while sleep 15; do date; crictl stats; done`")
	}
	return nil
}

// header takes the columns; two headings are of two words.
func (r *crictlReader) header(cells [][]byte) {
	r.block++
	r.key, r.name = "container", 0
	if string(cells[0]) == "POD" {
		r.key = "pod"
	} else if string(cells[1]) == "NAME" {
		r.name = 1
	}
	r.columns = len(cells) - 1 // "CPU %"
	if r.key == "pod" {
		r.columns-- // "POD ID"
	}
	r.memory = 3
	if r.key == "container" && r.name == 0 {
		r.memory = 2
	}
}

func (r *crictlReader) row(cells [][]byte) {
	size, quantum, ok := scan.Size(cells[r.memory])
	if !ok {
		return
	}
	at := r.now
	if at.IsZero() {
		at, r.untimed = unplaced(r.block), true
	}
	r.container(r.key, cells, at, size, quantum)
}

// container passes on what a container or a pod holds. Containers of one name are told apart by their ids.
func (r *crictlReader) container(key string, cells [][]byte, at record.Stamp, size, quantum float64) {
	id := cells[0]
	if key == "pod" {
		id = cells[1]
	}
	s := r.get(append([]byte(key), id...), func() *record.Series {
		name := r.lines.Text(cells[r.name])
		s := &record.Series{Name: "MEM", Quantity: record.MemoryUsed, Unit: record.Bytes, Subject: name, Labels: []record.Attr{{Key: key, Value: name}}}
		if !bytes.Equal(id, cells[r.name]) {
			s.Labels = append(s.Labels, record.Attr{Key: "id", Value: r.lines.Text(id)})
		}
		return s
	})
	widen(s, quantum)
	r.sample(at, r.lines.Number(), s, size)
}
