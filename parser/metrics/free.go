package metrics

// free with a delay (-s), or called in a loop, any unit, any language:
//
//	               total        used        free      shared  buff/cache   available
//	Mem:            23Gi       1.7Gi        20Gi       8.7Mi       1.6Gi        21Gi
//	Swap:             0B          0B          0B
//
// and before procps-ng 3.3.10 with "buffers" and "cached", where used counts the cache and a line "-/+ buffers/cache:"
// gives the numbers without it. Source: free(1). Seen: 4.0.2; the old form from its manual. free writes no times: a loop
// that prints the date before each block gives them. Labels are localized, so rows and columns go by their place.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var freeText = parser.Format{
	Name: "free", Title: "free in a loop, any unit and language (times from date lines between)",
	Sniff: func(h parser.Head) parser.Score {
		blocks := 0
		lines := h.Lines(60)
		for i, l := range lines {
			if i+1 == len(lines) {
				break
			}
			_, l, _ = timeBefore(l)
			if _, row, _ := timeBefore(lines[i+1]); isFreeHeader(l) && isFreeRow(row) {
				blocks++
			}
		}
		if blocks >= 2 {
			return 88
		}
		return 0
	},
	Parse: parseFree,
}

// isFreeHeader tells the headings: blanks first, then six or seven words that are no numbers.
func isFreeHeader(l []byte) bool {
	if len(l) < 20 || l[0] != ' ' || bytes.IndexByte(l, ':') >= 0 {
		return false
	}
	words := 0
	for w, rest := word(l); len(w) > 0; w, rest = word(rest) {
		if w[0] >= '0' && w[0] <= '9' {
			return false
		}
		words++
	}
	return words == 6 || words == 7
}

// endsInColon tells a label; the Chinese one has a colon of its own: "内存：".
func endsInColon(w []byte) bool {
	return w[len(w)-1] == ':' || bytes.HasSuffix(w, []byte("："))
}

// isFreeRow tells a row: a label with a colon, then sizes.
func isFreeRow(l []byte) bool {
	w, rest := word(l)
	if len(w) < 2 || !endsInColon(w) {
		return false
	}
	w, _ = word(rest)
	_, _, _, ok := freeSize(w, 1)
	return ok
}

// freeSize reads "23Gi", "1,7G", "24105": bytes by its letter, or by the unit of bare numbers.
func freeSize(w []byte, unit float64) (size, quantum float64, bare, ok bool) {
	var plain [24]byte
	n := copy(plain[:], w)
	if n == 0 || n != len(w) {
		return 0, 0, false, false
	}
	if i := bytes.IndexByte(plain[:n], ','); i >= 0 {
		plain[i] = '.'
	}
	if v, ok := scan.Float(plain[:n]); ok {
		return v * unit, unit, true, true
	}
	size, quantum, ok = scan.Size(plain[:n])
	return size, quantum, false, ok
}

type freeReader struct {
	*curves
	names   []string
	row     int // within the block
	block   int
	now     record.Stamp
	clock   summerTime
	unit    float64
	untimed bool
	series  map[string]*record.Series
	cells   [][]byte
}

func parseFree(lines *parser.Lines, sink record.Sink) error {
	r := &freeReader{curves: newCurves(lines, sink), series: map[string]*record.Series{}, block: -1}
	for lines.Next() {
		l := lines.Bytes()
		if at, ok := isTime(l); ok {
			r.now = r.inStep(&r.clock, at, lines.Number())
			continue
		}
		if at, rest, ok := timeBefore(l); ok {
			r.now, l = r.inStep(&r.clock, at, lines.Number()), rest
		}
		r.cells = fields(r.cells, l)
		switch {
		case isFreeHeader(l):
			r.header()
		case r.names != nil && len(r.cells) > 1 && !lines.Torn():
			r.values(l)
		}
	}
	if r.untimed {
		r.sayUnplaced("free", "run it as `while sleep 5; do date; free -k; done`")
	}
	return nil
}

// header begins a block. The columns' names are free's own, whatever language it spoke.
func (r *freeReader) header() {
	r.block++
	r.row = 0
	last := r.cells[len(r.cells)-1]
	switch {
	case len(r.cells) == 7:
		r.names = []string{"total", "used", "free", "shared", "buffers", "cache", "available"}
	case has(last, "cached"):
		r.names = []string{"total", "used", "free", "shared", "buffers", "cached"}
	default:
		r.names = []string{"total", "used", "free", "shared", "buff/cache", "available"}
	}
}

var freeQuantities = map[string]record.Quantity{
	"Mem total": record.HostTotal, "Mem used": record.HostUsed, "Mem free": record.HostFree, "Mem shared": record.HostShmem,
	"Mem cache": record.HostCached, "Mem cached": record.HostCached, "Mem buff/cache": record.HostCached, "Mem available": record.HostAvailable,
	"Swap total": record.HostSwapTotal, "Swap used": record.HostSwapUsed, "Swap free": record.HostSwapFree,
	"-/+ used": record.HostUsed, "-/+ free": record.HostAvailable,
}

func (r *freeReader) values(l []byte) {
	names, label, cells := r.names, "Mem", r.cells[1:]
	switch {
	case has(l, "-/+"):
		label, names = "-/+", []string{"used", "free"}
		cells = r.cells[len(r.cells)-min(2, len(r.cells)):]
	case has(l, "Low:") || has(l, "High:") || r.row > 1:
		return
	case r.row == 1:
		label, names = "Swap", []string{"total", "used", "free"}
	}
	if label != "-/+" {
		if !endsInColon(r.cells[0]) {
			return
		}
		r.row++
	}
	at := r.now
	if at.IsZero() {
		at = unplaced(r.block)
		r.untimed = true
	}
	if r.unit == 0 {
		r.unit = r.bareUnit(cells)
	}
	for i := 0; i < min(len(cells), len(names)); i++ {
		size, quantum, bare, ok := freeSize(cells[i], r.unit)
		if !ok {
			continue
		}
		s := r.column(label, names[i])
		if !bare || r.unit > 1 {
			widen(s, quantum)
		}
		r.sample(at, r.lines.Number(), s, size)
	}
}

// column gives the series of a cell. With the old layout "used" counts the cache and is not the host's use.
func (r *freeReader) column(label, name string) *record.Series {
	full := label + " " + name
	if s := r.series[full]; s != nil {
		return s
	}
	s := &record.Series{Name: full, Unit: record.Bytes, Quantity: freeQuantities[full], From: r.lines.Origin()}
	if full == "Mem used" && r.names[len(r.names)-1] == "cached" {
		s.Quantity = ""
	}
	r.series[full] = s
	return s
}

// Totals in KiB: more than x86-64 can have with four levels of page tables (MAX_PHYSMEM_BITS 46, sparsemem.h) no machine
// has, and few have the other, which is 4 GiB in bytes.
const (
	freeMostKiB = 64 << 30
	freeRareKiB = 4 << 30
)

// bareUnit tells the unit of bare numbers from the first row: all multiples of 1024 are bytes, which free makes of
// /proc/meminfo's KiB, and so is a total that no machine has in KiB.
func (r *freeReader) bareUnit(cells [][]byte) float64 {
	total, whole := 0.0, true
	for i, c := range cells {
		v, ok := scan.Int(c)
		if !ok {
			return 1 // sizes with letters
		}
		if i == 0 {
			total = float64(v)
		}
		whole = whole && v%1024 == 0
	}
	switch {
	case whole && total >= 256<<20, total >= freeMostKiB:
		return 1
	case total >= freeRareKiB:
		r.problem(r.lines.Number(), "memory is read as KiB: in bytes this machine would have %.0f MiB (free writes no unit)", total/(1<<20))
	}
	return r.memoryUnit(total, "free")
}
