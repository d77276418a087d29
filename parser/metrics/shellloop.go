package metrics

// Loops of a shell over /proc and cgroup files, a date before each block:
//
//	2026-11-23T00:28:29Z             2026-11-23T00:28:29Z              Mon Nov 23 00:28:29 UTC 2026
//	3297280                          some avg10=0.00 avg60=0.00 ...    oom_kill 1
//	2026-11-23T00:28:31Z             full avg10=0.00 avg60=0.00 ...    anon 3297280
//
// Bare numbers are memory.current, memory.usage_in_bytes or memory.max, if they are whole pages; pairs come from memory.stat, memory.events,
// /proc/meminfo, /proc/vmstat or virsh dommemstat; "some avg10=" is PSI (Documentation/accounting/psi.rst). Whom a listing
// is about says a line before it, or the path that grep writes (shellloop_heading.go), or the file's name; where a loop tells of
// several, a label of each series names it. usage_in_bytes counts the page cache (cgroup v1, memory.txt section 5.5).

import (
	"bytes"
	"math"
	"path"
	"strconv"
	"strings"

	"oomortem/parser"
	"oomortem/parser/record"
	"oomortem/parser/scan"
)

var shellLoop = parser.Format{
	Name: "memory-loop", Title: "shell loops with dates over cgroup files, PSI, meminfo, vmstat, dommemstat",
	Sniff: sniffLoop,
	Parse: parseLoop,
}

// sniffLoop wants dates on lines of their own and nothing between them that the loop reader does not know.
func sniffLoop(h parser.Head) parser.Score {
	times, good, bad, read := 0, 0, 0, 0
	heading := "" // the line before, if a known line follows
	var first []byte
	var clock loopClock
	for _, l := range h.Lines(400) {
		if len(trim(l)) == 0 || memstatCommand(l) != nil {
			continue
		}
		if _, rest, ok := timeBefore(trim(l)); ok && loopPair(rest) {
			times, good, read = times+1, good+1, read+1
			continue
		}
		if _, name, ok := clock.read(trim(l)); ok {
			times++
			if name != "" {
				heading = name
			}
			continue
		}
		_, l = fileLine(trim(l))
		if first == nil {
			first = l
		}
		switch {
		case loopLine(l):
			good++
			v, bare := scan.Int(l)
			if heading != "" && !loopPair(l) && !isProcSize(l) && !isMemoryFile(heading) && !(bare && v > 0 && v%pageSize == 0) {
				bad++
			}
			if bare || loopPair(l) {
				read++
			}
			heading = ""
		case heading == "" && loopHeading(l) != "":
			heading = loopHeading(l)
		default:
			bad++
		}
	}
	switch {
	case times >= 2 && read > 0 && bad*10 <= good:
		return 87
	case times == 0 && good > 0 && bad == 0 && has(first, "some avg10="):
		return 60
	}
	return 0
}

// memstatCommand gives the VM of a prompt line "$ virsh dommemstat vm-redis-1"; nil when the line is another.
func memstatCommand(l []byte) []byte {
	i := bytes.Index(l, []byte("virsh dommemstat "))
	if i < 0 {
		return nil
	}
	name, _ := word(l[i+len("virsh dommemstat "):])
	return name
}

// loopLine tells whether a line is one of those that are read.
func loopLine(l []byte) bool {
	l = trim(l)
	if _, ok := scan.Int(l); ok || string(l) == "max" {
		return true
	}
	if has(l, "some avg10=") || has(l, "full avg10=") {
		return true
	}
	key, rest := word(l)
	_, known := loopNames[strings.TrimSuffix(string(key), ":")]
	value, unit := word(rest)
	_, isNumber := scan.Int(value)
	unit = trim(unit)
	return (known || len(unit) == 0) && isNumber && (len(unit) == 0 || string(unit) == "kB") || isProcSize(l) // many are not read
}

// loopName is what a key of these files means. They do not clash but for "rss", which is bytes in cgroup v1's memory.stat
// and KiB in dommemstat.
type loopName struct {
	quantity record.Quantity
	unit     record.Unit
	scale    float64
	counter  bool
}

var loopNames = map[string]loopName{
	"MemTotal": {record.HostTotal, record.Bytes, 1024, false}, "MemFree": {record.HostFree, record.Bytes, 1024, false}, "MemAvailable": {record.HostAvailable, record.Bytes, 1024, false},
	"Cached": {record.HostCached, record.Bytes, 1024, false}, "Slab": {record.HostSlab, record.Bytes, 1024, false}, "Shmem": {record.HostShmem, record.Bytes, 1024, false},
	"SwapTotal": {record.HostSwapTotal, record.Bytes, 1024, false}, "SwapFree": {record.HostSwapFree, record.Bytes, 1024, false}, "Hugetlb": {record.HostHuge, record.Bytes, 1024, false},
	"Buffers": {"", record.Bytes, 1024, false}, "AnonPages": {"", record.Bytes, 1024, false}, "SUnreclaim": {"", record.Bytes, 1024, false}, "Committed_AS": {"", record.Bytes, 1024, false},
	"VmRSS": {record.RSS, record.Bytes, 1024, false}, "VmSwap": {"", record.Bytes, 1024, false}, "RssAnon": {"", record.Bytes, 1024, false},
	"oom_kill": {record.OOMKills, record.Count, 1, true}, "oom": {"", record.Count, 1, true}, "max": {"", record.Count, 1, true}, "high": {"", record.Count, 1, true}, "low": {"", record.Count, 1, true},
	"oom_group_kill": {"", record.Count, 1, true}, "anon": {record.RSS, record.Bytes, 1, false}, "file": {"", record.Bytes, 1, false}, "shmem": {"", record.Bytes, 1, false},
	"slab": {"", record.Bytes, 1, false}, "cache": {"", record.Bytes, 1, false}, "rss": {record.RSS, record.Bytes, 1, false}, "swap": {"", record.Bytes, 1, false},
	"hierarchical_memory_limit": {record.Limit, record.Bytes, 1, false},
	"pswpin":                    {record.SwapIn, record.Bytes, pageSize, true}, "pswpout": {record.SwapOut, record.Bytes, pageSize, true}, "pgmajfault": {"", record.Count, 1, true},
	"actual": {record.Balloon, record.Bytes, 1024, false}, "unused": {"", record.Bytes, 1024, false}, "available": {"", record.Bytes, 1024, false}, "usable": {"", record.Bytes, 1024, false},
}

type loopReader struct {
	*curves
	clock      loopClock
	summer     summerTime
	now        record.Stamp
	block      int
	untimed    bool
	row        int  // of bare numbers in this block
	counts     bool // they are not of a cgroup's memory
	dommemstat bool // the last listing was virsh's, which counts rss in KiB
	whose      loopSubject
	name       string          // of the file, which tells what bare numbers are
	file       string          // the VM in its name
	anonymous  bool            // listings came that nothing names
	seen       map[string]bool // what this listing has told
	listing    int             // listings before this one under the same date that nothing tells apart
	stalls     int             // "some" lines of PSI under this date and heading
	mixed      bool            // several kinds of PSI follow one date
	resource   string          // whose pressure the line at hand is, when its heading tells: memory, cpu, io
	key        []byte
}

func parseLoop(lines *parser.Lines, sink record.Sink) error {
	r := &loopReader{curves: newCurves(lines, sink), name: path.Base(lines.Path), seen: map[string]bool{}}
	if i := strings.Index(r.name, "dommemstat-"); i >= 0 { // dommemstat-vm1.txt
		r.file = strings.TrimSuffix(r.name[i+len("dommemstat-"):], path.Ext(r.name))
	}
	r.dommemstat = strings.Contains(r.name, "dommemstat")
	for lines.Next() {
		l := trim(lines.Bytes())
		if lines.Torn() {
			continue
		}
		if len(l) == 0 {
			r.whose.gap()
			continue
		}
		if name := memstatCommand(l); len(name) > 0 {
			r.whose.prompted(lines.Text(name))
			r.listing, r.dommemstat = 0, true
			continue
		}
		if at, rest, ok := timeBefore(l); ok && loopPair(rest) {
			if at = r.inStep(&r.summer, at, lines.Number()); !at.Wall.Equal(r.now.Wall) {
				r.begin(at)
			}
			r.line(trim(rest))
			continue
		}
		if at, name, ok := r.clock.read(l); ok {
			r.begin(r.inStep(&r.summer, at, lines.Number()))
			if name != "" {
				r.headed(lines.Text([]byte(name)))
			}
			continue
		}
		file, rest := fileLine(l)
		if file != nil && string(file) != r.whose.heading {
			r.headed(lines.Text(file))
		}
		r.line(rest)
	}
	if r.untimed {
		r.sayUnplaced("the loop", "print the date before each block")
	}
	return nil
}

// begin takes a time: what follows is of it.
func (r *loopReader) begin(at record.Stamp) {
	r.now = at
	r.row, r.listing, r.stalls = 0, 0, 0
	r.forget()
	r.whose.gap()
	r.block++
}

// headed begins a listing under a name.
func (r *loopReader) headed(name string) {
	r.whose.headed(name)
	r.row, r.listing, r.stalls = 0, 0, 0
}

func (r *loopReader) line(l []byte) {
	if has(l, "some avg10=") || has(l, "full avg10=") {
		r.pressure(l)
		return
	}
	if v, ok := scan.Float(l); ok {
		r.number(v)
		return
	}
	key, rest := word(l)
	value, _ := word(rest)
	v, ok := scan.Float(value)
	if !ok {
		if h := loopHeading(l); h != "" && string(l) != "max" {
			r.headed(r.lines.Text([]byte(h)))
		}
		return
	}
	name := strings.TrimSuffix(string(key), ":")
	m, known := loopNames[name]
	if !known || m.quantity == record.Limit && v >= noLimit {
		return
	}
	switch name {
	case "actual":
		r.dommemstat = true
	case "cache": // memory.stat of cgroup v1 begins with it
		r.dommemstat = false
	case "rss":
		// A cgroup's counters are whole pages (mm/memcontrol.c), so what is none is no number of bytes.
		if r.dommemstat = r.dommemstat || math.Mod(v, pageSize) != 0; r.dommemstat {
			m.scale = 1024
		}
	}
	r.emit(name, m, v)
}

func (r *loopReader) stamp() record.Stamp {
	if !r.now.IsZero() {
		return r.now
	}
	r.untimed = true
	return unplaced(r.block)
}

// maxListings bounds the listings under one date: a loop over the VMs of a host has some dozens.
const maxListings = 1000

// emit passes a value on. What comes a second time under one date, and of the same subject, is of another listing.
func (r *loopReader) emit(name string, m loopName, v float64) {
	owner := r.whose.of(name, r.dommemstat)
	r.key = append(append(append(r.key[:0], name...), 0), owner.name...)
	r.key = append(append(r.key, 0), owner.label.Value...)
	if r.key = append(append(r.key, 0), r.resource...); r.seen[string(r.key)] {
		r.again()
	}
	if r.listing >= maxListings || len(r.seen) >= maxSeries {
		return
	}
	r.seen[string(r.key)] = true
	if r.listing > 0 {
		r.key = strconv.AppendInt(append(r.key, 0), int64(r.listing), 10)
	}
	s := r.get(r.key, func() *record.Series {
		s := &record.Series{Name: name, Quantity: m.quantity, Unit: m.unit, Counter: m.counter, Subject: owner.name}
		if owner.name == "" && !r.anonymous {
			s.Subject = r.file
		}
		switch {
		case m.unit == record.Bytes && m.scale > 1:
			s.Quantum = m.scale
		case m.unit == record.Share:
			s.Quantum = m.scale / 100 // two digits after the point
		}
		if owner.label.Value != "" {
			s.Labels = append(s.Labels, owner.label)
		}
		if r.resource != "" {
			s.Labels = append(s.Labels, record.Attr{Key: "pressure", Value: r.resource})
		}
		if r.listing > 0 {
			s.Labels = append(s.Labels, record.Attr{Key: "listing", Value: strconv.Itoa(r.listing + 1)})
		}
		return s
	})
	at := r.stamp()
	r.sample(at, r.lines.Number(), s, v*m.scale)
}

// forget empties seen. A map keeps the room that it once took, and clearing a big one for each of the next dates is slow.
func (r *loopReader) forget() {
	if len(r.seen) > maxListings {
		r.seen = map[string]bool{}
	}
	clear(r.seen)
}

// again begins the next listing: of the next moment where no dates are, else of somebody whom nothing names.
func (r *loopReader) again() {
	r.forget()
	if r.now.IsZero() {
		r.block++
		return
	}
	r.listing++
	switch {
	case r.listing == 1 && !r.anonymous:
		r.anonymous = true
		for _, s := range r.series { // the file's name names none of several
			if s != nil && s.Subject == r.file {
				s.Subject = ""
			}
		}
		r.problem(r.lines.Number(), "several listings follow one date and nothing tells whose each is: they are kept apart by their order; print the name before each, as in `date; for vm in a b; do echo $vm; virsh dommemstat $vm; done`")
	case r.listing == maxListings:
		r.problem(r.lines.Number(), "more than %d listings follow one date: the rest is left out", maxListings)
	}
}

// pressure reads "some avg10=0.12 avg60=... total=12345": shares of time in percent, and microseconds since boot.
func (r *loopReader) pressure(l []byte) {
	kind, rest := word(l)
	some := string(kind) == "some"
	r.resource = pressedResource(r.whose.heading)
	defer func() { r.resource = "" }()
	if some {
		r.stalls++
	}
	if r.stalls > 1 && !r.now.IsZero() && !r.mixed { // cpu, io and memory, most likely, in an order that is not told
		r.mixed = true
		for _, s := range r.series {
			if s != nil && s.Quantity == record.Pressure && !pressureOfMemory(r.name, false) {
				s.Quantity = ""
			}
		}
	}
	for w, rest := word(rest); len(w) > 0; w, rest = word(rest) {
		eq := bytes.IndexByte(w, '=')
		if eq < 0 {
			continue
		}
		v, ok := scan.Float(w[eq+1:])
		if !ok {
			continue
		}
		m := loopName{"", record.Share, 0.01, false}
		switch string(w[:eq]) {
		case "avg10":
			if some && pressureOfMemory(r.whose.heading+" "+r.name, !r.mixed) {
				m.quantity = record.Pressure
			}
		case "total":
			m = loopName{"", record.Seconds, 1e-6, true}
		}
		r.emit(string(kind)+" "+string(w[:eq]), m, v)
	}
}
