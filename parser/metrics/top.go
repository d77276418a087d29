package metrics

// top -b over a time, two screens or more (a single one is a listing of facts, not a curve):
//
//	top - 00:28:29 up 33 min,  0 user,  load average: 9.83, 4.46, 2.56
//	MiB Mem :  24105.6 total,  20735.8 free,   1979.6 used,   1701.6 buff/cache
//	MiB Swap:      0.0 total,      0.0 free,      0.0 used.  22126.0 avail Mem
//
//	  PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
//	 4733 root      25   5 2405452   1.1g  29772 R  23.5   4.5   0:12.01 qemu-system-x86
//
// Before procps-ng 3.3.10 used counts the page cache, whose size stands behind swap's:
//
//	KiB Mem:  16266300 total, 16000000 used,   266300 free,   343936 buffers
//	KiB Swap:  2097144 total,        0 used,  2097144 free. 12000000 cached Mem
//
// Source: top(1) of procps and procps-ng. Seen: 4.0.2, decimal commas, "MiB Spch:"; before 3.3 the sizes carry a k. Sizes
// of processes are KiB unless they carry m, g or t. Only the time of day is written.

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var topSeries = parser.Format{
	Name: "top-series", Title: "top -b over a time: memory of the machine and of each process",
	Sniff: func(h parser.Head) parser.Score {
		screens := bytes.Count(h.Data, []byte("\ntop - "))
		if has(h.Data, "top - ") {
			screens++
		}
		if screens >= 2 {
			return 92
		}
		return 0
	},
	Parse: parseTop,
}

type topReader struct {
	*curves
	day      daytime
	clock    summerTime
	at       record.Stamp
	pid, res int // columns of the process table; -1 before its header
	columns  int
	row      int // summary rows with sizes seen in this screen
	cells    [][]byte
	key      []byte
	old      bool // the screen is of before 3.3.10: used counts the page cache
	saidOld  bool
	memory   map[string]float64 // of an old screen, bytes by their words
}

func parseTop(lines *parser.Lines, sink record.Sink) error {
	r := &topReader{curves: newCurves(lines, sink), pid: -1, memory: map[string]float64{}}
	for lines.Next() {
		l := lines.Bytes()
		if has(l, "top - ") {
			r.screen(l[len("top - "):])
			continue
		}
		if r.at.IsZero() || lines.Torn() {
			continue
		}
		r.cells = fields(r.cells, l)
		switch {
		case len(r.cells) == 0:
		case string(r.cells[0]) == "PID":
			r.table()
		case r.pid >= 0:
			r.process(l)
		case bytes.IndexByte(l, ':') > 0:
			r.summary(l)
		}
	}
	return nil
}

func (r *topReader) screen(l []byte) {
	r.pid, r.row = -1, 0
	tod, prec, n := scan.Clock(l)
	if n == 0 {
		r.problem(r.lines.Number(), "the screen has no time of day: it is left out")
		r.at = record.Stamp{}
		return
	}
	r.at = r.inStep(&r.clock, r.day.stamp(tod, prec), r.lines.Number())
}

func (r *topReader) table() {
	r.res, r.pid, r.columns = -1, -1, len(r.cells)
	for i, c := range r.cells {
		switch string(c) {
		case "PID":
			r.pid = i
		case "RES":
			r.res = i
		}
	}
	if r.res < 0 {
		r.pid = -1
	}
}

// summary reads the rows of memory and swap: pairs of a number and its word, or the usual order in other languages.
func (r *topReader) summary(l []byte) {
	colon := bytes.IndexByte(l, ':')
	unit, isSize := topUnit(l[:colon])
	if !isSize {
		return
	}
	label, usual := "Mem", []string{"total", "free", "used", "buff/cache"}
	if r.row++; r.row > 1 {
		label, usual = "Swap", []string{"total", "free", "used", "avail"}
	} else {
		r.old = bytes.Contains(l, []byte("buffers"))
		clear(r.memory)
	}
	place := 0
	for w, rest := word(l[colon+1:]); len(w) > 0; w, rest = word(rest) {
		v, ok := topNumber(w, unit)
		if !ok {
			continue
		}
		what, _ := word(rest)
		name := topWord(what)
		if name == "" && place < len(usual) {
			name = usual[place]
		}
		place++
		if name == "avail" || name == "cached" { // both stand in swap's row
			label = "Mem"
		}
		if r.old && label == "Mem" {
			r.memory[name] = v
		}
		r.summaryValue(label, name, v, unit)
	}
	if r.old && len(r.memory) == 5 { // total, used, free, buffers and cached
		r.withoutCache(unit)
	}
}

// withoutCache works out what a screen of before 3.3.10 does not tell, as sysstat's old memory is.
func (r *topReader) withoutCache(unit float64) {
	if !r.saidOld {
		r.saidOld = true
		r.problem(r.lines.Number(), "this top (before procps-ng 3.3.10) counts the page cache as used: free+buffers+cached is taken as available, an upper bound, and used-buffers-cached as used")
	}
	cache := r.memory["buffers"] + r.memory["cached"]
	r.summaryValue("Mem", "free+buffers+cached", r.memory["free"]+cache, unit)
	r.summaryValue("Mem", "used-buffers-cached", r.memory["used"]-cache, unit)
	clear(r.memory)
}

func (r *topReader) summaryValue(label, name string, v, unit float64) {
	full := label + " " + name
	s := r.get([]byte(full), func() *record.Series {
		s := &record.Series{Name: full, Unit: record.Bytes, Quantum: unit}
		switch full {
		case "Mem avail", "Mem free+buffers+cached":
			s.Quantity = record.HostAvailable
		case "Mem used-buffers-cached":
			s.Quantity = record.HostUsed
		default:
			if s.Quantity = freeQuantities[full]; full == "Mem used" && r.old {
				s.Quantity = ""
			}
		}
		if unit > 1024 {
			s.Quantum = unit / 10
		}
		return s
	})
	r.sample(r.at, r.lines.Number(), s, v)
}

// topUnit reads the unit before "Mem", "Swap", "Spch"; nothing there is the k of old versions.
func topUnit(b []byte) (float64, bool) {
	w, rest := word(b)
	switch string(w) {
	case "KiB":
		return 1 << 10, true
	case "MiB":
		return 1 << 20, true
	case "GiB":
		return 1 << 30, true
	case "TiB":
		return 1 << 40, true
	case "Mem", "Swap":
		return 1 << 10, len(trim(rest)) == 0
	}
	return 0, false
}

func topWord(w []byte) string {
	for _, name := range []string{"total", "free", "used", "buffers", "buff/cache", "cached", "avail"} {
		if has(w, name) {
			return name
		}
	}
	return ""
}

// topNumber reads "24105.6", "24105,6", "16266300k", "9.8+".
func topNumber(w []byte, unit float64) (float64, bool) {
	var plain [24]byte
	n := copy(plain[:], bytes.TrimRight(w, "+,."))
	if n == 0 {
		return 0, false
	}
	if plain[n-1] == 'k' || plain[n-1] == 'K' {
		n--
		unit = 1 << 10
	}
	if i := bytes.IndexByte(plain[:n], ','); i >= 0 {
		plain[i] = '.'
	}
	v, ok := scan.Float(plain[:n])
	return v * unit, ok
}

// process reads a row of the table: only what it holds in memory.
func (r *topReader) process(l []byte) {
	if len(r.cells) < r.columns || r.res >= len(r.cells) {
		return
	}
	pid := r.cells[r.pid]
	if _, ok := scan.Int(pid); !ok {
		return
	}
	size, quantum, bare, ok := freeSize(r.cells[r.res], 1<<10)
	if !ok {
		return
	}
	command := r.cells[r.columns-1] // of a command with arguments the first word
	r.key = append(append(append(r.key[:0], pid...), ' '), command...)
	s := r.get(r.key, func() *record.Series {
		comm := r.lines.Text(command)
		return &record.Series{Name: "RES", Unit: record.Bytes, Quantity: record.RSS, Subject: comm,
			Labels: []record.Attr{{Key: "comm", Value: comm}, {Key: "pid", Value: string(pid)}}}
	})
	if !bare || quantum > 1024 {
		widen(s, quantum)
	} else {
		widen(s, 1024)
	}
	r.sample(r.at, r.lines.Number(), s, size)
}
