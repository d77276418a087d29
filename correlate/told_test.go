package correlate

import (
	"strings"
	"testing"
	"time"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// TestWindowOfCurves: memory was saved from two minutes before a VM vanished. Growth is told since then, not since an hour
// before, of which nobody knows anything.
func TestWindowOfCurves(t *testing.T) {
	r := &records{}
	r.fact("dominfo.txt", "web-1", record.FactVMMemory, "17179869184")
	r.fact("dominfo.txt", "web-2", record.FactVMMemory, "17179869184")
	r.covers("messages", -7200, 7200)
	r.event("messages", 120, record.VMKilled, record.AttrVM, "web-1")
	r.memory("web-1", 119, rising(8, 8, 0, 1))
	r.memory("web-2", 240, rising(4, 8, 0, 120))
	in := only(t, r.report(Options{}))
	grew := 0
	for _, e := range in.Timeline {
		if strings.Contains(e.Text.String(), "begins to grow") {
			grew++
			if !e.At.Equal(begin) {
				t.Errorf("%s at %s, want %s", e.Text, e.At.Format(time.TimeOnly), begin.Format(time.TimeOnly))
			}
		}
	}
	if grew != 1 {
		t.Errorf("%d growths, want web-2's: %+v", grew, in.Timeline)
	}
}

// TestWhoVanished: what is not explained says at least who is gone.
func TestWhoVanished(t *testing.T) {
	r := &records{}
	r.sizes("web-1", 16, "web-2", 16)
	r.covers("messages", -3600, 7200)
	r.event("messages", 3000, record.VMKilled, record.AttrVM, "web-1")
	r.memory("web-1", 2999, rising(8, 8, 0, 1))
	r.memory("web-2", 7200, rising(8, 8, 0, 1))
	in := only(t, r.report(Options{}))
	if in.Cause != verdict.Unexplained || in.Victim == nil || in.Victim.Name != "web-1" || !strings.HasPrefix(in.Headline.String(), "web-1 vanished") {
		t.Errorf("%s: %q, victim %+v", in.Cause, in.Headline, in.Victim)
	}
}

// TestBadnessOfDump: the kill of OOMAnalyser's RHEL 7 example: 5157063 resident, 15483 page tables' and 1527848 swapped pages of
// 8379834 - 192987 of RAM and 2097151 of swap; times 1000 over that is 651.5, and the kernel printed 651.
func TestBadnessOfDump(t *testing.T) {
	const page = 4 << 10
	r := &records{}
	kill := r.kill("messages", 3000, "mysqld", 6576, 5157063*page, "")
	kill.OOM.Memory.RAM = record.Known(8379834 * page)
	kill.OOM.Victim.Badness = record.Known(651)
	kill.OOM.Victim.Recomputed = record.Badness{
		Points: record.Known((5157063 + 15483 + 1527848) * page), Total: record.Known((8379834 - 192987 + 2097151) * page), Score: record.Known(651),
	}
	c := r.course()
	deaths := c.deaths()
	if said := c.badness(&deaths[0]).String(); !strings.Contains(said, "a score of 651") || !strings.Contains(said, "printed 651") || strings.Contains(said, "but") {
		t.Errorf("%q", said)
	}
}

// TestDrawnOnce: JMeter's log and what it printed hold the same figures; they are drawn once, other ones by themselves.
func TestDrawnOnce(t *testing.T) {
	r := overcommitted()
	for file, level := range map[string]float64{"jmeter.log": 2, "jmeter.out": 2, "other.log": 5} {
		r.curve(record.Series{Name: "errors", Quantity: record.Errors, Unit: record.PerSecond}, file, 0, 7200, 30, func(float64) float64 { return level })
	}
	drawn := 0
	for _, cv := range r.report(Options{}).Curves {
		if cv.Role == "errors" {
			drawn++
		}
	}
	if drawn != 2 {
		t.Errorf("%d curves of errors, want 2", drawn)
	}
}
