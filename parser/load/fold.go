package load

import "math/bits"

// Limits of a fold. They bound its memory whatever the input says: 4096 pages of 256 buckets are 1M seconds, and
// a bucket grows to 64 s before rows are turned away; 512 sketches of 13 KB are 7 MB.
const (
	pageBits    = 8
	pageCells   = 1 << pageBits
	maxPages    = 4096
	maxCoarse   = 6
	maxSketches = 512
	maxUsers    = 1 << 30
	maxTook     = 24 * 3600 * second // a longer latency is a damaged number: the row counts, its start does not
)

// Times in a fold are whole microseconds, since 1970 or since the tool's start.
const (
	millisecond = 1000
	second      = 1000 * millisecond
)

// unknown is a latency or a number of users that the row does not tell.
const unknown = -1

// fold counts requests by the second of their completion. Rows may come in any order and from several folds that
// are merged: the result is the same.
type fold struct {
	coarse   uint // a bucket is 1<<coarse seconds
	blur     uint // a sketch covers 1<<blur seconds; blur >= coarse
	pages    map[int64]*page
	sketches map[int64]*sketch

	page   *page // the last one used, its first second and how many it holds
	from   int64
	reach  uint64
	sketch *sketch
	group  int64

	maxSketches int

	rows, failed, sums int64
	last               mark // the row that completed last
	strays             int64
	firstStray         mark
	appended           bool // the tool goes on behind what stands in its file, as JMeter does: nothing marks another run
	moved              bool // joined and left tell the users
	timed              bool // some row tells how long its request took
}

// mark is a moment and the line that tells of it.
type mark struct {
	at    int64
	line  int
	users int32
}

type page struct {
	cells [pageCells]cell
	line  int // the first row in it: lines come in order within a fold
}

type cell struct {
	ok, failed, begun uint32
	users             int32 // one more than the greatest number told; 0 is not told
	joined            int32 // users that came, less those that left
}

func (c *cell) empty() bool { return *c == cell{} }

// sketch is the counts of an HdrHistogram of 2 significant digits from 1 µs to 1 h.
type sketch [sketchLen]uint32

const (
	sketchTop = 3600 * second
	sketchLen = 3328 // what hdrhistogram.New(1, sketchTop, 2) holds
)

func newFold() *fold {
	return &fold{pages: map[int64]*page{}, sketches: map[int64]*sketch{}, maxSketches: maxSketches}
}

// add counts one request that completed at end and took so long (or unknown), while so many users (or unknown)
// were at work.
func (f *fold) add(end, took int64, ok bool, users int64, line int) {
	f.rows++
	if !ok {
		f.failed++
	}
	sec := end / second
	if uint64(sec-f.from) >= f.reach && !f.turn(sec, line) {
		f.stray(end, line)
		return
	}
	c := &f.page.cells[uint64(sec-f.from)>>f.coarse&(pageCells-1)]
	if ok {
		c.ok++
	} else {
		c.failed++
	}
	if uint64(users) < maxUsers {
		c.users = max(c.users, int32(users)+1)
	}
	if end > f.last.at || end == f.last.at && line >= f.last.line {
		f.last = mark{end, line, int32(users) + 1}
	}
	start := end - took
	if uint64(took) > maxTook || start < 0 { // unknown, or damaged
		c.begun++
		return
	}
	f.timed = true
	if ok {
		f.took(sec, took)
	}
	if sec = start / second; uint64(sec-f.from) < f.reach {
		f.page.cells[uint64(sec-f.from)>>f.coarse&(pageCells-1)].begun++
	} else if c := f.cell(start, line); c != nil {
		c.begun++
	}
}

// addMany counts n requests of which some failed, that one row stands for.
func (f *fold) addMany(end, took int64, n, failed, users int64, line int) {
	n, failed = stoodFor(n, failed)
	rows, strays := f.rows, f.strays
	f.add(end, took, failed < n, users, line)
	if f.strays != strays || f.rows != rows+1 {
		return
	}
	rest, restFailed := n-1, failed
	if failed == n {
		restFailed--
	}
	f.rows += rest
	f.failed += restFailed
	if c := f.cell(end, line); c != nil {
		c.ok += uint32(rest - restFailed)
		c.failed += uint32(restFailed)
		c.begun += uint32(rest) // all began with the row's end, for want of better
		if good := rest - restFailed; good > 0 && uint64(took) <= maxTook {
			f.took(end/second, took)
			f.sketch[slot(took)] += uint32(good - 1)
		}
	}
}

// stoodFor gives how many requests a row stands for, and how many of them failed: more than some millions are a damaged number.
func stoodFor(n, failed int64) (int64, int64) {
	if n < 1 || n > 1<<24 {
		n = 1
	}
	return n, min(max(failed, 0), n)
}

// cell gives the bucket of a time; nil when it is turned away.
func (f *fold) cell(at int64, line int) *cell {
	sec := at / second
	if uint64(sec-f.from) >= f.reach && !f.turn(sec, line) {
		return nil
	}
	return &f.page.cells[uint64(sec-f.from)>>f.coarse&(pageCells-1)]
}

// users notes how many users the tool told at a time. Of several in one bucket the greatest counts.
func (f *fold) users(at int64, n int64, line int) {
	if at < 0 || uint64(n) >= maxUsers {
		return
	}
	c := f.cell(at, line)
	if c == nil {
		return
	}
	c.users = max(c.users, int32(n)+1)
	if at >= f.last.at {
		f.last.users = int32(n) + 1
	}
}

// move notes that a user came (+1) or left (-1).
func (f *fold) move(at int64, by int32, line int) {
	if at < 0 {
		return
	}
	f.moved = true
	if c := f.cell(at, line); c != nil {
		c.joined += by
	}
}

// took puts a latency into the sketch of the second of its completion.
func (f *fold) took(sec, took int64) {
	if f.sketch == nil || sec>>f.blur != f.group {
		f.regroup(sec)
	}
	f.sketch[slot(took)]++
}

// regroup makes the sketch of a second the current one.
func (f *fold) regroup(sec int64) {
	if f.sketches[sec>>f.blur] == nil {
		f.sketches[sec>>f.blur] = new(sketch)
		for len(f.sketches) > f.maxSketches {
			f.blurMore()
		}
	}
	f.group = sec >> f.blur
	f.sketch = f.sketches[f.group]
}

// slot is the index of HdrHistogram's counts with 256 sub-buckets.
func slot(v int64) int {
	if v > sketchTop {
		v = sketchTop
	}
	b := bits.Len64(uint64(v)|0xFF) - 8
	return (b+1)<<7 + int(v>>b) - 128
}

func (f *fold) stray(at int64, line int) {
	if f.strays == 0 || line < f.firstStray.line {
		f.firstStray = mark{at: at, line: line}
	}
	f.strays++
}

// span gives the first and last second in which anything was counted; from > to when nothing was.
func (f *fold) span() (from, to int64) {
	from, to = 1<<62, -1
	for key, p := range f.pages {
		for i := range p.cells {
			if !p.cells[i].empty() {
				unit := key<<pageBits + int64(i)
				from, to = min(from, unit<<f.coarse), max(to, unit<<f.coarse)
			}
		}
	}
	return from, to
}
