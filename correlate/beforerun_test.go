package correlate

import (
	"testing"
	"time"

	"oomortem/parser/record"
)

// TestBeforeRun: a log without a zone tells of a kill, and an hour later of the starts of VMs whose memory was recorded from before
// the run to its end, by exact stamps. Whatever the zone is, the kill was before the run; as soon as a VM may have run at the
// kill, or one alone speaks for it, nobody can tell.
func TestBeforeRun(t *testing.T) {
	for _, c := range []struct {
		name  string
		since float64 // from when on memory was recorded
		log   func(tell func(s float64, kind record.Kind, attr ...string))
		blame bool
	}{
		{"both begin after it", 0, func(tell func(float64, record.Kind, ...string)) {
			tell(3600, record.VMStarted, record.AttrVM, "web-1")
			tell(3610, record.VMStarted, record.AttrVM, "web-2")
		}, false},
		{"one", 0, func(tell func(float64, record.Kind, ...string)) {
			tell(3600, record.VMStarted, record.AttrVM, "web-1")
		}, true},
		{"one had run before it", 0, func(tell func(float64, record.Kind, ...string)) {
			tell(-3600, record.VMStarted, record.AttrVM, "web-2")
			tell(3600, record.VMStarted, record.AttrVM, "web-1")
			tell(3610, record.VMStarted, record.AttrVM, "web-2")
		}, true},
		{"one had run and was stopped before it", 0, func(tell func(float64, record.Kind, ...string)) {
			tell(-3600, record.VMStarted, record.AttrVM, "web-2")
			tell(-1800, record.VMStopped, record.AttrVM, "web-2", record.AttrReason, "shutdown")
			tell(3600, record.VMStarted, record.AttrVM, "web-1")
			tell(3610, record.VMStarted, record.AttrVM, "web-2")
		}, false},
		{"one ended between", 0, func(tell func(float64, record.Kind, ...string)) {
			tell(600, record.VMStopped, record.AttrVM, "web-2")
			tell(3600, record.VMStarted, record.AttrVM, "web-1")
			tell(3610, record.VMStarted, record.AttrVM, "web-2")
		}, true},
		{"the host came up between", 0, func(tell func(float64, record.Kind, ...string)) {
			tell(600, record.HostBoot)
			tell(3600, record.VMStarted, record.AttrVM, "web-1")
			tell(3610, record.VMStarted, record.AttrVM, "web-2")
		}, true},
		{"minutes before the starts, and the recording began with the drop", 2900, func(tell func(float64, record.Kind, ...string)) {
			tell(120, record.VMStarted, record.AttrVM, "web-1")
			tell(125, record.VMStarted, record.AttrVM, "web-2")
		}, true},
	} {
		r := &records{}
		r.sizes("web-1", 16, "web-2", 16)
		local := func(e *record.Event) { e.At.Prec, e.At.Lacks = time.Second, record.LacksZone }
		for _, vm := range []string{"web-1", "web-2"} {
			r.curve(record.Series{Name: "rss", Subject: vm, Unit: record.Bytes, Quantity: record.RSS}, "rss.csv", c.since, 7200, 15, func(float64) float64 { return 8 * gib })
		}
		r.tps(7200, until(3000))
		local(r.kill("messages", 5*3600, "rustc", 378103, 40*gib, ""))
		c.log(func(s float64, kind record.Kind, attr ...string) { local(r.event("messages", 5*3600+s, kind, attr...)) })
		blamed := false
		for _, in := range r.report(Options{}).Incidents {
			blamed = blamed || in.Victim != nil && in.Victim.Name == "rustc"
		}
		if blamed != c.blame {
			t.Errorf("%s: blamed %v", c.name, blamed)
		}
	}
}
