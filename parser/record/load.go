package record

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Load is what one load tool did, request by request, folded into buckets as it was read.
//
// A request counts in the bucket in which it completed, because a stall shows there and nowhere else.
// Buckets without a single request are Silent: the file says nothing about them, which is not a zero.
// A file that tells totals only (wrk, statistics.json, a summary) gives a Load without Buckets.
type Load struct {
	From    Origin        // the first row
	Tool    string        // jmeter, k6, gatling ...
	Label   string        // request name when split by label, else ""
	Start   Stamp         // begin of Buckets[0]; with LacksWall the Mono is the time since the tool's start
	Width   time.Duration // of a bucket
	Buckets []Bucket
	// Latency holds mergeable distributions (microseconds) of the requests that succeeded, each of LatencyEvery
	// buckets; nil where none did. The first one reaches LatencyLead buckets before Buckets[0]. Percentiles of a
	// longer time come from merging these (see LatencyOf), never from averaging percentiles.
	Latency      []*hdrhistogram.Histogram
	LatencyEvery int
	LatencyLead  int
	Samples      int64 // requests read
	Failed       int64 // of those
	Sums         int64 // rows left out because they only sum up others: transaction controllers, "Aggregated"
	Planned      bool  // the file tells that the tool ended in good order: its users left one after the other
	Torn         bool  // the file ends inside a row
	Totals       Totals
}

// Totals is what a file of totals tells beside its counts; zero where it tells nothing.
type Totals struct {
	Lasted        time.Duration // how long the tool measured
	P50, P95, P99 time.Duration // latencies as the tool told them: of all that it measured, failed requests often among them
	Unjudged      bool          // nothing tells which requests failed
}

// Bucket counts what completed within one Width.
type Bucket struct {
	OK, Failed int32
	Active     int32 // requests in flight at its end, of those that the file tells of; -1 when not known
	Users      int32 // threads or users the tool reported, -1 when not known
}

// Silent tells that nothing at all completed in the bucket.
func (b Bucket) Silent() bool { return b.OK == 0 && b.Failed == 0 }

// End gives the end of the last bucket, as the start's stamp is.
func (l *Load) End() Stamp {
	s := l.Start
	length := time.Duration(len(l.Buckets)) * l.Width
	if s.Lacks&LacksWall != 0 {
		s.Mono += length
		return s
	}
	s.Wall = s.Wall.Add(length)
	return s
}

// LatencyOf merges the distributions that touch the buckets from (included) to to (not included); nil when no
// request succeeded there. It reaches over both ends by at most LatencyEvery-1 buckets.
func (l *Load) LatencyOf(from, to int) *hdrhistogram.Histogram {
	if l.LatencyEvery <= 0 || from >= to || to <= 0 {
		return nil
	}
	first := (max(from, 0) + l.LatencyLead) / l.LatencyEvery
	last := (to - 1 + l.LatencyLead) / l.LatencyEvery
	var sum *hdrhistogram.Histogram
	for i := first; i <= last && i < len(l.Latency); i++ {
		switch h := l.Latency[i]; {
		case h == nil:
		case sum == nil:
			sum = h.Clone()
		default:
			sum.Merge(h)
		}
	}
	return sum
}
