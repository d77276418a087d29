package correlate

import (
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestTwins: a kill in a log of Shanghai's local time, 8 h ahead, and the same in one of exact stamps that were written in UTC
// are one, if nothing makes that doubtful. What is in doubt is read with the offset that was written.
func TestTwins(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(r *records)
		kills  int
		zone   string
	}{
		{"the same line", func(*records) {}, 1, "+08:00"},
		{"one with its domain", func(r *records) { r.events[1].Host = "kvm1.example.com" }, 1, "+08:00"},
		{"one without a host", func(r *records) { r.events[1].Host = "" }, 1, "+08:00"},
		{"different hosts", func(r *records) { r.events[1].Host = "kvm2" }, 2, "+00:00"},
		{"another process", func(r *records) { r.events[1].OOM.Victim.Comm = "nginx" }, 2, "+00:00"},
		{"another size", func(r *records) { r.events[1].OOM.Victim.Anon = record.Known(gib + 4096) }, 2, "+00:00"},
		{"no sizes", func(r *records) {
			for i := range r.events {
				r.events[i].OOM.Victim.Anon, r.events[i].OOM.Victim.TotalVM = record.Maybe{}, record.Maybe{}
			}
		}, 2, "+00:00"},
		{"two alike in the exact log", func(r *records) { r.same("exact", 5400) }, 3, "+00:00"},
		{"ten minutes apart", func(r *records) { r.events[1].At.Wall = r.events[1].At.Wall.Add(10 * time.Minute) }, 2, "+00:00"},
	} {
		r := &records{}
		r.same("messages", 3600)
		r.same("exact", 3600)
		c.change(r)
		local := &r.events[0].At
		*local = record.Stamp{Wall: local.Wall.Add(8 * time.Hour), Prec: time.Second, Lacks: record.LacksZone}
		for i := range r.events[1:] {
			x := &r.events[1+i].At
			x.Wall = x.Wall.In(time.FixedZone("", 0))
		}
		r.inputs["messages"].First, r.inputs["messages"].Last = *local, *local
		rows, ck := r.session(Options{}).Events()
		if len(rows) != c.kills || ck.Zone != c.zone {
			t.Errorf("%s: %d kills, zone %q; want %d, %q", c.name, len(rows), ck.Zone, c.kills, c.zone)
		}
	}
}

// same adds the kill of a process with all that makes its line one of a kind.
func (r *records) same(file string, s float64) {
	r.kill(file, s, "java", 700, gib, "").OOM.Victim.TotalVM = record.Known(2 * gib)
}
