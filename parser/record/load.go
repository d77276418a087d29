package record

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Load is what one load tool did, request by request, folded into buckets as it was read.
//
// A request counts in the bucket in which it completed, because a stall shows there and nowhere else.
// Buckets without a single request are Silent: the file says nothing about them, which is not a zero.
type Load struct {
	From    Origin
	Tool    string        // jmeter, k6, gatling ...
	Label   string        // request name when split by label, else ""
	Start   Stamp         // begin of Buckets[0]
	Width   time.Duration // of a bucket
	Buckets []Bucket
	// Latency holds one mergeable distribution (microseconds) for every LatencyEvery buckets; percentiles of a
	// longer time come from merging these, never from averaging percentiles.
	Latency      []*hdrhistogram.Histogram
	LatencyEvery int
	Samples      int64 // rows read
	Failed       int64 // of those
	Planned      bool  // the file tells that the tool ended by itself
	Torn         bool  // the file ends inside a row
}

// Bucket counts what completed within one Width.
type Bucket struct {
	OK, Failed int32
	Active     int32 // requests in flight at its end, -1 when not known
	Users      int32 // threads or users the tool reported, -1 when not known
}

// Silent tells that nothing at all completed in the bucket.
func (b Bucket) Silent() bool { return b.OK == 0 && b.Failed == 0 }

// End gives the end of the last bucket, as the start's stamp is.
func (l *Load) End() Stamp {
	s := l.Start
	s.Wall = s.Wall.Add(time.Duration(len(l.Buckets)) * l.Width)
	return s
}
