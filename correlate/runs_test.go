package correlate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// went makes a run that began so many seconds into the first one's time and did 20/s for the stretches of good, each second
// of bad failing 50 requests.
func went(file string, begins float64, stretches ...int) *record.Load {
	l := &record.Load{From: record.Origin{File: file, Line: 2}, Tool: "jmeter", Start: record.At(after(begins), time.Millisecond), Width: time.Second}
	for i, seconds := range stretches {
		for range seconds {
			b := record.Bucket{OK: 20, Users: -1, Active: -1}
			if i%2 == 1 {
				b.OK, b.Failed = 0, 50
			}
			l.Buckets = append(l.Buckets, b)
			l.Samples, l.Failed = l.Samples+int64(b.OK+b.Failed), l.Failed+int64(b.Failed)
		}
	}
	return l
}

// TestOfRuns: of runs one after another the one that failed is looked at, the last of several; of those that held the one with
// most transactions. A run beside it, or one of a tenth of its requests, is none of them.
func TestOfRuns(t *testing.T) {
	const failedLast, fellLast, mostDone = "fell for good or the end failed", "the last one in which throughput fell", "most transactions"
	good, long := went("good", 0, 600), went("long", 10_000, 900)
	dead, deadToo := went("dead", 20_000, 300, 180), went("dead too", 30_000, 200, 100)
	dip, end, barren := went("dip", 40_000, 300, 60, 300), went("end", 50_000, 300, 7), went("barren", 60_000, 0, 100)
	part := went("part of dead", 20_100, 200, 180) // of which some requests were left out
	tiny := went("tiny", 70_000, 0, 20)            // 1000 requests, a tenth of 12,000 are 1200
	k6 := went("k6", 80_000, 300, 180)
	k6.Tool = "k6"
	for _, c := range []struct {
		name   string
		loads  []*record.Load
		want   *record.Load
		choice string
	}{
		{"one", []*record.Load{good}, good, ""},
		{"two that held", []*record.Load{good, long}, long, mostDone},
		{"the last one failed", []*record.Load{good, dead}, dead, failedLast},
		{"the first one failed", []*record.Load{dead, long, went("after", 25_000, 600)}, dead, failedLast},
		{"two failed", []*record.Load{good, dead, deadToo}, deadToo, failedLast},
		{"two failed, the later one first", []*record.Load{deadToo, dead, good}, deadToo, failedLast},
		{"one came back", []*record.Load{long, dip}, dip, fellLast},
		{"one came back, one did not", []*record.Load{dip, dead, good}, dead, failedLast},
		{"the end failed", []*record.Load{long, end}, end, failedLast},
		{"nothing succeeded", []*record.Load{good, barren}, barren, failedLast},
		{"the same once more in part", []*record.Load{part, dead, good}, dead, failedLast},
		{"a tenth of it", []*record.Load{good, tiny}, good, ""},
		{"another tool's", []*record.Load{good, k6}, good, ""},
	} {
		most := c.loads[0]
		for _, l := range c.loads {
			if l.Samples-l.Failed > most.Samples-most.Failed {
				most = l
			}
		}
		got, choice := ofRuns(most, c.loads)
		if got != c.want || choice.IsZero() != (c.choice == "") || !strings.Contains(choice.String(), c.choice) {
			t.Errorf("%s: %s, %q; want %s, %q", c.name, got.From.File, choice, c.want.From.File, c.choice)
		}
	}
}

// TestYesterday: yesterday's run held and was the longer one, in today's a VM crashed at 300 s.
func TestYesterday(t *testing.T) {
	build := func(today *record.Load) *verdict.Report {
		r := &records{loads: []*record.Load{went("old.jtl", -86400, 600), today}}
		r.sizes("web-1", 16, "web-2", 16)
		r.covers("messages", -90_000, 7200)
		r.event("messages", -7000, record.VMStarted, record.AttrVM, "web-1")
		r.event("messages", 300, record.VMCrashed, record.AttrVM, "web-1")
		return r.report(Options{})
	}
	rep := build(went("new.jtl", 0, 300, 180))
	if rep.Verdict.Cause != verdict.VMCrash || rep.Load.Achieved != 6000 || !slices.Equal(rep.Load.OtherRuns, []string{"old.jtl"}) { // 20 × 300
		t.Errorf("%s: %s; %v done, other runs %v", rep.Verdict.Cause, rep.Verdict.Headline, rep.Load.Achieved, rep.Load.OtherRuns)
	}
	if in := only(t, rep); !in.Throughput.Onset.Equal(after(300)) {
		t.Errorf("it fell at %v", in.Throughput.Onset)
	}
}
