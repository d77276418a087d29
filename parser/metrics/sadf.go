package metrics

// What sadf writes for machines: -d (and -dh), -p, -j, -x.
//
//	# hostname;interval;timestamp;kbmemfree;kbavail;kbmemused;%memused;...
//	vm;1;2026-11-23 00:28:28 UTC;21419308;22824180;1498272;6.07;...
//
//	vm	1	2026-11-23 00:28:28 UTC	-	kbmemfree	21419308
//
//	"timestamp": {"date": "2026-11-23", "time": "00:28:28", "utc": 1, "interval": 1}, "memory": {"memfree": 21419308, ...}
//
//	<timestamp date="2026-11-23" time="00:28:28" utc="1" interval="1"> ... <memfree>21419308</memfree>
//
// Source: sadf(1), rndr_stats.c, json_stats.c, xml_stats.c. Seen: 11.6.5 to 12.7. With -T or -t the times are local and
// no zone is written; with -U they are epoch seconds. A new # header begins each activity.

import (
	"strings"
	"time"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

// sadfHeader begins the headings of sadf -d.
const sadfHeader = "# hostname;interval;timestamp;"

var sadfD = parser.Format{
	Name: "sadf-d", Title: "sysstat: sadf -d (and -dh, -U, -T)",
	Sniff: func(h parser.Head) parser.Score {
		for _, l := range h.Lines(5) {
			if has(l, sadfHeader) {
				return 95
			}
		}
		return 0
	},
	Parse: parseSadfD,
}

var sadfP = parser.Format{
	Name: "sadf-p", Title: "sysstat: sadf -p",
	Sniff: func(h parser.Head) parser.Score {
		var cells [][]byte
		for _, l := range h.Lines(5) {
			cells = split(cells, l, '\t')
			if len(cells) != 6 {
				continue
			}
			if _, ok := sadfTime(cells[2]); ok && isValue(cells[5]) {
				return 85
			}
		}
		return 0
	},
	Parse: parseSadfP,
}

// sadfTime reads the third column.
func sadfTime(b []byte) (record.Stamp, bool) {
	c, ok := readTime(b)
	return c.at, ok && !c.bare && !c.open
}

type sadfReader struct {
	*curves
	names   []string    // "" for what is of devices
	listed  int         // names up to the end of the first list, behind which a row with several of them tells no places
	clock   *summerTime // of the section
	clocks  map[string]*summerTime
	columns []sysstatColumn
	host    string
	keyed   bool
	old     *oldMemory
	doubt   *oldMemory // what kbmemused means is for the first row to tell
	cells   [][]byte
	saidOld bool
	bad     int

	restarts restarts
}

func newSadf(lines *parser.Lines, sink record.Sink) *sadfReader {
	return &sadfReader{curves: newCurves(lines, sink), clocks: map[string]*summerTime{}}
}

func parseSadfD(lines *parser.Lines, sink record.Sink) error {
	r := newSadf(lines, sink)
	for lines.Next() {
		l := lines.Bytes()
		switch {
		case has(l, sadfHeader+"LINUX-RESTART"), has(l, sadfHeader+"COM"): // of the one row that follows
		case has(l, sadfHeader):
			r.header(l[len(sadfHeader):])
		case len(l) == 0 || l[0] == '#':
		default:
			r.row(l)
		}
	}
	r.saySpecial()
	return nil
}

// header takes the names. -h puts all activities into one row and marks the end of each list, of CPUs or devices, with [...].
func (r *sadfReader) header(l []byte) {
	r.names = texts(split(nil, l, ';'))
	r.listed = len(r.names)
	list := -1
	for i, name := range r.names {
		if sectionKeys[name] && i > 0 {
			list = i
		}
		ended := strings.HasSuffix(name, "[...]")
		r.names[i] = strings.TrimSuffix(name, "[...]")
		if !ended {
			continue
		}
		r.listed = min(r.listed, i+1)
		if list >= 0 && r.names[list] != "CPU" {
			clear(r.names[list : i+1])
		}
		list = -1
	}
	r.host, r.columns = "", nil
	r.turnTo(l)
}

// turnTo gives the rows that follow the clock of their section, each of which goes through all the time anew.
func (r *sadfReader) turnTo(section []byte) {
	var ok bool
	if r.clock, ok = r.clocks[string(section)]; !ok {
		r.clock = &summerTime{}
		if len(r.clocks) < maxSections {
			r.clocks[string(section)] = r.clock
		}
	}
}

// section makes the columns for a host.
func (r *sadfReader) section(host string) {
	r.host = host
	r.keyed = sectionKeys[r.names[0]]
	r.columns = make([]sysstatColumn, len(r.names))
	old, cacheCounts := findOldMemory(r.names)
	for i, name := range r.names {
		if name == "" || name == "CPU" || r.keyed && r.names[0] != "CPU" {
			continue
		}
		r.columns[i] = r.sysstatSeries(name, host, cacheCounts)
	}
	if n, ok := scan.Int(r.cells[1]); ok && n > 0 {
		for _, c := range r.columns {
			if c.series != nil {
				c.series.Step = time.Duration(n) * time.Second
			}
		}
	}
	r.old, r.doubt = nil, nil
	if cacheCounts {
		r.useOld(&old)
	} else if old.doubtful() {
		r.doubt = &old
	}
}

// useOld works out beside a section what its kbmemused does not tell.
func (r *sadfReader) useOld(old *oldMemory) {
	old.series(r.curves, r.host)
	r.old = old
	if !r.saidOld {
		r.saidOld = true
		old.tell(r.curves, r.lines.Number())
	}
}

func (r *sadfReader) row(l []byte) {
	r.cells = split(r.cells, l, ';')
	if len(r.cells) > 3 && has(r.cells[3], "LINUX-RESTART") {
		r.restarts.tell(r.curves, r.cells[2])
		if r.clock != nil {
			r.clock.pause()
		}
		return
	}
	if r.names == nil || len(r.cells) < 4 || has(r.cells[3], "COM ") {
		return
	}
	at, ok := sadfTime(r.cells[2])
	if !ok {
		if r.bad++; r.bad <= 20 && !r.lines.Torn() {
			r.problem(r.lines.Number(), "the row is left out: its third field is no time")
		}
		return
	}
	if r.columns == nil || string(r.cells[0]) != r.host {
		r.section(r.lines.Text(r.cells[0]))
	}
	at = r.inStep(r.clock, at, r.lines.Number())
	values := r.cells[3:]
	if r.keyed && string(values[0]) != "-1" && string(values[0]) != "all" {
		return
	}
	last := min(len(values), len(r.columns))
	if len(values) != len(r.columns) {
		last = min(last, r.listed)
	}
	if r.lines.Torn() && len(values) <= len(r.columns) {
		last = min(last, len(values)-1)
	}
	value := func(i int) (float64, bool) { return scan.Float(values[i]) }
	if r.doubt != nil && last == len(r.columns) {
		if r.doubt.cacheCounts(value) {
			r.useOld(r.doubt)
			r.columns[r.old.used].series.Quantity = ""
		} else if _, r.doubt.plain = r.doubt.whole(value); r.doubt.plain {
			r.old = r.doubt
			r.old.series(r.curves, r.host)
		}
		r.doubt = nil
	}
	for i := 0; i < last; i++ {
		if c := r.columns[i]; c.series != nil {
			if v, ok := scan.Float(values[i]); ok {
				widen(c.series, digitStep(values[i])*c.scale)
				r.sample(at, r.lines.Number(), c.series, v*c.scale)
			}
		}
	}
	if r.old != nil && last == len(r.columns) {
		r.old.emit(r.curves, at, r.lines.Number(), value)
	}
}

// parseSadfP reads one value a row: host, interval, time, device, name, value.
func parseSadfP(lines *parser.Lines, sink record.Sink) error {
	r := newSadf(lines, sink)
	var row memoryRow
	for lines.Next() {
		r.cells = split(r.cells, lines.Bytes(), '\t')
		if len(r.cells) > 3 && has(r.cells[3], "LINUX-RESTART") {
			r.restarts.tell(r.curves, r.cells[2])
			for _, clock := range r.clocks {
				clock.pause()
			}
		}
		if len(r.cells) < 6 {
			continue // a restart, a comment, a torn end
		}
		device := r.cells[3]
		if len(device) != 1 && string(device) != "all" || lines.Torn() {
			continue
		}
		at, ok := sadfTime(r.cells[2])
		v, isNumber := scan.Float(r.cells[5])
		if !ok || !isNumber {
			if r.bad++; r.bad <= 20 {
				r.problem(lines.Number(), "the row is left out: a time in the third and a number in the sixth field were expected")
			}
			continue
		}
		if at.Lacks&record.LacksZone != 0 { // only with -t or -T
			r.turnTo(r.cells[4])
			at = r.inStep(r.clock, at, lines.Number())
		}
		row.value(r.curves, string(r.cells[4]), string(r.cells[0]), at, lines.Number(), r.cells[5], v)
	}
	row.flush(r.curves)
	r.saySpecial()
	return nil
}
