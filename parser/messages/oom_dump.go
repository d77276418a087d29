package messages

import (
	"slices"
	"strings"

	"oomortem/parser/record"
)

// oomDump collects the lines of one call of the OOM killer. Lines may be missing anywhere, and foreign ones stand
// between them; what was told is kept, what was not stays unknown.
type oomDump struct {
	id          int
	first, last record.Line // the first and the latest line that belongs here
	thread      int         // that printed it; 0 when no line tells
	headed      bool
	request     oomRequest
	pid         record.Maybe // of the trigger
	kernel      string
	cpuset, mems,
	taskMemcg, oomMemcg, group string
	bounded   bool   // a line says that a cgroup's limit was hit
	bound     string // the choice or the kill says "cpuset" or "mempolicy"
	summary   *oomSummaryLine
	summed    record.Line
	choice    *oomChoice
	chosen    record.Line
	memory    oomMemory
	usage     record.Memory // cgroup part
	unlimited bool          // the cgroup's memory has no limit; a limit that is torn is unknown and no more
	stats     map[string]record.Maybe
	held      string // a line of bare numbers, which counts once another line has followed: the last one may be torn
	heldKind  oomKind
	statsPath string
	columns   []oomColumn
	tabled    bool // the table's header line is there
	holed     bool // rows of the table may be missing
	rows      []oomRow
	byPID     map[int]int // tgid to row
	slabs     []record.Slab
	foreign   bool // the Mem-Info lines that come belong to a failed allocation, not to this dump
	failures  int  // failed allocations whose Mem-Info is still to come
	killed    []record.Victim
	nobody    bool
	exiting   bool        // the kernel says that the victim was gone already
	done      bool        // what this dump led to has been told
	copied    bool        // an exact copy of a header that was read before
	passed    bool        // another call has begun before its choice
	mixed     bool        // the lines of two calls stand in it
	cut       *record.Cut // its lines, as long as a part of the dump may be in another file
	kept      int         // bytes of those
	room      *int        // bytes that are left for lines of all dumps
	entered   int         // the first line of the dump in the file of the latest one
}

// take notes that a line belongs to the dump.
func (d *oomDump) take(l record.Line) {
	d.settle()
	if d.first.From.IsZero() {
		d.first = l
	}
	if d.thread == 0 {
		d.thread = l.PID
	}
	if d.last.From.File != l.From.File {
		d.entered = l.From.Line
	}
	d.last = l
	d.keep(l)
}

// read takes one line of the dump's body.
func (d *oomDump) read(kind oomKind, msg string) {
	switch kind {
	case oomCPU:
		pid, comm, kernel := readCPU(msg)
		if kernel != "" && d.kernel == "" {
			d.kernel = kernel
		}
		if d.headed && !d.pid.Known() && comm != "" && comm == d.request.comm {
			d.pid = pid
		}
	case oomCpuset:
		d.cpuset, d.mems = readCpuset(msg)
	case oomTaskIn:
		d.readTaskIn(msg)
	case oomUsage:
		d.readUsage(msg)
	case oomStats:
		d.readStats(msg)
	case oomStat, oomCounters:
		if !d.foreign || kind == oomStat {
			d.held, d.heldKind = msg, kind
		}
	case oomMemInfo:
		if d.foreign = d.failures > 0; d.foreign {
			d.failures--
		}
	case oomTable:
		d.columns, d.tabled, d.holed, d.foreign, d.failures = readColumns(msg), true, false, false, 0
	case oomTask:
		d.readRow(msg)
	case oomSlab:
		if s, ok := readSlab(msg); ok && len(d.slabs) < 512 && !slices.Contains(d.slabs, s) {
			d.slabs = append(d.slabs, s)
		}
	default:
		if !d.foreign {
			d.readMemory(kind, msg)
		}
	}
}

func (d *oomDump) readMemory(kind oomKind, msg string) {
	switch kind {
	case oomZone:
		d.memory.readZone(msg)
	case oomReserve:
		d.memory.readReserve(msg)
	case oomBuddy:
		d.memory.readBuddy(msg)
	case oomHuge:
		d.memory.readHuge(msg)
	case oomTotals:
		d.memory.readTotals(msg)
	}
}

// readTaskIn takes the cgroups of a call that hit one's limit. A second pair is another call's.
func (d *oomDump) readTaskIn(msg string) {
	d.bounded = true
	task, limit := readTaskIn(msg)
	if d.oomMemcg != "" && (task != d.taskMemcg || limit != d.oomMemcg) {
		d.mix()
	}
	if !d.mixed {
		d.taskMemcg, d.oomMemcg = task, limit
	}
}

func (d *oomDump) readUsage(msg string) {
	d.bounded = true
	if d.mixed {
		return
	}
	what, usage, limit, fails, free := readUsage(msg)
	switch what {
	case "memory":
		d.unlimited = free
		d.usage.MemcgUsage, d.usage.MemcgLimit, d.usage.MemcgFails = usage, limit, fails
	case "swap":
		d.usage.MemcgSwapUsage, d.usage.MemcgSwapLimit = usage, limit
	case "memory+swap":
		d.usage.MemcgBothUsage, d.usage.MemcgBothLimit = usage, limit
	}
}

// readStats takes the first cgroup's statistics; 3.9 to 5.2 print a line for each cgroup below it.
func (d *oomDump) readStats(msg string) {
	d.bounded = true
	path, stats := readStats(msg)
	if stats == nil && d.statsPath != "" && path != d.statsPath && d.stats["cache"] == (record.Maybe{}) { // since 5.3 there is one
		d.mix()
	}
	if d.statsPath == "" && !d.mixed {
		d.statsPath, d.stats = path, stats
	}
}

// settle takes the line of bare numbers before this one, which is whole since another line follows.
func (d *oomDump) settle() {
	line := d.held
	d.held = ""
	if d.heldKind == oomCounters {
		d.memory.readCounters(line)
		return
	}
	key, value, found := strings.Cut(line, " ")
	if !found || d.statsPath == "" {
		return
	}
	n, rest, ok := leadingInt(value)
	if !ok || rest != "" {
		return
	}
	if d.stats == nil {
		d.stats = map[string]record.Maybe{}
	}
	if !d.stats[key].Known() {
		d.stats[key] = record.Known(n)
	}
}

func (d *oomDump) readRow(msg string) {
	r, ok := readTask(msg, d.columns)
	if !ok || len(d.rows) >= maxTasks {
		d.holed = true
		return
	}
	if d.byPID == nil {
		d.byPID = map[int]int{}
	}
	if i, seen := d.byPID[r.tgid]; seen && d.rows[i] == r { // a repeated line
		return
	} else if !seen {
		d.byPID[r.tgid] = len(d.rows)
	}
	d.rows = append(d.rows, r)
}

// row finds the victim's row: the table is keyed by process, and the bracketed number may be a thread's.
func (d *oomDump) row(pid record.Maybe) (oomRow, bool) {
	n, ok := pid.Get()
	if !ok {
		return oomRow{}, false
	}
	if i, ok := d.byPID[int(n)]; ok {
		return d.rows[i], true
	}
	for _, r := range d.rows {
		if int64(r.pid) == n {
			return r, true
		}
	}
	return oomRow{}, false
}
