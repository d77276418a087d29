package load

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"oomortem/parser/record"
)

const (
	// splitAfter is the silence after which rows belong to another run that was appended to the file.
	splitAfter = 6 * 3600 // seconds
	// anewAfter is the silence behind which threads that begin anew are another run's.
	anewAfter  = 120 // seconds
	leastAnew  = 5   // threads before it: of fewer a first one says nothing
	maxRuns    = 32
	maxBuckets = 1 << 20
	// A handful of rows far from all others are damaged times, not a run: at most strayRows, and at most one in
	// strayShare.
	strayRows  = 10
	strayShare = 1000
	year1990   = 631152000 * second
)

// run is a stretch of buckets without a long silence in it.
type run struct {
	lo, hi int64 // first and last bucket
	rows   int64
	line   int
	first  int32 // users told first, one more than that; 0 is not told
	most   int32 // the greatest number told, likewise
	open   int64 // requests that had begun in it and had not ended
}

// harvest gives what was counted as loads made after the pattern, one for each run in the file, in time order,
// and names to complain what lies apart from everything.
func (f *fold) harvest(pattern record.Load, complain func(line int, msg string)) []*record.Load {
	if f.strays > 0 {
		complain(f.firstStray.line, fmt.Sprintf("%d rows from here on carry times that are scattered too widely: not counted in time", f.strays))
	}
	runs := f.runs()
	for f.tooLong(runs) {
		f.widen()
		runs = f.runs()
	}
	runs = f.dropStrays(runs, pattern, complain)
	if len(runs) == 0 {
		pattern.Samples, pattern.Failed, pattern.Sums = f.rows, f.failed, f.sums
		if f.rows == 0 {
			return nil
		}
		return []*record.Load{&pattern}
	}
	var loads []*record.Load
	for _, r := range runs {
		loads = append(loads, f.load(r, pattern))
	}
	loads[0].Sums = f.sums
	final := loads[len(loads)-1]
	final.Torn = pattern.Torn
	final.Planned = pattern.Planned || f.rampedDown()
	return loads
}

func (f *fold) tooLong(runs []run) bool {
	return slices.ContainsFunc(runs, func(r run) bool { return r.hi-r.lo >= maxBuckets })
}

// runs finds the stretches, in time order.
func (f *fold) runs() []run {
	var runs []run
	gap := int64(splitAfter) >> f.coarse
	short := gap
	if f.appended {
		short = anewAfter >> f.coarse
	}
	for _, key := range slices.Sorted(maps.Keys(f.pages)) {
		p := f.pages[key]
		for i := range p.cells {
			c := &p.cells[i]
			if c.empty() {
				continue
			}
			unit := key<<pageBits + int64(i)
			if len(runs) == 0 || unit-runs[len(runs)-1].hi > short {
				runs = joinLast(runs, gap)
				runs = append(runs, run{lo: unit, line: p.line})
			}
			r := &runs[len(runs)-1]
			r.hi = unit
			r.rows += int64(c.ok) + int64(c.failed)
			r.open += int64(c.begun) - int64(c.ok) - int64(c.failed)
			r.line = min(r.line, p.line)
			r.most = max(r.most, c.users)
			if r.first == 0 {
				r.first = c.users
			}
		}
	}
	return joinLast(runs, gap)
}

// joinLast joins the last two stretches when they are of one run.
func joinLast(runs []run, gap int64) []run {
	if len(runs) < 2 {
		return runs
	}
	a, b := &runs[len(runs)-2], runs[len(runs)-1]
	if b.lo-a.hi > gap || a.anew(b) {
		return runs
	}
	a.hi, a.rows, a.open, a.line, a.most = b.hi, a.rows+b.rows, a.open+b.open, min(a.line, b.line), max(a.most, b.most)
	return runs[:len(runs)-1]
}

// anew tells that the threads of what came behind a silence were started again: the first of them are a tenth of those
// before, or one, and more come. Those of one run are all there when it is silent, and none of them is started twice; a
// request that lasted through the silence is of one run too.
func (r *run) anew(next run) bool {
	most, first := r.most-1, next.first-1
	return most >= leastAnew && first > 0 && first <= max(1, most/10) && next.most-1 >= leastAnew && next.most-1 > first && r.open <= 0
}

// dropStrays leaves out runs that are only damaged times, and all but the greatest maxRuns.
func (f *fold) dropStrays(runs []run, pattern record.Load, complain func(int, string)) []run {
	least := int64(0)
	if len(runs) > maxRuns {
		sizes := make([]int64, 0, len(runs))
		for _, r := range runs {
			sizes = append(sizes, r.rows)
		}
		slices.Sort(sizes)
		least = sizes[len(sizes)-maxRuns]
	}
	return slices.DeleteFunc(runs, func(r run) bool {
		stray := r.rows <= strayRows && r.rows*strayShare < f.rows
		if stray || r.rows < least {
			at := f.stamp(r.lo, pattern.Start)
			complain(r.line, fmt.Sprintf("%d rows at %s lie far from all others: left out as damaged times", r.rows, stampText(at)))
			return true
		}
		return false
	})
}

func stampText(s record.Stamp) string {
	if s.Lacks&record.LacksWall != 0 {
		return s.Mono.String() + " after the start"
	}
	return s.Wall.Format("2006-01-02 15:04:05")
}

// stamp gives the time of a bucket, of the kind of the like stamp.
func (f *fold) stamp(unit int64, like record.Stamp) record.Stamp {
	at := unit << f.coarse
	if like.Lacks&record.LacksYear != 0 {
		like.Wall = yearZero.Add(time.Duration(at) * time.Second)
		return like
	}
	if like.Lacks&record.LacksWall != 0 || at < year1990/second && like.Lacks&record.LacksDate == 0 {
		return record.Stamp{Mono: time.Duration(at) * time.Second, Prec: like.Prec, Lacks: record.LacksWall}
	}
	like.Wall = time.Unix(at, 0).UTC()
	if like.Lacks&record.LacksDate != 0 {
		like.Wall = yearZero.Add(time.Duration(at) * time.Second)
	}
	return like
}

func (f *fold) load(r run, pattern record.Load) *record.Load {
	l := pattern
	l.Planned, l.Torn = false, false
	l.From.Line = r.line
	l.Width = time.Second << f.coarse
	l.Start = f.stamp(r.lo, pattern.Start)
	l.Buckets = make([]record.Bucket, r.hi-r.lo+1)
	var active, users int64
	for i := range l.Buckets {
		var c cell
		unit := r.lo + int64(i)
		if p := f.pages[unit>>pageBits]; p != nil {
			c = p.cells[unit&(pageCells-1)]
		}
		l.Samples += int64(c.ok) + int64(c.failed)
		l.Failed += int64(c.failed)
		active += int64(c.begun) - int64(c.ok) - int64(c.failed)
		users += int64(c.joined)
		l.Buckets[i] = record.Bucket{OK: int32(c.ok), Failed: int32(c.failed), Active: int32(max(active, 0)), Users: c.users - 1}
		if !f.timed {
			l.Buckets[i].Active = unknown
		}
		if f.moved {
			l.Buckets[i].Users = int32(max(users, 0))
		}
	}
	f.latency(r, &l)
	return &l
}

// latency fills in the distributions of a run.
func (f *fold) latency(r run, l *record.Load) {
	if len(f.sketches) == 0 {
		return
	}
	shift := f.blur - f.coarse
	first, last := r.lo>>shift, r.hi>>shift
	l.LatencyEvery = 1 << shift
	l.LatencyLead = int(r.lo - first<<shift)
	l.Latency = make([]*hdrhistogram.Histogram, last-first+1)
	for i := range l.Latency {
		if s := f.sketches[first+int64(i)]; s != nil {
			l.Latency[i] = s.histogram()
		}
	}
}

// histogram gives the sketch's counts as the library's histogram, whose layout they have.
func (s *sketch) histogram() *hdrhistogram.Histogram {
	counts := make([]int64, sketchLen)
	for i, n := range s {
		counts[i] = int64(n)
	}
	return hdrhistogram.Import(&hdrhistogram.Snapshot{LowestTrackableValue: 1, HighestTrackableValue: sketchTop, SignificantFigures: 2, Counts: counts})
}

// rampedDown tells that at the end nearly all users had left: a tool that is killed has all of them at work.
func (f *fold) rampedDown() bool {
	most, joined, left := int32(0), int32(0), int32(0)
	for _, p := range f.pages {
		for i := range p.cells {
			most = max(most, p.cells[i].users)
			joined += p.cells[i].joined
			if p.cells[i].joined < 0 {
				left++
			}
		}
	}
	if f.moved {
		return joined <= 0 && left > 0
	}
	last := f.last.users
	return last > 0 && most > 2 && last-1 <= max(1, (most-1)/10)
}
