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

// topMemory finds in a row without its header the cell of memory, the first with a binary suffix behind one of CPU.
func topMemory(cells [][]byte) (name, memory []byte, ok bool) {
	if len(cells) < 3 {
		return nil, nil, false
	}
	for i := 1; i < len(cells)-1; i++ {
		n := len(cells[i])
		if n < 2 || cells[i][n-1] != 'm' || !allDigits(cells[i][:n-1]) {
			continue
		}
		for _, c := range cells[i+1:] {
			if bytes.HasSuffix(c, []byte("Mi")) || bytes.HasSuffix(c, []byte("Gi")) || bytes.HasSuffix(c, []byte("Ki")) {
				return cells[i-1], c, true
			}
		}
	}
	return nil, nil, false
}

type kubectlTopReader struct {
	*curves
	name, namespace, container, memory int
	nodes                              bool
	now                                record.Stamp
	clock                              summerTime
	block                              int
	untimed                            bool
	key                                []byte
}

func parseKubectlTop(lines *parser.Lines, sink record.Sink) error {
	r := &kubectlTopReader{curves: newCurves(lines, sink), name: -1, namespace: -1, container: -1, memory: -1, block: -1}
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
	r.name, r.namespace, r.container, r.memory = -1, -1, -1, -1
	r.nodes = len(cells) == 5 && bytes.Contains(cells[2], []byte("%")) // NAME CPU CPU% MEMORY MEMORY%
	for i, c := range cells {
		switch string(c) {
		case "NAMESPACE":
			r.namespace = i
		case "NAME", "POD":
			if r.name < 0 {
				r.name = i
			} else { // with --containers POD stands before NAME
				r.container = i
			}
		case "MEMORY(bytes)":
			r.memory = i
		}
	}
}

func (r *kubectlTopReader) row(cells [][]byte) {
	var name, memory []byte
	if r.memory >= 0 && r.memory < len(cells) && r.name >= 0 {
		name, memory = cells[r.name], cells[r.memory]
	} else if n, m, ok := topMemory(cells); ok {
		name, memory = n, m
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
	subject := r.lines.Text(name)
	labels := []record.Attr{{Key: "pod", Value: subject}}
	if r.nodes || r.memory < 0 && len(cells) >= 5 {
		labels[0].Key = "node"
	}
	if r.namespace >= 0 {
		subject = r.lines.Text(cells[r.namespace]) + "/" + subject
		labels = append([]record.Attr{{Key: "namespace", Value: r.lines.Text(cells[r.namespace])}}, labels...)
	}
	r.key = append(r.key[:0], subject...)
	if r.container >= 0 && r.container < len(cells) {
		labels = append([]record.Attr{{Key: "container", Value: r.lines.Text(cells[r.container])}}, labels...)
		r.key = append(append(r.key, 0), cells[r.container]...)
	}
	s := r.get(r.key, func() *record.Series {
		return &record.Series{Name: "MEMORY(bytes)", Quantity: record.MemoryUsed, Unit: record.Bytes, Subject: subject, Labels: labels}
	})
	widen(s, quantum)
	r.sample(at, r.lines.Number(), s, size)
}
