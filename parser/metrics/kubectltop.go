package metrics

// kubectl top pods (or nodes), in a loop or once:
//
//	NAMESPACE     NAME                                      CPU(cores)   MEMORY(bytes)
//	default       nginx-deployment-59f86b59ff-nj4ls         0m           3Mi
//
//	POD     NAME    CPU(cores)   MEMORY(bytes)
//	web-1   proxy   5m           50Mi
//
//	NAME           CPU(cores)   CPU%   MEMORY(bytes)   MEMORY%
//	nlk8s-node01   <unknown>    <unknown>   <unknown>       <unknown>
//
// Source: kubectl's pkg/metricsutil/metrics_printer.go. Memory is the working set, 15 to 60 seconds old. A node that is
// gone shows <unknown>, which is no sample. No times are written.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var kubectlTop = parser.Format{
	Name: "kubectl-top", Title: "kubectl top pods or nodes (times from date lines between)",
	Sniff: func(h parser.Head) parser.Score {
		rows := 0
		for _, l := range h.Lines(10) {
			if bytes.Contains(l, []byte("CPU(cores)")) && bytes.Contains(l, []byte("MEMORY(bytes)")) {
				return 90
			}
			if _, _, ok := topMemory(fields(nil, l)); ok {
				rows++
			}
		}
		if rows > 0 {
			return 55
		}
		return 0
	},
	Parse: parseKubectlTop,
}

// topMemory finds in a row without its header the cell of memory, the first with a binary suffix behind one of CPU, which stands
// behind so many names.
func topMemory(cells [][]byte) (names int, memory []byte, ok bool) {
	if len(cells) < 3 {
		return 0, nil, false
	}
	for i := 1; i < len(cells)-1; i++ {
		n := len(cells[i])
		if n < 2 || cells[i][n-1] != 'm' || !allDigits(cells[i][:n-1]) {
			continue
		}
		for _, c := range cells[i+1:] {
			if bytes.HasSuffix(c, []byte("Mi")) || bytes.HasSuffix(c, []byte("Gi")) || bytes.HasSuffix(c, []byte("Ki")) {
				return i, c, true
			}
		}
	}
	return 0, nil, false
}

// topPlaces are the columns of a listing; -1 where it has none.
type topPlaces struct {
	name, namespace, container, memory int
	nodes                              bool
}

type kubectlTopReader struct {
	*curves
	places  topPlaces
	now     record.Stamp
	clock   summerTime
	block   int
	untimed bool
	key     []byte
}

func parseKubectlTop(lines *parser.Lines, sink record.Sink) error {
	r := &kubectlTopReader{curves: newCurves(lines, sink), places: topPlaces{name: -1, namespace: -1, container: -1, memory: -1}, block: -1}
	var cells [][]byte
	for lines.Next() {
		l := lines.Bytes()
		if at, ok := isTime(l); ok {
			r.now = r.inStep(&r.clock, at, lines.Number())
			continue
		}
		if at, rest, ok := timeBefore(l); ok {
			r.now, l = r.inStep(&r.clock, at, lines.Number()), rest
		}
		cells = fields(cells, l)
		switch {
		case len(cells) < 3 || lines.Torn():
		case bytes.Contains(l, []byte("MEMORY(bytes)")):
			r.header(cells)
		default:
			r.row(cells)
		}
	}
	if r.untimed && r.block > 0 {
		r.sayUnplaced("kubectl top", "run it as `while sleep 15; do date; kubectl top pods -A; done`")
	}
	return nil
}

func (r *kubectlTopReader) header(cells [][]byte) {
	r.block++
	r.places = topPlaces{name: -1, namespace: -1, container: -1, memory: -1}
	r.places.nodes = len(cells) >= 5 && bytes.Contains(cells[2], []byte("%")) // NAME CPU CPU% MEMORY MEMORY%, with --show-swap two more
	for i, c := range cells {
		switch string(c) {
		case "NAMESPACE":
			r.places.namespace = i
		case "NAME", "POD":
			if r.places.name < 0 {
				r.places.name = i
			} else { // with --containers POD stands before NAME
				r.places.container = i
			}
		case "MEMORY(bytes)":
			r.places.memory = i
		}
	}
}

func (r *kubectlTopReader) row(cells [][]byte) {
	var memory []byte
	place := r.places
	parent := []byte(nil)
	if r.places.memory >= 0 && r.places.memory < len(cells) && r.places.name >= 0 {
		memory = cells[r.places.memory]
	} else if names, m, ok := topMemory(cells); ok {
		memory = m
		place.nodes = bytes.HasSuffix(cells[names+1], []byte{'%'})
		place.name, place.namespace, place.container = names-1, -1, -1
		switch names {
		case 3: // -A --containers
			place.namespace, place.name, place.container = 0, 1, 2
		case 2: // -A, or --containers: nothing tells
			parent = cells[0]
		}
	} else {
		return
	}
	size, quantum, ok := scan.Size(memory)
	if !ok {
		return // <unknown>
	}
	at := r.now
	if at.IsZero() {
		at, r.untimed = unplaced(max(r.block, 0)), true
	}
	subject := r.lines.Text(cells[place.name])
	labels := []record.Attr{{Key: "pod", Value: subject}}
	if place.nodes {
		labels[0].Key = "node"
	}
	if place.namespace >= 0 {
		subject = r.lines.Text(cells[place.namespace]) + "/" + subject
		labels = append([]record.Attr{{Key: "namespace", Value: r.lines.Text(cells[place.namespace])}}, labels...)
	}
	r.key = append(r.key[:0], subject...)
	if place.container >= 0 && place.container < len(cells) {
		labels = append([]record.Attr{{Key: "container", Value: r.lines.Text(cells[place.container])}}, labels...)
		r.key = append(append(r.key, 0), cells[place.container]...)
	}
	if parent != nil {
		labels = append(labels, record.Attr{Key: "parent", Value: r.lines.Text(parent)})
		r.key = append(append(r.key, 1), parent...)
	}
	s := r.get(r.key, func() *record.Series {
		return &record.Series{Name: "MEMORY(bytes)", Quantity: record.MemoryUsed, Unit: record.Bytes, Subject: subject, Labels: labels}
	})
	widen(s, quantum)
	r.sample(at, r.lines.Number(), s, size)
}
